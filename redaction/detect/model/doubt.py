"""What the rules found in quiet sentences, doubted: shown instead of redacted, or kept as by a hard
negative, so that the check of the output knows its place ("he seeks asylum from the meeting").

How still a sentence has to be hangs on the rule. What a strong rule with words of one meaning found is
shown however still it is; a weak rule is overruled in a still sentence, and one whose words are everyday
words of other matters, unless they are said to be somebody's ("his green card") or the sentence is long
enough to speak of more than one matter. A bare name is overruled in a faint one.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from redaction.detect.spans import BESIDE, Hit
from redaction.errors import DetectorError

STILL = "model.still"
STILL_WHY = "The words alone could tell status; the sentence around them reads like others that do not"
SURE = 0.65  # of a rule of the lexicon, from which what it found is redacted
HIGHEST = 0.64  # what is doubted is shown, never redacted
LONG = 20  # words; a sentence of as many may speak of more than one matter
LEANS = 24  # bytes before a name in which the word stands that it may lean on
OWNED = 6  # bytes before a claim in which the word stands that says whose it is
_NEXT = re.compile(rb"[ -]([a-z]{2,})")
_BEFORE = re.compile(rb"([a-z]{2,})[ -]$")
_WORD = re.compile(rb"[a-z]+")


@dataclass(frozen=True, slots=True)
class Quiet:
    """A sentence of so many words that is calm (see Weights), or even faint, or still."""

    start: int
    end: int
    words: int
    faint: bool
    still: bool


@dataclass(frozen=True, slots=True)
class Everyday:
    """Which rules are overruled in a still sentence although they are sure, and which in a faint one:
    `bare` names, and `leaning` ones that lean on a word that is none of the `small` ones. Words of the
    `owners` say whose something is."""

    everyday: frozenset[str]
    bare: frozenset[str]
    leaning: frozenset[str]
    small: frozenset[bytes]
    owners: frozenset[bytes]

    def rules(self) -> frozenset[str]:
        """Every rule that is named."""
        return self.everyday | self.bare | self.leaning


def read_everyday(data: Mapping[str, object], known: Iterable[str]) -> Everyday:
    """The rules of everyday.yaml. Raises DetectorError for one that is not among the `known`."""
    everyday, bare, leaning = (frozenset(_words(data[name])) for name in ("everyday", "bare", "leaning"))
    small, owners = (frozenset(word.encode() for word in _words(data[name])) for name in ("small", "owners"))
    made = Everyday(everyday, bare, leaning, small, owners)
    if unknown := sorted(made.rules() - {*known}):
        raise DetectorError("rule_invalid", f"everyday.yaml: no rule {unknown[0]}")
    return made


def _words(value: object) -> list[str]:
    return value.split() if isinstance(value, str) else [str(one) for one in value]  # type: ignore[attr-defined]


def doubted(hits: Iterable[Hit], quiet: Sequence[Quiet], rules: Everyday, joined: bytes) -> list[Hit]:
    """The hits, those of the lexicon that lie in a quiet sentence no surer than for a review, or
    overruled. `joined` is the text of their offsets."""
    starts = [sentence.start for sentence in quiet]
    return [_doubted(hit, quiet, starts, rules, joined) for hit in hits]


def _doubted(hit: Hit, quiet: Sequence[Quiet], starts: Sequence[int], rules: Everyday, joined: bytes) -> Hit:
    at = bisect.bisect_right(starts, hit.start) - 1
    if at < 0 or hit.end > quiet[at].end or hit.layer != "lexicon":
        return hit
    if _overruled(hit, quiet[at], rules, joined):
        return replace(
            hit,
            score=0.0,
            rule=STILL,
            version=1,
            layer="hard_negative",
            why=STILL_WHY,
            grow=False,
            cancels=(hit.type,),
        )
    return replace(hit, score=HIGHEST) if hit.score > HIGHEST else hit


def _overruled(hit: Hit, sentence: Quiet, rules: Everyday, joined: bytes) -> bool:
    rule = hit.rule.removesuffix(BESIDE)
    if sentence.still and hit.score < SURE:
        return True
    if sentence.still and rule in rules.everyday and sentence.words < LONG:
        said = _WORD.findall(joined[max(0, hit.start - OWNED) : hit.end])
        return rules.owners.isdisjoint(said)
    if not sentence.faint:
        return False
    return rule in rules.bare or (rule in rules.leaning and _leans(hit, rules.small, joined))


def _leans(hit: Hit, small: frozenset[bytes], joined: bytes) -> bool:
    """True for a name right beside a word that is more than a small one."""
    near = (
        _NEXT.match(joined, hit.end),
        _BEFORE.search(joined[max(0, hit.start - LEANS) : hit.start]),
    )
    return any(word and word[1] not in small for word in near)
