"""How far each code of a string moves the pen: all the dropper needs to know about a font.

Raises `Unreadable` for every font whose advance cannot be told for certain; the dropper then
refuses the page, it never guesses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import pikepdf
from reportlab.pdfbase import _fontdata

Code = tuple[bytes, float, bool]  # code, advance in text space at size 1, is a word space

_ENCODINGS = {
    "/WinAnsiEncoding": "WinAnsiEncoding",
    "/MacRomanEncoding": "MacRomanEncoding",
    "/StandardEncoding": "StandardEncoding",
}
_ALIASES = {"Arial": "Helvetica", "CourierNew": "Courier", "TimesNewRoman": "Times-Roman"}
_CMAP_TOKEN = re.compile(
    rb"begincodespacerange(?P<space>.*?)endcodespacerange"
    rb"|begincidrange(?P<range>.*?)endcidrange"
    rb"|begincidchar(?P<char>.*?)endcidchar"
    rb"|/WMode\s+(?P<mode>\d)|(?P<use>usecmap)",
    re.DOTALL,
)


class Unreadable(Exception):
    """The dropper cannot follow this content; no message, it could quote the document."""


@dataclass(frozen=True, slots=True)
class Font:
    """`codes` splits a string into codes and says how far each moves the pen."""

    codes: Callable[[bytes], Sequence[Code]]


@dataclass(slots=True)
class _CMap:
    lengths: list[tuple[int, int, int]] = field(default_factory=list)  # bytes, low, high
    ranges: list[tuple[int, int, int, int]] = field(default_factory=list)  # bytes, low, high, cid

    def split(self, text: bytes) -> Iterator[tuple[bytes, int]]:
        at = 0
        while at < len(text):
            for size, low, high in self.lengths:
                code = text[at : at + size]
                if len(code) == size and _inside(int.from_bytes(code), low, high, size):
                    yield code, self._cid(code)
                    at += size
                    break
            else:
                raise Unreadable

    def _cid(self, code: bytes) -> int:
        value = int.from_bytes(code)
        for size, low, high, cid in self.ranges:
            if size == len(code) and low <= value <= high:
                return cid + value - low
        return 0


def _inside(value: int, low: int, high: int, size: int) -> bool:
    """Codespace ranges hold byte by byte, not as one number."""
    parts = zip(value.to_bytes(size), low.to_bytes(size), high.to_bytes(size), strict=True)
    return all(first <= byte <= last for byte, first, last in parts)


def load(font: pikepdf.Object) -> Font:
    """The advances of one font dictionary."""
    subtype = str(font.get("/Subtype", ""))
    if subtype == "/Type0":
        return _composite(font)
    if subtype == "/Type3":
        matrix = [float(value) for value in font.get("/FontMatrix", [])]
        if len(matrix) != 6 or matrix[1] or matrix[2] or matrix[0] <= 0:
            raise Unreadable
        return _simple(_declared_widths(font), matrix[0])
    if "/Widths" in font:
        return _simple(_declared_widths(font), 0.001)
    return _simple(_standard_widths(font), 0.001)


def _simple(widths: list[float], scale: float) -> Font:
    table: list[Code] = [(bytes((code,)), width * scale, code == 32) for code, width in enumerate(widths)]

    def codes(text: bytes) -> Sequence[Code]:
        return [table[code] for code in text]

    return Font(codes)


def _declared_widths(font: pikepdf.Object) -> list[float]:
    missing = float(font.get("/FontDescriptor", pikepdf.Dictionary()).get("/MissingWidth", 0))
    widths = [missing] * 256
    first = int(font.get("/FirstChar", 0))
    for at, width in enumerate(font.Widths.as_list()):
        if 0 <= first + at < 256:
            widths[first + at] = float(width)
    return widths


def _standard_widths(font: pikepdf.Object) -> list[float]:
    """One of the fourteen standard fonts, through its encoding; anything else is unreadable."""
    name = _standard_name(str(font.get("/BaseFont", ""))[1:])
    by_glyph = _fontdata.widthsByFontGlyph[name]
    own = {"Symbol": "SymbolEncoding", "ZapfDingbats": "ZapfDingbatsEncoding"}.get(name, "StandardEncoding")
    encoding = font.get("/Encoding")
    differences: list[pikepdf.Object] = []
    if isinstance(encoding, pikepdf.Dictionary):
        own = _ENCODINGS.get(str(encoding.get("/BaseEncoding", "")), own)
        differences = list(encoding.get("/Differences", pikepdf.Array()).as_list())
    elif encoding is not None:
        own = _ENCODINGS.get(str(encoding), own)
    glyphs = list(_fontdata.encodings[own])
    at = 0
    for entry in differences:
        if isinstance(entry, pikepdf.Name):
            if 0 <= at < 256:
                glyphs[at] = str(entry)[1:]
            at += 1
        else:
            at = int(entry)
    return [float(by_glyph.get(glyph, 0)) if glyph else 0.0 for glyph in glyphs]


def _standard_name(name: str) -> str:
    if name in _fontdata.widthsByFontGlyph:
        return name
    family, _, style = name.replace(",", "-").partition("-")
    base = _ALIASES.get(family.removesuffix("MT").removesuffix("PS"))
    if base is None:
        raise Unreadable
    bold, slanted = "bold" in style.lower(), "italic" in style.lower() or "oblique" in style.lower()
    if base == "Times-Roman":
        return (
            ("Times-BoldItalic" if slanted else "Times-Bold")
            if bold
            else ("Times-Italic" if slanted else base)
        )
    suffix = ("Bold" if bold else "") + ("Oblique" if slanted else "")
    return f"{base}-{suffix}" if suffix else base


def _composite(font: pikepdf.Object) -> Font:
    descendant = font.DescendantFonts[0]
    widths = _cid_widths(descendant)
    default = float(descendant.get("/DW", 1000))
    encoding = font.Encoding
    if isinstance(encoding, pikepdf.Stream):
        cmap = _read_cmap(encoding.read_bytes())

        def codes(text: bytes) -> Sequence[Code]:
            return [(code, widths.get(cid, default) / 1000, code == b" ") for code, cid in cmap.split(text)]

        return Font(codes)
    if str(encoding) != "/Identity-H":
        raise Unreadable  # vertical writing and the predefined Asian maps are refused

    def identity(text: bytes) -> Sequence[Code]:
        if len(text) % 2:
            raise Unreadable
        pairs = [text[at : at + 2] for at in range(0, len(text), 2)]
        return [(code, widths.get(int.from_bytes(code), default) / 1000, False) for code in pairs]

    return Font(identity)


def _cid_widths(descendant: pikepdf.Object) -> dict[int, float]:
    widths: dict[int, float] = {}
    entries = descendant.get("/W", pikepdf.Array()).as_list()
    at = 0
    while at + 1 < len(entries):
        first = int(entries[at])
        if isinstance(entries[at + 1], pikepdf.Array):
            for step, width in enumerate(entries[at + 1].as_list()):
                widths[first + step] = float(width)
            at += 2
        elif at + 2 < len(entries):
            last = int(entries[at + 1])
            if not first <= last <= 0xFFFF:
                raise Unreadable
            widths.update(dict.fromkeys(range(first, last + 1), float(entries[at + 2])))
            at += 3
        else:
            raise Unreadable
    return widths


def _read_cmap(data: bytes) -> _CMap:
    cmap = _CMap()
    for found in _CMAP_TOKEN.finditer(data):
        if found["use"] or (found["mode"] and found["mode"] != b"0"):
            raise Unreadable
        if found["space"]:
            for low, high in re.findall(rb"<([0-9A-Fa-f\s]+)>\s*<([0-9A-Fa-f\s]+)>", found["space"]):
                size = len(b"".join(low.split())) // 2
                cmap.lengths.append((size, int(b"".join(low.split()), 16), int(b"".join(high.split()), 16)))
        if found["range"]:
            for low, high, cid in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(\d+)", found["range"]):
                cmap.ranges.append((len(low) // 2, int(low, 16), int(high, 16), int(cid)))
        if found["char"]:
            for code, cid in re.findall(rb"<([0-9A-Fa-f]+)>\s*(\d+)", found["char"]):
                cmap.ranges.append((len(code) // 2, int(code, 16), int(code, 16), int(cid)))
    if not cmap.lengths:
        raise Unreadable
    cmap.lengths.sort()
    return cmap
