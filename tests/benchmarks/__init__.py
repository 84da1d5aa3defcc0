"""Benchmarks: ratios measured side by side in one run. Not tests; nothing here runs in `./test`."""
