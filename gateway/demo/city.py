"""The demo city: invented people, two agencies, a few matters, made only through the product's acts."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from gateway.accounts.models import Person, Role
from gateway.accounts.people import create_agency, create_client, create_person
from gateway.demo import papers
from gateway.demo import people as cast
from gateway.demo import records as demo_records
from gateway.demo.papers import PAPERS
from workflows import jobs
from workflows.flow import papers as paper_acts
from workflows.flow.exigent import DEPARTMENT_HEADS
from workflows.flow.notifying import keep_referrals
from workflows.flow.opening import INTAKE_GROUP, Subject, Submission, open_matter
from workflows.flow.scoping import ClauseDraft, set_scope
from workflows.instruments.models import CourtContact, Instrument
from workflows.jobs.models import Job, JobState
from workflows.matters.models import Agency, AgencyContact, Matter
from workflows.notices.referrals import Referral
from workflows.policy.checks import NEEDED_FOR_ACCEPTANCE
from workflows.records import actions as record_acts

_STAFF = (
    ("officer", "Harriet Osgood Lane", Role.OFFICER, True),
    ("officer2", "Tobias Quillfeather", Role.OFFICER, False),
    ("verifier", "Ines Okonkwo-Bright", Role.VERIFIER, True),
    ("counsel", "Cordelia Banning", Role.COUNSEL, True),
    ("counsel2", "Anselm Wrightwood", Role.COUNSEL, False),
    ("auditor", "Beatrix Lund", Role.AUDITOR, False),
    ("auditor2", "Leopold Farraday", Role.AUDITOR, False),
    ("admin", "Marlow Tennant", Role.ADMINISTRATOR, False),
    ("admin2", "Sunniva Hale", Role.ADMINISTRATOR, False),
)


@dataclass
class City:
    """Who was made, and how they sign in."""

    password: str
    people: dict[str, Person] = field(default_factory=dict)
    sign_ins: list[dict[str, str]] = field(default_factory=list)
    agencies: dict[str, Agency] = field(default_factory=dict)
    clients: list[dict[str, str]] = field(default_factory=list)


def build() -> City:
    """People, agencies, the directory of courts and four matters exist. Run once, on an empty database."""
    city = City(password=f"demo-{secrets.token_urlsafe(9)}")
    for short, name, role, at_intake in _STAFF:
        email = f"{short}@demo.test"
        groups = (INTAKE_GROUP,) if at_intake else (DEPARTMENT_HEADS,) if role is Role.OFFICER else ()
        person, secret = create_person(email, name, role, city.password, actor=None, groups=groups)
        city.people[short] = person
        city.sign_ins.append(
            {"role": role.value, "email": email, "password": city.password, "totp_secret": secret}
        )
    for key, agency in cast.AGENCIES.items():
        made = create_agency(agency.name, agency.requester_class, actor=None)
        client_id, client_secret = create_client(made, "Records client", actor=None)
        city.agencies[key] = made
        AgencyContact.objects.create(agency=made, office="Duty supervisor", phone=agency.phone)
        city.clients.append({"name": agency.name, "client_id": client_id, "client_secret": client_secret})
    for court in cast.COURTS.values():
        CourtContact.objects.create(court=court.name, office=court.office, phone=court.phone)
    keep_referrals([Referral(**row) for row in cast.HELPERS], actor=city.people["counsel"])
    _matters(city)
    return city


def _matters(city: City) -> None:
    """One matter has no paper, one an agency's own form, one an unsigned order, one is under way."""
    client = Person.objects.get(official__agency=city.agencies["ero"])
    _open(
        city, "A letter asks for everything about a tenant.", channel="letter", actor=city.people["officer"]
    )
    with_form = _open(city, "Records of a tenant for a removal case.", actor=client)
    _file(with_form, "i205", client)
    with_draft = _open(city, "Incident reports and letters, as ordered.", actor=client)
    _file(with_draft, "unsigned_order", client)
    ordered = _open(city, "Production as ordered by the District Court.", actor=client)
    paper = _file(ordered, "sound_order", client)
    _until_read()  # papers are read before people work on them
    paper.refresh_from_db()
    _verify(city, paper)
    set_scope(ordered.pk, paper.pk, clauses("sound_order"), actor=city.people["counsel"])
    _take_in(city, ordered)


def _until_read(limit_s: float = 300.0) -> None:
    """Read what waits; what a worker of the same city has taken up already is waited for.

    Raises RuntimeError when papers are still unread after `limit_s` seconds.
    """
    reading = Job.objects.filter(kind="instrument.read", state__in=(JobState.QUEUED, JobState.RUNNING))
    deadline = time.monotonic() + limit_s
    while jobs.drain() or reading.exists():
        if time.monotonic() > deadline:
            raise RuntimeError("the papers of the demo city are still unread; is a worker stuck?")
        time.sleep(0.1)


def _open(city: City, description: str, *, actor: Any, channel: str = "api") -> Matter:
    subject = PAPERS["sound_order"].subject
    submission = Submission(
        description=description,
        subjects=(Subject(subject.name, subject.born),),
        requester_class="civil_immigration",
        channel=channel,
    )
    return open_matter(submission, actor=actor, agency=city.agencies["ero"])


def _file(matter: Matter, name: str, actor: Any) -> Instrument:
    data = papers.make(name, timezone.localdate())
    return paper_acts.file_paper(matter.pk, data, actor=actor, media_type="application/octet-stream")


def confirmed_fields(name: str) -> dict[str, Any]:
    """The fields of a demo paper as a careful verifier reads them off its image."""
    today, facts = timezone.localdate(), PAPERS[name]
    return {
        "type": facts.type,
        "docket": facts.docket(today),
        "court": cast.COURTS[facts.court].name if facts.court else "",
        "signer": facts.signer.name,
        "signer_title": facts.signer.title,
        "issued_on": facts.issued(today),
        "execute_by": facts.execute_by(today),
        "return_on": facts.return_on(today),
    }


def _verify(city: City, paper: Instrument) -> None:
    paper_acts.confirm_fields(
        paper.pk, paper_acts.ConfirmedFields(**confirmed_fields("sound_order")), actor=city.people["verifier"]
    )
    for check_id in NEEDED_FOR_ACCEPTANCE:
        if check_id != "V11":
            paper_acts.record_check(paper.pk, check_id, "passed", actor=city.people["verifier"])
    clerk = CourtContact.objects.get(
        court=cast.COURTS["us_district"].name, office=cast.COURTS["us_district"].office
    )
    paper_acts.call_back(
        paper.pk,
        actor=city.people["officer"],
        contact_id=clerk.pk,
        spoke_with="Deputy clerk",
        outcome="passed",
    )
    paper_acts.accept_paper(paper.pk, actor=city.people["verifier"])


def clauses(name: str) -> list[ClauseDraft]:
    """The items of a demo paper as counsel enters them."""
    facts = PAPERS[name]
    period = facts.covers(timezone.localdate())
    if period is None:
        return []
    return [
        ClauseDraft(
            item=str(n),
            page=facts.item_pages[n - 1] if facts.item_pages else 1,
            quote=quote[:600],
            subject_name=facts.subject.name,
            subject_birth_date=facts.subject.born,
            record_classes=(facts.item_classes[n - 1],),
            date_from=period[0],
            date_to=period[1],
        )
        for n, quote in enumerate(facts.items, 1)
    ]


def _take_in(city: City, matter: Matter) -> None:
    for record in demo_records.make_all(timezone.localdate()):
        record_acts.take_in(
            matter.pk,
            record.data,
            actor=city.people["officer"],
            custodian=record.department,
            description=record_acts.Description(
                record_class=record.record_class,
                subject_name=record.subject,
                subject_birth_date=record.subject_born,
                dated_on=record.day,
            ),
        )
