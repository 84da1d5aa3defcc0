"""Machine-readable zones as OCR gives them, and as the document had them (ICAO Doc 9303, parts 3 to 7).

OCR takes fillers for K, C, E or L, sets blanks between letters, mixes up O and 0. The layout says
where a digit must stand and where a letter, and check digits say whether the mending is right. A
mended zone is offered as one more text, with the places of the letters it was made from; what
OCR read stays as it is. Pure functions.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from redaction.types import Box, PageText

FILLERS = "<\u00ab\u2039({[KkCcEeLlSsX"  # what fillers are read as; only the first is one
LETTER_OF = str.maketrans("015826", "OISBZG")
DIGIT_OF = str.maketrans("OQDIlZSBG", "000112586")
TWINS = {"O": "0", "0": "O", "I": "1", "1": "I", "S": "5", "5": "S", "B": "8", "8": "B", "Z": "2", "2": "Z"}
MOST_TWINS = 5
NUMBER = 9  # characters of a document number
SLACK = 4  # characters that OCR may lose or add on a line
_TAIL = re.compile(r"<[<\u00ab\u2039({\[KkCcEeLlSsX]*$")
_RUN = re.compile(r"<[<KkCcEeLlSsX]*<")


@dataclass(frozen=True, slots=True)
class Layout:
    """Lines and length of a zone. Spans count characters of one line, end exclusive: of letters,
    of digits; `checked` holds line, start and end of a field whose check digit follows it."""

    lines: int
    length: int
    letters: tuple[tuple[int, int, int], ...]
    digits: tuple[tuple[int, int, int], ...]
    checked: tuple[tuple[int, int, int], ...]


def _of_two(length: int) -> Layout:
    """Passports (44) and visas or cards of two lines (36): Doc 9303-4, 9303-6, 9303-7."""
    return Layout(
        2,
        length,
        letters=((0, 0, length), (1, 10, 13)),
        digits=((1, 9, 10), (1, 13, 20), (1, 21, 28)),
        checked=((1, 0, 9), (1, 13, 19), (1, 21, 27)),
    )


CARD = Layout(  # Doc 9303-5
    3,
    30,
    letters=((0, 2, 5), (1, 15, 18), (2, 0, 30)),
    digits=((0, 14, 15), (1, 0, 7), (1, 8, 15)),
    checked=((0, 5, 14), (1, 0, 6), (1, 8, 14)),
)
LAYOUTS = (_of_two(44), _of_two(36), CARD)
HELD = 2  # of the three check digits: fewer, and it is no zone


@dataclass(slots=True)
class _Line:
    """Characters of one line of OCR without blanks, each with its place."""

    text: str
    cells: list[Box | None]


def mended(read: PageText) -> list[PageText]:
    """Every zone of a page as a text of its own. Nothing where check digits do not hold."""
    found, lines, at = [], _lines(read), 0
    while at < len(lines):
        for layout in LAYOUTS:
            zone = _zone(lines[at : at + layout.lines], layout)
            if zone is not None:
                found.append(_as_text(zone, read))
                at += layout.lines - 1
                break
        at += 1
    return found


def check_digit(field: str) -> str:
    """Doc 9303-3, 4.9: weights 7, 3, 1; a filler counts 0, A is 10."""
    values = (0 if sign == "<" else int(sign, 36) for sign in field)
    return str(sum(value * weight for value, weight in zip(values, itertools.cycle((7, 3, 1)))) % 10)


def _lines(read: PageText) -> list[_Line]:
    """The lines that could be one of a zone, and an empty one for each that could not."""
    lines, start = [], 0
    for raw in read.text.split("\n"):
        kept = [at for at in range(start, start + len(raw)) if not read.text[at].isspace()]
        start += len(raw) + 1
        line = _Line("".join(read.text[at] for at in kept), [read.cells[at] for at in kept])
        if not line.text:
            continue
        lines.append(line if _could_be(line.text) else _Line("", []))
    return lines


def _could_be(text: str) -> bool:
    if not CARD.length - SLACK <= len(text) <= LAYOUTS[0].length + SLACK:
        return False
    signs = sum(c.isdigit() or (c.isascii() and c.isupper()) or c in FILLERS for c in text)
    return signs >= 0.95 * len(text)


def _zone(lines: Sequence[_Line], layout: Layout) -> list[_Line] | None:
    """The lines mended to the layout, or None when they do not fit it."""
    if len(lines) < layout.lines or any(abs(len(line.text) - layout.length) > SLACK for line in lines):
        return None
    if not any("<" in line.text for line in lines):
        return None
    fitted = [_fitted(line, layout.length) for line in lines]
    signs = [list(line.text.upper()) for line in fitted]
    for spans, table in ((layout.letters, LETTER_OF), (layout.digits, DIGIT_OF)):
        for row, start, end in spans:
            signs[row][start:end] = "".join(signs[row][start:end]).translate(table)
    held = sum(_settle(signs[row], start, end) for row, start, end in layout.checked)
    if held < HELD or not all(re.fullmatch("[A-Z0-9<]+", "".join(row)) for row in signs):
        return None
    return [_Line("".join(row), line.cells) for row, line in zip(signs, fitted, strict=True)]


def _fitted(line: _Line, length: int) -> _Line:
    """The line with its fillers as fillers, as long as it must be: fillers come and go at the
    longest run of them."""
    text = line.text
    for pattern in (_TAIL, _RUN):
        text = pattern.sub(lambda run: "<" * len(run.group()), text)
    text = re.sub("[\u00ab\u2039({\\[]", "<", text)
    runs = sorted((match.span() for match in re.finditer("<+", text)), key=lambda s: s[0] - s[1])
    start, end = runs[0] if runs else (len(text), len(text))
    cells = list(line.cells)
    if len(text) > length:
        cut = min(len(text) - length, max(0, end - start - 1))
        text, cells = text[: end - cut] + text[end:], cells[: end - cut] + cells[end:]
    missing = length - len(text)
    if missing > 0:
        beside = cells[max(0, end - 1)]
        text, cells = text[:end] + "<" * missing + text[end:], cells[:end] + [beside] * missing + cells[end:]
    return _Line(text[:length], cells[:length])


def _settle(signs: list[str], start: int, end: int) -> bool:
    """True when the field's check digit holds, if need be after changing look-alikes in a number;
    a date has been made digits already."""
    field, digit = signs[start:end], signs[end]
    for tried in _alternatives(field) if end - start == NUMBER else [field]:
        if re.fullmatch("[A-Z0-9<]+", "".join(tried)) and check_digit("".join(tried)) == digit:
            signs[start:end] = tried
            return True
    return False


def _alternatives(field: Sequence[str]) -> Iterator[list[str]]:
    """The field, then with one look-alike changed, then with two."""
    doubtful = [at for at, sign in enumerate(field) if sign in TWINS][:MOST_TWINS]
    for several in range(min(3, len(doubtful) + 1)):
        for places in itertools.combinations(doubtful, several):
            yield [TWINS[sign] if at in places else sign for at, sign in enumerate(field)]


def _as_text(zone: Sequence[_Line], read: PageText) -> PageText:
    cells: list[Box | None] = []
    for line in zone:
        cells += [*line.cells, None]
    cells.pop()
    sizes = tuple(None if cell is None else cell.height for cell in cells)
    return PageText(read.source, read.page, "\n".join(line.text for line in zone), tuple(cells), sizes)
