"""Reads of the register, for everybody: nothing in these rows is anybody's secret."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from workflows.lawbook import numbered
from workflows.transparency.models import Cell, Edition
from workflows.transparency.suppress import Mark

PRINTED = {Mark.SMALL: "<{smallest}", Mark.MORE: "withheld", Mark.NOTHING: "not published"}
COLUMNS = ("period", "table", "row", "column", "value")


def edition(name: str = "") -> Edition | None:
    """The edition with this name (`2026-q3`), or the newest one; None when there is none."""
    if not name:
        return Edition.objects.first()
    year, _, quarter = name.partition("-q")
    if not (year.isascii() and year.isdigit() and len(year) == 4 and quarter in ("1", "2", "3", "4")):
        return None
    return Edition.objects.filter(year=int(year), quarter=int(quarter)).first()


def text_of(cell: Cell, smallest: int) -> str:
    """What is printed for a cell in files: the number, or the words of its mark. `smallest` is the smallest
    number beside zero that its edition prints."""
    return PRINTED[Mark(cell.mark)].format(smallest=smallest) if cell.mark else str(cell.value)


def as_csv(editions: Iterable[Edition]) -> str:
    """The editions as CSV (RFC 4180). Every word in it is one of ours, so no cell begins like a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for one in editions:
        smallest = numbered(one.policy_version).smallest_printed
        for cell in one.cells.all():
            writer.writerow([one.name, cell.table, cell.row, cell.column, text_of(cell, smallest)])
    return out.getvalue()
