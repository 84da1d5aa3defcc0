"""Facts that guards read, computed for one matter and one actor at one moment.

Each function answers one question by name; `facts_about` computes only what the guards of a
move ask for. The answers go into the entry, so that the log shows what the guards saw.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from workflows.audit import health
from workflows.audit.canonical import parse
from workflows.audit.models import Entry
from workflows.flow import notice_times, sums
from workflows.instruments import queries as papers
from workflows.instruments.bases import TwoPeople
from workflows.instruments.models import Determination1373, ExigentDetermination, Instrument, ScopeClause
from workflows.instruments.states import ENDS
from workflows.lawbook import in_force
from workflows.matters.models import Matter
from workflows.policy.bases import CONSENT
from workflows.policy.guards import Guard
from workflows.policy.instrument_types import (
    COUNSEL,
    DETERMINATION_1373,
    NEVER,
    OWN_KINDS,
    SUFFICES,
)
from workflows.policy.roles import AGENCY
from workflows.policy.scope import Cover
from workflows.records import queries as records
from workflows.records.models import Record
from workflows.releases import queries as releases
from workflows.releases.models import Manifest, ManifestRecord

SUPPLEMENT_TASK = "supplement_asked"  # an officer has asked, counsel has not agreed yet


@dataclass(frozen=True)
class Situation:
    """What the facts are about. `instrument` only for moves of a paper; `now` is aware UTC."""

    matter: Matter
    actor: Any
    now: dt.datetime
    instrument: Instrument | None = None

    @property
    def manifest(self) -> Manifest | None:
        """The latest manifest of the matter."""
        return releases.current_manifest(self.matter)

    @property
    def listed(self) -> list[ManifestRecord]:
        """The rows of that manifest, with record, clause and paper; none where there is no manifest."""
        if self.manifest is None:
            return []
        return list(self.manifest.records.select_related("record__matter", "clause__instrument__matter"))

    @property
    def today(self) -> dt.date:
        """The city's date."""
        return timezone.localdate(self.now)


class _Looked(Situation):
    """The situation while its facts are looked up: nothing changes, and the manifest is read once."""

    @functools.cached_property
    def manifest(self) -> Manifest | None:
        return releases.current_manifest(self.matter)

    @functools.cached_property
    def listed(self) -> list[ManifestRecord]:
        return super().listed


def _paper_fields_confirmed(s: Situation) -> bool:
    paper = s.instrument
    if paper is None or not paper.confirmed_by_id:
        return False
    if paper.type == CONSENT:  # a person's own paper: signed and dated (policy 9.4)
        return bool(paper.signer and paper.issued_on)
    return bool(paper.type and paper.docket and paper.court and paper.signer)


def _paper_kind_can_open(s: Situation) -> bool:
    return bool(s.instrument and in_force(s.now).kind(s.instrument.type).verdict in (SUFFICES, COUNSEL))


def _paper_checks_complete(s: Situation) -> bool:
    return bool(s.instrument and not papers.failing_checks(s.instrument))


def _paper_no_flag(s: Situation) -> bool:
    return bool(
        s.instrument
        and not papers.standing_flags(s.instrument)
        and not papers.out_of_time(s.instrument, s.today)
    )


def _paper_finding_present(s: Situation) -> bool:
    if s.instrument is None:
        return False
    if s.instrument.type == CONSENT and papers.basis_of(s.instrument) is None:
        return False
    needed = in_force(s.now).kind(s.instrument.type).verdict == COUNSEL
    return not needed or _found_of_this_kind(s.instrument)


def _found_of_this_kind(paper: Instrument) -> bool:
    """A finding speaks of the kind of paper that counsel had before them: one from before a verifier changed
    the kind says nothing of it."""
    read = Entry.objects.filter(matter=paper.matter_id, event="instrument.confirmed", digest=paper.sha256)
    otherwise = [row.pk for row in read if parse(bytes(row.body)).get("result") != paper.type]
    return paper.findings.filter(entry__gt=max(otherwise, default=0)).exists()


def _accepter_is_second_person(s: Situation) -> bool:
    if s.instrument is None or s.actor is None or s.instrument.filed_by_id == s.actor.pk:
        return False
    call = papers.latest_checks(s.instrument).get("V11")
    return call is None or call.by_id != s.actor.pk


def _basis_confirmed(s: Situation) -> bool:
    return bool(s.instrument and _written(s.instrument, s.now))


def _written(paper: Instrument, now: dt.datetime) -> TwoPeople | None:
    """What two lawyers have confirmed about this paper, before it is in force."""
    if paper.type == DETERMINATION_1373:
        return Determination1373.objects.filter(instrument=paper, confirmed_by__isnull=False).first()
    return papers.override_of(paper) if in_force(now).kind(paper.type).verdict == NEVER else None


def _basis_checks_complete(s: Situation) -> bool:
    if s.instrument is None:
        return False
    own = s.instrument.type in OWN_KINDS
    return own or bool(s.instrument.confirmed_by_id and not papers.failing_checks(s.instrument))


def _basis_second_person(s: Situation) -> bool:
    basis = _written(s.instrument, s.now) if s.instrument else None
    if basis is None or s.instrument is None or s.actor is None or basis.proposed_by_id == s.actor.pk:
        return False
    return s.instrument.type in OWN_KINDS or _accepter_is_second_person(s)


def _question_asked(s: Situation) -> bool:
    return s.matter.clarifications.filter(answered_at__isnull=True).exists()


def _answer_filed(s: Situation) -> bool:
    return s.matter.clarifications.exists() and not _question_asked(s)


def _exigent_claimed(s: Situation) -> bool:
    claim = s.matter.exigent_claims.filter(refused_at__isnull=True).last()
    return claim is not None and not hasattr(claim, "determination")


def _exigent_decided(s: Situation) -> bool:
    """The latest claim has been refused, or what it asks for is confirmed by somebody who did not take it;
    `instrument` is what stands in for the paper, and is given exactly when the answer is yes."""
    claim = s.matter.exigent_claims.last()
    if claim is None:
        return False
    if s.instrument is None:
        return claim.refused_by_id is not None
    row = ExigentDetermination.objects.filter(claim=claim, instrument=s.instrument).first()
    return (
        row is not None
        and claim.refused_by_id is None
        and row.confirmed_by_id not in (None, claim.claimed_by_id, row.proposed_by_id)
    )


def _clauses_cited(s: Situation) -> bool:
    in_force = s.matter.instruments.filter(state="in_force")
    clauses = [clause for paper in in_force for clause in papers.clauses_in_force(paper)]
    return bool(clauses) and all(clause.quote and clause.page for clause in clauses)


def _searches_attested(s: Situation) -> bool:
    searches = list(s.matter.searches.all())
    return bool(searches) and all(search.attested_at for search in searches)


def _nothing_found(s: Situation) -> bool:
    """Every department says so, and nothing that was taken in says otherwise: unknown counts as found."""
    searches = list(s.matter.searches.all())
    return (
        bool(searches)
        and all(search.attested_at and search.outcome == "none" for search in searches)
        and not s.matter.records.exclude(scope="out").exists()
        and s.manifest is None
    )


def _records_settled(s: Situation) -> bool:
    return not s.matter.records.filter(state="received").exists()


def _records_in_scope(s: Situation) -> bool:
    return records.in_scope(s.matter).exists()


def _scope_decided(s: Situation) -> bool:
    """Nothing is left out because nobody said whether the paper covers it (policy 3.1: not less)."""
    return not s.matter.records.filter(scope="unknown").exists()


def _pages_seen(s: Situation) -> bool:
    return not any(records.unseen_pages(record).exists() for record in records.in_scope(s.matter))


def _findings_decided(s: Situation) -> bool:
    return not any(records.undecided(record).exists() for record in records.in_scope(s.matter))


def _leaving(s: Situation) -> list[Record]:
    """The records of the manifest, or before the freeze those that would be in it."""
    manifest = s.manifest
    if manifest is not None and s.matter.state not in ("review", "collecting"):
        return [row.record for row in s.listed]
    return list(records.in_scope(s.matter).select_related("matter"))


def _kept_status_authorised(s: Situation) -> bool:
    return records.kept_without_authorisation(_leaving(s), s.today) == 0


def _withholding_chosen(s: Situation) -> bool:
    """No clause that asks for status data has some withheld in silence on a page that it covers."""
    silent = [
        clause
        for clause in papers.clauses_of(s.matter)
        if clause.names_status and not clause.withholding_choices.exists()
    ]
    return not any(
        record.findings.filter(decision="redact", page_n__isnull=False).exists()
        and any(records.cover_of(record, clause) is Cover.IN for clause in silent)
        for record in (_leaving(s) if silent else ())
    )


def _counts_conserved(s: Situation) -> bool:
    return all(
        record.page_count > 0 and record.pages.count() == record.page_count
        for record in records.in_scope(s.matter)
    )


def _manifest_covered(s: Situation) -> bool:
    """Each record is covered by its clause, and each page of it by the items that it cites. A paper is asked
    once, however many pages cite it: the gate asks this again for every byte that leaves."""
    if s.manifest is None or not s.listed:
        return False
    listed = {row.record_id: row.record for row in s.listed}
    cited = (
        s.manifest.pages.filter(clause__isnull=False).order_by().values_list("record", "clause").distinct()
    )
    pairs = {(row.record_id, row.clause_id) for row in s.listed} | set(cited.distinct())
    clauses = _clauses_that_hold({clause for _, clause in pairs}, s.today)
    return all(
        record in listed
        and clause in clauses
        and records.cover_of(listed[record], clauses[clause]) is Cover.IN
        for record, clause in pairs
    )


def _clauses_that_hold(keys: set[int], today: dt.date) -> dict[int, ScopeClause]:
    """Those of these clauses that stand in the reading in force of a paper that opens the gate, by key."""
    cited = Instrument.objects.filter(clauses__in=keys).distinct().select_related("matter")
    return {
        clause.pk: clause
        for paper in cited
        if papers.is_legal_basis(paper, today)
        for clause in papers.clauses_in_force(paper)
        if clause.pk in keys
    }


def _legal_basis(s: Situation) -> bool:
    manifest = s.manifest
    if manifest is not None and s.matter.state not in ("review", "collecting"):
        used = [(row.clause, row.record) for row in s.listed]
    else:
        chosen = records.in_scope(s.matter).select_related("clause__instrument__matter")
        used = [(record.clause, record) for record in chosen if record.clause is not None]
    return bool(used) and all(
        papers.is_legal_basis(clause.instrument, s.today)
        and papers.basis_names(clause, record.record_class, record.dated_on)
        for clause, record in used
    )


def _paper_still_sound(s: Situation) -> bool:
    used = {row.clause.instrument for row in s.listed}
    return bool(used) and all(papers.still_sound(paper) for paper in used)


def _sum_within(s: Situation) -> bool:
    return s.manifest is not None and not sums.exceeded(s.matter, s.manifest)


def _reports_passed(s: Situation) -> bool:
    return s.manifest is not None and releases.reports_passed(s.manifest)


def _approver_independent(s: Situation) -> bool:
    if s.manifest is None or s.actor is None:
        return False
    return s.actor.pk not in releases.people_barred_from_approving(s.manifest)


def _reviewer_made_no_mark(s: Situation) -> bool:
    if s.manifest is None or s.actor is None:
        return False
    return (
        not s.manifest.mark_makers.filter(person_id=s.actor.pk).exists()
        and s.manifest.frozen_by_id != s.actor.pk
    )


def _approval_live(s: Situation) -> bool:
    return s.manifest is not None and releases.live_approval(s.manifest) is not None


def _package_sealed(s: Situation) -> bool:
    return s.manifest is not None and releases.sealed_package(s.manifest) is not None


def _receipts_in(s: Situation) -> bool:
    return releases.receipts_in(s.matter)


def _no_block(s: Situation) -> bool:
    return not s.matter.blocks.filter(lifted_at__isnull=True).exists()


def _supplement_asked(s: Situation) -> bool:
    return s.matter.tasks.filter(kind=SUPPLEMENT_TASK, done_at__isnull=True).exists()


def _paper_in_force(s: Situation) -> bool:
    return any(
        papers.is_legal_basis(paper, s.today) for paper in s.matter.instruments.filter(state="in_force")
    )


def _agency_withdraws_or_no_paper(s: Situation) -> bool:
    """Nobody of the city makes an order go away by taking the request back in the agency's name."""
    if s.actor is not None and s.actor.role == AGENCY:
        return True
    return not s.matter.instruments.exclude(state__in=ENDS).exists()


def _notice_settled(s: Situation) -> bool:
    return notice_times.is_settled(s.matter, s.now)


def _log_sound(s: Situation) -> bool:
    return health.gate_closed_reason() is None


FACTS: dict[str, Callable[[Situation], bool]] = {
    "paper_fields_confirmed": _paper_fields_confirmed,
    "paper_kind_can_open": _paper_kind_can_open,
    "paper_checks_complete": _paper_checks_complete,
    "paper_no_flag": _paper_no_flag,
    "paper_finding_present": _paper_finding_present,
    "accepter_is_second_person": _accepter_is_second_person,
    "question_asked": _question_asked,
    "answer_filed": _answer_filed,
    "exigent_claimed": _exigent_claimed,
    "exigent_decided": _exigent_decided,
    "basis_confirmed": _basis_confirmed,
    "basis_checks_complete": _basis_checks_complete,
    "basis_second_person": _basis_second_person,
    "clauses_cited": _clauses_cited,
    "searches_attested": _searches_attested,
    "nothing_found": _nothing_found,
    "records_settled": _records_settled,
    "records_in_scope": _records_in_scope,
    "scope_decided": _scope_decided,
    "pages_seen": _pages_seen,
    "findings_decided": _findings_decided,
    "kept_status_authorised": _kept_status_authorised,
    "withholding_chosen": _withholding_chosen,
    "counts_conserved": _counts_conserved,
    "manifest_covered": _manifest_covered,
    "legal_basis": _legal_basis,
    "paper_still_sound": _paper_still_sound,
    "sum_within": _sum_within,
    "reports_passed": _reports_passed,
    "approver_independent": _approver_independent,
    "reviewer_made_no_mark": _reviewer_made_no_mark,
    "approval_live": _approval_live,
    "package_sealed": _package_sealed,
    "receipts_in": _receipts_in,
    "no_block": _no_block,
    "notice_settled": _notice_settled,
    "agency_withdraws_or_no_paper": _agency_withdraws_or_no_paper,
    "log_sound": _log_sound,
    "supplement_asked": _supplement_asked,
    "paper_in_force": _paper_in_force,
}


def facts_about(situation: Situation, guards: Iterable[Guard]) -> dict[str, bool]:
    """The facts that these guards ask for, by name."""
    looked = _Looked(situation.matter, situation.actor, situation.now, situation.instrument)
    return {guard.fact: FACTS[guard.fact](looked) for guard in guards}
