"""An agency asks, has its paper checked before it is sent, follows its request, fetches and acknowledges."""

from __future__ import annotations

import hashlib
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from gateway.demo import papers as demo_papers
from gateway.web import agency_words
from tests import factories
from tests.gateway import sheets
from tests.gateway.web.conftest import SignedIn
from workflows import jobs
from workflows.audit.models import Entry
from workflows.errors import Invalid, Refused, StepUpNeeded
from workflows.flow.advance import advance
from workflows.instruments.models import Instrument
from workflows.matters.models import Matter
from workflows.policy.codes import MISSING
from workflows.policy.instrument_types import instrument_types
from workflows.vault.models import Blob

ASKED = {"description": "Incident reports about the person named.", "subjects": "Ana Ruiz; 1980-05-31"}


def paper(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("Ana Ruiz.pdf", demo_papers.make(name, timezone.localdate()))


def text(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_paper_is_explained_before_it_is_sent_and_nothing_of_it_is_kept(
    city: factories.City, as_person: SignedIn
) -> None:
    agency, kept = as_person("client"), (Matter, Instrument, Blob)
    before = [model.objects.count() for model in kept]
    known = set(Entry.objects.values_list("pk", flat=True))
    shown = text(agency.post(reverse("web:agency_check"), {**ASKED, "paper": paper("i205")}))
    assert "Nothing has been sent or kept." in shown and "not by a judge of a court" in shown
    assert MISSING["not_judicial"] in shown and "It opens nothing." in shown
    assert ASKED["description"] in shown  # what was typed is not lost

    shown = text(agency.post(reverse("web:agency_check"), {"paper": paper("sound_order")}))
    assert "a judge of a court" in shown and "1:26-mc-00417" in shown
    assert "calls the court at the number in the city" in shown

    assert [model.objects.count() for model in kept] == before
    written = Entry.objects.exclude(pk__in=known)
    assert written and not any(b"Ana" in bytes(entry.body) for entry in written)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({}, "Choose the paper first."),
        ({"paper": SimpleUploadedFile("a.pdf", b"")}, "The file is empty."),
    ],
)
def test_a_check_without_a_paper_says_so(as_person: SignedIn, sent: dict[str, Any], says: str) -> None:
    answer = as_person("client").post(reverse("web:agency_check"), {**ASKED, **sent})
    assert answer.status_code == 422 and says in text(answer) and ASKED["description"] in text(answer)


def test_a_file_that_is_no_paper_is_called_unreadable(as_person: SignedIn) -> None:
    sent = {"paper": SimpleUploadedFile("a.pdf", b"\x00\x01 no paper at all")}
    shown = text(as_person("client").post(reverse("web:agency_check"), sent))
    assert "The file could not be read." in shown and MISSING["unreadable"] in shown


def test_a_request_with_its_paper_is_sent_once_however_often_the_button_is_pressed(
    city: factories.City, as_person: SignedIn
) -> None:
    agency, sent = as_person("client"), {**ASKED, "once": "a" * 36}
    first = agency.post(reverse("web:agency_send"), {**sent, "paper": paper("sound_order")})
    again = agency.post(reverse("web:agency_send"), {**sent, "paper": paper("sound_order")})
    matter = Matter.objects.get()
    assert first["Location"] == again["Location"] == reverse("web:agency_request", args=[matter.pk])
    assert (matter.channel, matter.parties.get().name) == ("portal", "Ana Ruiz")
    filed = matter.instruments.get()
    assert filed.filed_by == city.client and filed.channel == "portal"
    assert "Being read" in text(agency.get(first["Location"]))
    jobs.drain()
    assert "With the records office" in text(agency.get(first["Location"]))


@pytest.mark.parametrize("line", ["Ana Ruiz; 31 May", "; 1980-05-31"])
def test_a_line_that_names_nobody_is_pointed_out(as_person: SignedIn, line: str) -> None:
    answer = as_person("client").post(reverse("web:agency_send"), {**ASKED, "subjects": f"Jo Li\n{line}"})
    assert answer.status_code == 422 and "Line 2: write the name" in text(answer)
    assert not Matter.objects.exists()


def test_a_paper_for_a_request_is_checked_then_filed_and_its_own_file_is_not_taken_twice(
    city: factories.City, as_person: SignedIn
) -> None:
    matter = factories.open_request(city)
    agency, page = as_person("client"), reverse("web:agency_request", args=[matter.pk])
    checked = agency.post(reverse("web:agency_check_paper", args=[matter.pk]), {"paper": paper("i205")})
    assert MISSING["not_judicial"] in text(checked) and not matter.instruments.exists()
    file = reverse("web:agency_file", args=[matter.pk])
    assert agency.post(file, {"paper": paper("i205")})["Location"] == page
    jobs.drain()
    assert MISSING["not_judicial"] in text(agency.get(page))
    twice = agency.post(file, {"paper": paper("i205")})
    assert twice.status_code == 422 and "has been filed on this matter already" in text(twice)


def test_an_agency_takes_its_request_back(city: factories.City, as_person: SignedIn) -> None:
    matter = factories.open_request(city)
    address = reverse("web:agency_withdraw", args=[matter.pk])
    as_person("client").post(address, {"withdraw-reason": "The inquiry is closed."})
    matter.refresh_from_db()
    assert matter.state == "withdrawn"
    page = reverse("web:agency_request", args=[matter.pk])
    assert address not in text(as_person("client").get(page))


def test_a_package_is_claimed_fetched_checked_and_acknowledged_by_one_person(
    city: factories.City, as_person: SignedIn
) -> None:
    matter = factories.to_approved(city, sheets.sheet())
    factories.work()
    advance(matter.pk, "release", actor=city.officer, stepped_up_at=timezone.now())
    link = matter.releases.get().links.get()
    ids = [matter.pk, link.pk]
    agency, page = as_person("client"), reverse("web:agency_request", args=[matter.pk])
    claim, fetch, receipt = (reverse(f"web:agency_{one}", args=ids) for one in ("claim", "fetch", "receipt"))

    assert as_person("other_client").post(claim).status_code == 404
    assert agency.post(fetch).status_code == 403  # not claimed yet
    assert agency.get(fetch).status_code == 302 and agency.get(claim).status_code == 302  # nothing on GET
    assert agency.post(claim)["Location"] == page
    shown = text(agency.get(page))
    assert "verify_bundle.py" in shown and "sha256sum" in shown and claim not in shown
    got = agency.post(fetch)
    data = b"".join(got.streaming_content)
    assert got["Content-Disposition"] == f'attachment; filename="package-{matter.number}.zip"'
    assert len(data) == int(got["Content-Length"]) and data[:2] == b"PK"

    field = f"l{link.pk}-sha256"
    assert agency.post(receipt, {field: "no digest"}).status_code == 422
    assert agency.post(receipt, {field: "0" * 64}).status_code == 422
    assert agency.post(receipt, {field: hashlib.sha256(data).hexdigest()})["Location"] == page
    matter.refresh_from_db()
    assert matter.state == "delivered" and "You acknowledged it" in text(agency.get(page))
    assert agency.post(fetch).status_code == 410


def test_these_pages_are_for_the_agency_alone(city: factories.City, as_person: SignedIn) -> None:
    matter = factories.open_request(city)
    for who in ("officer", "counsel", "auditor", "admin", "custodian"):
        browser = as_person(who)
        assert browser.get(reverse("web:agency_new")).status_code == 404
        assert browser.post(reverse("web:agency_check"), {"paper": paper("i205")}).status_code == 404
    stranger = as_person("other_client")
    for name in ("agency_check_paper", "agency_file", "agency_withdraw"):
        sent = {"paper": paper("i205"), "withdraw-reason": "None of theirs."}
        assert stranger.post(reverse(f"web:{name}", args=[matter.pk]), sent).status_code == 404
    assert not matter.instruments.exists()


def test_the_pages_speak_spanish_when_asked_to(city: factories.City, as_person: SignedIn) -> None:
    matter, agency = factories.open_request(city), as_person("client")
    agency.post(reverse("web:agency_language", args=["es"]))
    page = reverse("web:agency_request", args=[matter.pk])
    shown = text(agency.get(page))
    assert (
        '<html lang="es">' in shown and "En qué punto está" in shown and re.search(r"\d de \w+ de 20", shown)
    )
    assert "<h2>Acuse de recibo de una solicitud</h2>" in shown and "código de verificación" in shown
    empty = text(agency.post(reverse("web:agency_send"), {"description": ""}))
    assert "Este campo es" in empty
    looked = text(agency.post(reverse("web:agency_check"), {"paper": paper("i205")}))
    assert agency_words.MISSING_ES["not_judicial"] in looked
    assert agency_words.KINDS_ES["ice_admin_removal_warrant"] in looked
    assert agency.post(reverse("web:agency_language", args=["fr"])).status_code == 404


def test_no_word_of_these_pages_lacks_its_spanish() -> None:
    english, spanish = agency_words.WORDS["en"], agency_words.WORDS["es"]
    assert english.keys() == spanish.keys()
    same = {name for name in english if english[name] == spanish[name]}
    assert same <= {"digest"} and all(spanish.values())
    for name, words in english.items():
        assert re.findall(r"{\w+}", words) == re.findall(r"{\w+}", spanish[name]), name
    assert agency_words.MISSING_ES.keys() == MISSING.keys()
    assert agency_words.KINDS_ES.keys() == set(instrument_types())
    own = [kind for kind in Refused.__subclasses__() if kind.__module__ == Refused.__module__]
    kinds = [kind for kind in own if kind not in (Invalid, StepUpNeeded)]
    assert kinds and {kind.code for kind in kinds} <= agency_words.REFUSALS_ES.keys()
