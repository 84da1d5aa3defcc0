"""The compliance report as files: a paper to keep, data, and one table for spreadsheets."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from workflows.audit.canonical import canonical
from workflows.exports.pdf import Paper
from workflows.exports.periods import SCOPES, Period
from workflows.exports.report import Proof, Report, make
from workflows.exports.tables import sheet


def files(period: Period, scope: str, now: dt.datetime) -> dict[str, bytes]:
    """The report as a paper, as data, and as one CSV. Raises Invalid."""
    made = make(period, scope, now)
    rows = [
        (table.title, " / ".join((row[0], head)), cell)
        for table in made.tables
        for row in table.rows
        for head, cell in zip(table.heads[1:], row[1:], strict=True)
    ]
    return {
        "report.pdf": _paper(made),
        "report.json": canonical(data(made)),
        "report.csv": sheet(("table", "row", "value"), rows),
    }


def data(made: Report) -> dict[str, Any]:
    """The report as plain data, as its digest speaks of it."""
    proof = made.proof
    return {
        "v": 1,
        "period": made.period.name,
        "scope": made.scope,
        "made_at": made.made_at.isoformat(),
        "tables": [
            {"title": one.title, "heads": list(one.heads), "rows": [list(row) for row in one.rows]}
            for one in made.tables
        ],
        "log": {
            "origin": proof.origin, "size": proof.size, "root": proof.root, "checkpoint": proof.note,
            "waiting": proof.waiting, "witness": proof.witness,
        },
    }  # fmt: skip


def _paper(made: Report) -> bytes:
    foot = f"Compliance report {made.period.name}. {SCOPES[made.scope]}"
    paper = Paper(f"Compliance report {made.period.name}", foot)
    paper.heading(f"Compliance report: {made.period.title}")
    paper.text(f"{SCOPES[made.scope]}. Made {timezone.localtime(made.made_at):%Y-%m-%d %H:%M %Z}.", pale=True)
    for sentence in made.summary:
        paper.text(sentence)
    for picture in made.pictures:
        if picture.chart.empty:
            paper.heading(picture.title)
            paper.text("None in this time.")
            continue
        paper.heading(picture.title, beneath=picture.chart.height + 34)
        paper.chart(picture.chart, picture.parts)
    for table in made.tables:
        paper.heading(table.title, beneath=90 if table.rows else 28)  # its first rows stand below it
        if table.note:
            paper.text(table.note, pale=True)
        if not table.rows:
            paper.text("None.")
            continue
        rest = len(table.heads) - 1
        paper.table(table.heads, table.rows, (0.55, *((0.45 / rest,) * rest)), size=8.5)
    _stands(paper, made.proof)
    return paper.done()


def _stands(paper: Paper, proof: Proof) -> None:
    paper.heading("How the log stands")
    if not proof.note:
        paper.text("The log has no signed checkpoint yet.")
        return
    paper.text(
        f"{proof.size} entries are signed, at {proof.signed_at}; {proof.waiting} wait. "
        f"Witness: {proof.witness}. "
        "Keep this paper where nobody who runs the gateway can reach it: the three lines, typed into a file, "
        "show with verify_audit --seen whether anything up to here was changed."
    )
    paper.exact(proof.text)
    paper.square(proof.text)
    paper.text("The checkpoint as signed:")
    paper.exact(proof.note)
