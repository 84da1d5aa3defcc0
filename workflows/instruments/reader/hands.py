"""What stands in the place of a signature where no mark says that it is one.

A name on the line to sign on, or the same name once as written and once as printed, is how a hand comes
out of a transcript or of character recognition. A name that is printed once over a title, with no line
under it, is not: whether somebody signed above it no text can show.
"""

from __future__ import annotations

import re

from workflows.instruments.reader.names import names_on_line, same_person, tidy
from workflows.instruments.reader.parts import Part
from workflows.instruments.reader.view import View

WRITTEN, UNCLEAR, NOTHING = "written", "unclear", ""
_RULE = re.compile(r"(?:^|\s)(?:_{3}|-{3}|={3}|\.{3})\s*$")
_LABEL = re.compile(r"\b(?:judges? signature|firma del juez|firma de la jueza|signature of (?:the )?judge)\b")
ONLY_NAME = re.compile(
    r"[A-ZÀ-Þ][\w.'’|!-]*(?: (?:[A-ZÀ-Þ][\w.'’|!-]*|de|la|del|los|las|van|von|der|y)){1,4}"
)
_HONOUR = re.compile(r"(?i)^(?:the )?hon(?:orable\b|\b\.?)\s+")
_TITLED = re.compile(r"(?i)(?:the )?(?:judge|justice|magistrate|clerk|by:|por:|for |dated)")
_FIELD_BEFORE = re.compile(
    r"(?i)^\(signature\)\s+(?=\S)|^(?:judge'?s? )?(?:signature|signed|printed name|name|nombre(?: impreso)?"
    r"|firma)\s*:\s*"
)
_ON_RULE = re.compile(
    r"(?:^|\s)_{2,}[ \t]*(?:[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4}[ \t,]+)?(?P<name>[^_\n]{5,40}?)[ \t]*_{2,}$"
)
_PLACE_BEFORE = re.compile(
    r"^(?i:city and state|ciudad y estado)\b.{3,40}?\b(?:[A-Z]{2}|New Mexico|Nuevo México)\b[\s.,]*"
)
# A stroke or a note that something stands there which nobody can read.
_STROKE = re.compile(
    r"[\[(][^\])]*\b(?:faded|faint|stroke|scrawl|smudge[d]?|not legible|illegible|ilegible|unreadable"
    r"|cut off|too light|trace|borros[oa]|stamp over)\b[^\])]*[\])]"
)


def hand_at(view: View, part: Part, title_line: int, title_at: int) -> str:
    """What stands over the title: WRITTEN, UNCLEAR, or NOTHING that this module knows."""
    above = view.line_text(title_line - 1) if title_line > part.first else ""
    own_column = view.text[title_at - 1 : title_at] == "\t" and bool(_RULE.search(above))
    beside = title_at > view.lines[title_line].at and not own_column
    printed = _name_in(view, title_line, title_at) if beside else None
    between: list[str] = [printed] if printed else []
    n = title_line
    for _ in range(4):
        n -= 1
        if n < part.first + 1 or not _follows(view, n):
            return NOTHING
        city = re.match(r"\W*(?:city and state|ciudad y estado)\b", view.line_text(n))
        if city and not _name_in(view, n, view.lines[n].end):
            continue
        if label := _LABEL.search(view.line_text(n)):
            on_it = _name_in(view, n, view.lines[n].at + label.start())
            if on_it and any(same_person(on_it, other) for other in between):
                return WRITTEN
        line = view.lines[n]
        if (on := _ON_RULE.search(view.printed(line.at, line.end))) and ONLY_NAME.fullmatch(on["name"]):
            return WRITTEN if _as_written(on["name"]) else NOTHING
        if label or _RULE.search(view.line_text(n)):
            return _over(view, part, n, between)
        if not (name := _name_in(view, n, view.lines[n].end)):
            return NOTHING
        if any(same_person(name, other) for other in between) and _as_written(_printed_name(view, n)):
            return WRITTEN
        between.append(name)
    return NOTHING


def _over(view: View, part: Part, rule: int, between: list[str]) -> str:
    """What stands right over a rule or over the words "Judge's signature"."""
    above, ruled = rule - 1, bool(_RULE.search(view.line_text(rule)))
    if not ruled and above > part.first and _RULE.search(view.line_text(above)):
        above, ruled = above - 1, _touches(view, above)
    if above < part.first or not _touches(view, above):
        return NOTHING
    if _STROKE.search(view.line_text(above)):
        return UNCLEAR
    name = _name_in(view, above, view.lines[above].end)
    if name is None or not _as_written(_printed_name(view, above)):
        return NOTHING
    if any(not same_person(name, other) for other in between):
        return UNCLEAR
    # Over bare words of a form the name counts where it is printed a second time below them.
    return WRITTEN if ruled or between else NOTHING


def _touches(view: View, n: int) -> bool:
    """No empty line stands between line `n` and the next."""
    return n + 1 < len(view.lines) and view.lines[n + 1].at - view.lines[n].end <= 1


def _follows(view: View, n: int) -> bool:
    """Line `n` has words or a rule, and at most one empty line stands below it."""
    return bool(view.line_text(n).strip()) and view.lines[n + 1].at - view.lines[n].end <= 2


def _printed_name(view: View, n: int, end: int | None = None) -> str:
    """The last column of a line as it is printed."""
    line = view.lines[n]
    text = view.printed(line.at, line.end if end is None else end).strip(" ,_|")
    text = _PLACE_BEFORE.sub("", text)
    text = re.sub(r"(?<=\b[A-Z]), (?=[A-Z][a-z])", ". ", text)  # "Emmeline C, Nightengale": a stop misread
    return _FIELD_BEFORE.sub("", " ".join(re.split(r"\s{3,}|\t", text)[-1].split())).strip(" ,")


def _as_written(name: str) -> bool:
    """Capitals throughout and "Hon." are how a name is printed, not how its bearer writes it."""
    return not name.isupper() and not _HONOUR.match(name) and not _TITLED.match(name)


def _name_in(view: View, n: int, end: int) -> str | None:
    """The name that fills the last column of a line up to `end`, with no title or label beside it."""
    text = _HONOUR.sub("", _printed_name(view, n, end))
    if not ONLY_NAME.fullmatch(text) or _TITLED.match(text):
        return None
    name = tidy(text)
    return name if name and names_on_line(text) else None
