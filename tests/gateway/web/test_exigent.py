"""The emergency lane on its page: an officer takes the claim, counsel and a head decide, duties follow."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.urls import reverse

from gateway.demo.papers import PAPERS
from tests import factories
from tests.gateway.web.conftest import SignedIn
from workflows.flow.assigning import assign
from workflows.flow.exigent import DEPARTMENT_HEADS
from workflows.instruments.models import ExigentClaim, ExigentDetermination
from workflows.matters.models import AgencyContact

SUBJECT = PAPERS["sound_order"].subject
DANGER = "A child is missing and was last seen with an armed man."
REASON = "The witness has named the car and the hour."


def test_a_claim_goes_from_the_officer_to_counsel_to_a_head_and_is_reviewed(
    city: factories.City, as_person: SignedIn
) -> None:
    matter = factories.open_request(city)
    city.officer2.groups.add(Group.objects.get_or_create(name=DEPARTMENT_HEADS)[0])
    for person in (city.officer2, city.counsel2):
        assign(matter.pk, person.pk, actor=city.counsel)
    contact = AgencyContact.objects.create(agency=city.agency, office="Duty", phone="505-555-0181")
    page = reverse("web:exigent", args=[matter.pk])
    officer, counsel, head = as_person("officer"), as_person("counsel"), as_person("officer2")
    overview = officer.get(reverse("web:matter", args=[matter.pk])).content.decode()
    assert "claims an emergency" in overview
    typed = {
        "ground": "flight_risk", "official": "Ruth Tilling", "official_title": "Supervisor",
        "contact": contact.pk, "spoke_with": "The desk", "danger": DANGER,
    }  # fmt: skip
    address = reverse("web:claim_exigent", args=[matter.pk])
    refused = officer.post(address, typed)
    assert refused.status_code == 422 and "is not an emergency" in refused.content.decode()
    assert officer.post(address, {**typed, "ground": "danger_of_death"})["Location"] == page
    made = ExigentClaim.objects.get()
    assert DANGER not in officer.get(page).content.decode() and DANGER in counsel.get(page).content.decode()

    names = {
        "subject_name": SUBJECT.name, "subject_birth_date": SUBJECT.born.isoformat(),
        "record_classes": "police_report", "reason": REASON, "least": REASON,
    }  # fmt: skip
    typed = {f"d{made.pk}-{name}": value for name, value in names.items()}
    address = reverse("web:determine_exigent", args=[matter.pk, made.pk])
    assert officer.post(address, typed).status_code == 403
    assert counsel.post(address, typed)["Location"] == page
    row = ExigentDetermination.objects.get()
    confirm = reverse("web:confirm_exigent", args=[matter.pk, row.pk])
    assert officer.post(confirm).status_code == 403 and "Confirm as" not in officer.get(page).content.decode()
    assert "Confirm as department head" in head.get(page).content.decode()
    assert head.post(confirm)["Location"] == page
    matter.refresh_from_db()
    assert matter.state == "collecting"

    assert officer.post(reverse("web:follow_up_exigent", args=[matter.pk, row.pk]))["Location"] == page
    review = reverse("web:review_exigent", args=[matter.pk, row.pk])
    typed = {"v-justified": "no", "v-reason": REASON}
    assert counsel.post(review, typed).status_code == 403
    assert as_person("counsel2").post(review, typed)["Location"] == page
    text = officer.get(page).content.decode()
    assert "not justified" in text and "Withdrawn" in text


def test_a_refused_claim_is_said_so(city: factories.City, as_person: SignedIn) -> None:
    matter = factories.open_request(city)
    contact = AgencyContact.objects.create(agency=city.agency, office="Duty", phone="505-555-0181")
    page = reverse("web:exigent", args=[matter.pk])
    officer, counsel = as_person("officer"), as_person("counsel")
    officer.post(
        reverse("web:claim_exigent", args=[matter.pk]),
        {"ground": "danger_of_injury", "official": "Ruth Tilling", "official_title": "Supervisor",
         "contact": contact.pk, "spoke_with": "The desk", "danger": DANGER},
    )  # fmt: skip
    made = ExigentClaim.objects.get()
    address = reverse("web:refuse_exigent", args=[matter.pk, made.pk])
    assert counsel.post(address, {f"r{made.pk}-reason": ""}).status_code == 422
    assert counsel.post(address, {f"r{made.pk}-reason": REASON})["Location"] == page
    assert "Refused" in officer.get(page).content.decode()


def test_the_directory_of_agencies_is_kept_by_administrators_and_holds_numbers(
    city: factories.City, as_person: SignedIn
) -> None:
    address, page = reverse("web:add_contact"), reverse("web:house")
    typed = {"agency": str(city.agency.pk), "office": "Duty supervisor", "phone": "505-555-0181"}
    assert as_person("officer").post(address, typed).status_code == 404
    admin = as_person("admin")
    assert "No number yet" in admin.get(page).content.decode()
    assert admin.post(address, {**typed, "phone": "call me"}).status_code == 422
    assert admin.post(address, typed)["Location"] == page
    assert admin.post(address, typed).status_code == 422  # known already
    assert "505-555-0181" in admin.get(page).content.decode()
    assert AgencyContact.objects.count() == 1
