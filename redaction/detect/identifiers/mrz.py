"""Machine-readable zones (ICAO Doc 9303): one to three lines of A-Z, 0-9 and fillers.

A zone counts even when its check digits fail, because optical readers damage fillers (`<` read
as K, L, blank or a quotation mark): five fillers over two lines, or one line that opens like a
passport, visa or card and carries fillers, are enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from redaction.detect.engine import compile_pattern
from redaction.detect.identifiers import checks
from redaction.detect.spans import Hit
from redaction.detect.views import Views

_LINE = compile_pattern(r"[a-z0-9<][a-z0-9<X \t]{16,60}")
_OPENS = compile_pattern(r"^(?:p[<a-z]|v[<a-z]|[aci][<a-z0-9])[a-z<]{3}[a-z0-9<]")
_CARD = compile_pattern(
    r"\b(?:[aci][a-z0-9<][a-z<]{3}[a-z0-9<]{9,25}|[pv][<][a-z<]{3}[a-z<]{2,39}|[iac][<][a-z]{3}[.]{0,3})"
)
# One line by itself: fillers as printed, or all of them read as one letter.
_LONE = compile_pattern(
    r"[a-z0-9<]{14,44}<<<<[a-z0-9<]{0,30}|[a-z0-9<]{5,60}(?:k{7,}|[l<]{8,}|[k<]{8,})[a-z0-9<]{0,4}"
)
LONE_LENGTH = 24
LONE_MISREAD = 30
_ABOVE = re.compile(rb"([a-z0-9<]{28,46})\n$")
_UNDER = re.compile(rb"\n[a-z0-9<]{28,46}(?=\n|$)")
_WHY = "Machine-readable zone of a passport, visa or card"


def find(views: Views) -> Iterator[Hit]:
    """Hits of whole zones, in joined offsets."""
    yield from _lone(views.joined, views.shape)
    if b"<" not in views.joined:
        return
    lines = _lines(views)
    at = 0
    while at < len(lines):
        block = [lines[at]]
        while (
            at + len(block) < len(lines)
            and len(block) < 3
            and _next_to(block[-1], lines[at + len(block)], views)
        ):
            block.append(lines[at + len(block)])
        fillers = sum(views.joined.count(b"<", *line) for line in block)
        if fillers >= 5 and (len(block) >= 2 or _OPENS.match(_compact(views, block[0]))):
            why = _WHY + (
                ", check digits hold" if _checked([_compact(views, line) for line in block]) else ""
            )
            yield Hit(block[0][0], block[-1][1], "PASSPORT_MRZ", 0.97, "mrz.zone", 1, "identifier", why)
        at += len(block)
    for match in _CARD.finditer(views.joined):
        start, end = match.span()
        if views.joined.count(b"<", start, end + 6) >= 1:
            yield Hit(
                start,
                end,
                "PASSPORT_MRZ",
                0.9,
                "mrz.line",
                1,
                "identifier",
                "Opening of a machine-readable zone",
            )


def _lone(data: bytes, shape: bytes) -> Iterator[Hit]:
    """Lines that stand by themselves, among other words or with every filler misread, and the lines
    of like length above and below them."""
    for match in _LONE.finditer(data):
        start, end = match.span()
        if end - start >= LONE_MISREAD or (end - start >= LONE_LENGTH and b"<<" in match.group()):
            if above := _ABOVE.search(shape, max(0, start - 48), start):
                start = above.start(1)
            if below := _UNDER.match(shape, end):
                end = below.end()
            why = "Line of a machine-readable zone"
            yield Hit(start, end, "PASSPORT_MRZ", 0.85, "mrz.lone", 1, "identifier", why)


def _lines(views: Views) -> list[tuple[int, int]]:
    out = []
    for match in _LINE.finditer(views.shape):
        start, end = match.span()
        text = views.shape[start:end]
        blanks = text.count(b" ") + text.count(b"\t")
        if b"<" in text and blanks <= max(3, len(text) // 6) and len(text) - blanks >= 16:
            while text[-1:] in (b" ", b"\t"):
                text, end = text[:-1], end - 1
            out.append((start, end))
    return out


def _next_to(first: tuple[int, int], second: tuple[int, int], views: Views) -> bool:
    return second[0] - first[1] <= 3 and not views.joined[first[1] : second[0]].strip()


def _compact(views: Views, line: tuple[int, int]) -> bytes:
    return re.sub(rb"[ \t]", b"", views.shape[line[0] : line[1]])


def _checked(lines: list[bytes]) -> bool:
    """True when the document number's check digit holds in any of the ICAO layouts."""
    texts = [line.decode().upper() for line in lines]
    if len(texts) >= 2 and len(texts[0]) < 34 and len(texts[0]) >= 15:  # TD1: number in line 1
        number, digit = texts[0][5:14], texts[0][14:15]
    elif len(texts) >= 2:
        number, digit = texts[1][:9], texts[1][9:10]
    else:
        return False
    return bool(re.fullmatch(r"[A-Z0-9<]{9}", number)) and checks.mrz_digit(number) == digit
