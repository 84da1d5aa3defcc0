"""The grammars of shapes.yaml, compiled, and the judgement on what they claim."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from redaction.detect.engine import Rule, RuleSet, compile_pattern, met
from redaction.detect.identifiers.validators import VALIDATORS
from redaction.detect.spans import Hit, as_beside
from redaction.errors import DetectorError

Near = Callable[[str, int, int, int], tuple[int, int] | None]
FILE = Path(__file__).resolve().parent / "shapes.yaml"
LABELLED = 0.95
AFTER = 24  # view characters after a number in which its label may stand
_DIGIT = "[0-9oqilszb|]"
_SEPARATOR = "[ .:_*-]{0,3}"
BREAK = 10  # in `parted`, the byte of a blank that parts cells, lines or statements
NAME_REACH = 64  # view characters before a number that its name in running text may take
_TRAILER = re.compile(rb"(?: [a-z|]{2,3})+$")  # a word that only looks like digits
_LEADER = re.compile(rb"(?<=[a-z])[a-z|]{1,3}[ .:_*-]+(?=[0-9])")  # the end of a word, which reads as digits
_PHONE = re.compile(rb"(?:tel|cel|fax|ph|mov)[ .:]")
_REAL = re.compile(rb"[0-9]")
_GROUPED = re.compile(rb"[a-z]{0,3}[ \n]*(?:[0-9oilszb]{2,4}[ \n]+){2}[0-9oilszb]{3,4}")  # down a margin
_OWNER = r"(?:(?:his|her|their|my|your|the|an?|su|sus|mi|el|la|un|una|one|old|same|kids'|viejo|otro|otra) )*"
_ORIGIN = r"(?:[a-z]{2,12}(?:an|ese|ish|eno|ena|eco|eca|ense|ino|ina|ano|ana) )?"
_NAME = (
    r"(?:al[il1]en|a-?f[il1]le|a-?num(?:ber)?s?|a ?#|uscis|ins|f[il1|]ns?|eoir|lesc|iaq|sev[il1]s|[il1]-?94|"
    r"admission|arrival|passports?|pasaporte|pssprt|passprt|pasap|psp|pp|ppt|visa|foil|red|control|confirmation|ds-?160|itin|"
    r"curp|rfc|dp[il]|d[.]p[.]i|du[il]|dni|cpf|rut|c[ec]dula|c[.][ic]|nie|nin|cnic|philsys|matricula|consular|mcas|"
    r"voter|clave|receipt|recibo|ev[ec]nto?|subject|sujeto|nvc|query|cert|certificate|online|cuenta|"
    r"national (?:id|ident[a-z]*|doc[a-z]*|regist[a-z]*|number|no|card)|"
    r"identidad|identity|registration|tarjeta|file|departure|green card|resident card|"
    r"tax|pass|acct|evt?|event|sid|travel doc|"
    r"naturali[sz]ed|family register|carnet|dipl|numero|num|nine|taxpayer|id|ld)"
)
_FILL = r"[a-z][a-z']{0,13}"
_NAMED = compile_pattern(
    rf"(?:^|[^a-z0-9])({_OWNER}{_ORIGIN}{_NAME}(?:[ ,:.#()\"'/-]+{_FILL}\b){{0,4}}[ ,:.#()\"'/=-]*)$"
)
_PRINTED = compile_pattern(r"[:=] ?$")
_STOPS = b" ,:.#()\"'/=-"
SIGN = 2  # letters; a name of no more ("A#") is part of its number
_RUN = re.compile(r"\{(run|digits) ([0-9]+) ([0-9]+)\}")


@dataclass(frozen=True, slots=True)
class Shape:
    """One form of one kind of number; fields as explained on top of shapes.yaml.

    `reach` is how many view characters before the number its label may stand.
    """

    id: str
    type: str
    why: str
    pattern: str
    version: int = 1
    always: bool = False
    label: str = ""
    valid: str = ""
    alone: float = 0.05
    near: float = 0.45
    valid_score: float = 0.92
    digits: int = 6
    reach: int = 40
    refuse: str = ""
    never: str = ""
    positive: tuple[str, ...] = field(default=(), compare=False)
    negative: tuple[str, ...] = field(default=(), compare=False)


def _expand(pattern: str) -> str:
    def run(match: re.Match[str]) -> str:
        unit = _DIGIT if match.group(1) == "run" else "[0-9]"
        return f"{unit}(?:{_SEPARATOR}{unit}){{{int(match.group(2)) - 1},{int(match.group(3)) - 1}}}"

    return _RUN.sub(run, pattern).replace("{D}", _DIGIT).replace("{S}", _SEPARATOR)


class ShapeBook:
    """All shapes behind one filter."""

    def __init__(self, entries: list[dict[str, Any]]) -> None:
        try:
            self.shapes = tuple(
                Shape(**{**e, "positive": tuple(e["positive"]), "negative": tuple(e["negative"])})
                for e in entries
            )
            self._valid = [VALIDATORS[s.valid] if s.valid else None for s in self.shapes]
        except (TypeError, KeyError) as wrong:
            raise DetectorError("rule_invalid", "a number's grammar is not well formed") from wrong
        self._index = {shape.id: at for at, shape in enumerate(self.shapes)}
        if len(self._index) != len(self.shapes):
            raise DetectorError("rule_invalid", "two grammars share an id")
        self._label = [compile_pattern(s.label) if s.label else None for s in self.shapes]
        self._refuse = [compile_pattern(s.refuse) if s.refuse else None for s in self.shapes]
        self._never = [compile_pattern(s.never) if s.never else None for s in self.shapes]
        self._bare = [compile_pattern(_expand(s.pattern)) for s in self.shapes]
        self._rules = RuleSet(
            Rule(s.id, s.version, "any", s.type, 0.0, "joined", _expand(s.pattern), layer="identifier")
            for s in self.shapes
        )

    def find(self, data: bytes, near: Near, parted: bytes = b"") -> Iterator[Hit]:
        """Hits in joined offsets; `near` finds status cues around a span. `parted` is `data` with the
        breaks over which no word refuses a number."""
        parted = parted or data
        for raw in self._rules.run(data):
            at = self._index[raw.rule.id]
            for span in self._whole(at, data, parted, (raw.start, raw.end)):
                yield from self._judge(at, data, parted, span, near)

    def _whole(self, at: int, data: bytes, parted: bytes, span: tuple[int, int]) -> Iterator[tuple[int, int]]:
        """The span without words at its end that only look like digits. Of one that runs over a break,
        the parts that are numbers by themselves, else the whole: numbers are broken at line ends too."""
        start, end = span
        if not self.shapes[at].always and _PHONE.match(data, start, end):
            return
        if self.shapes[at].digits and (leader := _LEADER.match(data, start, end)):
            rest = leader.end()
            start = rest if self._bare[at].fullmatch(data[rest:end]) else start
        if self.shapes[at].digits and (trailer := _TRAILER.search(data, start, end)):
            end = trailer.start()
            if not self._bare[at].fullmatch(data[start:end]):
                if not self.shapes[at].always:
                    return
                end = span[1]
        if BREAK not in parted[start:end]:
            yield start, end
            return
        whole, first, alone = self._bare[at], start, []
        for part in parted[start:end].split(b"\n"):
            if whole.fullmatch(data[first : first + len(part)]):
                alone.append((first, first + len(part)))
            first += len(part) + 1
        yield from alone or ([(start, end)] if self.shapes[at].always or self._label[at] else [])

    def _judge(self, at: int, data: bytes, parted: bytes, span: tuple[int, int], near: Near) -> Iterator[Hit]:
        start, end = span
        shape, refuse = self.shapes[at], self._refuse[at]
        if len(_REAL.findall(data, start, end)) < shape.digits:
            return
        value = data[start:end].decode("ascii")
        first = _REAL.search(data, start, end)  # a word before it may read as digits too
        before = data[max(0, start - shape.reach) : first.start() if first else start]
        beside = parted[max(0, start - shape.reach) : start].rsplit(b"\n", 1)[-1]
        if refuse is not None and met(refuse, beside):
            why = "A number of another kind, by the word before it"
            rule = f"{shape.id}.refused"
            yield Hit(start, end, shape.type, 0.0, rule, shape.version, "hard_negative", why)
            return
        score, evidence = self._score(at, value, before, data, parted, (start, end), near)
        never = self._never[at]
        if score <= 0 or (score < LABELLED and never is not None and never.fullmatch(data[start:end])):
            return
        if score < LABELLED and BREAK in parted[start:end] and not _GROUPED.fullmatch(parted[start:end]):
            return
        shown = start
        if score >= LABELLED or "(?P<v>" in shape.pattern:
            shown, start = _with_name(parted, start)
        hit = Hit(
            start, end, shape.type, score, shape.id, shape.version, "identifier", shape.why, evidence=evidence
        )
        yield hit
        name = parted[shown:start].strip(_STOPS)
        if name:
            at_name = parted.index(name, shown)
            yield as_beside(replace(hit, start=at_name, end=at_name + len(name)))

    def _score(
        self,
        at: int,
        value: str,
        before: bytes,
        data: bytes,
        parted: bytes,
        span: tuple[int, int],
        near: Near,
    ) -> tuple[float, tuple[tuple[int, int], ...]]:
        shape, label, valid = self.shapes[at], self._label[at], self._valid[at]
        if shape.always:
            return LABELLED, ()
        after = parted[span[1] : span[1] + AFTER].split(b"\n", 1)[0]
        if label is not None and (met(label, before) or met(label, after)):
            return LABELLED, ()
        alone = shape.valid_score if valid is not None and valid(value) else shape.alone
        if shape.near > alone and (cue := near("status", *span, 80)):
            return shape.near, (cue,)
        return alone, ()


def _with_name(parted: bytes, start: int) -> tuple[int, int]:
    """Where the words that name a number begin, and from where on they are taken with it. In running
    text a number's name tells by itself ("her A-number is ..."); at the start of a line or cell it is
    a printed label, which stays (P4), or is shown to a person where nothing marks it as one."""
    before = parted[max(0, start - NAME_REACH) : start].rsplit(b"\n", 1)[-1]
    match = _NAMED.search(before)
    if match is None:
        return start, start
    first = start - len(before) + match.start(1)
    name = match.group(1).rstrip(_STOPS)
    marked = name.rfind(b": ") + 2
    opens = first == 0 or parted[first - 1] == BREAK
    if marked > 1:
        return first, first + marked
    short = before.endswith((b"#", b"# ")) or sum(map(str.isalnum, name.decode("ascii"))) <= SIGN
    if not opens or short:
        return (start, start) if opens and _PRINTED.search(before) else (first, first)
    return (start, start) if _PRINTED.search(before) else (first, start)
