"""The grammars of shapes.yaml, compiled, and the judgement on what they claim."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redaction.detect.engine import Rule, RuleSet, compile_pattern
from redaction.detect.identifiers.validators import VALIDATORS
from redaction.detect.spans import Hit
from redaction.errors import DetectorError

Near = Callable[[str, int, int, int], tuple[int, int] | None]
FILE = Path(__file__).resolve().parent / "shapes.yaml"
LABELLED = 0.95
AFTER = 24  # view characters after a number in which its label may stand
_DIGIT = "[0-9oqilszb|]"
_SEPARATOR = "[ .:_-]{0,3}"
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
        self._rules = RuleSet(
            Rule(s.id, s.version, "any", s.type, 0.0, "joined", _expand(s.pattern), layer="identifier")
            for s in self.shapes
        )

    def find(self, data: bytes, near: Near, parted: bytes = b"") -> Iterator[Hit]:
        """Hits in joined offsets; `near` finds status cues around a span. `parted` is `data` with the
        breaks over which no word refuses a number."""
        for raw in self._rules.run(data):
            if hit := self._judge(self._index[raw.rule.id], data, parted or data, (raw.start, raw.end), near):
                yield hit

    def _judge(self, at: int, data: bytes, parted: bytes, span: tuple[int, int], near: Near) -> Hit | None:
        start, end = span
        shape, refuse = self.shapes[at], self._refuse[at]
        value = data[start:end].decode("ascii")
        if sum(c.isdigit() for c in value) < shape.digits:
            return None
        before = data[max(0, start - shape.reach) : start]
        beside = parted[max(0, start - shape.reach) : start].rsplit(b"\n", 1)[-1]
        if refuse is not None and refuse.search(beside):
            why = "A number of another kind, by the word before it"
            return Hit(
                start, end, shape.type, 0.0, f"{shape.id}.refused", shape.version, "hard_negative", why
            )
        score, evidence = self._score(at, value, before, data, (start, end), near)
        never = self._never[at]
        if score <= 0 or (score < LABELLED and never is not None and never.fullmatch(data[start:end])):
            return None
        return Hit(
            start, end, shape.type, score, shape.id, shape.version, "identifier", shape.why, evidence=evidence
        )

    def _score(
        self, at: int, value: str, before: bytes, data: bytes, span: tuple[int, int], near: Near
    ) -> tuple[float, tuple[tuple[int, int], ...]]:
        shape, label, valid = self.shapes[at], self._label[at], self._valid[at]
        if shape.always:
            return LABELLED, ()
        if label is not None and (label.search(before) or label.search(data[span[1] : span[1] + AFTER])):
            return LABELLED, ()
        if valid is not None and valid(value):
            return shape.valid_score, ()
        if shape.near and (cue := near("status", *span, 80)):
            return max(shape.near, shape.alone), (cue,)
        return shape.alone, ()
