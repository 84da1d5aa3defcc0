"""The rules, gazetteers and thresholds as loaded, with one digest over all of them.

Loading checks that everything is there and compiles, then runs a canary of short sentences:
if one of them is not found as expected, nothing runs (D8).
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from redaction.detect import lexicon
from redaction.detect.engine import Rule, RuleSet
from redaction.detect.gazetteer.tagger import Tagger, read_terms
from redaction.detect.growth import Growth
from redaction.detect.identifiers import shapes
from redaction.detect.identifiers.shapes import ShapeBook
from redaction.detect.labels import OTHER_COLUMNS, OTHER_FIELDS, PEOPLE_COLUMNS, LabelBook
from redaction.detect.matters import MatterBook
from redaction.detect.model import weights
from redaction.detect.model.doubt import Everyday, read_everyday
from redaction.detect.model.features import Reader
from redaction.detect.model.judge import SentenceModel
from redaction.detect.names import NameBook
from redaction.detect.policy import Kind, Thresholds, read_law
from redaction.errors import DetectorError

HERE = Path(__file__).resolve().parent
DATA = (
    "lexicon/*.yaml",
    "lexicon/*.txt",
    "gazetteer/terms.tsv",
    "*.py",
    "gazetteer/tagger.py",
    "identifiers/*",
    "model/*",
)


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Everything a detection depends on. `sha256` names it in every finding."""

    sha256: str
    kinds: Mapping[str, Kind]
    thresholds: Thresholds
    tagger: Tagger
    joined: RuleSet
    tagged: RuleSet
    joined_excuses: RuleSet  # the hard negatives, which do not read over breaks
    tagged_excuses: RuleSet
    cues: Mapping[str, RuleSet]
    signals: Mapping[str, RuleSet]
    cells: RuleSet
    labels: LabelBook
    numbers: ShapeBook
    growth: Growth
    rules: tuple[Rule, ...]
    everyday: Everyday
    matters: MatterBook
    model: SentenceModel


@functools.lru_cache(maxsize=1)
def load() -> Ruleset:
    """The ruleset, read and checked once a process. Raises DetectorError when any part is
    missing, malformed, or does not pass its canary."""
    from redaction.detect import canary

    ruleset = read_ruleset()
    canary.run(ruleset)
    return ruleset


def read_ruleset(city: Path | None = None) -> Ruleset:
    """The ruleset without its canary. `city` is a folder of rule files that a city adds; they
    have the format of lexicon/, run on the same engine and count in the digest."""
    try:
        kinds, thresholds = read_law(lexicon.read_yaml(lexicon.FOLDER / "law.yaml"))
        tagger = Tagger(read_terms(HERE / "gazetteer" / "terms.tsv"))
        book = lexicon.frame_book(tagger)
        rules = lexicon.load_rules(book, frozenset(kinds), city)
        everyday = read_everyday(
            lexicon.read_yaml(lexicon.FOLDER / "everyday.yaml"), {rule.id for rule in rules}
        )
        cues = lexicon.load_named(book, "cues.yaml")
        signals = lexicon.load_named(book, "signals.yaml")
        cells = RuleSet(lexicon.named_rules(book, "cells.yaml"))
        names = [
            lexicon.read_lines(lexicon.FOLDER / f) for f in (OTHER_FIELDS, OTHER_COLUMNS, PEOPLE_COLUMNS)
        ]
        composed = NameBook(lexicon.read_yaml(lexicon.FOLDER / "names.yaml"))
        labels = LabelBook(lexicon.read_yaml(lexicon.FOLDER / "labels.yaml"), *names, composed=composed)
        growth = Growth(lexicon.read_yaml(lexicon.FOLDER / "growth.yaml"), book.macros)
        numbers = ShapeBook(lexicon.read_yaml(shapes.FILE))
        matters = MatterBook(lexicon.read_yaml(lexicon.FOLDER / "matters.yaml"))
    except (KeyError, TypeError, ValueError, AssertionError, OSError) as wrong:
        raise DetectorError("rules_unreadable", "the rule data is malformed") from wrong
    return Ruleset(
        sha256=digest(city),
        kinds=kinds,
        thresholds=thresholds,
        tagger=tagger,
        joined=RuleSet(rule for rule in rules if rule.view == "joined" and not rule.cancels),
        tagged=RuleSet(rule for rule in rules if rule.view == "tagged" and not rule.cancels),
        joined_excuses=RuleSet(rule for rule in rules if rule.view == "joined" and rule.cancels),
        tagged_excuses=RuleSet(rule for rule in rules if rule.view == "tagged" and rule.cancels),
        cues=cues,
        signals=signals,
        cells=cells,
        labels=labels,
        numbers=numbers,
        growth=growth,
        rules=tuple(rules),
        everyday=everyday,
        matters=matters,
        model=SentenceModel(Reader(tagger.classes()), weights.read()),
    )


def digest(city: Path | None = None) -> str:
    """SHA-256 over names and bytes of all rule data and of the code that applies it."""
    total = hashlib.sha256()
    files = [(HERE, path) for pattern in DATA for path in sorted(HERE.glob(pattern)) if path.is_file()]
    files += [(city, path) for path in sorted(city.glob("*.yaml"))] if city else []
    for folder, path in files:
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return total.hexdigest()
