"""Counsel authorises status data on a page of its own; a reviewer sees it on the record and applies it."""

from __future__ import annotations

from django.urls import reverse

from tests import factories
from tests.gateway import sheets
from tests.gateway.web.conftest import SignedIn
from workflows.instruments.models import StatusAuthorisation
from workflows.records.models import Finding

WORDS = {"quote": "the immigration file of the person named", "reason": "Item one asks for exactly this."}


def test_counsel_authorises_and_a_reviewer_applies_it(city: factories.City, as_person: SignedIn) -> None:
    matter = factories.to_review(city, sheets.sheet())
    record = matter.records.get()
    kind = record.findings.filter(tier=1).first().type
    clause, page = record.clause, reverse("web:status", args=[matter.pk])
    typed = {
        f"a{clause.pk}-{name}": value for name, value in {**WORDS, "ground": "named", "types": kind}.items()
    }
    counsel = as_person("counsel")
    address = reverse("web:authorise_status", args=[matter.pk, clause.pk])
    assert as_person("officer").post(address, typed).status_code == 403
    assert counsel.post(address, typed)["Location"].endswith(page)

    text = counsel.get(page).content.decode()
    assert WORDS["quote"] in text and "End it" in text
    text = as_person("officer").get(page).content.decode()
    assert WORDS["quote"] not in text and "End it" not in text

    ruling = StatusAuthorisation.objects.get()
    review = reverse("web:review", args=[record.pk])
    assert "has authorised this type" in as_person("officer").get(review).content.decode()
    for finding in Finding.objects.filter(type=kind):
        apply = reverse("web:apply_authorisation", args=[record.pk, finding.pk, ruling.pk])
        as_person("officer").post(apply)
    assert set(Finding.objects.filter(type=kind).values_list("keep_ground", flat=True)) == {"authorised"}
    assert "has authorised this type" not in as_person("officer").get(review).content.decode()


def test_a_form_without_types_says_so_and_keeps_the_words(city: factories.City, as_person: SignedIn) -> None:
    matter = factories.to_review(city, sheets.sheet())
    clause = matter.records.get().clause
    typed = {f"a{clause.pk}-{name}": value for name, value in WORDS.items()}
    answer = as_person("counsel").post(reverse("web:authorise_status", args=[matter.pk, clause.pk]), typed)
    assert answer.status_code == 422 and WORDS["reason"] in answer.content.decode()
    assert not StatusAuthorisation.objects.exists()
