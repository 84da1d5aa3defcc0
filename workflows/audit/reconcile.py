"""Rooms above tell the log how to compare itself with what they keep (`verify_audit --reconcile`).

A reconciler yields a Fault for every package, approval, instrument or stored file whose digest the log
does not hold, and for every entry whose thing is gone. Registered from `AppConfig.ready`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One difference between the log and a room; `entry` is the id of the entry, if there is one."""

    detail: str
    entry: str | None = None


Reconciler = Callable[[], Iterable[Fault]]

_registered: dict[str, Reconciler] = {}


def register(name: str, reconciler: Reconciler) -> None:
    """Add a reconciler; a second, different one of a name is a bug."""
    if _registered.setdefault(name, reconciler) is not reconciler:
        raise ValueError(f"two reconcilers are called {name}")


def names() -> tuple[str, ...]:
    """Return the names of what can be reconciled."""
    return tuple(sorted(_registered))


def faults() -> Iterator[Fault]:
    """Yield what every reconciler finds."""
    for name in names():
        yield from _registered[name]()
