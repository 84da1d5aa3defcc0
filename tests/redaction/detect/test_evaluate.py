"""The harness: what counts as leaked, touched, over-redacted; and the public cross-check."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from redaction.detect import Ruleset, detect_text, evaluate


def gold(text: str, *marked: tuple[str, str, int], **more: object) -> dict[str, Any]:
    spans = [
        {"start": text.index(value), "end": text.index(value) + len(value), "type": kind, "tier": tier}
        for value, kind, tier in marked
    ]
    return {"id": text[:8], "text": text, "lang": "en", "register": "test", "spans": spans, **more}


def test_counts(ruleset: Ruleset) -> None:
    lines = [
        gold("She is Honduran.", ("Honduran", "CITIZENSHIP", 1)),
        gold("Her shoe size is 38.", ("shoe size", "CITIZENSHIP", 1)),
        gold("Lunch at the Mexican restaurant.", hard_negative=True),
        gold("He is Cuban, said the clerk.", hard_negative=True),
        gold("A zemblan lamp.", ("zemblan", "CITIZENSHIP", 1), own=True),
    ]
    report = evaluate.evaluate(lines, ruleset, None)
    everything = report["all"]
    assert everything["mentions"] == 2 and everything["leaked"]["share"] == 0.5
    assert everything["untouched"]["share"] == 0.5
    assert everything["texts_with_tier1_leak"] == evaluate.share(1, 2)
    assert everything["hard_negatives_redacted"]["share"] == 0.5
    assert everything["over_redaction"]["share"] > 0
    assert report["own"]["leaked"]["share"] == 1.0
    assert report["lang:en"]["texts"] == 4


def test_a_blank_that_is_covered_is_not_untouched(ruleset: Ruleset) -> None:
    text = "Name: A. Ruiz\nPlace of birth: ________\nPhone: 505-555-0101"
    start = text.index("____")
    span = {"start": start, "end": start + 8, "type": "COUNTRY_OF_BIRTH", "tier": 1}
    report = evaluate.evaluate([{"text": text, "lang": "en", "spans": [span]}], ruleset, None)["all"]
    assert report["untouched"]["share"] == report["leaked"]["share"] == 0


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"), [(0, 500, 0.0, 0.0077), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0)]
)
def test_intervals(part: int, whole: int, low: float, high: float) -> None:
    got = evaluate.share(part, whole)
    assert got["low"] == pytest.approx(low, abs=1e-3) and got["high"] == pytest.approx(high, abs=1e-3)
    assert evaluate.share(0, 0)["share"] is None


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(gold("She is Honduran.", ("Honduran", "CITIZENSHIP", 1))) + "\n", "utf-8")
    assert evaluate.run([str(path)]) == 0
    assert json.loads(capsys.readouterr().out)["all"]["leaked"]["share"] == 0.0
    assert evaluate.run([str(path), "--table"]) == 0
    rows = capsys.readouterr().out.splitlines()
    assert len({row.count("|") for row in rows}) == 1 and "| all | 1 | 1 | 0.0% (0.0% to 79.3%)" in rows[2]
    path.write_text("not json", "utf-8")
    assert evaluate.run([str(path)]) == 2
    assert evaluate.run([str(tmp_path / "absent")]) == 2
    assert evaluate.run(["--requester", "nobody", "x"]) == 2


def test_nationality_in_prose_that_nobody_here_wrote(samples: Path, ruleset: Ruleset) -> None:
    """detection.md section 8: at least 99 % of mentions covered at no more than 2 % of characters redacted.

    What the sentence model shows a person is counted apart: these are cases about aliens.
    """
    path = samples.parent / "benchmarks" / "tab_nationality_train.jsonl"
    mentions = covered = characters = redacted = shown = 0
    for line in path.read_text("utf-8").splitlines():
        document = json.loads(line)
        text = document["text"]
        found = detect_text(text, ruleset)
        inside = {i for f in found for i in range(f.start, f.end)}
        characters += len(text)
        redacted += sum(f.end - f.start for f in found if f.layer != "model")
        shown += sum(f.end - f.start for f in found if f.layer == "model")
        for mention in document["nationality"]:
            letters = (i for i in range(mention["start"], mention["end"]) if text[i].isalnum())
            mentions += 1
            covered += all(i in inside for i in letters)
    assert mentions > 100
    assert covered / mentions >= 0.99
    assert redacted / characters <= 0.02
    assert shown / characters <= 0.33
