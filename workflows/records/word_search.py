"""Words looked for on every page of a matter, and every place of them marked.

Letters and digits alone are compared, without case and accents. The words are in no entry, no row and no
address; whoever calls has them for this one answer. Time grows with the length of the pages: each is read
once, by plain search. Records are taken by number, so that a search that was cut off goes on from a page.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from workflows.audit import log
from workflows.errors import Invalid, Stale, WrongState
from workflows.matters.access import access_matter
from workflows.matters.acts import act
from workflows.policy.codes import EXEMPTION_CODES
from workflows.records.models import Finding, Record
from workflows.records.page_words import Corners, PageWords, pages_of
from workflows.records.review import set_box, settle
from workflows.records.stepping import REVIEWABLE

MOST = 500  # places in one answer: as many as a person can look through
MOST_BYTES = 64 * 1024 * 1024  # of stored words in one answer
LEAST_CHARS, LONGEST_CHARS = 2, 200  # of letters and digits; of what is typed
_NEITHER = re.compile(r"[\W_]+")
_PLACE = re.compile(r"(\d{1,6})\.(\d{1,6})\.(\d{1,4})\.(\d{1,9})\Z", re.ASCII)
SLACK_PT = 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """One place where the words stand. `boxes` (points, from the top left) is empty where the reader saw no
    place on the page; `findings` are keys of the findings that stand there. `id` names it within the matter
    as long as the record is not read again."""

    id: str
    record: Record
    page: int
    boxes: tuple[Corners, ...]
    before: str
    words: str
    after: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """What a search came to. `go_on` is record and page to go on from where it was cut off, `crowded` a page
    with more places than are listed; `unread` are numbers of records whose words were not kept or that
    cannot be read, and `silent` counts pages on which nobody read a word."""

    places: tuple[Place, ...]
    records: int
    pages: int
    go_on: tuple[int, int] | None
    crowded: tuple[int, int] | None
    unread: tuple[int, ...]
    silent: int


def search(matter_id: UUID | str, sought: str, *, actor: Any, first: tuple[int, int] = (1, 1)) -> Searched:
    """Every place of the words on the pages of the matter, from record and page `first` on. The entry says
    that a search was made and how much it found. Raises NotVisible, Forbidden, Invalid."""
    with act("see_pages", actor=actor, matter_id=matter_id):
        matter = access_matter(actor, matter_id, "see_pages")
        needle = _needle(sought)
        rows = list(
            matter.records.filter(number__gte=first[0]).select_related("words", "matter").order_by("number")
        )
    found = _searched(rows, needle, first)  # outside of any transaction: it takes a while
    with act("see_pages", actor=actor, matter_id=matter_id):
        matter = access_matter(actor, matter_id, "see_pages")
        log.record(
            "words.searched",
            actor=actor,
            matter=matter,
            facts={
                "result": "cut_off" if found.go_on or found.crowded else "complete",
                "counts": {"places": len(found.places), "pages": found.pages, "records": found.records},
            },
        )
    return found


def mark_everywhere(
    matter_id: UUID | str, sought: str, places: Collection[str], *, actor: Any, code: str = "W-1"
) -> list[Place]:
    """What stands at these places (ids, as the person saw them listed) goes: undecided findings there are
    redacted, and where no redaction covers the words a box is drawn. One undo takes all of it back.

    Done twice it changes nothing. Raises NotVisible, Forbidden, WrongState, Invalid for a place that does
    not hold the words or has no place on its page, Stale where a record was read again meanwhile.
    """
    with act("mark", actor=actor, matter_id=matter_id):
        matter = access_matter(actor, matter_id, "mark")
        needle = _needle(sought)
        wanted = _wanted(places)
        rows = {row.number: row for row in matter.records.filter(number__in=wanted).select_related("words")}
        if code not in EXEMPTION_CODES:
            raise Invalid("Choose an exemption code from the list.", code="unknown_choice")
    seen = {number: row.words_id for number, row in rows.items()}
    standing = [place for number in sorted(rows) for place in _again(rows[number], needle, wanted[number])]
    with act("mark", actor=actor, matter_id=matter_id):
        matter = access_matter(actor, matter_id, "mark", lock=True)
        if {place.id for place in standing} != set(places):
            raise Invalid("One of these places holds other words. Search again.", code="not_alike")
        if not all(place.boxes for place in standing):
            raise Invalid("Words without a place on the page cannot be marked.", code="no_place")
        now = {row.number: row for row in matter.records.filter(number__in=rows).select_related("matter")}
        if {number: row.words_id for number, row in now.items()} != seen:
            raise Stale("A record has been read again meanwhile. Search again.")
        if matter.state not in REVIEWABLE or any(
            row.state not in ("readable", "reviewed") for row in now.values()
        ):
            raise WrongState("These records cannot be reviewed now: one is still being read, or frozen.")
        _mark(standing, now, actor=actor, code=code)
        return standing


def findings_at(places: Sequence[Place]) -> dict[tuple[UUID, str], Finding]:
    """The findings that stand at these places, by record and key."""
    rows = Finding.objects.filter(
        record__in={place.record.pk for place in places},
        key__in={key for place in places for key in place.findings},
    )
    return {(row.record_id, row.key): row for row in rows}


def _needle(sought: str) -> str:
    """What is compared. Raises Invalid for what is too short or too long to look for."""
    needle = _folded(sought[: LONGEST_CHARS + 1])
    if len(sought) > LONGEST_CHARS or len(needle) < LEAST_CHARS:
        raise Invalid(
            f"Type at least {LEAST_CHARS} letters or digits, and at most {LONGEST_CHARS} characters.",
            code="sought",
        )
    return needle


def _folded(text: str) -> str:
    return _NEITHER.sub("", unicodedata.normalize("NFKD", text).casefold())


def _searched(rows: Sequence[Record], needle: str, first: tuple[int, int]) -> Searched:
    places: list[Place] = []
    unread: list[int] = []
    records = pages = silent = size = 0
    crowded = None
    for row in rows:
        if row.words is None:
            unread.append(row.number)
            continue
        if size and size + row.words.size > MOST_BYTES:
            return Searched(tuple(places), records, pages, (row.number, 1), crowded, tuple(unread), silent)
        size, records = size + row.words.size, records + 1
        for page in pages_of(row.words):
            if (row.number, page.n) < first:
                continue
            if len(places) >= MOST:
                go_on = (row.number, page.n)
                return Searched(tuple(places), records, pages, go_on, crowded, tuple(unread), silent)
            pages += 1
            silent += not any(reading.text.strip() for reading in page.readings)
            found = _on_page(row, page, needle)
            if len(found) > MOST:
                crowded = crowded or (row.number, page.n)
            places += found[:MOST]
    return Searched(tuple(places), records, pages, None, crowded, tuple(unread), silent)


def _on_page(row: Record, page: PageWords, needle: str) -> list[Place]:
    """Places on one page, at most one more than MOST. What several readers read is one place; words without
    a box are one for each reading."""
    found: list[Place] = []
    claims: dict[str, tuple[Corners, ...]] | None = None
    for index, reading in enumerate(page.readings):
        others = tuple(found)
        for start, end in _spans(reading.text, needle):
            if len(found) > MOST:
                return found
            boxes = reading.lines(start, end)
            if any(_meet(boxes, other.boxes) for other in others):
                continue
            claims = _claims(page) if claims is None else claims
            before, words, after = page.around((index, start, end))
            keys = tuple(key for key, own in claims.items() if _meet(boxes, own))
            found.append(
                Place(
                    f"{row.number}.{page.n}.{index}.{start}", row, page.n, boxes, before, words, after, keys
                )
            )
            if not boxes:
                break
    return sorted(
        found, key=lambda place: place.boxes[0][1:2] + place.boxes[0][:1] if place.boxes else (1e9,)
    )


def _spans(text: str, needle: str) -> Iterator[tuple[int, int]]:
    """Where the needle stands in the text, from left to right without overlap, at most MOST and one."""
    if needle not in _folded(text):  # fast, and most pages end here
        return
    from redaction.decide.places import normalised

    letters, offsets = normalised(text)
    at = letters.find(needle)
    for _ in range(MOST + 1):
        if at < 0:
            return
        yield offsets[at], offsets[at + len(needle) - 1] + 1
        at = letters.find(needle, at + len(needle))


def _claims(page: PageWords) -> dict[str, tuple[Corners, ...]]:
    """The boxes of the words of each finding of the page."""
    return {
        key: tuple(box for index, start, end in spans for box in page.readings[index].lines(start, end))
        for key, spans in page.claims.items()
    }


def _meet(some: Sequence[Corners], others: Sequence[Corners]) -> bool:
    return any(
        a[0] < b[2] - SLACK_PT
        and b[0] < a[2] - SLACK_PT
        and a[1] < b[3] - SLACK_PT
        and b[1] < a[3] - SLACK_PT
        for a in some
        for b in others
    )


def _within(box: Corners, others: Sequence[Sequence[float]]) -> bool:
    return any(
        b[0] <= box[0] + SLACK_PT
        and b[1] <= box[1] + SLACK_PT
        and b[2] >= box[2] - SLACK_PT
        and b[3] >= box[3] - SLACK_PT
        for b in others
    )


def _wanted(places: Collection[str]) -> dict[int, dict[int, set[str]]]:
    """Ids of places by record and page. Raises Invalid for what is no id, for none, and for too many."""
    if not 0 < len(places) <= MOST:
        raise Invalid(f"Choose at least one place, and at most {MOST} at a time.", code="places")
    wanted: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for place in places:
        match = _PLACE.match(place)
        if match is None:
            raise Invalid("The form is damaged. Search again.", code="places")
        wanted[int(match[1])][int(match[2])].add(place)
    return wanted


def _again(row: Record, needle: str, wanted: Mapping[int, set[str]]) -> Iterator[Place]:
    """The wanted places of one record as the words are found there now."""
    if row.words is None:
        return
    left = set(wanted)
    for page in pages_of(row.words):
        if page.n in left:
            left.discard(page.n)
            yield from (place for place in _on_page(row, page, needle) if place.id in wanted[page.n])
        if not left:
            return


def _mark(places: Sequence[Place], records: Mapping[int, Record], *, actor: Any, code: str) -> None:
    group = uuid4()
    findings = findings_at(places)
    drawn = _drawn(records.values())
    for place in places:
        record = records[place.record.number]
        rows = [row for key in place.findings if (row := findings.get((record.pk, key))) is not None]
        for row in rows:
            if row.decision == "":
                settle(record, row, "redact", "", actor=actor, group=group)
        gone = [box for row in rows if row.decision == "redact" for box in row.boxes]
        for box in place.boxes:
            if _within(box, gone) or _within(box, drawn[record.pk, place.page]):
                continue
            mark = set_box(record, place.page, box, actor=actor, code=code, group=group)
            drawn[record.pk, place.page].append((mark.x0, mark.y0, mark.x1, mark.y1))


def _drawn(records: Collection[Record]) -> dict[tuple[UUID, int], list[Sequence[float]]]:
    """Boxes that people have drawn and that stand, by record and page."""
    drawn: dict[tuple[UUID, int], list[Sequence[float]]] = defaultdict(list)
    for record in records:
        rows = record.marks.filter(removed_at__isnull=True)
        for n, *corners in rows.values_list("page_n", "x0", "y0", "x1", "y1"):
            drawn[record.pk, n].append(corners)
    return drawn
