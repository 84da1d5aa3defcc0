"""Pages of samples and of the weekly review."""

from __future__ import annotations

import html

from django.urls import reverse

from tests.gateway.web.conftest import SignedIn
from tests.workflows.flow.test_sampling import WORDS, ended
from tests.workflows.flow.test_signing_off import monday
from workflows.audit import weeks
from workflows.audit.models import Sample, SignOff

__all__ = ["ended", "monday"]


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


def test_a_sample_is_drawn_checked_and_says_what_it_can(city, ended, as_person: SignedIn) -> None:
    auditor = as_person("auditor")
    assert "Draw the sample" in text_of(auditor.get("/log/samples/"))
    assert auditor.post(reverse("web:draw_sample"), {"month": "soon"}).status_code == 422
    drawn = auditor.post(reverse("web:draw_sample"), {"month": f"{ended:%Y-%m}"}, follow=True)
    assert "Drawn: 6 of 27 releases" in text_of(drawn)
    sample = Sample.objects.get()
    page = reverse("web:sample", args=[sample.pk])
    first = sample.drawn.order_by("place").first()
    shown = text_of(auditor.get(page))
    assert sample.seed in shown and sample.root in shown and "nothing can be said" in shown
    target = reverse("web:sample_outcome", args=[sample.pk, first.pk])
    assert auditor.post(target, {f"d{first.pk}-words": ""}).status_code == 422
    auditor.post(target, {f"d{first.pk}-words": WORDS})
    assert "at most 95.0 percent" in text_of(auditor.get(page))
    auditor.post(target, {f"d{first.pk}-words": WORDS, f"d{first.pk}-faults": ["status_left"]})
    shown = text_of(auditor.get(page))
    assert "1 of 1" in shown and "Status-related data was left in sight" in shown and WORDS in shown
    other = reverse("web:sample_outcome", args=[sample.pk, 10**9])
    assert auditor.post(other, {}).status_code == 404
    for who in ("officer", "counsel", "admin", "client"):
        assert as_person(who).get(page).status_code == 404


def test_weeks_are_signed_and_the_missed_ones_are_on_every_page(city, monday, as_person: SignedIn) -> None:
    auditor = as_person("auditor")
    shown = text_of(auditor.get("/log/weeks/"))
    assert "overdue" in shown and "Missed" in shown
    before = weeks.missed(weeks.timezone.now())
    assert before >= 3 and f"{before} weeks not reviewed" in text_of(auditor.get("/log/"))
    oldest = weeks.ended(weeks.timezone.now())[-1].monday
    done = auditor.post(reverse("web:sign_off"), {"week": oldest.isoformat(), "words": ""}, follow=True)
    assert "is signed as reviewed" in text_of(done) and "Late" in text_of(done)
    assert SignOff.objects.get().week == oldest and weeks.missed(weeks.timezone.now()) == before - 1
    again = auditor.post(reverse("web:sign_off"), {"week": oldest.isoformat(), "words": ""})
    assert again.status_code == 409 and "signed already" in text_of(again)
