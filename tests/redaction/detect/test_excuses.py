"""What excuses a word must stand in the same statement, and never frees a labelled value (D4).

Every word is tried; in which surroundings takes turns, but for GATEWAY_SCALE=full, which tries all in all.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator, Sequence

import pytest

from redaction.detect import Ruleset, detect_text, lexicon
from redaction.detect.breaks import parted
from redaction.detect.gazetteer.tagger import read_terms
from redaction.detect.policy import MODEL_LAYER
from redaction.detect.ruleset import HERE
from redaction.detect.views import compact, make_views
from redaction.types import Action
from tests.redaction.detect.test_rules import entries

NEGATIVES = [entry for entry in entries() if entry.get("cancels")]
WORDS = sorted(  # every word that any hard negative reads
    {
        word
        for entry in NEGATIVES
        for frame in entry.get("frames", ())
        for word in re.findall(r"(?<![\\{\[a-z])[a-z]{2,}(?![a-z}])", str(frame))
    }
)
CONTEXTS = sorted({text for entry in NEGATIVES for text in entry["positive"]})
LABELS = [
    (entry, label) for entry in lexicon.read_yaml(lexicon.FOLDER / "labels.yaml") for label in entry["labels"]
]
NAMES = [
    term.text
    for term in read_terms(HERE / "gazetteer" / "terms.tsv")
    if term.classes & {"country", "weak_country", "place", "demonym", "language", "tribe", "state_abroad"}
]
TURNS = 1 if os.environ.get("GATEWAY_SCALE") == "full" else 6
TAKES_WORDS = [label for entry, label in LABELS if "value" not in entry]


def _turn(things: Sequence[str], at: int) -> Sequence[str]:
    """The part of them that is tried in surroundings number `at`: six in turn try all."""
    return things[at % TURNS :: TURNS]


def _covered(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    """True when every letter and digit of a span lies in one of the spans, which are sorted."""
    return all(not text[i].isalnum() or any(a <= i < b for a, b in spans) for i in range(start, end))


def _missed(statements: Iterator[tuple[str, str, str]], ruleset: Ruleset) -> list[str]:
    """Statements (before, value, after) whose value is not wholly redacted or reviewed."""
    missed = []
    for chunk in iter(lambda: list(itertools.islice(statements, 200)), []):
        text, places = "", []
        for before, value, after in chunk:
            places.append((len(text) + len(before), len(text) + len(before) + len(value)))
            text += before + value + after + "\n\n\n"
        live = [(f.start, f.end) for f in detect_text(text, ruleset) if f.action is not Action.KEEP]
        at = 0
        for (start, end), statement in zip(places, chunk, strict=True):
            while at < len(live) and live[at][1] <= start:
                at += 1
            if not _covered(text, start, end, live[at : at + 9]):
                missed.append("".join(statement))
    return missed


@pytest.mark.parametrize(
    ("at", "end"), list(enumerate(["\n{} came back", "\t{}\t4", "    {}", " | {} ", "\n{}", "; {} seen"]))
)
def test_no_word_of_an_excuse_frees_a_labelled_value(at: int, end: str, ruleset: Ruleset) -> None:
    labels, names = itertools.cycle(TAKES_WORDS), itertools.cycle(NAMES)
    after = [end.format(word) for word in [*WORDS, *CONTEXTS]]
    after += [end.format(word.title()) for word in WORDS]
    statements = ((f"{next(labels).title()}: ", next(names).title(), tail) for tail in _turn(after, at))
    assert _missed(statements, ruleset) == []


@pytest.mark.parametrize("joint", [": ", "\t", ":\n", ": \t"])
def test_every_label_takes_every_kind_of_value_before_an_excuse(joint: str, ruleset: Ruleset) -> None:
    colon = {compact(label) for entry, _ in LABELS for label in entry.get("colon", ())}
    words, names = itertools.cycle(WORDS), itertools.cycle(NAMES)
    chosen = [x for x in TAKES_WORDS if ":" in joint or compact(x) not in colon]
    statements = ((f"{label}{joint}", next(names).title(), f"\n{next(words)} came") for label in chosen)
    assert _missed(statements, ruleset) == []


def test_every_name_of_the_gazetteer_is_taken_before_an_excuse(ruleset: Ruleset) -> None:
    words, labels = (
        itertools.cycle(WORDS),
        itertools.cycle(["Place of birth", "Citizenship", "Lengua materna"]),
    )
    statements = ((f"{next(labels)}: ", name.title(), f"\n{next(words)} came") for name in NAMES)
    assert _missed(statements, ruleset) == []
    statements = ((f"{word}\nNacionalidad: ", name, "") for word, name in zip(itertools.cycle(WORDS), NAMES))
    assert _missed(statements, ruleset) == []


NUMBERS = [
    "A-number: A087-654-321",
    "I-94 no: 12345678901",
    "SEVIS ID: N0012345678",
    "Passport no: G12345678",
    "USCIS receipt: EAC2190012345",
    "Visa foil no: 12345678",
    "ITIN: 912-78-4321",
    "ICE event no: ELP2501000123",
    "Consular ID: 81234567",
]


@pytest.mark.parametrize(("at", "text"), list(enumerate(NUMBERS)))
def test_no_word_before_or_after_frees_a_labelled_number(at: int, text: str, ruleset: Ruleset) -> None:
    label, value = text.split(": ")
    before = ((f"{word}\n{label}: ", value, "") for word in _turn(WORDS, at))
    after = ((f"{label} ", value, f"\n{word}") for word in _turn(WORDS, at + 1))
    assert _missed(itertools.chain(before, after), ruleset) == []


@pytest.mark.parametrize(
    ("before", "value"),
    [
        ("DOB:\nPassport ", "G12345678"),
        ("dob passport ", "G12345678"),
        ("Dispatch ICE event ", "ELP2501000123"),
        ("License\n", "A087-654-321"),
        ("Case no.\t", "A087-654-321"),
        ("Tarjeta, visa foil ", "12345678"),
        ("La placa y la matricula consular ", "81234567"),
    ],
)
def test_a_word_for_other_numbers_refuses_only_the_number_beside_it(
    before: str, value: str, ruleset: Ruleset
) -> None:
    assert _missed(iter([(before, value, "")]), ruleset) == []


@pytest.mark.parametrize("paid", ["Paid with Visa", "Pago con Visa o Mastercard"])
def test_what_stands_in_an_excuse_is_no_cue(paid: str, ruleset: Ruleset) -> None:
    assert detect_text(f"{paid}, locker key J1", ruleset) == []
    assert "VISA_CLASS" in {f.type for f in detect_text("Holds a visa, class J1", ruleset)}


STATEMENTS = [
    ("He is from ", "Mexico"),
    ("she was born in ", "Cuba"),
    ("The driver is a citizen of ", "Honduras"),
    ("El testigo es ", "guatemalteco"),
    ("The witness is ", "Salvadoran"),
    ("habla solamente ", "mixteco"),
]


@pytest.mark.parametrize(("before", "value"), STATEMENTS)
@pytest.mark.parametrize(("at", "end"), list(enumerate(["\n{}", "\t{}", ". {}"])))
def test_an_excuse_does_not_reach_back_over_a_break(
    at: int, before: str, value: str, end: str, ruleset: Ruleset
) -> None:
    alone = bool([f for f in detect_text(before + value, ruleset) if f.action is not Action.KEEP])
    assert alone
    tails = [end.format(word.title()) for word in _turn(WORDS, at + STATEMENTS.index((before, value)))]
    assert _missed(((before, value, f"{tail} came") for tail in tails), ruleset) == []


@pytest.mark.parametrize(
    ("text", "live"),
    [
        ("Case type: New\nMexican national detained", True),
        ("He was born in New\nMexico", True),
        ("Albuquerque, New Mexico", False),
        (
            "We were sent to the lot behind the Mexican\nrestaurant on the corner and stayed until nine,\n"
            "when the owner came out to lock the gates.",
            False,
        ),
        ("Mexican\nrestaurant", True),
        ("Mexican restaurant", False),
        ("Mexican\trestaurant", True),
    ],
)
def test_only_prose_goes_on_over_a_line_end(text: str, live: bool, ruleset: Ruleset) -> None:
    found = [f for f in detect_text(text, ruleset) if f.action is not Action.KEEP]
    assert bool([f for f in found if f.layer != MODEL_LAYER]) == live


def test_breaks_are_where_cells_lines_and_sentences_end() -> None:
    text = "Name\tPOB\nHe left his truck. From Mexico on Menaul Blvd. NE he came"
    views = make_views(text)
    assert parted(views) == b"name\npob\nhe left his truck.\nfrom mexico on menaul blvd. ne he came"
