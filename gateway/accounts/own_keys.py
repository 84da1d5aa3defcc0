"""The single keys of the review, as each person wants them: switched off, or other ones (WCAG 2.1.4).

An act has the key that stands in the table below until its owner chooses another one, or none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from gateway.accounts.models import OwnKeys
from workflows.audit import log
from workflows.errors import Invalid


@dataclass(frozen=True, slots=True)
class KeyAct:
    """One act of the review: its name, the usual key, what it does, and whether it changes the record."""

    name: str
    usual: str
    words: str
    changes: bool = True

    @property
    def short(self) -> str:
        """What it does, in a few words."""
        return self.words.partition(":")[0].partition(",")[0]


ACTS = (
    KeyAct("next", "j", "next finding, undecided first", changes=False),
    KeyAct("previous", "k", "previous finding", changes=False),
    KeyAct("redact", "a", "redact, and on to the next"),
    KeyAct("alike", "A", "the same words everywhere in the matter: a list to confirm"),
    KeyAct("keep", "x", "keep: type the reason, then Enter"),
    KeyAct("draw", "b", "draw a box: drag, or move with arrows, size with Shift and arrows; Enter sets it"),
    KeyAct("around", "i", "while drawing: cover all of the page but the box"),
    KeyAct("edit", "e", "a box on the place of this finding, to change and set like a drawn one"),
    KeyAct("line", "w", "a box on the whole line of this finding"),
    KeyAct("ground", "c", "the ground for boxes: type the beginning of its code"),
    KeyAct("whole", "f", "cover the whole page"),
    KeyAct("seen", "m", "I have looked at this whole page"),
    KeyAct("undo", "u", "undo my last step"),
    KeyAct("redo", "U", "do it again"),
    KeyAct("before", "[", "previous page", changes=False),
    KeyAct("after", "]", "next page", changes=False),
    KeyAct("goto", "g", "go to a page", changes=False),
    KeyAct("larger", "+", "larger", changes=False),
    KeyAct("smaller", "-", "smaller", changes=False),
    KeyAct("fit", "0", "as wide as the pane", changes=False),
    KeyAct("find", "/", "find words on all pages of the matter", changes=False),
    KeyAct(
        "value",
        "v",
        "show the value of this finding, mask it; each showing is in the log",
        changes=False,
    ),
    KeyAct("help", "?", "open or close this list", changes=False),
)
USUAL: Mapping[str, str] = {one.name: one.usual for one in ACTS}


@dataclass(frozen=True, slots=True)
class Keys:
    """What one person's keys do: act -> key, empty for an act without one; `on` is False for none at all."""

    on: bool
    of: Mapping[str, str]

    def works(self) -> dict[str, str]:
        """Key -> act, of those that work."""
        return {key: name for name, key in self.of.items() if key} if self.on else {}


def keys_of(person: Any) -> Keys:
    """The keys of this person: the usual ones until they have chosen."""
    row = OwnKeys.objects.filter(person_id=person.pk).first()
    if row is None:
        return Keys(True, USUAL)
    return Keys(row.on, {name: row.keys.get(name, usual) for name, usual in USUAL.items()})


def faults_of(chosen: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with these keys, by act: more than one character, none that a keyboard prints, or the
    key of another act."""
    found = {}
    for name, key in chosen.items():
        if name not in USUAL:
            raise Invalid("There is no such act.", code="unknown_choice")
        others = [one.short for one in ACTS if one.name != name and chosen.get(one.name) == key]
        if key and (len(key) != 1 or not "!" <= key <= "~"):
            found[name] = "One letter, digit or sign of the keyboard."
        elif key and others:
            found[name] = f"Taken by another act: {others[0]}."
    return found


def set_keys(person: Any, *, on: bool, chosen: Mapping[str, str]) -> Keys:
    """Keep these keys for this person; what is not named has its usual key. Raises Invalid for a conflict."""
    keys = {name: chosen.get(name, usual) for name, usual in USUAL.items()}
    if faults_of({**keys, **chosen}):
        raise Invalid("Two acts cannot have one key.", code="keys")
    with transaction.atomic(durable=True):
        OwnKeys.objects.update_or_create(person_id=person.pk, defaults={"on": on, "keys": keys})
        log.record("person.keys_set", actor=person, facts={"result": "on" if on else "off"})
    return Keys(on, keys)
