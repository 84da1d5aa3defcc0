"""Signatures in ink: an image of a name as its owner might write it, always the same for the same name."""

from __future__ import annotations

import math
import random

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader

from gateway.demo.sheet import FONT_DIR, Sheet

_INK = (22, 34, 112)


def ink(name: str) -> Image.Image:
    """Return the signature of `name` as RGBA on a clear ground, trimmed to the ink."""
    hand = random.Random(name)  # noqa: S311  # a hand, not a secret
    font = ImageFont.truetype(str(FONT_DIR / "callig15.pfb"), 150)
    words = name.replace("  ", " ").replace(" ", "")  # written without lifting the pen
    width = int(font.getlength(words)) + 320
    mask = Image.new("L", (width, 340), 0)
    pen = ImageDraw.Draw(mask)
    pen.text((110, 70), words, font=font, fill=255, stroke_width=1, stroke_fill=255)
    end, base, sag = width - 170, 240 + hand.randint(-6, 10), hand.uniform(14, 24)
    tail = [(end - (end - 260) * t / 200, base + sag * math.sin(t / 200 * math.pi)) for t in range(201)]
    pen.line(tail, fill=255, width=4, joint="curve")
    slope, wave, phase = hand.uniform(0.02, 0.06), hand.uniform(2, 6), hand.uniform(0, 6)
    bent = Image.new("L", mask.size, 0)
    for column in range(0, width, 2):
        strip = mask.crop((column, 0, column + 2, 340))
        lift = int(slope * (width / 2 - column) + wave * math.sin(column / 90 + phase))
        bent.paste(strip, (column, lift))
    bent = bent.crop(bent.getbbox())
    picture = Image.new("RGBA", bent.size, (*_INK, 0))
    picture.putalpha(bent)
    return picture


def sign(sheet: Sheet, name: str, x: float, y: float, *, height: float = 34, most: float = 210) -> None:
    """Put the signature of `name` on the page, its foot a little under `y`."""
    picture = ink(name)
    width = min(most, height * picture.width / picture.height)
    height = width * picture.height / picture.width
    sheet.canvas.drawImage(ImageReader(picture), x, y - height * 0.1, width, height, mask="auto")
