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
    (found,) = (f for f in findings_of(text, ruleset) if f.layer != "model")
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


def test_a_result_that_presidio_drops_or_adds_is_an_error(ruleset: Ruleset) -> None:
    """Deduplication, thresholds and allow lists drop results without a word; a city's own recogniser
    may add some. Neither may pass for the answer."""
    from presidio_analyzer import Pattern, PatternRecognizer

    from redaction.detect import presidio_bridge

    analyzer = presidio_bridge.build_analyzer(ruleset)
    analyzer.default_score_threshold = 0.99
    with pytest.raises(DetectorError) as dropped:
        presidio_bridge.agreed(analyzer, TEXT, presidio_bridge.DIRECT_ABOVE)
    assert dropped.value.code == "routes_differ"

    analyzer = presidio_bridge.build_analyzer(ruleset)
    stock = PatternRecognizer("ZEMBLAN", patterns=[Pattern("z", "lunch", 0.9)], supported_language="en")
    analyzer.registry.add_recognizer(stock)
    with pytest.raises(DetectorError) as added:
        presidio_bridge.agreed(analyzer, TEXT + "lunch", presidio_bridge.DIRECT_ABOVE)
    assert added.value.code == "routes_differ"


def test_the_registry_holds_no_stock_recogniser_and_no_other_language(ruleset: Ruleset) -> None:
    """A stock PatternRecognizer answers a timeout of its pattern with an empty list; a text of a
    language that nothing is registered for would be read by nobody."""
    from presidio_analyzer import PatternRecognizer

    from redaction.detect.presidio_bridge import LANGUAGE, StatusRecognizer, build_analyzer

    analyzer = build_analyzer(ruleset)
    (only,) = analyzer.registry.recognizers
    assert isinstance(only, StatusRecognizer) and not isinstance(only, PatternRecognizer)
    assert set(only.supported_entities) == set(ruleset.kinds)
    assert analyzer.supported_languages == [LANGUAGE] and analyzer.default_score_threshold == 0.0
    with pytest.raises(ValueError):
        analyzer.analyze("es hondureña", "es")
    spanish = analyzer.analyze("Ella es hondureña y no tiene papeles.", LANGUAGE)
    assert {result.entity_type for result in spanish} >= {"CITIZENSHIP"}


def test_every_word_has_a_lemma_and_the_blank_tokeniser_names_nothing(ruleset: Ruleset) -> None:
    """spacy.blank leaves lemmas empty, which turns presidio's context off without a word."""
    from redaction.detect.presidio_bridge import LANGUAGE, StatusNlpEngine, build_analyzer

    engine = StatusNlpEngine()
    assert not engine.is_loaded()
    engine.load()
    assert engine.is_loaded()
    read = engine.process_text("Passport No. A123 Ángela", LANGUAGE)
    assert read.lemmas == [token.lower_ for token in read.tokens] and all(
        lemma.strip() for lemma in read.lemmas
    )
    assert read.entities == [] and build_analyzer(ruleset).nlp_engine.is_loaded()


def test_context_words_of_presidio_change_no_score(ruleset: Ruleset) -> None:
    from redaction.detect.presidio_bridge import LANGUAGE, build_analyzer

    analyzer = build_analyzer(ruleset)
    plain = [(r.start, r.end, r.score) for r in analyzer.analyze(TEXT, LANGUAGE)]
    helped = [(r.start, r.end, r.score) for r in analyzer.analyze(TEXT, LANGUAGE, context=["citizenship"])]
    assert plain and plain == helped


@pytest.mark.parametrize(
    "broken, code",
    [
        (MemoryError(), "out_of_memory"),
        (TimeoutError(), "detector_failed"),
        (RecursionError(), "detector_failed"),
    ],
)
def test_no_error_of_a_recogniser_is_swallowed_on_the_way(
    broken: Exception, code: str, ruleset: Ruleset
) -> None:
    """AnalyzerEngine must let a failure through; a timeout is one, not an empty answer."""
    from dataclasses import replace

    from redaction.detect.model.judge import SentenceModel
    from redaction.detect.presidio_bridge import LANGUAGE, build_analyzer, findings_of

    class Breaking(SentenceModel):
        def judge(self, *_: object) -> tuple[list[object], list[tuple[int, int]]]:  # type: ignore[override]
            raise broken

    failing = replace(ruleset, model=Breaking(ruleset.model.reader, ruleset.model.weights))
    for route in (findings_of, lambda text, rules: build_analyzer(rules).analyze(text, LANGUAGE)):
        with pytest.raises(DetectorError) as failure:
            route(TEXT, failing)
        assert failure.value.code == code


def test_a_failure_is_not_remembered_as_an_answer(ruleset: Ruleset) -> None:
    from dataclasses import replace

    from redaction.detect.presidio_bridge import StatusRecognizer

    recogniser = StatusRecognizer(replace(ruleset, cues={}))
    for _ in range(2):
        with pytest.raises(DetectorError):
            recogniser.analyze("his mother said ICE again", [])


def test_no_spacy_model_is_looked_for_and_none_is_downloaded() -> None:
    code = (
        "import spacy, spacy.cli, subprocess\n"
        "def refuse(*a, **k): raise AssertionError('a model')\n"
        "spacy.load = spacy.cli.download = spacy.util.load_model = refuse; subprocess.Popen = refuse\n"
        "from redaction.detect import load\n"
        "from redaction.detect.presidio_bridge import build_analyzer, findings_of\n"
        "assert findings_of('she is Cuban', load()) and build_analyzer(load())\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
