"""A body read from the log: its fields, if it is canonical and follows the schema, else an error.

`canonical.parse` and `schema.validate` are the judges, and say what is wrong. Whoever checks millions of
entries mostly meets bodies in which nothing is: one expression, made of the same patterns, knows the form of
these and picks out what is asked of each entry; words of a list, order of inner keys and a day that exists
are held against what was seen before. Nothing else of such a body is taken apart until it is asked for. What
is accepted so is what the judges accept, with the same fields; a test holds it to that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Any

from workflows.audit import schema
from workflows.audit.canonical import parse
from workflows.audit.events import EVENTS

Columns = tuple[str | None, ...]
# What the table repeats of a body, in the order in which `columns` gives it; each is text.
COLUMNS = ("uuid", "event", "at", "actor", "role", "matter", "matter_seq", "digest", "outcome")


def _text(pattern: str) -> str:
    """The pattern of a JSON string, from one of its value, which ends as those of the schema do."""
    return rf'"{pattern.removesuffix(_END)}"'


_END = r"\Z"
_NATURAL = r"(?:0|[1-9][0-9]{0,14})"  # below 2^53 whatever the digits
_WORD = r'"[a-z][a-z0-9_.]*"'
_UUID, _SHA256, _CODE = (_text(one.pattern) for one in (schema._UUID, schema._SHA256, schema._CODE))
_TIME = r'"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z"'


def _listed(one: str) -> str:
    return rf"\[(?:{one}(?:,{one})*)?\]"


def _pairs(key: str, value: str) -> str:
    pair = f"{key}:{value}"
    return rf"\{{(?:{pair}(?:,{pair})*)?\}}"


def _picked(name: str, quoted: str) -> str:
    """The pattern of a JSON string whose value is picked out under this name."""
    return f'"(?P<{name}>{quoted[1:-1]})"'


_FORMS: Mapping[str, str] = {
    "actor": _picked("actor", _UUID),
    "at": _picked("at", _TIME),
    "auth": _text(schema._AUTH.pattern),
    "check": _text(schema._CHECK.pattern),
    "commit": _SHA256,
    "counts": f"(?P<counts>{_pairs(_WORD, _NATURAL)})",
    "detector": _text(schema._VERSION.pattern),
    "event": _picked("event", _WORD),
    "failed": _listed(_CODE),
    "from": _CODE,
    "guards": f"(?P<guards>{_pairs(_CODE, '(?:true|false)')})",
    "id": _picked("id", _UUID),
    "manifest": _SHA256,
    "matter": _picked("matter", _UUID),
    "move": _CODE,
    "net": _text(schema._NET.pattern).replace(r"\d", "[0-9]"),
    "obj": rf'\{{"kind":{_picked("kind", _WORD)},"sha256":{_picked("digest", _SHA256)}\}}',
    "outcome": _picked("outcome", _WORD),
    "people": f"(?P<people>{_listed(_SHA256)})",
    "policy": _text(schema._VERSION.pattern),
    "reason": _CODE,
    "refs": f"(?P<refs>{_pairs(_WORD, f'(?:{_UUID}|{_NATURAL})')})",
    "result": _CODE,
    "role": _picked("role", _WORD),
    "seed": f"(?P<seed>{_SHA256})",
    "seq": r"(?P<seq>[1-9][0-9]{0,14})",
    "session": _text(schema._SESSION.pattern),
    "subject": f"(?P<subject>{_SHA256})",
    "to": _CODE,
    "v": rf"(?P<v>[1-{schema.VERSION}])",
    "words": f"(?P<words>{_SHA256})",
}
_COLUMNS = ("id", "event", "at", "actor", "role", "matter", "seq", "digest", "outcome")
_PLACES = {name: place for place, name in enumerate(_COLUMNS) if name not in ("seq", "digest")}
_OTHERS = ("v", "kind", "counts", "refs", "guards", "people")
_OF_OTHER_VERSION = {str(v): tuple(sorted(schema.OF_VERSION[3 - v])) for v in schema.OF_VERSION}


def _form() -> re.Pattern[str]:
    """Every key once, in order; before the last that must be there each ends with a comma."""
    parts, last = [], max(schema.REQUIRED)
    for key in sorted(_FORMS):
        value = _FORMS[key]
        if key == last:
            parts.append(f'"{key}":{value}')
        elif key > last:
            parts.append(f'(?:,"{key}":{value})?')
        else:
            parts.append(f'(?:"{key}":{value},)' + ("" if key in schema.REQUIRED else "?"))
    return re.compile(r"\{" + "".join(parts) + r"\}")


_MATCH = _form().fullmatch
_KEYS = re.compile(r'"([a-z0-9_.]+)":').findall  # of an object in which no value holds a colon
_DECODE = json.JSONDecoder().raw_decode


class Known(Mapping[str, Any]):
    """A body of known form: what the table repeats of it is at hand, the rest is read when asked for."""

    __slots__ = ("_fields", "_text", "columns")

    def __init__(self, text: str, columns: Columns) -> None:
        self._text, self.columns = text, columns
        self._fields: dict[str, Any] | None = None

    def _all(self) -> dict[str, Any]:
        if self._fields is None:
            self._fields = _DECODE(self._text)[0]
        return self._fields

    def __getitem__(self, key: str) -> Any:
        place = _PLACES.get(key)
        if place is None:
            return self._all()[key]
        value = self.columns[place]
        if value is None:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        place = _PLACES.get(key)  # type: ignore[call-overload]  # what is no key has no place
        if place is not None:
            return self.columns[place] is not None
        # No value holds a quotation mark, so a key that does not stand there is none, at any depth.
        return f'"{key}":' in self._text and key in self._all()

    def get(self, key: str, default: Any = None) -> Any:
        """The value under the key, else the default."""
        return self[key] if key in self else default  # noqa: SIM401 (this is what it means)

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def read(body: bytes) -> Mapping[str, Any]:
    """Return the fields of a body. Raises NotCanonical, SchemaError."""
    known = _of_known_form(body)
    if known is not None:
        return known
    fields: dict[str, Any] = parse(body)
    schema.validate(fields)
    return fields


def columns(fields: Mapping[str, Any]) -> Columns:
    """Return what the table repeats of a body that was read, as text, in the order of `COLUMNS`."""
    if type(fields) is Known:
        return fields.columns
    seq, obj = fields.get("seq"), fields.get("obj")
    return (
        fields["id"], fields["event"], fields["at"], fields.get("actor"), fields["role"],
        fields.get("matter"), None if seq is None else str(seq), obj and obj["sha256"], fields["outcome"],
    )  # fmt: skip


def _of_known_form(body: bytes) -> Known | None:
    """A body that both judges accept; None where that cannot be told without them."""
    if not body.isascii():
        return None
    text = body.decode("ascii")
    if (found := _MATCH(text)) is None:
        return None
    told = found.group(*_COLUMNS)
    _, event, at, _, role, matter, seq, _, outcome = told
    v, kind, counts, refs, guards, people = found.group(*_OTHERS)
    if (
        event not in EVENTS
        or outcome not in schema.OUTCOMES
        or role not in schema.ROLES
        or (matter is None) != (seq is None)
        or not _day_exists(at[:10])
        or (kind is not None and kind not in schema.OBJECT_KINDS)
        or (counts is not None and not _in_order(tuple(_KEYS(counts)), "counts"))
        or (refs is not None and not _in_order(tuple(_KEYS(refs)), "refs"))
        or (guards is not None and not _in_order(tuple(_KEYS(guards)), "guards"))
        or (people is not None and not schema.FIELDS["people"](json.loads(people)))
    ):
        return None
    for key in _OF_OTHER_VERSION[v]:
        if found.group(key) is not None:
            return None
    return Known(text, told)


@lru_cache(maxsize=4096)
def _day_exists(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_LISTS = {"counts": schema.COUNTS, "refs": schema.REFS}


@lru_cache(maxsize=4096)
def _in_order(keys: tuple[str, ...], field: str) -> bool:
    """True for keys of the field's list, each once and in their order."""
    known = _LISTS.get(field)
    if known is not None and not known.issuperset(keys):
        return False
    return all(one < other for one, other in pairwise(keys))
