"""Regression over snippets in many registers, English and Spanish."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from redaction.detect import Ruleset, detect_text

LINES = (Path(__file__).parent / "snippets.txt").read_text("utf-8").splitlines()
RULE = LINES.index("----")
TELLING = [line for line in LINES[:RULE] if line and not line.startswith("#")]
HARMLESS = [line for line in LINES[RULE + 1 :] if line]


def parse(line: str) -> tuple[str, list[tuple[int, int]]]:
    text, marks = "", []
    for piece in re.split(r"(\[\[.*?\]\])", line):
        if piece.startswith("[["):
            marks.append((len(text), len(text) + len(piece) - 4))
            piece = piece[2:-2]
        text += piece
    return text, marks


@pytest.mark.parametrize("line", TELLING)
def test_what_tells_status_is_found(line: str, ruleset: Ruleset) -> None:
    text, marks = parse(line)
    found = detect_text(text, ruleset, "civil_immigration")
    for start, end in marks:
        assert any(f.start < end and start < f.end for f in found), text[start:end]


def test_most_of_it_is_covered_whole(ruleset: Ruleset) -> None:
    marked = whole = 0
    for line in TELLING:
        text, marks = parse(line)
        inside = {i for f in detect_text(text, ruleset) for i in range(f.start, f.end)}
        marked += len(marks)
        whole += sum(all(i in inside for i in range(s, e) if text[i].isalnum()) for s, e in marks)
    assert marked > 400
    assert whole / marked >= 0.8


@pytest.mark.parametrize("line", HARMLESS)
def test_what_is_harmless_is_never_redacted(line: str, ruleset: Ruleset) -> None:
    assert [f.rule for f in detect_text(line, ruleset) if f.action == "redact"] == []


def test_little_that_is_harmless_reaches_a_person(ruleset: Ruleset) -> None:
    touched = [line for line in HARMLESS if detect_text(line, ruleset)]
    assert len(HARMLESS) > 200
    assert len(touched) <= 0.08 * len(HARMLESS)
