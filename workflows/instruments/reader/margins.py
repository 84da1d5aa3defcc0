"""Numbers that a pleading prints down its left margin, taken out before anything is read.

"17  the fifteenth day of Decem-" is a line of its paper; the 17 is neither a day nor an item of a list.
"""

from __future__ import annotations

import re

_NUMBERED = re.compile(r"^[ \t]{0,4}(?P<number>[0-9OolI]{1,2})(?=[ \t]{2,}\S|[ \t]*$)", re.MULTILINE)
_AS_DIGITS = str.maketrans("OolI", "0011")
FEWEST = 10  # lines that count up without a gap; a list of items in a paper is shorter or has gaps


def without_line_numbers(source: str) -> str:
    """The text with blanks in the place of line numbers, every other character where it was."""
    runs: list[list[re.Match[str]]] = [[]]
    for match in _NUMBERED.finditer(source):
        if runs[-1] and not _follows(source, runs[-1][-1], match):
            runs.append([])
        runs[-1].append(match)
    pieces, done = [], 0
    for match in (match for run in runs if len(run) >= FEWEST for match in run):
        pieces += [source[done : match.start("number")], " " * len(match["number"])]
        done = match.end("number")
    return "".join((*pieces, source[done:]))


def _follows(source: str, one: re.Match[str], other: re.Match[str]) -> bool:
    """The next number, on the next line that is not empty; a new page begins again at 1."""
    between = source[one.end() : other.start()]
    number = int(other["number"].translate(_AS_DIGITS))
    return between.strip("\n").count("\n") <= 2 and number in (
        int(one["number"].translate(_AS_DIGITS)) + 1,
        1,
    )
