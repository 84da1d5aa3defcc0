"""The side door is watched: the list of public-records requests is looked through for federal requesters
and immigration purposes, and counsel is shown each with the reason (policy 6.5). Nothing is released here.

A list is taken whole or not at all. Read again, it adds only what is new or has changed.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from workflows.audit import log
from workflows.errors import Forbidden, Invalid, NotVisible, WrongState
from workflows.matters.acts import act
from workflows.matters.models import Agency, ListedRequest
from workflows.policy.codes import SIDE_DOOR_OUTCOMES
from workflows.policy.guard_text import mask, mask_numbers
from workflows.policy.roles import allowed
from workflows.policy.side_door import reasons

MOST_BYTES, MOST_ROWS, MOST_TEXT = 1024 * 1024, 1000, 4000
_NAMED_ROWS = 20
_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%m/%d/%Y %H:%M")


@dataclass(frozen=True, slots=True)
class Columns:
    """Which heading of the list is what. `address` may be empty: the list has no such column."""

    reference: str = "Reference"
    received: str = "Received"
    requester: str = "Requester"
    address: str = "E-mail"
    text: str = "Request"


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it came; text like any other, whatever sign it begins with."""

    number: int  # in the file, the line of headings is 1
    reference: str
    received_on: dt.date | None
    requester: str
    text: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of it."""

    rows: int
    new: int
    flagged: int


def import_requests(data: bytes, columns: Columns, *, actor: Any) -> Imported:
    """Every row of the list that is not known yet is kept, masked, with the reasons for counsel.

    Raises Forbidden; Invalid with the numbers of the bad rows, and then nothing has been kept.
    """
    with act("import_requests", actor=actor, matter_id=None):
        _allowed(actor, "import_requests")
        rows = read_rows(data, columns)
    agencies = list(Agency.objects.values_list("name", flat=True))
    read = [(row, *_guarded(row, agencies)) for row in rows]  # slow, so outside any transaction
    with act("import_requests", actor=actor, matter_id=None):
        now = timezone.now()
        digests = {row.number: _digest(row) for row in rows}
        held = ListedRequest.objects.filter(digest__in=digests.values())
        known = set(held.values_list("digest", flat=True))
        new = [one for one in read if digests[one[0].number] not in known]
        flagged = sum(1 for _, _, _, why in new if why)
        entry = log.record(
            "list.imported",
            actor=actor,
            facts={"counts": {"rows": len(rows), "requests": len(new), "flagged": flagged}},
        )
        ListedRequest.objects.bulk_create(
            ListedRequest(
                reference=mask(row.reference), digest=digests[row.number], received_on=row.received_on,
                requester=requester[:200], text=text, reasons=why, imported_at=now, imported_by=actor,
                entry=entry,
            )
            for row, requester, text, why in new
        )  # fmt: skip
        return Imported(len(rows), len(new), flagged)


def settle_request(request_id: int, outcome: str, *, actor: Any) -> ListedRequest:
    """Counsel has looked at it: it belongs to this gateway, or stays with public records."""
    with act("settle_request", actor=actor, matter_id=None):
        _allowed(actor, "settle_request")
        row = ListedRequest.objects.select_for_update(of=("self",)).filter(pk=request_id).first()
        if row is None:
            raise NotVisible()
        if row.settled_at is not None:
            raise WrongState("This request has been settled already.")
        if outcome not in SIDE_DOOR_OUTCOMES:
            raise Invalid("Choose what becomes of it.", code="unknown_choice")
        log.record("list.settled", actor=actor, reason=outcome, facts={"refs": {"request": row.pk}})
        row.outcome, row.settled_by, row.settled_at = outcome, actor, timezone.now()
        row.save(update_fields=["outcome", "settled_by", "settled_at"])
        return row


def flagged_requests() -> QuerySet[ListedRequest]:
    """What waits for counsel, oldest first."""
    return ListedRequest.objects.exclude(reasons=[]).filter(settled_at__isnull=True).order_by("pk")


def read_rows(data: bytes, columns: Columns) -> list[Row]:
    """The rows of a CSV: commas, semicolons or tabs; UTF-8 or the code page of Windows.

    Raises Invalid: for the file as a whole, or with the numbers of the rows that cannot be taken.
    """
    if len(data) > MOST_BYTES:
        raise Invalid("The list is larger than a megabyte. Import it in parts.", code="too_large")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise Invalid("This is no list with cells: a quote is not closed, or it is not text.", code="no_csv")
    lines = [line for line in lines if any(cell.strip() for cell in line)]
    if len(lines) < 2:
        raise Invalid("The list has no rows below its headings.", code="no_rows")
    if len(lines) - 1 > MOST_ROWS:
        raise Invalid(f"A list has at most {MOST_ROWS} rows. Import it in parts.", code="too_large")
    places = _places(lines[0], columns)
    rows, bad, seen = [], [], dict[str, Row]()
    for number, line in enumerate(lines[1:], 2):
        row = _row(number, line, places, len(lines[0]))
        if row is None or not _same(seen.setdefault(row.reference, row), row):
            bad.append(number)
        elif seen[row.reference] is row:
            rows.append(row)
    if bad:
        named = ", ".join(map(str, bad[:_NAMED_ROWS])) + (" and more" if len(bad) > _NAMED_ROWS else "")
        raise Invalid(
            f"{'Row' if len(bad) == 1 else 'Rows'} {named} cannot be taken (the headings are row 1): a cell "
            "is missing, a date cannot be read, a text is too long, or a reference stands there twice. "
            "Nothing has been imported.",
            code="bad_rows",
        )
    return rows


def _places(headings: Sequence[str], columns: Columns) -> dict[str, int]:
    known = {" ".join(heading.casefold().split()): n for n, heading in enumerate(headings)}
    places = {}
    for name in ("reference", "received", "requester", "address", "text"):
        wanted = " ".join(getattr(columns, name).casefold().split())
        if wanted in known:
            places[name] = known[wanted]
        elif wanted and name != "address":
            raise Invalid(
                f"No heading of the list is “{getattr(columns, name)[:60]}”. Type the headings as they stand "
                "in its first row.",
                code="no_column",
            )
    if not places.keys() >= {"reference", "requester", "text"}:
        raise Invalid("Say which columns hold reference, requester and request.", code="no_column")
    return places


def _row(number: int, line: Sequence[str], places: dict[str, int], width: int) -> Row | None:
    """The row, or None when it cannot be taken."""
    if len(line) != width or "\x00" in "".join(line):
        return None
    cell = {name: line[place].strip() for name, place in places.items()}
    received = _date(cell["received"]) if cell.get("received") else None
    requester = " ".join(part for part in (cell["requester"], cell.get("address", "")) if part)
    wrong = (
        not cell["reference"]
        or len(cell["reference"]) > 64
        or not cell["text"]
        or len(cell["text"]) > MOST_TEXT
        or len(requester) > 200
        or (bool(cell.get("received")) and received is None)
    )
    return None if wrong else Row(number, cell["reference"], received, requester, cell["text"])


def _same(one: Row, other: Row) -> bool:
    return _digest(one) == _digest(other)


def _date(text: str) -> dt.date | None:
    for form in _DATES:
        try:
            return dt.datetime.strptime(text, form).date()  # noqa: DTZ007 -- a day, of no zone
        except ValueError:
            continue
    return None


def _guarded(row: Row, agencies: Sequence[str]) -> tuple[str, str, list[str]]:
    """Requester and text as they are kept, and why counsel is shown them. The name of a federal office is
    kept in its words, or counsel could not tell who asks."""
    text = mask(row.text)
    why = reasons(row.requester, row.text, text, agencies)
    of_an_office = {"federal_address", "federal_name", "known_agency"} & set(why)
    return (mask_numbers if of_an_office else mask)(row.requester), text, why


def _digest(row: Row) -> str:
    """A keyed hash: the row is known again, and nobody guesses its words from it."""
    value = "\x1f".join((row.reference, str(row.received_on), row.requester, row.text))
    return salted_hmac("side-door", value, algorithm="sha256").hexdigest()


def _allowed(actor: Any, action: str) -> None:
    if not allowed(actor.role, action):
        raise Forbidden(f"Your role ({actor.role}) does not do this.")
