"""How fast the desk answers on a matter of 2,000 pages with 20,000 findings (`just desk-bench`):

    python -m tests.benchmarks.desk [--shape "40 50 10 500"] [--matters 2000] [--rounds 40] [--postgres]

A shape is so many records of so many pages with so many findings each, and how many one page has. Each page
of the desk is asked for through all of the server's own code but the socket; one JSON object says for each
how often it asks the database, and its middle and 95th of a hundred in milliseconds. Exit 1 where the 95th of
the queue, the matter or the review is above 300 ms.
"""

from __future__ import annotations

import argparse
import os

from tests import stages

RUN = "tests/benchmarks/desk_run.py"


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.desk")
    parser.add_argument(
        "--shape", default="40 50 10 500", help="records, pages, findings, findings of one page"
    )
    parser.add_argument("--matters", type=int, default=2000, help="further matters in the queue")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, and not on SQLite")
    chosen = parser.parse_args()
    os.environ |= {
        "DESK_SHAPE": chosen.shape,
        "DESK_MATTERS": str(chosen.matters),
        "DESK_ROUNDS": str(chosen.rounds),
    }
    arguments = ["-q", "-n0", "-s", RUN]
    return stages.on_one_database(arguments, postgresql=chosen.postgres)


if __name__ == "__main__":
    raise SystemExit(main())
