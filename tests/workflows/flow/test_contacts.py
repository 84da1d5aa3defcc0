"""Approaches by word of mouth are noted by anybody, never with knowledge of records (policy 2.6)."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from workflows.audit.models import Entry
from workflows.errors import Forbidden, Invalid, NotVisible, WrongState
from workflows.flow import contacts as acts
from workflows.flow import secrecy
from workflows.matters.models import Contact, Matter, Taken

EVERYBODY = ("officer", "verifier", "counsel", "auditor", "admin", "custodian")


def approach(**changes) -> acts.Approach:
    usual = acts.Approach(
        channel="counter", happened_at=timezone.now() - dt.timedelta(minutes=5), place="Housing Office",
        wants="records", paper="administrative", told=False, agency_said="Border Bureau",
        official_said="Agent Lee, 4711", note="Asked for a tenancy file.",
    )  # fmt: skip
    return replace(usual, **changes)


@pytest.mark.parametrize("who", EVERYBODY)
def test_anybody_of_the_staff_notes_and_reads_what_they_noted(city, who):
    contact = acts.log_contact(approach(), actor=city.people[who])
    assert list(acts.contacts_for(city.people[who])) == [contact]
    entry = Entry.objects.get(event="contact.logged")
    assert b"Lee" not in bytes(entry.body) and b"tenancy" not in bytes(entry.body)


def test_the_desk_and_the_auditor_read_all_others_their_own(city):
    contact = acts.log_contact(approach(), actor=city.custodian)
    for who in ("officer", "officer2", "verifier", "counsel", "auditor"):
        assert list(acts.contacts_for(city.people[who])) == [contact]
    for who in ("admin", "client"):
        assert not acts.contacts_for(city.people[who]).exists()
        with pytest.raises(NotVisible):
            acts.contact_for(city.people[who], contact.pk)
    with pytest.raises(Forbidden):
        acts.log_contact(approach(), actor=city.client)


@pytest.mark.parametrize(
    "changes",
    [
        {"channel": "smoke"}, {"wants": "gossip"}, {"paper": "cloth"}, {"place": " "},
        {"happened_at": timezone.now() + dt.timedelta(hours=1)},
        {"happened_at": timezone.now() - dt.timedelta(days=400)}, {"note": "x" * 601},
        {"note": "They asked about A 204 118 365, his A-number."},
        {"official_said": "A-number A 204 118 365"}, {"agency_said": "A-number A 204 118 365"},
        {"place": "A-number A 204 118 365"},
    ],
)  # fmt: skip
def test_what_cannot_be_or_states_somebodys_status_is_not_kept(city, changes):
    with pytest.raises(Invalid):
        acts.log_contact(approach(**changes), actor=city.officer)
    assert not Contact.objects.exists()


def test_contacts_are_found_by_day_agency_and_words_and_exported(city):
    today = timezone.localdate()
    old = acts.log_contact(
        approach(happened_at=timezone.now() - dt.timedelta(days=9), agency=city.agency, note="=1+1"),
        actor=city.officer,
    )
    new = acts.log_contact(approach(), actor=city.custodian)
    found = {
        "since": acts.contacts_for(city.counsel, since=today - dt.timedelta(days=1)),
        "until": acts.contacts_for(city.counsel, until=today - dt.timedelta(days=5)),
        "agency": acts.contacts_for(city.counsel, agency=city.agency),
        "words": acts.contacts_for(city.counsel, words="lee housing tenancy"),
    }
    assert {name: list(rows) for name, rows in found.items()} == {
        "since": [new], "until": [old], "agency": [old], "words": [new],
    }  # fmt: skip
    matter = acts.open_from_contact(old.pk, actor=city.officer)
    rows = list(csv.DictReader(io.StringIO(
        acts.export_contacts(acts.contacts_for(city.counsel), actor=city.counsel).decode()
    )))  # fmt: skip
    assert [row["note"] for row in rows] == ["Asked for a tenancy file.", "'=1+1"]
    assert [row["matter"] for row in rows] == ["", matter.number]
    data = acts.export_contacts(acts.contacts_for(city.auditor), actor=city.auditor).decode()
    assert matter.number not in data  # the auditor does not see the matter
    with pytest.raises(Forbidden):
        acts.export_contacts(acts.contacts_for(city.verifier), actor=city.verifier)
    assert Entry.objects.filter(event="export.made").count() == 2


def test_one_press_opens_a_matter_and_a_second_one_none(city):
    contact = acts.log_contact(approach(), actor=city.custodian)
    with pytest.raises(Invalid):
        acts.open_from_contact(contact.pk, actor=city.officer)
    with pytest.raises(Forbidden):
        acts.open_from_contact(contact.pk, actor=city.custodian, agency=city.agency)
    assert not Matter.objects.exists()
    matter = acts.open_from_contact(contact.pk, actor=city.officer, agency=city.agency)
    assert (matter.channel, matter.state, matter.agency) == ("in_person", "acknowledged", city.agency)
    assert matter.received_at == contact.happened_at
    asked = matter.requests.get().description_masked
    assert "Housing Office" in asked and "Agent Lee" in asked and "tenancy" in asked
    with pytest.raises(WrongState):
        acts.open_from_contact(contact.pk, actor=city.officer, agency=city.agency)
    assert Matter.objects.count() == 1


def test_a_warrant_executed_in_person_is_noted_with_the_call_and_what_was_taken(city):
    contact = acts.log_contact(approach(wants="warrant", paper="court"), actor=city.custodian)
    acts.call_counsel(contact.pk, actor=city.custodian)
    with pytest.raises(WrongState):
        acts.call_counsel(contact.pk, actor=city.custodian)
    given = {"kind": "original", "pieces": 3, "receipt": True}
    acts.log_taken(contact.pk, actor=city.custodian, what="Three binders of leases", **given)
    for wrong in ({"what": " "}, {"kind": "air"}, {"pieces": 0}, {"what": "File of A 204 118 365, A-number"}):
        with pytest.raises(Invalid):
            acts.log_taken(contact.pk, actor=city.officer, **{"what": "A box", **given, **wrong})
    matter = acts.open_from_contact(contact.pk, actor=city.officer, agency=city.agency)
    assert [task.role for task in matter.tasks.filter(kind="warrant_executed")] == ["counsel"]
    other = acts.log_contact(approach(), actor=city.officer)
    for act in (
        lambda: acts.call_counsel(other.pk, actor=city.officer),
        lambda: acts.log_taken(other.pk, actor=city.officer, what="A box", **given),
    ):
        with pytest.raises(WrongState):
            act()


def test_what_was_noted_stays(city):
    contact = acts.log_contact(approach(wants="warrant"), actor=city.officer)
    acts.log_taken(contact.pk, actor=city.officer, what="A box", kind="copy", pieces=1, receipt=False)
    acts.open_from_contact(contact.pk, actor=city.officer, agency=city.agency)
    acts.call_counsel(contact.pk, actor=city.officer)
    rows = Contact.objects.filter(pk=contact.pk)
    changes = [{"note": "Nothing."}, {"told": True}, {"matter": None}, {"counsel_called_at": None}]
    for act in [*(lambda change=change: rows.update(**change) for change in changes), rows.delete,
                lambda: Taken.objects.update(pieces=9), Taken.objects.all().delete]:  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_contact_of_a_sealed_matter_is_seen_by_those_who_have_the_matter_alone(city):
    contact = acts.log_contact(approach(agency=city.agency), actor=city.officer)
    matter = acts.open_from_contact(contact.pk, actor=city.officer)
    secrecy.seal(
        matter.pk, [city.officer2.pk], actor=city.counsel, ground="court_order",
        reason="The court has ordered it under seal.", stepped_up_at=timezone.now(),
    )  # fmt: skip
    for who in ("counsel", "officer2"):
        assert list(acts.contacts_for(city.people[who])) == [contact]
    for who in ("officer", "verifier", "auditor"):  # whoever noted it, too
        assert not acts.contacts_for(city.people[who]).exists()
        with pytest.raises(NotVisible):
            acts.contact_for(city.people[who], contact.pk)
