"""What a move does besides changing the state; each effect runs inside the move's transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils import timezone

from workflows import jobs
from workflows.audit import log
from workflows.audit.models import Entry
from workflows.clocks import running
from workflows.errors import Invalid
from workflows.flow import gate, notice_steps, sums
from workflows.flow.duties import ask_about_unknown, close_tasks
from workflows.flow.facts import SUPPLEMENT_TASK, Situation
from workflows.flow.freezing import freeze_manifest, thaw_records
from workflows.flow.moves import Move
from workflows.flow.timing import PRESERVATION, settle_dates, stop_all
from workflows.holding.actions import place
from workflows.instruments.actions import ask_anew
from workflows.instruments.models import Instrument
from workflows.instruments.queries import needs_basis
from workflows.lawbook import in_force
from workflows.matters import letters
from workflows.matters.states import State
from workflows.policy.guard_text import refuse_status
from workflows.policy.instrument_types import instrument_type
from workflows.records.scoping import rescope_records
from workflows.releases import queries as releases
from workflows.releases.actions import (
    LINK_LIFE,
    approve_manifest,
    revoke_links,
    void_approvals,
    write_release,
)
from workflows.releases.models import Manifest

Effect = Callable[[Situation, Mapping[str, Any], Entry], None]


def choose_target(move: Move, situation: Situation, given: Mapping[str, Any]) -> State:
    """The state a move leads to; where the table names several, policy or the cause decides."""
    if len(move.targets) == 1:
        return move.targets[0]
    if move.name == "burned":
        return State.SECOND_REVIEW if _needs_second_review(situation) else State.COUNSEL_REVIEW
    if move.name == "void":
        return State.SCOPE_REVIEW if given.get("cause") == "paper" else State.REVIEW
    if move.name == "send_back":
        return State.COLLECTING if situation.manifest is None else State.REVIEW
    if move.name == "decide_exigent":  # only what stands in for a paper leads on (`facts._exigent_decided`)
        return State.COLLECTING if situation.instrument is not None else State.ACKNOWLEDGED
    raise ValueError(f"nothing chooses the target of {move.name}")


def _needs_second_review(situation: Situation) -> bool:
    """Policy: always, or at risk (a finding kept in sight, or a page whose text is not trusted)."""
    if in_force(situation.now).second_review != "risk":
        return True
    manifest = _manifest(situation)
    return any(
        row.decisions["keep"] or row.record.pages.filter(trusted_text=False).exists()
        for row in manifest.records.select_related("record")
    )


def _manifest(situation: Situation) -> Manifest:
    manifest = situation.manifest
    if manifest is None:
        raise Invalid("There is no manifest.")
    return manifest


def _acknowledge(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    letters.issue("acknowledgement", s.matter, actor=s.actor, now=s.now)


def _ask_paper(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    letters.issue(
        "needs_paper",
        s.matter,
        actor=s.actor,
        now=s.now,
        missing=given.get("missing", ()) or ["no_instrument"],
    )


def _preserve(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    place(s.matter, "preservation", actor=s.actor, now=s.now)
    running.start(s.matter, PRESERVATION, at=s.matter.received_at, now=s.now)
    settle_dates(s.matter)


def _refuse(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    missing = given.get("missing", ())
    letters.known_codes(missing)  # a refusal without a named element is no refusal
    letters.issue("refusal", s.matter, actor=s.actor, now=s.now, missing=missing)


def _certificate(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    """The departments and the papers, for the court: only counsel says that there is nothing."""
    letters.issue(
        "search_certificate",
        s.matter,
        actor=s.actor,
        now=s.now,
        papers=_named(s.matter.instruments.filter(state="in_force")),
        searched=[
            letters.Searched(search.department, timezone.localdate(search.attested_at))
            for search in s.matter.searches.order_by("pk")
        ],
    )


def _withdraw(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    void_approvals(s.matter, cause="withdrawn", now=s.now, entry=entry)
    thaw_records(s.matter)


def _nobody_told(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    notice_steps.nothing_leaves(s.matter, s.now)


def _answered(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    stop_all(s.matter, s.now, void=False)


def _dropped(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    stop_all(s.matter, s.now, void=True)


def _accept_paper(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    paper = s.instrument
    if paper is None:
        raise Invalid("Say which paper is accepted.")
    paper.state, paper.state_entry, paper.version = "in_force", entry, paper.version + 1
    paper.verdict = in_force(s.now).kind(paper.type).verdict
    paper.accepted_by, paper.accepted_at = s.actor, s.now
    paper.save(update_fields=["state", "state_entry", "version", "verdict", "accepted_by", "accepted_at"])


def _set_basis(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    """As for an accepted paper: from now on it opens exactly what its basis names."""
    _accept_paper(s, given, entry)


def _decide_exigent(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    if s.instrument is not None:
        _accept_paper(s, given, entry)


def _set_scope(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    rescope_records(s.matter)
    notice_steps.raise_notices(s.matter, s.now)
    sums.watch(s.matter, actor=s.actor, now=s.now)


def _finish_search(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    ask_about_unknown(s.matter, s.now)
    sums.watch(s.matter, actor=s.actor, now=s.now)


def _freeze(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    manifest = freeze_manifest(s.matter, actor=s.actor, now=s.now, entry=entry)
    sums.watch(s.matter, actor=s.actor, now=s.now)
    for row in manifest.records.all():
        jobs.enqueue("record.burn", row.pk, f"burn:{row.pk}", s.actor, lane=s.matter.pk)


def _thaw(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    thaw_records(s.matter)


def _approve(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    reason = refuse_status((given.get("reason") or "").strip())
    if len(reason) < 10:
        raise Invalid("Type your reason for the approval: at least ten characters.", code="reason_needed")
    manifest = _manifest(s)
    decision = gate.decide("approve", manifest, actor=s.actor, now=s.now)
    approval = approve_manifest(manifest, decision, actor=s.actor, reason=reason, now=s.now, entry=entry)
    letters.issue(
        "production",
        s.matter,
        actor=s.actor,
        now=s.now,
        papers=_papers_of(manifest),
        compelled=not any(needs_basis(paper) for paper in _used(manifest)),
        record_count=manifest.records.count(),
        page_count=sum(row.pages for row in manifest.records.all()),
    )
    jobs.enqueue("package.build", approval.pk, f"package:{approval.pk}", s.actor, lane=s.matter.pk)


def _papers_of(manifest: Manifest) -> list[letters.Paper]:
    """Court and docket of the papers a manifest rests on, for the letter, or its kind."""
    return _named(_used(manifest))


def _named(papers: Iterable[Instrument]) -> list[letters.Paper]:
    return [
        letters.Paper(
            paper.court if paper.court or paper.docket else instrument_type(paper.type).title, paper.docket
        )
        for paper in papers
    ]


def _used(manifest: Manifest) -> set[Instrument]:
    return {row.clause.instrument for row in manifest.records.select_related("clause__instrument")}


def _void(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    cause = str(given.get("cause", "change"))
    void_approvals(s.matter, cause=cause, now=s.now, entry=entry)
    revoke_links(s.matter, cause=cause, now=s.now)
    thaw_records(s.matter)


def _begin_again(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    """No approval, link or answer about the paper being in force outlives this (I16)."""
    cause = "reopened" if s.matter.state == State.SCOPE_REVIEW else "supplement"
    void_approvals(s.matter, cause=cause, now=s.now, entry=entry)
    revoke_links(s.matter, cause=cause, now=s.now)
    thaw_records(s.matter)
    ask_anew(s.matter, s.now)
    close_tasks(s.matter, SUPPLEMENT_TASK, actor=s.actor, now=s.now)


def _replace_recalled(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    """What has been called back has its replacement: the log says so of each."""
    fresh = s.matter.releases.order_by("-at").first()
    if fresh is None:
        raise Invalid("There is no release.")
    for recall in s.matter.recalls.filter(replaced_by__isnull=True):
        recall.replaced_by = fresh
        recall.save(update_fields=["replaced_by"])
        log.record(
            "recall.replaced", actor=s.actor, matter=s.matter, obj=("package", fresh.package.sha256),
            facts={"refs": {"recall": recall.pk, "release": fresh.pk}},
        )  # fmt: skip


def _release(s: Situation, given: Mapping[str, Any], entry: Entry) -> None:
    manifest = _manifest(s)
    decision = gate.decide("bytes", manifest, actor=s.actor, now=s.now)
    package = releases.sealed_package(manifest)
    if package is None:
        raise Invalid("There is no sealed package.")
    write_release(
        package,
        decision,
        actor=s.actor,
        now=s.now,
        entry=entry,
        expires_at=s.now + LINK_LIFE,
    )
    notice_steps.after_release(s.matter, s.now)
    sums.use_up(s.matter, now=s.now)


EFFECTS: dict[str, tuple[Effect, ...]] = {
    "acknowledge": (_acknowledge,),
    "ask_paper": (_ask_paper,),
    "preserve": (_preserve,),
    # After a refusal a paper may still be filed: the records must be open to review again.
    "refuse": (_refuse, _thaw, _nobody_told, _answered),
    "withdraw": (_withdraw, _nobody_told, _dropped),
    "accept_paper": (_accept_paper,),
    "set_basis": (_set_basis,),
    "decide_exigent": (_decide_exigent,),
    "set_scope": (_set_scope,),
    "confirm_none": (_certificate, _answered),
    "finish_search": (_finish_search,),
    "freeze": (_freeze,),
    "burn_failed": (_thaw,),
    "send_back": (_thaw,),
    "approve": (_approve,),
    "void": (_void,),
    "release": (_release, _replace_recalled),
    "rescope": (_thaw,),
    "supplement": (_begin_again,),
    "reopen": (_begin_again,),
    "complete": (_answered,),
    "close": (_answered,),
}
