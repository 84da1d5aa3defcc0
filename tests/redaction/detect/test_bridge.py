"""Presidio as the frame: same findings by every route, and none of its ways to fail open."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest

from redaction.detect import Ruleset, Seed, detect, detect_text
from redaction.errors import DetectorError
from redaction.types import Document, PageText, TextSource

TEXT = (
    "Maria is Honduran, A087-654-321, speaks only Mam. POB: Xela\n"
    "Picked up by ICE in 2019; her sister is Honduran too. Lunch at the Mexican restaurant.\n"
)


def test_presidio_hands_on_what_the_engine_found(ruleset: Ruleset) -> None:
    from redaction.detect.presidio_bridge import findings_of

    for text in (TEXT, "", "Nothing here.", TEXT * 40):
        direct = detect_text(text, ruleset)
        assert findings_of(text, ruleset, direct_above=10_000) == direct
        assert findings_of(text, ruleset, direct_above=0) == direct


def test_results_carry_a_filled_explanation(ruleset: Ruleset) -> None:
    from redaction.detect.presidio_bridge import LANGUAGE, build_analyzer

    results = build_analyzer(ruleset).analyze(TEXT, LANGUAGE, return_decision_process=True)
    assert {r.entity_type for r in results} >= {
        "CITIZENSHIP",
        "A_NUMBER",
        "LANGUAGE_PROXY",
        "COUNTRY_OF_BIRTH",
    }
    for result in results:
        explanation = result.analysis_explanation
        assert explanation.recognizer == "status" and "@" in explanation.pattern_name
        assert explanation.textual_explanation and explanation.original_score == result.score


def test_every_text_of_a_document_is_read_and_findings_know_their_place(ruleset: Ruleset) -> None:
    texts = (
        PageText(TextSource.PDFPLUMBER, 1, "She is Cuban."),
        PageText(TextSource.FORM_VALUE, 2, "Nothing"),
        PageText(TextSource.METADATA, None, "undocumented worker"),
    )
    document = Document("0" * 64, "application/pdf", (), texts)
    found = detect(document, ruleset)
    assert [(f.text_index, f.source, f.page) for f in found] == [(0, "pdfplumber", 1), (2, "metadata", None)]
    assert len({f.key for f in found}) == 2
    assert found == detect(document, ruleset)


def test_seeds_are_found_in_other_writings(ruleset: Ruleset) -> None:
    text = "Ref 4471 223 199 and 4471-223-199. The Zapote ranch, El  zapote."
    seeds = (Seed("DHS_CASE_ID", "4471223199"), Seed("COUNTRY_OF_BIRTH", "El Zapote"))
    found = [text[f.start : f.end] for f in detect_text(text, ruleset, seeds=seeds)]
    assert found == ["4471 223 199", "4471-223-199", "El  zapote"]


def test_a_failure_of_the_engine_passes_through_presidio(ruleset: Ruleset) -> None:
    from dataclasses import replace

    from redaction.detect.presidio_bridge import findings_of

    with pytest.raises(DetectorError):
        findings_of("his mother said ICE again", replace(ruleset, cues={}))


def test_texts_beyond_spacy_s_limit_are_read_to_the_end(ruleset: Ruleset) -> None:
    from redaction.detect.presidio_bridge import findings_of

    text = "The clerk filed the invoice. " * 40_000 + "She is undocumented."
    assert len(text) > 1_000_000
    (found,) = findings_of(text, ruleset)
    assert (
        text[found.start : found.end] == "is undocumented" or text[found.start : found.end] == "undocumented"
    )


def test_the_light_path_imports_neither_presidio_nor_spacy() -> None:
    code = (
        "import sys; from redaction.detect import detect_text, load;"
        "assert detect_text('she is Cuban', load());"
        "bad = {'presidio_analyzer', 'spacy', 'django'} & set(sys.modules); assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_bridge_opens_no_connection() -> None:
    code = (
        "import socket\n"
        "def refuse(*a, **k): raise AssertionError('network')\n"
        "socket.socket.connect = refuse; socket.create_connection = refuse; socket.getaddrinfo = refuse\n"
        "from redaction.detect import load\n"
        "from redaction.detect.presidio_bridge import findings_of\n"
        "assert findings_of('she is Cuban', load())\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_hard_negatives_of_a_document_are_told_so_that_a_value_found_elsewhere_spares_them(
    ruleset: Ruleset,
) -> None:
    texts = (
        PageText(TextSource.PDFPLUMBER, 1, "Citizenship: Mexico\nAlbuquerque, New Mexico"),
        PageText(TextSource.PDFPLUMBER, 2, "Lunch at the Mexican restaurant in New Mexico."),
    )
    document = Document("0" * 64, "application/pdf", (), texts)
    found = detect(document, ruleset)
    kept = [f for f in found if f.action == "keep"]
    assert [texts[f.text_index].text[f.start : f.end] for f in found if f not in kept] == ["Mexico"]
    assert {f.layer for f in kept} == {"hard_negative"} and all(f.rule.startswith("not.") for f in kept)
    assert all({"CITIZENSHIP", "COUNTRY_OF_BIRTH"} <= set(f.excuses) for f in kept)
    assert [texts[f.text_index].text[f.start : f.end] for f in kept] == [
        "Albuquerque, New Mexico",
        "the Mexican restaurant",
        "New Mexico",
    ]
    assert detect_text(texts[1].text, ruleset) == []


def test_an_excuse_never_grows_by_another_beside_it(ruleset: Ruleset) -> None:
    text = "Visited the Cuba St library and drove to New Mexico highway for vacation"
    kept = [f for f in detect_text(text, ruleset, keeps=True) if f.action == "keep"]
    assert kept and all(a.end <= b.start for a, b in pairwise(kept))
