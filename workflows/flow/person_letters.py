"""The letter to somebody concerned: what goes into its places, from rows that people have confirmed.

It holds no text of a record and no word that tells others in the house what it is about: its title, its
envelope and its subject line are the same as those of any letter of the office.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from workflows.errors import Invalid
from workflows.flow.notice_times import last_day, who_is
from workflows.instruments.models import Instrument, ScopeClause
from workflows.instruments.queries import clauses_of, needs_basis
from workflows.matters.models import Matter
from workflows.notices import letters, referrals
from workflows.notices.models import Letter, Notice
from workflows.policy.codes import RECORD_CLASSES
from workflows.policy.instrument_types import instrument_type
from workflows.policy.scope import folded_name

TEMPLATE = "notice"
# The only words on the outside, by language of the letter.
ENVELOPE = {"en": "A letter from the city", "es": "Una carta de la ciudad"}
CLASSES = {
    "en": RECORD_CLASSES,
    "es": {
        "police_report": "Informe de la policía",
        "dispatch_log": "Registro de llamadas de emergencia",
        "housing_file": "Expediente de vivienda",
        "social_services": "Expediente de servicios sociales",
        "library_record": "Datos de la biblioteca",
        "employment_record": "Expediente de empleo",
        "correspondence": "Correspondencia",
        "municipal_court": "Expediente del juzgado municipal",
        "minutes": "Actas y boletines",
        "other": "Otro documento",
    },
}


def write(matter: Matter, notice: Notice, *, language: str, actor: Any, now: dt.datetime) -> Letter:
    """Issue the letter to this person, in the caller's transaction. Raises Invalid when the list of those
    who help is empty: a letter that leaves somebody alone with it is none."""
    helpers = referrals.lines(language)
    if not helpers:
        raise Invalid(
            "The list of those who help is empty, and the letter must say where help is. Counsel or an "
            "administrator fills it under “Who helps”.",
            code="no_referrals",
        )
    clauses = _clauses(matter, notice)
    released = matter.releases.order_by("at").last()
    recall = matter.recalls.filter(release=released).first() if released else None
    rows = [
        row
        for row in (released.manifest.records.select_related("clause") if released else ())
        if _about(row.clause, notice)
    ]
    return letters.issue(
        TEMPLATE,
        letters.Addressee(matter.pk, matter.number, notice.person_name, matter.received_at),
        actor=actor,
        now=now,
        language=language,
        asked_by=matter.agency.name,
        asked_for=_asked_for(clauses, language),
        papers=[_named(clause.instrument) for clause in clauses],
        compelled=not any(needs_basis(clause.instrument) for clause in clauses),
        until=None if released else last_day(matter),
        released_on=timezone.localdate(released.at) if released else None,
        recalled_on=timezone.localdate(recall.at) if recall else None,
        record_count=len(rows),
        page_count=sum(row.pages for row in rows),
        helpers=helpers,
    )


def _named(paper: Instrument) -> letters.Paper:
    """Court and docket, or for a paper without them the name of its kind."""
    if paper.court or paper.docket:
        return letters.Paper(paper.court, paper.docket)
    return letters.Paper(instrument_type(paper.type).title, "")


def _about(clause: ScopeClause, notice: Notice) -> bool:
    return (folded_name(clause.subject_name), clause.subject_birth_date) == who_is(notice)


def _clauses(matter: Matter, notice: Notice) -> list[ScopeClause]:
    """The clauses that name this person: those in force, or those under which something has left."""
    found = [clause for clause in clauses_of(matter) if _about(clause, notice)]
    if not found:
        every = ScopeClause.objects.filter(instrument__matter=matter).select_related("instrument")
        found = [clause for clause in every if _about(clause, notice)]
    if not found:
        raise Invalid("No clause names this person any more; counsel says whether they must be told.")
    return found


def _asked_for(clauses: list[ScopeClause], language: str) -> list[str]:
    """The kinds of record and the time they are from, each kind once, in the letter's language."""
    named = sorted(
        {one for clause in clauses for one in clause.record_classes}, key=list(RECORD_CLASSES).index
    )
    days = [day for clause in clauses for day in (clause.date_from, clause.date_to) if day is not None]
    lines = [CLASSES[language][one] for one in named]
    if days:
        first, last = min(days), max(days)
        between = "from {} to {}" if language == "en" else "del {} al {}"
        lines.append((between[:1].upper() + between[1:]).format(_day(first, language), _day(last, language)))
    return lines


def _day(day: dt.date, language: str) -> str:
    return f"{day:%m/%d/%Y}" if language == "en" else f"{day:%d/%m/%Y}"
