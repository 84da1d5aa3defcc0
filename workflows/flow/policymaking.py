"""Counsel changes the policy: one lawyer proposes a whole document, its tests run, another one approves it.

What it says is checked against what no version may cross, and asked the decision table, before anything is
stored (policy.md 14, workflow.md 4.6). It acts on what happens after it took effect: what was decided before
keeps the version that it names.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.utils import timezone

from workflows.audit import log
from workflows.clocks.calendar import city_zone
from workflows.errors import Forbidden, GuardFailed, Invalid, NotVisible, Stale, WrongState
from workflows.flow.advance import require_step_up
from workflows.flow.words import typed
from workflows.lawbook import in_force, numbered
from workflows.lawbook.models import APPROVED, PROPOSED, TESTED, PolicyVersion
from workflows.lawbook.reading import write_first
from workflows.matters.access import is_active_in
from workflows.matters.acts import act
from workflows.policy.bounds import MOST_SHOWN, NotADocument, Problem, parse, problems, texts
from workflows.policy.compare import Change, changes
from workflows.policy.document import Policy, built_in, read, to_bytes
from workflows.policy.guard_text import mask_numbers, refuse_status
from workflows.policy.roles import COUNSEL, allowed
from workflows.policy.table import Differs, differences

FURTHEST = dt.timedelta(days=366)  # a version takes effect within a year of its proposal, or is proposed anew


def examine(text: str) -> tuple[Policy, list[Change], list[Differs]]:
    """What a proposal of this text would be: the policy, what it changes, which rows of the table it answers
    otherwise. Stores nothing. Raises Invalid with the place of every fault."""
    base = in_force(timezone.now())
    try:
        document = parse(text)
    except NotADocument as error:
        raise Invalid(str(error), code="no_document") from error
    if faults := problems(document):
        raise Invalid(_said(faults), code="policy_faults")
    _guarded(document, base)
    policy = read(0, to_bytes(document))
    found = changes(base.document, policy.document)
    if not found:
        raise Invalid("This document says what the policy in force says.", code="nothing_changes")
    answers = differences(policy)
    if wrong := [one for one in answers if one.immovable]:
        raise Invalid(
            "No policy may answer these rows of the decision table otherwise: "
            + ", ".join(f"{one.row} ({one.kind or 'no paper'})" for one in wrong[:MOST_SHOWN]) + ".",
            code="immovable_row",
        )  # fmt: skip
    return policy, found, answers


def look(text: str, *, actor: Any) -> tuple[list[Change], list[Differs]]:
    """What a proposal of this text would change, and what it would answer otherwise. Nothing is stored but
    that somebody looked. Raises Forbidden, and Invalid with the place of every fault."""
    with act("change_policy", actor=actor, matter_id=None):
        _allowed(actor)
    policy, found, differs = examine(text)
    with act("change_policy", actor=actor, matter_id=None):
        about = {"counts": {"rows": len(found)}, "policy": in_force(timezone.now()).label}
        log.record("policy.examined", actor=actor, obj=("policy", policy.sha256), facts=about)
    return found, differs


def first_moment(day: dt.date | None) -> dt.datetime | None:
    """When a version that is wanted from this day on takes effect: as the day begins in the city. None for
    no day, and for today: as soon as it is approved."""
    if day is None or day == timezone.localdate():
        return None
    return dt.datetime.combine(day, dt.time(), city_zone()).astimezone(dt.UTC)


def propose(
    text: str,
    *,
    actor: Any,
    reason: str,
    wanted_from: dt.datetime | None = None,
    stepped_up_at: dt.datetime | None,
) -> PolicyVersion:
    """The document is a tested proposal with the next number. It has no effect until another lawyer approves.

    `wanted_from` is the moment before which it shall not hold. Raises Forbidden, StepUpNeeded, Invalid;
    WrongState while another proposal waits or an approved version has not taken effect yet.
    """
    with act("change_policy", actor=actor, matter_id=None):
        now = timezone.now()
        _may(actor, stepped_up_at, now)
        policy, found, answers = examine(text)
        reason = refuse_status(typed(reason, "your reason"))
        if wanted_from is not None and not now <= wanted_from <= now + FURTHEST:
            raise Invalid("It takes effect from today on, within a year.", code="wanted_from")
        write_first()
        waiting = [one for one in _locked() if one.state(now) in (PROPOSED, TESTED, APPROVED)]
        if waiting:
            raise WrongState(
                f"Version {waiting[0].number} waits already. Withdraw it, or wait until it is in force.",
                code="policy_waits",
            )
        number = 1 + PolicyVersion.objects.order_by("-number").values_list("number", flat=True)[0]
        about = {"counts": {"version": number, "rows": len(found)}, "policy": in_force(now).label}
        entry = log.record(
            "policy.proposed", actor=actor, obj=("policy", policy.sha256), facts=about, detail=reason
        )
        version = PolicyVersion.objects.create(
            number=number, body=to_bytes(policy.document).decode(), sha256=policy.sha256,
            base=in_force(now).number, reason=reason, wanted_from=wanted_from, proposed_by=actor,
            proposed_at=now, proposed_entry=entry,
        )  # fmt: skip
        _keep_tests(version, answers, now)
        return version


def approve(number: int, *, actor: Any, rows_read: bool, stepped_up_at: dt.datetime | None) -> PolicyVersion:
    """The version is in force from now on, or from the moment that was proposed.

    Its tests run once more, with the tables of this program as they are now. `rows_read` says that the
    approver has read which rows of the decision table change. Raises NotVisible, Forbidden, StepUpNeeded,
    WrongState, Stale, Invalid, GuardFailed for the lawyer who proposed it.
    """
    with act("change_policy", actor=actor, matter_id=None):
        now = timezone.now()
        _may(actor, stepped_up_at, now)
        version = _waiting(number, now)
        if version.proposed_by_id == actor.pk or not is_active_in(version.proposed_by, COUNSEL):
            raise GuardFailed(
                "Another lawyer than the one who proposed it approves a version, while both are counsel.",
                failed=[("policy.second_person", "Two lawyers stand behind a version of the policy.")],
            )
        if version.base != in_force(now).number:
            raise Stale("Another version has taken effect since this one was proposed. Propose it again.")
        if problems(version.read().document) or _rows(version.read()) != version.differences:
            raise Stale(
                "Tested anew, this version answers otherwise than when it was proposed. Propose it again."
            )
        if version.differences and not rows_read:
            raise Invalid(
                "Say that you have read which rows of the decision table this version changes.",
                code="rows_unread",
            )
        version.approved_by, version.approved_at = actor, now
        version.in_force_from = max(now, version.wanted_from or now)
        version.approved_entry = log.record(
            "policy.approved", actor=actor, obj=("policy", version.sha256),
            facts={"counts": {"version": number}, "policy": in_force(now).label},
        )  # fmt: skip
        version.save()
        return version


def withdraw(number: int, *, actor: Any, reason: str) -> PolicyVersion:
    """A version that is not in force yet never will be. Any lawyer does that; it opens nothing.

    Raises NotVisible, Forbidden, Invalid, WrongState.
    """
    with act("change_policy", actor=actor, matter_id=None):
        now = timezone.now()
        _allowed(actor)
        version = _waiting(number, now, APPROVED)
        words = refuse_status(typed(reason, "your reason"))
        version.withdrawn_by, version.withdrawn_at = actor, now
        version.withdrawn_entry = log.record(
            "policy.withdrawn", actor=actor, obj=("policy", version.sha256),
            facts={"counts": {"version": number}}, detail=words,
        )  # fmt: skip
        version.save()
        return version


def changes_of(version: PolicyVersion) -> list[Change]:
    """What the version says otherwise than the one whose place it takes."""
    return changes(numbered(version.base).document, version.read().document) if version.base else []


def _may(actor: Any, stepped_up_at: dt.datetime | None, now: dt.datetime) -> None:
    _allowed(actor)
    require_step_up("change_policy", stepped_up_at, now)


def _allowed(actor: Any) -> None:
    if not allowed(actor.role, "change_policy"):
        raise Forbidden("The policy is counsel's.")


def _locked() -> list[PolicyVersion]:
    """All versions, so that of two lawyers who act at once the second sees what the first has done."""
    return list(PolicyVersion.objects.select_for_update(of=("self",)).order_by("number"))


def _waiting(number: int, now: dt.datetime, *more: str) -> PolicyVersion:
    version = next((one for one in _locked() if one.number == number), None)
    if version is None:
        raise NotVisible()
    if version.state(now) not in (TESTED, *more):
        raise WrongState("This version does not wait for anybody any more.")
    return version


def _guarded(document: dict[str, Any], base: Policy) -> None:
    """The sentences that are new pass the intake guard. Raises Invalid with their place."""
    known = {words for one in (base, built_in()) for _, words in texts(one.document)}
    for place, words in texts(document):
        if words in known:
            continue
        # The name of a law may speak of immigration; a number of somebody's has no place in it.
        if place.startswith("/source/") and mask_numbers(words) == words:
            continue
        try:
            refuse_status(words)
        except Invalid as refusal:
            raise Invalid(f"{place}: {refusal.sentence}", code=refusal.code) from refusal


def _keep_tests(version: PolicyVersion, answers: list[Differs], now: dt.datetime) -> None:
    version.tested_at, version.differences = now, [asdict(one) for one in answers]
    version.tested_entry = log.record(
        "policy.tested", actor=None, obj=("policy", version.sha256),
        facts={"counts": {"version": version.number, "rows": len(answers)}},
    )  # fmt: skip
    version.save()


def _rows(policy: Policy) -> list[dict[str, Any]]:
    return [asdict(one) for one in differences(policy)]


def _said(faults: list[Problem]) -> str:
    more = f" And {len(faults) - MOST_SHOWN} more." if len(faults) > MOST_SHOWN else ""
    return "Nothing has been stored. " + " ".join(f"{fault}." for fault in faults[:MOST_SHOWN]) + more
