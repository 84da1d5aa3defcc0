"""A body read from the log: its fields, if it is canonical and follows the schema, else an error.

`canonical.parse` and `schema.validate` are the judges, and say what is wrong. Whoever checks millions of
entries mostly meets bodies in which nothing is: one expression, made of the same patterns, knows the form of
these, and what it cannot tell (words of a list, order and number of inner keys, a date that exists) is asked
of the fields. What is accepted so is what the judges accept, with the same fields; a test holds it to that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from workflows.audit import schema
from workflows.audit.canonical import parse
from workflows.audit.events import EVENTS


def _text(pattern: str) -> str:
    """The pattern of a JSON string, from one of its value, which ends as those of the schema do."""
    return rf'"{pattern.removesuffix(_END)}"'


_END = r"\Z"
_NATURAL = r"(?:0|[1-9][0-9]{0,14})"  # below 2^53 whatever the digits
_WORD = r'"[a-z][a-z0-9_.]*"'
_UUID, _SHA256, _CODE = (_text(one.pattern) for one in (schema._UUID, schema._SHA256, schema._CODE))


def _listed(one: str) -> str:
    return rf"\[(?:{one}(?:,{one})*)?\]"


def _pairs(key: str, value: str) -> str:
    pair = f"{key}:{value}"
    return rf"\{{(?:{pair}(?:,{pair})*)?\}}"


_FORMS: Mapping[str, str] = {
    "actor": _UUID,
    "at": _text(schema._TIME.pattern).replace(r"\d", "[0-9]"),
    "auth": _text(schema._AUTH.pattern),
    "check": _text(schema._CHECK.pattern),
    "commit": _SHA256,
    "counts": _pairs(_WORD, _NATURAL),
    "detector": _text(schema._VERSION.pattern),
    "event": _WORD,
    "failed": _listed(_CODE),
    "from": _CODE,
    "guards": _pairs(_CODE, "(?:true|false)"),
    "id": _UUID,
    "manifest": _SHA256,
    "matter": _UUID,
    "move": _CODE,
    "net": _text(schema._NET.pattern).replace(r"\d", "[0-9]"),
    "obj": rf'\{{"kind":{_WORD},"sha256":{_SHA256}\}}',
    "outcome": _WORD,
    "people": _listed(_SHA256),
    "policy": _text(schema._VERSION.pattern),
    "reason": _CODE,
    "refs": _pairs(_WORD, f"(?:{_UUID}|{_NATURAL})"),
    "result": _CODE,
    "role": _WORD,
    "seed": _SHA256,
    "seq": r"[1-9][0-9]{0,14}",
    "session": _text(schema._SESSION.pattern),
    "subject": _SHA256,
    "to": _CODE,
    "v": rf"[1-{schema.VERSION}]",
    "words": _SHA256,
}
_INNER = ("counts", "guards", "refs")  # objects whose keys are told apart by what is between their braces


def _form() -> re.Pattern[str]:
    """Every key once, in order; before the last that must be there each ends with a comma."""
    parts, last = [], max(schema.REQUIRED)
    for key in sorted(_FORMS):
        value = f"(?P<{key}>{_FORMS[key]})" if key in _INNER else _FORMS[key]
        if key == last:
            parts.append(f'"{key}":{value}')
        elif key > last:
            parts.append(f'(?:,"{key}":{value})?')
        else:
            parts.append(f'(?:"{key}":{value},)' + ("" if key in schema.REQUIRED else "?"))
    return re.compile(r"\{" + "".join(parts) + r"\}")


_MATCH = _form().fullmatch
_DECODE = json.JSONDecoder().raw_decode


def read(body: bytes) -> dict[str, Any]:
    """Return the fields of a body. Raises NotCanonical, SchemaError."""
    fields = _of_known_form(body)
    if fields is None:
        fields = parse(body)
        schema.validate(fields)
    return fields


def _of_known_form(body: bytes) -> dict[str, Any] | None:
    """The fields of a body that both judges accept; None where that cannot be told without them."""
    if not body.isascii():
        return None
    text = body.decode("ascii")
    if (found := _MATCH(text)) is None:
        return None
    fields: dict[str, Any] = _DECODE(text)[0]
    said = found.group
    if (
        fields["event"] not in EVENTS
        or fields["outcome"] not in schema.OUTCOMES
        or fields["role"] not in schema.ROLES
        or ("matter" in fields) != ("seq" in fields)
        or not schema.OF_VERSION[3 - fields["v"]].isdisjoint(fields)
        or ("counts" in fields and not _in_order(fields["counts"], said("counts"), schema.COUNTS))
        or ("refs" in fields and not _in_order(fields["refs"], said("refs"), schema.REFS))
        or ("guards" in fields and not _in_order(fields["guards"], said("guards"), None))
        or ("obj" in fields and fields["obj"]["kind"] not in schema.OBJECT_KINDS)
        or ("people" in fields and not schema.FIELDS["people"](fields["people"]))
    ):
        return None
    try:
        schema.time_of(fields["at"])
    except ValueError:
        return None
    return fields


def _in_order(pairs: Mapping[str, Any], written: str, known: Collection[str] | None) -> bool:
    """True for keys of the list, each once and in their order; no value written here holds a comma."""
    if len(pairs) != written.count(",") + (written != "{}"):
        return False
    if known is not None and not all(key in known for key in pairs):
        return False
    return len(pairs) < 2 or list(pairs) == sorted(pairs)
