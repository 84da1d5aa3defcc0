"""Separated values become columns that a reader, and the detector, can follow.

A value is shown as it stands in the file: one that begins like a formula is text like any other.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

DELIMITERS = ",;\t|"
FEWEST_ROWS = 2
WIDEST = 92  # characters of a line at our writer's size
GAP = "  "


def arranged(text: str) -> str:
    """A table in aligned columns; rows too wide for the page as blocks of `heading: value`. Text
    that is no table comes back as it is."""
    rows = _rows(text)
    if rows is None:
        return text
    count = max(map(len, rows))
    widths = [max((len(row[n]) for row in rows if n < len(row)), default=0) for n in range(count)]
    if sum(widths) + len(GAP) * (count - 1) <= WIDEST:
        padded = (
            GAP.join(value.ljust(width) for value, width in zip(row, widths, strict=False)) for row in rows
        )
        return "\n".join(line.rstrip() for line in padded)
    headings, *body = rows
    return "\n\n".join("\n".join(_named(headings, row)) for row in body)


def _named(headings: Sequence[str], row: Sequence[str]) -> list[str]:
    """A row as lines; a value beyond the last heading stands alone."""
    return [
        f"{headings[n]}: {value}" if n < len(headings) and headings[n] else value
        for n, value in enumerate(row)
    ]


def _rows(text: str) -> list[list[str]] | None:
    """The rows of a table, or None: every line of it has as many values as the first."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < FEWEST_ROWS or "\f" in text:
        return None
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in csv.reader(io.StringIO(text), delimiter=delimiter, strict=True) if row]
        except csv.Error:
            continue
        later = [value for row in rows for value in row[1:]]
        if delimiter == "," and 2 * sum(value.startswith(" ") for value in later) > len(later):
            continue  # a comma and a blank: that is how prose is written
        rows = [[" ".join(value.split()) for value in row] for row in rows]
        if len(rows) >= FEWEST_ROWS and _is_table(rows):
            return rows
    return None


def _is_table(rows: list[list[str]]) -> bool:
    """Headings that differ and say something short, and rows of one length: prose has neither."""
    headings = rows[0]
    if len(headings) < 2 or any(not name or len(name) > 40 for name in headings):
        return False
    return len(set(headings)) == len(headings) and all(len(row) == len(headings) for row in rows)
