"""What a version of the policy would have made of what was decided under earlier ones. Changes nothing.

Asked are the decisions that a policy bears on: which papers were taken, which of their checks were waived,
which manifests passed the gate, who looked before counsel, how long people had been told before a release.
A matter that is sealed from the one who asks is in no number.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils import timezone

from workflows.audit.models import Entry
from workflows.clocks.calendar import business_days_from
from workflows.flow.notice_times import BEFORE
from workflows.instruments.models import Check, Instrument
from workflows.lawbook import in_force
from workflows.matters.access import unsealed_matters, visible_matters
from workflows.matters.models import Matter
from workflows.notices import machine
from workflows.policy.checks import WAIVED
from workflows.policy.document import Policy
from workflows.policy.instrument_types import COUNSEL, OWN_KINDS, SUFFICES
from workflows.releases.models import GateDecision

MOST_DECISIONS = 5_000  # the latest ones
MOST_LINKS = 50  # for each kind of difference

DIFFERENCES = {
    "paper_opens": "A paper that was not taken would be taken, some after counsel's finding",
    "paper_waits": "A paper that was taken would wait for counsel's finding first",
    "paper_closed": "A paper that was taken would open nothing",
    "waiver": "A check that counsel waived could not be waived",
    "gate": "A decision of the gate rests on such a paper or waiver",
    "second_review": "A second reviewer would have looked before counsel",
    "notice": "The people concerned would have had more time before the release",
}


@dataclass(slots=True)
class Difference:
    """One kind of difference: how many decisions, and the matters that the asker sees."""

    says: str
    count: int = 0
    matters: list[Matter] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Past:
    """What was looked at, and what would differ, by the codes of `DIFFERENCES`."""

    decisions: int
    papers: int
    differs: dict[str, Difference]


def what_if(policy: Policy, *, actor: Any, now: dt.datetime) -> Past:
    """Ask the version about the past, as far as the actor may know of it."""
    known = Q(pk__in=visible_matters(actor).values("pk")) | Q(pk__in=unsealed_matters(now).values("pk"))
    matters = Matter.objects.filter(known)
    papers = list(
        Instrument.objects.filter(matter__in=matters, confirmed_by__isnull=False)
        .exclude(type__in=OWN_KINDS)
        .select_related("matter")
        .prefetch_related("findings")
    )
    decisions = list(
        GateDecision.objects.filter(matter__in=matters)
        .select_related("matter", "manifest")
        .order_by("-pk")[:MOST_DECISIONS]
    )
    seen = set(visible_matters(actor).values_list("pk", flat=True))
    found: dict[str, Difference] = {}
    asked = (
        *_papers(policy, papers), *_waivers(policy, papers), *_gate(policy, papers, decisions),
        *_reviews(policy, decisions), *_notices(policy, decisions),
    )  # fmt: skip
    for code, matter in asked:
        one = found.setdefault(code, Difference(DIFFERENCES[code]))
        one.count += 1
        if matter.pk in seen and matter not in one.matters and len(one.matters) < MOST_LINKS:
            one.matters.append(matter)
    return Past(len(decisions), len(papers), {code: found[code] for code in DIFFERENCES if code in found})


def _taken_otherwise(policy: Policy, paper: Instrument) -> str:
    """What would have been otherwise about taking this paper; empty for nothing."""
    verdict = policy.kind(paper.type).verdict
    if not paper.verdict:  # never accepted: what did the version say that was in force when it came?
        was = in_force(paper.filed_at).kind(paper.type).verdict
        return "paper_opens" if was not in (SUFFICES, COUNSEL) and verdict in (SUFFICES, COUNSEL) else ""
    if paper.verdict not in (SUFFICES, COUNSEL):  # another basis stands beside it
        return ""
    if verdict not in (SUFFICES, COUNSEL):
        return "paper_closed"
    return "paper_waits" if verdict == COUNSEL and not paper.findings.all() else ""


def _papers(policy: Policy, papers: Iterable[Instrument]) -> Iterator[tuple[str, Matter]]:
    for paper in papers:
        if code := _taken_otherwise(policy, paper):
            yield code, paper.matter


def _waived(policy: Policy, papers: Iterable[Instrument]) -> list[Check]:
    rows = Check.objects.filter(instrument__in=[paper.pk for paper in papers], outcome=WAIVED)
    return [row for row in rows.select_related("instrument__matter") if row.check_id not in policy.waivable]


def _waivers(policy: Policy, papers: Iterable[Instrument]) -> Iterator[tuple[str, Matter]]:
    for row in _waived(policy, papers):
        yield "waiver", row.instrument.matter


def _gate(
    policy: Policy, papers: Iterable[Instrument], decisions: Iterable[GateDecision]
) -> Iterator[tuple[str, Matter]]:
    touched = {paper.pk for paper in papers if _taken_otherwise(policy, paper) not in ("", "paper_opens")}
    touched |= {row.instrument_id for row in _waived(policy, papers)}
    for decision in decisions:
        rests_on = decision.manifest.records.values_list("clause__instrument_id", flat=True)
        if touched & set(rests_on):
            yield "gate", decision.matter


def _reviews(policy: Policy, decisions: Iterable[GateDecision]) -> Iterator[tuple[str, Matter]]:
    if policy.second_review != "always":
        return
    passed = Entry.objects.filter(event="review.second_passed", outcome="ok")
    looked: dict[Any, list[int]] = defaultdict(list)
    for matter, key in passed.values_list("matter", "pk"):
        looked[matter].append(key)
    for decision in decisions:
        frozen, approved = decision.manifest.entry_id, decision.entry_id
        if decision.moment == "approve" and not any(
            frozen < key < approved for key in looked[decision.matter_id]
        ):
            yield "second_review", decision.matter


def _notices(policy: Policy, decisions: Iterable[GateDecision]) -> Iterator[tuple[str, Matter]]:
    """Releases that did not wait as long as the version asks for, where no court's date took the time."""
    amount = abs(policy.clock(BEFORE)[0] or 0)
    released: set[Any] = set()
    for decision in decisions:
        if decision.moment != "bytes" or decision.matter_id in released or decision.matter.court_date:
            continue
        for notice in decision.matter.notices.all():
            sent = notice.steps.filter(state=machine.SENT, at__lte=decision.at).order_by("pk").last()
            if sent and business_days_from(sent.at, amount) > timezone.localdate(decision.at):
                released.add(decision.matter_id)
                yield "notice", decision.matter
                break
