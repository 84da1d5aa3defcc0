"""A signature that is the very picture of another one is pointed out to whoever checks the paper."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from gateway.demo.papers.pen import ink
from gateway.web.papers import REUSE_WORDS
from redaction import pipeline
from tests import factories
from workflows.flow import papers as paper_acts
from workflows.instruments.models import Instrument
from workflows.instruments.queries import reuse_alarms
from workflows.instruments.signature_ink import alike, read_ink

FIRST, SECOND = "Thaddeus O. Marchbank", "Rosalind V. Sterne"


def order(signer: str, docket: str, hand: Image.Image | None, *, at: float = 300, high: float = 36) -> bytes:
    """A short order with a picture of a signature on the line above the signer's name."""
    page = io.BytesIO()
    canvas = Canvas(page, invariant=True)
    canvas.setFont("Times-Roman", 12)
    for n, line in enumerate((
        "UNITED STATES DISTRICT COURT", "DISTRICT OF NEW MEXICO", f"No. {docket}", "ORDER",
        "IT IS ORDERED that the City of Cottonwood Mesa shall produce the reports of the incident.",
        "SO ORDERED this 3rd day of November, 2026.",
    )):  # fmt: skip
        canvas.drawString(72, 740 - 24 * n, line)
    if hand is not None:
        canvas.drawImage(ImageReader(hand), at, 500, high * hand.width / hand.height, high, mask="auto")
    canvas.line(290, 502, 520, 502)
    canvas.drawString(290, 486, signer)
    canvas.drawString(290, 472, "United States District Judge")
    canvas.save()
    return page.getvalue()


def scanned(data: Image.Image) -> Image.Image:
    """The picture as a poor scanner gives it back: smaller, softer, with specks."""
    small = data.resize((data.width // 2, data.height // 2), Image.Resampling.BILINEAR)
    alpha = np.asarray(small.getchannel("A")).copy()
    alpha[np.random.default_rng(5).random(alpha.shape) < 0.002] = 255
    small.putalpha(Image.fromarray(alpha))
    return small


def filed(city: factories.City, *papers: bytes) -> list[Instrument]:
    """Each paper on a matter of its own, and read."""
    rows = [
        paper_acts.file_paper(
            factories.open_request(city).pk, data, actor=city.client, media_type="application/pdf"
        )
        for data in papers
    ]
    factories.work()
    for row in rows:
        row.refresh_from_db()
    return rows


def test_one_picture_under_two_names_or_in_two_cases_is_an_alarm_and_two_hands_are_none(
    city: factories.City,
) -> None:
    copied, own = ink(FIRST), ink(SECOND)
    first, of_another, elsewhere, second, bare = filed(
        city,
        order(FIRST, "1:26-mc-00012", copied),
        order(SECOND, "1:26-mc-00044", scanned(copied), at=318, high=30),
        order(FIRST, "1:26-mc-00077", copied, at=296, high=40),
        order(SECOND, "1:26-mc-00091", own),
        order(SECOND, "1:26-mc-00092", None),
    )
    assert bare.reading["ink"] is None and not reuse_alarms(bare)
    pictures = [paper.reading["ink"] for paper in (first, of_another, elsewhere, second)]
    assert [alike(pictures[0], other) for other in pictures] == [True, True, True, False]
    assert not any(sign.isdigit() for sign in pictures[0]["cells"])
    assert reuse_alarms(of_another) == reuse_alarms(first) == ["ink_of_another"]
    assert {"ink_of_another", "same_ink"} <= REUSE_WORDS.keys()  # the page has words for both
    assert reuse_alarms(second) == []
    Instrument.objects.filter(pk=of_another.pk).update(reading={**of_another.reading, "ink": None})
    assert reuse_alarms(first) == reuse_alarms(elsewhere) == ["same_ink"]
    # What a person confirmed goes before what was read.
    Instrument.objects.filter(pk=elsewhere.pk).update(docket="1:26-mc-00012")
    assert reuse_alarms(first) == []


def test_a_tilted_noisy_scan_shows_the_same_picture_and_another_hand_stays_another(tmp_path: Path) -> None:
    sound = _ink_of(order(FIRST, "1:26-mc-00012", ink(FIRST)), FIRST, tmp_path)
    copy = _ink_of(as_scan(order(SECOND, "1:26-mc-00044", ink(FIRST)), tmp_path), SECOND, tmp_path)
    assert sound and copy and alike(sound, copy)
    other = _ink_of(order(SECOND, "1:26-mc-00044", ink(SECOND)), SECOND, tmp_path)
    assert other and not alike(sound, other) and not alike(copy, other)


def as_scan(data: bytes, folder: Path) -> bytes:
    """The one page of a paper as a picture: 200 dpi, askew, with noise."""
    (folder / "sound").write_bytes(data)
    (png,) = pipeline.page_images(folder / "sound", 200, pages=1)
    page = Image.open(io.BytesIO(png)).convert("L").rotate(0.4, Image.Resampling.BICUBIC, fillcolor=255)
    grain = np.random.default_rng(1).normal(0, 12, (page.height, page.width))
    noisy = Image.fromarray((np.asarray(page) + grain).clip(0, 255).astype(np.uint8))
    made = io.BytesIO()
    canvas = Canvas(made, pagesize=(595, 842))
    canvas.drawImage(ImageReader(noisy), 0, 0, 595, 842)
    canvas.save()
    return made.getvalue()


def _ink_of(data: bytes, signer: str, folder: Path) -> dict[str, Any] | None:
    (folder / "paper").write_bytes(data)
    scan = pipeline.scan(folder / "paper")
    pages = list(pipeline.page_images(folder / "paper", pages=1))
    return read_ink(scan.document, lambda n: pages[n - 1], signer)
