"""Pictures of every page, in both themes and, where there are two, both languages; of the main pages also at
320 pixels, at twice the size and as printed:

    python -m tests.screenshots FOLDER [--only EXPRESSION]
    python -m tests.screenshots --guides

An invented matter is brought from its request to its release, and the pages of every role are pictured on the
way.
With `--guides` only those that the guides show are made, into docs/images.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from tests import stages

RUN = "tests/screenshots_run.py"


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots")
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--guides", action="store_true", help="those of docs/images, and no others")
    parser.add_argument("--only", default="", help="pictures whose place fits this expression")
    chosen = parser.parse_args()
    if bool(chosen.guides) == bool(chosen.folder):
        parser.error("name a folder, or say --guides")
    os.environ["SHOTS"] = "" if chosen.guides else str(chosen.folder.absolute())
    os.environ["SHOTS_ONLY"] = chosen.only
    return stages.pytest(["-q", "-n0", RUN], {}, 1)


if __name__ == "__main__":
    raise SystemExit(main())
