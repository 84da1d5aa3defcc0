"""Columns of a workbook as wide as what stands in them.

A text that meets its neighbour is cut off on the printed page, and its last letters run into the
next cell: the page then says `GuatemalaAna`, which no rule and no reader finds. A number that does
not fit is printed as `###`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement

from redaction.intake.archive import Archive
from redaction.intake.limits import Limits
from redaction.intake.xml import attribute, name_of, parse, space_of

USUAL = 8.43  # characters of a column whose width the file does not say (ECMA-376 18.3.1.81)
WIDEST = 80.0  # a page is hardly wider
MARGIN = 2.0
SMALL, CAPITAL, WIDE = 1.05, 1.35, 2.1  # widths of letters, counted in digits
DATE = 11.0  # what is stored as a number may be shown as a date or an amount
LARGEST = 4.0  # times the usual size of type
Spans = Sequence[tuple[int, int, Mapping[str, str]]]


def sizes(archive: Archive, limits: Limits) -> list[float]:
    """How large the type of each cell style is, counted in the usual size of the workbook."""
    name = "xl/styles.xml"
    if name not in archive.names:
        return []
    root = parse(archive.read(name), limits)
    fonts = [_points(font) for font in _children(root, "fonts", "font")]
    usual = fonts[0] if fonts else 11.0
    of_styles = []
    for style in _children(root, "cellXfs", "xf"):
        font = attribute(style, "fontId", "0")
        points = fonts[int(font)] if font.isdigit() and int(font) < len(fonts) else usual
        of_styles.append(min(LARGEST, max(1.0, points / usual)))
    return of_styles


def _children(root: Element, group: str, kind: str) -> Iterator[Element]:
    for element in root:
        if name_of(element) == group:
            yield from (child for child in element if name_of(child) == kind)


def _points(font: Element) -> float:
    said = next((attribute(e, "val") for e in font if name_of(e) == "sz"), "")
    return float(said) if said.replace(".", "", 1).isdigit() and float(said) > 0 else 11.0


def digits(text: str, words: bool) -> float:
    """The width of the longest line of a cell, counted in digits."""
    if not words:
        return max(DATE, len(text) * SMALL)
    return max((sum(map(_digits_of, line)) for line in text.splitlines()), default=0.0)


def _digits_of(letter: str) -> float:
    if unicodedata.east_asian_width(letter) in "FW":
        return WIDE
    return CAPITAL if letter.isupper() or letter in "mwMW@%&" else SMALL


def widened(root: Element, needed: Mapping[int, float], hidden: Iterable[range]) -> bool:
    """The columns of a sheet are as wide as needed where they were narrower; hidden ones stay as they
    are. False when nothing had to change."""
    held = next((e for e in root if name_of(e) == "cols"), None)
    spans = [_span(e) for e in held if name_of(e) == "col"] if held is not None else []
    spans = [span for span in spans if span[0]]
    usual = next((_number(e, "defaultColWidth") for e in root if name_of(e) == "sheetFormatPr"), 0.0) or USUAL
    closed = list(hidden)
    wanted = {}
    for column, width in needed.items():
        width = min(WIDEST, width + MARGIN)
        own = next((span[2] for span in spans if span[0] <= column <= span[1]), {})
        narrow = width > (float(own["width"]) if _is_number(own.get("width", "")) else usual)
        if narrow and not any(column in span for span in closed):
            wanted[column] = width
    if wanted:
        _write(root, held, spans, wanted)
    return bool(wanted)


def _write(root: Element, held: Element | None, spans: Spans, wanted: Mapping[int, float]) -> None:
    space = space_of(root)
    if held is None:
        held = Element(f"{space}cols")
        before = next((at for at, e in enumerate(root) if name_of(e) == "sheetData"), 0)
        root.insert(before, held)
    for element in list(held):
        held.remove(element)
    for first, last, said in sorted(_parted(spans, wanted), key=lambda span: span[:2]):
        own = {"width": f"{wanted[first]:.2f}", "customWidth": "1"} if first in wanted else {}
        SubElement(held, f"{space}col", {**said, "min": str(first), "max": str(last), **own})


def _parted(spans: Spans, wanted: Mapping[int, float]) -> Iterator[tuple[int, int, Mapping[str, str]]]:
    """The spans, with every column of `wanted` in one of its own."""
    left = set(wanted)
    for first, last, said in spans:
        begin = first
        for column in sorted(one for one in left if first <= one <= last):
            if begin < column:
                yield begin, column - 1, said
            yield column, column, said
            left.remove(column)
            begin = column + 1
        if begin <= last:
            yield begin, last, said
    for column in left:
        yield column, column, {}


def _span(element: Element) -> tuple[int, int, Mapping[str, str]]:
    first, last = attribute(element, "min", "1"), attribute(element, "max", "1")
    if not (first.isdigit() and last.isdigit()) or int(first) > int(last):
        return 0, 0, {}
    return int(first), int(last), dict(element.attrib)


def _number(element: Element, key: str) -> float:
    said = attribute(element, key)
    return float(said) if _is_number(said) else 0.0


def _is_number(said: str) -> bool:
    return said.replace(".", "", 1).isdigit()
