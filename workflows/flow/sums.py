"""Many small requests under one paper that together go beyond it (workflow.md 4.2): what has left and would
leave is counted over all matters, and what exceeds the paper waits for counsel.

Sealed matters are counted as well, and never named: a court's limit binds whoever may know of what.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q, QuerySet

from workflows.audit import log
from workflows.flow.blocks import write_block, write_lift
from workflows.flow.duties import open_task
from workflows.instruments.actions import ask_papers_anew
from workflows.instruments.models import Instrument, PaperLimit, ScopeClause, SumRuling
from workflows.instruments.queries import clauses_in_force
from workflows.matters.models import Matter
from workflows.matters.states import State
from workflows.policy.roles import COUNSEL
from workflows.policy.scope_words import SUMS
from workflows.records.models import Record
from workflows.releases.models import Manifest, ManifestRecord

BLOCK = "sum"
USED_UP = "paper_used_up"  # records have left under the paper on another matter
# On a matter in one of these states nothing is asked for under its paper any more.
_OVER = (State.REFUSED, State.WITHDRAWN, State.CLOSED)
UNBOUNDED = 1_000_000  # days of a clause that names no first or no last one


@dataclass(frozen=True, slots=True)
class Exceeded:
    """One count that goes beyond what the paper allows."""

    paper: Instrument
    kind: str
    most: int
    used: int
    limit: PaperLimit

    @property
    def sentence(self) -> str:
        """What is wrong, in words that name no other matter."""
        come_to = "have no bound" if self.used >= UNBOUNDED else f"come to {self.used}"
        return (
            f"Number of {SUMS[self.kind]}: the paper allows {self.most}, and all requests under it together "
            f"{come_to}."
        )


@dataclass(frozen=True, slots=True)
class _Use:
    """What counts towards the sums: a person, a file, days, a manifest. None: does not count."""

    person: tuple[str, dt.date | None] | None
    file: str | None
    days: tuple[dt.date | None, dt.date | None] | None
    manifest: Any


def same_paper(paper: Instrument) -> QuerySet[Instrument]:
    """Every row of this very paper: the same file, or the same case number of the same court."""
    same = Q(sha256=paper.sha256)
    if paper.docket:
        same |= Q(docket__iexact=paper.docket, court__iexact=paper.court)
    return Instrument.objects.filter(same)


def exceeded(matter: Matter, manifest: Manifest | None = None) -> list[Exceeded]:
    """The sums that go beyond a paper of the matter and that counsel has not decided. With a manifest: what
    has left and what is in it. Without: also what is asked and taken in on every matter that is not over."""
    if manifest is not None:
        cited = manifest.records.values("clause__instrument")
        found: Iterable[Instrument] = Instrument.objects.filter(pk__in=cited)
    else:
        found = matter.instruments.filter(state="in_force")
    return [one for paper in found for one in _exceeded(paper, manifest)]


def _exceeded(paper: Instrument, manifest: Manifest | None) -> list[Exceeded]:
    family = list(same_paper(paper).select_related("matter"))
    limits = limits_of(family)
    if not limits:  # as of nearly every paper: nothing is to be counted
        return []
    uses = _left(family, manifest)
    if manifest is None:
        uses += _asked(family, paper)
    said = [Exceeded(paper, one.kind, one.most, _measure(one.kind, uses), one) for one in limits]
    rulings = SumRuling.objects.filter(instrument__in=family)
    ruled = dict(rulings.values_list("kind").annotate(Max("upto")))
    return [one for one in said if one.used > max(one.most, ruled.get(one.kind, 0))]


def limits_of(family: list[Instrument]) -> list[PaperLimit]:
    """The limits in the reading of each of these papers that is in force."""
    found = list(PaperLimit.objects.filter(instrument__in=family))
    readings = ScopeClause.objects.filter(instrument__in={one.instrument_id for one in found})
    last = dict(readings.values_list("instrument").annotate(Max("reading")).order_by())
    return [one for one in found if one.reading == last.get(one.instrument_id)]


def _left(family: list[Instrument], manifest: Manifest | None) -> list[_Use]:
    rows = ManifestRecord.objects.filter(clause__instrument__in=family)
    out = Q(manifest__releases__isnull=False, manifest__releases__recall__isnull=True)
    rows = rows.filter(out | Q(manifest=manifest) if manifest is not None else out).distinct()
    return [_use(row.clause, row.record, row.manifest_id) for row in rows.select_related("clause", "record")]


def _asked(family: list[Instrument], paper: Instrument) -> list[_Use]:
    """People and days that clauses name, and records that they cover, on matters that are not over; of the
    matter of `paper` itself one production more, if it has records and none has left yet."""
    live = [one for one in family if one.state == "in_force" and State(one.matter.state) not in _OVER]
    uses = [
        _Use(_person(clause), None, (clause.date_from, clause.date_to), None)
        for one in live
        for clause in clauses_in_force(one)
    ]
    for record in Record.objects.filter(scope="in", clause__instrument__in=live).select_related("clause"):
        if record.clause is None:
            continue
        own = record.matter_id == paper.matter_id
        fresh = own and not paper.matter.releases.filter(recall__isnull=True).exists()
        uses.append(_use(record.clause, record, "next" if fresh else None))
    return uses


def _person(clause: ScopeClause) -> tuple[str, dt.date | None]:
    return clause.subject_key, clause.subject_birth_date


def _use(clause: ScopeClause, record: Record, manifest: Any) -> _Use:
    first = record.dated_on
    days = (first, record.dated_to or first) if first else None
    return _Use(_person(clause), record.sha256, days, manifest)


def _measure(kind: str, uses: list[_Use]) -> int:
    if kind == "days":
        return _span([use.days for use in uses if use.days is not None])
    counted = {
        "people": lambda use: use.person, "records": lambda use: use.file,
        "productions": lambda use: use.manifest,
    }[kind]  # fmt: skip
    return len({counted(use) for use in uses} - {None})


def _span(days: list[tuple[dt.date | None, dt.date | None]]) -> int:
    if any(first is None or last is None for first, last in days):
        return UNBOUNDED
    firsts, lasts = [first for first, _ in days if first], [last for _, last in days if last]
    return (max(lasts) - min(firsts)).days + 1 if firsts else 0


def use_up(matter: Matter, *, now: dt.datetime) -> None:
    """After a release the paper must be found in force anew wherever else it stands (policy 3.3): V05 and V11
    are asked again there, and counsel of that matter has a task. What is leaving there goes on: it left
    under answers of its own time. Inside the caller's transaction."""
    cited = ManifestRecord.objects.filter(manifest__releases__matter=matter).values("clause__instrument")
    elsewhere = {
        other
        for paper in Instrument.objects.filter(pk__in=cited)
        for other in same_paper(paper).exclude(matter=matter).select_related("matter")
        if other.state == "in_force"
        and State(other.matter.state) not in (*_OVER, State.RELEASING, State.DELIVERED)
    }
    ask_papers_anew(elsewhere, now)
    for other in {paper.matter for paper in elsewhere}:
        if not other.tasks.filter(kind=USED_UP, done_at__isnull=True).exists():
            open_task(other, USED_UP, COUNSEL, now, court_date=other.court_date)


def watch(matter: Matter, *, actor: Any, now: dt.datetime) -> None:
    """Where all requests under a paper of the matter together go beyond it, the matter is blocked and
    counsel has a task; where they no longer do, the block is lifted. Inside the caller's transaction."""
    open_blocks = list(matter.blocks.filter(kind=BLOCK, lifted_at__isnull=True))
    found = exceeded(matter)
    if found and not open_blocks:
        log.record(
            "sum.exceeded", actor=actor, matter=matter,
            facts={"refs": {"instrument": found[0].paper.pk}, "counts": {"rows": len(found)}},
        )  # fmt: skip
        write_block(matter, BLOCK, actor=actor, now=now)
    for block in open_blocks if not found else ():
        write_lift(block, matter, actor=actor, now=now, reason="All requests together stay inside the paper.")
