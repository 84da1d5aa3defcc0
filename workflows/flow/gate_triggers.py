"""The gate in the database: rules DB1 to DB5 of the workflow design, in both dialects.

Each rule is a condition that describes a violation and the sentence with which the statement
is refused. One text serves SQLite and PostgreSQL; `{T}`, `{yesterday}`, `{now}` stand for what
the two write differently. These triggers are the last wall against the ORM, bulk inserts, the
admin, a shell and raw SQL; `flow` decides first and says more.
"""

# Constants of this module only: nothing typed by anyone enters these texts.
# ruff: noqa: S608

from __future__ import annotations

from dataclasses import dataclass

from workflows.audit.triggers import Trigger, append_only, refuse, refuse_truncate
from workflows.flow.moves import transitions
from workflows.flow.scope_sql import not_covered
from workflows.flow.sum_sql import EXCEEDED, USED_UP
from workflows.instruments.states import TRANSITIONS as PAPER_TRANSITIONS

SQLITE_WORDS = {
    "T": "1",
    "F": "0",
    "yesterday": "date('now', '-1 day')",
    "now": "strftime('%Y-%m-%d %H:%M:%f', 'now')",
    "place": "instr",
    "span": "CAST(julianday(max(COALESCE(d.dated_to, d.dated_on))) - julianday(min(d.dated_on)) + 1 "
    "AS integer)",
}
POSTGRES_WORDS = {
    "T": "true",
    "F": "false",
    "yesterday": "((now() AT TIME ZONE 'UTC')::date - 1)",
    "now": "now()",
    "place": "strpos",
    "span": "max(COALESCE(d.dated_to, d.dated_on)) - min(d.dated_on) + 1",
}


@dataclass(frozen=True)
class Rule:
    """`violation` is SQL over NEW (and OLD on UPDATE) that is true when the row must be refused."""

    violation: str
    sentence: str


def guarded(name: str, table: str, event: str, rules: tuple[Rule, ...], lock: str = "") -> Trigger:
    """One trigger that refuses the event when any of the rules is violated.

    `lock` is a statement that PostgreSQL runs first; SQLite has one writer at a time anyway.
    """
    sqlite = "\n".join(
        f"SELECT RAISE(ABORT, '{rule.sentence}') WHERE {rule.violation.format(**SQLITE_WORDS)};"
        for rule in rules
    )
    postgres = "\n".join(
        f"IF {rule.violation.format(**POSTGRES_WORDS)} THEN\n"
        f"RAISE EXCEPTION USING MESSAGE = '{rule.sentence}', ERRCODE = "
        f"'integrity_constraint_violation';\nEND IF;"
        for rule in rules
    )
    return Trigger(
        name=name,
        table=table,
        timing="BEFORE",
        events=(event,),
        sqlite=sqlite,
        postgres=f"BEGIN\n{lock}\n{postgres}\nRETURN NEW;\nEND;",
    )


def _pairs(pairs: frozenset[tuple[str, str]]) -> str:
    return ", ".join(f"'{source}>{target}'" for source, target in sorted(pairs))


def state_machine(
    name: str, table: str, pairs: frozenset[tuple[str, str]], first: str, matter: str
) -> tuple[Trigger, ...]:
    """DB1: a state changes along the table only, and only with a fresh entry about that matter."""
    entry = (
        "NOT EXISTS (SELECT 1 FROM audit_entry e WHERE e.id = NEW.state_entry_id "
        f"AND e.matter = NEW.{matter} AND e.outcome = 'ok'"
    )
    return (
        guarded(
            f"{name}_state",
            table,
            "UPDATE",
            (
                Rule(
                    f"NEW.state <> OLD.state AND (OLD.state || '>' || NEW.state) NOT IN ({_pairs(pairs)})",
                    "DB1: no move leads from the old state to the new one.",
                ),
                Rule(
                    f"NEW.state <> OLD.state AND {entry} AND e.id > OLD.state_entry_id)",
                    "DB1: a change of state needs a fresh entry in the log.",
                ),
                Rule("NEW.id <> OLD.id", "DB1: the identity of a row never changes."),
            ),
        ),
        guarded(
            f"{name}_first_state",
            table,
            "INSERT",
            (
                Rule(f"NEW.state <> '{first}'", "DB1: a row begins in its first state."),
                Rule(f"{entry})", "DB1: a new row needs its entry in the log."),
            ),
        ),
        refuse(f"{name}_no_delete", table, ("DELETE",), "DB1: this row is never deleted."),
    )


_NO_RECORDS = Rule(
    "NOT EXISTS (SELECT 1 FROM releases_manifestrecord mr WHERE mr.manifest_id = NEW.manifest_id)",
    "DB3: the manifest holds no record.",
)
_SAME_HASH = Rule(
    "NOT EXISTS (SELECT 1 FROM releases_manifest m WHERE m.id = NEW.manifest_id AND m.sha256 = "
    "NEW.manifest_sha256 "
    "AND m.matter_id = NEW.matter_id)",
    "DB3: hash, manifest and matter do not belong together.",
)
_LATEST = Rule(
    "EXISTS (SELECT 1 FROM releases_manifest m JOIN releases_manifest n ON n.matter_id = m.matter_id "
    "AND n.number > m.number WHERE m.id = NEW.manifest_id)",
    "DB3: there is a later manifest.",
)
_VERIFIED = Rule(
    "EXISTS (SELECT 1 FROM releases_manifestrecord mr WHERE mr.manifest_id = NEW.manifest_id AND NOT EXISTS "
    "(SELECT 1 FROM releases_verifierreport v WHERE v.manifest_id = mr.manifest_id AND v.record_id = "
    "mr.record_id "
    "AND v.passed = {T} AND v.ruleset = mr.ruleset))",
    "DB3: the verifier has not passed every record of the manifest.",
)


def _named_by(table: str, more: str = "") -> str:
    """SQL: a row of this basis, for the paper, names the person of the clause and the record's kind."""
    return (
        f"EXISTS (SELECT 1 FROM {table} b WHERE b.instrument_id = i.id AND b.subject_name = c.subject_name "
        "AND COALESCE(CAST(b.subject_birth_date AS text), '') = "
        "COALESCE(CAST(c.subject_birth_date AS text), '') "
        f"AND {{place}}(b.classes, ',' || r.record_class || ',') > 0{more})"
    )


_CONFIRMED = " AND b.confirmed_by_id IS NOT NULL AND b.confirmed_by_id <> b.proposed_by_id"
_FINDING = "EXISTS (SELECT 1 FROM instruments_counselfinding f WHERE f.instrument_id = i.id)"
# Each way in which a paper in force opens the gate for one record; there is no other.
_OPENS = (
    "i.verdict = 'suffices'",
    f"i.verdict = 'suffices_after_counsel_review' AND i.type <> 'consent_waiver' AND {_FINDING}",
    f"i.verdict = 'suffices_after_counsel_review' AND i.type = 'consent_waiver' AND {_FINDING} AND "
    f"{_named_by('instruments_consent', ' AND b.subject_name = trim(i.signer)')}",
    f"i.verdict = 'does_not_suffice' AND {_named_by('instruments_legalbasisoverride', _CONFIRMED)}",
    "i.verdict = 'determination_1373' AND "
    + _named_by(
        "instruments_determination1373",
        _CONFIRMED + " AND b.agency_id = (SELECT t.agency_id FROM matters_matter t WHERE t.id = "
        "NEW.matter_id)",
    ),
    # An emergency opens no status data, whoever may have authorised it (policy 8.1).
    "i.verdict = 'exigent_determination' AND "
    + _named_by(
        "instruments_exigentdetermination",
        _CONFIRMED + " AND (b.date_from IS NULL OR r.dated_on >= b.date_from) AND (b.date_to IS NULL OR "
        "r.dated_on <= b.date_to)",
    )
    + " AND NOT EXISTS (SELECT 1 FROM records_finding g WHERE g.record_id = r.id AND g.decision = 'keep' "
    "AND g.keep_ground = 'authorised')",
)
_LEGAL_BASIS = Rule(
    "EXISTS (SELECT 1 FROM releases_manifestrecord mr "
    "JOIN records_record r ON r.id = mr.record_id "
    "JOIN instruments_scopeclause c ON c.id = mr.clause_id "
    "JOIN instruments_instrument i ON i.id = c.instrument_id "
    "WHERE mr.manifest_id = NEW.manifest_id AND NOT (i.matter_id = NEW.matter_id AND i.state = 'in_force' "
    "AND (i.execute_by IS NULL OR i.execute_by >= {yesterday}) AND (i.ends_on IS NULL OR i.ends_on >= "
    "{yesterday}) AND (" + " OR ".join(f"({way})" for way in _OPENS) + ")))",
    "DB3: no verified instrument in force, of a kind that suffices, covers every record.",
)
_CLAUSES_IN_FORCE = Rule(
    "EXISTS (SELECT 1 FROM releases_manifestrecord mr "
    "JOIN instruments_scopeclause c ON c.id = mr.clause_id "
    "JOIN instruments_instrument i ON i.id = c.instrument_id "
    "WHERE mr.manifest_id = NEW.manifest_id AND (c.at < i.scope_from OR EXISTS (SELECT 1 FROM "
    "instruments_scopeclause n WHERE n.instrument_id = i.id AND n.reading > c.reading)))",
    "DB3: a clause of the manifest is no longer in force.",
)
_COVERED = Rule(
    "EXISTS (SELECT 1 FROM releases_manifestrecord mr WHERE mr.manifest_id = NEW.manifest_id AND "
    + not_covered("mr.record_id", "mr.clause_id", "NEW.matter_id")
    + ")",
    "DB3: a record of the manifest lies outside its clause.",
)
_PAGE = (
    "SELECT 1 FROM releases_manifestpage g WHERE g.manifest_id = mr.manifest_id "
    "AND g.record_id = mr.record_id"
)
_PAGE_COUNT = _PAGE.replace("SELECT 1", "SELECT count(DISTINCT g.n)") + " AND g.n BETWEEN 1 AND mr.pages"
_PAGE_UNHIDDEN = (
    f"{_PAGE} AND g.clause_id IS NULL AND NOT EXISTS (SELECT 1 FROM records_mark k WHERE k.record_id = "
    "g.record_id AND k.page_n = g.n AND k.whole_page AND k.code = 'W-2' AND k.removed_at IS NULL)"
)
_PAGE_LAPSED = (
    f"{_PAGE} AND EXISTS (SELECT 1 FROM instruments_scopeclause c JOIN instruments_instrument i ON i.id = "
    "c.instrument_id WHERE c.id = g.clause_id AND (i.state <> 'in_force' OR c.at < i.scope_from OR EXISTS "
    "(SELECT 1 FROM instruments_scopeclause n WHERE n.instrument_id = i.id AND n.reading > c.reading)))"
)
_PAGE_OUTSIDE = (
    f"{_PAGE} AND g.clause_id IS NOT NULL AND {not_covered('g.record_id', 'g.clause_id', 'NEW.matter_id')}"
)
_PAGES_CITED = Rule(
    f"EXISTS (SELECT 1 FROM releases_manifestrecord mr WHERE mr.manifest_id = NEW.manifest_id AND "
    f"(({_PAGE_COUNT}) <> mr.pages OR EXISTS ({_PAGE_UNHIDDEN}) OR EXISTS ({_PAGE_LAPSED}) "
    f"OR EXISTS ({_PAGE_OUTSIDE})))",
    "DB3: a page of the manifest cites no item that compels it.",
)
_SUM = Rule(EXCEEDED, "DB3: together with what has left under the paper this goes beyond it.")
_USED_UP = Rule(USED_UP, "DB3: a paper has been used up by a release on another matter.")
_NO_FLAG = Rule(
    "EXISTS (SELECT 1 FROM releases_manifestrecord mr "
    "JOIN instruments_scopeclause c ON c.id = mr.clause_id "
    "JOIN instruments_flag g ON g.instrument_id = c.instrument_id "
    "WHERE mr.manifest_id = NEW.manifest_id AND g.cleared_at IS NULL AND g.flag <> 'RETURN_DATE_PASSED')",
    "DB3: a flag stands on the instrument.",
)
_NO_BLOCK = Rule(
    "EXISTS (SELECT 1 FROM matters_block b WHERE b.matter_id = NEW.matter_id AND b.lifted_at IS NULL)",
    "DB3: a block is open on the matter.",
)
_COMMON = (
    _NO_RECORDS, _SAME_HASH, _LATEST, _VERIFIED, _LEGAL_BASIS, _CLAUSES_IN_FORCE, _COVERED,
    _PAGES_CITED, _SUM, _USED_UP, _NO_FLAG, _NO_BLOCK,
)  # fmt: skip


def _decision(moment: str) -> Rule:
    return Rule(
        "NOT EXISTS (SELECT 1 FROM releases_gatedecision d WHERE d.id = NEW.decision_id AND d.passed = {T} "
        f"AND d.moment = '{moment}' AND d.manifest_id = NEW.manifest_id AND d.manifest_sha256 = "
        f"NEW.manifest_sha256)",
        f"DB3: no passed gate decision ({moment}) on this manifest hash.",
    )


def _barred(expression: str, join: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM releases_manifestrecord mr JOIN instruments_scopeclause c ON c.id = "
        "mr.clause_id "
        f"JOIN instruments_instrument i ON i.id = c.instrument_id {join} "
        f"WHERE mr.manifest_id = NEW.manifest_id AND {expression})"
    )


def approval_triggers(person_table: str) -> tuple[Trigger, ...]:
    """DB2: who may approve, and what must be true of the manifest before."""
    return (
        guarded(
            "gate_approval",
            "releases_approval",
            "INSERT",
            (
                Rule(
                    f"NOT EXISTS (SELECT 1 FROM {person_table} p WHERE p.id = NEW.approver_id AND "
                    f"p.role = 'counsel' "
                    "AND p.is_active = {T})",
                    "DB2: only active counsel approve.",
                ),
                Rule(
                    "EXISTS (SELECT 1 FROM matters_matter t WHERE t.id = NEW.matter_id "
                    "AND t.opened_by_id = NEW.approver_id)",
                    "DB2: the opener of a matter cannot approve.",
                ),
                Rule(
                    "EXISTS (SELECT 1 FROM releases_manifest m WHERE m.id = NEW.manifest_id "
                    "AND m.frozen_by_id = NEW.approver_id)",
                    "DB2: who froze the manifest cannot approve it.",
                ),
                Rule(
                    _barred("NEW.approver_id IN (i.accepted_by_id, i.confirmed_by_id, i.filed_by_id)", ""),
                    "DB2: who filed, confirmed or accepted the instrument cannot approve.",
                ),
                Rule(
                    _barred(
                        "k.check_id = 'V11' AND k.by_id = NEW.approver_id",
                        "JOIN instruments_check k ON k.instrument_id = i.id",
                    ),
                    "DB2: who called the court cannot approve.",
                ),
                Rule(
                    "EXISTS (SELECT 1 FROM releases_markmaker k WHERE k.manifest_id = NEW.manifest_id "
                    "AND k.person_id = NEW.approver_id)",
                    "DB2: who made a mark cannot approve.",
                ),
                _decision("approve"),
                *_COMMON,
            ),
            lock="PERFORM 1 FROM matters_matter WHERE id = NEW.matter_id FOR UPDATE;",
        ),
    )


_LIVE_APPROVAL = Rule(
    "NOT EXISTS (SELECT 1 FROM releases_approval a WHERE a.id = NEW.approval_id AND a.manifest_id = "
    "NEW.manifest_id "
    "AND a.manifest_sha256 = NEW.manifest_sha256 AND a.matter_id = NEW.matter_id AND NOT EXISTS "
    "(SELECT 1 FROM releases_approvalvoid v WHERE v.approval_id = a.id))",
    "DB3: no live approval of this manifest.",
)

RELEASE_TRIGGERS = (
    guarded(
        "gate_release",
        "releases_release",
        "INSERT",
        (
            *_COMMON,
            _LIVE_APPROVAL,
            _decision("bytes"),
            Rule(
                "NOT EXISTS (SELECT 1 FROM releases_gatedecision d WHERE d.manifest_id = NEW.manifest_id "
                "AND d.manifest_sha256 = NEW.manifest_sha256 AND d.moment = 'build' AND d.passed = {T})",
                "DB3: no passed gate decision (build) on this manifest hash.",
            ),
            Rule(
                "NOT EXISTS (SELECT 1 FROM releases_package p JOIN releases_packageseal s ON "
                "s.package_id = p.id "
                "WHERE p.id = NEW.package_id AND p.approval_id = NEW.approval_id AND p.manifest_id = "
                "NEW.manifest_id)",
                "DB3: the package of this approval has no proof in the log.",
            ),
        ),
        lock="PERFORM 1 FROM matters_matter WHERE id = NEW.matter_id FOR UPDATE;",
    ),
    guarded(
        "gate_link",
        "releases_link",
        "INSERT",
        (
            Rule(
                "NOT EXISTS (SELECT 1 FROM releases_release r JOIN matters_matter t ON t.id = r.matter_id "
                "WHERE r.id = NEW.release_id AND t.agency_id = NEW.agency_id)",
                "DB4: a link belongs to the agency of its matter.",
            ),
        ),
    ),
    guarded(
        "gate_claim",
        "releases_claim",
        "INSERT",
        (
            Rule(
                "NOT EXISTS (SELECT 1 FROM releases_link l JOIN matters_official o ON o.agency_id = "
                "l.agency_id "
                "WHERE l.id = NEW.link_id AND l.agency_id = NEW.agency_id AND o.person_id = NEW.client_id)",
                "DB4: another agency holds this link.",
            ),
            Rule(
                "EXISTS (SELECT 1 FROM releases_link l WHERE l.id = NEW.link_id AND (l.expires_at <= "
                "NEW.at OR l.expires_at <= {now}))",
                "DB4: the link has run out.",
            ),
            Rule(
                "EXISTS (SELECT 1 FROM releases_linkrevoked v WHERE v.link_id = NEW.link_id)",
                "DB4: the link has been revoked.",
            ),
            Rule(
                "EXISTS (SELECT 1 FROM releases_link l JOIN releases_release r ON r.id = l.release_id "
                "JOIN matters_block b ON b.matter_id = r.matter_id WHERE l.id = NEW.link_id AND "
                "b.lifted_at IS NULL)",
                "DB4: a block is open on the matter.",
            ),
            Rule(
                "NOT EXISTS (SELECT 1 FROM releases_link l JOIN releases_release r ON r.id = l.release_id "
                "JOIN releases_packageseal s ON s.package_id = r.package_id WHERE l.id = NEW.link_id)",
                "DB4: the package has no proof in the log.",
            ),
            Rule(
                "EXISTS (SELECT 1 FROM releases_link l JOIN releases_release r ON r.id = l.release_id "
                "JOIN releases_manifestrecord mr ON mr.manifest_id = r.manifest_id "
                "JOIN instruments_scopeclause c ON c.id = mr.clause_id "
                "JOIN instruments_instrument i ON i.id = c.instrument_id "
                "WHERE l.id = NEW.link_id AND i.state <> 'in_force')",
                "DB4: the instrument is no longer in force.",
            ),
            Rule(
                "EXISTS (SELECT 1 FROM releases_link l JOIN releases_release r ON r.id = l.release_id "
                "JOIN releases_approvalvoid v ON v.approval_id = r.approval_id WHERE l.id = NEW.link_id)",
                "DB4: the approval has been voided.",
            ),
        ),
    ),
)

# A manifest is complete when it is frozen: nothing joins it once a file has been burned for it.
MANIFEST_TRIGGERS = tuple(
    guarded(
        f"gate_{table}_late",
        f"releases_{table}",
        "INSERT",
        (
            Rule(
                "EXISTS (SELECT 1 FROM releases_verifierreport v WHERE v.manifest_id = NEW.manifest_id) "
                "OR EXISTS "
                "(SELECT 1 FROM releases_approval a WHERE a.manifest_id = NEW.manifest_id)",
                "DB5: the manifest is frozen.",
            ),
        ),
    )
    for table in ("manifestpage", "manifestrecord", "markmaker")
)

_RULED = "instruments_statusauthorisation"
_SAME = " AND ".join(
    f"NEW.{column} = OLD.{column}"
    for column in ("id", "clause_id", "ground", "words_id", "by_id", "entry_id")
)
# Counsel ends an authorisation once; what it opens never changes.
AUTHORISATION_TRIGGERS = (
    refuse(
        f"{_RULED}_only_ends",
        _RULED,
        ("UPDATE",),
        "DB5: an authorisation only ends.",
        when=f"NOT ({_SAME} AND CAST(NEW.types AS text) = CAST(OLD.types AS text) "
        "AND OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL)",
    ),
    refuse(f"{_RULED}_no_delete", _RULED, ("DELETE",), "DB5: an authorisation only ends."),
    refuse_truncate(f"{_RULED}_no_truncate", _RULED, "DB5: an authorisation only ends."),
)

_ANSWER = "instruments_subpoenaanswer"
# A draft may change, an answer that has been sent may not; neither is ever dropped (policy 2.3).
ANSWER_TRIGGERS = (
    refuse(
        f"{_ANSWER}_sent_once",
        _ANSWER,
        ("UPDATE",),
        "DB5: an answer that has been sent does not change.",
        when="OLD.letter_id IS NOT NULL OR NEW.id <> OLD.id OR NEW.instrument_id <> OLD.instrument_id",
    ),
    refuse(f"{_ANSWER}_no_delete", _ANSWER, ("DELETE",), "DB5: an answer is never dropped."),
    refuse_truncate(f"{_ANSWER}_no_truncate", _ANSWER, "DB5: an answer is never dropped."),
)

_SEARCH = "records_searchtask"
_SEARCH_STAYS = " AND ".join(
    f"COALESCE(CAST(NEW.{column} AS text), '') = COALESCE(CAST(OLD.{column} AS text), '')"
    for column in ("id", "matter_id", "department", "opened_at", "outcome", "attested_at", "attested_by_id")
)
SEARCH_TRIGGERS = (
    refuse(
        f"{_SEARCH}_attested_once",
        _SEARCH,
        ("UPDATE",),
        "DB5: an attestation never changes.",
        when=f"OLD.attested_at IS NOT NULL AND NOT ({_SEARCH_STAYS})",
    ),
)

WRITTEN_ONCE = (
    "holding_recallreply",
    "instruments_consent",
    "instruments_check",
    "instruments_counselfinding",
    "instruments_scopeclause",
    "instruments_withholdingchoice",
    "matters_request",
    "notices_letter",
    "records_attestation",
    "releases_manifest",
    "releases_manifestpage",
    "releases_manifestrecord",
    "releases_markmaker",
    "releases_verifierreport",
    "releases_gatedecision",
    "releases_approval",
    "releases_approvalvoid",
    "releases_package",
    "releases_packageseal",
    "releases_release",
    "releases_link",
    "releases_linkrevoked",
    "releases_claim",
    "releases_receipt",
)


def gate_triggers(person_table: str) -> tuple[Trigger, ...]:
    """Every trigger of the gate. `person_table` is the table of the people who act."""
    once = tuple(
        trigger for table in WRITTEN_ONCE for trigger in append_only(table, "DB5: this row is written once.")
    )
    return (
        *state_machine("gate_matter", "matters_matter", transitions(), "received", "id"),
        *state_machine("gate_paper", "instruments_instrument", PAPER_TRANSITIONS, "offered", "matter_id"),
        *approval_triggers(person_table),
        *RELEASE_TRIGGERS,
        *MANIFEST_TRIGGERS,
        *once,
        *AUTHORISATION_TRIGGERS,
        *ANSWER_TRIGGERS,
        *SEARCH_TRIGGERS,
    )
