"""The dates of a paper by what they are for: issued, execute by, return or compliance, end of force."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflows.instruments.cues import Cue
from workflows.instruments.reader.compliance import day_of_compliance
from workflows.instruments.reader.counted import days_from_issue
from workflows.instruments.reader.dates import (
    Moment,
    impossible,
    moments,
)
from workflows.instruments.reader.execution import days_to_execute, execute_by, torn_off
from workflows.instruments.reader.force import EFFECTIVE, ENDS, ends_in_sentence, lasts
from workflows.instruments.reader.issuing import date_of_issue
from workflows.instruments.reader.nearby import (
    after,
    struck,
)
from workflows.instruments.reader.parts import FAX_LINE, Part
from workflows.instruments.reader.view import View


@dataclass(frozen=True, slots=True)
class Terms:
    """Dates of one paper; None where none is printed for that purpose. `impossible` marks a date that
    no calendar has; `slip` a weekday that the date does not have."""

    issued: Moment | None = None
    execute_by: Moment | None = None
    return_date: Moment | None = None
    ends: Moment | None = None
    effective: Moment | None = None
    impossible: bool = False
    slip: bool = False
    cues: tuple[Cue, ...] = ()


MOST_READ = 40_000  # characters at the head and at the foot of a part in which dates are looked for


def _dates(view: View, low: int, high: int) -> list[Moment]:
    """The dates of a part; of a very long one those near its head and its foot."""
    if high - low <= 2 * MOST_READ:
        found = list(moments(view, low, high))
    else:
        found = [*moments(view, low, low + MOST_READ), *moments(view, high - MOST_READ, high)]
    return found if len(found) <= 400 else [*found[:200], *found[-200:]]


_MADE = re.compile(r"\b(?:signed|issued|dated|firmad[oa])(?: (?:on|el))?\W*$")


def _sent_then(view: View, moment: Moment) -> bool:
    """The date stands in the line that a fax machine prints; not in "signed on ..., page 1"."""
    line = view.line_of(moment.at)
    made = _MADE.search(view.text, view.lines[line].at, moment.at)
    return FAX_LINE.search(view.line_text(line)) is not None and made is None


def read_terms(view: View, part: Part, sign_line: int, *, family: str, letter: bool) -> Terms:
    """The dates of a part. `family` is warrant, order, subpoena, letter or other;
    a `letter` is dated at its head."""
    low, high = view.lines[part.first].at, view.lines[max(part.first, part.body_last - 1)].end
    printed = [m for m in _dates(view, low, high) if not struck(view, m)]
    dated = [m for m in printed if not _sent_then(view, m)] or printed
    ends = after(view, ENDS, dated, low, high, 40) or ends_in_sentence(view, dated, low, high)
    execute = execute_by(view, dated, low, high) if family in ("warrant", "application") else None
    issued = date_of_issue(
        view,
        part,
        dated,
        sign_line,
        low,
        high,
        execute,
        ends,
        "letter" if letter and family not in ("order", "warrant", "consent", "subpoena") else family,
    )
    if execute is None and family == "warrant":
        execute = ends or days_to_execute(view, issued, low, high) or torn_off(view, dated, issued, low, high)
    ends = ends or lasts(view, issued, low, high)
    due = day_of_compliance(view, dated, low, high, issued, family, execute, ends)
    if due is None and family in ("order", "subpoena", "demand", "notice"):
        due = days_from_issue(view, low, high, issued)
    effective = after(view, EFFECTIVE, dated, low, high, 30)
    used = [m for m in (issued, execute, due, ends) if m]
    wrong = impossible(view, low, min(high, low + 2 * MOST_READ))
    return Terms(
        issued,
        execute,
        due,
        ends,
        effective,
        wrong,
        any(m.weekday_wrong for m in used),
        _cues(issued, execute, due, ends),
    )


def _cues(
    issued: Moment | None, execute: Moment | None, due: Moment | None, ends: Moment | None
) -> tuple[Cue, ...]:
    named = (("issued", issued), ("execute by", execute), ("return date", due), ("end date", ends))
    return tuple(Cue(name, m.at, m.end) for name, m in named if m and m.at < m.end)
