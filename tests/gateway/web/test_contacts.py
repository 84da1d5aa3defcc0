"""Visits and calls on pages: noted in a minute, listed, exported; the side door with a list."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.gateway.web.conftest import SignedIn
from tests.workflows.flow.test_side_door import HEAD, ROWS
from workflows.matters.models import Contact, ListedRequest, Matter


def typed(**changes: str) -> dict[str, str]:
    now = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    usual = {
        "channel": "phone", "happened_at": now, "place": "Library", "wants": "whereabouts", "paper": "none",
        "told": "no", "note": "Asked who borrowed a book.", "agency_said": "Border Bureau",
    }  # fmt: skip
    return {**usual, **changes}


def test_a_call_is_noted_read_exported_and_becomes_a_matter(
    city: factories.City, as_person: SignedIn
) -> None:
    custodian, officer = as_person("custodian"), as_person("officer")
    form = custodian.get(reverse("web:new_contact")).content.decode()
    assert "Call counsel now" in form and "Note it" in form
    refused = custodian.post(reverse("web:log_contact"), typed(note="His A-number is A 204 118 365."))
    assert refused.status_code == 422 and not Contact.objects.exists()
    answer = custodian.post(reverse("web:log_contact"), typed())
    contact = Contact.objects.get()
    assert answer["Location"] == reverse("web:contact", args=[contact.pk])
    page = custodian.get(answer["Location"]).content.decode()
    assert "Asked who borrowed a book." in page and "Open a matter" not in page

    listed = officer.get(reverse("web:contacts"), {"words": "library"}).content.decode()
    assert "Border Bureau" in listed and "Export these as CSV" in listed
    nothing = officer.get(reverse("web:contacts"), {"until": "2020-01-01"}).content.decode()
    assert "Nothing noted" in nothing
    data = officer.post(reverse("web:export_contacts"), {"words": "library"})
    assert data["Content-Type"].startswith("text/csv") and b"Border Bureau" in data.content
    assert as_person("admin").post(reverse("web:export_contacts")).status_code == 403
    assert as_person("admin").get(reverse("web:contact", args=[contact.pk])).status_code == 404

    opening = reverse("web:open_contact", args=[contact.pk])
    assert officer.post(opening).status_code == 422
    answer = officer.post(opening, {"open-agency": city.agency.pk})
    assert answer["Location"] == reverse("web:matter", args=[Matter.objects.get().pk])
    page = officer.get(reverse("web:contact", args=[contact.pk])).content.decode()
    assert Matter.objects.get().number in page


def test_a_warrant_at_the_door_shows_the_card_and_takes_the_list(
    city: factories.City, as_person: SignedIn, settings
) -> None:
    settings.COUNSEL_PHONE = "505-555-0142"
    custodian = as_person("custodian")
    custodian.post(reverse("web:log_contact"), typed(wants="warrant", paper="court", channel="in_person"))
    contact = Contact.objects.get()
    page = reverse("web:contact", args=[contact.pk])
    text = custodian.get(page).content.decode()
    assert "505-555-0142" in text and "I have called counsel" in text
    custodian.post(reverse("web:call_counsel", args=[contact.pk]))
    custodian.post(
        reverse("web:log_taken", args=[contact.pk]),
        {"taken-what": "Two boxes", "taken-kind": "original", "taken-pieces": "2", "taken-receipt": "on"},
    )
    text = custodian.get(page).content.decode()
    assert "Two boxes" in text and "I have called counsel" not in text and "Called " in text


def test_a_list_is_imported_whole_and_counsel_settles(city: factories.City, as_person: SignedIn) -> None:
    officer, counsel = as_person("officer"), as_person("counsel")
    page, send = reverse("web:side_door"), reverse("web:import_requests")
    headings = {"reference": "Reference", "received": "Received", "requester": "Requester",
                "address": "E-mail", "text": "Request"}  # fmt: skip

    def upload(text: str) -> dict[str, object]:
        return {**headings, "list": SimpleUploadedFile("list.csv", text.encode())}

    refused = officer.post(send, upload(HEAD + ROWS + "PR-9,never,Ada,,Maps\n"))
    assert refused.status_code == 422 and "Row 9 cannot be taken" in refused.content.decode()
    officer.post(send, upload(HEAD + ROWS))
    text = officer.get(page).content.decode()
    assert "The address belongs to a federal office." in text and "Settle it" not in text
    assert "204 118 365" not in text
    row = ListedRequest.objects.get(reference="PR-2")
    settle = reverse("web:settle_request", args=[row.pk])
    assert officer.post(settle, {f"r{row.pk}-outcome": "stays"}).status_code == 403
    counsel.post(settle, {f"r{row.pk}-outcome": "stays"})
    assert "It stays with public records" in counsel.get(page).content.decode()
