"""What counsel scripts: secrecy, other bases, emergencies, status data, questions, the policy, the house."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone

from tests import factories
from tests.gateway import callers, sheets
from tests.gateway.callers import is_problem
from workflows.flow import papers
from workflows.flow.assigning import assign
from workflows.flow.exigent import DEPARTMENT_HEADS
from workflows.instruments.models import Instrument
from workflows.matters.models import AgencyContact, Matter
from workflows.policy.status_types import status_types

Staff = Callable[[str], callers.Member]
SUBJECT = factories.PAPERS["sound_order"].subject
WHY = "The court has said so, in entry 12 of its docket."
NAMED = {
    "subject_name": SUBJECT.name, "subject_birth_date": SUBJECT.born.isoformat(),
    "record_classes": ["police_report"],
}  # fmt: skip


@pytest.fixture
def matter(city: factories.City) -> Matter:
    """A request whose second lawyer is on it."""
    made = factories.open_request(city)
    assign(made.pk, city.counsel2.pk, actor=city.counsel)
    return made


def in_force(city: factories.City, matter: Matter) -> Instrument:
    paper = factories.file_demo_paper(city, matter)
    factories.verify_paper(city, paper)
    return papers.accept_paper(paper.pk, actor=city.verifier)


def confirmed(city: factories.City, matter: Matter, kind: str) -> Instrument:
    paper = papers.file_paper(matter.pk, sheets.sheet(kind), actor=city.client, media_type="application/pdf")
    return papers.confirm_fields(
        paper.pk,
        papers.ConfirmedFields(
            type=kind, docket="FIN 26-114", court="Field Office", signer=SUBJECT.name, signer_title="Officer",
            issued_on=timezone.localdate(),
        ),
        actor=city.verifier,
    )  # fmt: skip


def asleep(member: callers.Member) -> callers.Member:
    """The same person, whose second factor was proved an hour ago."""
    session = member.http.session
    for key, value in list(session.items()):
        if isinstance(value, list) and value and isinstance(value[0], dict) and "at" in value[0]:
            session[key] = [{**one, "at": one["at"] - 3600} for one in value]
    session.save()
    return member


def test_secrecy_and_seal_are_counsels_and_a_seal_takes_two(
    city: factories.City, matter: Matter, staff: Staff
) -> None:
    paper, at = in_force(city, matter), f"matters/{matter.pk}/"
    officer, counsel, second = staff("officer"), staff("counsel"), staff("counsel2")
    order = {
        "instrument": str(paper.pk),
        "ground": "other_order",
        "quote": "shall not be told",
        "reason": WHY,
    }
    is_problem(officer.post(f"{at}secrecy/", order), 403, "forbidden")
    made = counsel.post(f"{at}secrecy/", order)
    assert made.status_code == 201
    assert counsel.get(f"{at}secrecy/").json()["orders"][0]["words"] == {
        "quote": order["quote"],
        "reason": WHY,
    }
    seen = officer.get(f"{at}secrecy/").json()
    assert seen["notices_held"] == "nondisclosure_order" and seen["orders"][0]["words"] is None
    assert counsel.post(f"secrecy-orders/{made.json()['id']}/end/", {"reason": WHY}).json()["ended_at"]

    is_problem(counsel.post(f"{at}unseal/", {"act": "ask", "reason": WHY}), 409, "wrong_state")
    sealed = counsel.post(f"{at}seal/", {"ground": "court_order", "people": [], "reason": WHY})
    assert sealed.status_code == 201 and officer.get(f"{at}secrecy/").status_code == 404
    is_problem(counsel.post(f"{at}unseal/", {"act": "lift"}), 403, "forbidden")
    assert counsel.post(f"{at}unseal/", {"act": "ask", "reason": WHY}).json()["lift_asked_by"] == "Counsel"
    assert second.post(f"{at}unseal/", {"act": "lift"}).json()["lifted_at"]
    is_problem(asleep(counsel).post(f"{at}secrecy/", order), 403, "step_up_needed")


def test_other_bases_take_two_lawyers_and_a_consent_can_be_taken_back(
    city: factories.City, matter: Matter, staff: Staff, settings: Any
) -> None:
    counsel, second, officer = staff("counsel"), staff("counsel2"), staff("officer")
    paper, kind = confirmed(city, matter, "ice_admin_subpoena"), min(status_types())
    typed = {**NAMED, "basis": "statute", "citation": "Act of 2020, section 12", "reason": WHY}
    is_problem(officer.post(f"instruments/{paper.pk}/override/", typed), 403, "forbidden")
    is_problem(
        counsel.post(f"instruments/{paper.pk}/override/", {**typed, "reason": "No."}), 422, "reason_needed"
    )
    row = counsel.post(f"instruments/{paper.pk}/override/", typed).json()
    is_problem(counsel.post(f"overrides/{row['id']}/confirm/"), 403, "second_person")
    refused = is_problem(second.post(f"overrides/{row['id']}/confirm/"), 409, "guard_failed")
    assert "basis.checks" in refused["failed"]  # none has been made yet

    flag = officer.post(f"instruments/{paper.pk}/flags/", {"flag": "UNSIGNED"}).json()
    is_problem(officer.post(f"flags/{flag['id']}/clear/", {"reason": WHY}), 403, "forbidden")
    assert counsel.post(f"flags/{flag['id']}/clear/", {"reason": WHY}).json()["cleared_by"] == "Counsel"
    at = f"instruments/{paper.pk}/answer/"
    draft = counsel.get(at)
    kept = counsel.send(
        "PUT", at, {"grounds": ["no_judge"], "words": "Nothing more."}, seen=draft["ETag"][1:-1]
    )
    is_problem(counsel.send("PUT", at, {"grounds": ["no_judge"]}, seen=draft["ETag"][1:-1]), 412, "stale")
    sent = counsel.post(f"{at}send/", seen=kept["ETag"][1:-1])
    assert sent.json()["letter"] and "Nothing more." in sent.json()["text"]

    determination = {**NAMED, "types": [kind], "recipient": "Ruth Tilling", "reason": WHY}
    is_problem(counsel.post(f"matters/{matter.pk}/determinations/", determination), 422, "determination_off")
    settings.DETERMINATION_1373 = True
    made = counsel.post(f"matters/{matter.pk}/determinations/", determination).json()
    is_problem(counsel.post(f"determinations/{made['id']}/confirm/"), 403, "second_person")
    consent = confirmed(city, matter, "consent_waiver")
    said = {**NAMED, "informed": "By a lawyer, in Spanish, last week.", "reason": WHY}
    other = {**said, "subject_name": "Somebody Else"}
    is_problem(counsel.post(f"instruments/{consent.pk}/consent/", other), 422, "consent_of_another")
    assert counsel.post(f"instruments/{consent.pk}/consent/", said).status_code == 201
    assert officer.post(f"instruments/{consent.pk}/revoke-consent/", {"reason": WHY}).status_code == 204
    bases = officer.get(f"matters/{matter.pk}/bases/").json()
    assert [bases[name][0]["words"] for name in ("overrides", "determinations", "consents")] == [None] * 3
    assert counsel.get(f"matters/{matter.pk}/bases/").json()["overrides"][0]["words"]["reason"] == WHY
    assert bases["consents"][0]["instrument_state"] == "withdrawn"


def test_an_emergency_goes_from_officer_to_counsel_to_a_head_and_is_reviewed(
    city: factories.City, matter: Matter, staff: Staff
) -> None:
    city.officer2.groups.add(Group.objects.get_or_create(name=DEPARTMENT_HEADS)[0])
    assign(matter.pk, city.officer2.pk, actor=city.counsel)
    office = AgencyContact.objects.create(agency=city.agency, office="Duty", phone="505-555-0181")
    officer, counsel, head = staff("officer"), staff("counsel"), staff("officer2")
    claim = {
        "ground": "flight_risk", "official": "Ruth Tilling", "official_title": "Supervisor",
        "contact": office.pk, "spoke_with": "The desk", "danger": "A child is missing since noon.",
    }  # fmt: skip
    at = f"matters/{matter.pk}/emergency/"
    is_problem(officer.post(at, claim), 422, "no_emergency")
    made = officer.post(at, {**claim, "ground": "danger_of_death"}).json()
    assert made["danger"] is None and counsel.get(at).json()[0]["danger"] == claim["danger"]
    least = {**NAMED, "reason": WHY, "least": WHY}
    one = f"emergency-claims/{made['id']}/"
    is_problem(counsel.post(f"{one}determine/", {**least, "types": ["x"]}), 422, "invalid")
    row = counsel.post(f"{one}determine/", least).json()
    this = f"emergencies/{row['id']}/"
    is_problem(officer.post(f"{this}confirm/"), 403, "forbidden")
    assert head.post(f"{this}confirm/").json()["instrument"]
    assert officer.post(f"{this}follow-up/").json()["followed_up_at"]
    is_problem(counsel.post(f"{this}review/", {"justified": False, "reason": WHY}), 403, "second_person")
    reviewed = staff("counsel2").post(f"{this}review/", {"justified": False, "reason": WHY})
    assert reviewed.json()["justified"] is False
    is_problem(counsel.post(f"{one}refuse/", {"reason": WHY}), 409, "wrong_state")


def test_questions_status_rulings_and_pages_of_a_record(
    city: factories.City, matter: Matter, staff: Staff
) -> None:
    paper, at = in_force(city, matter), f"matters/{matter.pk}/"
    officer, counsel = staff("officer"), staff("counsel")
    asked = {"instrument": str(paper.pk), "question": "Does item two cover reports of the fire department?"}
    is_problem(officer.post(f"{at}questions/", asked), 403, "forbidden")
    row = counsel.post(f"{at}questions/", asked).json()
    answered = counsel.post(f"{at}questions/answer/", file=io.BytesIO(b"Minute order: it does not."))
    assert answered.json()["answered_by"] == "Counsel"
    assert officer.get(f"questions/{row['id']}/answer/").content == b"Minute order: it does not."
    assert staff("officer2").get(f"questions/{row['id']}/answer/").status_code == 404
    clauses = [
        {"item": one.item, "page": one.page, "quote": one.quote, "subject_name": one.subject_name,
         "subject_birth_date": SUBJECT.born.isoformat(), "record_classes": list(one.record_classes),
         "names_status": True}
        for one in factories.clauses() if one.page == 1
    ]  # fmt: skip
    quote = clauses[0]["quote"]
    scope = {
        "instrument": str(paper.pk), "clauses": clauses,
        "sums": [{"kind": "records", "most": 1, "page": 1, "quote": quote}],
    }  # fmt: skip
    seen = counsel.get(at)["ETag"][1:-1]
    assert counsel.send("PUT", f"{at}scope/", scope, seen=seen).status_code == 200
    for _ in range(2):
        factories.take_in(
            city, Matter.objects.get(pk=matter.pk), sheets.sheet(f"Report {_}. Citizenship: Guatemala.")
        )
    factories.work()
    exceeded = counsel.get(f"{at}sums/").json()
    assert [(one["kind"], one["most"], one["used"]) for one in exceeded] == [("records", 1, 2)]
    ruling = {"instrument": str(paper.pk), "kind": "records", "page": 1, "quote": quote, "reason": WHY}
    is_problem(officer.post(f"{at}sums/", ruling), 403, "forbidden")
    assert counsel.post(f"{at}sums/", ruling).json()["upto"] == 2

    record = matter.records.order_by("number").first()
    finding = record.findings.filter(tier=1).first()
    clause = officer.get(f"{at}status-data/").json()[0]["clause"]
    opens = {"types": [finding.type], "quote": quote[:200], "reason": WHY}
    allowed = counsel.post(f"{at}status-data/clauses/{clause}/authorise/", opens).json()
    assert officer.get(f"{at}status-data/").json()[0]["authorisations"][0]["words"] is None
    apply = f"records/{record.pk}/findings/{finding.pk}/apply/"
    mine = {"authorisation": allowed["id"]}
    is_problem(officer.post(apply, mine, seen=finding.version + 1), 412, "stale")
    assert officer.post(apply, mine, seen=finding.version).json()["decision"] == "keep"
    withheld = {"choice": "redacted", "reason": WHY}
    assert counsel.post(f"{at}status-data/clauses/{clause}/withhold/", withheld).status_code == 201
    assert counsel.post(f"authorisations/{allowed['id']}/end/").json()["holds"] is False

    assert officer.get(f"records/{record.pk}/pages/1/").content[:4] == b"\x89PNG"
    assert officer.get(f"records/{record.pk}/result/1/").status_code == 404  # nothing was burned yet
    mark = officer.post(f"records/{record.pk}/marks/", {"page": 1, "whole_page": True}).json()["id"]
    assert officer.post(f"records/{record.pk}/marks/{mark}/remove/").json()["removed_at"]
    assert [one["id"] for one in officer.get(f"records/{record.pk}/marks/").json()] == [mark]
    cite = {"page": 1, "clauses": [10**6]}
    is_problem(officer.post(f"records/{record.pk}/cite/", cite), 422, "unknown_choice")
    assert officer.post(f"records/{record.pk}/retry/").status_code == 202


def test_the_policy_changes_by_two_lawyers_and_the_house_is_kept(city: factories.City, staff: Staff) -> None:
    counsel, second, admin = staff("counsel"), staff("counsel2"), staff("admin")
    city.people["admin2"] = factories.second_administrator()
    changes = {"changes": [{"place": "/clocks/recall/amount", "value": 3}]}
    looked = counsel.post("policy-versions/examine/", changes).json()
    assert [row["place"] for row in looked["changes"]] == ["/clocks/recall/amount"]
    is_problem(
        counsel.post("policy-versions/examine/", {"changes": [{"place": "/no/where", "value": 1}]}),
        422,
        "place",
    )
    is_problem(counsel.post("policy-versions/examine/", {}), 422, "invalid")
    made = counsel.post("policy-versions/", {**changes, "reason": WHY})
    assert made.status_code == 201 and made.json()["state"] == "tested"
    is_problem(counsel.post("policy-versions/", {**changes, "reason": WHY}), 409, "policy_waits")
    assert second.get("policy-versions/2/past/").json()["differs"] == []
    is_problem(counsel.post("policy-versions/2/approve/", {"rows_read": True}), 409, "guard_failed")
    assert second.post("policy-versions/2/approve/", {"rows_read": True}).json()["state"] == "in_force"
    assert staff("officer").get("policy-versions/2/").json()["document"]["clocks"]["recall"]["amount"] == 3
    is_problem(second.post("policy-versions/2/withdraw/", {"reason": WHY}), 409, "wrong_state")

    day = timezone.localdate().isoformat()
    proposed = admin.post("calendars/", {"calendar": "city", "closed": [day]}).json()["id"]
    assert day not in staff("officer").get("calendars/").json()[0]["closed"]  # nothing moves by one person
    is_problem(admin.post(f"calendar-changes/{proposed}/agree/"), 409, "guard_failed")
    assert staff("admin2").post(f"calendar-changes/{proposed}/agree/").status_code == 200
    assert day in staff("officer").get("calendars/").json()[0]["closed"]
    office = {"agency": str(city.agency.pk), "office": "Duty", "phone": "505-555-0181"}
    assert admin.post("agency-offices/", office).status_code == 201
    is_problem(admin.post("agency-offices/", office), 422, "contact_known")
    helps = {"name": "Legal Aid", "does_en": "Advice", "does_es": "Asesoría", "phone": "505-555-0190"}
    assert counsel.send("PUT", "referrals/", {"rows": [helps]}).json()["rows"][0]["name"] == "Legal Aid"
    assert staff("auditor").get("compliance/").json() == []
    made = counsel.post(
        "accountings/",
        {"name": "Ada Mora", "birth_date": "1990-02-01", "proof": "in_person", "language": "es"},
    )
    assert counsel.get(f"accountings/{made.json()['id']}/").json()["disclosures"] == []
