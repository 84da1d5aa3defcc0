"""The frame: our engine as one recogniser inside presidio-analyzer.

What in presidio fails open is closed here:

* no spaCy model is loaded or downloaded: `StatusNlpEngine` is a blank tokeniser with lower-cased
  words as lemmas (presidio's context step would do nothing with empty lemmas);
* the recogniser raises DetectorError, which AnalyzerEngine lets through; it never returns an
  empty list in place of an answer;
* recognition runs once for all languages, so no language guess can switch a rule off;
* scores are final: there is no context word for presidio to raise them by, and the threshold is 0;
* stock `PatternRecognizer`s (60-second timeouts that return nothing) are not in the registry;
* with over 500 findings AnalyzerEngine's clean-up grows faster than the text, so the recogniser's
  answer is taken as it is; a test holds both routes equal.

Importing this module imports presidio and spaCy (about two seconds); `redaction.detect` does not.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import spacy
from presidio_analyzer import (
    AnalysisExplanation,
    AnalyzerEngine,
    EntityRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
from spacy.tokens import Doc

from redaction.detect import detect_text, load
from redaction.detect.ruleset import Ruleset
from redaction.detect.seeds import Seed
from redaction.errors import DetectorError
from redaction.types import Action, Box, Finding

LANGUAGE = "en"  # presidio wants one; every rule of every language runs whatever it is
DIRECT_ABOVE = 500
TOKENISED = 20_000  # characters given to the tokeniser; nothing downstream reads the tokens
NAME = "status"
EXCUSE = "hard_negative"
_FINDING = "status_finding"


class StatusNlpEngine(NlpEngine):
    """A blank tokeniser: no model, no named entities, no download."""

    def __init__(self) -> None:
        self._tokeniser: Any = None

    def load(self) -> None:
        """Makes the blank tokeniser. Touches neither disk nor network."""
        self._tokeniser = spacy.blank(LANGUAGE)

    def is_loaded(self) -> bool:
        """True after `load`."""
        return self._tokeniser is not None

    def process_text(self, text: str, language: str) -> NlpArtifacts:
        """Tokens and lower-cased lemmas of the beginning of the text, no entities."""
        doc: Doc = self._tokeniser.make_doc(text[:TOKENISED])
        lemmas = [token.lower_ for token in doc]
        return NlpArtifacts([], doc, [token.idx for token in doc], lemmas, self, language)

    def process_batch(
        self, texts: Iterable[str], language: str, batch_size: int = 1, n_process: int = 1, **_: Any
    ) -> Iterator[tuple[str, NlpArtifacts]]:
        """One after the other, in order."""
        for text in texts:
            yield text, self.process_text(text, language)

    def is_stopword(self, word: str, language: str) -> bool:
        """Never: no word is thrown away."""
        return False

    def is_punct(self, word: str, language: str) -> bool:
        """True when the word holds no letter and no digit."""
        return not any(c.isalnum() for c in word)

    def get_supported_entities(self) -> list[str]:
        """None: it names no entities."""
        return []

    def get_supported_languages(self) -> list[str]:
        """The one language the engine is registered under."""
        return [LANGUAGE]


class StatusRecognizer(EntityRecognizer):
    """Every rule of the ruleset behind presidio's interface; one call a text.

    Spans count code points, end exclusive. Raises DetectorError, never answers with fewer.
    """

    def __init__(self, ruleset: Ruleset, requester: str | None = None, seeds: tuple[Seed, ...] = ()) -> None:
        self._ruleset = ruleset
        self._requester = requester
        self._seeds = seeds
        self._last: tuple[str, Sequence[Box | None], list[Finding]] = ("", (), [])
        super().__init__(
            supported_entities=sorted(ruleset.kinds),
            name=NAME,
            version=ruleset.sha256[:12],
            supported_language=LANGUAGE,
        )

    def load(self) -> None:
        """Nothing to load: the ruleset was given."""

    def findings(self, text: str, cells: Sequence[Box | None] = ()) -> list[Finding]:
        """The findings themselves, also those that stay visible; the last text's are remembered, so
        both routes cost one run. `cells` are the places of its characters on a page."""
        if self._last[:2] != (text, cells):
            found = detect_text(
                text, self._ruleset, self._requester, seeds=self._seeds, keeps=True, cells=cells
            )
            self._last = (text, cells, found)
        return list(self._last[2])

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        """One result for each finding of the entities asked for, save those that stay visible."""
        return [
            self._result(found)
            for found in self.findings(text, self._last[1] if self._last[0] == text else ())
            if found.action is not Action.KEEP and (not entities or found.type in entities)
        ]

    def _result(self, found: Finding) -> RecognizerResult:
        explanation = AnalysisExplanation(
            recognizer=NAME,
            original_score=found.score,
            pattern_name=f"{found.rule}@{found.rule_version}",
            textual_explanation=found.explanation,
        )
        metadata = {
            RecognizerResult.RECOGNIZER_NAME_KEY: NAME,
            RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
            _FINDING: found,
        }
        return RecognizerResult(found.type, found.start, found.end, found.score, explanation, metadata)


def build_analyzer(
    ruleset: Ruleset | None = None, requester: str | None = None, seeds: tuple[Seed, ...] = ()
) -> AnalyzerEngine:
    """An AnalyzerEngine whose registry holds our recogniser and nothing else."""
    registry = RecognizerRegistry(
        recognizers=[StatusRecognizer(ruleset or load(), requester, seeds)], supported_languages=[LANGUAGE]
    )
    engine = StatusNlpEngine()
    engine.load()
    return AnalyzerEngine(
        registry=registry, nlp_engine=engine, supported_languages=[LANGUAGE], default_score_threshold=0.0
    )


@functools.lru_cache(maxsize=8)
def _analyzer(requester: str | None) -> AnalyzerEngine:
    return build_analyzer(load(), requester)


def findings_of(
    text: str,
    ruleset: Ruleset,
    requester: str | None = None,
    seeds: tuple[Seed, ...] = (),
    direct_above: int = DIRECT_ABOVE,
    excuses: bool = False,
    cells: Sequence[Box | None] = (),
) -> list[Finding]:
    """Findings of a text through AnalyzerEngine; the recogniser's own answer when there are more
    than `direct_above`. With `excuses` also the named hard negatives, which presidio (it drops a
    score of 0) never sees. Raises DetectorError, also when presidio dropped or added anything."""
    cached = not seeds and ruleset is load()
    analyzer = _analyzer(requester) if cached else build_analyzer(ruleset, requester, seeds)
    everything = agreed(analyzer, text, direct_above, cells)
    return [one for one in everything if one.action is not Action.KEEP or (excuses and one.layer == EXCUSE)]


def agreed(
    analyzer: AnalyzerEngine,
    text: str,
    direct_above: int = DIRECT_ABOVE,
    cells: Sequence[Box | None] = (),
) -> list[Finding]:
    """All that our recogniser says of a text, kept ones included, once presidio has handed on exactly
    its findings; over `direct_above` of them presidio is not asked.

    Raises DetectorError('routes_differ') when anything on the way (threshold, clean-up, another
    recogniser) dropped or added a result.
    """
    recogniser = next(r for r in analyzer.registry.recognizers if isinstance(r, StatusRecognizer))
    everything = recogniser.findings(text, cells)
    direct = [found for found in everything if found.action is not Action.KEEP]
    if len(direct) > direct_above:
        return everything
    results = analyzer.analyze(text, LANGUAGE, return_decision_process=True)
    found: list[Any] = [(result.recognition_metadata or {}).get(_FINDING) for result in results]
    if None in found or sorted(found, key=lambda f: (f.start, f.end)) != direct:
        raise DetectorError("routes_differ", "presidio did not hand on every finding, and nothing else")
    return everything
