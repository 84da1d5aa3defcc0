"""The gate: asked at three moments, answered predicate by predicate, kept as a row and an entry."""

from __future__ import annotations

import datetime as dt
from typing import Any

from workflows.audit import log
from workflows.errors import GuardFailed
from workflows.flow.facts import Situation, facts_about
from workflows.flow.moves import GATE_APPROVE, GATE_BUILD, GATE_BYTES
from workflows.lawbook import in_force
from workflows.matters.models import Matter
from workflows.policy import guards as g
from workflows.policy.guards import Guard
from workflows.releases.models import GateDecision, Manifest

PREDICATES: dict[str, tuple[Guard, ...]] = {
    "approve": (*GATE_APPROVE, g.WITHHOLDING_CHOSEN, g.APPROVER_INDEPENDENT),
    "build": GATE_BUILD,
    "bytes": GATE_BYTES,
}


def ask(moment: str, matter: Matter, actor: Any, now: dt.datetime) -> dict[str, bool]:
    """The answer of each predicate now, by guard id. Changes nothing."""
    situation = Situation(matter, actor, now)
    facts = facts_about(situation, PREDICATES[moment])
    return {guard.id: guard.holds(facts) for guard in PREDICATES[moment]}


def failures(moment: str, answers: dict[str, bool]) -> list[tuple[str, str]]:
    """The predicates that do not hold, with their sentences."""
    return [(guard.id, guard.sentence) for guard in PREDICATES[moment] if answers.get(guard.id) is not True]


def decide(moment: str, manifest: Manifest, *, actor: Any, now: dt.datetime) -> GateDecision:
    """Ask the gate and keep a passed answer as a row; inside the transaction of the act it permits.

    Raises GuardFailed with every predicate that does not hold; the act's frame records that.
    """
    answers = ask(moment, manifest.matter, actor, now)
    failed = failures(moment, answers)
    if failed:
        raise GuardFailed(
            "The gate stays closed. " + " ".join(sentence for _, sentence in failed), failed=failed
        )
    policy = in_force(now)
    entry = log.record(
        "gate.decided",
        actor=actor,
        matter=manifest.matter,
        obj=("manifest", manifest.sha256),
        facts={"result": moment, "guards": answers, "policy": policy.label},
    )
    return GateDecision.objects.create(
        matter=manifest.matter,
        manifest=manifest,
        manifest_sha256=manifest.sha256,
        moment=moment,
        passed=True,
        predicates=answers,
        policy_version=policy.number,
        by=actor,
        at=now,
        entry=entry,
    )
