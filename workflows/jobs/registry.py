"""Who does which kind of work, and the closed list of ways in which it can end badly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol, TypeVar


class Queue(StrEnum):
    """The closed list of queues; workers are given some of them."""

    READ = "read"
    OCR = "ocr"
    BURN = "burn"
    VERIFY = "verify"
    PACK = "pack"
    MAIL = "mail"


CODES: dict[str, str] = {
    "worker_lost": "The worker stopped in the middle of the work, five times.",
    "time_limit": "The work took longer than a job may take.",
    "database": "The database did not answer.",
    "log": "The audit log could not be written.",
    "refused": "A rule refused the result when it was to be saved.",
    "right_removed": "The person who asked for this no longer has the right to it.",
    "no_handler": "This installation does not know this kind of work.",
    "bug": "The work failed in a way that nobody foresaw.",
}


class Permanent(Exception):
    """Trying again is useless: the job is parked at once and its record stays withheld.

    `code` is one of `CODES`, of the vault's codes, or of the codes the handler declared.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Retry(Exception):
    """Something passing stood in the way: the job is tried again, five times in all.

    `code` as for `Permanent`; `delay_s` replaces the usual pause, in seconds.
    """

    def __init__(self, code: str, delay_s: float | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.delay_s = delay_s


class LeaseLost(Exception):
    """Another worker has taken the job over, or a person cancelled it: stop, the outcome would be dropped."""


class Work(Protocol):
    """What a room supplies for one kind of job. `subject` is the id given to `enqueue`, as text."""

    def may(self, subject: str, actor: Any) -> bool:
        """Tell whether the person who asked (None: the system) still has the right; asked at save."""

    def work(self, subject: str, ctx: Any) -> Any:
        """Do the slow part and return its outcome. May be run twice; writes no row.

        Files may be written, because the vault names them by digest.
        """

    def save(self, subject: str, outcome: Any, ctx: Any) -> None:
        """Write the outcome. Runs in a transaction that holds the job's token; must not be slow."""


@dataclass(frozen=True)
class Handler:
    """One registered kind of job."""

    kind: str
    queue: Queue
    codes: frozenset[str]
    impl: Work


HANDLERS: dict[str, Handler] = {}

Impl = TypeVar("Impl", bound=type)


def handler(kind: str, *, queue: str | Queue, codes: frozenset[str] = frozenset()) -> Callable[[Impl], Impl]:
    """Register a class with `may`, `work` and `save` for a kind, by default on this queue.

    `codes` are the error codes of its own that the job row may show. Raises ValueError for
    an unknown queue or a kind taken by another class, TypeError when a part is missing.
    """

    def register(cls: Impl) -> Impl:
        missing = [part for part in ("may", "work", "save") if not callable(getattr(cls, part, None))]
        if missing:
            raise TypeError(f"the handler of {kind} lacks {', '.join(missing)}")
        known = HANDLERS.get(kind)
        if known is not None and type(known.impl).__qualname__ != cls.__qualname__:
            raise ValueError(f"{kind} has a handler already")
        HANDLERS[kind] = Handler(kind, Queue(queue), codes, cls())
        return cls

    return register


def load() -> None:
    """Import the module `jobs` of every room, so that all kinds are known."""
    from django.apps import apps

    for room in apps.get_app_configs():
        if room.name.startswith("workflows.") and find_spec(f"{room.name}.jobs"):
            import_module(f"{room.name}.jobs")


def find(kind: str) -> Handler | None:
    """Return the handler of a kind, or None when no room has one."""
    if kind not in HANDLERS:
        load()
    return HANDLERS.get(kind)
