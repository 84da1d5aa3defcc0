"""Values and numbers of another matter: the card that pays, the tag of a pump, the account of the water
works, the letters that somebody spells out as something else. What a rule would redact there is shown to a
person instead (`lexicon/matters.yaml`); nothing is ever kept for it, and no words about immigration may
stand around.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from redaction.detect.engine import compile_pattern, met
from redaction.detect.labels import FIELD
from redaction.detect.spans import SHOWN, Hit
from redaction.detect.views import fold_text
from redaction.errors import DetectorError

REACH = 160  # characters before and after a finding in which words say what it is about
FORM_ALONE = 0.94  # of a number that nothing but its form vouches for, the highest score
LETTERS = 5  # of a name that somebody may spell out, at most
SPELLED = 120  # characters that spelled words take at most
_WORD = re.compile(rb"[a-z]+")
_ENDS = re.compile(r"[.!?;] +(?=[A-ZÁÉÍÓÚÑ¿¡])|\n")  # of a statement
_SMALL = frozenset(
    {"of", "the", "and", "for", "to", "a", "de", "del", "la", "el", "los", "las", "y", "en", "para"}
)
_ALLOWED = {"id", "rules", "said", "before", "inside", "after", "unless", "weak", "record", "nobody"}


@dataclass(frozen=True, slots=True)
class Place:
    """A value and what stands around it, folded: the name of its field, what stands before it in its line
    and behind it, what its statement says beside it, and what stands around it up to an empty line, both
    without value and name."""

    value: bytes
    name: bytes
    before: bytes
    after: bytes
    beside: bytes
    around: bytes


@dataclass(frozen=True, slots=True)
class Matter:
    """What says that findings of some rules are of another matter; fields as on top of matters.yaml."""

    id: str
    rules: tuple[str, ...]
    weak: bool
    said: Any
    before: Any
    inside: Any
    after: Any
    record: bool
    someone: Any
    unless: tuple[Any, ...]

    def meant(self, hit: Hit) -> bool:
        """Whether the rule of the hit is one of those that this is about."""
        if self.weak and hit.score > FORM_ALONE:
            return False
        return any(_is(hit.rule, rule) for rule in self.rules)

    def holds(self, place: Place) -> bool:
        """Whether what stands before and behind a value, it itself and what is said beside it say so."""
        beside = place.around if self.record else place.beside
        asked = (
            (self.before, place.before),
            (self.inside, place.value),
            (self.after, place.after),
            (self.said, beside + b"\n" + place.name),
        )
        if not all(pattern is None or met(pattern, said) for pattern, said in asked):
            return False
        if self.someone is not None and (met(self.someone, place.beside) or met(self.someone, place.value)):
            return False
        return not any(met(pattern, place.around) or met(pattern, place.value) for pattern in self.unless)


class MatterBook:
    """All matters, by the rules that they are about."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        """Raises DetectorError for what is not well formed."""
        try:
            words = {name: _words(terms) for name, terms in data["words"].items()}
            self._matters = tuple(_matter(entry, words) for entry in data["matters"])
            self._tells = (words["immigration"], words["meaning"])
        except (KeyError, TypeError) as wrong:
            raise DetectorError("rule_invalid", "matters.yaml is not well formed") from wrong
        self._of: dict[str, tuple[Matter, ...]] = {}

    def named(self) -> frozenset[str]:
        """Every rule that an entry names."""
        return frozenset(rule for matter in self._matters for rule in matter.rules)

    def shown(self, hits: Iterable[Hit], text: str) -> Iterator[Hit]:
        """The hits, those of another matter with a score from which they are shown to a person only."""
        for hit in hits:
            if hit.score > SHOWN and not hit.cancels and hit.layer != "seed" and self._other(hit, text):
                hit = replace(hit, score=SHOWN)
            yield hit

    def _other(self, hit: Hit, text: str) -> bool:
        matters = self._of.get(hit.rule)
        if matters is None:
            named = tuple(m for m in self._matters if any(_is(hit.rule, rule) for rule in m.rules))
            matters = self._of.setdefault(hit.rule, named)
        spelled = hit.layer == "label"
        if not matters and not spelled:
            return False
        place = _place(hit, text)
        if spelled and _spells(place) and not any(met(words, place.value) for words in self._tells):
            return True
        return any(matter.meant(hit) and matter.holds(place) for matter in matters)


def _is(rule: str, named: str) -> bool:
    """Whether an entry that names a rule, a family of rules ("birth.*") or every one means this one."""
    if named.endswith("*"):
        return rule.startswith(named[:-1])
    return rule in (named, named + FIELD)


def _place(hit: Hit, text: str) -> Place:
    least, most = max(0, hit.start - REACH), hit.end + REACH
    low = max(text.rfind("\n\n", least, hit.start) + 1, least)
    high = text.find("\n\n", hit.end, most)
    high = min(most, len(text)) if high < 0 else high
    name = hit.evidence[0] if hit.layer == "label" and hit.evidence else (hit.start, hit.start)
    first, last = name if low <= name[0] and name[1] <= hit.start else (hit.start, hit.start)
    begin = max((end.end() for end in _ENDS.finditer(text, low, first)), default=low)
    end = _ENDS.search(text, hit.end, high)
    stop = end.start() if end else high
    line = max(low, text.rfind("\n", low, hit.start) + 1)
    beside, around = (
        f"{text[a:first]}\n{text[last : hit.start]}\n{text[hit.end : z]}"
        for a, z in ((begin, stop), (low, high))
    )
    parts = (text[hit.start : hit.end], text[slice(*name)], text[line : hit.start], text[hit.end : high])
    return Place(*(fold_text(part).encode("ascii") for part in (*parts, beside, around)))


def _spells(place: Place) -> bool:
    """Whether the value spells out the letters of a short name as words ("TPS = tank pressure sensor")."""
    short, _, long = place.name.partition(b"(")
    letters = b"".join(_WORD.findall(short)).decode("ascii")
    if not 2 <= len(letters) <= LETTERS:
        return False
    spoken = long or (place.value + place.after)[:SPELLED]
    words = [word.decode("ascii") for word in _WORD.findall(spoken)]
    said = (words, [word for word in words if word not in _SMALL])
    return any("".join(word[0] for word in some[: len(letters)]) == letters for some in said)


def _words(terms: Sequence[str]) -> Any:
    return compile_pattern(rf"\b(?:{'|'.join(map(str, terms))})")


def _matter(entry: Mapping[str, Any], words: Mapping[str, Any]) -> Matter:
    if set(entry) - _ALLOWED:
        raise DetectorError("rule_invalid", f"{entry.get('id', '?')} is not well formed")
    return Matter(
        entry["id"],
        tuple(entry["rules"]),
        bool(entry.get("weak", False)),
        compile_pattern(rf"\b(?:{'|'.join(map(str, entry['said']))})\b") if "said" in entry else None,
        compile_pattern(rf"(?:{entry['before']})$") if "before" in entry else None,
        compile_pattern(rf"^(?:{entry['inside']})$") if "inside" in entry else None,
        compile_pattern(rf"^(?:{entry['after']})\b") if "after" in entry else None,
        bool(entry.get("record", False)),
        words["someone"] if entry.get("nobody") else None,
        tuple(words[name] for name in entry.get("unless", ())),
    )
