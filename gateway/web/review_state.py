"""What the review screen shows of one record: counts, pages, the findings of one page, where to go next.

Reads only. "Open" is a finding that this person can settle: undecided, or a proposed keep that
waits for a second person and for which they may be that person.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from django.db.models import BooleanField, Count, ExpressionWrapper, Q
from django.utils import timezone
from django.utils.safestring import SafeString

from gateway.accounts.models import Person
from workflows.audit.models import Entry
from workflows.policy.roles import COUNSEL, allowed
from workflows.policy.status_types import status_types
from workflows.records.alike import in_review
from workflows.records.models import Finding, Mark, Record
from workflows.records.queries import UNDECIDED, authorisations_on
from workflows.records.stepping import REVIEWABLE
from workflows.releases.models import VerifierReport
from workflows.releases.queries import current_manifest

HIGH, MEDIUM = 0.85, 0.6
STRETCH = 50  # pages that are listed one by one
NEAR = 15  # findings before and after the current one that show their buttons
HERE_FOR = dt.timedelta(minutes=3)
PRESENT = (
    "page.viewed", "page.seen", "finding.revealed", "finding.decided", "finding.confirmed", "mark.drawn",
)  # fmt: skip
SOURCES = {
    "plain": "the text",
    "pdfplumber": "the text of the file",
    "pdfium": "the text of the file",
    "form_value": "a form field",
    "annotation": "a note on the page",
    "attachment_name": "the name of an attachment",
    "outline": "the table of contents",
    "metadata": "the properties of the file",
    "actual_text": "a replacement text",
    "script": "a script or the address of a link",
    "navigation": "a page label or a bookmark's name",
    "leftover": "a leftover of the file that no viewer shows",
    "hidden": "hidden text",
    "ocr": "the picture, by machine",
}


# How a finding stands: the colour of its chip, and the words on it.
CHIPS = {
    "redact": ("chip-redact", "Redacted"),
    "keep": ("chip-good", "Kept in sight"),
    "proposed": ("chip-warn", "Keep proposed"),
    "open": ("chip-busy", "Undecided"),
}


class Box(NamedTuple):
    """A box of the overlay: the place as attributes of the picture, in points; the finding's key, empty for
    what is no finding; the names of its look."""

    place: SafeString
    finding: str
    look: str


@dataclass(frozen=True, slots=True)
class Claim:
    """One finding as the list shows it. `key` is the finding's own, as text: a crowded page writes it so
    often that the filters for numbers would be felt."""

    finding: Finding
    key: str
    type: str
    confidence: str
    source: str
    open: bool
    may_confirm: bool
    look: str
    rulings: list[Any]  # authorisations of counsel that this person can apply to it
    elsewhere: int = 0  # undecided places of the matter, besides this one, where the same words stand

    @property
    def chip(self) -> tuple[str, str]:
        """Colour and words of how it stands."""
        return CHIPS[self.look]


def with_buttons(claims: Sequence[Claim], current: int | None) -> set[int]:
    """The findings of a page that show their buttons: all of them, or on a crowded page those around the
    current one. The others are chosen first, which shows theirs."""
    keys = [claim.finding.pk for claim in claims]
    if len(keys) <= 4 * NEAR:
        return set(keys)
    at = keys.index(current) if current in keys else 0
    return set(keys[max(at - NEAR, 0) : at + NEAR + 1])


class Line(NamedTuple):
    """One page in the list of pages, with counts of its findings: all of them, those that this person can
    settle, those that nobody has settled yet, and those of them that wait for a second person."""

    n: int
    seen: bool
    scanned: bool
    trusted_text: bool
    total: int
    open: int
    unsettled: int
    waiting: int

    @property
    def left(self) -> bool:
        """True while something is left to do on the page."""
        return self.open > 0 or not self.seen


@dataclass(frozen=True, slots=True)
class Stretch:
    """Pages in a row: those around the page that is shown with their lines, the others as one link to `to`,
    the first of them on which something is left."""

    first: int
    last: int
    lines: tuple[Line, ...]
    open: int
    unseen: int
    to: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of a record: findings with a place on a page, and pages."""

    total: int
    decided: int
    waiting: int
    pages: int
    unseen: int

    @property
    def done(self) -> bool:
        """True when nothing is left on the record."""
        return self.decided == self.total and not self.unseen


def type_title(type_: str) -> str:
    """The type of a finding in words."""
    return status_types().get(type_, type_.replace("_", " ").capitalize())


def source_words(source: str) -> str:
    """Where a finding was read, in words."""
    return SOURCES.get(source, source.replace("_", " "))


def confidence(score: float) -> str:
    """High, medium or low: how sure the rule is, by its score (0 to 1)."""
    return "high" if score >= HIGH else "medium" if score >= MEDIUM else "low"


def may_review(record: Record, actor: Any) -> bool:
    """True when this person can decide and mark on the record now."""
    return (
        record.matter.state in REVIEWABLE
        and record.state in ("readable", "reviewed")
        and allowed(actor.role, "decide")
    )


def _confirmable(actor: Any) -> Q:
    """Proposed keeps for which this person may be the second one; one of the two is counsel."""
    waiting = Q(decision="keep_proposed") & ~Q(decided_by=actor.pk)
    return waiting if actor.role == COUNSEL else waiting & Q(decided_by__role=COUNSEL)


def _open(actor: Any) -> Q:
    """Findings that this person can settle."""
    return Q(decision="") | _confirmable(actor)


def progress_of(lines: Sequence[Line]) -> Progress:
    """Counts over all pages of a record."""
    total = sum(line.total for line in lines)
    return Progress(
        total=total,
        decided=total - sum(line.unsettled for line in lines),
        waiting=sum(line.waiting for line in lines),
        pages=len(lines),
        unseen=sum(not line.seen for line in lines),
    )


def lines_of(record: Record, actor: Any) -> list[Line]:
    """Every page of the record with the counts of its findings, from one look at them."""
    counted = (
        record.findings.filter(page_n__isnull=False)
        .order_by()
        .values_list("page_n")
        .annotate(
            Count("pk"),
            open=Count("pk", filter=_open(actor)),
            unsettled=Count("pk", filter=UNDECIDED),
            waiting=Count("pk", filter=UNDECIDED & Q(decision="keep_proposed")),
        )
    )
    found = {n: counts for n, *counts in counted}
    rows = record.pages.values_list("n", "seen_at", "scanned", "trusted_text")
    return [
        Line(n, seen_at is not None, scanned, trusted, *found.get(n, (0, 0, 0, 0)))
        for n, seen_at, scanned, trusted in rows
    ]


def stretches(lines: Sequence[Line], n: int) -> list[Stretch]:
    """The list of pages in stretches of STRETCH; only the one with page `n` shows each of its pages."""
    found = []
    for at in range(0, len(lines), STRETCH):
        some = tuple(lines[at : at + STRETCH])
        first, last = some[0].n, some[-1].n
        found.append(
            Stretch(
                first,
                last,
                lines=some if first <= n <= last else (),
                open=sum(line.open for line in some),
                unseen=sum(not line.seen for line in some),
                to=next((line.n for line in some if line.left), first),
            )
        )
    return found


def claims_of(record: Record, n: int, actor: Any) -> list[Claim]:
    """Findings of one page from top to bottom; those without a box come last."""
    can_settle = ExpressionWrapper(_open(actor), output_field=BooleanField())
    people = ("decided_by", "confirmed_by")
    rows = list(record.findings.filter(page_n=n).select_related(*people).annotate(can_settle=can_settle))
    rulings = [
        row for row in authorisations_on(record, timezone.localdate()) if row.by_id != actor.pk
    ]  # not of one's own: two people
    return [
        Claim(
            finding=row,
            key=str(row.pk),
            type=type_title(row.type),
            confidence=confidence(row.score),
            source=source_words(row.source),
            open=bool(row.can_settle),
            may_confirm=bool(row.can_settle) and row.decision == "keep_proposed",
            rulings=[one for one in rulings if row.type in one.types and one.pk != row.authorisation_id],
            look={"redact": "redact", "keep": "keep", "keep_proposed": "proposed"}.get(row.decision, "open"),
        )
        for row in sorted(rows, key=_place)
    ]


def with_places(record: Record, claims: Sequence[Claim], chosen: set[int]) -> list[Claim]:
    """The claims, of the chosen findings with the number of further places where their words stand."""
    same = _same_words(record, {one.finding.value_hmac for one in claims if one.finding.pk in chosen})
    return [
        replace(one, elsewhere=same.get((row.type, row.value_hmac), 0) - (row.decision == ""))
        if (row := one.finding).pk in chosen
        else one
        for one in claims
    ]


def _same_words(record: Record, words: set[str]) -> dict[tuple[str, str], int]:
    """How many undecided findings of the matter have one of these words, by type and words."""
    if not words:
        return {}
    undecided_rows = (
        in_review(record.matter_id)
        .filter(decision="", value_hmac__in=words)
        .order_by()
        .values_list("type", "value_hmac")
        .annotate(number=Count("pk"))
    )
    return {(type_, value): number for type_, value, number in undecided_rows}


def company_of(record: Record, actor: Any) -> list[Person]:
    """Colleagues who have looked at the record, or worked on it, in the last minutes, by name."""
    lately = Entry.objects.filter(digest=record.sha256, at__gte=timezone.now() - HERE_FOR)
    others = lately.exclude(actor=actor.pseudonym).filter(event__in=PRESENT).values("actor")
    return list(Person.objects.filter(pseudonym__in=others).order_by("name"))


def _place(finding: Finding) -> tuple[float, float, int]:
    x, y = min(((box[0], box[1]) for box in finding.boxes), key=lambda at: at[1], default=(0.0, 1e9))
    return round(y, 0), x, finding.pk


def boxes_of(claims: list[Claim], marks: list[Mark], current: int | None = None) -> list[Box]:
    """The overlay of one page: boxes of findings, then those that people drew."""
    found = [
        box_of(corners, claim.look + " is-current" * (claim.finding.pk == current), claim.key)
        for claim in claims
        for corners in claim.finding.boxes
    ]
    return found + [box_of((m.x0, m.y0, m.x1, m.y1), f"drawn-{m.layer}") for m in marks]


def box_of(corners: Sequence[float], look: str, finding: str = "") -> Box:
    """A box of the overlay from its corners in points."""
    x0, y0, x1, y1 = map(float, corners)  # numbers only: what follows is written as it is
    place = f'x="{x0:.2f}" y="{y0:.2f}" width="{x1 - x0:.2f}" height="{y1 - y0:.2f}"'
    return Box(SafeString(place), finding, look)


def marks_of(record: Record, n: int) -> list[Mark]:
    """Boxes that people drew on the page and that stand."""
    return list(record.marks.filter(page_n=n, removed_at__isnull=True).select_related("author"))


def placeless(record: Record) -> list[tuple[str, str, int]]:
    """Findings outside the pages (metadata, outline, names of attachments): type, where, how often."""
    rows = record.findings.filter(page_n__isnull=True).order_by("type", "source")
    counted = rows.values_list("type", "source").annotate(number=Count("pk"))
    return [(type_title(type_), source_words(source), number) for type_, source, number in counted]


def next_stop(lines: list[Line], claims: list[Claim], n: int, after: int | None) -> tuple[int, int | None]:
    """Where to go after an act on page `n`: the next open finding, else the page's own "seen", else on.

    `after` is the finding just settled. Returns page and finding; no finding means the page as a whole.
    """
    order = [claim.finding.pk for claim in claims]
    start = order.index(after) + 1 if after in order else 0
    for claim in claims[start:] + claims[:start]:
        if claim.open:
            return n, claim.finding.pk
    here = next((line for line in lines if line.n == n), None)
    if here is None or not here.seen:
        return n, None
    return next_page(lines, n) or n, None


def next_page(lines: list[Line], n: int, *, back: bool = False) -> int | None:
    """The nearest page after (or before) `n` with something left, round the end; None when there is none."""
    numbers = [line.n for line in lines if line.left and line.n != n]
    if back:
        numbers.reverse()
    beyond = [number for number in numbers if (number < n if back else number > n)]
    return next(iter(beyond or numbers), None)


def result_of(record: Record) -> VerifierReport | None:
    """What the verifier said of the record for the current manifest, or None."""
    manifest = current_manifest(record.matter)
    return manifest.reports.filter(record=record).first() if manifest else None
