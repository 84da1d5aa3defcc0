"""Fields by their names: "Key: value", "key=value", JSON and XML pairs, NCIC pairs, questions of a form.

`labels.py` knows names of fields as fixed terms; here the name is read from what stands before a
mark and looked up in the form in which heads of columns are compared, so that abbreviated, joined,
misread and adorned names count too ("Mother's POB:", "c1tizenship_code="). A name that other fields
have as well counts only near one that tells of immigration by itself, and a person looks.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from redaction.detect.engine import compile_pattern, spans_of
from redaction.detect.heads import TELLING, Head, HeadBook

KEY_LIMIT = 48  # view characters of a name
QUESTION_LIMIT = 120
SUFFIX_WORDS = 5  # of what stands before a mark, the last words that may be the name
COMPANY = 200  # view characters around a weak name in which a telling one must stand
VALUE_LIMIT = 80
BOX_LIMIT = 400  # view characters of a group of boxes

_MARK = compile_pattern(r"[a-z0-9.)#\"'\]][ \t]?(?:[:=?;\n\t]|\* |-+>| --? |(?:[.] ?){3,}|_{2,})|>")
_SQL = compile_pattern(r"\(([a-z0-9_, ]{3,300})\) ?values ?\(([^()]{3,400})\)")
CELL_WORDS, CELL_LIMIT, NAME_WORDS, LEAD_KEY = 7, 60, 4, 3
_CELL = re.compile(rb"(?<![^\n\t|;])[^\n\t|;:=?\[\]~^]+(?![^\n\t|;])")
_LEADING = re.compile(rb"[^ ]+")
_COLUMN_NAME = re.compile(rb"[a-z0-9]{1,14}(?:_[a-z0-9]{1,14}){1,4}")
# What goes on after a word of prose, not after a name of a field.
_GOES_ON = re.compile(
    rb"[:=?/,&(_\"-]|(?:is|was|were|are|has|have|had|will|would|can|may|must|of|for|and|or|in|on|to|at|by|with|from|"
    rb"not|but|if|the|a|an|es|era|fue|son|de|del|y|o|en|por|para|con|que|se|no\b(?=[.]?[ #]?[0-9])|no[.]|#|"
    rb"num|number|numero|exp|expires|copy|required|needed|issued|office|form|forms|status|application)\b"
)
_NUMBERED = frozenset(
    {"label.a_number", "label.receipt", "label.i94", "label.sevis", "label.passport", "label.visa_number"}
    | {"label.consular_id", "label.foreign_id", "label.itin", "label.dhs_case"}
)
_LED = frozenset({"label.birthplace", "label.citizenship", "label.visa_class"})  # weak names that go first
_NOTHING = re.compile(
    rb"(?:none|no (?:trae|tiene|recuerda)|n/?a|unk|unknown|refus|lost|never|ningun|not |s/d|sin )\b"
)
_HL7 = compile_pattern(r"(?:^|\n)pid\|[^\n]{10,600}")
_HL7_PLACES = {15: "label.language", 23: "label.birthplace", 26: "label.citizenship", 28: "label.citizenship"}
_QUESTION_CUT = re.compile(rb"[\n\t?|]|: |[a-z]{4}[.] ")
SHORT_ANSWER = 24  # view characters; a longer answer is shown to a person
LINE_KEY = 6  # least characters of a name that only a gap or line end follows
# What makes a name or question one of another matter.
OTHER_MATTER = compile_pattern(
    r"senior citizen|ciudadan[oa]s? (?:mayor|senior)|citizen(?:'s|s')? (?:complain|academy|patrol|report)|"
    r"conduct|grade\b|\b(?:lost|replace|extravi|perdi)|health|salud|reading|lectura|facility|nursing|"
    r"species|mastercard|\bmc\b|debit|honda|nissan|\bpet'?s?\b|\bdog|mascota|vehic|\bminor\b|\(menor\)|"
    r"escolar|school work|\btrial\b|clinical|\bcad\b|microchip|museum|\bpark\b|tender|vendor|plant"
)
_NCIC = compile_pattern(
    r"(?:^|[^a-z0-9])((?:p[o0]b|c[t7]z[n]?|c[o0][bc]|mnu|ppn|citz?|natl?|poc)/|"
    r"(?:p[o0]b|c[o0]c|c[t7]z[n]?|citz|natn'l)[.]? )"
    r"([a-z][a-z0-9-]*|[0-9]\b|[a-z0-9]{2,3}\b)"
)
_CODED = re.compile(rb"[^a-z]?c[o0][bc](?:/|[.]? [a-z]{2}(?: |$|[^a-z0-9 ]))")
_NCIC_TYPES = {
    "p": "label.birthplace",
    "m": "label.a_number",
    "c": "label.citizenship",
    "n": "label.citizenship",
}
_CUT = re.compile(r"[\n\t|;{}<>=:?]|! |, (?=[a-z_]+$)")
_CUT_IN_VIEW = re.compile(_CUT.pattern.encode("ascii"))
_LEAD = re.compile(
    r"^(?:[-*~^\"'(\[ _.]|(?:q|item|no|box|line|part|sec)?[ .]?[0-9]{1,3}[a-z]?[.)\]:-]? +|[a-z0-9][.)] )+"
)
_TAIL = re.compile(r"[\s\"'\]).*_-]+$|(?<=[a-z]) ?\([^()]*\)?$")
_OPENS_BOX = re.compile(
    rb"(?:[0-9][.)]? ?|[-*] ?)?(?:\[ ?[x_/*^v-]{0,2} ?\]|\( ?[x*^]{0,2} ?\)|[~^]|_+[x^]_*|"
    rb"_{2,} ?[a-z]|yes ?_|no ?_|/ ?x? ?/ |<[a-z]{1,3}>|\{ ?x{0,2} ?\})"
)
_STOP = re.compile(rb"[\n\t|;]|[.!?] (?:[a-z]{3,}|[0-9])| [a-z_/]{2,20}[:=]|\"|</?[a-z]|, ?\"")
# Full stops that end no value: "Cd. Juarez", "Sta. Ana", "No. 81947092".
_SHORTENED = re.compile(
    rb"(?:^|[^a-z])(?:(?:cd|sta|sto|ste|st|gral|gob|pto|pt|ft|mt|mun|mpio|edo|dto|dpto|depto|prov|nva|nvo|col|"
    rb"rcho)\. [a-z]+|no\. [0-9])\Z"
)
_GAP = re.compile(rb"[\n\t]")
_LIST = re.compile(rb"1[.)\]] ?[^\n]{1,80}[ \t]2[.)\]] ?[a-z0-9]")  # several answers in one line
_SKIP = re.compile(rb"(?:_{2,}(?=[a-z0-9]))?[:=>?*.\- \t]*(?:_{2,}(?=[a-z0-9]))?")
_ANSWER = re.compile(
    rb"(?:yes|no|y|n|si|ref|refused|declined|unk|unknown|none|never|not|n/a|na|maybe|same|blank|dk|todavia|"
    rb"aun|ya|casi|prefiere|pending|pendiente|en tramite|se nego|nunca|tampoco|both|neither|ambos)\b"
    rb"[^\n\t|]{0,60}"
)
_SHORT_ANSWER = re.compile(
    rb"[ \t]*(?:yes|no|y|n|si|unk|unknown|declined|refused|n/a|not sure|no se)(?![a-z])(?! ?[/&])"
    rb"[^\n\t|;]{0,44}"
)


@dataclass(frozen=True, slots=True)
class Field:
    """A named field: its name and its value, in view offsets, end exclusive. `sure` tells that the
    name means this by itself, `doubtful` that the value may be more than an answer."""

    label: str
    key: tuple[int, int]
    value: tuple[int, int]
    sure: bool
    doubtful: bool


class FieldBook:
    """Finds fields. `asks` gives for each label a pattern of what a question about it says."""

    def __init__(self, names: HeadBook, asks: Mapping[str, str]) -> None:
        self._names = names
        self._asks = [(label, compile_pattern(pattern)) for label, pattern in asks.items()]
        self._any = compile_pattern("|".join(f"(?:{pattern})" for pattern in asks.values()) or r"\z.")

    def find(self, shape: bytes, telling: Sequence[int]) -> Iterator[Field]:
        """Fields in order. `telling` are the starts of labels found already, sorted."""
        found = [*self._named(shape), *self._leading(shape)]
        found.sort(key=lambda field: field.key)
        near = sorted([*telling, *(field.key[0] for field in found if field.sure and field.label in TELLING)])
        alike = {(field.label, field.key[0] // COMPANY) for field in found if field.sure}
        for field in found:
            at = field.key[0] // COMPANY
            if field.sure or _has_near(near, field.key) or {(field.label, at), (field.label, at - 1)} & alike:
                yield field
        yield from self._dumped(shape)
        for match in _NCIC.finditer(shape):
            start, end = match.span(2)
            if shape[match.start(1) : match.start(1) + 2] in (b"co", b"c0") and not _CODED.match(
                shape, *match.span()
            ):
                continue  # "coc" is a word of other records too
            label = _NCIC_TYPES[chr(shape[match.start(1)])]
            label = "label.passport" if shape[match.start(1) : match.start(1) + 2] == b"pp" else label
            yield Field(label, match.span(1), (start, end), True, False)

    def _dumped(self, shape: bytes) -> Iterator[Field]:
        """Values of database inserts and of patient segments, which stand apart from their names."""
        for match in _SQL.finditer(shape) if b"values" in shape else ():
            names, values = _pieces(shape, match.span(1), b","), _pieces(shape, match.span(2), b",")
            for key, value in zip(names, values, strict=False):
                head = self._names.named(shape[slice(*key)].decode("ascii").replace("_", " "))
                if head and not head.weak and value[0] < value[1]:
                    yield Field(head.label, key, value, True, False)
        for match in _HL7.finditer(shape) if b"pid|" in shape else ():
            cells = _pieces(shape, match.span(), b"|")
            for number, label in _HL7_PLACES.items():
                if number < len(cells) and cells[number][0] < cells[number][1]:
                    yield Field(label, cells[0], cells[number], True, False)

    def _named(self, shape: bytes) -> Iterator[Field]:
        for (first, last), *_ in spans_of(_MARK, shape):
            text = shape[first:last]
            at = first + len(text.rstrip(b" .\t\n")) if text[-1:] in b". " else last - 1
            at = first + 1 if text[-1:] == b"_" else at
            mark = text[-2:-1] if text[-2:] in (b"- ", b"* ") else text[-1:]
            if mark == b">" and shape[at - 1 : at] == b"-":
                at -= 1
            if mark == b"?":
                yield from self._question(shape, at)
                continue
            if mark == b":" and shape[at - 1 : at].isdigit() and shape[at + 1 : at + 2].isdigit():
                continue
            key = self._key(shape, at, mark)
            if key is None and mark in b"\t:" and _SHORT_ANSWER.match(shape, last):
                yield from self._question(shape, at)  # an item of a list that is ticked off
                continue
            if key:
                head, start, end = key
                boxed = box_group(shape, last)
                if mark in b"\n\t" and not boxed and (head.weak or end - start < LINE_KEY):
                    continue
                if mark == b"\n" and b"\t" in shape[max(shape.rfind(b"\n", 0, start), 0) : start]:
                    continue  # the last cell of a row: what stands below it is another row
                if value := _value_after(
                    shape, last - (mark in b"\n\t"), boxed_only=False, next_line=not head.weak
                ):
                    yield Field(head.label, (start, end), value, not head.weak, head.doubt)

    def _leading(self, shape: bytes) -> Iterator[Field]:
        """Fields without a mark: cells that begin with a name and go on with a short value. They count
        near others only, and a person looks."""
        for cell in _CELL.finditer(shape):
            start, end = cell.span()
            if end - start > CELL_LIMIT or not shape.count(b" ", start, end):
                continue
            words = list(_LEADING.finditer(shape, start, end))
            if not 2 <= len(words) <= CELL_WORDS:
                continue
            if _COLUMN_NAME.fullmatch(words[0].group()):
                made = self._names.named(words[0].group().decode("ascii").replace("_", " "))
                if made is not None:  # the name of a database column is no word of prose
                    value = words[1].start(), words[-1].end()
                    yield Field(made.label, words[0].span(), value, not made.weak, made.weak)
                    continue
            for count in range(min(len(words) - 1, NAME_WORDS), 0, -1):
                value = words[count].start(), words[-1].end()
                key = words[0].start(), words[count - 1].end()
                head = self._names.exact(shape[slice(*key)].decode("ascii"))
                if head is None or key[1] - key[0] < LEAD_KEY:
                    continue
                if head.weak and head.label not in _LED:
                    break
                number = head.label in _NUMBERED and not _NOTHING.match(shape, value[0])
                if not number and not _GOES_ON.match(shape, value[0]):
                    yield Field(head.label, key, value, False, True)
                break

    def _key(self, shape: bytes, at: int, mark: bytes) -> tuple[Head, int, int] | None:
        """The head that the words before the mark name, and where they stand; None where they name
        something of another matter."""
        low = max(0, at - KEY_LIMIT)
        if mark in b"\n\t;" and low and not _CUT_IN_VIEW.search(shape, low, at):
            return None  # before a gap or line end a name begins its line or cell
        before = shape[low:at].decode("ascii")
        cut = 0
        for match in _CUT.finditer(before):
            if match.end() < len(before.rstrip(" \"'])")):
                cut = match.end()
        if mark == b">" and before[cut - 1 : cut] != "<":
            return None
        found = self._head(before, low, cut, mark)
        return found if found is None or OTHER_MATTER.search(shape[low + cut : at]) is None else None

    def _head(self, before: str, low: int, cut: int, mark: bytes) -> tuple[Head, int, int] | None:
        """The same of what stands before the mark, from view offset `low` on, behind the last cut in it."""
        whole = _TAIL.sub("", before[cut:])
        if mark == b"=" and " " in whole and (head := self._names.exact(whole)) is None:
            cut += whole.rindex(" ") + 1
            whole = whole[whole.rindex(" ") + 1 :]
        by_gap = mark in b"\n\t;"
        if cut > 0 or low == 0:
            for first in dict.fromkeys((_lead(whole), whole.rfind(". ") + 2 if ". " in whole else 0)):
                spaced = whole[first:].replace("_", " ")
                head = self._names.exact(spaced) if by_gap else self._names.named(spaced)
                if head and not (mark == b";" and head.weak):
                    return head, low + cut + first, low + cut + len(whole)
        if by_gap:
            return None
        words = [m.start() for m in re.finditer(r"[^\s]+", whole)]
        for place in words[-SUFFIX_WORDS:]:
            text = whole[place:].lstrip("\"'([")
            head = self._names.exact(text)
            # Not a weak one: the last word of another name, of a date of birth, is no birthplace.
            if head and not head.weak and (len(text) >= 3 or mark == b"=") and place:
                return head, low + cut + place, low + cut + len(whole)
        return None

    def _question(self, shape: bytes, at: int) -> Iterator[Field]:
        low = max(0, at - QUESTION_LIMIT)
        start = max((cut.end() for cut in _QUESTION_CUT.finditer(shape, low, at)), default=low)
        text = shape[start:at]
        if OTHER_MATTER.search(text):
            return
        if len(text) < 3 or not self._any.search(text):
            if (key := self._key(shape, at, b"?")) and (
                value := _value_after(shape, at, False, not key[0].weak)
            ):
                yield Field(key[0].label, key[1:], value, not key[0].weak, key[0].doubt)
            return
        for label, pattern in self._asks:
            if pattern.search(text):
                if value := _answer(shape, start, at):
                    short = value[1] - value[0] <= SHORT_ANSWER or box_group(shape, value[0]) is not None
                    yield Field(label, (start, at), value, True, not short)
                return


def _answer(shape: bytes, start: int, at: int) -> tuple[int, int] | None:
    """The answer to a question: the boxes in front of it, else what stands behind it."""
    first = max(shape.rfind(b"\n", 0, start), 0)
    first += shape[first : first + 1] == b"\n"
    if first < start and (boxes := box_group(shape, first)) and boxes[1] >= start - 2:
        return first, len(shape[:start].rstrip(b" \t-"))
    return _value_after(shape, at, boxed_only=True, next_line=True)


def _pieces(shape: bytes, span: tuple[int, int], mark: bytes) -> list[tuple[int, int]]:
    """The parts of a span between marks, without blanks and quotation marks at their rims."""
    out = []
    at = span[0]
    for piece in shape[slice(*span)].split(mark):
        bare = piece.strip(b" '\"\n")
        start = at + piece.index(bare) if bare else at
        out.append((start, start + len(bare)))
        at += len(piece) + len(mark)
    return out


def _lead(words: str) -> int:
    """How many characters of numbering and signs stand before a name."""
    match = _LEAD.match(words)
    return match.end() if match else 0


def _has_near(starts: Sequence[int], span: tuple[int, int]) -> bool:
    """True when one of these stands near a name, and is not in it."""
    low, high = bisect.bisect_left(starts, span[0] - COMPANY), bisect.bisect_right(starts, span[1] + COMPANY)
    own = bisect.bisect_left(starts, span[1]) - bisect.bisect_left(starts, span[0])
    return high - low > own


def _value_after(shape: bytes, at: int, boxed_only: bool, next_line: bool) -> tuple[int, int] | None:
    """The span of the value after a mark. `boxed_only`: only what reads like an answer, since a
    question may stand in prose too; what follows a gap or a line end does."""
    skipped = _SKIP.match(shape, at + (shape[at : at + 1] == b";"))
    start = skipped.end() if skipped else at
    quoted = False
    while (
        start < len(shape)
        and shape[start : start + 1] in (b'"', b"[", b"{")
        and shape[max(0, at - 2) : at].strip(b":= ") in (b'"', b"'")
        and not _OPENS_BOX.match(shape, start)
    ):
        quoted = quoted or shape[start : start + 1] == b'"'
        start += 1
    if shape[start : start + 1] == b'"':
        quoted, start = True, start + 1
    gap = b"\t" in shape[at:start]
    if start >= len(shape):
        return None
    if shape[start : start + 1] == b"\n":
        if not next_line:
            return None
        start, gap = start + 1, True
    if boxes := box_group(shape, start):
        return boxes
    if _LIST.match(shape, start):
        return start, start + len(shape[start : min(_line_end(shape, start), start + BOX_LIMIT)].rstrip())
    if boxed_only and not gap and not _ANSWER.match(shape, start):
        end = _line_end(shape, start)
        if end - start > 44:
            return None
    end = _value_end(shape, start, quoted)
    while end > start and shape[end - 1 : end] in (b" ", b",", b".", b"\t", b"}", b"]"):
        end -= 1
    return (start, end) if end > start else None


def _line_end(shape: bytes, start: int) -> int:
    end = shape.find(b"\n", start)
    return len(shape) if end < 0 else end


def _value_end(shape: bytes, start: int, quoted: bool) -> int:
    if quoted:
        end = shape.find(b'"', start, start + VALUE_LIMIT * 2)
        if end >= 0:
            return end
    for stop in _STOP.finditer(shape, start, start + VALUE_LIMIT):
        if not _SHORTENED.search(shape[max(start - 1, stop.start() - 6) : stop.end()]):
            return stop.start()
    return min(len(shape), start + VALUE_LIMIT)


def box_group(shape: bytes, start: int) -> tuple[int, int] | None:
    """The span of a group of check boxes that begins at `start`: every option and every state, over
    gaps and line ends as long as the next piece begins with a box too. None where there is no box."""
    if not _OPENS_BOX.match(shape, start):
        return None
    end = start
    while end < len(shape) and end - start < BOX_LIMIT:
        stop = _GAP.search(shape, end + 1)
        end = stop.start() if stop else len(shape)
        if stop is None or not _OPENS_BOX.match(shape, end + 1):
            break
    return start, end
