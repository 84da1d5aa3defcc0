"""Many random walks: `python -m tests.workflows.flow.walks 10000 [--first SEED] [--postgres]` (`just walks`).

A seed makes one walk, so that runs of other days with other seeds add up, and `just walks 1 --first SEED`
goes one walk again. Each twenty-five say which seeds they were and to which states they came.
"""

from __future__ import annotations

import argparse
import os

from tests import stages

WALKS = "tests/workflows/flow/test_walks.py::test_many_walks"


def main() -> int:
    """The command line; exit 0 when everything held after every step of every walk."""
    parser = argparse.ArgumentParser(prog="python -m tests.workflows.flow.walks")
    parser.add_argument("count", type=int)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, and not on SQLite")
    chosen = parser.parse_args()
    os.environ |= {"WALKS": str(chosen.count), "WALKS_FIRST": str(chosen.first)}
    arguments = ["-q", "-n0", WALKS]
    return stages.on_one_database(arguments, postgresql=chosen.postgres)


if __name__ == "__main__":
    raise SystemExit(main())
