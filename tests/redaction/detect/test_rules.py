"""Every rule's own examples, and what the rule files may hold."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detect import Ruleset, detect_text, lexicon
from redaction.detect.engine import Rule, RuleSet, compile_pattern
from redaction.detect.identifiers import shapes
from redaction.detect.scan import read, rule_hits
from redaction.detect.spans import BESIDE
from redaction.errors import DetectorError
from redaction.types import Finding


def entries() -> list[dict[str, Any]]:
    found = []
    for path in sorted(lexicon.FOLDER.glob("*.yaml")):
        if path.name not in lexicon.NOT_RULES:
            found += lexicon.read_yaml(path)
    return found


def claimed(text: str, ruleset: Ruleset) -> list[Finding]:
    """What the rules claim of a text, without what is only shown around it."""
    found = detect_text(text, ruleset)
    return [one for one in found if one.layer != "model" and not one.rule.endswith(BESIDE)]


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
    assert [text[f.start : f.end] for f in claimed(text, extended)] == ["Rainbow  Harbor card"]


def test_every_pattern_of_the_rule_data_compiles_on_its_own(ruleset: Ruleset) -> None:
    sets = [ruleset.joined, ruleset.tagged, ruleset.joined_excuses, ruleset.tagged_excuses]
    for rules in [*sets, *ruleset.cues.values(), *ruleset.signals.values()]:
        for index, rule in enumerate(rules.rules):
            compiled = rules.compiled(index)
            groups = {compiled.v, compiled.c, *compiled.leads, *compiled.tails} - {0}
            named = {bytes(name): at for name, at in compiled.pattern.groupindex.items()}
            assert groups | {*named.values()} == set(range(1, compiled.pattern.groups + 1)), rule.id
            assert (named.get(b"v", 0), named.get(b"c", 0)) == (compiled.v, compiled.c)


@pytest.mark.parametrize("pattern", ["(a)\\1", "a(?=b)", "(?<!x)y", "(unclosed", "ñandú", "x{2000}"])
def test_a_rule_that_re2_cannot_read_is_refused_before_any_text_is(pattern: str) -> None:
    with pytest.raises(DetectorError) as refused:
        RuleSet([Rule("r", 1, "any", "CITIZENSHIP", 0.9, "joined", pattern)])
    assert refused.value.code == "rule_invalid"


def plainly(rules: RuleSet, data: bytes) -> list[tuple[str, int, int, int, int]]:
    """What each rule claims when it is run on its own over the whole text, nobody asked first."""
    found = []
    for index, rule in enumerate(rules.rules):
        pattern = rules.compiled(index).pattern
        names = {bytes(name): at for name, at in pattern.groupindex.items()}
        for match in pattern.finditer(data):
            span = match.span(names.get(b"v", 0))
            span = span if span[0] >= 0 else match.span()
            case = match.span(names[b"c"]) if b"c" in names else span
            if span[0] < span[1]:
                found.append((rule.id, *span, *case))
    return found


def test_the_groups_find_what_every_rule_alone_finds(ruleset: Ruleset) -> None:
    rng = random.Random(4)
    examples = [text for entry in entries() for text in (*entry["positive"], *entry["negative"])]
    texts = [rng.choice(["\n", " ", ". ", "\t"]).join(rng.sample(examples, 60)) for _ in range(6)]
    texts += ["", "\n", examples[0], "".join(rng.choice("acdehilmnorstuz -.\n") for _ in range(3000))]
    for text in texts:
        reading = read(text, ruleset)
        for rules, data in (
            (ruleset.joined, reading.views.joined),
            (ruleset.tagged, reading.tagged.data),
            (ruleset.joined_excuses, reading.parted),
            (ruleset.tagged_excuses, reading.tagged.parted),
        ):
            found = [(h.rule.id, h.start, h.end, h.case_start, h.case_end) for h in rules.run(data)]
            assert found == plainly(rules, data)


@given(
    st.binary(max_size=60),
    st.sampled_from(["ab", r"\bab\b", "a$", "^b", r"b\z", "a.{0,3}b", "(?:a|ab)(?P<v>b?)"]),
)
def test_the_edges_of_a_text_are_those_of_the_rule_alone(data: bytes, pattern: str) -> None:
    data = bytes(b"ab -\n"[byte % 5] for byte in data)
    rules = RuleSet(
        Rule(f"r{n}", 1, "any", "T", 0.9, "joined", p) for n, p in enumerate([pattern, "b+", "zz"])
    )
    found = [(h.rule.id, h.start, h.end, h.case_start, h.case_end) for h in rules.run(data)]
    assert found == plainly(rules, data)
    whole = sorted(
        m.span() for r in rules.rules for m in compile_pattern(r.pattern).finditer(data) if m.group()
    )
    assert rules.spans(data) == whole


def test_a_silent_filter_is_an_error_and_never_an_empty_answer() -> None:
    rules = RuleSet([Rule("r", 1, "any", "CITIZENSHIP", 0.9, "joined", "zemblan")])
    rules._sentinel = 999_999  # as when RE2::Set runs out of memory and reports nothing
    with pytest.raises(DetectorError) as failure:
        list(rules.run(b"a zemblan text"))
    assert failure.value.code == "engine_silent"
