"""Encode one page image: CCITT group 4, 4-bit grey, palette or JPEG.

Everything is chosen from the page after its glyphs were dropped (redaction.md, G9), so the
choice says nothing about what was removed. Pixels are `uint8` arrays, rows from the top:
grey (h, w) with 255 white, colour (h, w, 3), palette indices (h, w).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, TiffImagePlugin

Pixels = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]
Colours = npt.NDArray[np.float32]

CHROMA = 16  # difference between channels from which a 36-dpi pixel counts as coloured
MANY_COLOURS = 400  # distinct 5-bit colours at 36 dpi from which a page may be a photograph
THRESHOLD = 160  # grey below this is ink on a 1-bit page; over half keeps thin rules alive
FAINT = 232  # grey below this is something a reader can see
SOLID = 48  # grey below this is black to a reader
CELL_PX, BLOCK_CELLS = 3, 5
PALETTE_ERROR = 40  # colour distance (sum of channels) a palette may miss by
JPEG_QUALITY = 80
FLATE_LEVEL = 4  # of zlib: a twentieth larger than 6, in little more than half the time
BLACK, WHITE = 0, 1  # palette entries
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
    red, green, blue = cv2.split(preview)
    spread = cv2.subtract(cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue))
    if not bool((spread > CHROMA).any()):
        return "grey"
    five_bits = (preview >> 3).astype(np.uint32)
    codes = five_bits[..., 0] << 10 | five_bits[..., 1] << 5 | five_bits[..., 2]
    return "photo" if np.unique(codes).size > MANY_COLOURS and not _palette_serves(preview) else "colour"


def _palette_serves(preview: Pixels) -> bool:
    """True where a palette shows a page of many colours better than a JPEG does, in fewer bytes: the
    page is letters and drawings, and a JPEG of those is several times the size and not as sharp."""
    indices, colours = to_palette(preview)
    compressed = jpeg(preview).data
    if len(palette(indices, colours).data) >= len(compressed):
        return False
    with Image.open(io.BytesIO(compressed), formats=["JPEG"]) as opened:
        return _loss(preview, colours[indices]) <= _loss(preview, np.asarray(opened))


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
    return _pool(grey, np.minimum, cv2.erode), _pool(grey, np.maximum, cv2.dilate)


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
    # Fax counts ink as 1. The inversion is ours: asked for by tag 262, Pillow takes half a second for it.
    packed = np.packbits(grey < THRESHOLD, axis=1)
    image = Image.frombytes("1", (width, height), packed.tobytes())
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[278] = height  # RowsPerStrip: one strip
    out = io.BytesIO()
    image.save(out, format="TIFF", compression="group4", tiffinfo=tags)
    keys = (
        "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /CCITTFaxDecode "
        f"/DecodeParms << /K -1 /Columns {width} /Rows {height} >>"
    )
    return Raster(width, height, "ccitt", keys, _only_strip(out.getvalue()))


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
    return Raster(width, height, "grey4", keys, zlib.compress(_pack4(levels), FLATE_LEVEL))


def _pack4(levels: Pixels) -> bytes:
    padded = np.pad(levels, ((0, 0), (0, levels.shape[1] % 2)))
    return (padded[:, ::2] << 4 | padded[:, 1::2]).tobytes()


def to_palette(colour: Pixels) -> tuple[Pixels, Pixels]:
    """Indices and the palette (n, 3), black first and white second; 16 entries where they do, else 256.

    Colours are told apart by their upper four bits; the palette is chosen from every third
    pixel of every third row.
    """
    sample = colour[::3, ::3].reshape(-1, 3)
    codes = _codes(sample)
    counts = np.bincount(codes, minlength=4096)
    bits = np.arange(4096)
    means = np.stack([bits >> 8, bits >> 4 & 15, bits & 15], axis=1) * np.float32(17)
    used = np.flatnonzero(counts)
    for channel in range(3):
        means[used, channel] = np.bincount(codes, sample[:, channel], 4096)[used] / counts[used]
    fixed = np.array([[0, 0, 0], [255, 255, 255]], dtype=np.float32)
    for size in (16, 256):
        palette = np.concatenate([fixed, _spread(means[used], counts[used], size - 2)])
        missed = counts[used][_apart(means[used], palette).min(axis=1) > PALETTE_ERROR].sum()
        if missed <= len(sample) // 5000:
            break
    table = _apart(means, palette).argmin(axis=1).astype(np.uint8)
    return np.take(table, _codes(colour)), np.rint(palette).astype(np.uint8)


def _apart(colours: Colours, others: Colours) -> Colours:
    """Distance (sum over the channels) of each colour from each of the others."""
    apart = np.zeros((len(colours), len(others)), np.float32)
    for channel in range(3):
        apart += np.abs(np.subtract.outer(colours[:, channel], others[:, channel]))
    return apart


def _codes(colour: Pixels) -> npt.NDArray[np.uint16]:
    """The upper four bits of the three channels as one number."""
    red, green, blue = (colour[..., channel] & 0xF0 for channel in range(3))
    return np.asarray(red.astype(np.uint16) << 4 | green | blue >> 4, dtype=np.uint16)


def _spread(means: Colours, counts: npt.NDArray[np.int64], size: int) -> Colours:
    """At most `size` colours, each the one most missed so far (weighted by frequency and distance)."""
    fixed = np.array([[0, 0, 0], [255, 255, 255]], dtype=np.float32)
    distance = _apart(means, fixed).min(axis=1)
    weights = np.sqrt(counts, dtype=np.float32)
    chosen: list[Colours] = []
    for _ in range(size):
        weight = distance * weights
        at = int(weight.argmax())
        if weight[at] <= 0:
            break
        chosen.append(means[at])
        distance = np.minimum(distance, np.abs(means - means[at]).sum(axis=1))
    return np.array(chosen, np.float32).reshape(-1, 3)


def palette(indices: Pixels, colours: Pixels) -> Raster:
    """Indexed colour, 4 bits up to sixteen entries, else 8, deflated."""
    height, width = indices.shape
    small = len(colours) <= 16
    keys = (
        f"/ColorSpace [/Indexed /DeviceRGB {len(colours) - 1} <{colours.tobytes().hex().upper()}>] "
        f"/BitsPerComponent {4 if small else 8} /Filter /FlateDecode"
    )
    packed = _pack4(indices) if small else indices.tobytes()
    return Raster(width, height, "palette", keys, zlib.compress(packed, FLATE_LEVEL))


def jpeg(colour: Pixels) -> Raster:
    """Baseline JPEG without subsampling and without any APPn or COM segment."""
    out = io.BytesIO()
    Image.fromarray(colour).save(out, format="JPEG", quality=JPEG_QUALITY, subsampling=0, optimize=True)
    height, width, _ = colour.shape
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
