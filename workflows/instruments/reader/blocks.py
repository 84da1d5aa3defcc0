"""The signer of a part out of its signature blocks; forms that print a place and no title included."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from workflows.instruments.cues import Cue
from workflows.instruments.reader.hands import ONLY_NAME, UNCLEAR, WRITTEN
from workflows.instruments.reader.names import (
    INITIALS,
    fuller,
    name_before,
    names_on_line,
    same_person,
    tidy,
    turned,
)
from workflows.instruments.reader.parts import Part
from workflows.instruments.reader.places import MARK_TEXT, PLACES, by_place, lines_above, mark_name_of
from workflows.instruments.reader.view import View
from workflows.instruments.signers import (
    JUDGE_GROUPS,
    MARK,
    Block,
    Signer,
    blanks,
    blocks,
    is_mark,
    name_alone_above,
    name_before_title,
)

MOST_READ = 100_000  # characters in which other prints of a name are looked for


def read_signer(view: View, part: Part, *, want: str = "") -> Signer:
    """Who signed the part. `want` is "application" where the applicant, not the judge of the oath, signs,
    and "letter" where the writer signs and a judge is only quoted."""
    import dataclasses

    signer = _read_signer(view, part, want)
    if signer.name is None:
        return signer
    name: str | None = fuller(signer.name, view.source[:MOST_READ])
    if signer.judge and name and INITIALS.fullmatch(name):
        name = None  # whose initials these are no print of the paper tells
    return dataclasses.replace(signer, name=name)


def _read_signer(view: View, part: Part, want: str) -> Signer:
    found = _own_marks(view, [b for b in blocks(view, part) if not b.served])
    main = [b for b in found if b.line < part.body_last] or found
    operative = [b for b in main if not b.foreign and not b.oath]
    if want == "application":
        operative = [b for b in main if not b.oath and b.group not in JUDGE_GROUPS] or [
            b for b in main if b.group not in JUDGE_GROUPS
        ]
    if want == "letter":
        operative = [
            b for b in operative if b.group not in JUDGE_GROUPS and b.line > part.first + 2
        ] or operative
    chosen = _choose(view, operative)
    if chosen is not None and not chosen.mark and chosen.group in ("clerk", "attorney"):
        placed = by_place(view, part, want)
        if placed.signed and placed.name and "clerk" in (chosen.group, placed.group):
            return placed
    if chosen is None:
        return by_place(view, part, want)
    if chosen.group not in JUDGE_GROUPS and chosen.line - part.first < (part.body_last - part.first) // 3:
        # Who signs the letter on top of a form does not sign the form.
        placed = by_place(view, part, want)
        if placed.signed and placed.name and placed.line > chosen.line + 3:
            return placed
    name, mark_name = _names(view, part, chosen)
    name = name or (None if mark_name else _named_nearby(view, part, chosen, operative))
    stands_in = None if chosen.group in JUDGE_GROUPS else _signs_in_place(view, part, chosen)
    if stands_in:
        name, mark_name = stands_in, None
    signed = True if stands_in else _signed(view, part, chosen, name, mark_name)
    if chosen.group in JUDGE_GROUPS and signed is None:
        signed = _judge_place(view, part, chosen, name)
    cues = [Cue("signer's title", chosen.at, chosen.end)]
    if chosen.mark and signed:
        cues.append(
            Cue(
                "signature",
                chosen.mark[0],
                min(chosen.mark[1] + 30, view.lines[view.line_of(chosen.mark[0])].end),
            )
        )
    elif chosen.blank and signed is False:
        cues.append(Cue("empty signature line", *chosen.blank))
    return Signer(
        _best_name(name, mark_name, chosen.group), _title(view, chosen), chosen.group in JUDGE_GROUPS, signed,
        chosen.group, False, tuple(cues), chosen.line,
    )  # fmt: skip


def _named_nearby(view: View, part: Part, block: Block, operative: list[Block]) -> str | None:
    """ "R 3317 LIND SDDO (Signature)" over "R. Lind, SDDO (Printed name)": of the lines with this title the
    one whose name can be read."""
    near = [b for b in operative if b.group == block.group and abs(b.line - block.line) <= 3]
    return next((name for b in near if (name := _names(view, part, b)[0])), None)


_FOR = r"(?:[Ff]or|FOR|[Pp]or|[Oo]n behalf of|[Ee]n nombre de|[Pp]\. ?[Pp]\.|pp\.?)"
_FOR_ANOTHER = re.compile(rf"(?:^|(?<=[\s,])){_FOR}(?:\s+|:?$)")


def _signs_in_place(view: View, part: Part, block: Block) -> str | None:
    """Who signs for the official whose title stands below: "Ana Poe / for John Q. Stone / Director"."""
    names: list[str] = []
    told = False
    for n in lines_above(view, part, block.line, 3):
        text = " ".join(MARK_TEXT.sub(" ", view.printed(view.lines[n].at, view.lines[n].end)).split())
        pieces = [one.strip(" ,_") for one in _FOR_ANOTHER.split(turned(text))]
        whole = [one for one in pieces if one]
        if not whole or not all(ONLY_NAME.fullmatch(one) for one in whole):
            break
        told = told or len(pieces) > 1
        names = whole + names
    people = list(dict.fromkeys(name for one in names if (name := tidy(one))))
    return people[0] if told and len(people) > 1 else None


def _own_marks(view: View, found: list[Block]) -> list[Block]:
    """A mark belongs to the first title after it and to the same signer's other lines, to no other title."""
    import dataclasses

    out = []
    for block in found:
        if block.mark and block.mark[0] < block.at:
            nearer = [
                b for b in found
                if b is not block and block.mark[0] < b.at < block.at and b.line < block.line
                and (b.group in JUDGE_GROUPS) != (block.group in JUDGE_GROUPS)
                and not _beside_mark(view, block, b)
            ]  # fmt: skip
            if nearer:
                block = dataclasses.replace(block, mark=None)
        out.append(block)
    return out


def _beside_mark(view: View, block: Block, other: Block) -> bool:
    """The other title stands beside the mark in the next column: "/s/ Ana Rivas      Attest: ..., Clerk"."""
    assert block.mark is not None
    line = view.lines[block.line]
    return (
        view.line_of(block.mark[0]) == other.line == block.line - 1
        and "\t" in view.text[block.mark[1] : other.at]
        and not view.text[line.at : block.at].strip()
    )


_BY = re.compile(r"\W*(?:by|por)\s*:?\s+(?=[a-z])")


def _signs_for(view: View, block: Block) -> bool:
    """ "ALMA TRIPP / United States Attorney / By: Ana Rivas / Assistant United States Attorney"."""
    return any(_BY.match(view.line_text(n)) for n in range(max(0, block.line - 1), block.line + 1))


def _choose(view: View, operative: list[Block]) -> Block | None:
    """The marked block; of several the last; without marks the last judge, else the last title."""
    if not operative:
        return None
    if any(b.group == "legislature" for b in operative):  # the clerk of a chamber attests, its chair signs
        operative = [b for b in operative if b.group != "clerk"]
    marked = [b for b in operative if b.mark or b.hand == WRITTEN]
    judges = [b for b in marked if b.group in JUDGE_GROUPS]
    pool = marked or operative
    last_judge = max((b.line for b in operative if b.group in JUDGE_GROUPS), default=-1)
    if marked and not judges and all(b.group == "attorney" and b.line < last_judge for b in marked):
        # An attorney asks on top of the paper that a judge closes.
        pool = [b for b in operative if b.group in JUDGE_GROUPS]
    if judges and any(b.group in ("clerk", "attorney") for b in marked):
        pool = judges
    elif not marked and any(b.group in JUDGE_GROUPS for b in operative):
        pool = [b for b in operative if b.group in JUDGE_GROUPS]
    last = pool[-1]
    if last.group not in JUDGE_GROUPS and not last.mark and _signs_for(view, last):
        return last
    # "Deputy Clerk" says more than the "Clerk of Court" above it; the fuller title of one block wins.
    same = [b for b in pool if last.line - b.line <= 3 and b.group == last.group]
    return max(
        same,
        key=lambda b: (bool(b.mark) or b.hand == WRITTEN, len(b.title) if b.group != "clerk" else b.line),
    )


def _title(view: View, block: Block) -> str:
    printed = " ".join(view.printed(block.at, block.end).split())
    letters = [re.sub(r"[^a-z0-9]", "", one.casefold()) for one in (printed, block.title)]
    if letters[0] != letters[1]:
        if SequenceMatcher(None, letters[0], letters[1], autojunk=False).ratio() > 0.85:
            return block.title  # a misread print of this very title
    elif len(printed.split()) > len(block.title.split()) and printed.count(".") == block.title.count("."):
        return block.title  # its words were torn apart
    if printed.isupper():
        small = {"of", "the", "and", "in", "for"}
        printed = " ".join(
            w.lower()
            if w.lower() in small and i
            else (w if "." in w[:-1] or w in ("SDDO", "AUSA", "AFOD", "CBP", "ICE") else w.capitalize())
            for i, w in enumerate(printed.split())
        )
    if (
        any(c.isdigit() or c in "|!" for c in printed)
        or printed.casefold().replace("’", "'") != block.title.casefold()
    ):
        if sum(a != b for a, b in zip(printed.casefold(), block.title.casefold(), strict=False)) <= 3 and len(
            printed
        ) == len(block.title):
            return block.title
        if any(c.isdigit() for c in printed):
            return block.title
    return printed


def _names(view: View, part: Part, block: Block) -> tuple[str | None, str | None]:
    """(printed name beside or above the title, name at the mark)."""
    line = view.lines[block.line]
    if block.group == "clerk" and (deputy := _deputy_below(view, part, block)):
        return deputy, None
    before = (
        view.source[view.span(line.at, line.at + 1)[0] : view.span(block.at, block.end)[0]]
        if block.at > line.at
        else ""
    )
    printed = None
    if view.text[block.end : block.end + 1] == ":":  # "Immigration Judge: MARA VELO 02/05/2026"
        named = names_on_line(re.sub(r"[0-9/.-]{6,}", "   ", view.printed(block.end + 1, line.end)))
        printed = named[0] if named else None
    if printed is None and before.strip():
        cells = [cell for cell in re.split(r"\s{3,}|\t", MARK_TEXT.sub("   ", before)) if cell.strip()]
        if before.endswith("   ") and (above := _in_column(view, part, block)):
            return above, mark_name_of(view, block) if block.mark else None
        printed = next((name for cell in reversed(cells) if (name := name_before(cell))), None)
    mark_name = mark_name_of(view, block) if block.mark else None
    if printed is None and "\t" in view.text[block.end : line.end]:
        printed = _in_column(view, part, block)  # another's title stands in the next column
    if printed is None:
        for n in lines_above(view, part, block.line, 3):
            text = view.printed(view.lines[n].at, view.lines[n].end)
            cells = [c for c in re.split(r"\s{3,}", text) if c.strip()]
            if len(re.findall(r"\b[a-z]{2,}\b", cells[-1] if cells else "")) >= 7 and not MARK_TEXT.search(
                text
            ):
                break  # a sentence of the body
            names = [name for cell in reversed(cells) for name in names_on_line(MARK_TEXT.sub("   ", cell))]
            if names:
                printed = names[0]
                break
            if re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,} [a-z]{3,}", text):
                break
    if printed is None:
        printed = _name_after(view, part, block, mark_name)
    return printed, mark_name


def _name_after(view: View, part: Part, block: Block, mark_name: str | None) -> str | None:
    """The name behind the title, or on the printed line below it where no mark gives one."""
    line = view.lines[block.line]
    after = view.printed(block.end, min(line.end, block.end + 60))
    # "Chair, Committee on Small Airport Grants" names no one.
    names = names_on_line(after) if not re.match(r"[^A-Za-z]*\w+ (?:on|of|de|for)\b", after) else []
    if names:
        return names[0]
    below = [
        n
        for n in range(block.line + 1, min(part.last, block.line + 3))
        if view.lines[n].first < view.lines[n].last
    ]
    if not below or mark_name is not None:
        return None
    names = names_on_line(view.printed(view.lines[below[0]].at, view.lines[below[0]].end))
    return names[0] if names else None


_BY_DEPUTY = re.compile(r"(?i)\b(?:by|por)\b\s*:?\s*(?P<name>[^,\n]{4,50}),\s*deputy\W*$")


def _deputy_below(view: View, part: Part, block: Block) -> str | None:
    """ "MITCHELL R. RUE, CLERK / By: Ana Lind, Deputy": the clerk is named, the deputy signs."""
    for n in range(block.line, min(part.last, block.line + 3)):
        printed = view.printed(view.lines[n].at, view.lines[n].end)
        if found := _BY_DEPUTY.search(printed):
            names = names_on_line(MARK_TEXT.sub("   ", found["name"]))
            return names[0] if names else None
    return None


def _in_column(view: View, part: Part, block: Block) -> str | None:
    """The name over a title that stands in a column of its own."""
    place = view.span(block.at, block.end)[0]
    column = place - (view.source.rfind("\n", 0, place) + 1)
    for n in lines_above(view, part, block.line, 3):
        start = view.source.rfind("\n", 0, view.span(view.lines[n].at, view.lines[n].end)[0]) + 1
        text = view.source[start : view.span(view.lines[n].at, view.lines[n].end)[1]]
        for cell in re.finditer(r"\S+(?: {1,2}\S+)*", text):
            if abs(cell.start() - column) <= 4 and (
                names := names_on_line(MARK_TEXT.sub("   ", cell.group()))
            ):
                return names[0]
    return None


def _best_name(printed: str | None, mark: str | None, group: str) -> str | None:
    if printed and mark:
        if printed.casefold() == mark.casefold():
            return mark
        if same_person(printed, mark):
            return printed if len(printed) >= len(mark) else mark
        return printed if group in JUDGE_GROUPS else mark
    return printed or mark


def _signed(view: View, part: Part, block: Block, name: str | None, mark_name: str | None) -> bool | None:
    """True when a mark of this very signer stands there; False on an empty line; else unknown."""
    if block.mark:
        if name and mark_name and not same_person(name, mark_name):
            return block.group not in JUDGE_GROUPS
        return True
    if block.hand:
        return True if block.hand == WRITTEN else None
    if block.group in JUDGE_GROUPS:
        return _judge_without_mark(view, part, block, name)
    if _name_over_place(view, part, block):
        return True
    if block.blank:
        return False
    return True if _written_above(view, part, block) else None


def _written_above(view: View, part: Part, block: Block) -> bool:
    """An official's name stands alone right above the title at the end of the paper, with no empty line.

    Of a judge this is no signature; nothing an official signs opens, so here the print is taken for one.
    """
    if block.line - part.first <= (part.body_last - part.first) // 3 or block.served:
        return False
    return name_alone_above(view, block.line) or name_before_title(view, block.line, block.at)


def _judge_without_mark(view: View, part: Part, block: Block, name: str | None) -> bool | None:
    """An empty line is no signature; the same name above the rule and again below it is one."""
    if block.blank is None:
        return None
    rule = view.line_of(block.blank[0])
    if name and rule < block.line + 1 and not view.line_words(rule):
        above = lines_above(view, part, rule, 1)
        if above and rule - above[0] == 1:
            names = names_on_line(view.printed(view.lines[above[0]].at, view.lines[above[0]].end))
            if any(n.casefold() == name.casefold() for n in names):
                return True
    return False


def _name_over_place(view: View, part: Part, block: Block) -> bool:
    """A name on the line above the words "(Signature of ...)": filled in."""
    low = max(part.first, block.line - 3)
    for n in range(low, min(part.last, block.line + 3)):
        if re.search(r"\bsignature\b|\bfirma\b", view.line_text(n)):
            if name_before(
                MARK_TEXT.sub(
                    " ",
                    re.sub(
                        r"(?i)\(?\bsignature\b.*?\)|signature:?|firma:?",
                        "",
                        view.printed(view.lines[n].at, view.lines[n].end),
                    ),
                )
            ):
                return True
            above = lines_above(view, part, n, 1)
            if (
                above
                and n - above[0] <= 2
                and "___" not in view.text[view.lines[above[0]].end : view.lines[n].at]
                and len(view.line_words(above[0]).split()) <= 8
                and names_on_line(
                    MARK_TEXT.sub("   ", view.printed(view.lines[above[0]].at, view.lines[above[0]].end))
                )
            ):
                return True
    return False


def _judge_place(view: View, part: Part, block: Block, name: str | None) -> bool | None:
    """An empty "Judge's signature" line above the printed name: nobody signed. A picture: unknown."""
    low = view.lines[max(part.first, block.line - 5)].at
    place = PLACES[-1][1].search(view.text, low, view.lines[min(part.last - 1, block.line + 2)].end)
    if place is None:
        return None
    line = view.line_of(place.start())
    low, high = view.lines[max(part.first, line - 1)].at, view.lines[line].end
    if any(is_mark(m, view) for m in MARK.finditer(view.text, low, high)):
        return True
    if block.hand == UNCLEAR:
        return None
    if name and line + 1 < block.line:  # the values of the form came out below their labels
        below = view.lines[line + 1]
        hand = MARK.match(view.text, below.at, below.end)
        own = names_on_line(view.printed(hand.end(), below.end)) if hand and is_mark(hand, view) else []
        if own and own[0].casefold() == name.casefold():
            return True
    return False if blanks(view, low, high) else None
