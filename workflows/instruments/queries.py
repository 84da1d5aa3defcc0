"""Reads about papers: which checks hold now, which clauses are in force, what is still missing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from workflows.instruments.bases import Named
from workflows.instruments.models import (
    Check,
    Consent,
    Determination1373,
    ExigentDetermination,
    Flag,
    Instrument,
    LegalBasisOverride,
    ScopeClause,
    StatusAuthorisation,
)
from workflows.instruments.signature_ink import alike
from workflows.lawbook import in_force
from workflows.matters.access import unsealed_matters
from workflows.matters.models import Matter
from workflows.policy import checks as policy_checks
from workflows.policy.bases import CONSENT, SET_ASIDE
from workflows.policy.codes import MISSING
from workflows.policy.instrument_types import (
    COUNSEL,
    DETERMINATION_1373,
    EXIGENT,
    NEVER,
    OWN_KINDS,
    SUFFICES,
)
from workflows.policy.scope import ANY, Clause, Subject, folded_name, folded_words, only
from workflows.policy.scope_words import LIMITS


def latest_checks(instrument: Instrument) -> dict[str, Check]:
    """The latest answer to each check that has been answered, and not become stale since."""
    latest: dict[str, Check] = {}
    since = instrument.recheck_from
    for check in instrument.checks.select_related("by").order_by("id"):
        if since is not None and check.at < since and check.check_id in policy_checks.ASKED_ANEW:
            continue
        latest[check.check_id] = check
    return latest


def failing_checks(instrument: Instrument) -> list[str]:
    """Ids of needed checks whose latest answer is neither passed nor a permitted waiver.

    What counsel has written has none; a confirmed override stands in for those that only a judge's order
    can pass, and for no other."""
    if instrument.type in OWN_KINDS:
        return []
    latest = latest_checks(instrument)
    aside = SET_ASIDE if override_of(instrument) is not None else frozenset()
    failing = []
    for check_id in policy_checks.NEEDED_FOR_ACCEPTANCE:
        if check_id in aside:
            continue
        outcome = latest[check_id].outcome if check_id in latest else ""
        waived = outcome == policy_checks.WAIVED and _may_be_waived(latest[check_id])
        if outcome != policy_checks.PASSED and not waived:
            failing.append(check_id)
    return failing


def _may_be_waived(check: Check) -> bool:
    """True where the policy under which counsel waived it lets this check be waived."""
    return check.check_id not in policy_checks.NOT_WAIVABLE and check.check_id in in_force(check.at).waivable


def standing_flags(instrument: Instrument) -> list[Flag]:
    """Flags that keep the gate closed: raised, not cleared, not a mere warning."""
    standing = [flag for flag in instrument.flags.all() if flag.cleared_at is None]
    return [flag for flag in standing if flag.flag not in policy_checks.WARNING_FLAGS]


def out_of_time(instrument: Instrument, today: dt.date) -> bool:
    """True when a warrant was not served in time, or the paper's own end date is past.

    A passed return date never ends an order (V05): it raises a task for counsel.
    """
    end = [date for date in (instrument.execute_by, instrument.ends_on) if date is not None]
    return bool(end) and min(end) < today


def seconds_left(matter: Matter, now: dt.datetime) -> int | None:
    """Seconds from now to the end of the last day of that paper in force which ends first; None where none
    states an end, never below zero."""
    papers = matter.instruments.filter(state="in_force")
    ends = [day for paper in papers for day in (paper.execute_by, paper.ends_on) if day is not None]
    if not ends:
        return None
    over = dt.datetime.combine(min(ends) + dt.timedelta(days=1), dt.time(), timezone.get_default_timezone())
    return max(0, int((over - now).total_seconds()))


_ENDED = {
    "quashed": "quashed", "stayed": "quashed", "withdrawn": "quashed", "superseded": "quashed",
    "expired": "expired", "executed": "expired", "forged": "cannot_verify",
}  # fmt: skip


def missing_elements(matter: Matter, today: dt.date) -> list[str]:
    """Why the matter's newest paper does not do, as codes of policy 13.1 in their order there: what its
    checks, its kind, its flags and its dates say. A check that nobody has made yet says nothing.

    Empty when nothing has failed; `no_instrument` when there is no paper at all.
    """
    paper = matter.instruments.order_by("-filed_at").first()
    if paper is None:
        return ["no_instrument"]
    found = {
        policy_checks.BY_ID[check_id].missing
        for check_id, check in latest_checks(paper).items()
        if check.outcome in (policy_checks.FAILED, policy_checks.CANNOT_TELL)
    }
    found |= {policy_checks.BY_ID[policy_checks.FLAGS[flag.flag]].missing for flag in standing_flags(paper)}
    if paper.state in _ENDED:
        found.add(_ENDED[paper.state])
    if out_of_time(paper, today):
        found.add("expired")
    if paper.confirmed_by_id is None:  # nobody has read it yet: what the machine read is a suggestion
        found |= set((paper.reading or {}).get("missing", ()))
    else:
        law = in_force(timezone.now()).kind(paper.type)
        if law.verdict not in (SUFFICES, COUNSEL):
            found.add("no_records_effect" if law.judicial else "not_judicial")
    return [code for code in MISSING if code in found]


def is_legal_basis(instrument: Instrument, today: dt.date) -> bool:
    """True when this paper, as it stands, opens the gate for what its clauses cover; where it rests on
    another basis than a court's order, for what that basis names of it (`basis_names`)."""
    if instrument.state != "in_force" or out_of_time(instrument, today):
        return False
    if needs_basis(instrument) and basis_of(instrument) is None:
        return False
    if instrument.verdict == COUNSEL:
        return instrument.findings.exists()
    return instrument.verdict == SUFFICES or needs_basis(instrument)


def override_of(instrument: Instrument) -> LegalBasisOverride | None:
    """The confirmed override of a paper whose kind does not suffice, or None."""
    return instrument.overrides.filter(confirmed_by__isnull=False).first()


def needs_basis(instrument: Instrument) -> bool:
    """True for a paper in force that opens nothing but what a row of its own names."""
    return instrument.verdict == NEVER or instrument.verdict in OWN_KINDS or instrument.type == CONSENT


def basis_of(instrument: Instrument) -> Named | None:
    """The row that says what may leave under a paper that `needs_basis`; None where none is confirmed."""
    if instrument.type == CONSENT:
        signer = instrument.signer.strip()  # a signature opens the signer's own records
        return Consent.objects.filter(instrument=instrument, subject_name=signer).first()
    if instrument.verdict == DETERMINATION_1373:
        confirmed = Determination1373.objects.filter(confirmed_by__isnull=False)
        return confirmed.filter(instrument=instrument, agency=instrument.matter.agency_id).first()
    if instrument.verdict == EXIGENT:
        return ExigentDetermination.objects.filter(instrument=instrument, confirmed_by__isnull=False).first()
    return override_of(instrument) if instrument.verdict == NEVER else None


def basis_names(clause: ScopeClause, record_class: str, dated_on: dt.date | None) -> bool:
    """True when a basis that stands in for a court's order names the person of this clause, and this kind of
    record of this day. A court's own paper needs no such row: there the clause is its word."""
    if not needs_basis(clause.instrument):
        return True
    basis = basis_of(clause.instrument)
    return (
        basis is not None
        and clause.subject_name == basis.subject_name
        and clause.subject_birth_date == basis.subject_birth_date
        and record_class in basis.record_classes
        and _in_days(basis, dated_on)
    )


def _in_days(basis: Named, day: dt.date | None) -> bool:
    """Only the determination of an emergency names days; there a record without one is not named."""
    first, last = getattr(basis, "date_from", None), getattr(basis, "date_to", None)
    if first is None and last is None:
        return True
    return day is not None and (first is None or day >= first) and (last is None or day <= last)


def types_named(instrument: Instrument) -> frozenset[str] | None:
    """The types of status data that counsel may authorise under this paper; None where only the words of a
    court's paper say."""
    if not needs_basis(instrument):
        return None
    basis = basis_of(instrument)
    return frozenset(basis.types if basis else ())


def confirmed_overrides(since: dt.datetime, until: dt.datetime) -> int:
    """How many overrides were confirmed in this time: a figure for the public (workflow.md 4.3). Those on
    sealed matters count once unsealed."""
    return LegalBasisOverride.objects.filter(
        confirmed_at__gte=since,
        confirmed_at__lt=until,
        instrument__matter__in=unsealed_matters(timezone.now()),
    ).count()


def still_sound(instrument: Instrument) -> bool:
    """True when every needed check still holds and no flag stands."""
    return not failing_checks(instrument) and not standing_flags(instrument)


def clauses_in_force(instrument: Instrument) -> list[ScopeClause]:
    """The clauses of the latest reading of this paper; none when a court has narrowed it since."""
    return _latest(instrument, instrument.clauses.prefetch_related("limits"))


def _latest(instrument: Instrument, rows: Iterable[ScopeClause]) -> list[ScopeClause]:
    """Those of all clauses of the paper that belong to its latest reading and that no court has narrowed."""
    every, since = list(rows), instrument.scope_from
    latest = max((row.reading for row in every), default=0)
    return [row for row in every if row.reading == latest and (since is None or row.at >= since)]


def as_clause(row: ScopeClause) -> Clause:
    """The row as a value of the scope algebra."""
    person = Subject(row.subject_name, row.subject_birth_date, row.subject_number)
    keys: dict[str, list[str]] = {}
    for limit in row.limits.all():
        keys.setdefault(limit.dimension, []).append(limit.key)
    choices = {name: only(*keys[name]) if name in keys else ANY for name in LIMITS}
    return Clause(
        (person,) if row.subject_name else (),
        frozenset(row.record_classes),
        row.date_from,
        row.date_to,
        departments=choices["department"],
        categories=choices["category"],
        documents=choices["document"],
        recipients=choices["recipient"],
        uses=choices["use"],
    )


def clauses_of(matter: Matter) -> list[ScopeClause]:
    """All clauses of all papers in force on the matter."""
    return [
        clause for paper in matter.instruments.filter(state="in_force") for clause in clauses_in_force(paper)
    ]


def clauses_of_each(matter_ids: Iterable[UUID]) -> dict[UUID, list[ScopeClause]]:
    """The same for several matters, with as many queries as for one."""
    clauses = Prefetch("clauses", ScopeClause.objects.prefetch_related("limits"))
    found: dict[UUID, list[ScopeClause]] = {one: [] for one in matter_ids}
    for paper in Instrument.objects.filter(matter__in=found, state="in_force").prefetch_related(clauses):
        found[paper.matter_id] += _latest(paper, paper.clauses.all())
    return found


def authorisation_holds(authorisation: StatusAuthorisation, today: dt.date) -> bool:
    """True while nobody has ended it, its clause is in the reading in force and its paper opens the gate."""
    clause = authorisation.clause
    return (
        authorisation.ended_at is None
        and clause in clauses_in_force(clause.instrument)
        and is_legal_basis(clause.instrument, today)
    )


def reuse_alarms(paper: Instrument) -> list[str]:
    """Signs that a paper was used before, as codes: `same_file` on another matter, and `same_docket`
    there about other people; `ink_of_another` and `same_ink` for a signature that is the very picture of
    one under another name, or under the same one in another case. Nothing is said of the other matter,
    which the reader may not see, and of a sealed one not even that it is there (policy 7.2)."""
    found = []
    others_matters = unsealed_matters(timezone.now()).exclude(pk=paper.matter_id)
    elsewhere = Instrument.objects.filter(matter__in=others_matters)
    if elsewhere.filter(sha256=paper.sha256).exists():
        found.append("same_file")
    if paper.docket.strip():
        own = {folded_name(name) for name in paper.matter.parties.values_list("name", flat=True)}
        others = elsewhere.filter(docket__iexact=paper.docket.strip()).prefetch_related("matter__parties")
        names = {folded_name(party.name) for other in others for party in other.matter.parties.all()}
        if names - own:
            found.append("same_docket")
    beside = paper.matter.instruments.exclude(pk=paper.pk)
    return found + _ink_alarms(paper, elsewhere | beside)


def _ink_alarms(paper: Instrument, others: QuerySet[Instrument]) -> list[str]:
    """The signature held against those of all other papers, by what people have confirmed of each and else
    by what was read."""
    ink = (paper.reading or {}).get("ink")
    if not ink:
        return []
    rows = others.exclude(sha256=paper.sha256).filter(reading__ink__ratio__gt=0)
    same = [
        other
        for other in rows.only("signer", "docket", "reading")
        if other.reading and alike(ink, other.reading["ink"])
    ]
    signer, docket = _signer_and_docket(paper)
    said = [_signer_and_docket(other) for other in same]
    if any(name and signer and name != signer for name, _ in said):
        return ["ink_of_another"]
    return ["same_ink"] if any(number and docket and number != docket for _, number in said) else []


def _signer_and_docket(paper: Instrument) -> tuple[str, str]:
    """The last word of the signer's name and the number of the case, as they are compared."""
    read = paper.reading or {}
    words = folded_words(paper.signer or read.get("signer") or "").split()
    return (words[-1] if words else ""), folded_words(paper.docket or read.get("docket") or "")
