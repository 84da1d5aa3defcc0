"""A person may widen what is hidden; only counsel may draw below the width of a class (G11)."""

from __future__ import annotations

import io

from reportlab.pdfgen.canvas import Canvas

from tests import factories
from workflows.flow.freezing import decisions_of
from workflows.records import review
from workflows.records.burning import decisions_from


def one_page() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    canvas.drawString(72, 700, "The truck was parked on Fourth Street.")
    canvas.save()
    return out.getvalue()


def test_a_box_of_an_officer_is_never_narrow_and_one_of_counsel_may_be(city: factories.City) -> None:
    record = factories.to_review(city, one_page()).records.get()
    review.draw(record.pk, 1, (72, 80, 80, 95), actor=city.officer)
    review.draw(record.pk, 1, (72, 80, 80, 95), actor=city.counsel)

    decisions = decisions_from(decisions_of(record))

    assert [one.narrow for one in decisions.drawn] == [False, True]
