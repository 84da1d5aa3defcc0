"""Other legal bases on their page: two lawyers, plain words, never that the software forbids it."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from gateway.demo.papers import PAPERS
from tests import factories
from tests.gateway import sheets
from tests.gateway.web.conftest import SignedIn
from workflows.flow import papers
from workflows.flow.assigning import assign
from workflows.instruments.models import Consent, Determination1373, Instrument, LegalBasisOverride
from workflows.matters.models import Matter

SUBJECT = PAPERS["sound_order"].subject
REASON = "Section 12 of the act asks for these reports."


@pytest.fixture
def matter(city: factories.City) -> Matter:
    """A request whose second lawyer is on it."""
    made = factories.open_request(city)
    assign(made.pk, city.counsel2.pk, actor=city.counsel)
    return made


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


def names(prefix: str, **more: str) -> dict[str, str]:
    values = {
        "subject_name": SUBJECT.name, "subject_birth_date": SUBJECT.born.isoformat(),
        "record_classes": "police_report", "reason": REASON, **more,
    }  # fmt: skip
    return {f"{prefix}-{name}": value for name, value in values.items()}


def test_an_override_is_written_by_one_lawyer_and_waits_for_another(
    city: factories.City, matter: Matter, as_person: SignedIn
) -> None:
    paper = confirmed(city, matter, "ice_admin_subpoena")
    page = reverse("web:bases", args=[matter.pk])
    counsel, second, officer = as_person("counsel"), as_person("counsel2"), as_person("officer")
    address = reverse("web:override", args=[matter.pk, paper.pk])
    typed = names(f"o{paper.pk}", basis="statute", citation="Act of 2020, section 12")
    assert officer.post(address, typed).status_code == 403
    wrong = counsel.post(address, {**typed, f"o{paper.pk}-citation": ""})
    assert wrong.status_code == 422 and REASON in wrong.content.decode()
    assert counsel.post(address, typed)["Location"] == page
    row = LegalBasisOverride.objects.get()
    confirm = reverse("web:confirm_override", args=[matter.pk, row.pk])
    assert "Another lawyer confirms" in counsel.get(page).content.decode()
    assert counsel.post(confirm).status_code == 403
    refused = second.post(confirm)  # no check has been made yet
    assert refused.status_code == 409 and "basis.checks" in refused.content.decode()
    text = officer.get(page).content.decode()
    assert "Waits for a second lawyer" in text and REASON not in text and "Act of 2020" not in text


def test_the_page_of_1373_says_while_it_is_off_that_it_needs_counsel(
    city: factories.City, matter: Matter, as_person: SignedIn, settings
) -> None:
    page, address = (reverse(f"web:{name}", args=[matter.pk]) for name in ("bases", "determine_1373"))
    counsel, second = as_person("counsel"), as_person("counsel2")
    for who in ("officer", "counsel"):
        text = as_person(who).get(page).content.decode()
        assert "not switched on" in text and "needs counsel" in text and "forbid" not in text
    typed = names("d", recipient="Agent Orla Finch", types="COUNTRY_OF_BIRTH")
    assert counsel.post(address, typed).status_code == 422
    settings.DETERMINATION_1373 = True
    assert counsel.post(address, typed)["Location"] == page
    row = Determination1373.objects.get()
    assert second.post(reverse("web:confirm_1373", args=[matter.pk, row.pk]))["Location"] == page
    text = second.get(page).content.decode()
    assert "In force" in text and "Agent Orla Finch" in text
    paper = matter.instruments.get()
    assert second.get(reverse("web:paper", args=[paper.pk]))["Location"] == page
    assert "Written by counsel" in second.get(reverse("web:scope", args=[matter.pk])).content.decode()
    agency = as_person("client").get(reverse("web:agency_request", args=[matter.pk])).content.decode()
    assert paper.sha256 not in agency
    end = reverse("web:end_basis", args=[matter.pk, paper.pk, row.pk])
    assert second.post(end, {f"e{row.pk}-reason": REASON})["Location"] == page
    assert "Ended" in second.get(page).content.decode()


def test_a_consent_is_recorded_by_counsel_and_taken_back_by_whoever_hears_it(
    city: factories.City, matter: Matter, as_person: SignedIn
) -> None:
    paper = confirmed(city, matter, "consent_waiver")
    page = reverse("web:bases", args=[matter.pk])
    counsel, officer = as_person("counsel"), as_person("officer")
    typed = names(f"c{paper.pk}", informed="By the clinic's advocate, in Spanish.")
    assert f'value="{SUBJECT.name}"' in counsel.get(page).content.decode()
    assert counsel.post(reverse("web:consent", args=[matter.pk, paper.pk]), typed)["Location"] == page
    row = Consent.objects.get()
    address = reverse("web:revoke_consent", args=[matter.pk, row.pk])
    assert officer.post(address, {f"e{row.pk}-reason": ""}).status_code == 422
    assert officer.post(address, {f"e{row.pk}-reason": "Said so at the counter."})["Location"] == page
    paper.refresh_from_db()
    assert paper.state == "withdrawn"
