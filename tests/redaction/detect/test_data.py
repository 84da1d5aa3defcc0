"""Data files: built from their sources, complete, and watched by the canary."""

from __future__ import annotations

from pathlib import Path

import pytest

from redaction.detect import Ruleset, canary, load, widths
from redaction.detect.gazetteer import build
from redaction.detect.gazetteer.tagger import Tagger, read_terms
from redaction.detect.ruleset import HERE, read_ruleset
from redaction.detect.views import make_views
from redaction.errors import DetectorError

TERMS = HERE / "gazetteer" / "terms.tsv"


def test_the_term_file_is_what_its_sources_give() -> None:
    assert TERMS.read_text("ascii") == build.build()


def test_every_country_has_a_name_in_both_languages_and_a_people() -> None:
    classes: dict[str, set[str]] = {}
    for term in read_terms(TERMS):
        classes.setdefault(next(iter(sorted(term.classes))), set()).add(term.text)
    named = {
        term.text for term in read_terms(TERMS) if term.classes & {"country", "weak_country", "state_abroad"}
    }
    people = {term.text for term in read_terms(TERMS) if "demonym" in term.classes}
    assert {
        "germany",
        "alemania",
        "el salvador",
        "turkey",
        "turquia",
        "haiti",
        "somalia",
        "viet nam",
    } <= named
    assert {"german", "alemana", "salvadoran", "salvadorenas", "turkish", "haitiano", "vietnamita"} <= people
    assert len(named) > 400 and len(people) > 900


@pytest.mark.parametrize(("word", "forms"), [
    ("hondureno", {"hondureno", "hondurena", "hondurenos", "hondurenas"}),
    ("frances", {"frances", "francesa", "franceses", "francesas"}),
    ("guatemalteco", {"guatemalteco", "guatemalteca", "guatemaltecos", "guatemaltecas"}),
    ("canadiense", {"canadiense", "canadienses"}),
    ("iraqui", {"iraqui", "iraquis", "iraquies"}),
    ("aleman", {"aleman", "alemana", "alemanes", "alemanas"}),
])  # fmt: skip
def test_spanish_demonyms_have_gender_and_number(word: str, forms: set[str]) -> None:
    assert set(build.spanish_forms(word)) == forms


@pytest.mark.parametrize(("word", "forms"), [
    ("cuban", {"cuban", "cubans"}), ("chinese", {"chinese"}), ("irish", {"irish"}),
    ("frenchman", {"frenchman", "frenchmen"}), ("german", {"german", "germans"}),
    ("czech", {"czech", "czechs"}),
])  # fmt: skip
def test_english_demonyms_have_number(word: str, forms: set[str]) -> None:
    assert set(build.english_forms(word)) == forms


def test_tags_map_back_to_the_names_they_stand_for(ruleset: Ruleset) -> None:
    text = "He left El  Salvador for the U.S. with two Hondurans; china cups, Turkey and turkey."
    views = make_views(text)
    tagged = ruleset.tagger.tag(views, views.joined)
    spans = []
    at = 0
    while (
        start := next((i for i in range(at, len(tagged.data)) if tagged.data[i : i + 1].isupper()), None)
    ) is not None:
        end = tagged.data.index(b"Z", start) + 1
        spans.append(views.original(*tagged.joined_span(start, end)))
        at = end
    assert spans == ["He", "El  Salvador", "the U.S.", "Hondurans", "Turkey"]


def test_too_many_classes_are_refused() -> None:
    from redaction.detect.gazetteer.tagger import Term

    with pytest.raises(DetectorError):
        Tagger([Term(f"name{i}", frozenset({f"class{i}"}), "") for i in range(30)])


def test_loading_fails_when_the_canary_does(ruleset: Ruleset) -> None:
    from dataclasses import replace

    from redaction.detect.engine import RuleSet

    canary.run(ruleset)
    with pytest.raises(DetectorError) as failure:
        canary.run(replace(ruleset, tagged=RuleSet([])))
    assert failure.value.code == "canary_failed"


def test_the_digest_follows_every_file_and_load_is_cached(tmp_path: Path) -> None:
    assert load() is load()
    assert read_ruleset().sha256 == load().sha256
    (tmp_path / "more.yaml").write_text("[{id: x, type: CITIZENSHIP, terms: [zemblan]}]", "utf-8")
    assert read_ruleset(tmp_path).sha256 != load().sha256


def test_widths_know_every_type(ruleset: Ruleset) -> None:
    closed = {t for t in ruleset.kinds if widths.closed_vocabulary(t)}
    assert closed == {
        "IMMIGRATION_STATUS", "VISA_CLASS", "EAD_CATEGORY", "HUMANITARIAN_PROTECTION", "CITIZENSHIP",
        "COUNTRY_OF_BIRTH", "LANGUAGE_PROXY", "TRIBAL_AFFILIATION",
    }  # fmt: skip
    for kind in ruleset.kinds:
        assert widths.class_members(kind)
    assert "El Salvador" in widths.class_members("COUNTRY_OF_BIRTH")
    with pytest.raises(KeyError):
        widths.class_members("NO_SUCH_TYPE")
