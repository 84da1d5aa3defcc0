"""Cuts a text into sentences, lines of a form or list counting as such, by its folded shape."""

from __future__ import annotations

import re

LONGEST = 480  # characters of the view; a piece of text is read with a wider margin
_END = re.compile(rb"[.!?]+[\"')\]]*[ \t]|\n")
_LETTER = re.compile(rb"[a-zX]")
_ABBREVIATION = re.compile(
    rb"(?:^|[^a-z])(?:[a-z]|mr|mrs|ms|dr|dra|sr|sra|srta|st|ste|no|num|ofc|off|sgt|lt|det|dep|dept|agt|apt"
    rb"|ave|av|blvd|rd|tel|ext|pop|vs|etc|jr|atte|lic|ing|prof|col|dto|depto|nac|fam|pte|p|u\.s|ee\.uu|aprox)$"
)


def sentences(shape: bytes) -> list[tuple[int, int]]:
    """Spans of `Views.shape` (equal to those of `joined`) in order, without overlaps; none is longer
    than LONGEST, none is without a letter."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(shape):
        if shape[match.start()] == 10:
            if not _ends_line(shape, start, match.start()):
                continue
        elif shape[match.start()] == 46 and _ABBREVIATION.search(
            shape[max(0, match.start() - 8) : match.start()]
        ):
            continue
        spans.extend(_parts(shape, start, match.end()))
        start = match.end()
    spans.extend(_parts(shape, start, len(shape)))
    return spans


def _abbreviated(shape: bytes, at: int) -> bool:
    return bool(_ABBREVIATION.search(shape[max(0, at - 8) : at]))


def _ends_line(shape: bytes, start: int, at: int) -> bool:
    """True unless the line is one of wrapped prose: long, without a stop, and followed by more."""
    line_start = shape.rfind(b"\n", start, at) + 1 or start
    line = shape[line_start:at]
    return len(line) < 45 or b"\t" in line or line[-1:] in b".:!?;"


def _parts(shape: bytes, start: int, end: int) -> list[tuple[int, int]]:
    while start < end and shape[start] in b" \t\n":
        start += 1
    while end > start and shape[end - 1] in b" \t\n":
        end -= 1
    if not _LETTER.search(shape, start, end):
        return []
    out = []
    while end - start > LONGEST:
        cut = shape.rfind(b" ", start + LONGEST // 2, start + LONGEST)
        cut = cut if cut > 0 else start + LONGEST
        out.append((start, cut))
        start = cut
    out.append((start, end))
    return out
