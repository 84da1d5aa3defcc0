"""DB7: what belongs to a matter under hold is neither deleted nor shredded, on both databases. And what a
challenge or a recall says is not unsaid.

A hold counts until it is lifted, and it is lifted by two different lawyers or not at all. While a record is
read again (state `received`) what the machine had found on its pages is replaced: that is no disposal, and
the decisions on it are in the log.
"""

# Constants of this module only: nothing typed by anyone enters these texts.
# ruff: noqa: S608

from __future__ import annotations

from workflows.audit.triggers import Trigger, refuse, refuse_truncate
from workflows.flow.gate_triggers import state_machine
from workflows.holding.states import CHALLENGE_TRANSITIONS, FILED

SENTENCE = "DB7: a hold stands on this matter."
_HELD = "EXISTS (SELECT 1 FROM holding_hold h WHERE h.lifted_at IS NULL AND h.matter_id = {matter})"
_OF_RECORD = (
    "EXISTS (SELECT 1 FROM records_record r JOIN holding_hold h ON h.matter_id = r.matter_id "
    "WHERE h.lifted_at IS NULL AND r.id = OLD.{column}{more})"
)
_NOT_REREAD = " AND r.state <> 'received'"

OF_MATTER = (
    "matters_party", "matters_task", "matters_block", "clocks_clock", "records_searchtask", "records_record",
)  # fmt: skip
READ_AGAIN = {
    "records_page": "record_id", "records_finding": "record_id", "records_reviewact": "record_id",
    "records_enclosure": "parent_id",
}  # fmt: skip


def _rows() -> tuple[Trigger, ...]:
    made = []
    for table, when in {
        **{table: _HELD.format(matter="OLD.matter_id") for table in OF_MATTER},
        **{table: _OF_RECORD.format(column=column, more=_NOT_REREAD) for table, column in READ_AGAIN.items()},
        "records_mark": _OF_RECORD.format(column="record_id", more=""),
        "records_compliancenote": _OF_RECORD.format(column="record_id", more=""),
        "clocks_clockpause": _HELD.format(
            matter="(SELECT c.matter_id FROM clocks_clock c WHERE c.id = OLD.clock_id)"
        ),
        "instruments_flag": _HELD.format(
            matter="(SELECT i.matter_id FROM instruments_instrument i WHERE i.id = OLD.instrument_id)"
        ),
    }.items():
        made.append(refuse(f"hold_{table}_stays", table, ("DELETE",), SENTENCE, when=when))
        made.append(refuse_truncate(f"hold_{table}_no_truncate", table, "DB7: this table is never emptied."))
    return tuple(made)


# Files bear the id of what they were stored for, as text; what points at them says the same once more.
_OWNERS = (
    "SELECT m.id FROM matters_matter m WHERE m.id = {owner}",
    "SELECT i.matter_id FROM instruments_instrument i WHERE i.id = {owner} OR i.blob_id = OLD.id",
    "SELECT r.matter_id FROM records_record r "
    "WHERE r.id = {owner} OR r.blob_id = OLD.id OR r.converted_id = OLD.id "
    "OR r.words_id = OLD.id",
    "SELECT r.matter_id FROM records_page g JOIN records_record r ON r.id = g.record_id "
    "WHERE g.image_id = OLD.id",
    "SELECT q.matter_id FROM matters_request q WHERE q.blob_id = OLD.id",
    "SELECT n.matter_id FROM notices_noticestep s JOIN notices_notice n ON n.id = s.notice_id "
    "WHERE s.address_id = OLD.id",
    "SELECT e.matter_id FROM exports_prepared p JOIN exports_export e ON e.id = p.export_id "
    "WHERE p.payload_id = OLD.id",
    "SELECT e.matter_id FROM exports_sealed s JOIN exports_export e ON e.id = s.export_id "
    "WHERE s.bundle_id = OLD.id",
    *(
        f"SELECT i.matter_id FROM instruments_{table} w "
        "JOIN instruments_instrument i ON i.id = w.instrument_id "
        "WHERE w.words_id = OLD.id"
        for table in ("legalbasisoverride", "consent")
    ),
    *(
        f"SELECT i.matter_id FROM instruments_{table} w JOIN instruments_scopeclause c ON c.id = w.clause_id "
        "JOIN instruments_instrument i ON i.id = c.instrument_id WHERE w.words_id = OLD.id"
        for table in ("statusauthorisation", "withholdingchoice")
    ),
    "SELECT w.matter_id FROM instruments_clarification w WHERE w.words_id = OLD.id OR w.answer_id = OLD.id",
    "SELECT c.matter_id FROM instruments_exigentdetermination w "
    "JOIN instruments_exigentclaim c ON c.id = w.claim_id WHERE w.words_id = OLD.id",
    *(
        f"SELECT w.matter_id FROM instruments_{table} w WHERE w.words_id = OLD.id"
        for table in ("determination1373", "secrecyorder", "exigentclaim")
    ),
    "SELECT m.matter_id FROM releases_manifest m WHERE m.id = {owner}",
    "SELECT m.matter_id FROM releases_verifierreport v JOIN releases_manifest m ON m.id = v.manifest_id "
    "WHERE v.output_id = OLD.id OR v.report_id = OLD.id",
    "SELECT p.matter_id FROM releases_package p WHERE p.id = {owner} OR p.payload_id = OLD.id",
    "SELECT p.matter_id FROM releases_packageseal s JOIN releases_package p ON p.id = s.package_id "
    "WHERE s.bundle_id = OLD.id",
)
_OWNER = {
    # A file whose owner is no id of ours has none here; the cast is made only where it can succeed.
    "sqlite": "replace(OLD.record_id, '-', '')",
    "postgres": "(CASE WHEN OLD.record_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' "
    "THEN OLD.record_id::uuid END)",
}


def _same(columns: str) -> str:
    return " AND ".join(f"NEW.{column} = OLD.{column}" for column in columns.split())


_SAME_FILE = _same("id sha256 size kind record_id ring name created_at")


def _held_file(dialect: str) -> str:
    owners = " UNION ALL ".join(one.replace("{owner}", _OWNER[dialect]) for one in _OWNERS)
    return f"EXISTS (SELECT 1 FROM holding_hold h WHERE h.lifted_at IS NULL AND h.matter_id IN ({owners}))"


def _file_trigger(name: str, event: str, before: str) -> Trigger:
    """Refuse the event on a held file where `before` is true of it as well (empty: always)."""
    front = f"({before}) AND " if before else ""
    returned = "OLD" if event == "DELETE" else "NEW"
    return Trigger(
        name=name,
        table="vault_blob",
        timing="BEFORE",
        events=(event,),
        sqlite=f"SELECT RAISE(ABORT, '{SENTENCE}');",
        sqlite_when=f"{front}{_held_file('sqlite')}",
        postgres=f"BEGIN\nIF {front}{_held_file('postgres')} THEN\nRAISE EXCEPTION USING "
        f"MESSAGE = '{SENTENCE}', ERRCODE = 'integrity_constraint_violation';\nEND IF;\n"
        f"RETURN {returned};\nEND;",
    )


_FILES = (
    _file_trigger("hold_vault_blob_stays", "DELETE", ""),
    # Shredding, and taking a file away from the matter it belongs to. A new wrapping of its key is neither.
    _file_trigger(
        "hold_vault_blob_kept", "UPDATE", f"NEW.shredded_at IS NOT NULL OR NOT ({_SAME_FILE})"
    ),
    refuse_truncate("hold_vault_blob_no_truncate", "vault_blob", "DB7: this table is never emptied."),
    # INSERT OR REPLACE deletes the older row without firing DELETE triggers.
    Trigger(
        name="hold_vault_blob_no_replace",
        table="vault_blob",
        timing="BEFORE",
        events=("INSERT",),
        sqlite="SELECT RAISE(ABORT, 'DB7: a file cannot be replaced.');",
        sqlite_when="EXISTS (SELECT 1 FROM vault_blob b WHERE b.id = NEW.id OR b.name = NEW.name)",
    ),
)  # fmt: skip

# Whom the entries of a held matter are about.
_PEOPLE = (
    refuse(
        "hold_audit_about_stays",
        "audit_about",
        ("UPDATE",),
        SENTENCE,
        when=_HELD.format(matter="(SELECT e.matter FROM audit_entry e WHERE e.id = OLD.entry)"),
        reads=("holding_hold",),
    ),
)

_FORGETTING = "holding_forgetting"
_SAME_FORGETTING = _same("id ground asked_at asked_by_id entry_id")

_HOLD = "holding_hold"
_SAME_HOLD = _same("id matter_id ground about placed_at entry_id")


_SAME_CHALLENGE = _same("matter_id kind party block_id filed_by_id filed_at entry_id")
_SAME_RECALL = _same("id matter_id release_id reason letter_id by_id at entry_id")
CONTEST_TRIGGERS = (
    *state_machine("hold_challenge", "holding_challenge", CHALLENGE_TRANSITIONS, FILED, "matter_id"),
    refuse(
        "hold_challenge_same",
        "holding_challenge",
        ("UPDATE",),
        "A challenge stays what it was filed as.",
        when=f"NOT ({_SAME_CHALLENGE}) OR (OLD.outcome <> '' AND NEW.outcome <> OLD.outcome)",
    ),
    refuse(
        "hold_recall_only_replaced",
        "holding_recall",
        ("UPDATE",),
        "A recall is only ever replaced, once.",
        when=f"NOT ({_SAME_RECALL}) OR OLD.replaced_by_id IS NOT NULL",
    ),
    refuse("hold_recall_no_delete", "holding_recall", ("DELETE",), "A recall is never deleted."),
    refuse_truncate("hold_recall_no_truncate", "holding_recall", "A recall is never deleted."),
    refuse_truncate("hold_challenge_no_truncate", "holding_challenge", "A challenge is never deleted."),
)


def _lawyers(person_table: str, who: str) -> str:
    """How many of these people are active counsel, each counted once."""
    return (
        f"(SELECT count(*) FROM {person_table} p WHERE p.id IN ({who}) "
        "AND p.role = 'counsel' AND p.is_active)"
    )


def hold_triggers(person_table: str) -> tuple[Trigger, ...]:
    """Every trigger of rule DB7. `person_table` is the table of the people who act."""
    lawyers = _lawyers(person_table, "NEW.asked_by_id, NEW.lifted_by_id")
    both = _lawyers(person_table, "NEW.asked_by_id, NEW.settled_by_id")
    return (
        *_rows(),
        *_FILES,
        *_PEOPLE,
        *CONTEST_TRIGGERS,
        refuse(
            "hold_only_lifted",
            _HOLD,
            ("UPDATE",),
            "DB7: a hold is lifted by two lawyers, once, and changes in no other way.",
            when=f"NOT ({_SAME_HOLD}) OR OLD.lifted_at IS NOT NULL OR (NEW.lifted_at IS NOT NULL AND "
            f"(OLD.asked_by_id IS NULL OR NEW.asked_by_id <> OLD.asked_by_id OR {lawyers} <> 2))",
        ),
        refuse(
            "hold_starts_open",
            _HOLD,
            ("INSERT",),
            "DB7: a hold begins unasked and unlifted.",
            when="NEW.lifted_at IS NOT NULL OR NEW.asked_at IS NOT NULL",
        ),
        refuse(
            "forgetting_settled_once",
            _FORGETTING,
            ("UPDATE",),
            "A person is forgotten by two lawyers, and what is settled stays so.",
            when=f"NOT ({_SAME_FORGETTING}) OR OLD.settled_at IS NOT NULL OR NEW.settled_at IS NULL "
            f"OR (NEW.outcome = 'forgotten' AND {both} <> 2)",
        ),
        refuse(
            "forgetting_starts_open",
            _FORGETTING,
            ("INSERT",),
            "What is asked for is not settled in the same step.",
            when="NEW.settled_at IS NOT NULL",
        ),
        refuse("forgetting_no_delete", _FORGETTING, ("DELETE",), "Who forgot somebody, and why, stays."),
        refuse_truncate("forgetting_no_truncate", _FORGETTING, "Who forgot somebody, and why, stays."),
        refuse("hold_no_delete", _HOLD, ("DELETE",), "DB7: a hold is never deleted."),
        refuse_truncate("hold_no_truncate", _HOLD, "DB7: a hold is never deleted."),
    )
