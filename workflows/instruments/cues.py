"""Printed words by kind of paper, read from `data/cues.yaml` in the form in which a view is searched."""

from __future__ import annotations

import datetime as dt
import functools
import re
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from redaction.detect.views import fold_text
from workflows.instruments.reader.mending import DATA

_ABBREVIATION = re.compile(r"\bu\. ?s\.(?: ?c\.)?|\b(?:[a-z]\.){2,}(?:[a-z](?![a-z]))?")
_WORD = re.compile(r"[a-z0-9]+")
# What the clocks of the home courts show (not in courts.yaml: its words are taken for words of the forms).
HOME_CLOCKS = ZoneInfo("America/Denver")


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue as found: its place in the view's text, ends exclusive."""

    cue: str
    at: int
    end: int


@dataclass(frozen=True, slots=True)
class Kind:
    """The printed words of one kind of paper, by where they stand. See the head of the data file."""

    id: str
    origins: frozenset[str]
    effect: str
    letter: bool
    forms: tuple[str, ...]
    titles: tuple[str, ...]
    nouns: tuple[str, ...]
    captions: tuple[str, ...]
    strong: tuple[str, ...]
    phrases: tuple[str, ...]
    signature: tuple[str, ...]
    against: tuple[str, ...]


def folded(words: str) -> str:
    """A cue as the words of a view: lower case, no marks, dotted abbreviations closed up."""
    text = fold_text(words).replace("'", "")
    text = _ABBREVIATION.sub(lambda m: re.sub(r"[. ]", "", m.group()), text)
    return " ".join(_WORD.findall(text))


def _list(row: dict[str, Any], key: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(folded(str(words)) for words in row.get(key) or ()))


@functools.cache
def kinds() -> tuple[Kind, ...]:
    """Every kind that has cues, in the order of the data file."""
    rows = yaml.safe_load((DATA / "cues.yaml").read_text(encoding="utf-8"))["kinds"]
    return tuple(
        Kind(
            id=row["id"],
            origins=frozenset(row["origins"]),
            effect=row.get("effect", ""),
            letter=bool(row.get("letter", False)),
            **{
                key: _list(row, key)
                for key in (
                    "forms", "titles", "nouns", "captions", "strong", "phrases", "signature", "against",
                )
            },
        )
        for row in rows
    )  # fmt: skip


@functools.cache
def heading_words() -> dict[str, tuple[tuple[str, str], ...]]:
    """First word of a heading -> (origin, words) pairs, longest words first."""
    rows = yaml.safe_load((DATA / "courts.yaml").read_text(encoding="utf-8"))["origins"]
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        for words in row["words"]:
            text = folded(str(words))
            found.setdefault(text.split()[0], []).append((str(row["id"]), text))
    return {
        first: tuple(sorted(dict.fromkeys(pairs), key=lambda pair: -len(pair[1])))
        for first, pairs in found.items()
    }


@functools.cache
def home() -> dict[str, tuple[str, ...]]:
    """Names of this jurisdiction: districts, states, circuits."""
    raw = yaml.safe_load((DATA / "courts.yaml").read_text(encoding="utf-8"))["home"]
    return {key: tuple(map(str, names)) for key, names in raw.items()}


def local_time(moment: dt.datetime) -> dt.datetime:
    """The moment as clocks here show it; midnight stands for a whole day and stays what it is."""
    if moment.tzinfo is None or moment.time() == dt.time(0):
        return moment
    return moment.astimezone(HOME_CLOCKS)


def home_cities(installed: str | None) -> tuple[str, ...]:
    """Folded names of the cities whose records are kept here: of the data file, and the installed one."""
    name = folded(installed or "")
    own = re.sub(r"^(?:the )?(?:city|town|village|county|ciudad) (?:of|de) ", "", name)
    return tuple(dict.fromkeys([*home()["cities"], *([own] if own and own != "city records office" else [])]))


@functools.cache
def title_words() -> dict[str, tuple[str, ...]]:
    """First word of a title -> all titles and nouns that begin with it, longest first."""
    found: dict[str, set[str]] = {}
    for kind in kinds():
        for words in (*kind.titles, *kind.nouns):
            found.setdefault(words.split()[0], set()).add(words)
    return {first: tuple(sorted(words, key=len, reverse=True)) for first, words in found.items()}


@dataclass(frozen=True, slots=True)
class Handling:
    """How kinds are dealt with: sorts of dates and signers, spent warrants, the order within a bundle."""

    families: dict[str, frozenset[str]]
    warrants: frozenset[str]
    ranks: tuple[frozenset[str], ...]

    def rank(self, kind: str) -> int:
        """The place of a kind in a bundle, 0 first; the last for what is not listed."""
        return next((n for n, row in enumerate(self.ranks) if kind in row), len(self.ranks))


@functools.cache
def handling() -> Handling:
    """`data/handling.yaml` as values."""
    raw = yaml.safe_load((DATA / "handling.yaml").read_text(encoding="utf-8"))
    return Handling(
        {name: frozenset(ids) for name, ids in raw["families"].items()},
        frozenset(raw["warrants"]),
        tuple(frozenset(row) for row in raw["ranks"]),
    )


@functools.cache
def signer_titles() -> dict[str, tuple[tuple[str, str, str], ...]]:
    """First word of a title -> (words, canonical, group), longest first."""
    raw = yaml.safe_load((DATA / "signers.yaml").read_text(encoding="utf-8"))
    found: dict[str, list[tuple[str, str, str]]] = {}
    for groups in (raw["judges"], raw["officials"]):
        for group, names in groups.items():
            for name in names:
                words = folded(str(name))
                found.setdefault(words.split()[0], []).append((words, str(name), str(group)))
    return {first: tuple(sorted(rows, key=lambda row: -len(row[0]))) for first, rows in found.items()}


def is_signer_title(text: str) -> bool:
    """True for the title of a judge or an official that the product knows, and nothing beside it."""
    words = folded(text.strip())
    return any(words == known for known, *_ in signer_titles().get(words.partition(" ")[0], ()))


@functools.cache
def signature_places() -> tuple[str, ...]:
    """Words under a signature line of a form, longest first."""
    raw = yaml.safe_load((DATA / "signers.yaml").read_text(encoding="utf-8"))
    return tuple(sorted({folded(str(words)) for words in raw["places"]}, key=len, reverse=True))
