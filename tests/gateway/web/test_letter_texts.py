"""The page of the letters' texts: an administrator looks before proposing, and a second person settles it."""

from __future__ import annotations

import html
from typing import Any

from django.urls import reverse

from gateway.web.line_diff import lines_of
from tests import factories
from tests.gateway.web.conftest import SignedIn, signed_in
from workflows.notices.models import LetterText

LIST = "/house/letters/"
PAGE = reverse("web:letter_text", args=["acknowledgement", "en"])
PROPOSE = reverse("web:propose_letter_text", args=["acknowledgement", "en"])
OURS = 'Thank you. Your request came on {{ received_on|date:"F j, Y" }}.'


def text_of(answer: Any) -> str:
    return html.unescape(answer.content.decode())


def answer_to(address: str) -> str:
    return reverse(f"web:{address}_letter_text", args=[LetterText.objects.get(settled_at=None).pk])


def test_what_changes_is_shown_line_by_line_and_as_a_letter_to_nobody_before_anything_is_stored(
    city: factories.City, as_person: SignedIn
) -> None:
    admin, counsel = as_person("admin"), as_person("counsel")
    looked = text_of(admin.post(PROPOSE, {"letter_text": OURS, "look": "1"}))
    assert "<ins>Thank you." in looked and "<del>" in looked and "Invented Agency, Sample Office" in looked
    drawn = admin.post(PROPOSE, {"letter_text": OURS, "pdf": "1"})
    assert drawn["Content-Type"] == "application/pdf" and drawn.content.startswith(b"%PDF")
    wrong = admin.post(PROPOSE, {"letter_text": "We have it. {{ secret }}"})
    assert wrong.status_code == 422
    assert "received_on is left out" in text_of(wrong) and "We have it." in text_of(
        wrong
    )  # what was typed stays
    assert not LetterText.objects.exists()

    assert admin.post(PROPOSE, {"letter_text": OURS})["Location"] == PAGE
    waits = text_of(admin.get(LIST))
    assert "Take it back" in waits and answer_to("agree") not in waits
    assert admin.post(answer_to("agree")).status_code == 409
    assert "wait for a second person" in text_of(admin.get(reverse("web:house")))
    shown = text_of(counsel.get(LIST))
    assert "<ins>Thank you." in shown and answer_to("agree") in shown
    sample = reverse("web:letter_text_sample", args=[LetterText.objects.get().pk])
    assert counsel.get(sample).content.startswith(b"%PDF")
    assert counsel.post(answer_to("agree"))["Location"] == LIST

    assert "the city's, 1" in text_of(admin.get(LIST)) and "text 1 holds since" in text_of(admin.get(PAGE))
    assert counsel.post(PROPOSE, {"letter_text": OURS}).status_code == 404
    for who in ("officer", "auditor"):
        assert [as_person(who).get(one).status_code for one in (LIST, PAGE, sample)] == [404] * 3
    everybody = text_of(as_person("officer").get(reverse("web:policy_words")))
    assert "the city's text 1" in everybody and LetterText.objects.get().sha256 in everybody


def test_a_sign_in_that_is_too_old_proposes_nothing(city: factories.City) -> None:
    late = signed_in(city.admin, factor_age_s=600.0)
    assert "step-up" in late.post(PROPOSE, {"letter_text": OURS})["Location"]
    assert not LetterText.objects.exists()


def test_lines_that_go_stand_before_those_that_come() -> None:
    found = [(line.kind, line.text) for line in lines_of("one\ntwo\nthree", "one\n2\nthree\nfour")]
    assert found == [("same", "one"), ("gone", "two"), ("new", "2"), ("same", "three"), ("new", "four")]
