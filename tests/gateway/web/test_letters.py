"""Letters on pages: read by those they concern, confirmed by anybody, answered by counsel."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.gateway.web.conftest import SignedIn
from workflows.flow import papers
from workflows.matters.models import Matter
from workflows.notices.check_codes import new_code


@pytest.fixture
def matter(city: factories.City) -> Matter:
    """A matter with its acknowledgement, and counts of look-ups that begin anew."""
    cache.clear()
    return factories.open_request(city)


def test_a_letter_is_a_pdf_for_the_desk_and_for_the_agency_it_went_to(
    city: factories.City, matter: Matter, as_person: SignedIn
) -> None:
    letter = matter.letters.get()
    own = reverse("web:letter", args=[matter.pk, letter.pk])
    assert own in as_person("officer").get(reverse("web:letters", args=[matter.pk])).content.decode()
    answer = as_person("officer").get(own)
    assert answer.content[:5] == b"%PDF-" and letter.check_code in answer["Content-Disposition"]
    theirs = reverse("web:agency_letter", args=[matter.pk, letter.pk])
    assert as_person("client").get(theirs).content[:5] == b"%PDF-"
    for who, address in (("officer2", own), ("other_client", theirs), ("client", own), ("officer", theirs)):
        assert as_person(who).get(address).status_code == 404


def test_anybody_confirms_a_letter_and_reads_nothing_of_it(
    city: factories.City, matter: Matter, client: Client
) -> None:
    letter = matter.letters.get()
    short = client.get("/public/letters/", headers={"Accept-Language": "es-MX,es;q=0.9"})["Location"]
    asked = client.get(short, {"code": letter.check_code.lower()})
    page = client.get(asked["Location"]).content.decode()
    assert 'lang="es"' in page and "Esta carta es auténtica." in page and "Acuse de recibo" in page
    assert f" de {timezone.localdate().year}" in page
    asked = client.get(f"/public/letters/{letter.check_code}/")
    answer = client.get(asked["Location"])
    page = answer.content.decode()
    assert answer["Cache-Control"] == "no-store" and not answer.cookies
    assert "This letter is genuine." in page and "Your request has been registered" in page
    answer = client.get(f"/api/v1/public/letters/{letter.check_code}/").json()
    assert answer == {
        "genuine": True, "code_fits": True, "kind": "acknowledgement", "city": "City of Cottonwood Mesa",
        "title": "Your request has been registered", "titulo": "Acuse de recibo de una solicitud",
        "issued_on": timezone.localdate().isoformat(),
    }  # fmt: skip
    for told in (page, str(answer)):
        assert matter.number not in told and city.agency.name not in told


def test_wrong_codes_have_one_shape_of_answer_and_are_limited(matter: Matter, client: Client) -> None:
    good = matter.letters.get().check_code
    slip = ("3" if good[0] == "2" else "2") + good[1:]
    codes = (good, new_code(), slip)
    answers = {code: client.get(f"/api/v1/public/letters/{code}/").json() for code in codes}
    assert len({tuple(answer) for answer in answers.values()}) == 1
    assert [answer["code_fits"] for answer in answers.values()] == [True, True, False]
    page = client.get(reverse("web:letter_check", args=["en", slip])).content.decode()
    assert "This code was not typed as it is printed." in page
    page = client.get(reverse("web:letter_check", args=["en", new_code()])).content.decode()
    assert "No letter of the city has this code." in page

    for _ in range(15):
        client.get(reverse("web:letter_check", args=["en", new_code()]))
    assert client.get(reverse("web:letter_check", args=["en", good])).status_code == 429
    assert client.get(f"/api/v1/public/letters/{good}/").status_code == 429
    assert client.get(reverse("web:letter_form", args=["en"])).status_code == 200


def test_the_form_takes_whatever_is_typed(matter: Matter, client: Client) -> None:
    form = reverse("web:letter_form", args=["en"])
    for typed in ("<b>x", "/../", "é", "x" * 300):
        asked = client.get(form, {"code": typed})
        page = client.get(asked["Location"]).content.decode()
        assert "This code was not typed as it is printed." in page and "<b>x" not in page
    assert client.post(form).status_code == 405


def test_counsel_sees_the_letter_changes_and_sends_it(
    city: factories.City, matter: Matter, as_person: SignedIn
) -> None:
    paper = papers.file_paper(matter.pk, b"%PDF subpoena", actor=city.client, media_type="application/pdf")
    fields = papers.ConfirmedFields("ice_admin_subpoena", "ERO-1", "Bureau", "A. Lee", "Officer")
    papers.confirm_fields(paper.pk, fields, actor=city.verifier)
    page = reverse("web:answer", args=[matter.pk, paper.pk])
    assert page in as_person("counsel").get(reverse("web:letters", args=[matter.pk])).content.decode()
    seen = as_person("officer").get(page).content.decode()
    assert "ERO-1" in seen and "Send the answer" not in seen

    counsel = as_person("counsel")
    assert "Send the answer" in counsel.get(page).content.decode()
    edit, send = (reverse(f"web:{name}_answer", args=[matter.pk, paper.pk]) for name in ("edit", "send"))
    refused = counsel.post(edit, {"version": "1", "words": "Please call me."})
    assert refused.status_code == 422 and "Please call me." in refused.content.decode()
    counsel.post(edit, {"version": "1", "grounds": ["not_served"], "words": "Please call me."})
    assert "Please call me." in counsel.get(page).content.decode()
    assert as_person("officer").post(send, {"version": "2"}).status_code == 403
    counsel.post(send, {"version": "2"})
    assert "Please call me." in matter.letters.get(template="subpoena_answer").body
    assert "Send the answer" not in counsel.get(page).content.decode()
