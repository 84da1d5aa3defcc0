"""Counsel's sample: all pages with high risk, the others by a lot that nobody chooses, with its bound."""

from __future__ import annotations

import html

import pytest
from django.db import transaction
from django.urls import reverse

from gateway.web.counsel_sample import KEPT, layers, sample, upper_bound
from tests import factories
from tests.benchmarks.large_matter import Shape, grow
from tests.gateway.web.conftest import SignedIn
from workflows.audit import log
from workflows.flow.advance import advance
from workflows.jobs.models import Job
from workflows.matters.models import Matter
from workflows.records import review
from workflows.releases.queries import current_manifest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("drawn", "of", "bound"),
    [(0, 10, 1.0), (59, 1000, 0.0495), (30, 1000, 0.095), (10, 10, 0.0), (0, 0, 0.0)],
)
def test_the_bound_is_what_a_draw_without_a_fault_rules_out(drawn: int, of: int, bound: float) -> None:
    assert upper_bound(drawn, of) == pytest.approx(bound, abs=0.001)
    if 0 < drawn < of:
        assert (1 - upper_bound(drawn, of)) ** drawn == pytest.approx(0.05)


def test_counsel_sees_what_to_look_at_and_who_decided_what(
    city: factories.City, collecting: Matter, as_person: SignedIn
) -> None:
    factories.attest(city, collecting)
    record = factories.take_in(city, collecting, b"%PDF one")
    grow(collecting, record, Shape(records=1, pages=3, findings=4, crowd=4))
    Job.objects.filter(kind="record.scan").update(state="done")
    advance(collecting.pk, "finish_search", actor=city.officer)
    kept = record.findings.filter(tier=2, page_n=2).first()
    review.decide(record.pk, kept.pk, "keep", actor=city.officer, reason="A word of the form itself")
    review.draw(record.pk, 3, (20, 20, 90, 60), actor=city.counsel)
    factories.review_all(city, collecting)
    advance(collecting.pk, "freeze", actor=city.officer)
    manifest = current_manifest(collecting)

    one = sample(manifest, city.counsel, 1)
    assert [(look.page, look.why) for look in one.risky] == [(2, (KEPT,))]
    assert len(one.drawn) == 1 and one.rest == 2 and one.drawn[0].page in (1, 3)
    assert one.drawn == sample(manifest, city.counsel2, 1).drawn  # the same for everybody
    assert [look.page for look in sample(manifest, city.counsel, 59).drawn] == [1, 3]
    assert layers(manifest)[0].counts == {"redact_officer": 11, "keep_officer": 1, "box_counsel": 1}

    counsel, brief = as_person("counsel"), reverse("web:brief", args=[collecting.pk])
    text = html.unescape(counsel.get(brief).content.decode())
    assert "3 of them you have not seen as they would leave" in text and KEPT in text and "Deadlines" in text
    # the page as received is sent ahead and says nothing; the result does
    for kind, left in (("record", 3), ("rendition", 2)):
        with transaction.atomic():
            log.record(
                "page.viewed", actor=city.counsel, matter=collecting, obj=(kind, "0" * 64),
                facts={"refs": {"record": record.pk}, "counts": {"page": 2}},
            )  # fmt: skip
        assert sample(manifest, city.counsel, 59).left == left
    text = html.unescape(counsel.get(f"{brief}?draw=30").content.decode())
    assert "2 of them you have not seen as they would leave" in text and "<b>30</b>" in text
