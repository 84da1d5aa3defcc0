"""Text becomes pages, by our own writer: nothing in it is executed, evaluated or fetched."""

from __future__ import annotations

import io
import re
import unicodedata
from pathlib import Path

from redaction.errors import Rejected

LETTER_PT = (612.0, 792.0)
MARGIN_PT = 54.0
FONT_PT = 9.0
LINE_PT = 12.0
# The first that exists is used; the last comes with reportlab. Latin only, so text it cannot
# draw is refused rather than shown with gaps.
FONTS = (
    "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf",
    "/usr/share/fonts/dejavu/DejaVuSansMono.ttf",
    "Vera.ttf",
)
PACKED_LINES = 6
_UUENCODED = re.compile(r"(?m)^begin(?:-base64)? [0-7]{3,4} \S")
_PACKED = re.compile(r"(?=[A-Za-z0-9+/_-]*[0-9+/])(?=[A-Za-z0-9+/_-]*[A-Z])[A-Za-z0-9+/_-]{40,}={0,2}")
_UNSEEN = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")  # joiners and break hints: no ink


def decode(data: bytes) -> str:
    """Text in UTF-8, UTF-16 with a byte order mark, or Windows-1252. Raises Rejected("malformed")."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Rejected("malformed")


def drawable(text: str, has_glyph: dict[int, str] | dict[int, int]) -> str:
    """The text with every sign that the font lacks written as its number, `[U+1F600]`.

    Letters, marks and digits are never written so: a name in another script must be read by a
    person from the page. Raises Rejected("no_converter") for them, and for controls.
    """
    said = []
    for character in text:
        if character in "\n\f" or ord(character) in has_glyph:
            said.append(character)
        elif character in _UNSEEN:
            continue
        elif unicodedata.category(character)[0] in "SPZ" or unicodedata.category(character) == "Cf":
            said.append(f"[U+{ord(character):04X}]")
        elif unicodedata.name(character, "").startswith("VARIATION SELECTOR"):
            continue
        else:
            raise Rejected("no_converter")
    return "".join(said)


def holds_encoded_file(text: str) -> bool:
    """True for text with a file packed into its lines (uuencode, base64): nobody could read it there,
    and whoever gets the pages could unpack it."""
    if _UUENCODED.search(text):
        return True
    run = 0
    for line in text.splitlines():
        run = run + 1 if _PACKED.fullmatch(line.strip()) else 0
        if run >= PACKED_LINES:
            return True
    return False


def text_to_pdf(text: str, *, pages: int) -> bytes:
    """The text in a fixed-width face, lines wrapped at the margin, form feeds as page ends.

    Raises Rejected: `no_converter` when a letter has no glyph in any font at hand, `over_limits`.
    """
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    path = next(p for p in FONTS if not p.startswith("/") or Path(p).exists())
    face = TTFont("Body", path)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\v", "\n").expandtabs(8)
    text = drawable(text, face.face.charToGlyph)
    pdfmetrics.registerFont(face)
    widths = {c: face.stringWidth(c, FONT_PT) for c in set(text) - {"\n", "\f"}}
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=LETTER_PT, invariant=1)
    per_page = int((LETTER_PT[1] - 2 * MARGIN_PT) / LINE_PT)
    sheets = 0
    for part in text.split("\f"):
        lines = [piece for line in part.split("\n") for piece in _wrap(line, widths)]
        for start in range(0, len(lines), per_page):
            sheets += 1
            if sheets > pages:
                raise Rejected("over_limits")
            canvas.setFont("Body", FONT_PT)
            for row, line in enumerate(lines[start : start + per_page]):
                canvas.drawString(MARGIN_PT, LETTER_PT[1] - MARGIN_PT - FONT_PT - row * LINE_PT, line)
            canvas.showPage()
    canvas.save()
    return out.getvalue()


def _wrap(line: str, widths: dict[str, float]) -> list[str]:
    """Pieces that fit the text width, broken at a space where one is near."""
    room = LETTER_PT[0] - 2 * MARGIN_PT
    pieces: list[str] = []
    start = 0
    while True:
        used, cut = 0.0, len(line)
        for at in range(start, len(line)):
            used += widths.get(line[at], 0.0)
            if used > room:
                cut = at
                break
        if cut == len(line):
            return [*pieces, line[start:]]
        space = line.rfind(" ", start + (cut - start) // 2, cut)
        cut = space + 1 if space > start else cut
        pieces.append(line[start:cut].rstrip())
        start = cut
