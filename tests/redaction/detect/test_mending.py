"""Words that character recognition misread are read as printed; other words and numbers stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from redaction.detect import Ruleset, detect_text
from redaction.detect.mending import misread
from redaction.detect.views import make_views


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("a Bolivian national", "a Bo1ivian natlonal"),
        ("he was born in Choloma", "he was bom in Choloma"),
        ("a Jamaican citizen", "a Jarnaican cltizen"),
        ("she is from Burkina Faso", "she is frorn Burkina Fas0"),
        ("un ciudadano argentino", "un cludadano arqentino"),
    ],
)
def test_a_misread_word_is_found_where_it_stands(printed: str, read: str, ruleset: Ruleset) -> None:
    found = {f.type for f in detect_text(printed, ruleset) if f.layer != "model"}
    misfound = [f for f in detect_text(read, ruleset) if f.layer != "model"]

    assert found and found <= {f.type for f in misfound}
    assert all(read[f.start : f.end].strip() == read[f.start : f.end] for f in misfound)


@pytest.mark.parametrize(
    "text", ["the clan met at the modem shop", "unit 1015B, box l0", "10101", "a1b2c3d4"]
)
def test_other_words_and_numbers_stay(text: str) -> None:
    assert make_views(text).joined.decode() == text.lower()


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("Ciuda dano: n o", "ciudadano: n o"),
        ("0rigen: Chi huahua   Naciona lidad mex icana", "origen: chihuahua nacionalidad mexicana"),
        ("Cit izenship  esp añ ol", "citizenship espanol"),
        ("Ban gla desh.", "bangladesh."),
    ],
)
def test_a_word_in_pieces_is_read_whole(read: str, printed: str) -> None:
    views = make_views(read)
    assert views.joined.decode() == printed


def test_the_pieces_of_a_word_are_found_where_they_stand(ruleset: Ruleset) -> None:
    text = "Naciona lidad: mex icana, vive en la calle 4"
    assert any("mex icana" in text[f.start : f.end] for f in detect_text(text, ruleset))


@pytest.mark.parametrize(
    "text",
    ["they were not ICE", "a lien on the car", "turned off ICE", "is in formation", "la ven el jueves",
     "grade 5 and unit 9", "to get her home"],
)  # fmt: skip
def test_two_words_side_by_side_stay_two(text: str) -> None:
    assert make_views(text).joined.decode() == text.lower()


@given(st.text(alphabet="bornmcl1i0oe5s |!", max_size=60))
def test_maps_stay_in_order_and_inside(text: str) -> None:
    views = make_views(text)

    assert len(views.shape) == len(views.joined) == len(views.starts) == len(views.ends)
    assert all(a <= b for a, b in zip(views.starts, views.starts[1:], strict=False))
    assert all(a <= b for a, b in zip(views.ends, views.ends[1:], strict=False))
    assert all(0 <= s < e <= len(text) for s, e in zip(views.starts, views.ends, strict=True))


def test_reading_it_again_changes_nothing() -> None:
    once = make_views("the Bo1ivian natlonal was bom ln Oruro").shape

    assert misread(once) == []
