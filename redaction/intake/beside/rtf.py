"""What a rich text file (RTF 1.9) says beside its pages, and its words as plain text.

One pass over the tokens with a stack of groups: nothing is looked up twice, no group is entered
by a call of its own.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from redaction.errors import Rejected
from redaction.intake.aside import Asides
from redaction.intake.limits import Limits

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])"
    rb"|([^\\{}\r\n]+)|[\r\n]+|(\\)"
)
_BREAKS = {"par": "\n", "line": "\n", "row": "\n", "sect": "\n", "page": "\n", "cell": "\t", "tab": "\t"}
_SIGNS = {
    "emdash": "\u2014", "endash": "\u2013", "lquote": "\u2018", "rquote": "\u2019",
    "ldblquote": "\u201c", "rdblquote": "\u201d", "bullet": "\u2022", "emspace": " ", "enspace": " ",
}  # fmt: skip
_SKIPPED = frozenset({
    "fonttbl", "colortbl", "stylesheet", "listtable", "listoverridetable", "rsidtbl", "generator",
    "themedata", "colorschememapping", "latentstyles", "pict", "blipuid", "datastore", "filetbl",
    "fontemb", "panose", "mmathPr", "xmlnstbl", "pgptbl",
})  # fmt: skip
_DESTINATIONS = {
    "info": "metadata", "userprops": "custom_data", "docvar": "custom_data",
    "annotation": "comments", "atnid": "comments", "atnauthor": "comments", "revtbl": "comments",
    "header": "headers_footers", "headerl": "headers_footers", "headerr": "headers_footers",
    "headerf": "headers_footers", "footer": "headers_footers", "footerl": "headers_footers",
    "footerr": "headers_footers", "footerf": "headers_footers", "footnote": "notes",
    "fldinst": "field_codes", "bkmkstart": "defined_names", "bkmkend": "defined_names",
    "objdata": "embedded_objects", "objclass": "embedded_objects",
    "shpinst": "hidden_text", "shptxt": "hidden_text",
}  # fmt: skip
_CHANGES = frozenset({"deleted", "revised", "mvf", "mvt"})
_SAYING = frozenset({"text", "'", "u"})
_ON_PAGE = frozenset({"headers_footers", "notes", "hidden_text"})
MOST_GROUPS = 512


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits."""

    kind: str = ""  # of `aside.KINDS`, `skip`, or empty for the text itself
    hidden: bool = False
    changed: bool = False
    skip_after_unicode: int = 1
    starred: bool = False


@dataclass(slots=True)
class _Reading:
    """Text by the place it goes to."""

    most: int
    pieces: dict[str, list[str]] = field(default_factory=dict)
    changes: int = 0
    objects: int = 0
    codepage: str = "cp1252"
    skip: int = 0  # characters that only stand in for the one before
    _characters: int = 0

    def say(self, place: str, text: str) -> None:
        """Raises Rejected("over_limits")."""
        self._characters += len(text)
        if self._characters > self.most:
            raise Rejected("over_limits")
        self.pieces.setdefault(place, []).append(text)


def plain(data: bytes, limits: Limits) -> str:
    """The words of the file as a reader sees them, lines by `\\n`. Raises Rejected."""
    return "".join(_read(data, limits).pieces.get("", [])).strip("\n")


def read(data: bytes, found: Asides, limits: Limits) -> None:
    """Raises Rejected(`malformed`, `over_limits`)."""
    reading = _read(data, limits)
    for place, pieces in reading.pieces.items():
        lines = [line.strip() for line in "".join(pieces).split("\n")]
        if place in ("", *_ON_PAGE):
            for line in lines:
                found.add(place or "hidden_text", line, doubtful=True)
        elif place == "marked_hidden":
            found.add("hidden_text", "\n".join(lines))
        elif place == "marked_changed":
            found.add("tracked_changes", "\n".join(lines), count=0)
        elif place != "embedded_objects":
            for line in filter(None, lines):
                found.add(place, line)
    found.count("tracked_changes", reading.changes)
    found.count("embedded_objects", reading.objects)


def _read(data: bytes, limits: Limits) -> _Reading:
    if not data.startswith(b"{\\rtf"):
        raise Rejected("malformed")
    reading = _Reading(most=limits.text_chars)
    groups: list[_State] = []
    state = _State()
    for word, number, raw in _tokens(data):
        if word == "{":
            groups.append(state)
            state = replace(state, starred=False)
            if len(groups) > MOST_GROUPS:
                raise Rejected("over_limits")
        elif word == "}":
            if not groups:
                raise Rejected("malformed")
            state, reading.skip = groups.pop(), 0
            if not groups:
                return reading
        elif word in _SAYING:
            _take(word, number, raw, state, reading)
        else:
            state = _control(word, number, state, reading)
    raise Rejected("malformed")  # the first group never closed


def _take(word: str, number: int, raw: bytes, state: _State, reading: _Reading) -> None:
    """Characters: as themselves, as a byte of the code page, or by their number with a stand-in
    behind it for readers that know no Unicode."""
    if word == "u":
        _say(reading, state, _character(number))
        reading.skip = state.skip_after_unicode
        return
    text = (bytes([number]) if word == "'" else raw).decode(reading.codepage, "replace")
    text, reading.skip = text[reading.skip :], max(0, reading.skip - len(text))
    _say(reading, state, text)


def _tokens(data: bytes) -> Iterator[tuple[str, int, bytes]]:
    """(word, number, text): control words, `'` for a byte, `text`, braces, `*` for a starred group."""
    at = 0
    while at < len(data):
        match = _TOKEN.match(data, at)
        if match is None or match.group(7):
            raise Rejected("malformed")
        at = match.end()
        word, number, byte, symbol, brace, text, _ = match.groups()
        if word is not None:
            name = word.decode("ascii")
            if name == "bin":  # raw bytes follow
                at += max(0, int(number or 0))
                continue
            yield name, 1 if number is None else int(number), b""
        elif byte is not None:
            yield "'", int(byte, 16), b""
        elif symbol is not None:
            if symbol in b"~_-\\{}":
                said = {b"~": b" ", b"_": b"-", b"-": b""}.get(symbol, symbol)
                yield "text", 0, said
            elif symbol in b"\r\n":
                yield "par", 1, b""
            else:
                yield symbol.decode("latin-1"), 1, b""
        elif brace is not None:
            yield brace.decode(), 0, b""
        elif text is not None:
            yield "text", 0, text


def _control(word: str, number: int, state: _State, reading: _Reading) -> _State:
    if word == "ansicpg":
        reading.codepage = _codepage(number)
        return state
    if word == "*":
        return replace(state, starred=True)
    if word in _SKIPPED:
        return replace(state, kind="skip")
    if word == "object":
        reading.objects += 1
        return state
    if word in _DESTINATIONS:
        return replace(state, kind=_DESTINATIONS[word], starred=False)
    if word in _CHANGES:
        reading.changes += 1 if number else 0
        return replace(state, changed=bool(number))
    if word == "v":
        return replace(state, hidden=bool(number))
    if word == "plain":
        return replace(state, hidden=False, changed=False)
    if word == "uc":
        return replace(state, skip_after_unicode=max(0, number))
    if word in _BREAKS or word in _SIGNS:
        _say(reading, state, _BREAKS.get(word) or _SIGNS[word])
    elif state.starred:
        return replace(state, kind="other_parts", starred=False)
    return state


def _say(reading: _Reading, state: _State, text: str) -> None:
    place = state.kind
    if place == "skip" or not text:
        return
    if not place and state.changed:
        place = "marked_changed"
    elif not place and state.hidden:
        place = "marked_hidden"
    reading.say(place, text)


def _character(number: int) -> str:
    return chr(number & 0xFFFF) if not 0xD800 <= (number & 0xFFFF) <= 0xDFFF else "\ufffd"


def _codepage(number: int) -> str:
    """The name of an encoding. Raises Rejected("malformed") for one that does not exist."""
    try:
        return codecs.lookup(f"cp{number}").name
    except LookupError:
        raise Rejected("malformed") from None
