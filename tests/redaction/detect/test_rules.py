"""Every rule's own examples, and what the rule files may hold."""

from __future__ import annotations

from typing import Any

import pytest

from redaction.detect import Ruleset, detect_text, lexicon
from redaction.detect.engine import Rule, RuleSet, compile_pattern
from redaction.detect.identifiers import shapes
from redaction.detect.scan import read, rule_hits
from redaction.errors import DetectorError


def entries() -> list[dict[str, Any]]:
    found = []
    for path in sorted(lexicon.FOLDER.glob("*.yaml")):
        if path.name not in lexicon.NOT_RULES:
            found += lexicon.read_yaml(path)
    return found


@pytest.mark.parametrize("entry", entries(), ids=lambda entry: entry["id"])
def test_a_rule_meets_its_positive_examples_and_no_negative_one(
    entry: dict[str, Any], ruleset: Ruleset
) -> None:
    assert entry["positive"] and entry["negative"], "a rule without examples cannot be judged"
    for text in entry["positive"]:
        hits = [hit for hit in rule_hits(read(text, ruleset)) if hit.rule == entry["id"]]
        assert hits, text
        if not entry.get("cancels"):
            assert max(hit.score for hit in hits) >= ruleset.thresholds.review, text
    for text in entry["negative"]:
        hits = [hit for hit in rule_hits(read(text, ruleset)) if hit.rule == entry["id"]]
        assert all(hit.score < ruleset.thresholds.review for hit in hits if not hit.cancels), text
        assert not [hit for hit in hits if hit.cancels], text


@pytest.mark.parametrize("entry", lexicon.read_yaml(shapes.FILE), ids=lambda entry: entry["id"])
def test_a_grammar_meets_its_positive_examples_and_no_negative_one(
    entry: dict[str, Any], ruleset: Ruleset
) -> None:
    assert entry["positive"] and entry["negative"]
    for text in entry["positive"]:
        reading = read(text, ruleset)
        scores = [
            h.score for h in ruleset.numbers.find(reading.views.joined, reading.near) if h.rule == entry["id"]
        ]
        assert scores and max(scores) >= ruleset.thresholds.redact, text
    for text in entry["negative"]:
        reading = read(text, ruleset)
        hits = [h for h in ruleset.numbers.find(reading.views.joined, reading.near) if h.rule == entry["id"]]
        assert all(h.score < ruleset.thresholds.review for h in hits), text


@pytest.mark.parametrize("entry", [e for e in entries() if e.get("cancels")], ids=lambda entry: entry["id"])
def test_what_a_hard_negative_names_is_not_redacted(entry: dict[str, Any], ruleset: Ruleset) -> None:
    for text in entry["positive"]:
        assert not [f for f in detect_text(text, ruleset) if f.action == "redact"], text


def test_every_type_has_a_rule_or_a_grammar_in_both_languages(ruleset: Ruleset) -> None:
    covered = {rule.type for rule in ruleset.rules} | {"PASSPORT_MRZ"}
    covered |= {shape.type for shape in ruleset.numbers.shapes}
    assert set(ruleset.kinds) <= covered
    labels = lexicon.read_yaml(lexicon.FOLDER / "labels.yaml")
    assert {entry["type"] for entry in labels} >= {"CITIZENSHIP", "COUNTRY_OF_BIRTH", "A_NUMBER"}


@pytest.mark.parametrize("pattern", ["(a)\\1", "a(?=b)", "(?<!x)y", "(unclosed"])
def test_a_rule_that_re2_cannot_run_is_refused(pattern: str) -> None:
    with pytest.raises(DetectorError):
        compile_pattern(pattern)


@pytest.mark.parametrize(
    "spoil",
    [
        {"type": "NO_SUCH_TYPE"},
        {"surprise": 1},
        {"id": None},
        {"frames": ["{no_such_macro}"]},
        {"score": "high"},
    ],
)
def test_a_malformed_rule_stops_loading(spoil: dict[str, Any], tmp_path: Any, ruleset: Ruleset) -> None:
    import yaml

    from redaction.detect.ruleset import read_ruleset

    entry = {"id": "city.one", "type": "CITIZENSHIP", "frames": ["zemblan person"], "score": 0.9, **spoil}
    if entry["id"] is None:
        del entry["id"]
    (tmp_path / "city.yaml").write_text(yaml.safe_dump([entry]), "utf-8")
    with pytest.raises(DetectorError):
        read_ruleset(tmp_path)


def test_a_city_adds_rules_that_count_in_the_digest(tmp_path: Any, ruleset: Ruleset) -> None:
    from redaction.detect.ruleset import read_ruleset

    (tmp_path / "city.yaml").write_text(
        '[{id: city.card, type: STATUS_ELIGIBILITY, score: 0.9, terms: ["rainbow harbor card"]}]', "utf-8"
    )
    extended = read_ruleset(tmp_path)
    assert extended.sha256 != ruleset.sha256
    text = "She showed a Rainbow  Harbor card."
    assert not detect_text(text, ruleset)
    assert [text[f.start : f.end] for f in detect_text(text, extended)] == ["a Rainbow  Harbor card"]


def test_a_silent_filter_is_an_error_and_never_an_empty_answer() -> None:
    rules = RuleSet([Rule("r", 1, "any", "CITIZENSHIP", 0.9, "joined", "zemblan")])
    rules._sentinel = 999_999  # as when RE2::Set runs out of memory and reports nothing
    with pytest.raises(DetectorError) as failure:
        list(rules.run(b"a zemblan text"))
    assert failure.value.code == "engine_silent"
