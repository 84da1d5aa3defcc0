"""Memory that a long file took and left, given back to the machine."""

from __future__ import annotations

import ctypes

EVERY_PAGES = 16  # at 64 the heap of a page's pictures had grown by 80 MB before it was looked at


def give_back() -> None:
    """What was freed is the machine's again: the C library keeps it otherwise, a little more with
    every page. Where it is another library than glibc, nothing happens."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
