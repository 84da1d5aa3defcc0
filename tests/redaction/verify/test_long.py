"""A long file is verified in memory that its pages do not add to, and no page is passed over on the way."""

from __future__ import annotations

import pytest

from redaction import bench_set
from redaction.types import Box
from redaction.verify import survivors, texts
from redaction.verify.survivors import Source

PAGES = 7
PDF = bench_set.long_paper(3, PAGES)


def test_a_file_opened_anew_on_the_way_reads_and_draws_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = list(texts.pdfium_pages(PDF))
    source = Source(PDF)
    said = [(source.codes(n), source.grey(n, 36).tobytes()) for n in range(1, PAGES + 1)]
    assert len(whole) == PAGES == len(set(whole))

    for module in (survivors, texts):
        monkeypatch.setattr(module, "PAGES_BEFORE_RENEWAL", 3)

    assert list(texts.pdfium_pages(PDF)) == whole
    again = Source(PDF)
    assert [(again.codes(n), again.grey(n, 36).tobytes()) for n in range(1, PAGES + 1)] == said
    assert again.signs(1).under([Box(0, 0, 612, 792)]).all()  # back at the first page


def test_a_file_of_exactly_one_run_ends_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "PAGES_BEFORE_RENEWAL", PAGES)
    assert len(list(texts.pdfium_pages(PDF))) == PAGES
