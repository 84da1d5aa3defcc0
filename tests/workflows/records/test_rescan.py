"""A record can be read again until its manifest is frozen, and what people decided is not lost."""

from __future__ import annotations

import io

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests import factories
from workflows.errors import WrongState
from workflows.flow.advance import advance
from workflows.records import actions, review


def one_page() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawString(72, 700, "Citizenship: Guatemala")
    canvas.save()
    return out.getvalue()


def test_reading_again_keeps_decisions_on_the_same_claims(city: factories.City) -> None:
    matter = factories.to_review(city, one_page())
    record = matter.records.get()
    review.see_page(record.pk, 1, actor=city.officer)
    finding = record.findings.first()
    assert finding is not None
    review.decide(record.pk, finding.pk, "redact", actor=city.officer)

    actions.retry_scan(record.pk, actor=city.officer)
    with pytest.raises(WrongState):
        actions.retry_scan(record.pk, actor=city.officer)
    factories.work()

    record.refresh_from_db()
    assert record.state == "readable"
    assert record.findings.get(key=finding.key).decided_by == city.officer
    assert record.pages.get().seen_by == city.officer
    factories.review_all(city, matter)
    advance(matter.pk, "freeze", actor=city.officer)
    with pytest.raises(WrongState):
        actions.retry_scan(record.pk, actor=city.officer)
