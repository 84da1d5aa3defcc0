"""Who signed: the signature block decides, never a judge named in the body.

The printed list of an I-205 names a District Court judge, a cover letter names the court it hopes for,
an application bears a judge's hand under the oath: none of these is a judge's signature on an order.
A mark (/s/, "[signature]", an electronic stamp) counts for the title beside it and for no other.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import dataclass

from workflows.instruments.cues import Cue, signature_places, signer_titles
from workflows.instruments.reader.hands import hand_at
from workflows.instruments.reader.names import names_on_line, same_person, turned
from workflows.instruments.reader.parts import Part
from workflows.instruments.reader.view import View

JUDGE_GROUPS = ("district", "magistrate", "appeals", "special", "state", "tribal", "plain")
# A line that holds more titles is none to sign on; each costs a look at the whole line and those above it.
MOST_TITLES = 8
MOST_MARKS = 12  # of those before a title that are looked at, the nearest ones
# What may stand in for a hand: text cannot show ink.
MARK = re.compile(
    r"(?P<bare>(?<![a-z0-9/])//\s?signed\s?//|(?<![a-z0-9/])/?f/(?=\s*[a-z_])"
    r"|\(f\)(?=\s*[a-z]))|(?<![a-z0-9:.])(?:/ ?[s5] ?/"
    r"|[il1|] ?[s5] ?/(?=[ \t]*[a-z_])|(?<![a-z/])s/(?=\s?[a-z_\[])|(?<![^\n\t])s / (?=[a-z])"
    r"|\(s/?\)|\[s/?\](?=[ \t]*[a-z])"
    r"|/[s5][1il|]?(?=\s+[a-z]))"
    r"|[\[{<]\s*(?:[a-z' -]{0,24}\s)?(?:hand\s?written|manuscript|autograph|scrawl(?:ed)?|squiggle|cursive"
    r"|e-?signature|signature|signed|sig)\b(?! of (?!the court|hon"
    r"|judge [a-z]))(?P<inside2>[^\]}>\n]{0,60})[\]}>]"
    r"|[\[(]\s*(?:hand\s?written |wet |ink(?:ed)? |original |manual |electronic(?:ally)? |digital(?:ly)? "
    r"|court "
    r"|cursive )*(?:conformed(?! cop)|e-?\s?signature|e-?\s?signed|signature|signed|firma(?:do|da)?|sgd"
    r"|rubrica|ink|signs)\b(?! of (?!the court))(?! block)(?! line)(?! page)"
    r"(?P<inside>[^\])\n]{0,60})[\])]"
    r"|\bsigned (?:electronically|digitally)\s*(?:by\s*:?|:)|[~*]\s?signed\s?[~*]"
    r"|\b(?:electronically|digitally|e-?)\s?-?signed\b(?:\s+by\b)?|\bfirmad[oa] (?:electronica"
    r"|digital)mente(?:\s+por\b)?|\bfdo\.|\bsigned\s*:|\bsigned by\s*:?"
    r"|\b(?:original )?signed by\b|\bsgd\.?(?=\s)|\[x\] signed|\bfirmado\s*:"
)
BLANK = re.compile(
    r"_{2,}|[\[(]\s*(?:blank|unsigned|no signature|not signed|signature line (?:is )?blank|sin firma(?:r)?"
    r"|en blanco|vacio|"
    r"left blank|to be signed[^\])]*|empty|none|signature block blank|no firmad[oa]|unsigned copy"
    r"|line blank|linea en blanco|space for signature|"
    r"(?:no|without) signature[^\])]*|signature (?:missing|absent|blank)[^\])]*|blank(?! if)[^\])]{0,40}"
    r"|firma pendiente|unsigned[^\])]{0,30})\s*[\])]|\bsignature\s*:\s*(?:none|blank)\b|\.\.\.\s*$"
)
_NEGATED = re.compile(
    r"illegib|ilegib|block|line|missing|blank|absent|here|required|date|aqui|page|unread|not "
    r"|follow|pending|await|forthcoming|needed|to come|omitted"
)
_LABEL_ONLY = re.compile(
    r"\(\s*signature\b(?!\W+(?:affixed|appears|on original))|[\[{<(][^\])}>]*\b(?:judges|clerks|officers"
    r"|attorneys|no|not|un)\b"
)
# "(signature) R. Lind": the note stands for the hand where the name with its initial follows it.
_HAND_AFTER = re.compile(r"[ \t]{1,2}[a-z]\. ?(?:[a-z]\. ?)?[a-z]{3,}")
_SIGNED_BELOW = re.compile(
    r"[ \t\n]*[\[(]\s*(?:(?:electronically|digitally) signed|signed (?:electronically|digitally))\b"
    r"(?![^\])\n]*\b(?:pending|when|upon|if|to be|not|copy|by)\b)"
)
# Of a state's judge, whose signature opens nothing, any note of one right below the title counts.
_NOTED_BELOW = re.compile(
    _SIGNED_BELOW.pattern + r"|[ \t\n]*[\[(](?:signed|sgd\.?|firmad[oa])[\])](?=[ \t]+[a-z])"
)
_OTHERS = re.compile(
    r"\b(?:submitted|prepared|presented|approved|respectfully|agreed|stipulated|reviewed|requested|proposed"
    r"|drafted|consented)\b[^\n]{0,40}\b(?:by|as to form|form|submitted)?\s*:?\s*$"
    r"|\b(?:submitted|prepared|presented|approved(?: as to form)?|lodged|tendered|requested"
    r"|drafted)(?: for filing)?(?: and \w+)? by\b|\bapproved as to form\b|\bapproved\s*:"
    r"|\b(?:stipulated|agreed|consented)(?: to)?(?: by)?\s*:"
    r"|\brespectfully submitted\b|\bcc\s*:|(?<!\] )\bcopies to\b"
    r"|\bwho (?:issues or )?requests? this subpoena\b|\bwho issues this subpoena\b"
    r"|\b(?:certified|certify)\b[^\n]{0,40}\btrue\b|\btrue (?:and correct )?copy\b|\backnowledged\b"
    r"|\breceipt acknowledged\b|\breceived\s*(?:by|:)|\bacuse de recibo\b|\bes copia fiel\b"
    r"|\bpresentad[oa] por\b|\baprobad[oa] en cuanto\b|\bapproved for filing\b"
)
_OATH = re.compile(
    r"(?:^|\t|\.\s|\(|\s{2})\W*(?:sworn (?:to|before|and)|subscribed (?:and|before)|signed and sworn"
    r"|attested (?:to )?by|jurad[oa]\b|suscrit[oa] y jurad[oa]|acknowledged before|affirmed (?:to|before)"
    r"|in accordance with the requirements of fed|jurat\b|notary\b|declared under oath|taken, subscribed)"
    r"|\bsigned in my presence\b|\bfirmad[oa] en mi presencia\b|\bmy commission expires\b",
    re.MULTILINE,
)
_SERVER = re.compile(
    r"\bapproving officer|\bapproved\W+name|\bexecuting officer|\bserver s? ?signature|\bservers signature"
    r"|^\W*served by\b|\btranslator\b|\btraductor|\binterpreter\b|\bwitnessed\b"
    r"|\bsignature of (?:the )?witness"
    r"|(?:^|\t)\W*witness(?:es)?(?: (?:signature|name))?\W*(?:$|[\t:]|/s/|_)|\bwitness\W*(?:$|\t|[:_])"
    r"|\btestigos?\b",
    re.MULTILINE,
)
_BODY_BEFORE = re.compile(
    r"\b(?:by|of|or|return|to|the|a|an|any|before|with|from|hon|honorable|assigned|judge|for|under|against"
    r"|that|when|un|una|de|del|la|el|por|and|is)\s*$"
)


@dataclass(frozen=True, slots=True)
class Signer:
    """Name and title in the signature block; `judge` None when no title could be placed there.

    `signed` True for a mark that belongs to this block, False for an empty line, None where the text
    cannot tell (an ink signature is a picture). `group` is the list of signers.yaml that has the title.
    `oath` is True when the block attests an oath and grants nothing.
    """

    name: str | None = None
    title: str | None = None
    judge: bool | None = None
    signed: bool | None = None
    group: str = ""
    oath: bool = False
    cues: tuple[Cue, ...] = ()
    line: int = -1


@dataclass(frozen=True, slots=True)
class Block:
    """One title in a signature place: numbers of its lines, its group, its mark."""

    line: int
    at: int
    end: int
    title: str
    group: str
    mark: tuple[int, int] | None
    blank: tuple[int, int] | None
    foreign: bool  # submitted by, approved as to form: somebody else's signature
    oath: bool
    served: bool
    hand: str = ""  # what hands.py finds over the title where no mark stands


def titles_between(view: View, first: int, last: int) -> list[tuple[int, int, str, str]]:
    """(first word, word after, canonical, group) of every known title among these words, longest wins."""
    found, n = [], first
    while n < last:
        for words, canonical, group in signer_titles().get(view.words[n].norm, ()):
            count = words.count(" ") + 1
            if n + count <= last and all(
                view.words[n + i].norm == word for i, word in enumerate(words.split())
            ):
                if count > 1 and _gap(view, n, n + count):
                    continue
                found.append((n, n + count, canonical, group))
                n += count - 1
                break
        n += 1
    return found


def _gap(view: View, first: int, last: int) -> bool:
    """More than a blank, a mark or one line end stands between the words of a title."""
    between = view.text[view.words[first].at : view.words[last - 1].at]
    if "\n\n" in between or "\f" in between or ";" in between or ")" in between:
        return True
    return "." in between.replace("u.s", "")


def blocks(view: View, part: Part) -> list[Block]:
    """All titles of the part that stand in a signature place, in order."""
    first_word = view.lines[part.first].first
    last_word = view.lines[part.last - 1].last
    titles = titles_between(view, first_word, last_word)
    on_line = Counter(view.line_of(view.words[first].at) for first, *_ in titles)
    found = []
    for first, last, canonical, group in titles:
        at, end = view.words[first].at, view.words[last - 1].at + len(view.words[last - 1].norm)
        line = view.line_of(at)
        if on_line[line] > MOST_TITLES:
            continue
        copied = _COPY_TO.match(view.text[view.lines[line].at : at])
        if not copied and _in_place(view, part, line, at, end, group):
            found.append(_block(view, part, line, at, end, canonical, group))
    # Whom a message quotes signs nothing where the writer signs.
    return [b for b in found if not view.line_text(b.line).lstrip().startswith(">")] or found


def _label_near(view: View, line: int, below: int = 2) -> bool:
    """Words of a form that name a signature's place stand on this line or right below."""
    return any(
        f" {words} " in said
        for n in range(line, min(len(view.lines), line + below + 1))
        for said in (f" {view.line_words(n)} ",)
        for words in signature_places()
        if len(words) > 8
    )


# Who gets a copy signs nothing.
_COPY_TO = re.compile(r"\W*(?:b?cc|xc|c\.c\.|copies(?: to)?|copy to|con copia|c\.c\.p|distribution)\s*:")


# "for the Supervisory Special Agent", under the name of who signs for them.
_FOR_THE = re.compile(r"\W*(?:for|por)(?: the| el| la)?\W*")
_RANK = re.compile(r"\b(?:presiding|acting|senior|visiting|supervising|interim|the|hon|honorable)\b")
# What a judge of another country is called by: "Juez Segundo de Control".
_BENCH = re.compile(
    r",?\W*(?:[a-z]+ ){0,3}(?:court|tribunal)\b(?: [a-z]+){0,6}"
    r"(?:,?\W*(?:div|division|dept|department|section|part|branch)\.?\W*[a-z0-9]{1,6}\W*)?"
    r"|(?:(?:primer[oa]?|segund[oa]|tercer[oa]?|cuart[oa]|quint[oa]|sext[oa]|septim[oa]|octav[oa]|noven[oa]"
    r"|decim[oa]"
    r"|de|del|lo|la|el|en|y|penal|civil|familiar|familia|mercantil|control|distrito|instancia"
    r"|instruccion|juicio"
    r"|oral|garantias|ejecucion|paz|menor|turno|constitucional)\W*){1,8}"
)


def _name_begins(view: View, line: int) -> bool:
    """A line that begins with a name in capitals and has hardly more: "B. Nakamoto-Cole, TFO"."""
    if line < 0 or view.lines[line].first == view.lines[line].last:
        return False
    printed = view.printed(view.lines[line].at, view.lines[line].end).strip(" _")
    return bool(re.fullmatch(r"[A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ][\w.'’-]*){1,4}(?:, [\w ]{2,30})?", printed))


def _in_place(view: View, part: Part, line: int, at: int, end: int, group: str) -> bool:
    """Little else stands beside the title, and a mark, a blank or a signature's label stands close."""
    low, high = view.lines[line].at, view.lines[line].end
    left = view.text[low:at]
    cell = re.split(r"\t|\s\)\s", left)[-1]
    tail = re.split(r"\t|\s\)\s|\s{2,}", view.text[end:high].strip("_ .,"))[0]
    if (
        _BODY_BEFORE.search(cell.strip(" ,"))
        and not MARK.search(cell)
        and not (group in ("agency", "clerk") and _FOR_THE.fullmatch(cell) and _name_begins(view, line - 1))
        # "Order of the Immigration Judge" is the paper's title, "for the Immigration Judge" its signer's.
        and (group != "immigration_judge" or re.search(r"\b(?:order|decision|office)s? of the\W*$", cell))
    ):
        return False
    if re.match(
        r"\W*(?:to|re|subject|through|via|from|attn|attention|para|de)\b\W", view.text[low:at].strip() + " "
    ) and not re.match(r"\W*from", left):
        return False
    words_before = len(re.findall(r"[a-z0-9]+", _RANK.sub(" ", cell)))
    words_after = len(re.findall(r"[a-z0-9]+", tail))
    labelled = bool(re.search(r"title\W*$|cargo\W*$|name and title\W*$|\btitulo\W*$", cell)) or _label_near(
        view, max(part.first, line - 1), below=3
    )
    marked = _mark_near(view, line, at) is not None
    if words_after > 9 or (words_before > 8 and not marked):
        return False
    if words_before >= 3 and words_after >= 3 and not marked:
        return False  # the middle of a sentence
    if view.text[end : end + 1] == ":" and not marked:
        # "Immigration Judge: MARA VELO 02/05/2026" closes the form of that court.
        return group == "immigration_judge" and line - part.first > (part.last - part.first) // 3
    if group == "plain" and words_after and not _BENCH.fullmatch(tail.strip()):
        return not words_before and marked and _named_twice(view, line, end)
    if labelled or marked:
        return True
    if (
        not words_after
        and line - part.first > 0.5 * (part.body_last - part.first)
        and name_before_title(view, line, at)
    ):
        return True
    if (
        not words_before
        and not words_after
        and (name_alone_above(view, line) or _name_in_column_above(view, line, at))
    ):
        return True
    if words_before == 0 and words_after <= 6 and _closing(view, part, line):
        return True
    # A blank line to sign on, or a line of its own under a name.
    if _blank_near(view, line, at) is not None:
        return words_before <= 6
    return _closing(view, part, line) and words_before <= 6


def _named_twice(view: View, line: int, end: int) -> bool:
    """The line is "JUDGE ANA POE" and the mark above it stands with the same name."""
    mark = _mark_near(view, line, view.lines[line].at)
    below = names_on_line(view.printed(end, view.lines[line].end))
    if mark is None or len(below) != 1 or view.line_of(mark.start()) >= line:
        return False
    written = names_on_line(view.printed(mark.end(), view.lines[view.line_of(mark.start())].end).strip("_ "))
    return len(written) == 1 and same_person(written[0], below[0])


def name_before_title(view: View, line: int, at: int) -> bool:
    """A name and a comma, and nothing else, stand before the title."""
    printed = view.printed(view.lines[line].at, at).strip()
    return (
        bool(re.fullmatch(r"(?:By:?\s+)?[A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]*){1,3},?", printed))
        and "," in view.text[view.lines[line].at : at]
    )


def name_alone_above(view: View, line: int) -> bool:
    """The line right above holds a name and nothing else."""
    n = line - 1
    if n < 0 or view.lines[n].first == view.lines[n].last:
        return False
    printed = turned(view.printed(view.lines[n].at, view.lines[n].end).strip(" _"))
    return bool(
        re.fullmatch(
            r"(?:Hon\. |Honorable |HON\. |By:?\s+|BY:?\s+|Por:?\s+)?[A-ZÀ-Þ][\w.'’-]+(?:"
            r" [A-ZÀ-Þ][\w.'’-]*){1,4}(?:, (?:Jr|Sr|Lt Col|Col|Maj|Esq)[.\w ,]*)?"
            r"(?: \([\w .#-]{1,20}\))?",
            printed,
        )
    )


_NAME_ALONE = re.compile(r"(?:Hon\. |By:?\s+)?[A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]*){1,4}")


def _name_in_column_above(view: View, line: int, at: int) -> bool:
    """On a form with columns a name and nothing else stands right over the title: "1/7/26     Ana Plank"."""
    if line < 1 or at == view.lines[line].at:
        return False
    place = view.span(at, at + 1)[0]
    column = place - (view.source.rfind("\n", 0, place) + 1)
    above = view.lines[line - 1]
    start = view.source.rfind("\n", 0, view.span(above.at, above.at + 1)[0]) + 1
    text = view.source[start : view.span(above.at, above.end)[1]]
    return any(
        abs(cell.start() - column) <= 4 and _NAME_ALONE.fullmatch(cell.group())
        for cell in re.finditer(r"\S+(?: {1,2}\S+)*", text)
    )


def _closing(view: View, part: Part, line: int) -> bool:
    """The lines above end a paper: so ordered, dated, by the court, sincerely."""
    low = view.lines[max(part.first, line - 7)].at
    return bool(
        re.search(
            r"\bso ordered\b|\bdated\b|\bby the court\b|\bsincerely\b|\brespectfully\b|\bentered\b|\bdone\b"
            r"|\bissued\b|\bdate\b|\bregards\b"
            r"|\bpor el tribunal\b|\bfechad[oa]\b|\bfecha\b|\batentamente\b|\bcordialmente\b"
            r"|\bit is ordered\b|\btruly\b|\bordered\b|\bse ordena\b|\bcumplase\b|\bsigned\b|\bthank you\b"
            r"|\bresolvio\b|\bfirma\b|\bacordo\b|\bgiven under\b|\bwitness\b|\bunder my hand\b|\bthe seal\b"
            r"|\bdoy fe\b|\brubrica\b"
            r"|\bnotifiquese\b|\bwitness my hand\b|\bdad[oa] en\b",
            view.text[low : view.lines[line].at + 1],
        )
    )


def _span_above(view: View, line: int, up: int) -> int:
    """Where the `up` printed lines above `line` begin, empty ones not counted."""
    n, seen = line, 0
    while n > 0 and seen < up:
        n -= 1
        if view.lines[n].first < view.lines[n].last or "_" in view.line_text(n):
            seen += 1
    return view.lines[n].at


def blanks(view: View, low: int, high: int) -> list[re.Match[str]]:
    """Empty places to sign between two places: rules that stand alone in their column, and notes of one.

    A gap to fill in within a sentence ("for ____ days") is none.
    """
    return [m for m in BLANK.finditer(view.text, low, high) if m.group()[0] != "_" or _stands_alone(view, m)]


def _stands_alone(view: View, rule: re.Match[str]) -> bool:
    line = view.lines[view.line_of(rule.start())]
    left = view.text[max(line.at, view.text.rfind("\t", line.at, rule.start()) + 1) : rule.start()]
    stop = view.text.find("\t", rule.end(), line.end)
    right = view.text[rule.end() : stop if stop >= 0 else line.end]
    words = re.findall(r"[a-z]{2,}", left + " " + right)
    return len(words) <= 3 and not re.search(
        r"\b(?:days?|date|dated|for|time|on|before|this)\b", left + " " + right
    )


def _last(pattern: re.Pattern[str], text: str, low: int, high: int) -> re.Match[str] | None:
    found = None
    for match in pattern.finditer(text, low, high):
        found = match
    return found


def is_mark(match: re.Match[str], view: View) -> bool:
    """True for a mark that shows a signature: not "/s/ ____", not "[signature illegible]"."""
    if (match["inside"] is not None or match["inside2"] is not None) and _NEGATED.search(match.group()):
        return False
    if _LABEL_ONLY.match(match.group()) and not _HAND_AFTER.match(view.text, match.end()):
        return False
    after = view.text[match.end() : match.end() + 24]
    if re.match(r"[ \t]*_*[ \t]*[\[(]\s*(?:blank|unsigned|none|proposed|no )", after):
        return False
    rule_before = view.text[max(0, match.start() - 3) : match.start()].strip(" ").endswith("_")
    return rule_before or not re.match(r"[ \t]*_{2,}[ \t]*(?:\n|$)", after)


_STAMP_DATE = re.compile(r"\W*date\W+[0-9]{4}[.-][0-9]{2}[.-][0-9]{2}\b")


def _mark_near(view: View, line: int, at: int, group: str = "", up: int = 3) -> re.Match[str] | None:
    """The nearest mark before the title, at most three printed lines above, or on its own line."""
    low = _span_above(view, line, up)
    if _STAMP_DATE.match(view.line_text(view.line_of(low))):
        low = _span_above(view, line, up + 1)  # the name of a digital signature stands over its date
    best = None
    for match in deque(MARK.finditer(view.text, low, view.lines[line].end), MOST_MARKS):
        others = group in JUDGE_GROUPS and (
            _of_next_column(view, line, at, match)
            or _over_another(view, line, at, match)
            or _beside_another(view, line, at, match)
        )
        if is_mark(match, view) and not others:
            # Of two hands side by side the one that stands over this title.
            beside = best is not None and view.line_of(best.start()) == view.line_of(match.start()) < line
            if not beside or _away(view, match, at) <= _away(view, best, at):
                best = match
    return best


def _over_another(view: View, line: int, at: int, mark: re.Match[str]) -> bool:
    """On a line above, the mark stands over what another column of the title's line prints."""
    if view.line_of(mark.start()) >= line:
        return False
    row = view.lines[line]
    first, last = view.span(row.at, row.end)
    columns = _columns(view.source[view.source.rfind("\n", 0, first) + 1 : last])
    hand = view.span(*mark.span())[0]
    above = _columns(view.source[view.source.rfind("\n", 0, hand) + 1 : hand] + "xx")
    if len(columns) < 2:
        return False
    over = min(columns, key=lambda column: abs(column - above[-1]))
    own = max((column for column in columns if column <= _column(view, at)), default=columns[0])
    return over != own


def _beside_another(view: View, line: int, at: int, mark: re.Match[str]) -> bool:
    """On a line above, another's printed name stands between the left edge and the mark, over the title."""
    above = view.lines[view.line_of(mark.start())]
    first = view.span(above.at, above.at + 1)[0]
    start = view.source.rfind("\n", 0, first) + 1
    cells = [
        (cell.start(), names_on_line(cell.group()))
        for cell in re.finditer(r"\S+(?: {1,2}\S+)*", view.source[start : view.span(above.at, above.end)[1]])
    ]
    hand = view.span(*mark.span())[0] - start
    left = [(place, names) for place, names in cells if place < hand and names]
    own = [names for place, names in cells if place >= hand and names]
    if above is view.lines[line] or not left or not own:
        return False
    place, names = left[-1]
    nearer = abs(place - _column(view, at)) < abs(hand - _column(view, at))
    return nearer and not same_person(names[-1], own[0][0])


def _columns(line: str) -> list[int]:
    """Where the cells of a printed line begin that hold words; two blanks part them."""
    cells = re.finditer(r"\S+(?: \S+)*", line)
    return [cell.start() for cell in cells if re.search(r"[^\W\d_]{2}", cell.group())]


def _away(view: View, mark: re.Match[str] | None, at: int) -> int:
    """How many columns lie between the cell of a mark and a title on a line below it."""
    assert mark is not None
    cell = max(view.text.rfind("\t", 0, mark.start()), view.text.rfind("\n", 0, mark.start())) + 1
    return abs(_column(view, cell) - _column(view, at))


def _column(view: View, at: int) -> int:
    place = view.span(at, at + 1)[0]
    return place - (view.source.rfind("\n", 0, place) + 1)


def _of_next_column(view: View, line: int, at: int, mark: re.Match[str]) -> bool:
    """The mark stands behind the title in a column with a title of its own: the clerk's beside a judge's."""
    if mark.start() < at or "\t" not in view.text[at : mark.start()]:
        return False
    words = [
        n for n in range(view.lines[line].first, view.lines[line].last) if view.words[n].at >= mark.end()
    ]
    return bool(words) and bool(titles_between(view, words[0], words[-1] + 1))


def _mark_below(view: View, part: Part, line: int) -> re.Match[str] | None:
    """A mark on the two printed lines after the title, where another title does not stand before it."""
    low, n, seen = view.lines[line].end, line, 0
    while n + 1 < part.last and seen < 2:
        n += 1
        seen += view.lines[n].first < view.lines[n].last
    high = view.lines[n].end
    match = next((m for m in MARK.finditer(view.text, low, high) if is_mark(m, view)), None)
    if match is None:
        return None
    first, last = view.lines[line + 1].first, view.lines[min(part.last - 1, n + 2)].last
    return None if titles_between(view, first, last) else match


def _blank_near(view: View, line: int, at: int, up: int = 3) -> re.Match[str] | None:
    """The last empty line to sign on; a rule behind a bare /s/ says neither signed nor unsigned."""
    found = next(reversed(blanks(view, _span_above(view, line, up), view.lines[line].end)), None)
    if found and re.search(r"/?s/\s*$", view.text[max(0, found.start() - 6) : found.start()]):
        return None
    return found


def _block(view: View, part: Part, line: int, at: int, end: int, title: str, group: str) -> Block:
    low = _span_above(view, line, 4)
    start_of_block = low
    for other in re.finditer(_OTHERS, view.text[low:at]):
        start_of_block = low + other.start()
    above = view.text[low:at]
    foreign = bool(_OTHERS.search(above)) and not re.search(
        r"\bso ordered\b|\bby the court\b", view.text[start_of_block:at]
    )
    oath_low = view.lines[max(part.first, line - 9)].at
    sworn = _last(_OATH, view.text, oath_low, view.lines[line].end)
    oath = sworn is not None and not re.search(
        r"\bit is (?:hereby |therefore |so )?ordered\b|\byou are (?:hereby |therefore )?commanded\b"
        r"|\bdate and time issued\b|\band issued\b",
        view.joined[sworn.end() : at],
    )
    served = bool(
        _SERVER.search(view.text, view.lines[line].at, view.lines[min(len(view.lines) - 1, line + 2)].end)
        or re.search(r"\breceived by\b|^\W*witness\b", view.line_text(line))
    )
    mark, blank = _mark_near(view, line, at, group), _blank_near(view, line, at)
    if mark is None and not blank:
        mark = _mark_below(view, part, line)
        if mark and group in JUDGE_GROUPS and not _own_line_below(view, end, mark):
            mark = None if not _own_name_below(view, line, end, mark) else mark
    elif (
        mark is None
        and group in JUDGE_GROUPS
        and _own_name_below(view, line, end, _mark_below(view, part, line))
    ):
        mark, blank = _mark_below(view, part, line), None
    elif mark is None and (_SIGNED_BELOW if group not in ("state", "plain") else _NOTED_BELOW).match(
        view.text, end
    ):
        # The line above is empty because the signature is the note below.
        mark, blank = _mark_below(view, part, line), None
    if mark and group in JUDGE_GROUPS and _for_another(view, mark):
        mark = None
    if (
        blank
        and mark
        and blank.start() > mark.end() + 40
        and "\n" in view.text[mark.end() : blank.start()].strip()
        # A rule drawn under a signature is no empty line; an empty line after another's signature is.
        and not _rule_under(view, mark.end(), blank.start())
    ):
        mark = None
    return Block(
        line, at, end, title, group,
        (mark.start(), mark.end()) if mark else None,
        (blank.start(), blank.end()) if blank else None,
        foreign, oath, served, hand_at(view, part, line, at),
    )  # fmt: skip


def _own_line_below(view: View, end: int, mark: re.Match[str]) -> bool:
    """A bracketed note of a signature right under a judge's title; another's /s/ below it is not hers."""
    between = view.text[end : mark.start()]
    return mark.group()[0] in "[{<(" and between.count("\n") <= 1 and not between.strip(" \t\n,.")


def _own_name_below(view: View, line: int, end: int, mark: re.Match[str] | None) -> bool:
    """Right below the title the same name is signed that is printed alone right above it."""
    if mark is None or view.text[end : mark.start()].strip(" \t\n,.") or not name_alone_above(view, line):
        return False
    above = view.lines[line - 1]
    printed = names_on_line(turned(view.printed(above.at, above.end)))
    below = view.lines[view.line_of(mark.start())]
    written = names_on_line(view.printed(mark.end(), below.end))
    return bool(printed and written) and same_person(printed[0], written[0])


def _for_another(view: View, mark: re.Match[str]) -> bool:
    """The mark says that somebody signed for the judge, or that she has yet to sign."""
    line_end = view.lines[view.line_of(mark.start())].end
    return bool(
        re.search(
            r"\b(?:for|on behalf of|by direction of|per|pp|p\.p\.|por|deputy|law clerk"
            r"|secretary)\b(?! the district)"
            r"|\b(?:to be|will be|not yet|pending|(?:when|once|until) signed)\b"
            r"|[a-z],? by (?!the court\b|judge\b|hon\b|honorable\b|magistrate\b|order\b)[a-z]+\.? [a-z]",
            view.text[mark.end() : line_end + 1],
        )
    )


def _rule_under(view: View, mark_end: int, blank_at: int) -> bool:
    """Only the signer's own name lies between a mark and the rule below it."""
    # The stamp of a digital signature prints its own date: "Date: 2026.02.04 09:12:44 -07'00'".
    between = re.sub(r"\bdate\W+[0-9][0-9.: '+-]*\n?", "", view.text[mark_end:blank_at])
    below = re.findall(r"[a-z]{3,}", view.text[blank_at : blank_at + 120])
    named = re.findall(r"[a-z]{3,}", between)
    own = (
        re.search(r"\bhon\b", between) is not None
        or between.count("\n") <= 1
        or (bool(named) and named[-1] in below)  # the stamp's name is printed again below the rule
    )
    return own and between.strip().count("\n") <= 1 and len(between) <= 60
