"""Encode one page image: CCITT group 4, 4-bit grey, palette or JPEG.

Everything is chosen from the page after its glyphs were dropped (redaction.md, G9), so the
choice says nothing about what was removed. Pixels are `uint8` arrays, rows from the top:
grey (h, w) with 255 white, colour (h, w, 4) as PDFium draws it fastest (blue, green, red, unused),
palette indices (h, w).
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, TiffImagePlugin

from redaction.burn.flate import deflated
from redaction.burn.indexed import to_palette

Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

CHROMA = 16  # difference between channels from which a 36-dpi pixel counts as coloured
MANY_COLOURS = 400  # distinct 5-bit colours at 36 dpi from which a page may be a photograph
THRESHOLD = 160  # grey below this is ink on a 1-bit page; over half keeps thin rules alive
FAINT = 232  # grey below this is something a reader can see
SOLID = 48  # grey below this is black to a reader
CELL_PX, BLOCK_CELLS = 3, 5
BAND_PX = 64 * CELL_PX
JPEG_QUALITY = 80
_GROUP_4, _CHUNK = 4, 1 << 20  # libtiff's number for it; bytes asked for at once
_AROUND, _THREE_ACROSS = np.ones((3, 3), np.uint8), np.ones((1, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Raster:
    """An encoded page image. `keys` are the dictionary entries that belong to the codec."""

    width: int
    height: int
    codec: str
    keys: str
    data: bytes


def kind_of(preview: Pixels) -> str:
    """`grey`, `colour` or `photo`, from a 36-dpi colour render."""
    blue, green, red, _ = cv2.split(preview)
    spread = cv2.subtract(cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue))
    if not bool((spread > CHROMA).any()):
        return "grey"
    five_bits = cv2.cvtColor(preview, cv2.COLOR_BGRA2BGR555).view(np.uint16) & 0x7FFF
    if np.count_nonzero(np.bincount(five_bits.ravel())) > MANY_COLOURS and not _palette_serves(preview):
        return "photo"
    return "colour"


def _palette_serves(preview: Pixels) -> bool:
    """True where a palette shows a page of many colours better than a JPEG does, in fewer bytes: the
    page is letters and drawings, and a JPEG of those is several times the size and not as sharp."""
    indices, colours = to_palette(preview)
    compressed = jpeg(preview).data
    if len(palette(indices, colours).data) >= len(compressed):
        return False
    picture = _rgb(preview)
    with Image.open(io.BytesIO(compressed), formats=["JPEG"]) as opened:
        return _loss(picture, colours[indices]) <= _loss(picture, np.asarray(opened))


def _rgb(colour: Pixels) -> Pixels:
    """Red, green, blue."""
    return np.asarray(cv2.cvtColor(colour, cv2.COLOR_BGRA2RGB), np.uint8)


def _loss(picture: Pixels, shown: Pixels) -> float:
    """The mean square of the levels by which one picture misses another."""
    return float(np.square(shown.astype(np.int32) - picture).mean())


def grey_codec(darkest: Pixels, lightest: Pixels) -> str:
    """`ccitt` when black and white alone lose nothing a reader would see, else `grey4`.

    Judged in cells of 3 x 3 pixels (`cells`), counted in blocks of 15 x 15 (about 8 pixels at 100 dpi): a
    block is lost when it shows something that is neither ink in black and white nor beside such
    ink, or when it holds an even tone, which black and white turn solid. One in 2,000 is allowed.
    """
    visible = darkest < FAINT
    ink = (darkest < THRESHOLD).astype(np.uint8)
    faint = visible & (cv2.dilate(ink, _AROUND) == 0)
    toned = (darkest >= SOLID) & (lightest < FAINT)
    lost = int(_blocks(faint | toned).sum())
    return "ccitt" if lost <= int(_blocks(visible).sum()) // 2000 else "grey4"


def cells(grey: Pixels) -> tuple[Pixels, Pixels]:
    """The darkest and the lightest level of each 3 x 3 cell; cells at the edge may be smaller."""
    bands = [grey[top : top + BAND_PX] for top in range(0, len(grey), BAND_PX)]  # read once, from the cache
    pooled = [(_pool(band, np.minimum, cv2.erode), _pool(band, np.maximum, cv2.dilate)) for band in bands]
    darkest, lightest = zip(*pooled, strict=True)
    return np.vstack(darkest), np.vstack(lightest)


def _pool(pixels: Pixels, combine: np.ufunc, along: Callable[[Pixels, Pixels], Any]) -> Pixels:
    """Three rows become one, then three columns: those by a running minimum or maximum, of which
    the middle one of three is taken. Outside the page nothing counts."""
    whole = len(pixels) // CELL_PX * CELL_PX
    rows = combine(combine(pixels[0:whole:3], pixels[1:whole:3]), pixels[2:whole:3])
    if whole < len(pixels):
        rows = np.vstack([rows, combine.reduce(pixels[whole:], axis=0, keepdims=True)])
    if rows.shape[1] % CELL_PX == 1:  # the last cell has one column, and so no middle: it is doubled
        rows = np.hstack([rows, rows[:, -1:]])
    return np.ascontiguousarray(along(rows, _THREE_ACROSS)[:, 1::3], np.uint8)


def _blocks(mask: Mask) -> Mask:
    """True per block of cells that holds at least one True; edge blocks are padded."""
    size = BLOCK_CELLS
    padded = np.pad(mask, ((0, -mask.shape[0] % size), (0, -mask.shape[1] % size)))
    rows = np.logical_or.reduce([padded[at::size] for at in range(size)])
    return np.asarray(np.logical_or.reduce([rows[:, at::size] for at in range(size)]), dtype=np.bool_)


def ccitt(grey: Pixels) -> Raster:
    """Group 4, 0 is black."""
    height, width = grey.shape
    packed = np.packbits(grey < THRESHOLD, axis=1)  # fax counts ink as 1
    keys = (
        "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode "
        f"/DecodeParms << /K -1 /Columns {width} /Rows {height} >>"
    )
    return Raster(width, height, "ccitt", keys, _group4(packed, width))


def _group4(packed: Pixels, width: int) -> bytes:
    """The fax data of rows of eight pixels a byte, by Pillow's libtiff.

    The encoder is called as `Image.save` calls it, save that it is given the packed bytes as they are:
    a 1-bit image of Pillow holds a byte for each pixel, and to unpack and pack again would take as
    long as the fax coding itself. The test compares with what `save` gives.
    """
    height, stride = packed.shape
    tags = {
        TiffImagePlugin.IMAGEWIDTH: width,
        TiffImagePlugin.IMAGELENGTH: height,
        TiffImagePlugin.BITSPERSAMPLE: 1,
        TiffImagePlugin.COMPRESSION: _GROUP_4,
        TiffImagePlugin.PHOTOMETRIC_INTERPRETATION: 0,
        TiffImagePlugin.ROWSPERSTRIP: height,
    }
    rows = Image.frombuffer("L", (stride, height), packed.tobytes(), "raw", "L", 0, 1)
    encoder = Image._getencoder("L", "libtiff", ("L", 0, "", sorted(tags.items()), {}))
    out = bytearray()
    try:
        encoder.setimage(rows.im, (0, 0, stride, height))
        ended = 0
        while not ended:
            _, ended, data = encoder.encode(_CHUNK)
            out += data
    finally:
        encoder.cleanup()
    if ended < 0:
        raise ValueError("the page could not be coded as a fax")
    return _only_strip(bytes(out))


def _only_strip(tiff: bytes) -> bytes:
    """The one strip of a little-endian TIFF."""
    (start,) = struct.unpack_from("<L", tiff, 4)
    (count,) = struct.unpack_from("<H", tiff, start)
    found: dict[int, int] = {}
    for at in range(count):
        tag, kind, values, value = struct.unpack_from("<HHLL", tiff, start + 2 + 12 * at)
        if tag in (273, 279):  # StripOffsets, StripByteCounts
            if values != 1:
                raise ValueError("more than one strip")
            found[tag] = value & 0xFFFF if kind == 3 else value
    return tiff[found[273] : found[273] + found[279]]


def grey4(grey: Pixels) -> Raster:
    """Sixteen levels of grey, deflated."""
    levels = ((grey.astype(np.uint16) + 8) // 17).astype(np.uint8)
    height, width = levels.shape
    keys = "/ColorSpace /DeviceGray /BitsPerComponent 4 /Filter /FlateDecode"
    return Raster(width, height, "grey4", keys, deflated(_pack4(levels)))


def _pack4(levels: Pixels) -> Pixels:
    """Two pixels a byte, the first one in the upper half; rows padded with 0."""
    if levels.shape[1] % 2:
        levels = np.pad(levels, ((0, 0), (0, 1)))
    pairs = np.ascontiguousarray(levels).view("<u2")  # the first pixel is the lower byte
    return (pairs << 4 | pairs >> 8).astype(np.uint8)


def palette(indices: Pixels, colours: Pixels) -> Raster:
    """Indexed colour, 4 bits up to sixteen entries, else 8, deflated."""
    height, width = indices.shape
    small = len(colours) <= 16
    keys = (
        f"/ColorSpace [/Indexed /DeviceRGB {len(colours) - 1} <{colours.tobytes().hex().upper()}>] "
        f"/BitsPerComponent {4 if small else 8} /Filter /FlateDecode"
    )
    return Raster(width, height, "palette", keys, deflated(_pack4(indices) if small else indices))


def jpeg(colour: Pixels) -> Raster:
    """Baseline JPEG without subsampling and without any APPn or COM segment."""
    out = io.BytesIO()
    Image.fromarray(_rgb(colour)).save(out, format="JPEG", quality=JPEG_QUALITY, subsampling=0, optimize=True)
    height, width = colour.shape[:2]
    keys = "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode"
    return Raster(width, height, "jpeg", keys, _bare_jpeg(out.getvalue()))


def _bare_jpeg(data: bytes) -> bytes:
    """The same picture without APPn and COM; three components without a marker mean YCbCr."""
    kept = [data[:2]]
    at = 2
    while data[at + 1] != 0xDA:  # start of scan: the rest is picture
        (length,) = struct.unpack_from(">H", data, at + 2)
        marker = data[at + 1]
        if not 0xE0 <= marker <= 0xEF and marker != 0xFE:
            kept.append(data[at : at + 2 + length])
        at += 2 + length
    return b"".join([*kept, data[at:]])
