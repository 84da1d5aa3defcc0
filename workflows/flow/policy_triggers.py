"""Versions of the policy in the database: what one says never changes, two lawyers stand behind it, and one
is in force at a time (DB5). A decision of the gate names the one in force (DB3)."""

# Constants of this module only: nothing typed by anyone enters these texts.
# ruff: noqa: S608

from __future__ import annotations

from workflows.audit.triggers import Trigger
from workflows.flow.gate_triggers import Rule, guarded
from workflows.flow.ruling_triggers import settles

TABLE = "lawbook_policyversion"
_SAYS = ("id", "number", "body", "sha256", "base", "reason", "wanted_from", "proposed_by_id", "proposed_at",
         "proposed_entry_id")  # fmt: skip
_ONCE = ("tested_at", "differences", "tested_entry_id", "approved_by_id", "approved_at", "approved_entry_id",
         "in_force_from", "withdrawn_by_id", "withdrawn_at", "withdrawn_entry_id")  # fmt: skip


def policy_triggers(person_table: str) -> tuple[Trigger, ...]:
    """All of them. `person_table` is the table of the people who act."""

    def counsel(column: str) -> str:
        return (
            f"NOT EXISTS (SELECT 1 FROM {person_table} p WHERE p.id = NEW.{column} AND p.role = 'counsel' "
            "AND p.is_active = {T})"
        )

    approves = "OLD.approved_by_id IS NULL AND NEW.approved_by_id IS NOT NULL AND "
    other = f"EXISTS (SELECT 1 FROM {TABLE} o WHERE o.id <> NEW.id AND o.withdrawn_at IS NULL AND "
    return (
        *settles(TABLE, _SAYS, _ONCE, "DB5: what a version of the policy says never changes."),
        guarded(
            f"{TABLE}_proposed", TABLE, "INSERT",
            (
                Rule(
                    f"NEW.number > 1 AND {counsel('proposed_by_id')}",
                    "DB5: only active counsel propose a version of the policy.",
                ),
                Rule(
                    "NEW.number > 1 AND (NEW.proposed_entry_id IS NULL OR NEW.tested_at IS NOT NULL OR "
                    "NEW.approved_by_id IS NOT NULL OR NEW.in_force_from IS NOT NULL OR "
                    "NEW.withdrawn_at IS NOT NULL)",
                    "DB5: a version of the policy begins as a proposal with its entry.",
                ),
                Rule(
                    f"NEW.number < 1 OR EXISTS (SELECT 1 FROM {TABLE} o WHERE o.number >= NEW.number)",
                    "DB5: versions of the policy are numbered in order.",
                ),
            ),
        ),
        guarded(
            f"{TABLE}_approved", TABLE, "UPDATE",
            (
                Rule(
                    f"{approves}({counsel('approved_by_id')} OR NEW.approved_by_id = NEW.proposed_by_id)",
                    "DB5: another lawyer than the proposer approves a version of the policy.",
                ),
                Rule(
                    f"{approves}(OLD.tested_at IS NULL OR NEW.withdrawn_at IS NOT NULL OR "
                    "NEW.in_force_from IS NULL OR NEW.approved_at IS NULL OR "
                    "NEW.in_force_from < NEW.approved_at)",
                    "DB5: a version of the policy takes effect after its tests and its approval.",
                ),
                Rule(
                    f"{approves}({other}o.in_force_from >= NEW.in_force_from) OR NOT {other}"
                    "o.number = NEW.base AND o.in_force_from IS NOT NULL) OR "
                    f"{other}o.in_force_from > (SELECT b.in_force_from FROM {TABLE} b WHERE b.number = "
                    "NEW.base)))",
                    "DB5: a version of the policy takes the place of the one that it was compared with.",
                ),
                Rule(
                    "OLD.approved_by_id IS NULL AND NEW.approved_by_id IS NULL AND "
                    "NEW.in_force_from IS NOT NULL AND OLD.in_force_from IS NULL",
                    "DB5: no version of the policy takes effect without an approval.",
                ),
                Rule(
                    "OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL AND (NEW.number = 1 OR "
                    "NEW.in_force_from <= NEW.withdrawn_at)",
                    "DB5: a version of the policy that has been in force is not withdrawn.",
                ),
            ),
        ),
        guarded(
            "releases_gatedecision_policy", "releases_gatedecision", "INSERT",
            (
                Rule(
                    f"NEW.policy_version <> COALESCE((SELECT p.number FROM {TABLE} p WHERE p.withdrawn_at IS "
                    "NULL AND p.in_force_from <= NEW.at ORDER BY p.in_force_from DESC LIMIT 1), 1)",
                    "DB3: a decision names the version of the policy in force.",
                ),
            ),
        ),
    )  # fmt: skip
