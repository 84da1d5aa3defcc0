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
    f"(p.kind = '{kind}' AND {_measure(kind)} > p.most AND {_unruled(kind)})" for kind in _COUNTED
)
_PAPERS = (
    "EXISTS (SELECT 1 FROM releases_manifestrecord mr JOIN instruments_scopeclause c ON c.id = mr.clause_id "
    "JOIN instruments_instrument i ON i.id = c.instrument_id WHERE mr.manifest_id = NEW.manifest_id AND "
)
EXCEEDED = (
    _PAPERS + "EXISTS (SELECT 1 FROM instruments_paperlimit p "
    "JOIN instruments_instrument o ON o.id = p.instrument_id "
    f"WHERE {_same('o', 'i')} AND p.reading = (SELECT max(q.reading) FROM instruments_scopeclause q "
    f"WHERE q.instrument_id = o.id) AND ({_TYPED})))"
)


def _before(check: str) -> str:
    """The last answer to this check is older than the release `z`."""
    return (
        "z.at > (SELECT max(q.at) FROM instruments_check q WHERE q.instrument_id = i.id "
        f"AND q.check_id = '{check}')"
    )


# A paper is used up by its release (policy 3.3): after one on another matter it must be found in force anew.
USED_UP = (
    _PAPERS + "EXISTS (SELECT 1 FROM releases_release z JOIN releases_manifestrecord x "
    "ON x.manifest_id = z.manifest_id JOIN instruments_scopeclause k ON k.id = x.clause_id "
    "JOIN instruments_instrument j ON j.id = k.instrument_id "
    f"WHERE {_same('j', 'i')} AND z.matter_id <> NEW.matter_id AND ({_before('V05')} OR {_before('V11')})))"
)
