"""Images become pages; what else an image file says (camera, place, remarks) is listed beside them."""

from __future__ import annotations

import io
import warnings
from typing import Any

from redaction.errors import Rejected
from redaction.intake.aside import Asides
from redaction.intake.pages import LETTER_PT

_FORMATS = ("PNG", "JPEG", "TIFF")
# How the pixels are packed: nothing anybody wrote.
_TECHNICAL = frozenset({
    "adobe", "adobe_transform", "aspect", "bbox", "bit_depth", "blend", "chromaticity", "compression",
    "default_image", "depth_images", "disposal", "dpi", "duration", "gamma", "interlace", "jfif",
    "jfif_density", "jfif_unit", "jfif_version", "loop", "mp", "mpinfo", "mpoffset", "primary",
    "progression", "progressive", "resolution", "srgb", "timestamp", "transparency",
    "exif", "icc_profile", "photoshop", "aux", "thumbnails", "metadata", "original_orientation",
    "camera_intrinsic_matrix", "camera_extrinsic_matrix", "nclx_profile",
})  # fmt: skip


def images_to_pdf(data: bytes, found: Asides, *, image_px: int, pages: int) -> bytes:
    """One page per frame, in the frame's own size where it names a resolution, at most letter
    size in its longer side otherwise. Raises Rejected(`malformed`, `over_limits`, `no_converter` for
    HEIC where its decoder is not installed)."""
    from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    warnings.simplefilter("ignore")
    formats = _formats(data)
    Image.MAX_IMAGE_PIXELS = None  # our own limit is checked before any pixel is decoded
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    try:
        with Image.open(io.BytesIO(data), formats=formats) as image:
            if _has_frame(image, pages):
                raise Rejected("over_limits")
            for frame in ImageSequence.Iterator(image):
                if frame.width * frame.height > image_px:
                    raise Rejected("over_limits")
                _list_metadata(frame, found)
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


def _has_frame(image: Any, number: int) -> bool:
    """True when there is a frame of this number, counted from 0; no further ones are looked for."""
    try:
        image.seek(number)
    except EOFError:
        return False
    finally:
        image.seek(0)
    return True


def _formats(data: bytes) -> tuple[str, ...]:
    """What Pillow may try; it learns HEIC when there is one."""
    if data[4:8] != b"ftyp":
        return _FORMATS
    try:
        import pi_heif
    except ImportError:
        raise Rejected("no_converter") from None
    pi_heif.options.DECODE_THREADS = 1
    pi_heif.register_heif_opener()
    return ("HEIF",)


def _page_size(size_px: tuple[int, int], dpi: object) -> tuple[float, float]:
    width, height = float(size_px[0]), float(size_px[1])
    if isinstance(dpi, tuple) and len(dpi) == 2 and 50 <= float(dpi[0]) <= 1200:
        scale = 72.0 / float(dpi[0])
        if min(width, height) * scale >= 36 and max(width, height) * scale <= 1224:
            return width * scale, height * scale
    scale = LETTER_PT[1] / max(width, height)
    return max(width * scale, 3.0), max(height * scale, 3.0)


def _list_metadata(frame: Any, found: Asides) -> None:
    """Text chunks, remarks, XMP and EXIF values."""
    from PIL import ExifTags

    for key, value in frame.info.items():
        name = str(key).lower()
        if name in _TECHNICAL:
            continue
        found.add("metadata", f"{key}: {_said(value)}" if _said(value) else "")
    for kind in ("thumbnails", "aux", "depth_images"):
        found.count("thumbnails", len(frame.info.get(kind) or ()))
    for extra in frame.info.get("metadata") or ():
        found.add("metadata", _said(extra.get("data", b"")))
    exif = frame.getexif()
    tables = [(exif, ExifTags.TAGS)]
    for pointer, names in ((0x8769, ExifTags.TAGS), (0x8825, ExifTags.GPSTAGS)):
        tables.append((exif.get_ifd(pointer), names))
    for table, names in tables:
        for tag, value in table.items():
            said = _said(value)
            if said:
                found.add("metadata", f"{names.get(tag, tag)}: {said}")


def _said(value: object) -> str:
    """A value as text; bytes only where they are text."""
    if isinstance(value, bytes):
        value = value.removeprefix(b"ASCII\x00\x00\x00").removeprefix(b"UNICODE\x00").rstrip(b"\x00")
        try:
            value = value.decode()
        except UnicodeDecodeError:
            return ""
    text = str(value).strip("\x00 ")
    return text if any(c.isalnum() for c in text) else ""
