"""`python -m redaction evaluate GOLD`: how much of what people marked is covered.

Gold lines: `id, text, lang, register, spans[{start,end,type,tier}], hard_negative`, and
optionally `author`, `ocr`, `own` (sentences by a rule's author: counted apart, they meet no bar).
The answer is one JSON object; every share comes with its 95 % interval (Wilson).
"""

from __future__ import annotations

import argparse
import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redaction.detect import Ruleset, detect_text, load
from redaction.detect.harness import marked
from redaction.detect.policy import REQUESTERS
from redaction.types import Action

USAGE_ERROR = 2
Z = 1.959963984540054  # 95 %


@dataclass
class Tally:
    """Counts over some gold texts; characters are letters and digits only where marked so."""

    texts: int = 0
    texts_with_tier1: int = 0
    texts_with_tier1_leak: int = 0
    mentions: int = 0
    leaked: int = 0
    untouched: int = 0
    right_type: int = 0
    negatives: int = 0
    negatives_redacted: int = 0
    negatives_touched: int = 0
    other_characters: int = 0
    other_redacted: int = 0
    by_type: Counter[str] = field(default_factory=Counter)
    leaked_by_type: Counter[str] = field(default_factory=Counter)

    def report(self) -> dict[str, Any]:
        """Shares with their intervals, as plain values."""
        return {
            "texts": self.texts,
            "mentions": self.mentions,
            "leaked": share(self.leaked, self.mentions),
            "untouched": share(self.untouched, self.mentions),
            "texts_with_tier1_leak": share(self.texts_with_tier1_leak, self.texts_with_tier1),
            "type_agreement": share(self.right_type, self.mentions),
            "hard_negatives_redacted": share(self.negatives_redacted, self.negatives),
            "hard_negatives_touched": share(self.negatives_touched, self.negatives),
            "over_redaction": share(self.other_redacted, self.other_characters),
            "leaked_by_type": {t: share(self.leaked_by_type[t], n) for t, n in sorted(self.by_type.items())},
        }


def share(part: int, whole: int) -> dict[str, float | int | None]:
    """A share with its 95 % Wilson interval; null where nothing was counted."""
    if not whole:
        return {"n": 0, "share": None, "low": None, "high": None}
    p, square = part / whole, Z * Z
    middle = (p + square / (2 * whole)) / (1 + square / whole)
    half = Z * math.sqrt(p * (1 - p) / whole + square / (4 * whole * whole)) / (1 + square / whole)
    return {
        "n": whole,
        "share": round(p, 5),
        "low": round(max(0.0, middle - half), 5),
        "high": round(min(1.0, middle + half), 5),
    }


def evaluate(gold: Iterable[Mapping[str, Any]], ruleset: Ruleset, requester: str | None) -> dict[str, Any]:
    """The report over all gold lines, and the same by language, register and author's own."""
    tallies: dict[str, Tally] = {}
    for line in gold:
        names = ["all", f"lang:{line.get('lang', '?')}", f"register:{line.get('register', '?')}"]
        names = ["own"] if line.get("own") else names
        if line.get("ocr"):
            names.append("ocr")
        for name in names:
            _count(tallies.setdefault(name, Tally()), line, ruleset, requester)
    return {"ruleset": ruleset.sha256, **{name: tally.report() for name, tally in sorted(tallies.items())}}


def _count(tally: Tally, line: Mapping[str, Any], ruleset: Ruleset, requester: str | None) -> None:
    text: str = line["text"]
    spans = line.get("spans", ())
    found = detect_text(text, ruleset, requester)
    covered = {i for f in found for i in range(f.start, f.end)}
    redacted = {i for f in found if f.action is Action.REDACT for i in range(f.start, f.end)}
    tally.texts += 1
    leak_tier1 = False
    for span in spans:
        whole = range(span["start"], span["end"])
        letters = [i for i in whole if text[i].isalnum()] or list(whole)  # a blank is a value, too
        missing = [i for i in letters if i not in covered]
        tally.mentions += 1
        tally.by_type[span["type"]] += 1
        if missing:
            tally.leaked += 1
            tally.leaked_by_type[span["type"]] += 1
            leak_tier1 = leak_tier1 or span.get("tier", 1) == 1
        tally.untouched += len(missing) == len(letters)
        tally.right_type += any(
            f.type == span["type"] and f.start < span["end"] and span["start"] < f.end for f in found
        )
    tally.texts_with_tier1 += any(span.get("tier", 1) == 1 for span in spans)
    tally.texts_with_tier1_leak += leak_tier1
    if line.get("hard_negative"):
        tally.negatives += 1
        tally.negatives_redacted += bool(redacted)
        tally.negatives_touched += bool(found)
    marked = {i for span in spans for i in range(span["start"], span["end"])}
    tally.other_characters += len(text) - len(marked)
    tally.other_redacted += len(redacted - marked)


def _gold(path: Path, ruleset: Ruleset) -> list[dict[str, Any]]:
    """Gold lines of a JSON Lines file, or of a folder or file of marked sentences."""
    tiers = {kind: law.tier for kind, law in ruleset.kinds.items()}
    if path.is_dir():
        return list(marked.read_folder(path, tiers))
    if path.suffix == ".txt":
        return list(marked.read_file(path, tiers))
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def run(argv: Sequence[str]) -> int:
    """Prints the report. Exit 2 when the file cannot be read as gold lines."""
    parser = argparse.ArgumentParser(prog="redaction evaluate")
    parser.add_argument("gold", type=Path)
    parser.add_argument("--requester", choices=sorted(REQUESTERS))
    parser.add_argument("--table", action="store_true", help="a Markdown table instead of JSON")
    try:
        chosen = parser.parse_args(list(argv))
    except SystemExit as left:
        return 0 if left.code == 0 else USAGE_ERROR
    try:
        ruleset = load()
        report = evaluate(_gold(chosen.gold, ruleset), ruleset, chosen.requester)
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, IndexError):
        print("the file cannot be read as gold lines")  # noqa: T201 - a command's answer
        return USAGE_ERROR
    print("\n".join(table(report)) if chosen.table else json.dumps(report, indent=1))  # noqa: T201
    return 0


COLUMNS = {
    "mentions leaked": "leaked",
    "not touched at all": "untouched",
    "texts with a tier-1 leak": "texts_with_tier1_leak",
    "harmless redacted": "hard_negatives_redacted",
    "harmless redacted or reviewed": "hard_negatives_touched",
    "other characters redacted": "over_redaction",
}


def table(report: Mapping[str, Any]) -> list[str]:
    """The report as lines of a Markdown table, shares in per cent with their intervals."""
    lines = [f"| texts of | texts | mentions | {' | '.join(COLUMNS)} |", "|---" * (len(COLUMNS) + 3) + "|"]
    for name, part in report.items():
        if name != "ruleset":
            cells = [_per_cent(part[key]) for key in COLUMNS.values()]
            lines.append(f"| {name} | {part['texts']} | {part['mentions']} | {' | '.join(cells)} |")
    return lines


def _per_cent(of: Mapping[str, Any]) -> str:
    if of["share"] is None:
        return "none"
    return f"{of['share']:.1%} ({of['low']:.1%} to {of['high']:.1%})"
