"""The closed schema of a body: every key, and for each key exactly what it may hold.

Rule E7: no names, numbers of people, free text, spans, file names, nationality, or counts by
redaction type ("three A-numbers in this file" is itself status data). So every string is an
enumerated word, a code, an identifier made by us at random, a version or a digest. Unknown keys
are errors. Lists grow by adding; nothing is renamed or taken away within a version.

Version 2 names all people concerned, each by a commitment (`people`, see `concerned`), the digest of a text
kept elsewhere (`words`) and the seed of a draw (`seed`), which in version 1 shared the one key `subject`.
Entries of both are valid for ever; new ones are of the last version.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from workflows.audit.events import EVENTS

VERSION = 2
MOST_PEOPLE = 900  # of one entry, so that its body fits into 65,535 bytes

OUTCOMES = frozenset({"ok", "refused", "failed"})
ROLES = frozenset(
    {
        "officer",
        "verifier",
        "counsel",
        "auditor",
        "administrator",
        "agency",
        "custodian",
        "system",
        "anonymous",
    }
)
OBJECT_KINDS = frozenset(
    {
        "record",
        "instrument",
        "page",
        "mark",
        "manifest",
        "rendition",
        "report",
        "package",
        "bundle",
        "letter",
        "request",
        "receipt",
        "checkpoint",
        "key",
        "policy",
        "template",
        "export",
        "search",
        "scope",
        "approval",
    }
)
# Integers that say nothing about who or what stands in a record.
COUNTS = frozenset(
    {
        "records",
        "pages",
        "page",
        "findings",
        "marks",
        "clauses",
        "checks",
        "bytes",
        "files",
        "entries",
        "size",
        "tries",
        "requests",
        "withheld",
        "released",
        "version",
        "phase",
        "first",
        "last",
        "rows",
        "seconds",
        "people",
        "matters",
        "flagged",
        "layer",
        "undecided",
        "unseen",
        "places",
    }
)
# Things of ours that an entry speaks about, by their random id.
REFS = frozenset(
    {
        "record",
        "page",
        "instrument",
        "check",
        "clause",
        "finding",
        "mark",
        "manifest",
        "approval",
        "decision",
        "package",
        "release",
        "link",
        "receipt",
        "letter",
        "block",
        "job",
        "person",
        "agency",
        "client",
        "official",
        "entry",
        "request",
        "override",
        "authorisation",
        "search",
        "report",
        "grant",
        "task",
        "contact",
        "notice",
        "accounting",
        "secrecy",
        "seal",
        "hold",
        "determination",
        "consent",
        "challenge",
        "recall",
        "exigent",
        "export",
        "flag",
        "sample",
        "forgetting",
    }
)

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z\Z", re.ASCII)
_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}(?:\.[a-z0-9_]{1,40}){0,3}\Z")
_CHECK = re.compile(r"V[0-9]{2}\Z")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]{0,63}\Z")
_AUTH = re.compile(r"[a-z][a-z0-9_]{0,15}(?:\+[a-z0-9_]{1,16}){0,3}\Z")
_SESSION = re.compile(r"[0-9a-f]{32}\Z")
_NET = re.compile(r"(?:(?:\d{1,3}\.){3}0/24|[0-9a-f:]{2,39}/48)\Z", re.ASCII)


class SchemaError(ValueError):
    """A body outside the closed schema. Names the key, never the value."""


def _matches(pattern: re.Pattern[str]) -> Callable[[Any], bool]:
    match = pattern.match
    return lambda value: type(value) is str and match(value) is not None


def _among(words: Any) -> Callable[[Any], bool]:
    return lambda value: type(value) is str and value in words


def _natural(value: Any) -> bool:
    return type(value) is int and value >= 0


def _object(value: Any) -> bool:
    return (
        type(value) is dict
        and value.keys() == {"kind", "sha256"}
        and value["kind"] in OBJECT_KINDS
        and type(value["sha256"]) is str
        and _SHA256.match(value["sha256"]) is not None
    )


def _counts(value: Any) -> bool:
    return type(value) is dict and value.keys() <= COUNTS and all(map(_natural, value.values()))


def _refs(value: Any) -> bool:
    return type(value) is dict and value.keys() <= REFS and all(map(_identifier, value.values()))


def _identifier(value: Any) -> bool:
    return _natural(value) or (type(value) is str and _UUID.match(value) is not None)


def _guards(value: Any) -> bool:
    if type(value) is not dict or not all(map(_CODE.match, value)):
        return False
    return all(type(holds) is bool for holds in value.values())


def _failed(value: Any) -> bool:
    return type(value) is list and all(type(code) is str and _CODE.match(code) for code in value)


def _people(value: Any) -> bool:
    """Commitments, at least one, in their order and each once."""
    if type(value) is not list or not 0 < len(value) <= MOST_PEOPLE or not all(map(_sha256, value)):
        return False
    return all(one < other for one, other in itertools.pairwise(value))


def _time(value: Any) -> bool:
    if type(value) is not str or not _TIME.match(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


_code, _sha256, _version = _matches(_CODE), _matches(_SHA256), _matches(_VERSION)

REQUIRED = frozenset({"v", "id", "at", "event", "outcome", "role"})
FIELDS: Mapping[str, Callable[[Any], bool]] = {
    "v": lambda value: type(value) is int and 1 <= value <= VERSION,
    "id": _matches(_UUID),
    "at": _time,
    "event": _among(EVENTS),
    "outcome": _among(OUTCOMES),
    "reason": _code,
    "actor": _matches(_UUID),
    "role": _among(ROLES),
    "auth": _matches(_AUTH),
    "session": _matches(_SESSION),
    "net": _matches(_NET),
    "matter": _matches(_UUID),
    "seq": lambda value: type(value) is int and value >= 1,
    "obj": _object,
    "from": _code,
    "to": _code,
    "move": _code,
    "policy": _version,
    "detector": _version,
    "counts": _counts,
    "refs": _refs,
    "guards": _guards,
    "failed": _failed,
    "check": _matches(_CHECK),
    "result": _code,
    "manifest": _sha256,
    "subject": _sha256,
    "people": _people,
    "words": _sha256,
    "seed": _sha256,
    "commit": _sha256,
}
# Keys of one version alone.
OF_VERSION: Mapping[int, frozenset[str]] = {
    1: frozenset({"subject"}),
    2: frozenset({"people", "words", "seed"}),
}
# What a caller may give as facts; all else is set by `log.record` itself.
FACTS = frozenset(
    {
        "from",
        "to",
        "move",
        "policy",
        "detector",
        "counts",
        "refs",
        "guards",
        "failed",
        "check",
        "result",
        "manifest",
        "words",
        "seed",
    }
)


def validate(body: Any) -> None:
    """Do nothing when the body follows the schema; else raise SchemaError, which names the first bad key."""
    if type(body) is not dict:
        raise SchemaError("a body is an object")
    for key, value in body.items():
        rule = FIELDS.get(key)
        if rule is None:
            raise SchemaError(f"unknown key {key!r:.60}")
        if not rule(value):
            raise SchemaError(f"value not allowed under {key!r}")
    if not body.keys() >= REQUIRED:
        raise SchemaError(f"missing: {', '.join(sorted(REQUIRED - body.keys()))}")
    if ("matter" in body) != ("seq" in body):
        raise SchemaError("matter and seq go together")
    if not OF_VERSION[3 - body["v"]].isdisjoint(body):
        raise SchemaError("a key of another version of the schema")


def time_text(at: datetime) -> str:
    """Return an aware time as the body writes it: UTC, microseconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def time_of(text: str) -> datetime:
    """Return the aware time of a body's text."""
    return datetime.fromisoformat(text)
