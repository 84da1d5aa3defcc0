"""A long file is burned in runs of pages: each page as if it were alone, in memory that does not grow."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest
from reportlab.pdfgen.canvas import Canvas

from redaction import bench_set, decide, sandbox
from redaction.burn import apply_to, scratch
from redaction.burn.again import again
from redaction.burn.assemble import RUN_PAGES
from redaction.cage.document_frames import pack_document
from redaction.cage.plan_frames import pack_plan
from redaction.decide import replan
from redaction.types import Box, Decisions, Document, DrawnBox, PageFacts, Plan
from tests.redaction.burn import papers

PLACE = Box(72.0, 60.0, 300.0, 75.0)


def bare(pages: int) -> Document:
    """A document of letter pages of which nothing was read."""
    facts = tuple(PageFacts(n, 612.0, 792.0, 0, False, True) for n in range(1, pages + 1))
    return Document("0" * 64, "application/pdf", facts, ())


def planned(document: Document, numbers: range) -> Plan:
    """The same box on each of these pages."""
    drawn = tuple(DrawnBox(n, PLACE) for n in numbers)
    seen = frozenset(page.n for page in document.pages)
    return decide.plan(document, [], Decisions(drawn=drawn, pages_seen=seen))


def test_a_page_of_a_long_file_is_burned_as_if_it_were_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "PAGES_BEFORE_RENEWAL", 20)  # so that the file is opened anew on the way
    count = 2 * RUN_PAGES + 5
    pdf, document = bench_set.long_paper(3, count), bare(count)
    plan = planned(document, range(2, count, 3))
    some = [1, 2, RUN_PAGES, RUN_PAGES + 1, 2 * RUN_PAGES + 2, count]

    whole = apply_to(pdf, plan, document, io.BytesIO())
    alone = again(pdf, plan, document, some)

    assert [page.n for page in whole.pages] == list(range(1, count + 1))
    for page in alone:
        same = whole.pages[page["n"] - 1]
        assert (page["raster_sha256"], page["text_sha256"]) == (same.raster_sha256, same.text_sha256)


def test_boxes_come_back_in_the_order_they_were_planned_in() -> None:
    count = RUN_PAGES + 4
    pdf, document = bench_set.long_paper(3, count), bare(count)
    plan = planned(document, range(1, count + 1))
    mixed = replan(plan, plan.boxes[::-1])

    burned = apply_to(pdf, mixed, document, io.BytesIO()).plan

    assert [one.id for one in burned.boxes] == [one.id for one in mixed.boxes]
    assert burned.sha256 == mixed.sha256


def hidden_layer(pdf: bytes) -> bytes:
    """The page with a line more, in a layer that is switched off."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        layer = opened.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="Draft"))
        off = pikepdf.Dictionary(Name="D", OFF=pikepdf.Array([layer]), Order=pikepdf.Array([layer]))
        opened.Root.OCProperties = pikepdf.Dictionary(OCGs=pikepdf.Array([layer]), D=off)
        page = opened.pages[0]
        page.Resources["/Properties"] = pikepdf.Dictionary(Draft=layer)
        page.contents_add(b"/OC /Draft BDC q 0 0 0 rg 72 300 400 60 re f Q EMC")
        out = io.BytesIO()
        opened.save(out, static_id=True)
    return out.getvalue()


def test_a_layer_that_is_switched_off_stays_off_on_a_page_with_a_box() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(72, 720, "A line that is hidden.")
        canvas.drawString(72, 600, "A line that stays.")

    pdf = papers.paper(draw)
    plan = planned(bare(1), range(1, 2))

    burned = [apply_to(one, plan, bare(1), io.BytesIO()).pages[0] for one in (pdf, hidden_layer(pdf))]

    assert burned[0].raster_sha256 == burned[1].raster_sha256


def test_memory_does_not_grow_with_the_pages() -> None:
    """What a child holds at most, for a file and for one ten times as long: the difference is the
    output itself, twice, and the file."""
    peaks = []
    for pages in (20, 200):
        pdf, document = bench_set.long_paper(3, pages), bare(pages)
        body, blobs = pack_document(document)
        plan = pack_plan(planned(document, range(1, pages, 5)))
        sandbox.forget_self_test()
        limits = sandbox.StepLimits.for_pages(pages)
        reply = sandbox.run("burn", {"document": body, "plan": plan}, [pdf, *blobs], limits)
        peaks.append(sandbox.warm_use()[1] / 1024 - 3 * (len(reply.blobs[0]) + len(pdf)) / 1e6)
    sandbox.forget_self_test()

    assert peaks[1] - peaks[0] < 12  # MiB


def test_a_plan_of_no_box_is_given_back_as_it_is() -> None:
    document = bare(3)
    plan = replace(planned(document, range(0)), sha256="")

    assert apply_to(bench_set.long_paper(3, 3), plan, document, io.BytesIO()).plan is plan
