"""Counsel changes the policy as data: proposed, tested, approved by another lawyer, in force from then on."""

from __future__ import annotations

import copy
import datetime as dt
import io
import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from reportlab.pdfgen.canvas import Canvas

from tests import factories
from workflows.audit.canonical import parse
from workflows.audit.models import Entry
from workflows.clocks import running
from workflows.clocks.models import Clock
from workflows.errors import (
    Forbidden,
    GuardFailed,
    Invalid,
    NotVisible,
    Refused,
    Stale,
    StepUpNeeded,
    WrongState,
)
from workflows.flow import effects, policymaking
from workflows.flow import papers as paper_acts
from workflows.flow.advance import advance
from workflows.flow.facts import Situation
from workflows.holding.schedule import is_due
from workflows.instruments.queries import failing_checks
from workflows.lawbook import in_force, numbered
from workflows.lawbook.models import PolicyVersion
from workflows.policy.codes import MISSING, REQUESTER_CLASSES
from workflows.policy.document import built_in, shipped
from workflows.records.jobs import _by_policy
from workflows.releases.models import GateDecision, Manifest

REASON = "The council has made the order an ordinance."
ORDINANCE = {
    "kind": "ordinance",
    "title": {"en": "Ordinance on welcoming city services", "es": "Ordenanza sobre servicios de acogida"},
    "citation": "O-26-14, section 3",
}


def one_page() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawString(72, 700, "Citizenship: Guatemala")
    canvas.save()
    return out.getvalue()


def document(**at: Any) -> dict[str, Any]:
    """The shipped document with other values at places written `clocks__recall__amount`."""
    found = copy.deepcopy(shipped())
    for place, value in at.items():
        *path, last = place.split("__")
        inner = found
        for name in path:
            inner = inner[name]
        inner[last] = value
    return found


def propose(city: factories.City, who: str = "counsel", **at: Any) -> PolicyVersion:
    return policymaking.propose(
        json.dumps(document(**at)), actor=city.people[who], reason=REASON, stepped_up_at=timezone.now()
    )


def approve(city: factories.City, number: int, who: str = "counsel2", *, rows_read: bool = True):
    return policymaking.approve(
        number, actor=city.people[who], rows_read=rows_read, stepped_up_at=timezone.now()
    )


def change(city: factories.City, **at: Any) -> PolicyVersion:
    """The version that says this is in force."""
    return approve(city, propose(city, **at).number)


def events() -> list[tuple[str, str, str]]:
    found = Entry.objects.filter(event__startswith="policy.").order_by("pk")
    return [(entry.event, entry.role, entry.digest) for entry in found]


def test_before_anybody_changes_it_what_the_program_ships_is_version_1(city):
    assert in_force(timezone.now()) == built_in() == numbered(1)
    row = PolicyVersion.objects.get()  # written with the tables, and again after a flush
    assert (row.number, row.sha256, row.state(timezone.now())) == (1, built_in().sha256, "in_force")


def test_an_order_becomes_an_ordinance_as_data_only_and_old_decisions_keep_their_version(city):
    """The acceptance line: letters and withholding log name the ordinance, nothing decided before changes."""
    before = factories.to_approved(city, one_page())
    old = before.letters.get(template="acknowledgement").body
    assert "Executive order of the Mayor on civil immigration enforcement (July 2025)" in old

    version = propose(city, source=ORDINANCE, words__missing__no_instrument="No order of a judge is on file.")
    assert (version.number, version.base, version.differences) == (2, 1, [])
    assert version.state(timezone.now()) == "tested" and in_force(timezone.now()).number == 1
    assert [change.place for change in policymaking.changes_of(version)] == [
        "/source/citation", "/source/kind", "/source/title/en", "/source/title/es",
        "/words/missing/no_instrument",
    ]  # fmt: skip
    version = approve(city, 2)
    assert version.state(timezone.now()) == "in_force"
    assert PolicyVersion.objects.get(number=1).state(timezone.now()) == "superseded"
    assert in_force(version.approved_at - dt.timedelta(seconds=1)).number == 1
    assert events() == [
        ("policy.proposed", "counsel", version.sha256), ("policy.tested", "system", version.sha256),
        ("policy.approved", "counsel", version.sha256),
    ]  # fmt: skip

    after = factories.open_request(city)
    factories.file_demo_paper(city, after)
    refused = advance(after.pk, "refuse", actor=city.counsel, missing=["no_instrument"], reason="No order.")
    letter = refused.letters.get(template="refusal").body
    assert "It acts under: Ordinance on welcoming city services (O-26-14, section 3)" in letter
    assert "No order of a judge is on file." in letter and MISSING["no_instrument"] not in letter

    before.refresh_from_db()
    assert before.letters.get(template="acknowledgement").body == old
    assert set(before.gate_decisions.values_list("policy_version", flat=True)) == {1}
    manifest = json.loads(before.manifests.get().body)
    assert (manifest["policy"], manifest["policy_sha256"]) == (1, built_in().sha256)
    advance(before.pk, "release", actor=city.officer, stepped_up_at=timezone.now())
    made = before.gate_decisions.order_by("pk").last()
    assert (made.moment, made.policy_version) == ("bytes", 2)
    assert parse(bytes(made.entry.body))["policy"] == in_force(timezone.now()).label
    assert in_force(timezone.now()).label == f"2+{version.sha256[:16]}"


def test_a_refusal_names_the_version_it_was_taken_under(city):
    change(city, source=ORDINANCE)
    matter = factories.open_request(city)
    with pytest.raises(Refused):
        advance(matter.pk, "freeze", actor=city.officer)
    body = parse(bytes(Entry.objects.filter(event="move.refused").latest("pk").body))
    assert body["policy"] == in_force(timezone.now()).label


def test_a_kind_that_a_version_gives_to_counsel_waits_for_a_finding_and_an_accepted_paper_stays(city):
    accepted = factories.to_collecting(city).instruments.get()
    version = propose(city, papers__fed_production_order__verdict="suffices_after_counsel_review")
    assert {row["row"] for row in version.differences} == {
        "civil.judge", "civil.judge_names_status", "criminal.judge",
    }  # fmt: skip
    with pytest.raises(Invalid, match="rows of the decision table"):
        approve(city, 2, rows_read=False)
    approve(city, 2)

    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter)
    factories.verify_paper(city, paper)
    with pytest.raises(GuardFailed) as refusal:
        paper_acts.accept_paper(paper.pk, actor=city.verifier)
    assert [guard for guard, _ in refusal.value.failed] == ["paper.finding"]
    paper_acts.record_finding(paper.pk, "It compels these records.", actor=city.counsel)
    accepted_now = paper_acts.accept_paper(paper.pk, actor=city.verifier)
    assert accepted_now.verdict == "suffices_after_counsel_review"
    accepted.refresh_from_db()
    assert accepted.verdict == "suffices"


def test_a_waiver_is_judged_by_the_version_under_which_counsel_gave_it(city):
    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter)
    factories.verify_paper(city, paper)

    def waive(check: str) -> None:
        paper_acts.record_check(
            paper.pk, check, "waived", actor=city.counsel, note="Known to counsel.",
            stepped_up_at=timezone.now(),
        )  # fmt: skip

    waive("V02")
    change(city, waivable=["V12"])
    assert failing_checks(paper) == []
    with pytest.raises(Invalid, match="cannot be waived"):
        waive("V02")
    waive("V12")


def test_clocks_last_as_long_as_the_version_says_under_which_they_were_started(city):
    matter = factories.open_request(city)

    def started(about: str) -> Clock:
        now = timezone.now()
        with transaction.atomic():
            return running.start(matter, "search", at=now, now=now, about=about)

    first = started("first")
    change(city, clocks__search={"amount": 5, "warn": [8]}, cut_off="16:00")
    second = started("second")
    with transaction.atomic():
        running.change_calendar("city", [], [], actor=city.admin, now=timezone.now())
        running.reckon_again(matter, now=timezone.now())
    first.refresh_from_db()
    assert [(clock.amount, clock.policy_version) for clock in (first, second)] == [(3, 1), (5, 2)]
    assert [timezone.localtime(clock.ends).hour for clock in (first, second)] == [17, 16]
    assert [clock.ends - clock.warn_at for clock in (first, second)] == [
        dt.timedelta(hours=24), dt.timedelta(hours=8),
    ]  # fmt: skip


def test_a_stricter_version_proposes_more_for_redaction_and_never_less(city):
    """What implies status is reviewed for another federal requester, as shipped; a version redacts it."""
    finding = {"action": "review", "tier": 2, "score": 0.7, "layer": "rule"}
    for policy, who, then in (
        (built_in(), "federal_other", "review"), (in_force(timezone.now()), "unknown", "review"),
    ):  # fmt: skip
        assert _by_policy(finding, policy, who)["action"] == then
    change(city, status={"redact_from_percent": 40, "tier_2": dict.fromkeys(REQUESTER_CLASSES, "redact")})
    policy = in_force(timezone.now())
    assert _by_policy(finding, policy, "federal_other")["action"] == "redact"
    assert _by_policy({**finding, "tier": 1, "score": 0.4}, policy, "unknown")["action"] == "redact"
    assert _by_policy({**finding, "tier": 1, "score": 0.39}, policy, "unknown")["action"] == "review"
    assert _by_policy({**finding, "layer": "model"}, policy, "federal_other")["action"] == "review"


def test_what_may_be_destroyed_and_who_looks_follow_the_version(city):
    closed, now = timezone.now() - dt.timedelta(days=40), timezone.now()
    assert is_due("findings", closed, now) and not is_due("log", closed, now)
    change(city, retention__findings=60, second_review="always")
    assert not is_due("findings", closed, timezone.now()) and is_due("findings", closed, now)
    matter = factories.open_request(city)  # without anything kept in sight, or anything at all
    assert effects._needs_second_review(Situation(matter, city.officer, timezone.now()))


def test_a_version_holds_from_the_day_that_was_proposed(city):
    day = timezone.now() + dt.timedelta(days=3)
    policymaking.propose(
        json.dumps(document(source=ORDINANCE)), actor=city.counsel, reason=REASON, wanted_from=day,
        stepped_up_at=timezone.now(),
    )  # fmt: skip
    version = approve(city, 2)
    assert version.state(timezone.now()) == "approved" and in_force(timezone.now()).number == 1
    assert in_force(day - dt.timedelta(seconds=1)).number == 1 and in_force(day).number == 2
    with pytest.raises(WrongState, match="waits already"):
        propose(city, cut_off="16:00")
    policymaking.withdraw(2, actor=city.counsel2, reason="The council has moved the day.")
    assert in_force(day).number == 1
    assert propose(city, cut_off="16:00").number == 3


def test_two_lawyers_stand_behind_a_version(city):
    version = propose(city, source=ORDINANCE)
    with pytest.raises(GuardFailed, match="Another lawyer"):
        approve(city, version.number, "counsel")
    for who in ("officer", "verifier", "auditor", "admin"):
        with pytest.raises(Forbidden):
            approve(city, version.number, who)
        with pytest.raises(Forbidden):
            propose(city, who, source=ORDINANCE)
    for late in (None, timezone.now() - dt.timedelta(minutes=6)):
        with pytest.raises(StepUpNeeded):
            policymaking.approve(version.number, actor=city.counsel2, rows_read=True, stepped_up_at=late)
    with pytest.raises(NotVisible):
        approve(city, 9)
    type(city.counsel).objects.filter(pk=city.counsel.pk).update(is_active=False)
    with pytest.raises(GuardFailed):
        approve(city, version.number)
    assert in_force(timezone.now()).number == 1


def test_what_is_in_force_is_not_withdrawn_and_the_same_again_is_no_version(city):
    change(city, source=ORDINANCE)
    with pytest.raises(WrongState):
        policymaking.withdraw(2, actor=city.counsel2, reason="A second thought about it.")
    with pytest.raises(WrongState):
        approve(city, 2)
    with pytest.raises(Invalid, match="what the policy in force says"):
        propose(city, source=ORDINANCE)
    assert propose(city).number == 3  # back to the order is a version like any other


@pytest.mark.parametrize(
    "at, says",
    [
        ({"papers__ice_admin_subpoena__verdict": "suffices"}, "/papers/ice_admin_subpoena/verdict"),
        ({"waivable": ["V03"]}, "/waivable/0"),
        ({"second_review": "never"}, "/second_review"),
        ({"status__tier_2__unknown": "review"}, "/status/tier_2/unknown"),
        ({"words__missing__expired": "<script>alert(1)</script>"}, "/words/missing/expired"),
        ({"words__missing__expired": "Ada Mora is undocumented."}, "/words/missing/expired: This text"),
        ({"source__citation": "File A204118365"}, "/source/citation: This text"),
        ({"words__recall__stayed": "It concerned A204118365."}, "/words/recall/stayed: This text"),
    ],
)
def test_a_hostile_document_is_refused_with_its_place_and_nothing_is_stored(city, at, says):
    with pytest.raises(Invalid) as refusal:
        propose(city, **at)
    assert says in refusal.value.sentence and "A204118365" not in refusal.value.sentence
    assert PolicyVersion.objects.count() == 1 and events() == []


FORBIDDEN_BY_THE_DATABASE = [
    "UPDATE lawbook_policyversion SET body = '{}' WHERE number = 2",
    "UPDATE lawbook_policyversion SET sha256 = 'ab' WHERE number = 1",
    "UPDATE lawbook_policyversion SET approved_by_id = proposed_by_id, approved_at = proposed_at, "
    "in_force_from = proposed_at, approved_entry_id = proposed_entry_id WHERE number = 2",
    "UPDATE lawbook_policyversion SET in_force_from = proposed_at WHERE number = 2",
    "UPDATE lawbook_policyversion SET tested_at = NULL WHERE number = 2",
    "UPDATE lawbook_policyversion SET withdrawn_at = '2030-01-01 00:00:00+00' WHERE number = 1",
    "DELETE FROM lawbook_policyversion WHERE number = 2",
]


@pytest.mark.parametrize("statement", FORBIDDEN_BY_THE_DATABASE)
def test_no_statement_changes_what_a_version_says_or_puts_it_in_force(city, statement):
    propose(city, source=ORDINANCE)
    with pytest.raises(DatabaseError, match="DB5|policy_"), transaction.atomic():
        connection.cursor().execute(statement)


def spoiled(version: PolicyVersion, city: factories.City, **changes: Any) -> PolicyVersion:
    now = timezone.now()
    values = {
        "approved_by": city.counsel2, "approved_at": now, "in_force_from": now,
        "approved_entry": version.proposed_entry, **changes,
    }  # fmt: skip
    for name, value in values.items():
        setattr(version, name, value)
    return version


@pytest.mark.parametrize(
    "changes",
    [{"approved_by": "officer"}, {"approved_by": "admin"}, {"in_force_from": dt.timedelta(days=-1)},
     {"in_force_from": dt.timedelta(days=-40_000)}],
)  # fmt: skip
def test_the_database_lets_only_another_lawyer_put_a_version_in_force_and_never_backwards(city, changes):
    version = propose(city, source=ORDINANCE)
    given = {
        name: timezone.now() + value if isinstance(value, dt.timedelta) else city.people[value]
        for name, value in changes.items()
    }
    if given.get("in_force_from", timezone.now()).year < 1970:
        given["in_force_from"] = dt.datetime(1969, 1, 1, tzinfo=dt.UTC)
    with pytest.raises(DatabaseError, match="DB5"), transaction.atomic():
        spoiled(version, city, **given).save()
    approve(city, 2)  # unspoiled it passes


def test_the_database_takes_no_version_that_begins_approved_or_out_of_order(city):
    first = propose(city, source=ORDINANCE)
    row = {
        "body": "{}", "sha256": "0" * 64, "base": 1, "proposed_by": city.counsel,
        "proposed_at": timezone.now(), "proposed_entry": first.proposed_entry,
    }  # fmt: skip
    for changes in (
        {"number": 2}, {"number": 1}, {"number": 3, "proposed_by": city.officer},
        {"number": 3, "proposed_by": None}, {"number": 3, "tested_at": timezone.now()},
        {"number": 3, "in_force_from": timezone.now()}, {"number": 3, "proposed_entry": None},
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            PolicyVersion.objects.create(**{**row, **changes})
    with transaction.atomic():
        PolicyVersion.objects.create(number=3, **row)


def test_the_database_takes_no_decision_under_another_version(city):
    matter, now = factories.open_request(city), timezone.now()
    entry = Entry.objects.latest("pk")
    with transaction.atomic():
        manifest = Manifest.objects.create(
            matter=matter, number=1, sha256="ab" * 32, body="{}", frozen_by=city.officer, frozen_at=now,
            entry=entry,
        )  # fmt: skip

    def decide(version: int) -> None:
        with transaction.atomic():
            GateDecision.objects.create(
                matter=matter, manifest=manifest, manifest_sha256=manifest.sha256, moment="build",
                passed=True, predicates={}, policy_version=version, by=None, at=timezone.now(), entry=entry,
            )  # fmt: skip

    decide(1)
    change(city, source=ORDINANCE)
    decide(2)
    for version in (1, 3):
        with pytest.raises(DatabaseError, match="DB3"):
            decide(version)


def test_a_version_that_was_compared_with_another_one_is_proposed_again(city):
    propose(city, source=ORDINANCE)
    version = PolicyVersion.objects.get(number=2)
    with transaction.atomic():  # as if a second proposal had been stored at the same moment
        PolicyVersion.objects.create(
            number=3, body=version.body, sha256=version.sha256, base=1, proposed_by=city.counsel,
            proposed_at=timezone.now(), proposed_entry=version.proposed_entry, reason=REASON,
        )  # fmt: skip
        PolicyVersion.objects.filter(number=3).update(tested_at=timezone.now(), differences=[])
    approve(city, 2)
    with pytest.raises(Stale):
        approve(city, 3)
    third = spoiled(PolicyVersion.objects.get(number=3), city)
    with pytest.raises(DatabaseError, match="DB5"), transaction.atomic():
        third.save()
    assert in_force(timezone.now()).number == 2
