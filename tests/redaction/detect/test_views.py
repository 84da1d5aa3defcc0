"""D2: every view's map is exact; D5: how a text is written does not change what is found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from redaction.detect import detect_text, load
from redaction.detect.views import compact, fold_text, make_views

ODD = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            list("  \t\n\r\f\u200b\u200d\u00ad\u202e\u2066\ufeff\u0301\ud800\udfff\ufffdＡ１ﬁ№ßİ٣०ñé-_.ª")
        ),
    ),
    max_size=300,
)


@given(ODD)
@settings(max_examples=300, deadline=None)
def test_maps_rise_and_cover_the_characters_behind_them(text: str) -> None:
    views = make_views(text)
    assert len(views.joined) == len(views.shape) == len(views.starts) == len(views.ends)
    assert views.joined.isascii()
    assert not len(views.starts) or (views.starts.min() >= 0 and views.ends.max() <= len(text))
    assert (np.diff(views.starts) >= 0).all() and (np.diff(views.ends) >= 0).all()
    assert (views.ends > views.starts).all()


@given(ODD, ODD)
@settings(max_examples=150, deadline=None)
def test_findings_in_any_surroundings_are_in_bounds_and_begin_and_end_on_text(
    before: str, after: str
) -> None:
    text = f"{before} La testigo es indocumentada, A087-654-321. {after}"
    found = detect_text(text, load())
    last = 0
    for finding in found:
        assert last <= finding.start < finding.end <= len(text)
        assert not text[finding.start].isspace() and not text[finding.end - 1].isspace()
        last = finding.end
    assert any("087" in text[f.start : f.end] for f in found)


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        ("MÉXICO", "mexico"),
        ("Ｈｏｎｄｕｒａｓ", "honduras"),
        ("Mехісо", "mexico"),  # Cyrillic letters
        ("٠٨٧", "087"),
        ("K’iche’", "k'iche'"),
        ("hondure\u006e\u0303o", "hondureno"),
        ("soft\u00adhyphen", "softhyphen"),
        ("日本", "XX"),
    ],
)
def test_look_alike_writings_fold_to_one(source: str, folded: str) -> None:
    assert fold_text(source) == folded


def test_a_word_cut_at_a_line_end_is_mended_and_mapped_back() -> None:
    text = "a Mexi-\ncan national"
    views = make_views(text)
    assert views.joined == b"a mexican national"
    assert views.original(2, 9) == "Mexi-\ncan"


def test_a_combining_mark_is_not_left_behind() -> None:
    text = "es hondureñ".replace("ñ", "n\u0303") + "o\u0301."
    found = [one for one in detect_text(text, load()) if one.layer != "model"]  # not what is shown around it
    assert text[found[0].start : found[0].end].endswith("o\u0301")


def test_compact_keeps_letters_and_digits_only() -> None:
    assert compact("A 087-654-321") == "a087654321"
