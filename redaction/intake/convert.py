"""Images and texts become PDFs, inside the cage. Nothing in them is executed or fetched."""

from __future__ import annotations

import email
import email.policy
import io
import warnings
from pathlib import Path

from redaction.errors import Quarantined, Rejected
from redaction.intake import sniff

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


def convert(data: bytes, media_type: str, *, image_px: int, pages: int) -> tuple[bytes, str]:
    """(PDF, the text it was made from: empty for images).

    Raises Rejected (`malformed`, `over_limits`, `no_converter`, `unsupported_type`),
    Quarantined("child_failed") for mail with attachments.
    """
    if media_type in sniff.IMAGES:
        return images_to_pdf(data, image_px=image_px, pages=pages), ""
    if media_type == sniff.EML:
        text = mail_text(data)
    elif media_type in sniff.TEXTS:
        text = decode(data)
    else:
        raise Rejected("unsupported_type")
    return text_to_pdf(text, pages=pages), text


def images_to_pdf(data: bytes, *, image_px: int, pages: int) -> bytes:
    """One page per frame, in the frame's own size where it names a resolution, at most letter
    size in its longer side otherwise."""
    from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked before any pixel is decoded
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF")) as image:
            if getattr(image, "n_frames", 1) > pages:
                raise Rejected("over_limits")
            for frame in ImageSequence.Iterator(image):
                if frame.width * frame.height > image_px:
                    raise Rejected("over_limits")
                upright = ImageOps.exif_transpose(frame).convert("RGBA")
                flat = Image.new("RGB", upright.size, "white")
                flat.paste(upright, mask=upright.getchannel("A"))
                width, height = _page_size(flat.size, frame.info.get("dpi"))
                canvas.setPageSize((width, height))
                canvas.drawImage(ImageReader(flat), 0, 0, width, height)
                canvas.showPage()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise Rejected("malformed") from None
    canvas.save()
    return out.getvalue()


def _page_size(size_px: tuple[int, int], dpi: object) -> tuple[float, float]:
    width, height = float(size_px[0]), float(size_px[1])
    if isinstance(dpi, tuple) and len(dpi) == 2 and 50 <= float(dpi[0]) <= 1200:
        scale = 72.0 / float(dpi[0])
        if min(width, height) * scale >= 36 and max(width, height) * scale <= 1224:
            return width * scale, height * scale
    scale = LETTER_PT[1] / max(width, height)
    return max(width * scale, 3.0), max(height * scale, 3.0)


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


def mail_text(data: bytes) -> str:
    """Every header field and the text body of a message.

    An attachment cannot follow as pages yet, so a message that has one is withheld.
    """
    message = email.message_from_bytes(data, policy=email.policy.default)
    lines = [f"{name}: {value}" for name, value in message.items()]
    bodies = []
    for part in message.walk():
        if part.is_multipart():
            continue
        if part.is_attachment() or part.get_content_maintype() != "text":
            raise Quarantined("child_failed")
        payload = part.get_payload(decode=True)
        charset = part.get_content_charset() or "utf-8"
        if not isinstance(payload, bytes):
            raise Rejected("malformed")
        try:
            bodies.append(payload.decode(charset))
        except (LookupError, UnicodeDecodeError):
            bodies.append(decode(payload))
    return "\n".join(lines) + "\n\n" + "\n\n".join(bodies)


def text_to_pdf(text: str, *, pages: int) -> bytes:
    """The text in a fixed-width face, lines wrapped at the margin, form feeds as page ends.

    Raises Rejected("no_converter") when a character has no glyph in any font at hand.
    """
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    path = next(p for p in FONTS if not p.startswith("/") or Path(p).exists())
    face = TTFont("Body", path)
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(8)
    drawn = {c for c in text if c not in "\n\f" and ord(c) not in (0x200B, 0xFEFF)}
    if any(ord(c) not in face.face.charToGlyph for c in drawn):
        raise Rejected("no_converter")
    pdfmetrics.registerFont(face)
    widths = {c: face.stringWidth(c, FONT_PT) for c in drawn}
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
    while True:
        used = 0.0
        cut = len(line)
        for at, character in enumerate(line):
            used += widths.get(character, 0.0)
            if used > room:
                cut = at
                break
        if cut == len(line):
            return [*pieces, line]
        space = line.rfind(" ", cut // 2, cut)
        cut = space + 1 if space > 0 else cut
        pieces.append(line[:cut].rstrip())
        line = line[cut:]
