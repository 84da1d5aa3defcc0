"""What a paper is, said before it is filed: read in the cage, told, and kept nowhere.

The answer is the machine's reading in plain codes. It opens nothing and binds nobody: a person of the city
checks every paper that is filed, whatever was said here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from workflows.audit import log
from workflows.errors import Forbidden, Invalid
from workflows.instruments.classify import classify, nothing_read
from workflows.instruments.reading import Unreadable, read_text
from workflows.lawbook import in_force
from workflows.matters.acts import act
from workflows.policy.codes import MISSING
from workflows.policy.guard_text import mask_numbers
from workflows.policy.instrument_types import INFORMATIONAL, NEVER
from workflows.policy.roles import allowed

# More than a person waits for. What is larger is read after it was filed, like every paper.
MOST_BYTES = 25_000_000
MOST_PAGES = 40
UNKNOWN = "unknown"
NOT_A_DEMAND = (NEVER, INFORMATIONAL)

_BY_FLAG = {
    "EXPIRED": "expired",
    "NOT_YET_EFFECTIVE": "not_yet_effective",
    "WRONG_SUBJECT": "wrong_person",
    "WRONG_CUSTODIAN": "not_addressed_here",
    "QUASHED_OR_STAYED": "quashed",
    "ILLEGIBLE": "unreadable",
}


@dataclass(frozen=True, slots=True)
class Look:
    """What the machine reads off a paper. Days are those printed; None is what it does not find.

    `verdict` is a word of `instrument_types`; `missing` are codes of the closed list, in its order.
    `unreadable` is the engine's code where the file gives no text, else empty.
    """

    kind: str
    title: str
    verdict: str
    judicial: bool | None
    court: str
    docket: str
    issued_on: dt.date | None
    execute_by: dt.date | None
    return_on: dt.date | None
    missing: tuple[str, ...]
    unreadable: str = ""

    @property
    def known(self) -> bool:
        """True when the machine names a kind of paper."""
        return self.kind != UNKNOWN


def look_at_paper(path: Path, *, actor: Any, subjects: Sequence[str] = ()) -> Look:
    """Say what the file at `path` is. Nothing of it is stored; the log has who looked and which kind it was.

    Raises Forbidden for who may not file papers, Invalid for an empty file.
    """
    if not allowed(actor.role, "file_paper"):
        raise Forbidden("Your role does not file papers.")
    size = path.stat().st_size
    if size == 0:
        raise Invalid("The file is empty. Please send the whole paper.", code="empty_file")
    now = timezone.now()
    found = _look(_reading(path, size, now, subjects), now)
    with act("file_paper", actor=actor, matter_id=None):
        log.record("instrument.looked_at", actor=actor, facts={"result": found.kind})
    return found


def _reading(path: Path, size: int, now: dt.datetime, subjects: Sequence[str]) -> dict[str, Any]:
    from redaction.intake import Limits

    if size > MOST_BYTES:
        return nothing_read("over_limits")
    try:
        text = read_text(path, Limits(file_bytes=MOST_BYTES, pages=MOST_PAGES))
    except Unreadable as unreadable:
        return nothing_read(unreadable.code)
    return classify(text, as_of=now, request_subjects=list(subjects), home_city=settings.CITY_NAME)


def _look(reading: dict[str, Any], now: dt.datetime) -> Look:
    kind = in_force(now).kind(reading["type"])
    return Look(
        kind=kind.id,
        title=kind.title,
        verdict=kind.verdict,
        judicial=reading["judicial"],
        court=mask_numbers(reading["court"] or ""),
        docket=mask_numbers(reading["docket"] or ""),
        issued_on=_day(reading["issued"]),
        execute_by=_day(reading["execute_by"]),
        return_on=_day(reading["return_date"]),
        missing=_missing(reading, kind),
        unreadable=reading.get("unreadable", ""),
    )


def _day(text: str | None) -> dt.date | None:
    """The day of an ISO date or moment as it is printed."""
    return dt.date.fromisoformat(text[:10]) if text else None


def _missing(reading: dict[str, Any], kind: Any) -> tuple[str, ...]:
    """What a reader at the counter would point out, as codes of the closed list."""
    if reading.get("unreadable") == "over_limits":
        return ()  # not looked at, so nothing is known to be missing
    found = set(reading["missing"])
    found |= {_BY_FLAG[flag] for flag in reading["flags"] if flag in _BY_FLAG}
    if reading["unsigned"] is True and reading["judicial"] is not False:
        found.add("unsigned")
    if reading["expired"] is True:
        found.add("expired")
    if kind.id != UNKNOWN and kind.verdict in NOT_A_DEMAND and "not_judicial" not in found:
        found.add("no_records_effect")
    return tuple(code for code in MISSING if code in found)
