"""The machine's reading of a paper suggests the right kind and never the more permissive one."""

from __future__ import annotations

import datetime as dt
import io

import pdfplumber
import pytest

from gateway.demo import papers
from gateway.demo.papers import PAPERS
from workflows.instruments.classify import classify

NOW = dt.datetime(2026, 11, 24, 17, tzinfo=dt.UTC)
HOME = "City of Cottonwood Mesa"


def text_of(name: str) -> str:
    with pdfplumber.open(io.BytesIO(papers.make(name, NOW.date()))) as pdf:
        return "\n\n".join(page.extract_text() for page in pdf.pages)


@pytest.mark.parametrize("name", sorted(PAPERS))
def test_each_demo_paper_is_what_it_is_and_quotes_its_evidence(name: str) -> None:
    facts, text = PAPERS[name], text_of(name)

    reading = classify(text, as_of=NOW, request_subjects=[facts.subject.name], home_city=HOME)

    assert reading["type"] == facts.type
    assert facts.subject.name.casefold() in [name.casefold() for name in reading["subjects"]]
    assert "WRONG_SUBJECT" not in reading["flags"]
    assert reading["evidence"]
    assert all(text[one["start"] : one["end"]] == one["quote"] for one in reading["evidence"])
    if facts.gate != "opens":
        assert reading["gate"] != "opens"
    if facts.judicial and facts.court:
        assert reading["docket"] == facts.docket(NOW.date())


def test_a_sound_order_reads_as_signed_by_a_judge() -> None:
    reading = classify(text_of("sound_order"), as_of=NOW, request_subjects=[], home_city=HOME)

    assert reading["judicial"] is True
    assert reading["unsigned"] is False
    assert reading["signer_title"] == "United States District Judge"
    assert reading["signer"] == "Rosalind V. Sterne"
    assert reading["gate"] == "opens"
    assert reading["missing"] == []


@pytest.mark.parametrize("name", ["i205", "immigration_judge_order", "request_letter"])
def test_an_agencys_own_paper_is_answered_with_what_is_missing(name: str) -> None:
    reading = classify(text_of(name), as_of=NOW, request_subjects=[], home_city=HOME)

    assert reading["judicial"] is False
    assert "not_judicial" in reading["missing"]


def test_a_warrant_past_its_day_is_expired() -> None:
    assert (
        "EXPIRED"
        in classify(text_of("expired_warrant"), as_of=NOW, request_subjects=[], home_city=HOME)["flags"]
    )


@pytest.mark.parametrize(
    "spoil",
    [
        ("UNITED STATES DISTRICT JUDGE", "DEPORTATION OFFICER"),
        ("/s/ Rosalind V. Sterne", "[PROPOSED]"),
        ("IN THE UNITED STATES DISTRICT COURT", "DEPARTMENT OF HOMELAND SECURITY"),
    ],
)
def test_one_spoiled_sign_keeps_the_gate_closed(spoil: tuple[str, str]) -> None:
    text = text_of("sound_order").replace(*spoil)

    assert classify(text, as_of=NOW, request_subjects=[], home_city=HOME)["gate"] != "opens"


@pytest.mark.parametrize("text", ["", "ORDER", "A letter about nothing much.", "warrant " * 2000])
def test_what_is_not_recognised_is_unknown_and_closed(text: str) -> None:
    reading = classify(text, as_of=NOW, request_subjects=[], home_city=HOME)

    assert (reading["type"], reading["gate"]) == ("unknown", "closed")
