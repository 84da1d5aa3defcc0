"""What has left and would leave under one paper, over all matters, as SQL for both dialects.

`{span}` is a word of `gate_triggers`: days from the first to the last day of what is counted.
"""

# Constants of this module only: nothing typed by anyone enters these texts.
# ruff: noqa: S608

from __future__ import annotations


def _same(one: str, other: str) -> str:
    """Two rows are one paper: the same file, or the same case number of the same court."""
    return (
        f"({one}.sha256 = {other}.sha256 OR ({one}.docket <> '' "
        f"AND lower({one}.docket) = lower({other}.docket) AND lower({one}.court) = lower({other}.court)))"
    )


_COUNTED = {
    "people": "count(DISTINCT k.subject_key || '|' || COALESCE(CAST(k.subject_birth_date AS text), ''))",
    "records": "count(DISTINCT d.sha256)",
    "days": "{span}",
    "productions": "count(DISTINCT x.manifest_id)",
    "matters": "count(DISTINCT y.matter_id)",
}


def _measure(kind: str) -> str:
    return (
        f"(SELECT {_COUNTED[kind]} FROM releases_manifestrecord x "
        "JOIN releases_manifest y ON y.id = x.manifest_id JOIN records_record d ON d.id = x.record_id "
        "JOIN instruments_scopeclause k ON k.id = x.clause_id "
        f"JOIN instruments_instrument j ON j.id = k.instrument_id WHERE {_same('j', 'i')} "
        "AND (x.manifest_id = NEW.manifest_id OR EXISTS (SELECT 1 FROM releases_release z "
        "WHERE z.manifest_id = x.manifest_id AND NOT EXISTS (SELECT 1 FROM holding_recall w "
        "WHERE w.release_id = z.id))))"
    )


def _unruled(kind: str) -> str:
    return (
        "NOT EXISTS (SELECT 1 FROM instruments_sumruling u JOIN instruments_instrument h ON h.id = "
        f"u.instrument_id WHERE {_same('h', 'i')} AND u.kind = '{kind}' AND u.upto >= {_measure(kind)})"
    )


_TYPED = " OR ".join(
    f"(p.kind = '{kind}' AND {_measure(kind)} > p.most AND {_unruled(kind)})"
    for kind in _COUNTED
    if kind != "matters"
)
# A paper is used up by its release (policy 3.3): on another matter counsel says why it is not.
EXCEEDED = (
    "EXISTS (SELECT 1 FROM releases_manifestrecord mr JOIN instruments_scopeclause c ON c.id = mr.clause_id "
    "JOIN instruments_instrument i ON i.id = c.instrument_id WHERE mr.manifest_id = NEW.manifest_id AND ("
    "EXISTS (SELECT 1 FROM instruments_paperlimit p JOIN instruments_instrument o ON o.id = p.instrument_id "
    f"WHERE {_same('o', 'i')} AND p.reading = (SELECT max(q.reading) FROM instruments_scopeclause q "
    f"WHERE q.instrument_id = o.id) AND ({_TYPED})) "
    f"OR ({_measure('matters')} > 1 AND {_unruled('matters')})))"
)
