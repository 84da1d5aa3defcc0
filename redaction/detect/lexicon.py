"""Reads the rule files of lexicon/ into rules, and refuses what is not well formed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from redaction.detect.engine import Rule, RuleSet, expand, term_pattern
from redaction.detect.views import fold_text
from redaction.errors import DetectorError

FOLDER = Path(__file__).resolve().parent / "lexicon"
_ALLOWED = {
    "id", "version", "lang", "type", "score", "terms", "frames", "cue", "alone", "reach", "case", "grow",
    "cancels", "why", "positive", "negative",
}  # fmt: skip


def read_yaml(path: Path) -> Any:
    """The content of a YAML file, by the C loader where there is one."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text("utf-8"), Loader=loader)  # noqa: S506 - a safe loader
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise DetectorError("rules_unreadable", f"{path.name} cannot be read") from wrong


def load_macros(gazetteer: Mapping[str, str]) -> dict[str, str]:
    """Macros of macros.yaml and the classes of the gazetteer under one roof."""
    return {**read_yaml(FOLDER / "macros.yaml"), **gazetteer}


def load_rules(macros: Mapping[str, str], types: frozenset[str]) -> list[Rule]:
    """Every rule of every file, in file order. Ids are unique; types are those of the law."""
    rules: list[Rule] = []
    for path in sorted(FOLDER.glob("*.yaml")):
        if path.name in ("macros.yaml", "law.yaml", "cues.yaml", "labels.yaml", "canary.yaml"):
            continue
        for entry in read_yaml(path) or []:
            rules.extend(_rules_of(entry, macros, types, path.name))
    ids = [(rule.id, rule.view) for rule in rules]
    if len(ids) != len(set(ids)):
        raise DetectorError("rule_invalid", "two rules share an id")
    return rules


def _rules_of(entry: dict[str, Any], macros: Mapping[str, str], types: frozenset[str], file: str) -> list[Rule]:
    """A rule with terms and frames becomes two, one a view, under the same id."""
    unknown = set(entry) - _ALLOWED
    cancels = tuple(entry.get("cancels", ()))
    if unknown or "id" not in entry or not ("terms" in entry or "frames" in entry):
        raise DetectorError("rule_invalid", f"{file}: {entry.get('id', '?')} is not well formed")
    if not cancels and entry.get("type") not in types:
        raise DetectorError("rule_invalid", f"{file}: {entry['id']} has an unknown type")
    made = []
    for view, pattern in _patterns(entry, macros):
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


def _patterns(entry: dict[str, Any], macros: Mapping[str, str]) -> list[tuple[str, str]]:
    patterns = []
    if entry.get("terms"):
        patterns.append(("joined", term_pattern(fold_text(str(term)) for term in entry["terms"])))
    if entry.get("frames"):
        try:
            bodies = [expand(str(frame), macros) for frame in entry["frames"]]
        except KeyError as missing:
            raise DetectorError("rule_invalid", f"{entry['id']}: no macro {missing}") from missing
        patterns.append(("tagged", "|".join(rf"\b(?:{body})\b" for body in bodies)))
    return patterns


def load_cues(macros: Mapping[str, str]) -> dict[str, RuleSet]:
    """Named cues: words that, near a weak hit, make it count. One small rule set each."""
    cues = {}
    for name, frames in read_yaml(FOLDER / "cues.yaml").items():
        body = "|".join(rf"\b(?:{expand(str(frame), macros)})\b" for frame in frames)
        cues[name] = RuleSet([Rule(f"cue.{name}", 1, "any", "", 0.0, "tagged", body)])
    return cues
