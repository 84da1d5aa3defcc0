"""An emergency is decided by two people, opens the least and no status data, and is watched (policy 8)."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, transaction
from django.utils import timezone

from tests import factories
from tests.gateway import sheets
from tests.workflows.flow.test_bases import NAMES, PAGE, REASON, clause, database_refuses, gate_refuses
from workflows.audit.models import Entry
from workflows.clocks.models import Clock
from workflows.errors import Forbidden, GuardFailed, Invalid, NotVisible, StepUpNeeded, WrongState
from workflows.flow import exigent, timing
from workflows.flow.advance import advance
from workflows.flow.assigning import assign
from workflows.flow.authorising import authorise_status
from workflows.flow.bases import file_determination
from workflows.flow.scoping import set_scope
from workflows.instruments.models import (
    ExigentClaim,
    ExigentDetermination,
    Instrument,
    ScopeClause,
    StatusAuthorisation,
)
from workflows.instruments.queries import is_legal_basis
from workflows.matters.models import AgencyContact, Matter, Task
from workflows.records.models import Finding

DANGER = "A child is missing and was last seen with an armed man."
LEAST = "Only the report of that evening names the car."


def now() -> dt.datetime:
    return timezone.now()


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


@pytest.fixture
def head(city):
    """The department head, an officer who does not take claims here."""
    city.officer2.groups.add(Group.objects.get_or_create(name=exigent.DEPARTMENT_HEADS)[0])
    return city.officer2


@pytest.fixture
def matter(city, head):
    made = factories.open_request(city)
    for person in (head, city.counsel2):
        assign(made.pk, person.pk, actor=city.counsel)
    return made


@pytest.fixture
def contact(city):
    return AgencyContact.objects.create(agency=city.agency, office="Duty supervisor", phone="505-555-0181")


def claim(city, matter, contact, *, actor=None, **changes):
    values = {
        "ground": "danger_of_death", "official": "Ruth Tilling", "official_title": "Duty supervisor",
        "contact_id": contact.pk, "spoke_with": "The desk", "danger": DANGER, **changes,
    }  # fmt: skip
    return exigent.claim_exigent(matter.pk, actor=actor or city.officer, **values)


def determine(city, made, *, actor=None, names=NAMES, **changes):
    values = {"reason": REASON, "least": LEAST, "stepped_up_at": now(), **changes}
    return exigent.determine_exigent(made.pk, names, actor=actor or city.counsel, **values)


def confirm(row, who, **changes):
    return exigent.confirm_exigent(row.pk, actor=who, **{"stepped_up_at": now(), **changes})


@pytest.fixture
def granted(city, matter, contact, head):
    first, last = in_days(-60), in_days(0)
    return confirm(determine(city, claim(city, matter, contact), date_from=first, date_to=last), head)


def events(matter) -> list[str]:
    return list(Entry.objects.filter(matter=matter.pk).order_by("pk").values_list("event", flat=True))


@pytest.mark.parametrize("ground", ["civil_arrest", "flight_risk", "about_to_be_released"])
def test_what_is_no_emergency_is_refused_with_the_sentence_of_the_policy(city, matter, contact, ground):
    with pytest.raises(Invalid) as refused:
        claim(city, matter, contact, ground=ground)
    assert refused.value.code == "no_emergency" and refused.value.sentence == (
        "Civil immigration arrest, flight risk or “about to be released” is not an emergency."
    )
    matter.refresh_from_db()
    assert matter.state == "acknowledged" and not ExigentClaim.objects.exists()
    assert events(matter)[-1] == "move.refused"


def test_a_claim_needs_a_named_official_called_back_at_the_directorys_number(city, matter, contact):
    other = AgencyContact.objects.create(agency=city.other_agency, office="Desk", phone="505-555-0182")
    for changes in (
        {"contact_id": other.pk}, {"contact_id": 0}, {"official": " "}, {"official_title": ""},
        {"spoke_with": ""}, {"danger": "soon"}, {"ground": "because"},
        {"danger": "He is an undocumented immigrant and will be gone."},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            claim(city, matter, contact, **changes)
    for who in (city.counsel, city.verifier, city.client):
        with pytest.raises(Forbidden):
            claim(city, matter, contact, actor=who)
    made = claim(city, matter, contact)
    matter.refresh_from_db()
    assert matter.state == "exigent" and Task.objects.get(kind="exigent_claimed").role == "counsel"
    with pytest.raises(WrongState):
        claim(city, matter, contact)
    with pytest.raises(GuardFailed):  # the claim by itself leads nowhere
        advance(matter.pk, "decide_exigent", actor=city.counsel, stepped_up_at=now())
    assert b"missing" not in b"".join(bytes(entry.body) for entry in Entry.objects.all())
    assert not hasattr(made, "determination")


def test_counsel_and_a_department_head_decide_and_neither_of_them_alone(city, matter, contact, head):
    made = claim(city, matter, contact)
    for who in (city.officer, city.verifier, city.client):
        with pytest.raises(Forbidden):
            determine(city, made, actor=who)
    with pytest.raises(StepUpNeeded):
        determine(city, made, stepped_up_at=None)
    for changes in (
        {"names": replace(NAMES, types=("COUNTRY_OF_BIRTH",))}, {"least": ""}, {"reason": ""},
        {"date_from": dt.date(2026, 2, 2), "date_to": dt.date(2026, 1, 1)},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            determine(city, made, **changes)
    row = determine(city, made)
    assert Instrument.objects.count() == 0
    for who in (city.officer, city.counsel, city.counsel2, city.verifier):
        with pytest.raises(Forbidden):
            confirm(row, who)
    with pytest.raises(NotVisible):
        confirm(row, city.other_client)
    city.officer.groups.add(Group.objects.get(name=exigent.DEPARTMENT_HEADS))
    with pytest.raises(Forbidden):  # a head who has taken the claim
        confirm(row, city.officer)
    with pytest.raises(StepUpNeeded):
        confirm(row, head, stepped_up_at=None)
    confirm(row, head)
    with pytest.raises(WrongState):
        confirm(row, head)
    paper = Instrument.objects.get()
    matter.refresh_from_db()
    assert (matter.state, paper.state, paper.verdict) == ("collecting", "in_force", "exigent_determination")
    item = ScopeClause.objects.get()
    assert (item.subject_name, item.record_classes) == (NAMES.subject_name, ["police_report"])
    assert not Task.objects.filter(kind__startswith="exigent_", done_at__isnull=True).exists()
    reported = json.loads(bytes(Entry.objects.get(event="exigent.reported").body))
    assert (reported["result"], reported["role"]) == ("granted", "system")
    assert {"exigent.claimed", "exigent.determined", "exigent.confirmed", "exigent.decided"} <= set(
        events(matter)
    )


def test_counsel_refuses_and_the_request_waits_for_paper_like_any_other(city, matter, contact, head):
    made = claim(city, matter, contact)
    row = determine(city, made)
    with pytest.raises(Forbidden):
        exigent.refuse_exigent(made.pk, actor=city.officer, reason=REASON, stepped_up_at=now())
    exigent.refuse_exigent(made.pk, actor=city.counsel2, reason=REASON, stepped_up_at=now())
    matter.refresh_from_db()
    assert matter.state == "acknowledged" and Instrument.objects.count() == 0
    with pytest.raises(WrongState):
        confirm(row, head)
    assert json.loads(bytes(Entry.objects.get(event="exigent.reported").body))["result"] == "refused"
    assert not Clock.objects.filter(kind__startswith="exigent").exists()
    claim(city, matter, contact)  # a new claim is a new decision


def test_the_determination_stands_in_for_the_paper_and_all_else_of_the_gate_holds(city, matter, granted):
    factories.attest(city, matter)
    factories.take_in(city, matter, sheets.sheet(PAGE))
    outside = factories.take_in(city, matter, sheets.sheet("A file."), record_class="housing_file")
    factories.work()
    advance(matter.pk, "finish_search", actor=city.officer)
    outside.refresh_from_db()
    assert outside.scope == "out"
    with pytest.raises(GuardFailed) as refused:
        advance(matter.pk, "freeze", actor=city.officer)
    assert "review.pages_seen" in dict(refused.value.failed)
    factories.review_all(city, matter)
    advance(matter.pk, "freeze", actor=city.officer)
    matter.refresh_from_db()
    manifest = matter.manifests.get()
    assert [row.record.record_class for row in manifest.records.all()] == ["police_report"]
    assert not gate_refuses(matter) and not database_refuses(manifest)

    item = matter.records.get(scope="in").clause
    values = {"types": ["COUNTRY_OF_BIRTH"], "quote": "the place of birth", "reason": REASON}
    with pytest.raises(Invalid) as refused:
        authorise_status(matter.pk, item.pk, actor=city.counsel, stepped_up_at=now(), **values)
    assert refused.value.code == "exigent_no_status"
    entry = Entry.objects.latest("pk")
    with pytest.raises(DatabaseError), transaction.atomic():
        StatusAuthorisation.objects.create(
            clause=item, ground="named", types=["COUNTRY_OF_BIRTH"], words=granted.words, by=city.counsel,
            at=now(), entry=entry,
        )  # fmt: skip
    for day in (None, in_days(-61), in_days(1)):  # no day, or another than the determination names
        matter.records.update(dated_on=day)
        assert gate_refuses(matter) and database_refuses(manifest)
    matter.records.update(dated_on=in_days(-30))
    assert not gate_refuses(matter) and not database_refuses(manifest)

    # A finding kept under a ruling on some other paper, slipped under the manifest.
    paper = granted.instrument
    kept = Finding.objects.filter(record=item.records.get())
    assert kept.update(
        decision="keep", keep_ground="authorised", authorisation=a_ruling(city, matter, item, granted.words),
        confirmed_by=city.counsel,
    )  # fmt: skip
    assert database_refuses(manifest)
    kept.update(decision="redact", keep_ground="", authorisation=None)
    assert not database_refuses(manifest)
    # The third day is out of time.
    today = timezone.localdate()
    assert paper.ends_on == today + dt.timedelta(days=2)
    assert is_legal_basis(paper, today + dt.timedelta(days=2))
    assert not is_legal_basis(paper, today + dt.timedelta(days=3))
    Instrument.objects.filter(pk=paper.pk).update(ends_on=today - dt.timedelta(days=3))
    assert gate_refuses(matter) and database_refuses(manifest)


def test_counsel_can_narrow_the_scope_of_an_emergency_and_never_widen_it(city, matter, granted):
    advance(matter.pk, "rescope", actor=city.counsel, reason=REASON)
    fits = clause(date_from=in_days(-30), date_to=in_days(-1))
    for wider in (
        {"date_from": None}, {"date_to": None}, {"date_from": in_days(-61)}, {"names_status": True},
        {"record_classes": ("housing_file",)}, {"subject_name": "Somebody Else"},
    ):  # fmt: skip
        with pytest.raises(Invalid) as refused:
            set_scope(matter.pk, granted.instrument_id, [replace(fits, **wider)], actor=city.counsel)
        assert refused.value.code == "beyond_basis"
    assert set_scope(matter.pk, granted.instrument_id, [fits], actor=city.counsel).state == "collecting"


def a_ruling(city, matter, item, words) -> StatusAuthorisation:
    """An authorisation on a clause of a paper of another kind."""
    entry = Entry.objects.latest("pk")
    with transaction.atomic():
        paper = file_determination(matter, "determination_1373", words, actor=city.counsel, now=now())
    other = ScopeClause.objects.create(
        instrument=paper, reading=1, item="9", page=1, quote="x", subject_name=item.subject_name,
        record_classes=["police_report"], by=city.counsel, at=now(), entry=entry,
    )  # fmt: skip
    return StatusAuthorisation.objects.create(
        clause=other, ground="named", types=["COUNTRY_OF_BIRTH"], words=words, by=city.counsel, at=now(),
        entry=entry,
    )  # fmt: skip


def test_rows_of_an_emergency_never_change_and_the_database_knows_who_decides(city, matter, contact, head):
    made = claim(city, matter, contact)
    people = type(city.officer).objects
    people.filter(pk=city.officer.pk).update(role="counsel")  # who took the claim, promoted since
    with pytest.raises(Forbidden):
        determine(city, made, actor=people.get(pk=city.officer.pk))
    people.filter(pk=city.officer.pk).update(role="officer")
    row = determine(city, made)
    people.filter(pk=city.counsel.pk).update(is_active=False)
    with pytest.raises(WrongState):
        confirm(row, head)
    people.filter(pk=city.counsel.pk).update(is_active=True)
    rows, entry = ExigentDetermination.objects.filter(pk=row.pk), Entry.objects.latest("pk")
    paper = factories.file_demo_paper(city, matter)
    done = {"confirmed_at": now(), "confirmed_entry": entry, "instrument": paper}
    for change in (
        {"classes": ",other,"}, {"types": ["A_NUMBER"]}, {"date_to": dt.date(2030, 1, 1)},
        {**done, "confirmed_by": city.counsel}, {**done, "confirmed_by": city.counsel2},
        {**done, "confirmed_by": city.officer},  # took the claim
        {"reviewed_by": city.officer}, {"reviewed_by": city.counsel},
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
    for queryset, change in (
        (ExigentClaim.objects.all(), {"official": "Somebody"}), (ExigentClaim.objects.all(), {"ground": "x"}),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            queryset.update(**change)
    for queryset in (rows, ExigentClaim.objects.all()):
        with pytest.raises(DatabaseError), transaction.atomic():
            queryset.delete()


def test_both_clocks_run_and_are_met_by_review_and_request(city, matter, granted):
    clocks = {clock.kind: clock.ends - clock.started_at for clock in Clock.objects.filter(
        kind__in=(exigent.REVIEW, exigent.FOLLOW_UP)
    )}  # fmt: skip
    assert clocks == {exigent.REVIEW: dt.timedelta(hours=24), exigent.FOLLOW_UP: dt.timedelta(hours=48)}
    with pytest.raises(Forbidden):
        exigent.review_exigent(granted.pk, True, actor=city.counsel, reason=REASON)
    with pytest.raises(Forbidden):
        exigent.review_exigent(granted.pk, True, actor=city.officer, reason=REASON)
    people = type(city.officer).objects
    for one in (city.officer, city.officer2):  # who claimed and who confirmed, lawyers since
        people.filter(pk=one.pk).update(role="counsel")
        with pytest.raises(Forbidden):
            exigent.review_exigent(granted.pk, True, actor=people.get(pk=one.pk), reason=REASON)
        with pytest.raises(DatabaseError), transaction.atomic():
            ExigentDetermination.objects.filter(pk=granted.pk).update(reviewed_by=one)
        people.filter(pk=one.pk).update(role="officer")
    exigent.review_exigent(granted.pk, True, actor=city.counsel2, reason=REASON)
    exigent.follow_up_exigent(granted.pk, actor=city.officer)
    assert matter.letters.filter(template="exigent_follow_up").count() == 1
    assert set(Clock.objects.filter(kind__in=clocks).values_list("outcome", flat=True)) == {"met"}
    assert exigent.watch(now() + dt.timedelta(days=5)) == 0
    for again in (
        lambda: exigent.review_exigent(granted.pk, False, actor=city.counsel2, reason=REASON),
        lambda: exigent.follow_up_exigent(granted.pk, actor=city.officer),
    ):
        with pytest.raises(WrongState):
            again()


def test_a_missed_review_or_follow_up_is_an_incident_once_and_a_task_for_counsel(city, matter, granted):
    assert exigent.watch(now() + dt.timedelta(hours=23)) == 0
    assert exigent.watch(now() + dt.timedelta(hours=25)) == 1
    assert exigent.watch(now() + dt.timedelta(hours=49)) == 1
    assert exigent.watch(now() + dt.timedelta(hours=50)) == 0
    raised = [json.loads(bytes(entry.body)) for entry in Entry.objects.filter(event="incident.raised")]
    assert [(body["reason"], body["outcome"]) for body in raised] == [
        ("exigent_review", "failed"), ("exigent_follow_up", "failed"),
    ]  # fmt: skip
    kinds = Task.objects.filter(kind__startswith="incident_").values_list("kind", "role")
    assert set(kinds) == {("incident_exigent_review", "counsel"), ("incident_exigent_follow_up", "counsel")}
    timing.sweep(now() + dt.timedelta(hours=49))  # and the clocks themselves warn as ever
    assert Task.objects.filter(kind="clock_over").count() == 2


def test_a_duty_met_too_late_is_an_incident_as_well(city, matter, granted):
    Clock.objects.filter(kind=exigent.REVIEW).update(ends=now() - dt.timedelta(minutes=1))
    exigent.review_exigent(granted.pk, True, actor=city.counsel2, reason=REASON)
    assert Entry.objects.filter(event="incident.raised").count() == 1
    assert Clock.objects.get(kind=exigent.REVIEW).outcome == "missed"


def test_a_review_that_finds_it_unjustified_ends_it_at_once(city, matter, granted):
    exigent.review_exigent(granted.pk, False, actor=city.counsel2, reason=REASON)
    granted.instrument.refresh_from_db()
    assert granted.instrument.state == "withdrawn"
    assert Matter.objects.get(pk=matter.pk).blocks.filter(lifted_at__isnull=True).exists()
