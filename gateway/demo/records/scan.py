"""A typed memorandum that went through a copier: pictures of pages, no text at all."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.lib.utils import ImageReader

from gateway.demo import people
from gateway.demo.people import long_date
from gateway.demo.records.kinds import DemoRecord, Planted
from gateway.demo.sheet import FONT_DIR, HEIGHT, WIDTH, Sheet, build

_DPI = 200
_SIZE = (int(8.5 * _DPI), 11 * _DPI)
_WRITER, _HER = people.EMPLOYEES["corbin"], people.RESIDENTS["quintana"]

PLANTED = (
    Planted("Mexican citizen", "CITIZENSHIP", 1, "image"),
    Planted("Parral", "COUNTRY_OF_BIRTH", 1, "image"),
    Planted("entered without inspection", "ENTRY_HISTORY", 1, "image"),
    Planted("green card", "IMMIGRATION_DOCUMENT", 1, "image"),
    Planted("in removal proceedings", "IMMIGRATION_ENFORCEMENT", 2, "image"),
    Planted("Guatemalan consulate", "CONSULAR_CONTACT", 2, "image"),
    Planted("987654318", "A_NUMBER", 2, "image"),
)
STAYS = ("MEMORANDUM", "typewriter", "evidence room", "brown envelope", "Granary Road")
HARD_NEGATIVES = ("ice machine", "Las Cruces branch", "senior citizen")

_PAGES = (
    """
    I interviewed Marisol Quintana again at the front desk. She brought
    a brown envelope with the receipt, three letters and a picture of
    the door of Apartment 9. The letters were written on a typewriter
    that drops the letter e. I have seen the same fault in two other
    complaints about the office on Granary Road.

    I did not ask about her papers. She told me of her own will that
    she is a Mexican citizen, born in Parral, and that she
    entered without inspection as a young woman. Aldous made her
    write this down before he would show her the apartment, and asked
    whether she had a green card. He kept the sheet.

    She heard him say the same to a senior citizen in the hall, beside
    the ice machine. That tenant has since moved away and left no
    address.
    """,
    """
    The husband came in later the same day. He said that Aldous knew
    that he had been in removal proceedings and read his
    A-number 987654318 aloud from a file. I have not seen this file. If
    Aldous has it, he did not get it from this department.

    The family has been in touch with the Guatemalan consulate about
    a passport for the boy. They do not plan to travel.

    The money went from the account of Bluestem Property Group to the
    Las Cruces branch of a savings bank on the next morning. I have
    asked for the slip. The envelope is in the evidence room under the
    number of the report.

    Nothing in this memorandum should go to Aldous or to his lawyer
    before the District Attorney has read it.
    """,
)


def scanned_memo(today: date) -> DemoRecord:
    """Two pages of pixels: slightly turned, grey, with dust. Only OCR finds words in them."""
    day = today - timedelta(days=80)
    pictures = [_scan(_typed(day, page), page) for page in range(len(_PAGES))]

    def draw(sheet: Sheet) -> None:
        for page, picture in enumerate(pictures):
            if page:
                sheet.new_page()
            sheet.canvas.drawImage(ImageReader(io.BytesIO(picture)), 0, 0, WIDTH, HEIGHT)

    data = build(draw, title="Scan", author="Copier, second floor")
    return DemoRecord(
        name="scanned_memo",
        file_name="scan-0042.pdf",
        title="Memorandum on a second interview",
        layout="scan",
        department=_WRITER.department,
        custodian=_WRITER.name,
        record_class="police_report",
        subject=_HER.name,
        subject_born=_HER.born,
        day=day,
        pages=2,
        data=data,
        planted=PLANTED,
        stays=STAYS,
        hard_negatives=HARD_NEGATIVES,
        items={"sound_order": 1},
    )


def _typed(day: date, page: int) -> Sequence[str]:
    head = (
        [
            "COTTONWOOD MESA POLICE DEPARTMENT",
            "",
            "MEMORANDUM",
            "",
            f"Date:     {long_date(day)}",
            f"From:     Sgt. {_WRITER.name}",
            "To:       File",
            "Subject:  Second interview, Yarrow Street",
            "",
        ]
        if page == 0
        else ["- 2 -", ""]
    )
    body = [line.strip() for line in _PAGES[page].strip().splitlines()]
    return [*head, *body, *(["", "", f"A. Corbin, {_WRITER.title}"] if page else [])]


def _scan(lines: Sequence[str], page: int) -> bytes:
    """Type the lines, turn the sheet a little, add grain and dust, and return a JPEG."""
    font = ImageFont.truetype(str(FONT_DIR / "com_____.pfb"), 33)
    sheet = Image.new("L", _SIZE, 250)
    pen = ImageDraw.Draw(sheet)
    hand = random.Random(f"copier {page}")  # noqa: S311  # the same dust every time
    for row, line in enumerate(lines):
        pen.text(
            (190 + hand.uniform(-1, 1), 230 + row * 50 + hand.uniform(-1, 1)),
            line,
            font=font,
            fill=24,
            stroke_width=1 if line.isupper() else 0,
            stroke_fill=24,
        )
    x = hand.randint(60, 84)
    for y in (420, 1780):
        pen.ellipse((x, y, x + 34, y + 34), fill=214)  # punched holes
    turned = sheet.rotate(0.6 if page == 0 else -0.4, Image.Resampling.BICUBIC, fillcolor=246)
    for _ in range(140):
        x, y, size = hand.randint(0, _SIZE[0]), hand.randint(0, _SIZE[1]), hand.randint(1, 2)
        ImageDraw.Draw(turned).ellipse((x, y, x + size, y + size), fill=hand.randint(60, 190))
    soft = np.asarray(turned.filter(ImageFilter.GaussianBlur(0.6)), dtype=np.float64)
    shade = np.linspace(0, 9, _SIZE[0])[None, :]  # the lamp fades to the right
    grain = np.random.Generator(np.random.PCG64(page)).normal(0, 5, soft.shape)
    out = io.BytesIO()
    Image.fromarray(np.clip(soft - shade + grain, 0, 255).astype(np.uint8)).save(
        out, "JPEG", quality=58, dpi=(_DPI, _DPI)
    )
    return out.getvalue()
