"""The compliance report of a month or quarter, as numbers, pictures and a paper (issue: evidence, review).

Two scopes, and they must not be mixed. `internal` counts exactly, for the office and its auditors; sealed
matters are in none of its numbers. `public` counts nothing anew: it repeats the edition of the register of
that quarter, whose small cells are hidden. A second public count of the same quarter, or of its months,
would give away what the first one hides.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.db.models import Count, Q, QuerySet

from workflows.audit import health, keyring, proofs
from workflows.audit.canonical import parse
from workflows.audit.events import EVENTS
from workflows.audit.models import Entry
from workflows.audit.tlog.checkpoint import parse_unsigned
from workflows.errors import Invalid
from workflows.exports import reviewing
from workflows.exports.parts import Picture, Table
from workflows.exports.periods import INTERNAL, PUBLIC, Period
from workflows.lawbook import numbered
from workflows.matters.access import seals_in_force
from workflows.matters.models import Matter
from workflows.policy.codes import MISSING, REQUESTER_CLASSES
from workflows.transparency import charts, counting, queries
from workflows.transparency.counting import Answered
from workflows.transparency.editions import answer_of

CLASSES = {
    "civil_immigration": "Civil immigration enforcement",
    "federal_criminal": "Federal criminal investigation",
    "federal_other": "Other federal agency",
    "unknown": "Not known",
    counting.ALL: "All",
}
OUTCOMES = {"released": "Released", "refused": "Refused", "withdrawn": "Taken back"}
PAPERS = {
    "court_order": "Warrant or order of a judge for records",
    "subpoena": "Subpoena or demand that no judge signed",
    "administrative": "Form or paper of an agency",
    "other_court": "Other paper of a court",
    "other": "Other paper",
    "none": "No paper",
}
# Acts that are counted by themselves, in the words of the log.
ACTS = (
    "release.approved", "approval.voided", "release.made", "link.completed", "receipt.acknowledged",
    "release.recalled", "recall.answered", "recall.replaced", "burn.failed", "record.unreadable",
    "notice.sent", "notice.held", "notice.returned", "notice.not_required", "notice.after",
    "challenge.filed", "hold.placed", "override.confirmed", "determination_1373.confirmed",
    "exigent.decided", "exigent.refused", "incident.raised", "flag.raised", "flag.cleared", "export.made",
    "accounting.made",
)  # fmt: skip
REFUSALS = ("move.refused", "access.refused", "input.refused")
_TABLES = {counting.REQUESTS: "Requests", counting.ANSWERS: "Answers", counting.PAPERS: "Papers",
           counting.REASONS: "Reasons for refusals", counting.DAYS: "Days to the answer",
           counting.OTHER_ACTS: "Other acts"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Proof:
    """How the log stands when the report is made. `note` is the signed checkpoint, empty before the first."""

    origin: str
    size: int
    root: str
    note: str
    text: str  # the three lines that go on paper
    signed_at: str
    waiting: int
    witness: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report, whole."""

    period: Period
    scope: str
    made_at: dt.datetime
    summary: tuple[str, ...]
    tables: tuple[Table, ...]
    pictures: tuple[Picture, ...]
    proof: Proof


def make(period: Period, scope: str, now: dt.datetime) -> Report:
    """Count, and say how the log stands. Raises Invalid where there is no edition to repeat."""
    if scope == INTERNAL:
        return _internal(period, now)
    return _public(period, now)


def first_day() -> dt.datetime | None:
    """When the log began; None while it is empty."""
    return Entry.objects.order_by("pk").values_list("at", flat=True).first()


def _internal(period: Period, now: dt.datetime) -> Report:
    entries = _entries(period, now)
    asked = list(entries.filter(event=counting.OPENED, outcome="ok"))
    told = list(entries.filter(event__in=counting.OUTCOMES, outcome="ok"))
    matters = Matter.objects.in_bulk({entry.matter for entry in (*asked, *told) if entry.matter})
    answered = [answer_of(entry, matters[_matter(entry)]) for entry in told if entry.matter in matters]
    classes = [matters[_matter(entry)].requester_class for entry in asked if entry.matter in matters]
    return Report(
        period=period,
        scope=INTERNAL,
        made_at=now,
        summary=_summary(period, classes, answered),
        tables=(
            _requests(classes),
            _answers(answered),
            _counted("Papers on which answers rest", "Paper", PAPERS, (one.paper for one in answered)),
            _days(answered),
            _counted(
                "Refusals by what was missing first", "What was missing",
                {**MISSING, counting.UNNAMED: "Not named"},
                (one.reason for one in answered if one.outcome == "refused"), zeros=False,
            ),
            _acts(entries),
            _refused(entries),
            *reviewing.tables(period, now),
        ),
        pictures=(*_pictures(answered, classes), *reviewing.pictures(period)),
        proof=proof_now(),
    )  # fmt: skip


def _public(period: Period, now: dt.datetime) -> Report:
    edition = queries.edition(period.name) if period.is_quarter else None
    if edition is None:
        raise Invalid("The register has no edition of this period.", code="no_edition")
    smallest = numbered(edition.policy_version).smallest_printed
    cells = list(edition.cells.all())
    tables = []
    for name, title in _TABLES.items():
        rows = tuple(
            (_cell_name(cell.row, cell.column), queries.text_of(cell, smallest))
            for cell in cells
            if cell.table == name
        )
        tables.append(Table(title, ("What", "Number"), rows))
    return Report(
        period=period,
        scope=PUBLIC,
        made_at=now,
        summary=(
            "The numbers are those of the public register of this quarter, as it printed them. Numbers from "
            f"1 to {smallest - 1} are hidden, and others where they would give one of those away.",
            f"Digest of the edition: {edition.sha256}",
        ),
        tables=tuple(tables),
        pictures=(),
        proof=proof_now(),
    )


def _cell_name(row: str, column: str) -> str:
    words = CLASSES.get(row) or OUTCOMES.get(row) or PAPERS.get(row) or MISSING.get(row) or row
    if not column:
        return words
    return f"{words}: {OUTCOMES.get(column, 'all answers').lower()}"


def _entries(period: Period, now: dt.datetime) -> QuerySet[Entry]:
    """The entries of the period but those of matters that are sealed now."""
    sealed = seals_in_force(now).values("matter")
    return Entry.objects.filter(at__gte=period.begins, at__lt=period.ends).filter(
        Q(matter__isnull=True) | ~Q(matter__in=sealed)
    )


def _matter(entry: Entry) -> Any:
    return entry.matter


def _summary(period: Period, classes: Sequence[str], answered: Sequence[Answered]) -> tuple[str, ...]:
    outcomes = Counter(one.outcome for one in answered)
    return (
        f"{period.title}. Requests that came in: {len(classes)}. Answers that were given: {len(answered)}, "
        + ", ".join(f"{outcomes[name]} {words.lower()}" for name, words in OUTCOMES.items())
        + ".",
        "Matters that are sealed now are in no number. Numbers are exact: this report is for the office and "
        "its auditors and must not be published; the public register hides what is small.",
    )


def _requests(classes: Sequence[str]) -> Table:
    counted = Counter(classes)
    rows = [(CLASSES[name], str(counted[name])) for name in REQUESTER_CLASSES]
    return Table("Requests by class of agency", ("Agency", "Requests"), (*rows, ("All", str(len(classes)))))


def _answers(answered: Sequence[Answered]) -> Table:
    both = Counter((one.agency_class, one.outcome) for one in answered)
    rows = []
    for name in (*REQUESTER_CLASSES, counting.ALL):
        numbers = [
            sum(count for (of, what), count in both.items() if what == outcome and name in (of, counting.ALL))
            for outcome in OUTCOMES
        ]
        rows.append((CLASSES[name], *map(str, numbers), str(sum(numbers))))
    return Table("Answers by class of agency", ("Agency", *OUTCOMES.values(), "All"), tuple(rows))


def _days(answered: Sequence[Answered]) -> Table:
    rows = []
    for outcome, words in OUTCOMES.items():
        days = sorted(one.days for one in answered if one.outcome == outcome)
        numbers = (f"{median(days):g}", str(days[-1])) if days else ("", "")
        rows.append((words, str(len(days)), *numbers))
    return Table(
        "Days from request to answer", ("Answer", "Answers", "Middle", "Longest"), tuple(rows),
        "Calendar days.",
    )  # fmt: skip


def _counted(
    title: str, head: str, words: dict[str, str], values: Iterable[str], *, zeros: bool = True
) -> Table:
    counted = Counter(values)
    rows = tuple((text, str(counted[name])) for name, text in words.items() if zeros or counted[name])
    return Table(title, (head, "Number"), rows)


def _acts(entries: QuerySet[Entry]) -> Table:
    rows = entries.filter(event__in=ACTS).order_by().values("event").annotate(number=Count("pk"))
    counted = {row["event"]: row["number"] for row in rows}
    return Table(
        "Releases, recalls, notices and other acts", ("What happened", "Times"),
        tuple((EVENTS[name], str(counted.get(name, 0))) for name in ACTS),
    )  # fmt: skip


def _refused(entries: QuerySet[Entry]) -> Table:
    """Refused acts by the code of the refusal: guards that held, and people who tried."""
    counted: Counter[tuple[str, str]] = Counter()
    for event, body in entries.filter(event__in=REFUSALS).values_list("event", "body").iterator():
        counted[event, parse(bytes(body)).get("reason", "")] += 1
    rows = tuple(
        (EVENTS[event], reason.replace("_", " "), str(number))
        for (event, reason), number in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    )
    return Table("What was refused", ("What", "Reason", "Times"), rows)


def _pictures(answered: Sequence[Answered], classes: Sequence[str]) -> tuple[Picture, ...]:
    both = Counter((one.agency_class, one.outcome) for one in answered)
    short = {"civil_immigration": "Immigration", "federal_criminal": "Criminal", "federal_other": "Other",
             "unknown": "Not known"}  # fmt: skip
    answers = [
        (
            short[name],
            [
                (outcome, both[name, outcome], "", f"{words}: {both[name, outcome]}")
                for outcome, words in OUTCOMES.items()
            ],
        )
        for name in REQUESTER_CLASSES
    ]
    waits = Counter(_bracket(one.days) for one in answered)
    brackets = ("0-2", "3-7", "8-14", "15-30", "31+")
    times = [(name, [("released", waits[name], "", f"{waits[name]} answers")]) for name in brackets]
    return (
        Picture(
            "Answers by class of agency", charts.stacked(answers), tuple(OUTCOMES.items()),
            "; ".join(
                f"{CLASSES[name]}: {sum(both[name, one] for one in OUTCOMES)} answers"
                for name in REQUESTER_CLASSES
            ),
        ),
        Picture(
            "Answers by days taken", charts.stacked(times), (("released", "Answers"),),
            "; ".join(f"{name} days: {waits[name]}" for name in brackets),
        ),
    )  # fmt: skip


def _bracket(days: int) -> str:
    for last, name in ((2, "0-2"), (7, "3-7"), (14, "8-14"), (30, "15-30")):
        if days <= last:
            return name
    return "31+"


def proof_now() -> Proof:
    """How the log stands: checkpoint, what waits, and whether somebody outside has seen it."""
    look = health.look()
    row = proofs.latest_checkpoint()
    if row is None:
        return Proof("", 0, "", "", "", "", look.pending, "none")
    head = parse_unsigned(row.note)
    cosigned = proofs.last_cosigned(row.incarnation)
    witness = "none: integrity is local only"
    if keyring.parse_keys(keyring.keys_text()).witnesses:
        witness = (
            f"cosigned up to {cosigned.size} entries" if cosigned else "configured, nothing cosigned yet"
        )
    return Proof(
        origin=head.origin, size=head.size, root=head.root.hex(), note=row.note + row.cosignatures,
        text=head.text(), signed_at=f"{row.at:%Y-%m-%d %H:%M} UTC", waiting=look.pending, witness=witness,
    )  # fmt: skip
