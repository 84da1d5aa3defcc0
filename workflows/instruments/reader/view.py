"""The text of a paper as the rules read it, with the way back to every printed character.

`text` is lower case, plain ASCII, words mended (mending.py), one separator between words: a blank,
`\\t` for a gap of three or more, `\\n`, `\\n\\n` for an empty line, `\\f` for a new page. `flat` holds the
words alone, each between single blanks, for looking up printed phrases across lines and marks.
"""

from __future__ import annotations

import bisect
import re
from array import array
from dataclasses import dataclass, field
from itertools import pairwise

from redaction.detect.views import fold_text
from workflows.instruments.reader.margins import without_line_numbers
from workflows.instruments.reader.mending import mended, ordinary_words, parted, vocabulary

_TOKEN = re.compile(
    r"(?P<abbr>\b(?:U\. ?S\.(?: ?C\.)?|(?:[A-Za-z]\.){2,}(?:[A-Za-z](?![A-Za-z]))?))"
    r"|(?P<word>(?:(?<![^\s(])[|!](?=[A-Za-z]))?[^\W_]+(?:[’'|!@£€$][^\W_]+)*)"
    r"|(?P<gap>[\s\x00-\x1f\x7f\u200b-\u200f\ufeff]+)|(?P<mark>_+|(?P<same>[^\w\s])(?P=same)+|.)",
    re.DOTALL,
)
# "W A R R A N T", "S O   O R D E R E D", "O  R  D  E  R".
_ONE = r"[^\W\d_]"
_SPACED = re.compile(
    rf"(?<!\S)(?:{_ONE}(?: {_ONE}){{3,}}|{_ONE}(?: {_ONE})+(?: {{2,4}}{_ONE}(?: {_ONE})+)+"
    rf"|{_ONE}(?: {{2,3}}{_ONE}){{3,}})(?!\S)"
)
_NUMBER = re.compile(r"[0-9OoIl|]*[0-9][0-9OoIl|]*")
_TO_BLANKS = str.maketrans("\n\t\f", "   ")
# A date or a time in figures with no figure left in one of its parts: "ll/14/2O25", "l:3O".
_FIGURES = re.compile(
    r"(?<![\w/|.-])[0-9OoIl|]{1,2}(?:/[0-9OoIl|]{1,2}/(?:[0-9OoIl|]{4}|[0-9OoIl|]{2})"
    r"|:[0-9OoIl|]{2})(?![\w/|])"
)
_DAY = re.compile(
    r"\b(?i:jan|feb|mar|apr|may|jun|ju[l1]|aug|sep|[o0]ct|nov|dec)[A-Za-z1]{0,6}\.? "
    r"(?P<day>[OoIl|]{1,2})(?=, ?[\dlO]{4})"
)
_FIVE = re.compile(r"[0-9]+S[0-9]*")
_ORDINAL = re.compile(r"([0-9OoIl|]{1,2})(st|nd|rd|th)", re.IGNORECASE)
_TO_DIGITS = str.maketrans("OoIl|", "00111")
LEAST_RUN = 5  # letters of each of several words printed without blanks, none of which is a small one
_SMALL_WORDS = frozenset(
    [
        "of",
        "the",
        "is",
        "to",
        "are",
        "you",
        "in",
        "for",
        "and",
        "by",
        "on",
        "this",
        "ad",
        "that",
        "with",
        "from",
        "it",
        "de",
        "la",
        "el",
        "los",
        "las",
    ]
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its mended form and its place in `text` and in the source, ends exclusive."""

    norm: str
    at: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line: its place in `text`, and the numbers of its first word and the one after it."""

    at: int
    end: int
    first: int
    last: int
    page: int


@dataclass(frozen=True, slots=True)
class View:
    """A text in reading form; see the module."""

    source: str
    text: str
    joined: str  # `text` with every separator a blank, place for place: for words that run over lines
    starts: array[int]
    ends: array[int]
    words: tuple[Word, ...]
    flat: str
    flat_at: tuple[int, ...]
    lines: tuple[Line, ...] = field(default=())

    def span(self, at: int, end: int) -> tuple[int, int]:
        """The source range behind `text[at:end]`, blanks at the rim left out."""
        end = min(end, len(self.text))
        while at < end and self.text[at].isspace():
            at += 1
        while end > at and self.text[end - 1].isspace():
            end -= 1
        if at >= end:
            place = self.starts[at] if at < len(self.starts) else len(self.source)
            return place, place
        return self.starts[at], self.ends[end - 1]

    def printed(self, at: int, end: int) -> str:
        """The printed characters behind `text[at:end]`."""
        start, stop = self.span(at, end)
        return self.source[start:stop]

    def line_of(self, at: int) -> int:
        """The number of the line that holds place `at` of `text`."""
        return max(0, bisect.bisect_right(self.lines, at, key=lambda line: line.at) - 1)

    def line_text(self, number: int) -> str:
        """The reading form of one line, "" when there is no such line."""
        if not 0 <= number < len(self.lines):
            return ""
        line = self.lines[number]
        return self.text[line.at : line.end]

    def line_words(self, number: int) -> str:
        """The words of one line between single blanks."""
        line = self.lines[number]
        return " ".join(word.norm for word in self.words[line.first : line.last])

    def phrase(self, words: str, first: int = 0, last: int | None = None) -> tuple[int, int] | None:
        """Where a phrase of folded words stands among words `first` to `last`: places in `text`."""
        low = self.flat_at[first] if first < len(self.flat_at) else len(self.flat)
        high = len(self.flat) if last is None or last >= len(self.flat_at) else self.flat_at[last] + 1
        found = self.flat.find(f" {words} ", low, high)
        if found < 0:
            return None
        number = bisect.bisect_left(self.flat_at, found)
        stop = self.words[number + words.count(" ")]
        return self.words[number].at, stop.at + len(stop.norm)


def make_view(source: str) -> View:
    """The reading form of `source`. Linear in its length. The numbers of its lines are blanks in it."""
    source = without_line_numbers(source)
    builder = _Builder(source)
    for start, end, word in _tokens(source):
        builder.add(start, end, word)
    return builder.view()


def _tokens(source: str) -> list[tuple[int, int, str]]:
    """(start, end, form) in order: words folded and mended, gaps as one separator, marks as they are."""
    tokens: list[tuple[int, int, str]] = []
    at = 0
    for spaced in _SPACED.finditer(source):
        tokens += _plain_tokens(source, at, spaced.start())
        tokens += _letterspaced(spaced)
        at = spaced.end()
    tokens += _plain_tokens(source, at, len(source))
    return _joined(tokens, source)


def _letterspaced(found: re.Match[str]) -> list[tuple[int, int, str]]:
    """ "W A R R A N T" as one word, or as the words of ours that its letters are; wider gaps part words."""
    source, low = found.string, found.start()
    places = [low + i for i, c in enumerate(found.group()) if not c.isspace()]
    even = all(b - a > 2 for a, b in pairwise(places))
    groups: list[list[int]] = [[]]
    for at in places:
        if groups[-1] and at - groups[-1][-1] > 2 and not even:
            groups.append([])
        groups[-1].append(at)
    out: list[tuple[int, int, str]] = []
    for group in groups:
        letters = fold_text("".join(source[at] for at in group))
        whole = len(letters) == len(group)
        words = (parted(letters) or (mended(letters),)) if whole else (letters,)
        done = 0
        for word in words:
            stop = group[min(len(group), done + len(word)) - 1] + 1 if whole else group[-1] + 1
            if out:
                out.append((out[-1][1], group[done], " "))
            out.append((group[done], stop, word))
            done += len(word)
    return out


def _plain_tokens(source: str, low: int, high: int) -> list[tuple[int, int, str]]:
    tokens = []
    figures = {
        at
        for found in _FIGURES.finditer(source, low, high)
        if any(c.isdigit() for c in found.group())
        for at in range(found.start(), found.end())
    } | {found.start("day") for found in _DAY.finditer(source, low, high)}
    for match in _TOKEN.finditer(source, low, high):
        printed = match.group()
        kind = "mark" if match["mark"] else match.lastgroup
        if match.start() in figures and kind in ("word", "mark") and printed not in "/:":
            tokens.append((match.start(), match.end(), printed.translate(_TO_DIGITS)))
        elif kind == "word":
            tokens += _word_tokens(match.start(), printed)
        elif kind == "abbr":
            tokens.append((match.start(), match.end(), re.sub(r"[. ]", "", printed).lower()))
        elif kind == "gap":
            tokens.append((match.start(), match.end(), _separator(printed)))
        else:
            tokens.append((match.start(), match.end(), _mark(printed)))
    return tokens


_BOXES = {**dict.fromkeys("☐□◻❏❐", "[ ]"), **dict.fromkeys("☒☑⊠🗹", "[x]")}


def _mark(printed: str) -> str:
    """A mark as it is, a box of a form as "[ ]" or "[x]", a run of one mark as three of it.

    So lines, rules and leaders of any length are one."""
    if printed in _BOXES:
        return _BOXES[printed]
    one = printed[0] if printed[0].isascii() or printed[0] == "§" else fold_text(printed[0]) or " "
    return one * min(3, len(printed))


def _word_tokens(start: int, printed: str) -> list[tuple[int, int, str]]:
    """One printed word: folded, digits mended, taken back to a word of ours, or taken apart."""
    end = start + len(printed)
    if _NUMBER.fullmatch(printed) and sum(c.isdigit() for c in printed) * 2 >= len(printed):
        return [(start, end, printed.translate(_TO_DIGITS))]
    if _FIVE.fullmatch(printed):
        return [(start, end, printed.replace("S", "5"))]
    if (ordinal := _ORDINAL.fullmatch(printed)) and (
        any(c.isdigit() for c in ordinal[1])
        or ordinal[1] in ("l", "I", "lO", "IO", "lo", "Io", "ll", "II", "lI")
    ):
        return [(start, end, ordinal[1].translate(_TO_DIGITS) + ordinal[2].lower())]
    folded = (printed.lower() if printed.isascii() else fold_text(printed)).replace("'", "").replace(" ", "")
    if not folded:
        return [(start, end, "?")]
    word = mended(folded)
    if (
        word == folded
        and len(word) >= (5 if word.startswith(("of", "the", "for", "to")) else 6)
        and len(word) == len(printed)
        and word not in vocabulary()
        and word not in ordinary_words()
        and word.isalpha()
    ):
        parts = parted(word)
        small = any(part in _SMALL_WORDS for part in parts) and max(map(len, parts)) >= 3
        # "UNITEDSTATES", "districtjudge": no small word, and none that is short by chance.
        if len(parts) > 1 and (small or min(map(len, parts)) >= LEAST_RUN):
            return _laid_out(start, parts)
    return [(start, end, word)]


def _laid_out(start: int, parts: tuple[str, ...]) -> list[tuple[int, int, str]]:
    out: list[tuple[int, int, str]] = []
    for part in parts:
        if out:
            out.append((start, start, " "))
        out.append((start, start + len(part), part))
        start += len(part)
    return out


def _separator(printed: str) -> str:
    if "\f" in printed or "\x0c" in printed:
        return "\f"
    breaks = printed.count("\n") or printed.count("\r")
    if breaks:
        return "\n\n" if breaks > 1 else "\n"
    return "\t" if len(printed) >= 3 or "\t" in printed else " "


# Small words that a blank tears in two: "b y", "M ay", "Th e".
_SHORT_WORDS = frozenset(
    (
        *("by", "of", "the", "may", "day", "days", "is", "on", "or", "in", "to", "and", "be", "no", "not"),
        *("for", "this", "that", "june", "july", "shall", "due", "date", "filed"),
    )
)


def _torn(first: tuple[int, int, str], second: tuple[int, int, str]) -> str | None:
    """The one word that two printed pieces are, or None. A piece may have been mended by itself."""
    words = vocabulary()
    (start, end, form), (start2, end2, other) = first, second
    if len(form) == 1 and other.startswith(form) and end2 - start2 == len(other) - 1 and other in words:
        return other  # "C ommissioner"
    if len(other) == 1 and form.endswith(other) and end - start == len(form) - 1 and form in words:
        return form  # "Ordere d"
    whole = form + other
    if whole in _SHORT_WORDS and 1 in (len(form), len(other)) and form != "a":
        return whole
    if len(whole) >= 5 and whole in words and not (form in words and other in words):
        return whole
    return None


def _torn_as_printed(first: tuple[int, int, str], second: tuple[int, int, str], source: str) -> str | None:
    """The one word of ours that the letters of two pieces are, one of which was mended into another word:
    "Magi strate" is no "state"."""
    if all(source[start:end].lower() == form for start, end, form in (first, second)):
        return None
    one, other = (fold_text(source[start:end]) for start, end, _ in (first, second))
    whole, words = one + other, vocabulary()
    return whole if len(whole) >= 8 and whole in words and not {one, other} & words else None


def _joined(tokens: list[tuple[int, int, str]], source: str) -> list[tuple[int, int, str]]:
    """Words cut at a line end or by a stray blank become one, where the whole is a word of ours."""
    words = vocabulary()
    out: list[tuple[int, int, str]] = []
    i = 0
    while i < len(tokens):
        start, _, form = tokens[i]
        if form.isalpha() and i + 2 < len(tokens):
            gap = tokens[i + 1][2]
            if gap == "-" and tokens[i + 2][2][:1] == "\n" and i + 3 < len(tokens):
                whole = mended(form + tokens[i + 3][2])
                if whole in words and tokens[i + 3][2].isalpha():
                    out.append((start, tokens[i + 3][1], whole))
                    i += 4
                    continue
            elif (
                gap == " "
                and tokens[i + 2][2].isalpha()
                and (
                    one := _torn(tokens[i], tokens[i + 2])
                    or _torn_as_printed(tokens[i], tokens[i + 2], source)
                )
            ):
                out.append((start, tokens[i + 2][1], one))
                i += 3
                continue
        out.append(tokens[i])
        i += 1
    return out


class _Builder:
    """Collects forms and their places; `view` closes the last line."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces: list[str] = []
        self.length = 0
        self.starts: array[int] = array("i")
        self.ends: array[int] = array("i")
        self.words: list[Word] = []
        self.lines: list[Line] = []
        self.line_at, self.line_first, self.page = 0, 0, 1

    def add(self, start: int, end: int, form: str) -> None:
        """Append one form that stands for `source[start:end]`."""
        width, count = end - start, len(form)
        if width == count:
            self.starts.extend(range(start, end))
            self.ends.extend(range(start + 1, end + 1))
        else:
            self.starts.extend(start + min(width, i * width // count) for i in range(count))
            self.ends.extend(start + max(1, -(-(i + 1) * width // count)) for i in range(count))
        if form[0].isalnum():
            self.words.append(Word(form, self.length, start, end))
        elif form[0] in "\n\f":
            self._close_line()
        self.pieces.append(form)
        self.length += count
        if form[0] in "\n\f":
            self.line_at = self.length
            self.page += form[0] == "\f"

    def _close_line(self) -> None:
        self.lines.append(Line(self.line_at, self.length, self.line_first, len(self.words), self.page))
        self.line_first = len(self.words)

    def view(self) -> View:
        """The finished view."""
        self._close_line()
        flat_at, at = [], 0
        for word in self.words:
            flat_at.append(at)
            at += len(word.norm) + 1
        flat = " " + " ".join(word.norm for word in self.words) + " "
        text = "".join(self.pieces)
        return View(
            self.source, text, text.translate(_TO_BLANKS), self.starts, self.ends,
            tuple(self.words), flat, tuple(flat_at), tuple(self.lines),
        )  # fmt: skip
