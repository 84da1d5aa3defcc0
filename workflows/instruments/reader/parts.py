"""A bundle in its parts: cover, application, affidavit, warrant, attachments, order, return page.

A part begins where a heading begins after a separator, a new page or a finished paper. Attachments,
returns and proofs of service stay with the paper that they follow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflows.instruments.reader.layout import (
    FORM,
    RUNNING_HEAD,
    Cell,
    Heading,
    Title,
    cells_of,
    continues,
    heading_in,
    is_attachment,
    is_return,
    is_separator,
    title_in,
)
from workflows.instruments.reader.view import View

_LETTER_END = re.compile(
    r"^\W*(?:sincerely|respectfully|very truly yours|yours truly|atentamente|cordialmente|regards"
    r"|best regards|thank you)\b"
)
_SIGNED = re.compile(
    r"(?<![a-z0-9])/?s/|\bsignature\b|\[firma|\bfirmado\b|\[signed|\bjudge\s*$|\bofficer\s*$|\bagent\s*$"
    r"|\bjuez\w*\b.*$|\bclerk\s*$"
    r"|\battorney\s*$|\bso ordered\b|_{3}"
)
_ADDRESS = re.compile(r"\W*(?:c/o|attn|attention|to|para|a)\b\W")  # "c/o City Attorney" signs nothing
_FAX = re.compile(r"^\W*(?:fax|facsimile|fax transmission|facsimile transmission|hoja de fax)\b")
FAX_LINE = re.compile(
    r"(?<![0-9:-])[0-9]{1,2}:[0-9]{2}(?![0-9-]|-[a-z]).*(?:\bp\.?\s?[0-9]{1,3}(?:\s?/\s?[0-9]+)?\b|\bpage\b"
    r"|\bfax\b|\b[0-9]{3}[- )]{0,2}[0-9]{3}[- ]?[0-9]{4}\b)"
)
# The line that a fax prints at the head of each page, of a page behind the first.
_LATER_FAX_PAGE = re.compile(
    r"(?<![0-9:-])[0-9]{1,2}:[0-9]{2}(?![0-9-]|-[a-z]).*\b(?:p|pg|page|pag)\b\.?\s?0{0,2}(?:[2-9]|[1-9][0-9])"
    r"(?:\s?(?:/|of|de)\s?[0-9]{1,3})?\W*$"
)
# A court that signs above its caption: "The relief described hereinbelow is SO ORDERED".
_SIGNED_ABOVE = re.compile(
    r"\bso ordered\b|\b(?:signed|ordered|dated) this\b|\bthis order (?:has been|is|was) (?:signed|entered)\b"
    r"|\bdirects entry\b"
)
_TRANSLATION = re.compile(
    r"\b(?:certificate|certification) of (?:accuracy of )?translat|\btraduccion\b|\btranslat(?:ion|or)\b"
    r"|\bborrador de traduccion\b"
)
_COVER = re.compile(
    r"\b(?:enclosed|attached) (?:please )?(?:find|is|are)\b|\bplease find (?:enclosed|attached)\b|\bdear\b"
    r"|^\W*(?:to|para|a)\s*:|\bestimad[oa]"
)
_CAPTION_MARK = re.compile(
    r"\b(?:v|vs)\b\.?|\bin re\b|\bin the matter\b|\bcase no|\bno\.|\ben el asunto|\bcaso\b|\bdocket\b"
    r"|\bcivil action\b|\bdistrict of\b|\bfor the\b|\bfile no|\bdistrito de\b"
)
MOST_LINES_BACK = 300  # a paper longer than this has shown by then what it is
# Headings after which another paper begins even without a ruled line.
_OPENERS = (
    "affidavit in support of",
    "nondisclosure order",
    "order for nondisclosure",
    "search and seizure warrant",
    "affidavit for search warrant",
)


@dataclass(frozen=True, slots=True)
class Part:
    """Lines `first` to `last` (exclusive) of one paper, with its headings and titles in order.

    `body_last` is the first line of a return, proof of service or attachment behind the signature.
    """

    number: int
    first: int
    last: int
    headings: tuple[Heading, ...]
    titles: tuple[Title, ...]
    attachments: tuple[tuple[int, str], ...]
    returns: tuple[int, ...]
    body_last: int


@dataclass(slots=True)
class _Lines:
    """What each line is, computed once."""

    cells: list[list[Cell]]
    headings: list[Heading | None]
    titles: list[Title | None]
    separator: list[bool]
    blank: list[bool]
    signed: list[bool]
    cover: list[bool]


def _survey(view: View) -> _Lines:
    cells = [cells_of(view, n) for n in range(len(view.lines))]
    headings: list[Heading | None] = []
    titles: list[Title | None] = []
    for n, row in enumerate(cells):
        if FAX_LINE.search(view.line_text(n)) or view.line_text(n).lstrip().startswith(">"):
            headings.append(None)
            titles.append(None)
            continue
        headings.append(next((h for cell in row if (h := heading_in(cell, view))), None))
        found = [t for cell in row if (t := title_in(cell, view))]
        titles.append(max(found, key=lambda t: len(t.words), default=None))
    separator = [is_separator(view, n) for n in range(len(view.lines))]
    blank = [not row for row in cells]
    texts = [view.line_text(n) for n in range(len(view.lines))]
    signed = [bool(_SIGNED.search(text) or _LETTER_END.search(text)) for text in texts]
    cover = [bool(_FAX.search(text) or _COVER.search(text)) for text in texts]
    return _Lines(cells, headings, titles, separator, blank, signed, cover)


def split(view: View) -> tuple[Part, ...]:
    """The parts in their order; a plain paper is one part."""
    lines = _survey(view)
    starts = [0]
    for n in range(1, len(view.lines)):
        if lines.blank[n] or lines.separator[n]:
            continue
        if _begins(view, lines, starts[-1], n) or _court_form_begins(view, lines, starts[-1], n):
            starts.append(n)
    return tuple(
        _part(view, lines, number, first, last)
        for number, (first, last) in enumerate(zip(starts, [*starts[1:], len(view.lines)], strict=True))
    )


def _part(view: View, lines: _Lines, number: int, first: int, last: int) -> Part:
    attachments, returns = [], []
    for n in range(first + 1, last):
        if lines.blank[n]:
            continue
        if found := is_attachment(view, n):
            attachments.append((n, found["mark"] or ""))
        elif is_return(view, n):
            returns.append(n)
    return Part(
        number,
        first,
        last,
        tuple(h for h in lines.headings[first:last] if h),
        tuple(t for t in lines.titles[first:last] if t),
        tuple(attachments),
        tuple(returns),
        _body_last(view, first, last, sorted([*(n for n, _ in attachments), *returns])),
    )


def _body_last(view: View, first: int, last: int, tails: list[int]) -> int:
    before = range(first + 1, tails[-1] if tails else first)
    signed = next((k for k in before if _signs(view.line_text(k))), last)
    return next((n for n in tails if n > signed), last)


def _signs(text: str) -> bool:
    """The line of a signature block; not a sentence that happens to break off after "the trial attorney"."""
    found = _SIGNED.search(text)
    if found is None or _ADDRESS.match(text):
        return False
    return not (found.end() == len(text) and found.group()[:1].isalpha() and len(text.split()) > 7)


def _ahead(lines: _Lines, n: int, count: int) -> list[int]:
    """The next `count` lines with words, from `n` on."""
    out: list[int] = []
    while n < len(lines.blank) and len(out) < count:
        if not lines.blank[n] and not lines.separator[n]:
            out.append(n)
        n += 1
    return out


def _break_before(view: View, lines: _Lines, n: int) -> bool:
    """A ruled line or a new page stands right before, or the running head of another filing begins here."""
    if RUNNING_HEAD.match(view.line_text(n)) or _LATER_FAX_PAGE.search(view.line_text(n - 1)):
        return True
    if view.lines[n].page != view.lines[n - 1].page:
        return True
    back = n - 1
    while back >= 0 and lines.blank[back] and not lines.separator[back]:
        if view.lines[back].page != view.lines[n].page:
            return True
        back -= 1
    return back >= 0 and lines.separator[back]


def _begins(view: View, lines: _Lines, start: int, n: int) -> bool:
    """True when another paper begins at line `n`, the current one having begun at `start`."""
    window = _ahead(lines, n, 4)
    if is_attachment(view, n) or any(is_return(view, w) or continues(view, w) for w in (n, *window[:3])):
        return False
    before = [
        k for k in range(max(start, n - MOST_LINES_BACK), n) if not lines.blank[k] and not lines.separator[k]
    ]
    if not before or (len(before) < 2 and not (lines.separator[n - 1] and lines.headings[n] and start > 0)):
        return False
    heads = [h for k in before if (h := lines.headings[k])]
    if is_attachment(view, before[0]) and all(h.origin in ("city", "law_enforcement") for h in heads):
        return _break_before(view, lines, n) and any(
            lines.headings[w] or FORM.search(view.line_text(w)) for w in window[:3]
        )
    titled = any(lines.titles[k] for k in before)
    signed = any(lines.signed[k] for k in before[1:])
    heading = next((lines.headings[w] for w in window[:3] if lines.headings[w]), None)
    title = next((t for w in window[:3] if (t := lines.titles[w]) and len(t.words) > 5), None)
    form = next((m["no"] for w in window[:2] if (m := FORM.search(view.line_text(w)))), None)
    special = any(
        _FAX.search(view.line_text(w)) or _TRANSLATION.search(view.line_text(w)) for w in window[:1]
    )
    cover = any(lines.cover[k] for k in before[:14])
    courtly = any(
        h.origin not in ("city", "law_enforcement", "dhs", "doj", "agency", "fbi", "us_attorney")
        for h in heads
    )
    if _break_before(view, lines, n):
        if not titled and not courtly and (told := _after_a_note(view, lines, before, n)) is not None:
            return told and not _same_running_head(view, start, n)
        if special and signed:
            return True
        counted = titled and _numbered(view, lines, n)
        if (heading or form) and (signed or cover or counted or (titled and len(before) > 12)):
            return not _same_running_head(view, start, n)
        if (heading or form) and title and not titled and not courtly and len(before) >= 5:
            return True
        if title and not titled and not courtly and len(before) >= 3 and lines.separator[n - 1]:
            return True
        return bool(title and titled and signed and len(before) >= 4) or bool(
            title and cover and len(before) >= 3
        )
    if not (signed and (titled or cover)):
        return _court_under_letter(view, lines, n, heads)
    own = lines.headings[n] or (form and FORM.search(view.line_text(n)) and heading)
    here_head = lines.headings[n]
    other = here_head is not None and all(h.origin != here_head.origin for h in heads)
    if own and len(before) >= (4 if other else 8):
        near = _ahead(lines, n, 14)
        caption = any(_CAPTION_MARK.search(view.line_text(w)) for w in near[:6])
        return caption and any(lines.titles[w] for w in near) and not _signature_line(view, lines, n)
    here = lines.titles[n]
    return bool(here and here.words.startswith(_OPENERS) and len(before) >= 10 and _was_done(view, before))


_COURT_FORM = re.compile(r"\W*ao\s?-?[0-9]{2,3}[a-d]?\b")


def _court_form_begins(view: View, lines: _Lines, start: int, n: int) -> bool:
    """The number of a court's form, the court's heading and a title: whatever stands above is another paper,
    an affidavit without its last page too."""
    if _COURT_FORM.match(view.line_text(n)) is None or continues(view, n):
        return False
    before = [k for k in range(max(start, n - MOST_LINES_BACK), n) if not lines.blank[k]]
    heads = (lines.headings[w] for w in _ahead(lines, n, 3))
    return (
        len(before) >= 2
        and any(lines.titles[k] for k in before)
        and any(h is not None and h.origin == "us_district" for h in heads)
        and any(lines.titles[w] for w in _ahead(lines, n, 16))
    )


# "-------- attachment 2 --------": whoever sent the bundle counts its papers.
_COUNTED = re.compile(
    r"\W*(?:attachment|document|file|item|paper|enclosure|adjunto|documento|archivo)\W{0,3}(?:no\W*)?"
    r"[2-9]\b[^a-z]*(?:of\W*[0-9]+\W*|de\W*[0-9]+\W*)?$"
)


def _numbered(view: View, lines: _Lines, n: int) -> bool:
    """The ruled line right above counts the papers of a bundle."""
    back = n - 1
    while back > 0 and lines.blank[back] and not lines.separator[back]:
        back -= 1
    return lines.separator[back] and bool(_COUNTED.match(view.line_text(back)))


_COURT_HEADS = ("us_district", "us_appeals", "us_special", "state", "tribal")


def _court_under_letter(view: View, lines: _Lines, n: int, heads: list[Heading]) -> bool:
    """An agency wrote some lines over the heading of a court, its caption and its title: another's paper."""
    here = lines.headings[n]
    if (
        here is None
        or here.origin not in _COURT_HEADS
        or not lines.blank[n - 1]
        or not heads
        or any(h.origin not in ("dhs", "doj", "fbi", "dea", "irs", "oig", "agency") for h in heads)
    ):
        return False
    before = " ".join(view.line_text(k) for k in range(max(0, n - 12), n))
    near = _ahead(lines, n, 10)
    return (
        bool(re.search(r"\b(?:attached|enclosed|below|please|under the|adjunt[oa])\b", before))
        and any(_CAPTION_MARK.search(view.line_text(w)) for w in near[:6])
        and any((t := lines.titles[w]) and not t.subject and len(t.words) > 4 for w in near)
    )


def _after_a_note(view: View, lines: _Lines, before: list[int], n: int) -> bool | None:
    """Whether the untitled lines `before` are another's note: False where a court signed above its caption,
    None where they say neither."""
    if not any(lines.headings[k] for k in before) and any(
        _SIGNED_ABOVE.search(view.line_text(k)) for k in before
    ):
        return False
    window = _ahead(lines, n, 16)
    headed = any(lines.headings[w] for w in window[:3]) or any(
        FORM.search(view.line_text(w)) for w in window[:2]
    )
    below = any((t := lines.titles[w]) and len(t.words) > 3 for w in window)
    return True if headed and below and _prose(view, before) else None


def _prose(view: View, before: list[int]) -> bool:
    """Somebody writes in whole words: a cover of two or three lines, and no letterhead of the same paper."""
    printed = (view.printed(view.lines[k].at, view.lines[k].end) for k in before)
    return any(len(re.findall(r"(?<![\w'])[a-zà-ÿ]{2,}(?![\w'])", text)) >= 6 for text in printed)


def _was_done(view: View, before: list[int]) -> bool:
    return any(_SIGNED.search(view.line_text(k)) for k in before[-6:])


def _signature_line(view: View, lines: _Lines, n: int) -> bool:
    """A court's or agency's name under a signature, not above a caption."""
    back = [k for k in range(max(0, n - 3), n) if not lines.blank[k]]
    return any(
        re.search(r"\b(?:judge|clerk|officer|attorney|agent|director)\b", view.line_text(k))
        for k in back[-1:]
    )


def _same_running_head(view: View, start: int, n: int) -> bool:
    """The head of a later page of the same filing repeats its first line, page number aside."""
    first = re.sub(r"[0-9]+ of [0-9]+.*$|page.*$", "", view.line_text(start)).strip()
    here = re.sub(r"[0-9]+ of [0-9]+.*$|page.*$", "", view.line_text(n)).strip()
    return bool(first) and first == here and bool(re.search(r"\bdocument\b|\bfiled\b", here))
