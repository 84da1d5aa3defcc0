"""How a page image becomes bytes: fax data, palettes, and what PDFium measures in bulk."""

from __future__ import annotations

import io
import zlib
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import pytest
from PIL import Image, TiffImagePlugin
from reportlab.pdfgen.canvas import Canvas

from redaction.burn import encode, flate
from redaction.burn.indexed import SMALL, to_palette
from redaction.burn.measure import measure
from tests.redaction.burn import papers

TO_READER = (1.0, 0.0, 0.0, -1.0, 0.0, 792.0)


def _page(width: int, height: int, seed: int = 1) -> np.ndarray:
    """Grey paper with lines, letters' worth of noise and an empty part."""
    page = np.full((height, width), 255, np.uint8)
    noise = np.random.default_rng(seed)
    page[: height // 2] = np.where(noise.random((height // 2, width)) < 0.1, 0, 255)
    page[height // 2 :: 7] = 40
    page[:, width // 3] = 90
    return page


def _coloured(page: np.ndarray) -> np.ndarray:
    """Red, green, blue as PDFium draws them."""
    return np.dstack([page[..., ::-1], np.full(page.shape[:2], 255, np.uint8)])


def _as_saved(page: np.ndarray) -> bytes:
    """The fax data of Pillow's own TIFF, ink as 1."""
    height, width = page.shape
    image = Image.frombytes("1", (width, height), np.packbits(page < encode.THRESHOLD, axis=1).tobytes())
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[278] = height
    out = io.BytesIO()
    image.save(out, format="TIFF", compression="group4", tiffinfo=tags)
    with Image.open(out) as opened:
        tiff = out.getvalue()
        start, size = opened.tag_v2[273][0], opened.tag_v2[279][0]  # type: ignore[attr-defined]
        return tiff[start : start + size]


@pytest.mark.parametrize(("width", "height"), [(1, 1), (8, 3), (9, 5), (1700, 2200), (1701, 40), (2551, 17)])
def test_the_fax_data_is_what_pillow_saves(width: int, height: int) -> None:
    page = _page(width, height)
    raster = encode.ccitt(page)
    assert raster.data == _as_saved(page)
    assert f"/Columns {width} /Rows {height}" in raster.keys


@pytest.mark.parametrize("width", [1, 2, 7, 30])
def test_two_pixels_share_a_byte_and_rows_end_with_one(width: int) -> None:
    page = (np.arange(3 * width, dtype=np.uint8) % 16 * 17).reshape(3, width)
    rows = np.frombuffer(zlib.decompress(encode.grey4(page).data), np.uint8).reshape(3, -1)
    assert rows.shape[1] == (width + 1) // 2
    pixels = np.stack((rows >> 4, rows & 15), axis=2).reshape(3, -1)
    assert (pixels[:, :width] * 17 == page).all()
    assert not pixels[:, width:].any()


@pytest.mark.parametrize("width", [1, 3, 300, 1700, 40_000])
def test_rows_like_the_one_above_come_back_as_they_were(width: int) -> None:
    """Bare paper, one row over and over (nearer or further than a match may reach back), and rows
    that no two of are alike; first, last and between each other."""
    noise = np.random.default_rng(width)
    paper = np.full((1 + 9000 // width, width), 17, np.uint8)
    row = np.repeat(noise.integers(0, 256, (1, width), np.uint8), len(paper) + 3, axis=0)
    letters = noise.integers(0, 3, (4, width), np.uint8)
    for parts in (
        [paper],
        [row],
        [letters],
        [paper, letters, row],
        [letters, paper, row, letters, paper + 1],
    ):
        rows = np.vstack(parts)
        packed = flate.deflated(rows)
        assert zlib.decompress(packed) == rows.tobytes()
        assert packed == flate.deflated(rows.copy())


def test_a_run_of_any_length_and_distance_is_coded_without_a_byte_too_many() -> None:
    before = np.random.default_rng(3).integers(0, 256, 1 << 15, np.uint8).tobytes()
    coder = zlib.compressobj(flate.LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    head, end = coder.compress(before) + coder.flush(zlib.Z_FULL_FLUSH), coder.flush()
    for distance in (1, 2, 4, 5, 6, 9, 257, 1275, 1700, 24_577, 1 << 15):
        for count in (*range(flate.LEAST_BYTES, flate.LEAST_BYTES + 259), 3_740_000):
            told = zlib.decompress(head + flate._repeated(count, distance) + end, -zlib.MAX_WBITS)
            assert len(told) == len(before) + count
            assert told[distance:][-count:] == told[:-distance][-count:]


def test_bare_paper_takes_a_thousandth_of_its_bytes() -> None:
    assert len(flate.deflated(np.full((2200, 1700), 1, np.uint8))) <= 2200 * 1700 // 1000


def test_a_form_in_two_inks_takes_sixteen_colours_and_each_of_them_is_on_it() -> None:
    page = np.full((300, 400, 3), 255, np.uint8)
    shades = np.linspace(0, 255, 17).astype(np.uint8)
    for at, shade in enumerate(shades):  # letters in black and in blue, from full ink to paper
        page[20:60, 20 * at : 20 * at + 4] = shade
        page[80:120, 20 * at : 20 * at + 4] = (shade, shade, 255)
    page[150:250] = (224, 235, 247)  # a shaded part
    indices, colours = to_palette(_coloured(page))
    assert len(colours) <= SMALL
    assert colours[:2].tolist() == [[0, 0, 0], [255, 255, 255]]
    assert set(range(2, len(colours))) <= set(np.unique(indices).tolist())
    shown = colours[indices].astype(int)
    assert (np.abs(shown[150:250] - page[150:250]).sum(axis=2) <= 3).all()
    assert np.abs(shown - page).sum(axis=2).max() <= 60 + 24  # a code's own width besides


def test_a_page_of_many_shades_takes_more_than_sixteen_and_misses_none_of_them() -> None:
    ramp = np.linspace(0, 255, 600).astype(np.uint8)
    across, down = np.meshgrid(ramp, ramp[::2])
    page = np.dstack([across, down, np.full(across.shape, 90, np.uint8)])
    indices, colours = to_palette(_coloured(page))
    assert SMALL < len(colours) <= 256
    assert set(range(2, len(colours))) <= set(np.unique(indices).tolist())
    assert np.abs(colours[indices].astype(int) - page).sum(axis=2).max() <= 60


def test_a_little_red_is_still_red() -> None:
    page = np.full((600, 600, 3), 255, np.uint8)
    page[100:500:3] = 0
    page[40:50, 40:60] = (190, 20, 30)
    indices, colours = to_palette(_coloured(page))
    assert (np.abs(colours[indices[40:50, 40:60]].astype(int) - (190, 20, 30)).sum(axis=2) <= 24).all()


def test_characters_measured_together_are_where_each_is_alone(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for at, (font, size) in enumerate((("Helvetica", 11), ("Times-Roman", 7.5), ("Courier", 18))):
            canvas.setFont(font, size)
            canvas.drawString(72, 700 - 40 * at, "Words of one size, and of another")
        canvas.rotate(20)
        canvas.drawString(300, 300, "turned")

    with pdfium.PdfDocument(papers.paper(draw)) as pdf:
        textpage = pdf[0].get_textpage()
        every = range(textpage.count_chars())
        together = measure(textpage, every, TO_READER)
        shown = [at for at in every if textpage.get_text_range(at, 1).strip()]
        for at in shown:
            alone = measure(textpage, [at], TO_READER)
            assert np.array_equal(alone.cores[0], together.cores[at])
            assert alone.sizes[0] == together.sizes[at]
        assert len({round(float(together.sizes[at]), 1) for at in shown}) == 3
        textpage.close()
