"""Lines and cells of a paper, and what stands in them: headings, titles, form numbers, separators."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflows.instruments.cues import heading_words, title_words
from workflows.instruments.reader.dates import STATES
from workflows.instruments.reader.view import View

# A column's edge; the sign of a section behind "U.S.C." is none.
_SPLIT = re.compile(r"\t|(?<!\S)[)|\]](?!\S)|(?<=\s)\)(?=\s)|(?<!\S)(?<!usc\s)(?<!cfr\s)§(?!\S)")
_SEPARATOR = re.compile(
    r"\s*(?:[-_=*~.+#\s]|\bx\b){3,}(?:\[?\s*[0-9]{1,3}\s*(?:/|of)\s*[0-9]{1,3}\s*\]?)?\s*$"
    # A rule that bears the number of a page: "------ 3", "====== p. 2 of 7".
    r"|\s*(?:---|===|\*\*\*)\s*\[?(?:p|pg|page|pagina)?\b\.?\s*[0-9]{1,3}(?:\s*(?:of|de|/)\s*[0-9]{1,3})?\]?\s*$"
    r"|\s*(?:---|===|\*\*\*)\s[^\n]{3,60}\s(?:---|===|\*\*\*)\s*$"
    r"|.*\s(?:---|===|\*\*\*|\.\.\.)\s*\[?[0-9]{1,3}\s*(?:/|of)\s*[0-9]{1,3}\]?\s*$"
)
RUNNING_HEAD = re.compile(r"^\W*case\b.{5,60}\b(?:document|doc|docket)\b.{1,30}\bfiled\b")
_HEAD_OF_PAGE = re.compile(
    r"\W*case\b.{5,60}\b(?:document|doc|docket)\b.{1,30}\bfiled\b.{1,24}\bpage\W{0,2}[0-9]+ of [0-9]+\W*"
)
_COUNT_OF_PAGE = re.compile(
    r"\W*(?:sheet|page|pg|hoja|pagina)\b\.? ?[0-9]{1,3}(?: ?(?:of|de|/) ?[0-9]{1,3})?\W*(?=[a-z])"
)
_PAGE_MARK = re.compile(
    r"^\s*\[(?:sheet|page|scan|doc(?:ument)?|part|paper|item|file|image|hoja|pagina|tab"
    r"|encl\w*)[^\]]{0,24}\]\s*$|^\W*(?:first|second|third|fourth|fifth) (?:paper|document|sheet|page)\W*$"
    r"|^[\s\[(<*=_-]*(?:page\s*break|[0-9]{1,3}\s*(?:of|de|/)\s*[0-9]{1,3}|(?:page|pagina"
    r"|p\.)\s*[0-9]+(?:\s*(?:of|de|/)\s*[0-9]+)?"
    r"|end\s+of\s+page.*|fin\s+de\s+(?:la\s+)?pagina.*|scan(?:ned)?\s+page.*|begin\s+page.*"
    r"|image\s+[0-9]+.*)[\s\])>*=_-]*$"
)
FORM = re.compile(
    r"(?<![a-z0-9])(?:(?:dhs|ice|cbp|uscis|doj|irs|dea|eoir|usms|hhs|criminal"
    r"|official)?\s?-?(?:\bform\b)\s*(?:no\.?\s*)?-?\s*)?"
    r"(?P<no>ao\s?-?[0-9]{2,3}\s?[a-d]?|i\s?-\s?[0-9]{3}\s?[a-z]?|b\s?-?25[47]0|dd\s?(?:form)?\s?453"
    r"|eoir\s?-\s?30|"
    r"dea\s?-\s?79|(?<=form )2039|(?<=form )3115|(?<=form )79|3115(?=\s*\()|(?:doj|g)\s?-\s?(?:361|639)"
    r"|(?<=form )60\s?-\s?001"
    r"|(?<=form )[49]\s?-\s?[0-9]{3}[a-z]?|(?<=form )663[789])(?![0-9a-z-])"
)
_ATTACH = re.compile(
    r"^[\s*=\-_\[]*(?:attachment|exhibit|schedule|appendix|rider|anexo|apendice|addendum"
    r"|annex)\b(?:\s+(?P<mark>[a-z]|[0-9]{1,2}))?(?![a-z])"
)
_RETURN = re.compile(
    r"^\W*(?:return(?:\s+of\s+(?:service|officer|warrant))?|return\s+and\s+inventory|proof\s+of\s+service|"
    r"certificate\s+of\s+service|certification|inventory|return\s+on\s+(?:search\s+)?warrant|"
    r"diligencia(?:miento)?|devolucion|constancia\s+de\s+(?:notificacion|entrega)|acta\s+de\s+devolucion)\W*$"
)
_CONTINUES = re.compile(r"\(\s*page\s+[2-9]|\bpage\s+[2-9]\s*(?:of|\))|\bcontinued\b|\(cont")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a line (columns count as cells): its words, and whether it is in capitals."""

    line: int
    at: int
    end: int
    words: str
    caps: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line that names a court, an agency or another origin."""

    line: int
    origin: str
    words: str
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Title:
    """A heading that names the paper. `rest` is what the line says beyond the known words; `subject`
    marks the subject line of a letter, which names what the letter is about."""

    line: int
    words: str
    at: int
    end: int
    rest: str
    subject: bool = False


def is_separator(view: View, number: int) -> bool:
    """True for a ruled line or a printed page mark."""
    text = view.line_text(number)
    line = view.lines[number]
    if (
        set(text) <= set("_ \t")
        and line.end > line.at
        and view.span(line.at, line.end)[1] - view.span(line.at, line.end)[0] < 60
    ):
        return False  # a rule to sign on
    return bool(text.strip()) and bool(_SEPARATOR.match(text) or _PAGE_MARK.match(text))


def is_attachment(view: View, number: int) -> re.Match[str] | None:
    """The head of an attachment, not a sentence that mentions one."""
    text = view.line_text(number)
    if head := _HEAD_OF_PAGE.match(text) or _COUNT_OF_PAGE.match(
        text
    ):  # "Case ... Document 19 Filed ... Page 3 of 3   EXHIBIT 1"
        text = text[head.end() :]
    found = _ATTACH.match(text)
    if found is None:
        return None
    words = text.split() if head else view.line_words(number).split()
    if not found["mark"] and len(words) > 3:
        return None
    line = view.lines[number]
    printed = view.printed(line.at, line.end)
    capitals = re.search(r"(?i)(?:attach|exhib|sched|append|rider|anexo|apend|addend|annex)[a-z]*", printed)
    rest = text[found.end() :].strip()
    heading = capitals is not None and capitals.group().isupper()
    return found if heading or len(words) <= 4 or rest[:1] in (":", "-", ".", "(") else None


def is_return(view: View, number: int) -> bool:
    """True for the head of a return, an inventory or a proof of service."""
    return bool(_RETURN.match(view.line_text(number).strip()))


def continues(view: View, number: int) -> bool:
    """True where a line says that it belongs to a later page of the same paper."""
    return bool(_CONTINUES.search(view.line_text(number)))


def cells_of(view: View, number: int) -> list[Cell]:
    """The cells of one line, empty ones left out."""
    line = view.lines[number]
    cells, at, n = [], line.at, line.first
    for stop, after in [
        *((m.start(), m.end()) for m in _SPLIT.finditer(view.text, line.at, line.end)),
        (line.end, line.end),
    ]:
        while n < line.last and view.words[n].at < at:
            n += 1
        own = n
        while n < line.last and view.words[n].at < stop:
            n += 1
        words = view.words[own:n]
        if words:
            first, last = words[0].at, words[-1].at + len(words[-1].norm)
            printed = view.source[words[0].start : words[-1].end]
            letters = [c for c in printed if c.isalpha()]
            caps = sum(c.isupper() for c in letters) >= 0.8 * len(letters) if letters else False
            cells.append(Cell(number, first, last, " ".join(w.norm for w in words), caps))
        at = after
    return cells


# "At an IAS Term, Part 12 of the Supreme Court of the State of New York, held in and for ...".
_AT_TERM = ("at an ias", "at a term", "at ias", "at a special term", "at a motion term")


def heading_in(cell: Cell, view: View) -> Heading | None:
    """The origin that fills this cell, give or take a place name."""
    words = cell.words.split()
    at_term = cell.words.startswith(_AT_TERM)
    if len(words) > 18 and not at_term:
        return None
    padded = f" {cell.words} "
    best: tuple[int, str, str] | None = None
    for first in dict.fromkeys(words):
        for origin, text in heading_words().get(first, ()):
            if (best is None or len(text) > best[0]) and _fills(cell, padded, text, at_term):
                best = (len(text), origin, text)
    if best is None and cell.caps and _is_state_court(cell, view):
        return Heading(cell.line, "state", cell.words, cell.at, cell.end)
    if best is None or "dear" in words or words[0] in ("to", "cc", "re"):
        return None
    place = view.phrase(best[2], *_word_range(view, cell))
    at, end = place or (cell.at, cell.end)
    return Heading(cell.line, best[1], best[2], at, end)


# Courts of states, counties and towns by how they are called, whatever their names: "IOWA DISTRICT COURT FOR
# POLK COUNTY", "DISTRICT COURT, ARAPAHOE COUNTY, STATE OF COLORADO", and the county's own line.
_LOCAL = (
    r"(?:district|circuit|superior|county|municipal|justice|city|town|village|probate|family|juvenile|chancery"
    r"|criminal|civil|supreme|recorders|mayors|magistrate|traffic|trial|housing|land) court"
)
_WHERE = (
    r"(?:county|parish|borough|township|judicial|(?:city|town|village|state) of|commonwealth"
    rf"|{'|'.join(STATES)})"
)
_OF_A_STATE = re.compile(rf"\b{_LOCAL}\b.*\b{_WHERE}\b|\b{_WHERE}\b.*\b{_LOCAL}\b")
_COURT_ALONE = re.compile(rf"{_LOCAL}(?: department| division)?")
_COUNTY = re.compile(r"\W*(?:[a-z]+ ){1,3}(?:county|parish)\b|\W*(?:county|parish) of\b")
_FEDERAL = re.compile(
    r"\b(?:united states|us|federal|bankruptcy|tribal|nation|pueblo|immigration"
    r"|for the (?:\w+ )?district of)\b"
)


def _is_state_court(cell: Cell, view: View) -> bool:
    """The cell calls a court of a state, a county or a town by its name, or its county stands right below."""
    if _FEDERAL.search(cell.words):
        return False
    if _COURT_ALONE.fullmatch(cell.words) and cell.line + 1 < len(view.lines):
        return bool(_COUNTY.match(view.line_text(cell.line + 1)))
    return bool(_OF_A_STATE.search(cell.words))


def _fills(cell: Cell, padded: str, text: str, at_term: bool) -> bool:
    """Known words of a heading are most of the cell, or begin it: "in the superior court of the state of"."""
    place = padded.find(f" {text} ")
    if place < 0:
        return False
    share = len(text.split()) / len(padded.split())
    return share >= 0.5 or at_term or (place <= 8 and (cell.caps or share >= 0.34))


def _word_range(view: View, cell: Cell) -> tuple[int, int]:
    line = view.lines[cell.line]
    numbers = [n for n in range(line.first, line.last) if cell.at <= view.words[n].at < cell.end]
    return (numbers[0], numbers[-1] + 1) if numbers else (line.first, line.last)


_LEAD = (
    "proposed",
    "rule",
    "the",
    "amended",
    "second",
    "first",
    "sealed",
    "ex",
    "parte",
    "this",
    "an",
    "a",
    "united",
    "states",
    "governments",
    "plaintiffs",
    "defendants",
    "petitioners",
    "stipulated",
    "agreed",
    "unopposed",
    "consent",
    "minute",
    "text",
    "oral",
    "bench",
    "endorsed",
    "electronic",
    "joint",
    "plaintiff",
    "defendant",
    "petitioner",
    "respondents",
    "government",
    "emergency",
    "corrected",
    "draft",
    "form",
    "copy",
    "federal",
    "subject",
    "re",
    "ref",
    "referencia",
    "asunto",
    "sealed",
    "commissioners",
    "fw",
    "fwd",
    "tema",
    "opposed",
    "civil",
    "renewed",
    "third",
    "supplemental",
)


# "The motion for sanctions is withdrawn.": a short sentence on a line of its own is no title.
_SAYS = re.compile(r" (?:is|are|was|were|has been|have been|shall|will|may|must)\b")


def title_in(cell: Cell, view: View) -> Title | None:
    """The title that fills this cell, or begins it in capitals."""
    words = cell.words.split()
    if not 1 <= len(words) <= 30:
        return _by_its_entry(cell, view)
    if not cell.caps and _SAYS.search(cell.words) and view.text[cell.end : cell.end + 1] == ".":
        return _by_its_entry(cell, view)
    best: Title | None = None
    for skip in range(min(4, len(words))):
        if skip and words[skip - 1] not in _LEAD and not words[skip - 1].isdigit():
            break
        rest = " ".join(words[skip:]) + " "
        for text in title_words().get(words[skip], ()):
            if rest.startswith(text + " "):
                share = len(text.split()) / (len(words) - skip)
                if (
                    share >= 0.6
                    or cell.caps
                    or (
                        share >= 0.4
                        and view.source[view.span(cell.at, cell.end)[0]].isupper()
                        and len(words) <= 8
                    )
                ):
                    first, _ = _word_range(view, cell)
                    start = view.words[first + skip]
                    stop = view.words[first + skip + len(text.split()) - 1]
                    found = Title(
                        cell.line,
                        text,
                        start.at,
                        stop.at + len(stop.norm),
                        rest[len(text) :].strip(),
                        words[0] in ("re", "subject", "asunto", "tema", "ref", "fw", "fwd"),
                    )
                    if best is None or len(found.words) > len(best.words):
                        best = found
                break  # longest first
        if best and best.words.startswith(("proposed", "propuest", "proyecto", "draft")):
            break  # what is only proposed is no order, however the line goes on
    return best or _by_its_noun(cell, view) or _by_its_entry(cell, view)


# "PRETRIAL ORDER NO. 6: FIRE RECORDS", "DEPOSITION SUBPOENA FOR BUSINESS RECORDS": the noun names the paper.
_NOUNS = ("order", "subpoena", "orden", "citacion")
_NO_TITLE = frozenset(
    (
        "motion",
        "petition",
        "application",
        "notice",
        "affidavit",
        "declaration",
        "response",
        "objection",
        "objections",
        "proposed",
        "return",
        "certificate",
        "certification",
        "request",
        "reply",
        "brief",
        "memorandum",
        "support",
        "draft",
        "attached",
        "re",
        "court",
        "dear",
        "to",
        "copy",
        "translation",
        "violation",
        "comply",
        "compliance",
        "appeal",
        "money",
        "purchase",
        "work",
        "mail",
        "gag",
        "standing",
        "executive",
        "peticion",
        "solicitud",
        "mocion",
        "traduccion",
        "cover",
        "letter",
        "removal",
        "deportation",
        "immigration",
        "judge",
        "case",
        "docket",
        "summons",
        "warrant",
        "detention",
        "alien",
        "ice",
        "dhs",
        "this",
        "if",
        "any",
        "under",
        "fax",
        "copia",
    )
)


# "07/08/2025  48  TEXT-ONLY ORDER granting ...": an entry of the docket that is itself the order.
_ENTRY = re.compile(
    r"(?:docket text )?(?:[0-9]+ ){0,5}(?:(?:text|only|minute|electronic|paperless|virtual|endorsed|oral"
    r"|entry"
    r"|docket) ){1,3}order "
)


def _by_its_entry(cell: Cell, view: View) -> Title | None:
    found = _ENTRY.match(cell.words + " ")
    if found is None:
        return None
    first, _ = _word_range(view, cell)
    word = view.words[first + len(found.group().split()) - 1]
    if not view.source[word.start : word.end].isupper():
        return None
    return Title(cell.line, "order", word.at, word.at + len(word.norm), "text")


def _by_its_noun(cell: Cell, view: View) -> Title | None:
    words = cell.words.split()
    if not cell.caps or not 2 <= len(words) <= 14 or _NO_TITLE & set(words):
        return None
    place = next((n for n, word in enumerate(words[:5]) if word in _NOUNS), None)
    if place is None:
        return None
    first, _ = _word_range(view, cell)
    word = view.words[first + place]
    rest = " ".join(words[:place] + words[place + 1 :])
    return Title(cell.line, words[place], word.at, word.at + len(word.norm), rest)
