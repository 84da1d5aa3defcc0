"""The triggers of the log's own tables: insert only, and each new entry waits to be sealed."""

from __future__ import annotations

from workflows.audit.triggers import Trigger, append_only, refuse, refuse_truncate

LONGEST_BODY = 65_535  # an entry bundle of c2sp.org/tlog-tiles gives each entry a uint16 length

_FILL_PENDING = Trigger(
    name="audit_entry_fills_pending",
    table="audit_entry",
    timing="AFTER",
    events=("INSERT",),
    sqlite="INSERT INTO audit_pending (entry) VALUES (NEW.id);",
    postgres="BEGIN\nINSERT INTO audit_pending (entry) VALUES (NEW.id);\nRETURN NULL;\nEND;",
)

# A writer that cannot know the number of its entry yet puts this in its place: no entry has it.
ANY_SEQ = 2**53 - 1

# One statement is one way there and back, and what is in a trigger is planned once for a connection. Each
# query of a trigger sees what was committed before it began, so also what was while the lock was waited for.
# The lock, held until the transaction ends, stands in where the caller could not lock the matter (page views,
# refusals). SQLite lets one writer in, who reads the last number first.
_NUMBER = Trigger(
    name="audit_entry_takes_its_number",
    table="audit_entry",
    timing="BEFORE",
    events=("INSERT",),
    postgres=f"""
DECLARE
waiting bytea := convert_to('"seq":{ANY_SEQ}', 'UTF8');
place integer;
BEGIN
IF NEW.matter_seq IS DISTINCT FROM {ANY_SEQ} THEN RETURN NEW; END IF;
place := position(waiting IN NEW.body);
IF NEW.matter IS NULL OR place = 0 THEN
RAISE EXCEPTION USING MESSAGE = 'audit_entry: an entry has no place for its number',
ERRCODE = 'integrity_constraint_violation';
END IF;
PERFORM pg_advisory_xact_lock(uuid_hash_extended(NEW.matter, 0));
NEW.matter_seq := (SELECT COALESCE(MAX(e.matter_seq), 0) + 1 FROM audit_entry e WHERE e.matter = NEW.matter);
NEW.body := overlay(NEW.body PLACING convert_to('"seq":' || NEW.matter_seq, 'UTF8')
FROM place FOR length(waiting));
RETURN NEW;
END;""".strip(),  # noqa: S608 (constant)
)

# INSERT OR REPLACE deletes the older row without firing DELETE triggers (SQLite, "recursive_triggers"
# off by default), so the insert itself has to be refused.
_NO_REPLACE = (
    Trigger(
        name="audit_entry_no_replace",
        table="audit_entry",
        timing="BEFORE",
        events=("INSERT",),
        sqlite="SELECT RAISE(ABORT, 'audit_entry: an entry cannot be replaced');",
        sqlite_when="EXISTS (SELECT 1 FROM audit_entry e WHERE e.id = NEW.id OR e.uuid = NEW.uuid "
        "OR (e.matter = NEW.matter AND e.matter_seq = NEW.matter_seq))",
    ),
    Trigger(
        name="audit_leaf_no_replace",
        table="audit_leaf",
        timing="BEFORE",
        events=("INSERT",),
        sqlite="SELECT RAISE(ABORT, 'audit_leaf: a leaf cannot be replaced');",
        sqlite_when="EXISTS (SELECT 1 FROM audit_leaf l WHERE l.entry = NEW.entry "
        "OR (l.incarnation = NEW.incarnation AND l.idx = NEW.idx))",
    ),
    Trigger(
        name="audit_checkpoint_no_replace",
        table="audit_checkpoint",
        timing="BEFORE",
        events=("INSERT",),
        sqlite="SELECT RAISE(ABORT, 'audit_checkpoint: a checkpoint cannot be replaced');",
        sqlite_when="EXISTS (SELECT 1 FROM audit_checkpoint c WHERE c.id = NEW.id)",
    ),
    Trigger(
        name="audit_incarnation_no_replace",
        table="audit_incarnation",
        timing="BEFORE",
        events=("INSERT",),
        sqlite="SELECT RAISE(ABORT, 'audit_incarnation: an incarnation cannot be replaced');",
        sqlite_when="EXISTS (SELECT 1 FROM audit_incarnation i "
        "WHERE i.number = NEW.number OR i.origin = NEW.origin)",
    ),
    Trigger(
        name="audit_about_no_replace",
        table="audit_about",
        timing="BEFORE",
        events=("INSERT",),
        sqlite="SELECT RAISE(ABORT, 'audit_about: a row cannot be replaced');",
        sqlite_when="EXISTS (SELECT 1 FROM audit_about a WHERE a.id = NEW.id)",
    ),
    Trigger(
        name="audit_flag_step_no_replace",
        table="audit_flag_step",
        timing="BEFORE",
        events=("INSERT",),
        sqlite="SELECT RAISE(ABORT, 'audit_flag_step: a step cannot be replaced');",
        sqlite_when="EXISTS (SELECT 1 FROM audit_flag_step s WHERE s.id = NEW.id OR s.entry = NEW.entry)",
    ),
)

# A flag is closed by two people of whom neither is flagged; what the log is torn by ends with a new life of
# the log alone, whoever asks.
_FLAGS = (
    refuse("audit_flag_no_delete", "audit_flag", ("DELETE",), "audit_flag: flags are closed, not removed"),
    refuse_truncate("audit_flag_no_truncate", "audit_flag", "audit_flag: flags are closed, not removed"),
    refuse(
        "audit_flag_says_the_same",
        "audit_flag",
        ("UPDATE",),
        "audit_flag: only the disposition of a flag may be written",
        when="NEW.id <> OLD.id OR NEW.code <> OLD.code OR NEW.at <> OLD.at OR NEW.facts <> OLD.facts "
        "OR COALESCE(NEW.entry, 0) <> COALESCE(OLD.entry, 0) "
        "OR (NEW.actor IS NULL) <> (OLD.actor IS NULL) OR NEW.actor <> OLD.actor",
    ),
    refuse(
        "audit_flag_closed_once",
        "audit_flag",
        ("UPDATE",),
        "audit_flag: a flag is closed once",
        when="OLD.disposed_at IS NOT NULL OR NEW.disposed_at IS NULL OR NEW.disposed_by IS NULL",
    ),
    refuse(
        "audit_flag_by_two",
        "audit_flag",
        ("UPDATE",),
        "audit_flag: a flag is closed by the second person; a torn log by a new life of it",
        when="(NEW.code IN ('log.split', 'log.witness') AND NOT EXISTS (SELECT 1 FROM audit_incarnation i "
        "WHERE i.number > 1 AND i.opened_at >= OLD.at)) "
        "OR (NEW.code NOT IN ('log.split', 'log.witness') AND NOT EXISTS (SELECT 1 FROM audit_flag_step s "
        "WHERE s.flag = NEW.id AND s.kind = 'closed' AND s.person = NEW.disposed_by "
        "AND s.outcome = NEW.disposition))",
    ),
    *append_only("audit_flag_step", "audit_flag_step: steps are never changed or removed"),
    refuse(
        "audit_flag_step_not_flagged",
        "audit_flag_step",
        ("INSERT",),
        "audit_flag_step: who is flagged does not settle it",
        when="EXISTS (SELECT 1 FROM audit_flag f WHERE f.id = NEW.flag "
        "AND (f.actor = NEW.person OR f.disposed_at IS NOT NULL))",
    ),
    refuse(
        "audit_flag_step_second",
        "audit_flag_step",
        ("INSERT",),
        "audit_flag_step: another person must have proposed what is closed or declined",
        when="NEW.kind <> 'proposed' AND NOT EXISTS (SELECT 1 FROM audit_flag_step s WHERE s.flag = NEW.flag "
        "AND s.kind = 'proposed' AND s.person <> NEW.person "
        "AND (NEW.kind = 'declined' OR (NEW.kind = 'closed' AND s.outcome = NEW.outcome)) "
        "AND NOT EXISTS (SELECT 1 FROM audit_flag_step t WHERE t.flag = NEW.flag AND t.id > s.id))",
    ),
    *append_only("audit_sample", "audit_sample: a draw is never changed or removed"),
    *append_only("audit_drawn", "audit_drawn: a draw is never changed or removed"),
    *append_only("audit_outcome", "audit_outcome: outcomes are never changed or removed"),
    *append_only("audit_sign_off", "audit_sign_off: a sign-off is never changed or removed"),
    refuse(
        "audit_about_no_update",
        "audit_about",
        ("UPDATE",),
        "audit_about: a person can only be forgotten",
        when="NEW.id <> OLD.id OR NEW.entry <> OLD.entry OR NEW.subject IS NOT NULL OR NEW.salt IS NOT NULL",
    ),
    refuse("audit_about_no_delete", "audit_about", ("DELETE",), "audit_about: whom an entry is about stays"),
    refuse_truncate("audit_about_no_truncate", "audit_about", "audit_about: whom an entry is about stays"),
)

TRIGGERS: tuple[Trigger, ...] = (
    *append_only("audit_entry", "audit_entry: entries are never changed or removed"),
    refuse(
        "audit_entry_fits_bundle",
        "audit_entry",
        ("INSERT",),
        "audit_entry: a body is 1 to 65535 bytes long",
        when=f"length(NEW.body) NOT BETWEEN 1 AND {LONGEST_BODY}",
    ),
    _FILL_PENDING,
    _NUMBER,
    *_NO_REPLACE,
    *append_only("audit_leaf", "audit_leaf: leaves are never changed or removed"),
    *append_only("audit_incarnation", "audit_incarnation: incarnations are never changed or removed"),
    refuse(
        "audit_checkpoint_no_delete",
        "audit_checkpoint",
        ("DELETE",),
        "audit_checkpoint: checkpoints are never removed",
    ),
    refuse_truncate(
        "audit_checkpoint_no_truncate", "audit_checkpoint", "audit_checkpoint: checkpoints are never removed"
    ),
    # A witness answers after the checkpoint is stored: cosignatures are added behind the ones there.
    refuse(
        "audit_checkpoint_note_stays",
        "audit_checkpoint",
        ("UPDATE",),
        "audit_checkpoint: only cosignatures and one timestamp token may be added",
        when="NEW.id <> OLD.id OR NEW.incarnation <> OLD.incarnation OR NEW.size <> OLD.size "
        "OR NEW.at <> OLD.at OR NEW.note <> OLD.note "
        "OR substr(NEW.cosignatures, 1, length(OLD.cosignatures)) <> OLD.cosignatures "
        "OR (OLD.token IS NOT NULL AND (NEW.token IS NULL OR NEW.token <> OLD.token))",
    ),
    refuse("audit_tile_no_delete", "audit_tile", ("DELETE",), "audit_tile: tiles are never removed"),
    refuse_truncate("audit_tile_no_truncate", "audit_tile", "audit_tile: tiles are never removed"),
    refuse(
        "audit_tile_only_grows",
        "audit_tile",
        ("UPDATE",),
        "audit_tile: a tile only grows behind the hashes it holds",
        when="NEW.incarnation <> OLD.incarnation OR NEW.level <> OLD.level OR NEW.n <> OLD.n "
        "OR substr(NEW.bytes, 1, length(OLD.bytes)) <> OLD.bytes",
    ),
    refuse(
        "audit_detail_no_delete",
        "audit_detail",
        ("DELETE",),
        "audit_detail: details are shredded, not removed",
    ),
    refuse_truncate(
        "audit_detail_no_truncate", "audit_detail", "audit_detail: details are shredded, not removed"
    ),
    refuse(
        "audit_detail_only_shredded",
        "audit_detail",
        ("UPDATE",),
        "audit_detail: a detail can only be shredded",
        when="NEW.id <> OLD.id OR NEW.entry <> OLD.entry OR NEW.salt IS NOT NULL "
        "OR NEW.wrapped_key IS NOT NULL OR NEW.ciphertext IS NOT NULL",
    ),
    *_FLAGS,
)
