"""The sentence model: made from the sentences of this repository, and able to raise review only."""

from __future__ import annotations

import dataclasses
import hashlib
import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detect import Ruleset, detect_text
from redaction.detect.harness import marked, train
from redaction.detect.model import features, judge, sentences, weights
from redaction.detect.policy import MODEL_LAYER
from redaction.detect.views import make_views
from redaction.errors import DetectorError
from redaction.types import Action

ROOT = Path(__file__).resolve().parents[3]
CORPUS = ROOT / "corpus"
TELLING = (
    "She would not give the officer her name because her husband was taken by immigration last month "
    "and she is scared they will come back for her."
)


def test_training_again_gives_the_same_bytes_and_never_reads_a_held_out_author(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, rows = tmp_path / "sentences.bin", list[Any]()
    examples = train.examples

    def noted(folder: Path) -> Any:
        rows.extend(found := examples(folder))
        return found

    monkeypatch.setattr(train, "examples", noted)

    assert train.main([str(CORPUS), "--out", str(made)]) == 0

    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (made, weights.FILE)]
    assert digests[0] == digests[1]  # not the bytes: to tell where two megabytes differ takes hours
    assert len(made.read_bytes()) <= 2_000_000
    held = train.read_yaml(CORPUS / "split.yaml")["held_out"]
    assert held and rows
    assert not {row.author for row in rows} & {row.get("author") for row in held}


def test_every_sentence_of_the_corpus_is_well_formed(ruleset: Ruleset) -> None:
    tiers = {name: kind.tier for name, kind in ruleset.kinds.items()}
    items = list(marked.read_folder(CORPUS, tiers))

    assert len(items) >= 3000
    assert {item["lang"] for item in items} == {"en", "es"}
    assert sum(item["label"] == "none" for item in items) >= 0.4 * len(items)


@pytest.mark.parametrize(
    "line",
    ["no sign", "+ nothing marked", "= [[CITIZENSHIP:Cuban]]", "- no type named", "+ [[NO_SUCH_TYPE:x]]"],
)
def test_a_line_that_is_no_item_is_refused(line: str) -> None:
    with pytest.raises(marked.Unmarked):
        marked.read_item(line, {"CITIZENSHIP": 1}, "here:1")


def test_what_no_single_word_tells_is_shown_to_a_person(ruleset: Ruleset) -> None:
    found = detect_text(TELLING, ruleset)

    covered = {i for f in found for i in range(f.start, f.end)}
    assert sum(i in covered for i in range(len(TELLING))) > 0.8 * len(TELLING)
    shown = [f for f in found if f.layer == MODEL_LAYER]
    assert shown and {f.action for f in shown} == {Action.REVIEW}
    assert {f.type for f in shown} == {"STATUS_IMPLICIT"}


def test_the_model_reviews_even_for_immigration_enforcement(ruleset: Ruleset) -> None:
    found = detect_text(TELLING, ruleset, "civil_immigration")

    assert {f.action for f in found if f.layer == MODEL_LAYER} == {Action.REVIEW}


def test_forms_are_left_to_the_label_rules(ruleset: Ruleset) -> None:
    text = "Place of birth: Xela    Language: Mam    DOB 1990 clerk intake"

    assert not [f for f in detect_text(text, ruleset) if f.rule in (judge.RULE, judge.BESIDE)]


@given(st.text(max_size=900))
def test_sentences_are_in_order_and_never_too_long(text: str) -> None:
    shape = make_views(text).shape
    spans = sentences.sentences(shape)

    assert all(0 < end - start <= sentences.LONGEST for start, end in spans)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))


@given(
    st.lists(
        st.sampled_from([TELLING, "Cuban national.", "His A-number is A 087 654 321.", "\n", " x "]),
        max_size=6,
    )
)
def test_reviews_never_overlap_findings(ruleset: Ruleset, parts: list[str]) -> None:
    text = " ".join(parts)
    found = detect_text(text, ruleset)

    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    assert all(text[f.start].isalnum() or f.layer != MODEL_LAYER for f in found)


def test_a_sentence_scores_the_same_whatever_stands_beside_it(ruleset: Ruleset) -> None:
    model = ruleset.model
    sentences_read = [[], *([word.encode() for word in text.lower().split()] for text in (TELLING, "Paid."))]
    together = model.weights.scores(sentences_read * 3, model.reader)

    assert together == [model.weights.scores([words], model.reader)[0] for words in sentences_read] * 3
    assert together[0] == -math.inf and together[1] > model.weights.threshold > together[2]


def test_what_is_kept_of_earlier_texts_is_bounded_and_changes_no_score(
    ruleset: Ruleset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "KEPT", 12)
    monkeypatch.setattr(judge, "HEARD", 2)
    known = ruleset.model
    fresh = judge.SentenceModel(features.Reader(ruleset.tagger.classes()), known.weights)
    texts = [TELLING, "Paid by card.", "The pump was fixed on Tuesday.", TELLING, "Paid by card."]
    read = [[text.lower().encode().split()] for text in texts]

    assert [fresh._scores(words) for words in read] == [
        known.weights.scores(words, known.reader) for words in read
    ]
    assert len(fresh.heard) <= 3 and len(fresh.reader._rows._places) <= 12


def test_words_that_only_the_gist_knows_still_tell(ruleset: Ruleset) -> None:
    model = ruleset.model
    blank = dataclasses.replace(model.weights, values=np.zeros_like(model.weights.values), bias=0.0)
    telling, harmless = blank.scores(
        [
            b"she hides when she sees a uniform since they took her brother".split(),
            b"the pump was fixed on tuesday".split(),
        ],
        model.reader,
    )

    assert telling - harmless > 1.5  # as much as the scores of sentences that tell and that do not lie apart


def test_a_damaged_model_is_an_error_never_silence(tmp_path: Path) -> None:
    broken = tmp_path / "sentences.bin"
    broken.write_bytes(weights.FILE.read_bytes()[:-1])

    with pytest.raises(DetectorError):
        weights.read(broken)
    with pytest.raises(DetectorError):
        weights.read(tmp_path / "absent")


def test_the_models_score_never_reaches_the_threshold_of_redaction(ruleset: Ruleset) -> None:
    assert ruleset.thresholds.redact > judge.HIGHEST
    assert ruleset.thresholds.review <= judge.LOWEST


@pytest.mark.parametrize(
    "stamp",
    [
        "Case 4:21-cv-00417-QRS-TUV Document 31 Filed 02/11/22 Page 8 of 29 Page ID #:737",
        "Case 1:19-cr-20311-KBJ   Document 12   Entered on FLSD Docket 03/04/2021   Page 1 of 7",
        "Case: 22-1934   Document: 33   Page: 4   Date Filed: 08/09/2023",
        "Case 20-11512-abc Doc 55 Filed 05/06/20 Entered 05/06/20 12:11:10 Desc Main Document Page 3 of 10",
    ],
)
def test_what_a_court_stamps_on_every_page_is_no_sentence_and_parts_those_around_it(stamp: str) -> None:
    above, below = "The parties met in the hall of the courthouse and waited there for", "I. INTRODUCTION"
    shape = make_views(f"{above}\n{stamp}\n{below}\n").shape

    read = [shape[start:end].decode() for start, end in sentences.sentences(shape)]

    assert read == [above.lower(), below.lower()]


def test_a_line_that_says_more_than_the_stamp_is_read() -> None:
    shape = make_views("Case 4:21-cv-00417 Document 31 Filed 02/11/22 deported Page 8 of 29").shape

    assert len(sentences.sentences(shape)) == 1
