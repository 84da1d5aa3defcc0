"""`python -m redaction detect`: the contract of detection.md section 3, word by word."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.detect import command, detect_text, load
from redaction.detect.engine import RuleSet
from redaction.errors import DetectorError

KEYS = {"start", "end", "type", "action", "score", "rule", "explanation"}


def run(lines: str, *argv: str) -> tuple[int, list[dict[str, Any]], str]:
    out, err = io.StringIO(), io.StringIO()
    code = command.run(argv, io.StringIO(lines), out, err)
    return code, [json.loads(line) for line in out.getvalue().splitlines()], err.getvalue()


def line(text: str, ident: object = 1, **more: object) -> str:
    return json.dumps({"id": ident, "text": text, **more}) + "\n"


def test_each_line_is_answered_in_order() -> None:
    code, answers, err = run(line("He is Honduran.", "a") + line("", "b") + line("Nothing here.", 3))
    assert (code, err) == (0, "")
    assert [a["id"] for a in answers] == ["a", "b", 3]
    assert [len(a["findings"]) for a in answers] == [1, 0, 0]
    finding = answers[0]["findings"][0]
    assert set(finding) == KEYS
    assert "He is Honduran."[finding["start"] : finding["end"]].endswith("Honduran")
    assert (finding["type"], finding["action"]) == ("CITIZENSHIP", "redact")


def test_offsets_are_code_points() -> None:
    text = "🙂🙂 él es hondureño 🙂"
    (answer,) = run(line(text))[1]
    finding = answer["findings"][-1]  # the one before it shows the rest of the clause
    assert text[finding["start"] : finding["end"]].endswith("hondureño")


@given(st.text(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_text_gets_sorted_findings_that_do_not_overlap(text: str) -> None:
    text = text + " A087-654-321 " + text
    code, (answer,), _ = run(line(text))
    assert code == 0
    last = 0
    for finding in answer["findings"]:
        assert last <= finding["start"] < finding["end"] <= len(text)
        assert finding["action"] in ("redact", "review")
        last = finding["end"]


def test_keep_appears_only_with_trace() -> None:
    text = "Lunch at the Mexican restaurant."
    assert run(line(text))[1][0]["findings"] == []
    traced = run(line(text), "--trace")[1][0]["findings"]
    assert [f["action"] for f in traced] == ["keep"]
    assert traced[0]["rule"].startswith("not.")


def test_lang_is_a_hint_that_switches_nothing_off() -> None:
    answers = run(line("es indocumentada", lang="en") + line("es indocumentada", lang="es"))[1]
    assert answers[0]["findings"] == answers[1]["findings"] != []


def test_the_requester_settles_tier_two() -> None:
    text = "Primary language: Mam"
    assert run(line(text))[1][0]["findings"][0]["action"] == "review"
    assert run(line(text), "--requester", "civil_immigration")[1][0]["findings"][0]["action"] == "redact"
    assert run(line(text), "--requester", "unknown")[1][0]["findings"][0]["action"] == "redact"
    assert run(line(text), "--requester", "federal_criminal")[1][0]["findings"][0]["action"] == "review"


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[]",
        '"text"',
        '{"id": 1}',
        '{"text": "x"}',
        '{"id": 1, "text": 5}',
        '{"id":1,"text":"x","lang":7}',
        "\x00",
    ],
)
def test_bad_input_stops_with_its_line_number(bad: str) -> None:
    code, answers, err = run(line("fine") + bad + "\n" + line("never read"))
    assert code == 2
    assert len(answers) == 1
    assert "2" in err and "never" not in err


class Silent(RuleSet):
    """The rules of a cue whose engine gives no answer."""

    def spans(self, data: bytes) -> list[tuple[int, int]]:
        raise DetectorError("engine_silent", "no answer")


def test_a_failing_line_gets_an_error_in_its_place_and_the_rest_goes_on() -> None:
    whole = load()
    cue = Silent(whole.cues["person"].rules)
    broken = replace(whole, cues={**whole.cues, "person": cue})
    out = io.StringIO()
    text = line("his mother said ICE again", 1) + line("she is Cuban", 2)
    code = command.answer_lines(io.StringIO(text), out, io.StringIO(), broken, None, False)
    first, second = (json.loads(answer) for answer in out.getvalue().splitlines())
    assert code == 1
    assert first["error"]["code"] == "engine_silent" and "findings" not in first
    assert "mother" not in json.dumps(first)
    assert second["findings"]


def test_any_exception_inside_is_an_error_and_never_an_empty_answer() -> None:
    broken = replace(load(), cues={})  # a bug: rules ask for a cue that is not there
    with pytest.raises(DetectorError) as failure:
        detect_text("his mother said ICE again", broken)
    assert failure.value.code == "detector_failed"


def test_no_explanation_quotes_the_text() -> None:
    text = "Maria is from Guatemala, A087654321, POB: Xela, speaks Mam, picked up by ICE in 2019"
    for finding in run(line(text), "--trace")[1][0]["findings"]:
        value = text[finding["start"] : finding["end"]]
        assert value not in finding["explanation"]
        for word in ("Guatemala", "Xela", "087", "Maria", "2019"):
            assert word not in finding["explanation"]


@pytest.mark.parametrize(
    "text", ["\x00" * 1000, "\ud800x", "‮" * 500, "A" * 200_000, "<" * 5_000, "1 " * 20_000]
)
def test_odd_texts_are_answered(text: str) -> None:
    code, answers, _ = run(line(text))
    assert code == 0 and "findings" in answers[0]


def test_wrong_arguments_are_a_usage_error() -> None:
    assert run("", "--requester", "ice")[0] == 2


def test_the_ruleset_is_named_in_every_finding() -> None:
    (finding,) = detect_text("she is Cuban", load())
    assert finding.ruleset == load().sha256 and len(finding.ruleset) == 64
