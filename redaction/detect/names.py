"""Names of fields by their words, whatever their order: "Birth Cntry", "Country of mother's birth".

Forms name one question in a hundred ways, so names.yaml says which words a name must have and which
others it may have; one more word than those makes it the name of something else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from redaction.detect.views import fold_text
from redaction.errors import DetectorError

LEAST_WORDS, MOST_WORDS = 2, 9  # single words are values as well
_US = re.compile(
    r"\b(?:u[. ]{1,2}s[.]?(?: ?a[.]?)?|ee[. ]{0,2}uu[.]?|e[.] ?u[.]?|united states|estados unidos)(?![a-z])"
)
_CODE = re.compile(r"\b([a-z]{1,2})-(?=[0-9])")
_WORD = re.compile(r"[a-z0-9][a-z0-9/]*(?:'(?!s\b)[a-z]+)?")
_ALIKE = (str.maketrans("015", "ols"), str.maketrans("015", "ois"))
_ALLOWED = {"label", "sure", "all", "also"}


@dataclass(frozen=True, slots=True)
class Name:
    """The label that a name stands for; `sure` where it is as good as a printed one."""

    label: str
    sure: bool


@dataclass(frozen=True, slots=True)
class _Made:
    name: Name
    groups: tuple[frozenset[str], ...]
    words: frozenset[str]  # all that the name may have

    def fits(self, words: frozenset[str]) -> bool:
        """True when one word of each group is there, each another one, and no strange one."""
        if not words <= self.words:
            return False
        first = self.groups[0] & words
        if len(self.groups) == 1:
            return bool(first)
        return any(self.groups[1] & (words - {word}) for word in first)


class NameBook:
    """The names of names.yaml. Raises DetectorError('rule_invalid') for what is not well formed."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        free = frozenset(map(str, (*data["neutral"], *data["people"])))
        self._made = [_made(entry, free) for entry in data["names"]]
        self._topics = frozenset[str]().union(*(made.groups[0] for made in self._made))
        self._known = frozenset[str]().union(*(made.words for made in self._made))

    def named(self, form: str) -> Name | None:
        """What the name stands for, or None."""
        words = self._words(form)
        if not LEAST_WORDS <= len(words) <= MOST_WORDS:
            return None
        chosen = frozenset(words)
        if not chosen & self._topics:
            return None
        return next((made.name for made in self._made if made.fits(chosen)), None)

    def _words(self, form: str) -> Sequence[str]:
        plain = _CODE.sub(r"\1", _US.sub(" us ", fold_text(form).replace("#", " no ").replace("'s ", " ")))
        return [self._mended(word.removesuffix("'")) for word in _WORD.findall(plain)]

    def _mended(self, word: str) -> str:
        """The word, misread digits in it taken for the letters that they look like."""
        if word in self._known or word.isalpha() or sum(map(str.isdigit, word)) * 2 >= len(word):
            return word
        return next((a for alike in _ALIKE if (a := word.translate(alike)) in self._known), word)


def _made(entry: Mapping[str, Any], free: frozenset[str]) -> _Made:
    groups = tuple(frozenset(map(str, group)) for group in entry["all"] if group)
    if set(entry) - _ALLOWED or not 1 <= len(groups) <= 2:
        raise DetectorError("rule_invalid", f"a name of {entry.get('label', '?')} is not well formed")
    words = free.union(*groups, map(str, entry.get("also", ())))
    return _Made(Name(entry["label"], bool(entry.get("sure", False))), groups, words)
