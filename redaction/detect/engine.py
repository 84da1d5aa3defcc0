"""One linear-time engine for every rule: RE2 over the folded views.

A frame is a small RE2 pattern. A blank in it stands for one blank or hyphen, `{name}` for a
macro or for a class of the gazetteer. The rules of a view stand in groups, each one automaton
(RE2::Set) that tells in one pass which of its rules are met in a piece of text; those alone run,
and only those are ever compiled on their own. A group is never trusted with silence: its sentinel,
the end of the text, must be reported on every run, since RE2::Set returns an empty list when its
memory runs out (google/re2 python/_re2.cc).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from redaction.errors import DetectorError

try:
    import re2
except ImportError as missing:  # withheld: there is no second engine to fall back on
    raise DetectorError("engine_missing", "google-re2 is not installed") from missing

SENTINEL = b"\\z"  # met at the end of every text, once the whole of it was read
GROUP = 50  # rules in one automaton: more cost memory and a slow start, fewer cost a pass each
GAPS_GROUP = 11  # the same of rules with gaps
COUNTED = 3  # times; what may stand less often is counted when a group is asked
LARGEST = 1000  # count that RE2 takes
GROUP_MEMORY = 16 << 20  # bytes for one automaton; it is emptied when full, which costs time alone
_MACRO = re.compile(r"\{([a-z][a-z0-9_]*)\}")
# Any words up to so many, at the end of what a frame says.
_TAIL = re.compile(r"(?<!\\)(\[\^[^\]]*\]\{0,[0-9]+\}\??|\(\?: \[\^[^\]]*\]\{1,[0-9]+\}\)\?)(?=[|)]|$)")
_CLASS = re.compile(r"(\\.|\[(?:\\.|[^\]\\])*\])", re.DOTALL)  # a sign, or several in brackets
_GAP = re.compile(r"\[\^(?!A-Z)[^\]]*\](?:[*+]|\{[0-9]+,(?:[3-9]|[0-9]{2,})?\})")
_COUNT = re.compile(r"\{[0-9]+(?:,[0-9]*)?\}")
_GROUP_SIGN = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?P<([a-z]+)>|\?:|)(\)?)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as loaded. `view` is `joined` (terms) or `tagged` (frames).

    `score` applies when `cue` is empty or is met near the span; else `alone` applies.
    `cancels` makes it a hard negative: hits of these types (or `*`) inside its span are kept.
    """

    id: str
    version: int
    lang: str
    type: str
    score: float
    view: str
    pattern: str
    layer: str = "lexicon"
    cue: str = ""
    alone: float = 0.0
    reach: int = 80
    case: str = ""
    grow: bool = True
    cancels: tuple[str, ...] = ()
    why: str = ""
    positive: tuple[str, ...] = field(default=(), compare=False)
    negative: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class RawHit:
    """A rule and the span of its view that it claims (group `v` of the pattern, else all of it).

    `case_start` to `case_end` (group `c`, else the span) is where the rule's case is looked for,
    `whole` the span of the pattern itself, `core` what of the claim tells by itself.
    """

    rule: Rule
    start: int
    end: int
    case_start: int
    case_end: int
    whole: tuple[int, int]
    core: tuple[int, int]


def options() -> re2.Options:
    """RE2 options for folded views: bytes, case already folded, nothing logged."""
    chosen = re2.Options()
    chosen.encoding = re2.Options.Encoding.LATIN1
    chosen.log_errors = False
    chosen.max_mem = 64 << 20
    return chosen


OPTIONS = options()


def compile_pattern(pattern: str) -> re2._Regexp:
    """A compiled pattern over bytes, or DetectorError('rule_invalid')."""
    try:
        return re2.compile(pattern.encode("ascii"), OPTIONS)
    except (re2.error, UnicodeEncodeError) as wrong:
        raise DetectorError("rule_invalid", "a rule does not compile") from wrong


_ANYWHERE, _NOWHERE = re2._re2.RE2.Anchor.UNANCHORED, (-1, -1)  # as the library's own wrapper has them
Spans = Sequence[tuple[int, int]]  # of a match and of each of its groups


def met(pattern: re2._Regexp, data: bytes) -> bool:
    """True where the pattern is met anywhere in the data: what `search` tells, for half of its price."""
    return bool(pattern._regexp.Match(_ANYWHERE, data, 0, len(data))[0] != _NOWHERE)


def spans_of(pattern: re2._Regexp, data: bytes, at: int = 0) -> Iterator[Spans]:
    """Where `finditer` finds the pattern from offset `at` on, without an object for each match."""
    match, last = pattern._regexp.Match, len(data)
    while (spans := match(_ANYWHERE, data, at, last))[0] != _NOWHERE:
        yield spans
        end = spans[0][1]
        if at == last:
            break
        at = end + (end == at)  # a match of nothing must not be met again


def expand(
    frame: str,
    macros: Mapping[str, str],
    literal: Callable[[str], str | None],
    made: dict[str, str] | None = None,
) -> str:
    """The frame with macros put in, to any depth, its blanks made flexible and its plain words able to
    match their tagged form. `made` remembers the macros made so for the next frame. A macro in itself stays
    as it is written. KeyError for one that is not there."""
    made = {} if made is None else made
    pieces = _MACRO.split(frame)
    pieces[::2] = [_flex_blanks(_tag_words(piece, literal)) for piece in pieces[::2]]
    for at in range(1, len(pieces), 2):
        name = pieces[at]
        if name not in made:
            made[name] = f"{{{name}}}"
            made[name] = f"(?:{expand(macros[name], macros, literal, made)})"
        pieces[at] = made[name]
    return "".join(pieces)


def with_tails(frame: str) -> str:
    """The expanded frame, any words at its end as a group: they are shown to a person, not redacted."""
    return _TAIL.sub(r"(\1)", frame)


_WORD = re.compile(
    r"(\[[^\]]*\](?:\{[0-9,]+\})?[^ |()]*|\\.|\(\?P<[a-z]+>|\{[0-9,]+\})"  # not words
    r"|([a-z]+(?:'[a-z]+)*)(\(\?:[a-z]+\)\?|\??)"  # a word and what may follow it
)


def _tag_words(frame: str, literal: Callable[[str], str | None]) -> str:
    """Words (also `words?` and `word(?:s)?`) that may stand tagged become alternatives."""

    def replace(match: re.Match[str]) -> str:
        sign, word, tail = match.groups()
        if sign is not None:
            return str(sign)
        if not tail:
            tagged = literal(word)
            return f"(?:{tagged})" if tagged else str(word)
        forms = [word, word[:-1]] if tail == "?" else [word + tail[3:-2], word]
        if not any(map(literal, forms)):
            return match.group()
        return "(?:" + "|".join(literal(form) or form for form in forms if form) + ")"

    return _WORD.sub(replace, frame)


def _flex_blanks(frame: str) -> str:
    """Blanks outside character classes match a blank or a hyphen."""
    pieces = _CLASS.split(frame)
    pieces[::2] = [piece.replace(" ", "[ -]") for piece in pieces[::2]]
    return "".join(pieces)


def term_pattern(terms: Iterable[str]) -> str:
    """One pattern for fixed terms: blanks may be hyphens or missing ("green card", "greencard")."""
    parts = []
    for term in terms:
        body = re.escape(term).replace("\\ ", "[ -]?").replace("\\-", "[ -]?").replace("'", "'?")
        parts.append(body + (r"\b" if term[-1].isalnum() else ""))
    return r"\b(?:" + "|".join(parts) + ")"


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A pattern and the numbers of its groups: `v` and `c` (0 where it has none), `leads`, each of
    which is an empty group where the core begins, and `tails`, before which it ends."""

    pattern: re2._Regexp
    v: int
    c: int
    leads: tuple[int, ...]
    tails: tuple[int, ...]

    def core(self, spans: Spans, start: int, end: int) -> tuple[int, int]:
        """What of the claim from `start` to `end` tells by itself."""
        first, last = start, end
        for group in self.leads:
            first = max(first, spans[group][0])
        for group in self.tails:
            begin, stop = spans[group]
            if first <= begin < last and stop >= end - 1:
                last = begin
        return first, last


def _compiled(pattern: str) -> _Compiled:
    named: dict[str, int] = {}
    leads: list[int] = []
    tails: list[int] = []
    number = 0
    for sign in _GROUP_SIGN.finditer(pattern):
        if sign.group()[0] != "(" or sign.group().startswith("(?:"):
            continue
        number += 1
        if sign.group(1):
            named[sign.group(1)] = number
        else:
            (leads if sign.group(2) else tails).append(number)
    return _Compiled(
        compile_pattern(pattern), named.get("v", 0), named.get("c", 0), tuple(leads), tuple(tails)
    )


class RuleSet:
    """The rules of one view in groups, each with its automaton.

    Raises DetectorError('rule_invalid') for a rule that RE2 cannot read. What a rule claims is
    found by its own pattern, which is compiled when the rule is first met.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._sentinel = 0  # of each group the first
        self._groups = [(chosen, _group(self.rules[at] for at in chosen)) for chosen in _groups(self.rules)]
        self._compiled: dict[int, _Compiled] = {}

    def candidates(self, data: bytes) -> list[int]:
        """Indices of the rules that are met in `data`. DetectorError when a group fell silent."""
        found: list[int] = []
        for chosen, group in self._groups:
            met = group.Match(data) or ()
            if self._sentinel not in met:
                raise DetectorError("engine_silent", "the rules did not report their sentinel")
            found.extend(chosen[index - 1] for index in met if index)
        return sorted(found)

    def compiled(self, index: int) -> _Compiled:
        """The pattern of a rule, compiled."""
        if index not in self._compiled:
            self._compiled[index] = _compiled(self.rules[index].pattern)
        return self._compiled[index]

    def spans(self, data: bytes) -> list[tuple[int, int]]:
        """Where any rule is met, whole hits, sorted; for sets so small that asking first is dearer."""
        found: list[tuple[int, int]] = []
        for index in range(len(self.rules)):
            found.extend(spans[0] for spans in spans_of(self.compiled(index).pattern, data))
        return sorted(span for span in found if span[0] < span[1])

    def run(self, data: bytes) -> Iterator[RawHit]:
        """Every hit of every rule, rule by rule, in order of start. Overlaps are not settled."""
        for index in self.candidates(data):
            rule, compiled = self.rules[index], self.compiled(index)
            parted = bool(compiled.leads or compiled.tails)
            for spans in spans_of(compiled.pattern, data):
                whole = spans[0]
                start, end = spans[compiled.v]
                if start < 0:
                    start, end = whole
                if start < end:
                    case = spans[compiled.c] if compiled.c else (start, end)
                    core = compiled.core(spans, start, end) if parted else (start, end)
                    yield RawHit(rule, start, end, case[0], case[1], whole, core)


def uncounted(pattern: str) -> str:
    """A pattern that is met wherever this one is: what may stand several times may stand any number of
    times. An automaton that counts has a new state for nearly every character of a text that it has not
    read before, and making a state costs a hundred times what a known one does."""
    pieces = _CLASS.split(pattern)  # in signs and classes what looks like a count is none
    pieces[::2] = [_COUNT.sub(_any_number, piece) if "{" in piece else piece for piece in pieces[::2]]
    return "".join(pieces)


def _any_number(count: re.Match[str]) -> str:
    sign = count.group()
    low, comma, high = sign[1:-1].partition(",")
    least, most = int(low), int(high or (LARGEST if comma else low))
    if most < COUNTED or not least <= most <= LARGEST:
        return sign  # few, or what RE2 refuses
    return "+" if least else "*"


def _groups(rules: Sequence[Rule]) -> Iterator[list[int]]:
    """The indices of the rules that share an automaton. Rules with gaps of any words stand in groups of few:
    one that waits for the end of its gap doubles what the others make states of."""
    gaps = [_GAP.search(rule.pattern) is not None for rule in rules]
    for gap, size in ((False, GROUP), (True, GAPS_GROUP)):
        alike = [at for at, has in enumerate(gaps) if has is gap]
        count = -(-len(alike) // size)
        yield from (alike[first::count] for first in range(count))


def _group(rules: Iterable[Rule]) -> re2.Set:
    """One automaton over the rules, each without its counts, the sentinel before them."""
    chosen = options()
    chosen.max_mem = GROUP_MEMORY
    group = re2.Set.SearchSet(chosen)
    try:
        group.Add(SENTINEL)
        for rule in rules:
            group.Add(uncounted(rule.pattern).encode("ascii"))
        group.Compile()
    except (re2.error, UnicodeEncodeError) as wrong:
        raise DetectorError("rule_invalid", "a rule does not compile") from wrong
    return group
