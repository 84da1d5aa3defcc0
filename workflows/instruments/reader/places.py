"""Signatures in places that a form or a letter marks without a title, and the names at marks."""

from __future__ import annotations

import re

from workflows.instruments.cues import Cue
from workflows.instruments.reader.names import INITIALS, name_before, names_on_line, same_person, tidy, turned
from workflows.instruments.reader.parts import Part
from workflows.instruments.reader.view import View
from workflows.instruments.signers import JUDGE_GROUPS, MARK, Block, Signer, blanks, is_mark, titles_between

PLACES = (
    ("attorney", re.compile(r"\b(?:attorneys signature|firma del abogado|attorneys? sig\w*)\b")),
    (
        "clerk",
        re.compile(
            r"\bsignature of (?:the )?(?:clerk|deputy clerk)\b|^\W*judge, clerk or attorney\W*$"
            r"|\bfirma de(?:l| la) secretari[oa]\b",
            re.M,
        ),
    ),
    (
        "applicant",
        re.compile(
            r"\b(?:applicants|complainants|affiants?|petitioners?) signature\b|\bfirma del (?:solicitante"
            r"|declarante)\b|^\W*affiant\W*$",
            re.M,
        ),
    ),
    (
        "agency",
        re.compile(
            r"\bname and title of (?:immigration )?officer\b|\bissued by\W+signature|\bsignature\W*/?s/"
            r"|\bsignature of (?:authorized |issuing |immigration |approving |the )*(?:officer|official"
            r"|immigration officer)\b|\bsignature and title\b|\bauthorized official\b|\(signature\)"
            r"|^\W*\(?signature\)?\W*$|\bissuing official\b"
            r"|\bfirma del? (?:la )?(?:oficial|funcionari[oa]|agente|autoridad)"
            r"(?: que (?:expide|emite|autoriza)| emisora?| de inmigracion| migratori[oa]"
            r"| autorizad[oa]| expedidora?)?\b",
            re.M,
        ),
    ),
    ("issuing", re.compile(r"\bissuing officers signature\b")),
    (
        "person",
        re.compile(
            r"\bsignature of (?:the )?(?:individual|person|subject|patient|requester|data subject"
            r"|applicant)\b"
            r"|\bfirma de la? (?:persona|interesad[oa]|titular|solicitante)\b|^\W*signature\W*:"
            r"|^\W*signature\s+(?:/?s/|_)|^\W*sign(?: here)?\W*>|^\W*firma\W*:|\bsignature\W+date\b",
            re.M,
        ),
    ),
    ("judge", re.compile(r"\b(?:judges signature|firma del juez|firma de la jueza|signature of judge)\b")),
)


MARK_TEXT = re.compile(
    r"(?:/[sS5fF]/|\([fs]\)|(?<![A-Za-z/])[sS]/|\[[^\]]{0,60}\]|\((?:signed|signature|sgd|firmado|firma)\)|_{2,}"
    r"|\b(?:electronically|digitally) signed(?: by\b)?|\bsigned (?:electronically|digitally)(?: by\b)?:?)",
    re.IGNORECASE,
)


def lines_above(view: View, part: Part, line: int, count: int) -> list[int]:
    out: list[int] = []
    n = line - 1
    while n >= part.first and len(out) < count:
        if view.lines[n].first < view.lines[n].last:
            out.append(n)
        n -= 1
    return out


_NAME_ENDS = re.compile(
    r"(?i),(?!\s(?:jr|sr|ii|iii|iv)\b)|[(\[]|\s\d|\s-\s|\s(?:on|el|dated|this|at)(?=\s(?:d[ií]a\s)?[\w']+\s?\W*\d|\s\d|\sthe\s)"
)


# "E-SIGNED 2024-10-15 08:02  ROSA LIND": when comes before who.
_STAMPED = re.compile(
    r"^[\s:]*(?:on )?[0-9]{1,4}[/.-][0-9]{1,2}[/.-][0-9]{1,4}[ ,]*"
    r"(?:[0-9:]{4,8}\s*(?:[AaPp][Mm])?)?[\s-]*(?:by )?"
)


def mark_name_of(view: View, block: Block) -> str | None:
    """The name at the mark: behind it, else before it on its line."""
    assert block.mark is not None
    line = view.lines[view.line_of(block.mark[0])]
    _, after_at = view.span(*block.mark)
    end = view.span(line.at, line.end)[1]
    after = turned(_STAMPED.sub("", view.source[after_at:end]).strip(" _.:"))
    inside = re.search(
        r"[\[(][^\])]*?(?:of|by|de|:|por)\s+([A-ZÀ-Þ][^\])]{3,50})[\])]", view.printed(*block.mark)
    )
    for cell in (inside.group(1) if inside else "", re.split(r"\s{3,}|\t", after.strip(" _.:"))[0]):
        if INITIALS.fullmatch(cell.strip(" _:,")):
            return " ".join(cell.split()).strip(" _:,")  # whose they are the rest of the text tells
        name = tidy(_NAME_ENDS.split(cell.strip(" _.:"))[0]) if cell.strip() else None
        if name:
            return name
    start = view.span(line.at, line.end)[0]
    before = view.source[start : view.span(*block.mark)[0]]
    return name_before(MARK_TEXT.sub(" ", before)) if before.strip() else _next_line_name(view, block)


def _next_line_name(view: View, block: Block) -> str | None:
    n = view.line_of(block.mark[0]) + 1 if block.mark else 0
    if block.mark and (n < block.line or block.mark[0] > block.end) and n < len(view.lines):
        names = names_on_line(view.printed(view.lines[n].at, view.lines[n].end))
        return names[0] if names else None
    return None


def by_place(view: View, part: Part, want: str) -> Signer:
    """The signer where a form names the place and prints no title."""
    low, high = view.lines[part.first].at, view.lines[part.last - 1].end
    order = (
        ("applicant", "attorney", "clerk", "agency", "person", "issuing", "judge")
        if want == "application"
        else ("attorney", "clerk", "agency", "issuing", "person", "applicant", "judge")
    )
    best: Signer | None = None
    for group in order:
        pattern = dict(PLACES)[group]
        for place in pattern.finditer(view.text, low, high):
            words = place.group()  # empty lines before the words are no part of the place
            at = place.start() + len(words) - len(words.lstrip())
            signer = _at_place(view, part, group, at, place.end())
            if signer and (best is None or (signer.signed and not best.signed)):
                best = signer
        if best and best.signed:
            break
    if want == "letter" or (best is None and want == ""):
        closed = _by_closing(view, part)
        if closed and (best is None or best.name is None):
            return closed
    return best or _last_mark(view, part) or _certified(view, part) or _open_rule(view, part) or Signer()


_WORDS_OF_CLOSE = (
    r"(?:sincerely|respectfully|very truly|yours truly|yours|regards|best regards|kind regards"
    r"|atentamente|cordialmente|cordially"
    r"|faithfully|yours faithfully|warm regards|un saludo|thank you|thanks|gracias|saludos|v/r|vr|with thanks"
    r"|respetuosamente|signed(?=\s*,?\s*$))\b[^a-z]*(?:yours|submitted)?"
)
_CLOSE = re.compile(rf"^\W*{_WORDS_OF_CLOSE}(?:\W*[/|]\W*{_WORDS_OF_CLOSE})?\W*$")  # in one language or two


def _by_closing(view: View, part: Part) -> Signer | None:
    """The name under the closing of a letter; without a mark, whether it was signed stays open."""
    for n in range(part.last - 1, part.first, -1):
        if not _CLOSE.match(view.line_text(n)):
            continue
        below = [k for k in range(n + 1, min(part.last, n + 8)) if view.lines[k].first < view.lines[k].last][
            :3
        ]
        for k in below:
            names = names_on_line(MARK_TEXT.sub("   ", view.printed(view.lines[k].at, view.lines[k].end)))
            if names:
                low, high = view.lines[n].at, view.lines[k].end
                marked = any(is_mark(m, view) for m in MARK.finditer(view.text, low, high)) or _twice(
                    view, names[0], [k, *(j for j in below if j > k)]
                )
                return Signer(
                    names[0],
                    None,
                    None,
                    True if marked else None,
                    "",
                    False,
                    (Cue("closing", view.lines[k].at, view.lines[k].end),),
                    k,
                )
    return None


_CERTIFIES = re.compile(
    r"\b(?:i certify|certifico|i declare|declaro|i affirm|afirmo|doy fe|under penalty of perjury"
    r"|bajo pena de perjurio)\b"
)


def _certified(view: View, part: Part) -> Signer | None:
    """The name in a column of its own beside what its bearer certifies at the end of the paper."""
    for n in range(part.body_last - 1, max(part.first, part.body_last - 9), -1):
        line = view.lines[n]
        if not _CERTIFIES.search(view.text, line.at, line.end):
            continue
        for cell in re.split(r"\s{3,}|\t", view.printed(line.at, line.end)):
            name = tidy(cell) if re.fullmatch(r"(?:[A-ZÀ-Þ][\w.'’-]*\s?){2,5}", cell.strip()) else None
            if name:
                title, group = _title_of(view, part, name)
                cue = Cue("signature", line.at, line.end)
                return Signer(name, title, False if group else None, True, group, False, (cue,), n)
    return None


def _title_of(view: View, part: Part, name: str) -> tuple[str | None, str]:
    """The official's title printed behind this name elsewhere in the part, with its group."""
    for n in range(part.first, part.last):
        line = view.lines[n]
        if name.casefold() not in view.printed(line.at, line.end).casefold():
            continue
        for first, last, _, group in titles_between(view, line.first, line.last):
            if group not in JUDGE_GROUPS:
                end = view.words[last - 1].at + len(view.words[last - 1].norm)
                return " ".join(view.printed(view.words[first].at, end).split()), group
    return None, ""


def _twice(view: View, name: str, lines: list[int]) -> bool:
    """The name as its bearer writes it, and printed again on the next line: "Ana Rivas / ANA RIVAS, Esq."."""
    first, *rest = (view.printed(view.lines[n].at, view.lines[n].end).strip() for n in lines)
    return not first.isupper() and any(
        same_person(name, other) for text in rest[:1] for other in names_on_line(text)
    )


def _open_rule(view: View, part: Part) -> Signer | None:
    """A rule with nothing on it at the end of the paper: the place to sign, empty."""
    for n in range(max(part.first, part.body_last - 12), part.body_last):
        text = view.line_text(n)
        if (
            re.fullmatch(r"[\s_\t]*_{3}[\s_\t]*", text)
            or re.search(r"(?:^|\t)_{3}\s*$", text)
            or "signature block" in text
        ):
            at = view.lines[n].at + max(0, text.find("_"))
            return Signer(
                None,
                None,
                None,
                False,
                "",
                False,
                (Cue("empty signature line", at, max(at + 1, view.lines[n].end)),),
                n,
            )
    return None


def _at_place(view: View, part: Part, group: str, at: int, end: int) -> Signer | None:
    line = view.line_of(at)
    lines = [line, *lines_above(view, part, line, 2)]
    name = None
    for n in lines[:2]:
        text = view.printed(view.lines[n].at, view.lines[n].end)
        if n == line:
            text = re.sub(
                r"(?i)\(?\b\w+['’]?s? signature\b\)?|signature of [\w ]+|\(?signature\)?:?|firma[\w ]*:?",
                "   ",
                text,
            )
        else:
            text = _column_text(view, n, line, at)
        names = names_on_line(MARK_TEXT.sub("   ", text))
        if names:
            name = names[-1]
            break
    low = view.lines[lines[-1]].at
    marks = [m for m in MARK.finditer(view.text, low, end) if is_mark(m, view)]
    blank = blanks(view, view.lines[lines[1] if len(lines) > 1 else line].at, end)
    signed = True if marks or name else (False if blank else None)
    if name is None and signed is not True:
        return Signer(None, None, None, signed, group, False, (), line)
    judge = group == "judge"
    if group == "judge" and not marks:
        signed = False if blank else None
    title = {"attorney": "Attorney", "clerk": "Clerk", "judge": None}.get(group)
    return Signer(name, title, judge, signed, group, False, (Cue("signature", at, end),), line)


def _column_text(view: View, above: int, line: int, at: int) -> str:
    """The cell of the line above that stands over the place, where the line has columns."""
    text = view.source[slice(*view.span(view.lines[above].at, view.lines[above].end))]
    cells = [c for c in re.split(r"\s{3,}", text) if c.strip()]
    here = view.text[view.lines[line].at : at]
    number = len([c for c in re.split(r"\t", here.strip("\t ")) if re.search(r"\w", c)])
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
    block = Block(
        view.line_of(mark.start()),
        mark.end(),
        mark.end(),
        "",
        "",
        (mark.start(), mark.end()),
        None,
        False,
        False,
        False,
    )
    return Signer(
        mark_name_of(view, block),
        None,
        None,
        True,
        "",
        False,
        (Cue("signature", mark.start(), mark.end()),),
        block.line,
    )
