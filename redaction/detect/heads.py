"""Names of columns and fields, in whatever way they are written.

Names are compared in a form without blanks, marks and look-alikes ("P0B", "C T Z", "Nat'l"), so
adorned, abbreviated, joined and misread ones count too ("Mother's POB", "citizenship_code").
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from redaction.detect.names import NameBook
from redaction.detect.views import fold_text


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


HEAD_LIMIT = 44  # characters of one name
PART_LEAST = 2  # a part of a name between slashes has more letters: "L1" is one, "IL/IN/OH" is none
WORDS_LIMIT = 4  # words of a name in which one telling word is enough
_LOOKALIKE = str.maketrans("015|8", "oisib")
_MARKS = re.compile(r"[^a-zA-Z0-9]+")
_NUMBER = re.compile(r"(?:number|numero|num|nbr|nro|nos|numb)$")
_PARTS = re.compile(r"[/&+]| and | or | y | o | - ")
_BRACKETS = re.compile(r"\([^()]*\)?")
_JOINTS = re.compile(r"[/&+-]")
_FORM_TAIL = re.compile(r"[ _-]?(?:code|cd|flag|desc|type|txt|ind|yn|val|value|field|name)$", re.IGNORECASE)
DIGITS = re.compile(r"[0-9]")
# Words before or after the name proper: whose it is, and in which form.
_AROUND = _words(
    "student child kid parent mother father mom dad guardian spouse victim suspect subject subj "
    "witness wit client applicant patient pt employee emp worker tenant inmate detainee defendant "
    "def player member resident his her their self head code cd col column desc field file on "
    "seen shown listed stated claimed ok req reqd required checked copy rec current curr primary "
    "pri 1st 2nd hh resp del de la el alumno madre padre victima paciente empleado testigo "
    "cliente clave codigo cod reportado declarado"
)
# Words of prose, beside which no single word makes a name.
_PROSE = _words("by the for about and on to with in a an at our your por para sobre con en los las")
ANSWERS = frozenset(("no", "yes", "y", "n", "si", "x", "na", "none", "unk", "t", "f"))
# Labels that tell of immigration by themselves: beside one of them every weak name counts.
TELLING = frozenset(
    f"label.{name}"
    for name in _words(
        "a_number receipt i94 sevis passport visa_number visa_class ead_category dhs_case status citizenship "
        "birthplace document humanitarian enforcement consular_id consular_contact entry eligibility"
    )
)
_ORIGIN = frozenset(("label.birthplace", "label.citizenship", "label.language"))  # beside persons
_CUSTODY = _words(
    "bkg booking bookingno inmate detainee arrestee ceii ceida charge charges chgs bond baii fianza"
)


_BARE = frozenset(("no", "nbr", "id", "idno"))


@dataclass(frozen=True, slots=True)
class Head:
    """What a column's name stands for. A weak one counts in company only (see `TableBook`)."""

    label: str
    weak: bool
    by_word: bool = False  # known by one word of the name only
    doubt: bool = False  # put together from words that other names have as well: a person looks


class HeadBook:
    """Names by their compared form. `words` tell in any short name; `others` are names of no meaning
    here, `people` those of columns about persons."""

    def __init__(
        self,
        heads: Mapping[str, Head],
        words: Mapping[str, Head],
        others: Iterable[str],
        people: Iterable[str],
        composed: NameBook | None = None,
    ) -> None:
        self._composed = functools.lru_cache(maxsize=4096)(composed.named) if composed else None
        self._named = functools.lru_cache(maxsize=4096)(self._read_name)
        self._heads = {head_key(term): head for term, head in heads.items()}
        self._words = {head_key(word): head for word, head in words.items()}
        self._people = frozenset(head_key(term) for term in people)
        self._others = frozenset(head_key(term) for term in others) | self._people

    def is_person(self, key: str) -> bool:
        """True for the name of a column about persons."""
        return head_key(key) in self._people

    def is_other(self, key: str) -> bool:
        """True for exactly the name of a column that is none of ours."""
        return head_key(key) in self._others and fold_text(key) not in ANSWERS

    def known(self, key: str) -> bool:
        """True for the name of a column that is none of ours."""
        if fold_text(key) in ANSWERS:
            return False
        if head_key(key) in self._others:
            return True
        words = fold_text(_BRACKETS.sub(" ", key)).split()
        return bool(words) and len(words) <= 3 and head_key(words[-1]) in self._others

    def cell(self, cell: str, above: str, made: bool = False) -> Head | None:
        """What the cell names, alone or with the cell above it; with `made` also by its words, whatever
        their order. Values of a row may read like such names."""
        if not cell or len(cell) > HEAD_LIMIT or fold_text(cell) in ANSWERS:
            return None
        for form in (f"{above} {cell}", cell) if above else (cell,):
            if head := self._named(form):
                return head
        upper = self._named(above) if above and not self.known(cell) else None
        if upper and not upper.weak:
            return upper
        return self._put_together(cell) if made and not self.known(cell) else None

    def exact(self, form: str) -> Head | None:
        """The sure head of exactly this name."""
        head = self._heads.get(head_key(form))
        return head if head and not (head.weak and head_key(form) in self._others) else None

    def named(self, form: str) -> Head | None:
        """What the name of a field stands for, adorned, abbreviated or joined as it may be. One known by
        a single word counts as a weak one: fields stand in prose too, heads of columns do not."""
        if len(form) > HEAD_LIMIT or len(form) < 2 or fold_text(form) in ANSWERS:
            return None
        head = self._named(form) or self._named(_FORM_TAIL.sub("", form))
        if head is None or head.by_word or head.weak:
            made = self._put_together(form)
            return made or (Head(head.label, weak=True) if head else None)
        return head

    def _read_name(self, form: str) -> Head | None:
        bare = _BRACKETS.sub(" ", form)
        for whole in (form, bare):
            if len(head_key(whole)) > 1 and (head := self._heads.get(head_key(whole))):
                return head
        words = [word for word in re.split(r"[\s.]+", fold_text(_BRACKETS.sub(" ", form))) if word]
        kept = [word for word in words if head_key(word.removesuffix("'s").removesuffix("s'")) not in _AROUND]
        if kept and len(kept) < len(words) and (head := self._heads.get(head_key(" ".join(kept)))):
            return head
        parts = [part for part in _PARTS.split(fold_text(form)) if part.strip()]
        if 2 <= len(parts) <= 3:
            heads = [self._heads.get(head_key(part)) for part in parts if len(part) > PART_LEAST]
            sure = [head for head in heads if head and not head.weak]
            if sure:
                return sure[0]
        return self._telling(words)

    def _put_together(self, form: str) -> Head | None:
        """What a name stands for by its words, whatever their order."""
        name = self._composed(form) if self._composed else None
        return Head(name.label, weak=False, doubt=not name.sure) if name else None

    def _telling(self, words: Sequence[str]) -> Head | None:
        """What a short name stands for by one word of it."""
        if len(words) > WORDS_LIMIT or _PROSE.intersection(words):
            return None
        heads = (self._words.get(head_key(part)) for word in words for part in _JOINTS.split(word))
        best = min((head for head in heads if head), key=lambda head: head.weak, default=None)
        return Head(best.label, best.weak, by_word=True) if best else None

    def in_company(self, found: Mapping[int, Head], keys: Sequence[str], caption: bool) -> dict[int, Head]:
        """The sure heads, and the weak ones that their company bears out. A weak name that other tables
        have as well counts only beside a sure one, or below a caption that tells what the table is."""
        names = {head_key(key) for key in keys}
        sure = {i: head.label for i, head in found.items() if not head.weak}
        persons = bool(names & self._people)
        several = persons and sum(head.weak for head in found.values()) >= 3
        everything = caption or several or bool(TELLING.intersection(sure.values()))
        origin = persons and any(head.weak and head.label in _ORIGIN for head in found.values())
        custody = bool(names & _CUSTODY)

        def counts(i: int, head: Head) -> bool:
            if not head.weak:
                return True
            if head_key(keys[i]) in self._others and not (caption and i):
                return i - 1 in sure or i + 1 in sure
            if everything or origin or head.label in sure.values():
                return True
            return custody and head.label == "label.enforcement"

        return {
            i: self._beside(keys[i], head, sure.get(i - 1)) for i, head in found.items() if counts(i, head)
        }

    def _beside(self, key: str, head: Head, label: str | None) -> Head:
        """The head; a bare "No." behind another one is that one's number."""
        if head.weak and label and head_key(key) in _BARE:
            return Head(label, weak=True)
        return head


@functools.lru_cache(maxsize=8192)
def head_key(term: str) -> str:
    """The form in which names of columns are compared: letters and digits, look-alikes taken for one
    another, the words for "number" and the sign # for "no"."""
    plain = _MARKS.sub("", fold_text(term).replace("#", "no"))
    if 2 * len(DIGITS.findall(plain)) <= len(plain):
        plain = plain.translate(_LOOKALIKE)
    return _NUMBER.sub("no", plain).replace("l", "i").replace("rn", "m")
