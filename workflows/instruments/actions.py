"""Writes of this room. Called by `flow`, inside its transactions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from workflows.instruments.models import Instrument
from workflows.instruments.states import IN_FORCE
from workflows.matters.models import Matter


def ask_anew(matter: Matter, now: dt.datetime) -> None:
    """Every new release needs a fresh look whether its papers are in force (workflow.md 4.3): the answers to
    V05 and V11 given so far no longer count for the papers in force on this matter."""
    ask_papers_anew(Instrument.objects.filter(matter=matter, state=IN_FORCE), now)


def ask_papers_anew(papers: Iterable[Instrument], now: dt.datetime) -> None:
    """The answers to V05 and V11 given so far no longer count for these papers."""
    for paper in papers:
        paper.recheck_from, paper.version = now, paper.version + 1
        paper.save(update_fields=["recheck_from", "version"])
