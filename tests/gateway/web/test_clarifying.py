"""Counsel asks on the page of the scope, files the answer there, and anybody of the desk reads it."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import factories
from tests.gateway.web.conftest import SignedIn
from workflows.flow import papers
from workflows.instruments.models import Clarification

QUESTION = "Does item two cover reports of the fire department as well?"
ANSWER = b"Minute order: it does not."


def test_a_question_is_asked_and_its_answer_filed_and_read(city: factories.City, as_person: SignedIn) -> None:
    matter = factories.open_request(city)
    paper = factories.file_demo_paper(city, matter)
    factories.verify_paper(city, paper)
    papers.accept_paper(paper.pk, actor=city.verifier)
    page = reverse("web:scope", args=[matter.pk])
    address = reverse("web:ask_scope", args=[matter.pk, paper.pk])
    counsel, officer = as_person("counsel"), as_person("officer")
    assert officer.post(address, {"q-question": QUESTION}).status_code == 403
    assert counsel.post(address, {"q-question": "Why?"}).status_code == 422
    assert counsel.post(address, {"q-question": QUESTION})["Location"] == page
    assert "Waits for the answer" in officer.get(page).content.decode()
    assert "The answer is there" not in counsel.get(reverse("web:dates", args=[matter.pk])).content.decode()

    unanswered = reverse("web:go_on_unanswered", args=[matter.pk])
    assert unanswered in counsel.get(page).content.decode()
    assert counsel.post(unanswered, {"unanswered-reason": "Short"}).status_code == 422
    assert not Clarification.objects.filter(answered_at__isnull=False).exists()
    sent = {"answer-answer": SimpleUploadedFile("order.pdf", ANSWER)}
    assert counsel.post(reverse("web:settle_scope", args=[matter.pk]), sent)["Location"] == page
    asked = Clarification.objects.get()
    read = officer.get(reverse("web:scope_answer", args=[matter.pk, asked.pk]))
    assert read.content == ANSWER and "attachment" in read["Content-Disposition"]
    assert "order.pdf" not in read["Content-Disposition"]
    other = factories.open_request(city)
    assert officer.get(reverse("web:scope_answer", args=[other.pk, asked.pk])).status_code == 404
    there = reverse("web:scope_answer", args=[matter.pk, asked.pk])
    assert as_person("officer2").get(there).status_code == 404
