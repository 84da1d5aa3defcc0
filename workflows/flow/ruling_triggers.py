"""Rows of counsel's rulings that are settled once: secrecy, seals, and bases besides a court's paper."""

# Constants of this module only: nothing typed by anyone enters these texts.
# ruff: noqa: S608

from __future__ import annotations

from workflows.audit.triggers import Trigger, append_only, refuse, refuse_truncate
from workflows.flow.gate_triggers import Rule, guarded


def settles(table: str, fixed: tuple[str, ...], once: tuple[str, ...], says: str) -> tuple[Trigger, ...]:
    """A row whose `fixed` columns never change and whose `once` columns are set once; never deleted."""

    def text(row: str, column: str) -> str:
        return f"COALESCE(CAST({row}.{column} AS text), '')"

    kept = [f"{text('NEW', column)} = {text('OLD', column)}" for column in fixed]
    kept += [f"(OLD.{column} IS NULL OR {text('NEW', column)} = {text('OLD', column)})" for column in once]
    return (
        refuse(f"{table}settles", table, ("UPDATE",), says, when=f"NOT ({' AND '.join(kept)})"),
        refuse(f"{table}_no_delete", table, ("DELETE",), says),
        refuse_truncate(f"{table}_no_truncate", table, says),
    )


# Secrecy is ordered, and ends; what was ordered, by whom and until when never changes.
SECRECY_TRIGGERS = (
    *settles(
        "instruments_secrecyorder",
        ("id", "matter_id", "instrument_id", "ground", "ends_on", "review_on", "words_id", "by_id", "at",
         "entry_id"),
        ("ended_at", "ended_by_id", "ended_entry_id"),
        "DB5: an order of secrecy only ends.",
    ),
    *settles(
        "matters_seal",
        ("id", "matter_id", "ground", "ends_on", "review_on", "by_id", "at", "entry_id"),
        ("lift_asked_at", "lift_asked_by_id", "lifted_at", "lifted_by_id", "lifted_entry_id"),
        "DB5: a seal is only lifted.",
    ),
)  # fmt: skip

# What came by word of mouth, and what stood in the public-records list, is noted once.
CONTACT_TRIGGERS = (
    *settles(
        "matters_contact",
        ("id", "channel", "happened_at", "place", "agency_id", "agency_said", "official_said", "wants",
         "paper", "note", "told", "by_id", "logged_at", "entry_id"),
        ("counsel_called_at", "matter_id"),
        "DB5: a contact is noted once.",
    ),
    *settles(
        "matters_listedrequest",
        ("id", "reference", "digest", "received_on", "requester", "text", "reasons", "imported_at",
         "imported_by_id", "entry_id"),
        ("outcome", "settled_by_id", "settled_at"),
        "DB5: a request of the list is read once and settled once.",
    ),
    *append_only("matters_taken", "DB5: this row is written once."),
)  # fmt: skip

QUESTION_TRIGGERS = settles(
    "instruments_clarification",
    ("id", "matter_id", "instrument_id", "addressee", "words_id", "letter_id", "asked_by_id", "asked_at",
     "entry_id"),
    ("answer_id", "answered_by_id", "answered_at", "answered_entry_id"),
    "DB5: a question is answered once and never changes.",
)  # fmt: skip

_BASIS = ("id", "subject_name", "subject_birth_date", "classes", "types", "words_id", "proposed_by_id",
          "proposed_at", "entry_id")  # fmt: skip
_BASIS_ONCE = ("confirmed_at", "confirmed_by_id", "confirmed_entry_id")


def _exigent_triggers(person_table: str) -> tuple[Trigger, ...]:
    """A lawyer determines an emergency, a department head who did not take the claim confirms it, a second
    lawyer reviews it; no status data is authorised under it."""

    def no(role: str, column: str) -> str:
        return (
            f"NEW.{column} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM {person_table} p WHERE p.id = "
            f"NEW.{column} AND p.role = '{role}' AND p.is_active = {{T}})"
        )

    claimed_by = "SELECT 1 FROM instruments_exigentclaim c WHERE c.id = NEW.claim_id AND c.claimed_by_id = "
    table = "instruments_exigentdetermination"
    return (
        *settles(
            table,
            (*_BASIS, "claim_id", "date_from", "date_to"),
            (*_BASIS_ONCE, "instrument_id", "justified", "reviewed_by_id", "reviewed_at", "reviewed_entry_id",
             "followed_up_at"),
            "DB5: a determination of an emergency never changes.",
        ),
        *settles(
            "instruments_exigentclaim",
            ("id", "matter_id", "ground", "official", "official_title", "contact_id", "spoke_with",
             "words_id", "claimed_by_id", "claimed_at", "entry_id"),
            ("refused_by_id", "refused_at", "refused_entry_id"),
            "DB5: a claim of an emergency never changes.",
        ),
        guarded(
            f"{table}_written", table, "INSERT",
            (
                Rule("NEW.confirmed_by_id IS NOT NULL", "DB3: a basis begins unconfirmed."),
                Rule(no("counsel", "proposed_by_id"), "DB3: only active counsel determine an emergency."),
                Rule("CAST(NEW.types AS text) <> '[]'", "DB3: an emergency opens no status data."),
                Rule(
                    f"EXISTS ({claimed_by}NEW.proposed_by_id)",
                    "DB3: who took the claim does not determine it.",
                ),
            ),
        ),
        guarded(
            f"{table}_confirmed", table, "UPDATE",
            (
                Rule(
                    f"OLD.confirmed_by_id IS NULL AND {no('officer', 'confirmed_by_id')}",
                    "DB3: a department head confirms the determination.",
                ),
                Rule(
                    f"NEW.confirmed_by_id IS NOT NULL AND EXISTS ({claimed_by}NEW.confirmed_by_id)",
                    "DB3: who took the claim does not confirm it.",
                ),
                Rule(
                    f"OLD.reviewed_by_id IS NULL AND {no('counsel', 'reviewed_by_id')}",
                    "DB3: a lawyer reviews the determination.",
                ),
                Rule(
                    f"NEW.reviewed_by_id IS NOT NULL AND (NEW.reviewed_by_id = NEW.confirmed_by_id OR "
                    f"EXISTS ({claimed_by}NEW.reviewed_by_id))",
                    "DB3: who claimed or confirmed an emergency does not review it.",
                ),
            ),
        ),
        guarded(
            "exigent_no_status", "instruments_statusauthorisation", "INSERT",
            (
                Rule(
                    "EXISTS (SELECT 1 FROM instruments_scopeclause c JOIN instruments_instrument i ON "
                    "i.id = c.instrument_id WHERE c.id = NEW.clause_id AND i.verdict = "
                    "'exigent_determination')",
                    "DB3: an emergency opens no status data.",
                ),
            ),
        ),
    )  # fmt: skip


def _basis_triggers(person_table: str) -> tuple[Trigger, ...]:
    """Another basis than a court's paper is written by one lawyer, confirmed by another one, and what it
    names never changes."""
    says = "DB5: a basis is confirmed once and never changes."

    def counsel(column: str) -> str:
        return (
            f"NOT EXISTS (SELECT 1 FROM {person_table} p WHERE p.id = NEW.{column} AND p.role = 'counsel' "
            "AND p.is_active = {T})"
        )

    found: list[Trigger] = []
    for table, fixed, once in (
        ("instruments_legalbasisoverride", ("instrument_id", "basis"), ()),
        ("instruments_determination1373", ("matter_id", "agency_id", "recipient"), ("instrument_id",)),
    ):
        found += settles(table, (*_BASIS, *fixed), (*_BASIS_ONCE, *once), says)
        found.append(
            guarded(
                f"{table}_written",
                table,
                "INSERT",
                (
                    Rule("NEW.confirmed_by_id IS NOT NULL", "DB3: a basis begins unconfirmed."),
                    Rule(counsel("proposed_by_id"), "DB3: only active counsel write a basis."),
                ),
            )
        )
        found.append(
            guarded(
                f"{table}_confirmed",
                table,
                "UPDATE",
                (
                    Rule(
                        f"OLD.confirmed_by_id IS NULL AND NEW.confirmed_by_id IS NOT NULL AND "
                        f"{counsel('confirmed_by_id')}",
                        "DB3: only active counsel confirm a basis.",
                    ),
                ),
            )
        )
    return tuple(found)


def ruling_triggers(person_table: str) -> tuple[Trigger, ...]:
    """All of them. `person_table` is the table of the people who act."""
    return (
        *SECRECY_TRIGGERS,
        *CONTACT_TRIGGERS,
        *QUESTION_TRIGGERS,
        *_basis_triggers(person_table),
        *_exigent_triggers(person_table),
    )
