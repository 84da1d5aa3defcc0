"""The reviewer sees where somebody tried to hide words before, and that they are still in the file."""

from __future__ import annotations

import pytest
from django.urls import reverse

from gateway.web import wording
from redaction.types import EARLIER_CODES
from tests import factories
from tests.gateway.web.conftest import SignedIn
from tests.redaction import papers

pytestmark = pytest.mark.slow


def covered(canvas) -> None:
    """A box over words, near the foot of the first page on the left."""
    if canvas.getPageNumber() > 1:
        return
    canvas.drawString(72, 100, "Born in Guatemala")
    canvas.setFillGray(0)
    canvas.rect(66, 92, 120, 20, fill=1, stroke=0)


def test_a_box_that_left_the_words_in_place_is_outlined_and_named(city, as_person: SignedIn) -> None:
    matter = factories.to_review(city, papers.page(papers.STATUS, draw=covered, pages=2))
    record, officer = matter.records.get(), as_person("officer")

    first, clean = (
        officer.get(reverse("web:review", args=[record.pk]) + f"?page={n}").content.decode() for n in (1, 2)
    )

    assert f"{wording.EARLIER['text_under_box']} (bottom, left)" in first
    assert first.count("rv-box-earlier") == 1
    assert 'width="{:.2f}" height'.format(*widths(record)) in first
    assert "rv-box-earlier" not in clean and "tried to hide words" not in clean


def widths(record) -> list[float]:
    """How wide each place is, as the record remembers it."""
    return [
        sign["box"][2] - sign["box"][0] for sign in record.pages.get(n=1).signals if isinstance(sign, dict)
    ]


def test_every_way_of_failing_has_its_sentence():
    assert set(wording.EARLIER) == EARLIER_CODES
