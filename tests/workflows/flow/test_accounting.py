"""What was handed over about one person: whole, about that person alone, and within the rules of notice."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from gateway.demo import records as demo_records
from tests import factories
from workflows import vault
from workflows.audit import queries
from workflows.audit.models import Entry
from workflows.errors import Forbidden, Invalid, WrongState
from workflows.flow import accounting, scoping, secrecy
from workflows.flow.advance import advance
from workflows.flow.outputs import read_output_image
from workflows.flow.scoping import set_scope
from workflows.notices.models import Accounting, AccountingRequest
from workflows.policy.scope import folded_name
from workflows.records import compliance, people
from workflows.records.models import ComplianceNote
from workflows.records.revealing import reveal
from workflows.records.review import read_page_image
from workflows.releases import queries as queries_of_releases

SUBJECT = factories.PAPERS["sound_order"].subject
WHERE = "care of Mesa Legal Aid"


def make(
    city: factories.City, name: str = SUBJECT.name, born: dt.date = SUBJECT.born, **more: object
) -> dict:
    row = accounting.make(name, born, actor=city.officer, proof="in_person", language="es", **more)
    held: dict = json.loads(vault.open(row.words))
    return held


def test_a_list_tells_each_release_to_the_person_alone_and_never_what_a_court_forbids(
    city: factories.City,
) -> None:
    report = demo_records.make("police_report", timezone.localdate())
    matter = factories.to_approved(city, report.data)
    assert make(city)["disclosures"] == []  # nothing has left yet
    advance(matter.pk, "release", actor=city.officer, stepped_up_at=timezone.now())

    told = make(city, SUBJECT.name.upper())["disclosures"]
    assert accounting.read(Accounting.objects.first().pk, actor=city.officer)[1]["disclosures"] == told
    assert len(told) == 1
    assert told[0]["agency"] == city.agency.name and told[0]["approver"] == city.counsel.name
    record = matter.records.get()
    assert (told[0]["records"], told[0]["pages"]) == (1, record.page_count)
    assert told[0]["package_sha256"] == matter.releases.get().package.seal.bundle_sha256
    assert told[0]["classes"] == ["police_report"] and told[0]["withheld_records"] == 0
    # Another person of the same name, or nobody.
    assert make(city, born=SUBJECT.born + dt.timedelta(days=1))["disclosures"] == []
    assert make(city, "Nobody At All")["disclosures"] == []

    secrecy.order_secrecy(
        matter.pk, matter.instruments.get().pk, actor=city.counsel, ground="other_order",
        quote="shall not disclose the existence of this order", reason="The order says so on page two.",
        stepped_up_at=timezone.now(),
    )  # fmt: skip
    assert make(city)["disclosures"] == []
    for earlier in Accounting.objects.all():  # nor any list that was made before the court forbade it
        assert accounting.read(earlier.pk, actor=city.officer)[1]["disclosures"] == []

    # The log holds that lists were made, and no name; a list never changes.
    bodies = b"".join(bytes(entry.body) for entry in Entry.objects.filter(event="accounting.made"))
    assert SUBJECT.name.split()[-1].encode() not in bodies
    with pytest.raises(DatabaseError), transaction.atomic():
        Accounting.objects.update(outcome="not_shown")

    # The same record raised a note for the oversight office, which names nobody.
    (line,) = compliance.report(timezone.now())
    assert (line.department, line.form, line.records) == ("Police Department", "Police report", 1)
    assert line.findings == ComplianceNote.objects.get().findings > 0
    record.record_class = "correspondence"
    record.save()
    assert compliance.report(timezone.now()) == []  # not the city's own words


def test_a_question_is_kept_encrypted_and_answered_once(city: factories.City) -> None:
    asked = accounting.ask("  Ada   Mora ", dt.date(1980, 2, 1), WHERE, language="es")
    words = json.loads(vault.open(asked.words))
    assert words == {"name": "Ada Mora", "birth_date": "1980-02-01", "address": WHERE}
    entry = Entry.objects.get(event="accounting.asked")
    assert b"Mora" not in bytes(entry.body) and entry.role == "anonymous"
    ((waiting, typed),) = accounting.questions(actor=city.counsel)
    assert (waiting, typed["name"]) == (asked, "Ada Mora")
    make(city, typed["name"], dt.date(1980, 2, 1), asked_id=asked.pk)
    assert accounting.questions(actor=city.officer) == []
    with pytest.raises(WrongState):
        accounting.set_aside(asked.pk, "not_shown", actor=city.officer)


@pytest.mark.parametrize(
    "change",
    [{"name": " "}, {"address": ""}, {"birth_date": dt.date(2999, 1, 1)}, {"language": "fr"}],
)
def test_a_question_without_person_or_place_is_not_kept(
    city: factories.City, change: dict[str, object]
) -> None:
    asked = {"name": "Ada Mora", "birth_date": dt.date(1980, 2, 1), "address": WHERE, "language": "en"}
    with pytest.raises(Invalid):
        accounting.ask(**{**asked, **change})
    assert not AccountingRequest.objects.exists()


def test_officers_and_counsel_answer_and_only_somebody_who_has_shown_who_they_are(
    city: factories.City,
) -> None:
    asked = accounting.ask("Ada Mora", dt.date(1980, 2, 1), WHERE, language="en")
    for who in (city.verifier, city.auditor, city.admin, city.client):
        for attempt in (
            lambda who=who: accounting.questions(actor=who),
            lambda who=who: accounting.set_aside(asked.pk, "not_shown", actor=who),
            lambda who=who: accounting.make(
                "Ada Mora", dt.date(1980, 2, 1), actor=who, proof="in_person", language="en"
            ),
        ):
            with pytest.raises(Forbidden):
                attempt()
    with pytest.raises(Invalid):
        accounting.make("Ada Mora", dt.date(1980, 2, 1), actor=city.officer, proof="a call", language="en")
    accounting.set_aside(asked.pk, "not_shown", actor=city.officer)
    assert Accounting.objects.get().outcome == "not_shown"


def test_auditors_find_what_was_done_about_one_person_by_a_reference_and_no_entry_names_them(
    city: factories.City,
) -> None:
    report = demo_records.make("police_report", timezone.localdate())
    matter = factories.to_approved(city, report.data)
    make(city)
    make(city, SUBJECT.name, SUBJECT.born + dt.timedelta(days=1))
    record = matter.records.get()
    read_page_image(record.pk, 1, actor=city.officer)
    read_output_image(record.pk, 1, actor=city.officer)
    reveal(record.pk, record.findings.filter(page_n=1)[0].pk, actor=city.officer)
    factories.seal_log()

    person = people.reference(" ".join(reversed(SUBJECT.name.upper().split())), SUBJECT.born)
    found = queries.page(queries.Filter(subject=person)).lines
    events = [line.entry.event for line in found]
    assert {"accounting.made", "record.taken_in", "notice.due"} <= set(events)
    assert (events.count("page.viewed"), events.count("finding.revealed")) == (2, 1)
    assert [line.entry.event for line in found].count("accounting.made") == 1  # the other has that name only
    assert {line.entry.matter for line in found} == {matter.pk, None}
    bodies = b"".join(bytes(entry.body) for entry in Entry.objects.all())
    assert all(word.encode() not in bodies for word in SUBJECT.name.split())


def test_what_a_release_of_several_people_did_stands_in_the_timeline_of_each(
    city: factories.City, monkeypatch
) -> None:
    matter, other = factories.to_collecting(city), ("Lena Abara", dt.date(1971, 5, 9))
    drafts = factories.clauses()
    second = replace(drafts[0], subject_name=other[0], subject_birth_date=other[1])
    advance(matter.pk, "rescope", actor=city.counsel)
    paper = matter.instruments.get().pk
    with monkeypatch.context() as narrow, pytest.raises(Invalid, match="at most 1"):
        narrow.setattr(scoping, "MOST_PEOPLE", 1)
        set_scope(matter.pk, paper, [*drafts, second], actor=city.counsel)
    set_scope(matter.pk, paper, [*drafts, second], actor=city.counsel)
    factories.attest(city, matter)
    report = demo_records.make("police_report", timezone.localdate()).data
    factories.take_in(city, matter, report)
    factories.take_in(city, matter, report + b"\n", subject_name=other[0], subject_birth_date=other[1])
    factories.work()
    advance(matter.pk, "finish_search", actor=city.officer)
    factories.review_all(city, matter)
    advance(matter.pk, "freeze", actor=city.officer)
    factories.work()
    now = timezone.now()
    approval = {"actor": city.counsel, "stepped_up_at": now, "reason": "The order compels them."}
    with monkeypatch.context() as narrow, pytest.raises(Invalid, match="Release in parts"):
        narrow.setattr(queries_of_releases, "MOST_PEOPLE", 1)
        advance(matter.pk, "approve", **approval)
    advance(matter.pk, "approve", **approval)
    factories.work()
    advance(matter.pk, "release", actor=city.officer, stepped_up_at=now)

    timelines = [
        [line.entry for line in queries.page(queries.Filter(subject=people.reference(*person))).lines]
        for person in ((SUBJECT.name, SUBJECT.born), other)
    ]
    shared = [entry.event for entry in timelines[0] if entry in timelines[1]]
    assert shared == ["release.made", "package.built", "release.approved", "scope.set"]
    taken_in = [[entry.digest for entry in one if entry.event == "record.taken_in"] for one in timelines]
    assert [len(digests) for digests in taken_in] == [1, 1] and taken_in[0] != taken_in[1]


def test_a_reference_is_nothing_that_can_be_tried_without_the_key_of_the_installation() -> None:
    plain = hashlib.sha256("\x00".join((*folded_name("Ada Mora"), "1980-02-01")).encode()).hexdigest()
    told = people.reference("Ada Mora", dt.date(1980, 2, 1))
    assert told == people.reference("MORA, Áda", dt.date(1980, 2, 1)) != plain
    assert told not in (people.reference("Ada Mora", None), people.reference("Ada Mora", dt.date(1980, 1, 2)))
    assert people.reference(" ", None) is None
