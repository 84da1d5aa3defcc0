"""What a clause says of a record, as SQL for both dialects: the scope algebra as far as rows can say it.

Both conditions read the aliases `c` (clause), `i` (its paper), `r` (record) and `t` (matter), and the words
`{place}` of `gate_triggers`. What two people of one name are, only `flow` knows.
"""

# Constants of this module only: nothing typed by anyone enters these texts.
# ruff: noqa: S608

from __future__ import annotations

_LAST = "COALESCE(r.dated_to, r.dated_on)"
_RECIPIENT = "replace(CAST(t.agency_id AS text), '-', '')"
_STATED = "length(r.categories) - length(replace(r.categories, ',', '')) - 1"


def _limits(dimension: str, more: str = "") -> str:
    return (
        "SELECT 1 FROM instruments_clauselimit l WHERE l.clause_id = c.id "
        f"AND l.dimension = '{dimension}'{more}"
    )


def _outside(dimension: str, value: str, stated: str) -> str:
    """The clause names values in this dimension, and the stated one is none of them."""
    return (
        f"{stated} AND EXISTS ({_limits(dimension)}) "
        f"AND NOT EXISTS ({_limits(dimension, f' AND l.key = {value}')})"
    )


_HOLDS = " AND {place}(r.categories, ',' || l.key || ',') > 0"
_MATCHED = (
    "(SELECT count(*) FROM instruments_clauselimit l WHERE l.clause_id = c.id AND l.dimension = 'category'"
)

OUT = " OR ".join(
    f"({one})"
    for one in (
        "i.matter_id <> t.id",
        "c.subject_key = '' OR (r.subject_key <> '' AND r.subject_key <> c.subject_key)",
        "c.subject_birth_date IS NOT NULL AND r.subject_birth_date IS NOT NULL "
        "AND r.subject_birth_date <> c.subject_birth_date",
        "c.subject_number <> '' AND r.subject_number <> '' AND r.subject_number <> c.subject_number",
        "r.record_class <> '' AND "
        "{place}(CAST(c.record_classes AS text), '\"' || r.record_class || '\"') = 0",
        f"c.date_from IS NOT NULL AND r.dated_on IS NOT NULL AND {_LAST} < c.date_from",
        "c.date_to IS NOT NULL AND r.dated_on IS NOT NULL AND r.dated_on > c.date_to",
        _outside("department", "r.custodian_key", "r.custodian_key <> ''"),
        _outside("document", "r.document_key", "r.document_key <> ''"),
        _outside("recipient", _RECIPIENT, "1 = 1"),
        _outside("use", "t.requester_class", "t.requester_class <> 'unknown'"),
        f"r.categories <> '' AND EXISTS ({_limits('category')}) AND {_MATCHED}{_HOLDS}) = 0",
        # A limit taken away or added beside the one act that writes them.
        "c.limit_count <> (SELECT count(*) FROM instruments_clauselimit l WHERE l.clause_id = c.id)",
    )
)

UNKNOWN = " OR ".join(
    f"({one})"
    for one in (
        "r.subject_key = ''",
        "c.subject_birth_date IS NOT NULL AND r.subject_birth_date IS NULL",
        "c.subject_number <> '' AND r.subject_number = ''",
        "r.record_class = ''",
        "(c.date_from IS NOT NULL OR c.date_to IS NOT NULL) AND r.dated_on IS NULL",
        "c.date_from IS NOT NULL AND r.dated_on < c.date_from",
        f"c.date_to IS NOT NULL AND {_LAST} > c.date_to",
        f"r.custodian_key = '' AND EXISTS ({_limits('department')})",
        f"r.document_key = '' AND EXISTS ({_limits('document')})",
        f"t.requester_class = 'unknown' AND EXISTS ({_limits('use')})",
        f"EXISTS ({_limits('category')}) AND (r.categories = '' OR {_MATCHED}{_HOLDS}) < {_STATED})",
    )
)

_RULED = (
    "EXISTS (SELECT 1 FROM records_scoperuling u WHERE u.record_id = r.id AND u.clause_id = c.id "
    "AND u.inside AND u.described = r.described AND NOT EXISTS (SELECT 1 FROM records_scoperuling v "
    "WHERE v.record_id = u.record_id AND v.clause_id = u.clause_id AND v.id > u.id))"
)

# True when this clause does not let this record leave.
NOT_COVERED = f"({OUT}) OR (({UNKNOWN}) AND NOT {_RULED})"


def not_covered(record: str, clause: str, matter: str) -> str:
    """SQL: no clause with this id, of a paper of this matter, covers the record of this id."""
    return (
        "NOT EXISTS (SELECT 1 FROM instruments_scopeclause c JOIN instruments_instrument i "
        f"ON i.id = c.instrument_id JOIN matters_matter t ON t.id = {matter} "
        f"JOIN records_record r ON r.id = {record} WHERE c.id = {clause} AND NOT ({NOT_COVERED}))"
    )
