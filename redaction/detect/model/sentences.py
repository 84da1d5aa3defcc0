"""Cuts a text into sentences, lines of a form or list counting as such, by its folded shape."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 480  # characters of the view; a piece of text is read with a wider margin
_END = re.compile(rb"[.!?]+[\"')\]]*[ \t]|\n")
_LETTER = re.compile(rb"[a-zX]")
_ABBREVIATION = re.compile(
    rb"(?:^|[^a-z])(?:[a-z]|mr|mrs|ms|dr|dra|sr|sra|srta|st|ste|no|num|ofc|off|sgt|lt|det|dep|dept|agt|apt"
    rb"|ave|av|blvd|rd|tel|ext|pop|vs|etc|jr|atte|lic|ing|prof|col|dto|depto|nac|fam|pte|p|u\.s|ee\.uu|aprox)$"
)
_ON_DOCKET = re.compile(rb"\bon [a-z]{3}[bd] docket\b")
_CASE = re.compile(rb"^case\b[^\n]{20,160}$", re.MULTILINE)
_DOCKET = re.compile(rb"[0-9]{1,2}[-:][0-9a-z:.-]{4,40}")
_STAMPED = re.compile(
    rb"(?:doc|document|date|filed|entered|desc|main|exhibit|page|pg|of|pageid|id|no)?"
    rb"[.:#]{0,3}(?:[0-9]{1,8}(?:[-/:.][0-9]{1,4}){0,3})?[.,]?"
)


def sentences(shape: bytes) -> list[tuple[int, int]]:
    """Spans of `Views.shape` (equal to those of `joined`) in order, without overlaps; none is longer
    than LONGEST, none is without a letter. The line that a court's filing system prints at the head
    of every page is no sentence, and none goes on across it."""
    spans: list[tuple[int, int]] = []
    start = 0
    for stamp_start, stamp_end in _stamps(shape):
        spans.extend(_between(shape, start, stamp_start))
        start = stamp_end
    return spans + list(_between(shape, start, len(shape)))


def _stamps(shape: bytes) -> Iterator[tuple[int, int]]:
    """Lines that say nothing but a docket number, and where and when its paper was filed."""
    for line in _CASE.finditer(shape):
        words = _ON_DOCKET.sub(b"", line[0]).split()[1:]
        if words and words[0] in (b"no.", b"no", b":"):
            words = words[1:]
        if (
            words
            and _DOCKET.fullmatch(words[0])
            and all(map(_STAMPED.fullmatch, words[1:]))
            and b"doc" in line[0]
            and b"page" in line[0]
        ):
            yield line.span()


def _between(shape: bytes, start: int, last: int) -> Iterator[tuple[int, int]]:
    for match in _END.finditer(shape, start, last):
        if shape[match.start()] == 10:
            if not ends_line(shape, start, match.start()):
                continue
        elif shape[match.start()] == 46 and _abbreviated(shape, match.start()):
            continue
        yield from _parts(shape, start, match.end())
        start = match.end()
    yield from _parts(shape, start, last)


def _abbreviated(shape: bytes, at: int) -> bool:
    return bool(_ABBREVIATION.search(shape[max(0, at - 8) : at]))


def ends_line(shape: bytes, start: int, at: int) -> bool:
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
