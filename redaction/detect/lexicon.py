"""Reads the rule files of lexicon/ into rules, and refuses what is not well formed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from redaction.detect.engine import Rule, RuleSet, expand, term_pattern, with_tails
from redaction.detect.gazetteer.tagger import Tagger
from redaction.detect.views import fold_text
from redaction.errors import DetectorError

FOLDER = Path(__file__).resolve().parent / "lexicon"
NOT_RULES = frozenset(
    {"macros.yaml", "law.yaml", "cues.yaml", "labels.yaml", "canary.yaml", "growth.yaml", "signals.yaml"}
    | {"cells.yaml", "names.yaml", "things.yaml", "everyday.yaml", "matters.yaml"}
)
_ALLOWED = {
    "id", "version", "lang", "type", "score", "terms", "frames", "cue", "alone", "reach", "case", "grow",
    "cancels", "why", "positive", "negative", "open",
}  # fmt: skip


def read_yaml(path: Path) -> Any:
    """The content of a YAML file, by the C loader where there is one."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise DetectorError("rules_unreadable", f"{path.name} cannot be read") from wrong


def read_lines(path: Path) -> list[str]:
    """The lines of a word list, without blank ones and comments. Raises DetectorError."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as wrong:
        raise DetectorError("rules_unreadable", f"{path.name} cannot be read") from wrong
    return [line for line in lines if line and not line.startswith("#")]


@dataclass(frozen=True, slots=True)
class FrameBook:
    """What frames are written with: macros by name, how a plain word may stand tagged, and the macros that
    frames read so far were made with."""

    macros: Mapping[str, str]
    literal: Callable[[str], str | None]
    made: dict[str, str] = field(default_factory=dict, compare=False)


def frame_book(tagger: Tagger) -> FrameBook:
    """Macros of macros.yaml and the classes of the gazetteer under one roof."""
    return FrameBook({**read_yaml(FOLDER / "macros.yaml"), **tagger.macros()}, tagger.literal)


def load_rules(book: FrameBook, types: frozenset[str], city: Path | None = None) -> list[Rule]:
    """Every rule of every file, in file order, one for each frame. Ids are unique; types are
    those of the law. `city` is a folder of further rule files."""
    rules: list[Rule] = []
    ids: set[str] = set()
    paths = [path for path in sorted(FOLDER.glob("*.yaml")) if path.name not in NOT_RULES]
    for path in [*paths, *(sorted(city.glob("*.yaml")) if city else ())]:
        for entry in read_yaml(path) or []:
            made = _rules_of(entry, book, types, path.name)
            if made[0].id in ids:
                raise DetectorError("rule_invalid", f"two rules share the id {made[0].id}")
            ids.add(made[0].id)
            rules.extend(made)
    return rules


def _rules_of(entry: dict[str, Any], book: FrameBook, types: frozenset[str], file: str) -> list[Rule]:
    """A rule becomes one `Rule` for its terms and one for each frame, all under its id: frames
    run apart, so that one cannot hide the hit of another."""
    unknown = set(entry) - _ALLOWED
    cancels = tuple(entry.get("cancels", ()))
    if unknown or "id" not in entry or not ("terms" in entry or "frames" in entry):
        raise DetectorError("rule_invalid", f"{file}: {entry.get('id', '?')} is not well formed")
    if (not cancels and entry.get("type") not in types) or not set(cancels) <= types | {"*"}:
        raise DetectorError("rule_invalid", f"{file}: {entry['id']} has an unknown type")
    made = []
    for view, pattern in _patterns(entry, book):
        made.append(
            Rule(
                id=entry["id"],
                version=int(entry.get("version", 1)),
                lang=entry.get("lang", "any"),
                type=entry.get("type", ""),
                score=float(entry.get("score", 0.85)),
                view=view,
                pattern=pattern,
                layer="hard_negative" if cancels else "lexicon",
                cue=entry.get("cue", ""),
                alone=float(entry.get("alone", 0.0)),
                reach=int(entry.get("reach", 80)),
                case=entry.get("case", ""),
                grow=bool(entry.get("grow", True)),
                cancels=cancels,
                why=entry.get("why", ""),
                positive=tuple(entry.get("positive", ())),
                negative=tuple(entry.get("negative", ())),
            )
        )
    return made


def _patterns(entry: dict[str, Any], book: FrameBook) -> list[tuple[str, str]]:
    patterns = []
    if entry.get("terms"):
        patterns.append(("joined", term_pattern(fold_text(str(term)) for term in entry["terms"])))
    if entry.get("frames"):
        try:
            bodies = [expand(str(frame), book.macros, book.literal, book.made) for frame in entry["frames"]]
        except KeyError as missing:
            raise DetectorError("rule_invalid", f"{entry['id']}: no macro {missing}") from missing
        if not entry.get("cancels"):
            bodies = [with_tails(body) for body in bodies]
        patterns.extend(("tagged", bounded(body, entry.get("open", ""))) for body in bodies)
    return patterns


def load_named(book: FrameBook, file: str) -> dict[str, RuleSet]:
    """Named groups of frames (cues.yaml, signals.yaml), one small rule set each."""
    groups = itertools.groupby(named_rules(book, file), key=lambda rule: rule.type)
    return {name: RuleSet(rules) for name, rules in groups}


def named_rules(book: FrameBook, file: str) -> Iterator[Rule]:
    """A rule for each frame of named groups, in order; its type is the name of its group."""
    for name, frames in read_yaml(FOLDER / file).items():
        for frame in frames:
            body = expand(str(frame), book.macros, book.literal, book.made)
            yield Rule(f"{file[:-5]}.{name}", 1, "any", name, 0.0, "tagged", rf"\b(?:{body})\b")


def bounded(body: str, edges: str = "") -> str:
    """The frame with word boundaries, left out where `edges` is `start`, `end` or `both`, or where
    the frame ends in punctuation."""
    first = "" if edges in ("start", "both") else r"\b"
    last = "" if edges in ("end", "both") or body.endswith("]") else r"\b"
    return f"{first}(?:{body}){last}"
