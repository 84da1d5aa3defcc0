"""Marks in a tagged content stream, and the structure tree that they belong to (section 9.3).

A mark can say two things only: here stand the next words of a paragraph, and this one word, a box's
token, is spoken as "withheld" and its label. Which words share a mark follows from their places.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from redaction.verify.claims import ClaimedPage
from redaction.verify.structure import Name, Ref, Unreadable

if TYPE_CHECKING:
    from redaction.verify.content import Content

MARK = re.compile(
    rb"/(?:P << /MCID (?P<p>0|[1-9]\d{0,5})"
    rb"|Span << /MCID (?P<span>0|[1-9]\d{0,5}) /ActualText \(withheld (?P<label>[A-Z0-9-]{1,8})\)) >> BDC"
)
AT_FOOT = b"/Artifact << /Type /Pagination >> BDC"
END = b"EMC"
NEXT_LINE_PT, SAME_LINE_PT, MOST_PARAGRAPHS = -18, 6, 60
HEADS = 3  # root, document, table of parents


@dataclass(frozen=True, slots=True)
class Mark:
    """The first of the words it stands around, by its place among the page's, and the label that is
    spoken in their stead."""

    first: int
    label: str = ""


def unmarked(lines: Sequence[bytes], footer: bool) -> tuple[list[bytes], tuple[Mark, ...]]:
    """The pairs of Td and Tj without the marks around them. Raises Unreadable for any other mark, and
    for one at another place."""
    left: list[bytes] = []
    marks: list[Mark] = []
    rest = list(reversed(lines))
    while rest and (mark := MARK.fullmatch(rest[-1])):
        rest.pop()
        if int(mark["p"] or mark["span"]) != len(marks):
            raise Unreadable("marks are not numbered 0, 1, 2")
        marks.append(Mark(len(left) // 2, (mark["label"] or b"").decode("ascii")))
        left += taken(rest, 2)
        while rest and rest[-1] != END and not marks[-1].label:
            left += taken(rest, 2)
        if taken(rest, 1) != [END]:
            raise Unreadable("a mark that does not end")
    if footer:
        first, *pair, last = taken(rest, 4)
        if (first, last) != (AT_FOOT, END):
            raise Unreadable("the footer's word is not marked as one")
        left += pair
    if rest:
        raise Unreadable("a mark or a word that the profile does not name")
    return left, tuple(marks)


def taken(rest: list[bytes], count: int) -> list[bytes]:
    """The next lines, taken away. Raises Unreadable when there are not so many."""
    if len(rest) < count:
        raise Unreadable("the content stream ends within a mark")
    return [rest.pop() for _ in range(count)]


def place_faults(claimed: bool, content: Content) -> list[str]:
    """Marks where the report claims none or the other way round, marks around other words than the
    words' places say, and spoken texts over another word than their token."""
    if (content.marks is not None) != claimed:
        return ["has marks that are not claimed, or lacks claimed ones"]
    found = []
    wanted = [first for paragraph in paragraphs(content) for first in paragraph]
    if [mark.first for mark in content.marks or ()] != wanted:
        found.append("marks begin elsewhere than its lines and tokens say")
    if any(content.words[mark.first].text != f"[{mark.label}]" for mark in content.marks or () if mark.label):
        found.append("something is spoken in place of a word")
    return found


def paragraphs(content: Content) -> list[list[int]]:
    """For each paragraph the first word of each mark that it must have; nothing for a page without
    marks. A paragraph begins where a word stands lower than the next line or higher than its own; a page
    with too many such places is one paragraph."""
    if content.marks is None:
        return []
    spoken = {mark.first for mark in content.marks if mark.label}
    heights = [word.y for word in content.words]
    breaks = [
        at
        for at in range(1, len(heights))
        if heights[at] - heights[at - 1] < NEXT_LINE_PT or heights[at] - heights[at - 1] > SAME_LINE_PT
    ]
    if len(breaks) >= MOST_PARAGRAPHS:
        breaks = []
    begins = {0, *breaks}
    found: list[list[int]] = []
    for at in range(len(heights)):
        if at in begins:
            found.append([at])
        elif at in spoken or at - 1 in spoken:
            found[-1].append(at)
    return found


def token_faults(page: ClaimedPage, content: Content) -> list[str]:
    """Boxes of which no reader would speak, or more spoken of than there are."""
    if content.marks is None:
        return []
    spoken = Counter(mark.label for mark in content.marks if mark.label)
    return [] if spoken == Counter(box.label for box in page.boxes) else ["another number of spoken boxes"]


def tree(first: int, pages: Sequence[int], counts: Sequence[Sequence[int]]) -> dict[int, Mapping[str, Any]]:
    """What the objects of the tree must be, numbered from `first`: `pages` are the numbers of the page
    objects, `counts` how many marks each paragraph of each page has."""
    wanted: dict[int, Mapping[str, Any]] = {}
    numbers: list[Any] = []
    at = first + HEADS
    for n, (page, paragraphs) in enumerate(zip(pages, counts, strict=True)):
        row: list[Ref] = []
        for kids in paragraphs:
            wanted[at] = {
                "S": Name("P"),
                "P": Ref(first + 1),
                "Pg": Ref(page),
                "K": list(range(len(row), len(row) + kids)),
            }
            row += [Ref(at)] * kids
            at += 1
        numbers += [n, row]
    every = [Ref(number) for number in wanted]
    wanted[first] = {
        "Type": Name("StructTreeRoot"), "K": Ref(first + 1), "ParentTree": Ref(first + 2),
        "ParentTreeNextKey": len(pages),
    }  # fmt: skip
    wanted[first + 1] = {"Type": Name("StructElem"), "S": Name("Document"), "P": Ref(first), "K": every}
    wanted[first + 2] = {"Nums": numbers}
    return wanted
