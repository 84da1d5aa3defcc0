"""What lies outside a clause is never put in scope, whoever writes the row (workflow.md 4.2).

The gate asks the same again at its three moments (`gate_triggers`): a record that was described otherwise
since, beside the one act for it, is seen there.
"""

# Constants of this module only: nothing typed by anyone enters these texts.
# ruff: noqa: S608

from __future__ import annotations

import re

from workflows.audit.triggers import Trigger, append_only
from workflows.flow.gate_triggers import Rule, guarded
from workflows.flow.scope_sql import NOT_COVERED, OUT, not_covered

_ONCE = "DB5: this row is written once."
# The row that is being written stands in the place of the record.
_HERE = re.sub(r"\br\.", "NEW.", NOT_COVERED)
_OUTSIDE = Rule(
    "NEW.scope = 'in'{change} AND (NEW.clause_id IS NULL OR NOT EXISTS (SELECT 1 FROM "
    "instruments_scopeclause c JOIN instruments_instrument i ON i.id = c.instrument_id "
    f"JOIN matters_matter t ON t.id = NEW.matter_id WHERE c.id = NEW.clause_id AND NOT ({_HERE})))",
    "DB8: what the clause does not cover is not put in scope.",
)
_CHANGED = (
    " AND (OLD.scope <> 'in' OR OLD.clause_id IS NULL OR NEW.clause_id IS NULL "
    "OR NEW.clause_id <> OLD.clause_id)"
)
# What a ruling speaks of: changed only together with the count of descriptions.
_STATED = (
    "matter_id", "subject_name", "subject_key", "subject_birth_date", "subject_number", "record_class",
    "dated_on", "dated_to", "custodian", "custodian_key", "categories", "document_number", "document_key",
)  # fmt: skip
_SAME = " AND ".join(
    f"COALESCE(CAST(NEW.{name} AS text), '') = COALESCE(CAST(OLD.{name} AS text), '')" for name in _STATED
)


def _record(event: str, change: str, *more: Rule) -> Trigger:
    rule = Rule(_OUTSIDE.violation.replace("{change}", change), _OUTSIDE.sentence)
    return guarded(f"scope_record_{event.lower()}", "records_record", event, (rule, *more))


SCOPE_TRIGGERS = (
    _record("INSERT", ""),
    _record(
        "UPDATE",
        _CHANGED,
        Rule(
            f"NOT ({_SAME}) AND NEW.described <= OLD.described AND EXISTS "
            "(SELECT 1 FROM records_scoperuling u WHERE u.record_id = NEW.id)",
            "DB8: a record that counsel ruled on is described anew, not otherwise.",
        ),
        Rule("NEW.described < OLD.described", "DB8: descriptions of a record are counted upwards."),
    ),
    guarded(
        "scope_limit_late",
        "instruments_clauselimit",
        "INSERT",
        (
            Rule(
                "(SELECT c.limit_count FROM instruments_scopeclause c WHERE c.id = NEW.clause_id) <= "
                "(SELECT count(*) FROM instruments_clauselimit l WHERE l.clause_id = NEW.clause_id)",
                "DB8: a clause is limited when it is written and not afterwards.",
            ),
        ),
    ),
    guarded(
        "scope_ruling",
        "records_scoperuling",
        "INSERT",
        (
            Rule(
                "NEW.inside AND (NEW.page < 1 OR NEW.quote = '' OR EXISTS (SELECT 1 FROM records_record r "
                "JOIN matters_matter t ON t.id = r.matter_id JOIN instruments_scopeclause c ON c.id = "
                "NEW.clause_id JOIN instruments_instrument i ON i.id = c.instrument_id "
                f"WHERE r.id = NEW.record_id AND (r.described <> NEW.described OR {OUT})))",
                "DB8: no ruling puts in scope what is outside, or without page and words.",
            ),
        ),
    ),
    guarded(
        "scope_manifestrecord",
        "releases_manifestrecord",
        "INSERT",
        (
            Rule(
                not_covered(
                    "NEW.record_id",
                    "NEW.clause_id",
                    "(SELECT m.matter_id FROM releases_manifest m WHERE m.id = NEW.manifest_id)",
                ),
                "DB8: a manifest holds no record that its clause does not cover.",
            ),
        ),
    ),
    *append_only("instruments_clauselimit", _ONCE),
    *append_only("instruments_paperlimit", _ONCE),
    *append_only("instruments_requestreading", _ONCE),
    *append_only("instruments_sumruling", _ONCE),
    *append_only("records_scoperuling", _ONCE),
)


def scope_triggers(person_table: str) -> tuple[Trigger, ...]:
    """Every trigger of rule DB8. `person_table` is the table of the people who act."""
    lawyer = Rule(
        f"NOT EXISTS (SELECT 1 FROM {person_table} p WHERE p.id = NEW.by_id AND p.role = 'counsel' "
        "AND p.is_active = {T})",
        "DB8: only active counsel rule on the scope.",
    )
    cited = Rule("NEW.page < 1 OR NEW.quote = ''", "DB8: a ruling names the page and the words.")
    return (
        *SCOPE_TRIGGERS,
        guarded("scope_ruling_counsel", "records_scoperuling", "INSERT", (lawyer,)),
        guarded("scope_sum_counsel", "instruments_sumruling", "INSERT", (lawyer, cited)),
    )
