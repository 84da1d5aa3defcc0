"""Builds terms.tsv from pycountry and the lists in sources/: `python -m redaction.detect.gazetteer.build`.

Every term is written folded (lower case, no accents), with its classes and the case its
original must have. The first line holds a digest of the sources, so that a test can tell a
stale file. The output is the same on every run with the same pycountry.
"""

from __future__ import annotations

import gettext
import hashlib
import sys
from collections import defaultdict
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pycountry

from redaction.detect.views import fold_text

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
_CLASSES: dict[str, dict[str, tuple[str, ...]]] = {
    "languages.tsv": {"rare": ("language", "rare"), "both": ("language",), "home": ("english",)},
    "peoples.tsv": {"strong": ("tribe",), "weak": ("weak_tribe",)},
    "agencies.tsv": {"strong": ("agency",), "enforcer": ("agency", "enforcer"), "upper": ("ice",)},
    "persons.tsv": {"word": ("person",)},
    "home.tsv": {
        "us": ("us",),
        "us_upper": ("us",),
        "demonym_us": ("demonym_us",),
        "state": ("state",),
        "city": ("city",),
        "not_abroad": ("not_abroad",),
    },
}
_HOME = ("US", "PR", "GU", "VI", "MP", "AS", "UM")  # not abroad
Add = Callable[..., None]


def main() -> int:
    """Writes terms.tsv beside this file."""
    (HERE / "terms.tsv").write_text(build(), "ascii")
    return 0


def build() -> str:
    """The text of terms.tsv."""
    classes: dict[str, set[str]] = defaultdict(set)

    def add(name: str, *kinds: str) -> None:
        folded = fold_text(name).replace("-", " ").strip()
        if len(folded) > 1 and folded.isascii() and "X" not in folded:
            classes[folded].update(kinds)

    _add_countries(add)
    for _, kind, names in _rows("places.tsv", 3):
        for name in names.split(","):
            add(name, "place" if kind == "strong" else "weak_place")
    for file, kinds_of in _CLASSES.items():
        for kind, names in _rows(file, 2):
            for name in names.split(","):
                add(name, *kinds_of[kind])
    case = {"us": "upper"}
    for kind, names in _rows("case.tsv", 2):
        case.update(dict.fromkeys(names.split(","), kind))
    body = "".join(
        f"{name}\t{','.join(sorted(_settled(kinds)))}\t{case.get(name, '')}\n"
        for name, kinds in sorted(classes.items())
    )
    return f"# sources {source_digest()} pycountry {version('pycountry')}\n" + body


def _settled(kinds: set[str]) -> set[str]:
    """Stronger classes swallow weaker ones, so that few combinations remain."""
    if "not_abroad" in kinds:
        return {"state"} if "state" in kinds else {"not_abroad"}
    if alone := kinds & {"us", "person"}:
        return {max(alone)}  # "us" before "person"
    if {"city", "demonym"} <= kinds:  # "Española" with a capital is the town
        return {"city"}
    if kinds & {"state", "city"} and "demonym" not in kinds:
        kinds = kinds - {"weak_place", "place", "weak_tribe"}
        return {"state_abroad"} if "country" in kinds or "weak_country" in kinds else kinds
    if {"demonym", "country"} <= kinds:  # "china", "argentina", "india", "suiza"
        return {"demonym", "country"}
    if "demonym" in kinds:
        return {"demonym", *(kinds & {"language", "english"})}
    if "country" in kinds or "weak_country" in kinds:
        return {"country", *(kinds & {"formal"})} if "country" in kinds else {"weak_country"}
    if "language" in kinds:
        return kinds & {"language", "rare"}
    if "tribe" in kinds:
        return {"tribe"}
    if "place" in kinds:
        return {"place"}
    if "weak_place" in kinds:
        return {"weak_place"}
    return kinds


def _add_countries(add: Add) -> None:
    spanish = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=["es"])
    flags = {row[0]: (row + [""] * 6)[:6] for row in _rows("countries.tsv", 0)}
    for country in pycountry.countries:
        if country.alpha_2 in _HOME:
            continue
        kind = "weak_country" if flags.get(country.alpha_2, [""] * 6)[5] == "weak" else "country"
        for attribute in ("name", "common_name", "official_name"):
            if name := getattr(country, attribute, ""):
                formal = {"formal"} if attribute == "official_name" and " of " in name else set()
                add(name.split(",")[0], kind, *formal)
                add(spanish.gettext(name).split(",")[0].split(" (")[0], kind)
    for row in flags.values():
        _add_people(add, *row)


def _add_people(
    add: Add, _: str, more: str, english: str, spanish_more: str, spanish: str, flag: str
) -> None:
    """Further names of a country and the words for its people, inflected."""
    for name in filter(None, f"{more},{spanish_more}".split(",")):
        add(name, "weak_country" if flag == "weak" else "country")
    for word in filter(None, english.split(",")):
        for form in english_forms(word):
            add(form, "demonym")
    for word in filter(None, spanish.split(",")):
        for form in spanish_forms(word):
            add(form, "demonym")


def english_forms(word: str) -> list[str]:
    """Singular, plural and possessive-free forms of an English demonym."""
    if word.endswith(("man", "woman")) and word[-4:] != "rman" and word not in ("german", "roman"):
        return [word, word[:-2] + "en"]
    if word.endswith(("ese", "ish", "ss", "ois", "tch")):
        return [word]
    if word.endswith("ch") and word != "czech":
        return [word]
    return [word, word + "s"]


def spanish_forms(word: str) -> list[str]:
    """Masculine, feminine and plural forms of a Spanish demonym given without accents."""
    if word.endswith("o"):
        return [word, word[:-1] + "a", word + "s", word[:-1] + "as"]
    if word.endswith(("an", "es", "ol", "on", "us", "in")) and not word.endswith("iq"):
        return [word, word + "a", word + "es", word + "as"]
    if word.endswith(("i", "u")):
        return [word, word + "s", word + "es"]
    return [word, word + ("s" if word[-1] in "ae" else "es")]


def source_digest() -> str:
    """SHA-256 over the source lists, first 16 hex digits."""
    total = hashlib.sha256()
    for path in sorted(SOURCES.glob("*.tsv")):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:16]


def _rows(name: str, width: int) -> list[list[str]]:
    rows = []
    for line in (SOURCES / name).read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            row = line.split("\t")
            if width and len(row) != width:
                raise ValueError(f"{name}: a row has {len(row)} fields, not {width}")
            rows.append(row)
    return rows


if __name__ == "__main__":
    sys.exit(main())
