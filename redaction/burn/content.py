"""The content stream of one page: its picture, the words over it, and how they are marked for readers
that speak (docs/output-profile.md, sections 4 and 9)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from redaction.burn import font
from redaction.burn.footer import BAND_PT, BASE_PT, HEIGHT_PT, WORD_BASE_PT, Footer

NEXT_LINE_PT, SAME_LINE_PT = -18, 6  # a word lower or higher than this begins another paragraph
MOST_PARAGRAPHS = 60  # a page of more is one: scattered words, each of which would cost a hundred bytes
END = "EMC"


class PlacedWord(NamedTuple):
    """One word of the text layer: its start on the 6-pt grid, points from the bottom left; `label` is
    that of the box it is the token of."""

    x: int
    y: int
    text: str
    label: str = ""


def number(value: float) -> str:
    """A length with at most two decimals, without trailing zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def content(
    width_pt: float,
    height_pt: float,
    words: Sequence[PlacedWord],
    footer: Footer | None = None,
    *,
    tagged: bool = False,
) -> bytes:
    """The content stream, before compression. With a footer the page stands above its band."""
    band = 0 if footer is None else BAND_PT
    lines = [*_picture(number(width_pt), number(height_pt), 0, band, "Im0", "Page" if tagged else "")]
    if footer is not None:
        kind = "Pagination" if tagged else ""
        lines += _picture(number(footer.width_pt), str(HEIGHT_PT), footer.x, BASE_PT, "Im1", kind)
    lines += ["BT", "3 Tr", f"/F0 {font.FONT_SIZE_PT} Tf"]
    raised = [word._replace(y=word.y + band) for word in words] if band else words
    lines += _tagged(raised) if tagged else _shown(raised, 0, 0)
    if footer is not None:
        x, y = (raised[-1].x, raised[-1].y) if raised else (0, 0)
        shown = _shown([PlacedWord(footer.x, WORD_BASE_PT, footer.word)], x, y)
        lines += _marked("/Artifact << /Type /Pagination >>", shown) if tagged else shown
    lines.append("ET")
    return ("\n".join(lines) + "\n").encode("ascii")


def paragraphs(words: Sequence[PlacedWord]) -> list[list[list[PlacedWord]]]:
    """The words in paragraphs and marks. A paragraph begins where a word stands lower than the next
    line, or higher than its own, beside the word before it; a mark is one box token or what stands
    between two. Marks are not nested: readers that keep no stack of them would lose the words behind."""
    steps = [word.y - before.y for before, word in pairwise(words)]
    starts = {at for at, step in enumerate(steps, 1) if not NEXT_LINE_PT <= step <= SAME_LINE_PT}
    found: list[list[list[PlacedWord]]] = []
    for at, word in enumerate(words):
        before = words[at - 1]
        if at == 0 or (at in starts and len(starts) < MOST_PARAGRAPHS):
            found.append([[word]])
        elif word.label or before.label:
            found[-1].append([word])
        else:
            found[-1][-1].append(word)
    return found


def _picture(width: str, height: str, x: int, y: int, name: str, artifact: str) -> Iterable[str]:
    """A picture, told to be no content of its own where the page is tagged."""
    lines = ["q", f"{width} 0 0 {height} {x} {y} cm", f"/{name} Do", "Q"]
    return _marked(f"/Artifact << /Type /{artifact} >>", lines) if artifact else lines


def _marked(tag: str, lines: Iterable[str]) -> Iterator[str]:
    yield f"{tag} BDC"
    yield from lines
    yield END


def _tagged(words: Sequence[PlacedWord]) -> Iterator[str]:
    """Each mark of each paragraph, box tokens with a text to be spoken."""
    x = y = 0
    for at, mark in enumerate(mark for paragraph in paragraphs(words) for mark in paragraph):
        spoken = f"/Span << /MCID {at} /ActualText (withheld {mark[0].label}) >>"
        yield from _marked(spoken if mark[0].label else f"/P << /MCID {at} >>", _shown(mark, x, y))
        x, y = mark[-1].x, mark[-1].y


def _shown(words: Iterable[PlacedWord], x: int, y: int) -> Iterator[str]:
    """One Td and one Tj for each word, from the place of the word before."""
    for word in words:
        yield f"{word.x - x} {word.y - y} Td"
        yield f"<{(word.text + ' ').encode('utf-16-be').hex().upper()}> Tj"
        x, y = word.x, word.y
