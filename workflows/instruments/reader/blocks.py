"""The signer of a part out of its signature blocks; forms that print a place and no title included."""

from __future__ import annotations

import re

from workflows.instruments.cues import Cue
from workflows.instruments.reader.names import fuller, name_before, names_on_line, same_person, tidy
from workflows.instruments.reader.parts import Part
from workflows.instruments.reader.view import View
from workflows.instruments.signers import BLANK, JUDGE_GROUPS, MARK, Block, Signer, blocks, is_mark

_CANONICAL = {"district": "United States District Judge", "magistrate": "United States Magistrate Judge"}
_PLACES = (
    ("attorney", re.compile(r"\b(?:attorneys signature|firma del abogado|attorneys? sig\w*)\b")),
    ("clerk", re.compile(r"\bsignature of (?:the )?(?:clerk|deputy clerk)\b|\bfirma del secretario\b")),
    ("applicant", re.compile(r"\b(?:applicants|complainants|affiants?|petitioners?) signature\b|\bfirma del (?:solicitante|declarante)\b|^\W*affiant\W*$", re.M)),
    ("agency", re.compile(r"\bname and title of (?:immigration )?officer\b|\bissued by\W+signature|\bsignature\W*/?s/|\bsignature of (?:authorized |issuing |immigration |approving |the )*(?:officer|official|immigration officer)\b|\bsignature and title\b|\bauthorized official\b|\(signature\)|^\W*\(?signature\)?\W*$|\bissuing official\b|\bfirma del oficial\b", re.M)),
    ("issuing", re.compile(r"\bissuing officers signature\b")),
    ("person", re.compile(r"\bsignature of (?:the )?(?:individual|person|subject|patient|requester|data subject|applicant)\b|\bfirma de la? (?:persona|interesad[oa]|titular|solicitante)\b|^\W*signature\W*:|^\W*signature\s+(?:/?s/|_)|^\W*firma\W*:|\bsignature\W+date\b", re.M)),
    ("judge", re.compile(r"\b(?:judges signature|firma del juez|firma de la jueza|signature of judge)\b")),
)


def read_signer(view: View, part: Part, *, want: str = "") -> Signer:
    """Who signed the part. `want` is "application" where the applicant, not the judge of the oath, signs,
    and "letter" where the writer signs and a judge is only quoted."""
    import dataclasses

    signer = _read_signer(view, part, want)
    if signer.name is None:
        return signer
    return dataclasses.replace(signer, name=fuller(signer.name, view.source))


def _read_signer(view: View, part: Part, want: str) -> Signer:
    found = _own_marks(view, [b for b in blocks(view, part) if not b.served])
    main = [b for b in found if b.line < part.body_last] or found
    operative = [b for b in main if not b.foreign and not b.oath]
    if want == "application":
        operative = [b for b in main if not b.oath and b.group not in JUDGE_GROUPS] or [b for b in main if b.group not in JUDGE_GROUPS]
    if want == "letter":
        operative = [b for b in operative if b.group not in JUDGE_GROUPS and b.line > part.first + 2] or operative
    chosen = _choose(operative)
    if chosen is not None and not chosen.mark and chosen.group == "clerk":
        placed = _by_place(view, part, want)
        if placed.signed and placed.name:
            return placed
    if chosen is None:
        return _by_place(view, part, want)
    name, mark_name = _names(view, part, chosen)
    signed = _signed(view, part, chosen, name, mark_name)
    if chosen.group in JUDGE_GROUPS and signed is None:
        signed = _judge_place(view, part, chosen)
    cues = [Cue("signer's title", chosen.at, chosen.end)]
    if chosen.mark and signed:
        cues.append(Cue("signature", chosen.mark[0], min(chosen.mark[1] + 30, view.lines[view.line_of(chosen.mark[0])].end)))
    elif chosen.blank and signed is False:
        cues.append(Cue("empty signature line", *chosen.blank))
    return Signer(
        _best_name(name, mark_name, chosen.group), _title(view, chosen), chosen.group in JUDGE_GROUPS, signed,
        chosen.group, False, tuple(cues), chosen.line,
    )  # fmt: skip


def oath_judge(view: View, part: Part) -> bool:
    """A judge's block that attests an oath stands in the part."""
    return any(b.oath and b.group in JUDGE_GROUPS for b in blocks(view, part))


def submitted_by_others(view: View, part: Part) -> bool:
    """Somebody else's "submitted by" or "approved as to form" block carries a mark in the part."""
    return any(b.foreign and b.mark for b in blocks(view, part))


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
            ]  # fmt: skip
            if nearer:
                block = dataclasses.replace(block, mark=None)
        out.append(block)
    return out


def _choose(operative: list[Block]) -> Block | None:
    """The marked block; of several the last; without marks the last judge, else the last title."""
    if not operative:
        return None
    marked = [b for b in operative if b.mark]
    judges = [b for b in marked if b.group in JUDGE_GROUPS]
    pool = marked or operative
    if judges and any(b.group in ("clerk",) for b in marked):
        pool = judges
    elif not marked and any(b.group in JUDGE_GROUPS for b in operative):
        pool = [b for b in operative if b.group in JUDGE_GROUPS]
    last = pool[-1]
    # "Deputy Clerk" says more than the "Clerk of Court" above it; the fuller title of one block wins.
    same = [b for b in pool if last.line - b.line <= 3 and b.group == last.group]
    return max(same, key=lambda b: (bool(b.mark), len(b.title) if b.group != "clerk" else b.line))


def _title(view: View, block: Block) -> str:
    printed = " ".join(view.printed(block.at, block.end).split())
    if printed.isupper():
        small = {"of", "the", "and", "in", "for"}
        printed = " ".join(
            w.lower() if w.lower() in small and i else (w if "." in w[:-1] or w in ("SDDO", "AUSA", "AFOD", "CBP", "ICE") else w.capitalize())
            for i, w in enumerate(printed.split())
        )
    if any(c.isdigit() or c in "|!" for c in printed) or printed.casefold().replace("’", "'") != block.title.casefold():
        if sum(a != b for a, b in zip(printed.casefold(), block.title.casefold(), strict=False)) <= 3 and len(printed) == len(block.title):
            return block.title
        if any(c.isdigit() for c in printed):
            return block.title
    return printed


def _names(view: View, part: Part, block: Block) -> tuple[str | None, str | None]:
    """(printed name beside or above the title, name at the mark)."""
    line = view.lines[block.line]
    before = view.source[view.span(line.at, line.at + 1)[0] : view.span(block.at, block.end)[0]] if block.at > line.at else ""
    printed = None
    if before.strip():
        before = MARK_TEXT.sub("   ", before)
        printed = name_before(before)
    mark_name = _mark_name(view, block) if block.mark else None
    if printed is None:
        for n in _lines_above(view, part, block.line, 3):
            text = view.printed(view.lines[n].at, view.lines[n].end)
            cells = [c for c in re.split(r"\s{3,}", text) if c.strip()]
            names = [name for cell in reversed(cells) for name in names_on_line(MARK_TEXT.sub("   ", cell))]
            if names:
                printed = names[0]
                break
            if re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,} [a-z]{3,}", text):
                break
    if printed is None:
        after = view.printed(block.end, min(line.end, block.end + 60))
        names = names_on_line(after)
        printed = names[0] if names else None
        if printed is None:
            below = [n for n in range(block.line + 1, min(part.last, block.line + 3)) if view.lines[n].first < view.lines[n].last]
            names = names_on_line(view.printed(view.lines[below[0]].at, view.lines[below[0]].end)) if below else []
            printed = names[0] if names and mark_name is None else None
    return printed, mark_name


MARK_TEXT = re.compile(r"(?:/[sS5]/|(?<![A-Za-z/])[sS]/|\[[^\]]{0,60}\]|\((?:signed|signature|sgd|firmado|firma)\)|_{2,})", re.IGNORECASE)


def _lines_above(view: View, part: Part, line: int, count: int) -> list[int]:
    out, n = [], line - 1
    while n >= part.first and len(out) < count:
        if view.lines[n].first < view.lines[n].last:
            out.append(n)
        n -= 1
    return out


def _mark_name(view: View, block: Block) -> str | None:
    """The name at the mark: behind it, else before it on its line."""
    assert block.mark is not None
    line = view.lines[view.line_of(block.mark[0])]
    _, after_at = view.span(*block.mark)
    end = view.span(line.at, line.end)[1]
    after = view.source[after_at:end]
    inside = re.search(r"[\[(][^\])]*?(?:of|by|de|:|por)\s+([A-ZÀ-Þ][^\])]{3,50})[\])]", view.printed(*block.mark))
    for cell in (inside.group(1) if inside else "", re.split(r"\s{3,}|\t", after.strip(" _.:"))[0]):
        name = tidy(re.split(r"[,(\[]|\s\d|\s-\s", cell.strip(" _.:"))[0]) if cell.strip() else None
        if name:
            return name
    start = view.span(line.at, line.end)[0]
    before = view.source[start : view.span(*block.mark)[0]]
    return name_before(MARK_TEXT.sub(" ", before)) if before.strip() else _next_line_name(view, block)


def _next_line_name(view: View, block: Block) -> str | None:
    n = view.line_of(block.mark[0]) + 1 if block.mark else 0
    if block.mark and n < block.line:
        names = names_on_line(view.printed(view.lines[n].at, view.lines[n].end))
        return names[0] if names else None
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
            return False if block.group in JUDGE_GROUPS else True
        return True
    if block.group in JUDGE_GROUPS:
        return _judge_without_mark(view, part, block, name)
    if _name_over_place(view, part, block):
        return True
    return False if block.blank else None


def _judge_without_mark(view: View, part: Part, block: Block, name: str | None) -> bool | None:
    """An empty line is no signature; the same name above the rule and again below it is one."""
    if block.blank is None:
        return None
    rule = view.line_of(block.blank[0])
    if name and rule < block.line + 1 and not view.line_words(rule):
        above = _lines_above(view, part, rule, 1)
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
            if name_before(MARK_TEXT.sub(" ", re.sub(r"(?i)\(?\bsignature\b.*?\)|signature:?|firma:?", "", view.printed(view.lines[n].at, view.lines[n].end)))):
                return True
            above = _lines_above(view, part, n, 1)
            if above and n - above[0] <= 2 and "___" not in view.text[view.lines[above[0]].end : view.lines[n].at] and len(view.line_words(above[0]).split()) <= 8:
                if names_on_line(MARK_TEXT.sub("   ", view.printed(view.lines[above[0]].at, view.lines[above[0]].end))):
                    return True
    return False


def _judge_place(view: View, part: Part, block: Block) -> bool | None:
    """An empty "Judge's signature" line above the printed name: nobody signed. A picture: unknown."""
    low = view.lines[max(part.first, block.line - 5)].at
    place = _PLACES[-1][1].search(view.text, low, view.lines[min(part.last - 1, block.line + 2)].end)
    if place is None:
        return None
    line = view.line_of(place.start())
    low, high = view.lines[max(part.first, line - 1)].at, view.lines[line].end
    if any(is_mark(m, view) for m in MARK.finditer(view.text, low, high)):
        return True
    return False if BLANK.search(view.text, low, high) else None


def _by_place(view: View, part: Part, want: str) -> Signer:
    """The signer where a form names the place and prints no title."""
    low, high = view.lines[part.first].at, view.lines[part.last - 1].end
    order = ("applicant", "attorney", "clerk", "agency", "person", "issuing", "judge") if want == "application" else (
        "attorney", "clerk", "agency", "issuing", "person", "applicant", "judge")  # fmt: skip
    best: Signer | None = None
    for group in order:
        pattern = dict(_PLACES)[group]
        for place in pattern.finditer(view.text, low, high):
            signer = _at_place(view, part, group, place.start(), place.end())
            if signer and (best is None or (signer.signed and not best.signed)):
                best = signer
        if best and best.signed:
            break
    if want == "letter" or (best is None and want == ""):
        closed = _by_closing(view, part)
        if closed and (best is None or best.name is None):
            return closed
    return best or _last_mark(view, part) or _open_rule(view, part) or Signer()


_CLOSE = re.compile(r"^\W*(?:sincerely|respectfully|very truly|yours truly|yours|regards|best regards|kind regards|atentamente|cordialmente|thank you|thanks|gracias|saludos|v/r|vr|with thanks|respetuosamente)\b[^a-z]*(?:yours|submitted)?\W*$")


def _by_closing(view: View, part: Part) -> Signer | None:
    """The name under the closing of a letter; without a mark, whether it was signed stays open."""
    for n in range(part.last - 1, part.first, -1):
        if not _CLOSE.match(view.line_text(n)):
            continue
        below = [k for k in range(n + 1, min(part.last, n + 8)) if view.lines[k].first < view.lines[k].last][:3]
        for k in below:
            names = names_on_line(MARK_TEXT.sub("   ", view.printed(view.lines[k].at, view.lines[k].end)))
            if names:
                low, high = view.lines[n].at, view.lines[k].end
                marked = any(is_mark(m, view) for m in MARK.finditer(view.text, low, high))
                return Signer(names[0], None, None, True if marked else None, "", False, (Cue("closing", view.lines[k].at, view.lines[k].end),), k)
    return None


def _open_rule(view: View, part: Part) -> Signer | None:
    """A rule with nothing on it at the end of the paper: the place to sign, empty."""
    for n in range(max(part.first, part.body_last - 12), part.body_last):
        text = view.line_text(n)
        if re.fullmatch(r"[\s_\t]*_{3}[\s_\t]*", text) or re.search(r"(?:^|\t)_{3}\s*$", text) or "signature block" in text:
            at = view.lines[n].at + max(0, text.find("_"))
            return Signer(None, None, None, False, "", False, (Cue("empty signature line", at, max(at + 1, view.lines[n].end)),), n)
    return None


def _at_place(view: View, part: Part, group: str, at: int, end: int) -> Signer | None:
    line = view.line_of(at)
    lines = [line, *_lines_above(view, part, line, 2)]
    name = None
    for n in lines[:2]:
        text = view.printed(view.lines[n].at, view.lines[n].end)
        if n == line:
            column = at - view.lines[n].at
            text = re.sub(r"(?i)\(?\b\w+['’]?s? signature\b\)?|signature of [\w ]+|\(?signature\)?:?|firma[\w ]*:?", "   ", text)
        else:
            column = at - view.lines[line].at
            text = _column_text(view, n, line, at)
        names = names_on_line(MARK_TEXT.sub("   ", text))
        if names:
            name = names[-1] if n == line else names[-1]
            break
    low = view.lines[lines[-1]].at
    marks = [m for m in MARK.finditer(view.text, low, end) if is_mark(m, view)]
    blank = BLANK.search(view.text, view.lines[lines[1] if len(lines) > 1 else line].at, end)
    signed = True if marks or name else (False if blank else None)
    if name is None and signed is not True:
        return Signer(None, None, None, signed, group, False, (), line)
    judge = True if group == "judge" else False
    if group == "judge" and not marks:
        signed = False if blank else None
    title = {"attorney": "Attorney", "clerk": "Clerk", "judge": None}.get(group)
    return Signer(name, title, judge, signed, group, False, (Cue("signature", at, end),), line)


def _column_text(view: View, above: int, line: int, at: int) -> str:
    """The cell of the line above that stands over the place, where the line has columns."""
    text = view.source[slice(*view.span(view.lines[above].at, view.lines[above].end))]
    cells = [c for c in re.split(r"\s{3,}", text) if c.strip()]
    here = view.text[view.lines[line].at : at]
    number = len([c for c in re.split(r"\t", here.strip("\t ")) if c.strip()])
    if len(cells) > 1:
        return cells[min(number, len(cells) - 1)]
    return text


def _last_mark(view: View, part: Part) -> Signer | None:
    """A signature without title or label: who it is stays open, that there is one is told."""
    low, high = view.lines[part.first].at, view.lines[part.last - 1].end
    marks = [m for m in MARK.finditer(view.text, low, high) if is_mark(m, view)]
    if not marks:
        return None
    mark = marks[-1]
    block = Block(view.line_of(mark.start()), mark.end(), mark.end(), "", "", (mark.start(), mark.end()), None, False, False, False)
    return Signer(_mark_name(view, block), None, None, True, "", False, (Cue("signature", mark.start(), mark.end()),), block.line)
