"""What a report is made of: tables and pictures, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from workflows.transparency.charts import Chart


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the report; `note` says how to read it. Cells are text, as printed."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, its parts in order with their words, and what it shows in a sentence."""

    title: str
    chart: Chart
    parts: tuple[tuple[str, str], ...]
    says: str
