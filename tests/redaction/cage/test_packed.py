"""Packed places are the values they were made of, and cross from parent to child as they are."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest

from redaction.cage.document_frames import pack_document, pack_texts, unpack_document, unpack_texts
from redaction.cage.packed import Packed
from redaction.errors import Quarantined
from redaction.types import Box, Document, PageText, TextSource

CELLS = (Box(1.5, 2.25, 3.125, 4.0), None, Box(10.001, 2.0, 11.0, 4.0))
TEXT = PageText(TextSource.PDFIUM, 1, "a b", CELLS, (12.0, None, 11.5))
BARE = PageText(TextSource.METADATA, None, "no place")


def there_and_back(*texts: PageText) -> list[PageText]:
    return unpack_texts(*pack_texts(texts))


def test_what_a_child_reads_is_the_same_in_the_parent_and_in_the_next_child():
    read = there_and_back(TEXT, BARE)
    document = Document("0" * 64, "application/pdf", (), tuple(read))

    assert read == [TEXT, BARE]
    assert isinstance(read[0].cells, Packed)
    assert unpack_document(*pack_document(document)).texts == (TEXT, BARE)
    assert unpack_document(*pack_document(replace(document, texts=(TEXT, BARE)))).texts == (TEXT, BARE)


def test_packed_places_behave_as_the_tuple_they_stand_for():
    cells = there_and_back(TEXT)[0].cells

    assert (len(cells), list(cells), cells[0], cells[-1], cells[1:]) == (
        3,
        list(CELLS),
        *CELLS[::2],
        CELLS[1:],
    )
    assert hash(cells) == hash(CELLS)
    assert cells == CELLS
    assert cells != CELLS[:2]


def test_a_long_text_takes_a_fraction_of_its_numbers():
    row = [
        Box(72 + 5.5 * at % 400, 700 - at // 72 * 14, 77 + 5.5 * at % 400, 712 - at // 72 * 14)
        for at in range(3000)
    ]
    text = PageText(TextSource.PDFIUM, 1, "x" * 3000, tuple(row), (11.0,) * 3000)

    packed = there_and_back(text)[0]

    assert len(packed.cells.data) + len(packed.sizes.data) < 16 * 3000 / 2


@pytest.mark.parametrize(
    "numbers", [[2.0, 1.0, 1.0, 2.0], [0.0, 0.0, 1e9, 1.0], [0.0, float("nan"), 1.0, 1.0]]
)
def test_a_place_that_is_none_is_refused_when_it_arrives(numbers):
    head = {"source": "pdfium", "page": 1, "text": "x"}

    with pytest.raises(Quarantined, match="child_failed"):
        unpack_texts([head], [array("f", numbers).tobytes(), b""])


def test_numbers_that_do_not_fit_the_text_are_refused():
    with pytest.raises(Quarantined, match="child_failed"):
        unpack_texts(
            [{"source": "pdfium", "page": 1, "text": "xy"}], [array("f", [0, 0, 1, 1]).tobytes(), b""]
        )
    with pytest.raises(ValueError, match="places"):
        list(Packed.of(array("f", [0, 0, 1, 1]).tobytes(), 2, 4))
