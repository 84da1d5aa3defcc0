"""People and papers for tests: a small city made only through the product's own acts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from gateway.accounts.models import Person
from gateway.demo import papers
from gateway.demo.papers import PAPERS
from tests.remembered import readings
from workflows import jobs
from workflows.audit import keys as log_keys
from workflows.audit.sequencer import from_settings
from workflows.flow import papers as paper_acts
from workflows.flow.advance import advance
from workflows.flow.calendars import propose_calendar, settle_calendar
from workflows.flow.opening import INTAKE_GROUP, Subject, Submission, open_matter
from workflows.flow.scoping import ClauseDraft, set_scope
from workflows.flow.searching import attest_search, open_search
from workflows.instruments.models import CourtContact, Instrument
from workflows.jobs.models import Job
from workflows.matters.models import Agency, Matter, Official
from workflows.policy.checks import NEEDED_FOR_ACCEPTANCE
from workflows.records import actions as record_acts
from workflows.records import review
from workflows.records.models import Record
from workflows.vault import keys as vault_keys

PASSWORD = "correct horse battery staple"
DESK = ("officer", "verifier", "counsel")


@dataclass
class City:
    """Everybody by short name, two agencies with a client each, and the court's directory entry."""

    people: dict[str, Person]
    agency: Agency
    other_agency: Agency
    court: CourtContact

    def __getattr__(self, name: str) -> Person:
        return self.people[name]


def make_city() -> City:
    """Officer, officer2, verifier, counsel, counsel2, two auditors, admin and two agency clients.

    The intake desk is officer, verifier and counsel; officer2 and counsel2 get matters by hand.
    """
    vault_keys.ensure()
    log_keys.ensure()
    desk, _ = Group.objects.get_or_create(name=INTAKE_GROUP)
    people = {}
    for name, role in (
        ("officer", "officer"), ("officer2", "officer"), ("verifier", "verifier"), ("counsel", "counsel"),
        ("counsel2", "counsel"), ("auditor", "auditor"), ("auditor2", "auditor"),
        ("admin", "administrator"),
        ("custodian", "custodian"), ("client", "agency"),
        ("other_client", "agency"),
    ):  # fmt: skip
        person = Person.objects.create_user(f"{name}@city.test", PASSWORD, name=name.title(), role=role)
        if name in DESK:
            person.groups.add(desk)
        people[name] = person
    agency = Agency.objects.create(
        name="Bureau of Border Affairs, Mesa Field Office", default_class="civil_immigration"
    )
    other = Agency.objects.create(name="Bureau of Ledgers", default_class="federal_other")
    Official.objects.create(agency=agency, person=people["client"], name="Client program")
    Official.objects.create(agency=other, person=people["other_client"], name="Client program")
    court = CourtContact.objects.create(
        court="United States District Court", office="Clerk", phone="505-555-0101"
    )
    return City(people, agency, other, court)


def second_administrator() -> Person:
    """Another administrator than the city's one, who agrees to what that one proposes."""
    email = "admin2@city.test"
    known = Person.objects.filter(email=email).first()
    return known or Person.objects.create_user(email, PASSWORD, name="Admin2", role="administrator")


def change_calendar(city: City, calendar: str, closed: Sequence[dt.date], opened: Sequence[dt.date]) -> None:
    """The calendar has these changes: the administrator proposes, another one agrees."""
    other, now = second_administrator(), timezone.now()
    waits = propose_calendar(calendar, closed=closed, opened=opened, actor=city.admin, stepped_up_at=now)
    settle_calendar(waits.pk, True, actor=other, stepped_up_at=now)


def seal_log() -> None:
    """Give every waiting entry its leaf and checkpoint, as the sequencer process does."""
    log_keys.ensure()
    sequencer = from_settings()
    sequencer.start()
    sequencer.step()


def work(rounds: int = 6) -> None:
    """Let workers and sequencer do what is waiting; a file that was read before is not read again."""
    with readings():
        for _ in range(rounds):
            ran = jobs.drain()
            seal_log()
            Job.objects.filter(state="queued").update(lease_until=None)  # no waiting between two tries
            if not ran:
                return


def open_request(city: City, **changes: Any) -> Matter:
    """The agency's client asks about the person whom the sound order names."""
    subject = PAPERS["sound_order"].subject
    values = {
        "description": "All records about the person named below.",
        "authority": "Order of the District Court",
        "subjects": (Subject(subject.name, subject.born),),
        "requester_class": "civil_immigration",
    }
    return open_matter(Submission(**{**values, **changes}), actor=city.client)


def file_demo_paper(
    city: City, matter: Matter, name: str = "sound_order", *, actor: Any = None
) -> Instrument:
    """The agency files one of the demo papers."""
    data = papers.make(name, timezone.localdate())
    return paper_acts.file_paper(matter.pk, data, actor=actor or city.client, media_type="application/pdf")


def verify_paper(city: City, paper: Instrument, name: str = "sound_order") -> None:
    """The verifier confirms the fields and makes every check; the officer calls the court."""
    today, facts = timezone.localdate(), PAPERS[name]
    paper_acts.confirm_fields(
        paper.pk,
        paper_acts.ConfirmedFields(
            type=facts.type, docket=facts.docket(today), court="United States District Court",
            signer=facts.signer.name, signer_title=facts.signer.title, issued_on=facts.issued(today),
            execute_by=facts.execute_by(today), return_on=facts.return_on(today),
        ),
        actor=city.verifier,
    )  # fmt: skip
    for check_id in NEEDED_FOR_ACCEPTANCE:
        if check_id != "V11":
            paper_acts.record_check(paper.pk, check_id, "passed", actor=city.verifier)
    call_back(city, paper)


def call_back(city: City, paper: Instrument) -> None:
    """The officer calls the court, which stands by the paper."""
    paper_acts.call_back(
        paper.pk, actor=city.officer, contact_id=city.court.pk, spoke_with="Deputy clerk", outcome="passed"
    )


def clauses(name: str = "sound_order", classes: tuple[str, ...] | None = None) -> list[ClauseDraft]:
    """The items of a demo paper as counsel enters them."""
    facts = PAPERS[name]
    period = facts.covers(timezone.localdate())
    assert period is not None
    return [
        ClauseDraft(
            item=str(n), page=facts.item_pages[n - 1] if facts.item_pages else 1, quote=item[:200],
            subject_name=facts.subject.name, subject_birth_date=facts.subject.born,
            record_classes=classes or (facts.item_classes[n - 1],), date_from=period[0], date_to=period[1],
        )
        for n, item in enumerate(facts.items, 1)
    ]  # fmt: skip


def to_collecting(city: City, *, names_status: bool = False) -> Matter:
    """A matter whose paper is verified, accepted and scoped."""
    matter = open_request(city)
    paper = file_demo_paper(city, matter)
    work()
    verify_paper(city, paper)
    paper_acts.accept_paper(paper.pk, actor=city.verifier)
    drafts = [replace(draft, names_status=names_status) for draft in clauses()]
    return set_scope(matter.pk, paper.pk, drafts, actor=city.counsel)


def take_in(city: City, matter: Matter, data: bytes | Path, **changes: Any) -> Record:
    """The officer takes in a file that the order covers."""
    subject = PAPERS["sound_order"].subject
    values = {
        "record_class": "police_report", "subject_name": subject.name, "subject_birth_date": subject.born,
        "dated_on": timezone.localdate() - dt.timedelta(days=30),
    }  # fmt: skip
    return record_acts.take_in(
        matter.pk, data, actor=city.officer, custodian="Police Department",
        description=record_acts.Description(**{**values, **changes}),
    )  # fmt: skip


def attest(city: City, matter: Matter) -> None:
    """One department has searched and found something."""
    search = open_search(matter.pk, "Police Department", actor=city.officer)
    attest_search(search.pk, "found", "Report archive", actor=city.officer)


def review_all(city: City, matter: Matter, actor: Any = None) -> None:
    """Every page is seen and every finding redacted."""
    actor = actor or city.officer
    for record in matter.records.filter(scope="in", state="readable"):
        for page in record.pages.all():
            review.see_page(record.pk, page.n, actor=actor)
        for finding in record.findings.filter(decision=""):
            review.decide(record.pk, finding.pk, "redact", actor=actor)


def to_review(city: City, data: bytes | Path, **scope: bool) -> Matter:
    """A matter with one record read and ready for review."""
    matter = to_collecting(city, **scope)
    attest(city, matter)
    take_in(city, matter, data)
    work()
    return advance(matter.pk, "finish_search", actor=city.officer)


def to_counsel(city: City, data: bytes | Path) -> Matter:
    """A matter burned and verified, before counsel."""
    matter = to_review(city, data)
    review_all(city, matter)
    advance(matter.pk, "freeze", actor=city.officer)
    work()
    matter.refresh_from_db()
    return matter


def to_approved(city: City, data: bytes | Path) -> Matter:
    """A matter approved by independent counsel, its package sealed."""
    matter = to_counsel(city, data)
    advance(
        matter.pk,
        "approve",
        actor=city.counsel,
        stepped_up_at=timezone.now(),
        reason="The order compels these pages.",
    )
    work()
    matter.refresh_from_db()
    return matter
