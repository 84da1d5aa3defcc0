"""V5 and the pixels for V9 and V15: page images decoded from the stream, not by PDFium."""

from __future__ import annotations

import io
import struct
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from redaction.verify.claims import ClaimedPage
from redaction.verify.structure import Name, Unreadable, inflate

MAX_PIXELS = 40_000_000
CODECS = {"ccitt": "CCITTFaxDecode", "grey4": "FlateDecode", "palette": "FlateDecode", "jpeg": "DCTDecode"}
END_OF_FAX = 0x001001  # EOFB of ITU-T T.6, 24 bits: no code of the page data contains it
JPEG_SEGMENTS = {0xC0: "SOF0", 0xC4: "DHT", 0xDB: "DQT", 0xDA: "SOS"}

Levels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Raster:
    """Decoded levels (rows, columns) or (rows, columns, 3) from 0 to 255, or with `colours` (number,
    3) the number of each pixel's colour; `flat` holds the bytes of the decoded stream before colours
    were looked up, for the search of V6; `tables` are a JPEG's quantisation tables."""

    levels: Levels
    flat: bytes
    faults: tuple[str, ...]
    tables: dict[int, list[int]] = field(default_factory=dict)
    colours: Levels | None = None

    def shown(self, top: int, bottom: int, left: int, right: int) -> Levels:
        """The levels of an area, ends exclusive: (rows, columns), or (rows, columns, 3) in colour."""
        area = self.levels[top:bottom, left:right]
        return area if self.colours is None else self.colours[area]

    def brightest(self, top: int, bottom: int, left: int, right: int) -> Levels:
        """The lightest level of each pixel of an area, (rows, columns)."""
        area = self.levels[top:bottom, left:right]
        if self.colours is not None:
            return np.asarray(self.colours.max(axis=1)[area], dtype=np.uint8)
        return np.asarray(area.max(axis=2), dtype=np.uint8) if area.ndim == 3 else area

    def grey(self) -> Levels:
        """The whole picture in grey, (rows, columns)."""
        if self.colours is not None:
            table = Image.fromarray(self.colours[None]).convert("L").tobytes()
            return np.asarray(Image.fromarray(self.levels).point([*table, *bytes(256 - len(table))]))
        return self.levels if self.levels.ndim == 2 else np.asarray(Image.fromarray(self.levels).convert("L"))


def decode(image: Mapping[str, Any], data: bytes, page: ClaimedPage) -> Raster:
    """The pixels of one page image. Raises Unreadable where they cannot be had at all."""
    width, height = image.get("Width"), image.get("Height")
    if not isinstance(width, int) or not isinstance(height, int) or not 0 < width * height <= MAX_PIXELS:
        raise Unreadable("an image has no usable size")
    faults = size_faults(width, height, page)
    if image.get("Filter") != CODECS.get(page.codec):
        raise Unreadable("the image filter is not the recorded codec")
    match page.codec:
        case "ccitt":
            levels, flat, more = decode_fax(image, data, width, height)
        case "jpeg":
            return decode_jpeg(image, data, width, height, faults)
        case _:
            return decode_flate(image, data, width, height, page.codec, faults)
    return Raster(levels, flat, (*faults, *more))


def size_faults(width: int, height: int, page: ClaimedPage) -> list[str]:
    """Deviations of the pixel size from page size times dpi, rounded up; PDFium may add one pixel."""
    sides = (page.width_pt * page.dpi / 72, page.height_pt * page.dpi / 72)
    if any(not -0.01 <= given - side < 2 for given, side in zip((width, height), sides, strict=True)):
        return ["the image is not page size times dpi"]
    return []


def decode_fax(
    image: Mapping[str, Any], data: bytes, width: int, height: int
) -> tuple[Levels, bytes, list[str]]:
    """A group 4 image, by way of a TIFF frame around the same bytes."""
    faults = []
    if image.get("DecodeParms") != {"K": -1, "Columns": width, "Rows": height}:
        faults.append("other fax parameters than the profile's")
    if image.get("BitsPerComponent") != 1:
        faults.append("a fax image of more than one bit")
    if not ends_at_once(data):
        faults.append("no end of fax data, or bytes behind it")
    try:
        with Image.open(io.BytesIO(tiff_frame(data, width, height))) as opened:
            opened.load()
            levels = np.asarray(opened).view(np.uint8)  # Pillow says true as 255
    except (OSError, ValueError, SyntaxError) as error:
        raise Unreadable("fax data cannot be decoded") from error
    return levels, np.packbits(levels, axis=1).tobytes(), faults


def ends_at_once(data: bytes) -> bool:
    """True when the first end-of-data code is the end of the data but for padding with zero bits."""
    units = np.frombuffer(data + b"\xff\xff", np.uint8).astype(np.uint32)
    words = units[:-3] << 24 | units[1:-2] << 16 | units[2:-1] << 8 | units[3:]
    found = [
        8 * int(places[0]) + shift
        for shift in range(8)
        if (places := np.flatnonzero(words >> (8 - shift) & 0xFFFFFF == END_OF_FAX)).size
    ]
    if not found:
        return False
    rest = 8 * len(data) - min(found) - 24
    return 0 <= rest < 8 and data[-1] & ((1 << rest) - 1) == 0


def tiff_frame(data: bytes, width: int, height: int) -> bytes:
    """A one-strip TIFF that holds group 4 data in which 0 is black."""
    tags = [
        (256, 4, width), (257, 4, height), (258, 3, 1), (259, 3, 4), (262, 3, 0),
        (273, 4, 8 + 2 + 12 * 9 + 4), (277, 3, 1), (278, 4, height), (279, 4, len(data)),
    ]  # fmt: skip
    rows = b"".join(
        struct.pack("<HHL", tag, kind, 1) + struct.pack("<L" if kind == 4 else "<Hxx", value)
        for tag, kind, value in tags
    )
    return b"II*\0" + struct.pack("<L", 8) + struct.pack("<H", len(tags)) + rows + b"\0\0\0\0" + data


def decode_flate(
    image: Mapping[str, Any], data: bytes, width: int, height: int, codec: str, faults: list[str]
) -> Raster:
    """A grey or palette image of 4 or 8 bits a pixel, rows padded to whole bytes."""
    bits = image.get("BitsPerComponent")
    if bits not in (4, 8) or (codec == "grey4" and bits != 4):
        raise Unreadable("a depth that the profile does not name")
    stride = (width * bits + 7) // 8
    flat = inflate(data, stride * height + 1)
    if len(flat) != stride * height:
        raise Unreadable("decoded pixels are not width times height")
    faults = [*faults]
    if bits == 4 and width % 2:
        last = np.frombuffer(flat, np.uint8).reshape(height, stride)[:, -1] & 15
        if np.ptp(last) != 0:
            faults.append("row padding is not constant")
    picture = Image.frombytes("P", (width, height), flat, "raw", "P;4" if bits == 4 else "P")
    if codec == "grey4":
        if image.get("ColorSpace") != Name("DeviceGray"):
            faults.append("another colour space than the codec's")
        return Raster(np.asarray(picture) * np.uint8(17), flat, tuple(faults))
    colours = palette(image.get("ColorSpace"), bits)
    used = picture.histogram()
    if any(used[len(colours) :]):
        raise Unreadable("a pixel outside the palette")
    if not all(used[2 : len(colours)]):
        faults.append("a colour that no pixel has")
    if colours[0].tolist() != [0, 0, 0] or colours[1].tolist() != [255, 255, 255]:
        faults.append("the palette does not begin with black and white")
    return Raster(np.asarray(picture), flat, tuple(faults), colours=colours)


def palette(space: Any, bits: int) -> Levels:
    """The colours of an Indexed space over DeviceRGB. Raises Unreadable."""
    match space:
        case [Name() as kind, Name() as base, int(last), bytes(table)] if (
            kind == "Indexed"
            and base == "DeviceRGB"
            and 1 <= last < 1 << bits
            and len(table) == 3 * (last + 1)
        ):
            return np.frombuffer(table, np.uint8).reshape(last + 1, 3)
    raise Unreadable("a palette that the profile does not name")


def decode_jpeg(image: Mapping[str, Any], data: bytes, width: int, height: int, faults: list[str]) -> Raster:
    """A baseline 4:4:4 JPEG without APPn and COM segments. Its decoded colours are no byte
    stream of the file, so V6 searches its encoded bytes only (`flat` is empty)."""
    faults = [*faults, *jpeg_faults(data)]
    if image.get("BitsPerComponent") != 8:
        faults.append("a JPEG of another depth")
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG"]) as opened:
            if opened.size != (width, height) or opened.mode != "RGB":
                raise Unreadable("a JPEG of another size or colour space")
            tables = {number: list(table) for number, table in getattr(opened, "quantization", {}).items()}
            return Raster(np.asarray(opened), b"", tuple(faults), tables)
    except (OSError, ValueError, SyntaxError, UnidentifiedImageError) as error:
        raise Unreadable("JPEG data cannot be decoded") from error


def jpeg_faults(data: bytes) -> list[str]:
    """Deviations in the JPEG's segments, walked one by one to the end of the file. Tables are
    counted: one that no component uses could say anything."""
    if data[:2] != b"\xff\xd8":
        return ["no start of JPEG"]
    at, bodies = 2, defaultdict(list)
    while True:
        if at + 4 > len(data) or data[at] != 0xFF or data[at + 1] not in JPEG_SEGMENTS:
            return ["a JPEG segment that the profile does not name"]
        kind = data[at + 1]
        size = int.from_bytes(data[at + 2 : at + 4])
        bodies[kind].append(data[at + 4 : at + 2 + size])
        at += 2 + size
        if kind == 0xDA:
            break
    if len(bodies[0xC0]) != 1 or not is_plain_frame(bodies[0xC0][0]):
        return ["a JPEG that is not one 4:4:4 frame of three components"]
    frame, scan = bodies[0xC0][0], bodies[0xDA][0]
    if len(scan) != 10 or scan[0] != 3 or scan[1:7:2] != frame[6::3] or scan[7:] != b"\0\x3f\0":
        return ["a JPEG scan that is not the whole picture"]
    quantised = {body[at] for body in bodies[0xDB] for at in range(0, len(body), 65)}
    if any(len(body) % 65 for body in bodies[0xDB]) or quantised != set(frame[8::3]):
        return ["other quantisation tables than the components use"]
    coded = sorted(slot for body in bodies[0xC4] for slot in huffman_slots(body))
    used = {slot for pair in scan[2:7:2] for slot in (pair >> 4, 16 | pair & 15)}
    if coded != sorted(used):
        return ["other code tables than the components use"]
    end = scan_end(data, at)
    return [] if data[end:] == b"\xff\xd9" else ["another scan, or bytes behind the JPEG's end"]


def is_plain_frame(body: bytes) -> bool:
    """True for three components of the same sampling, eight bits each."""
    return len(body) == 15 and body[0] == 8 and body[5] == 3 and body[7::3] == b"\x11" * 3


def huffman_slots(body: bytes) -> list[int]:
    """Class and number of every table in a DHT segment; -1 where it does not end with one."""
    slots, at = [], 0
    while at < len(body):
        slots.append(body[at])
        at += 17 + sum(body[at + 1 : at + 17])
    return slots if at == len(body) else [-1]


def scan_end(data: bytes, at: int) -> int:
    """Where the entropy-coded data that begins at `at` ends: at the first marker."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            return len(data)
        if data[at + 1] != 0:
            return at
        at += 2
