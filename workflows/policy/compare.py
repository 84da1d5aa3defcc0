"""What two documents of policy say differently, by place; and a document with other values. Pure."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One place (a JSON pointer) and what stands there in each document; None where nothing does."""

    place: str
    old: str | None
    new: str | None


def changes(old: Any, new: Any, place: str = "") -> list[Change]:
    """Every difference, in the order of the older document and then of what the newer one adds."""
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        names = [*old, *(name for name in new if name not in old)]
        return [
            change
            for name in names
            for change in changes(old.get(name, _ABSENT), new.get(name, _ABSENT), f"{place}/{name}")
        ]
    if type(old) is type(new) and old == new:
        return []
    return [Change(place, _said(old), _said(new))]


class _Absent:
    """Nothing stands there."""


_ABSENT = _Absent()


def _said(value: Any) -> str | None:
    if value is _ABSENT:
        return None
    if value is None:
        return "never, or not set"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_said(inner)}" for name, inner in value.items())
    return str(value)


def with_changes(document: Mapping[str, Any], wanted: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """A copy of the document with these values at these places (JSON pointers).

    Raises KeyError with the place where the document has none: nothing is added.
    """
    found = copy.deepcopy(dict(document))
    for place, value in wanted:
        *path, last = place.split("/")[1:] or [""]
        inner: Any = found
        for name in path:
            inner = inner.get(name) if isinstance(inner, dict) else None
        if not isinstance(inner, dict) or last not in inner:
            raise KeyError(place)
        inner[last] = value
    return found
