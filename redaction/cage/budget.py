"""One budget of processor time for everything that is done to one file.

Each child has a limit of its own (redaction.md S2); a file passes through a dozen of them, and one that is
slow for every reader would use up each limit in turn. So the steps of a file share one account: together
they may use what the roomiest of them may use alone, 20 s and 2 s a page where the pages are known. OCR
has an account of its own for each page (60 s), and so has each file in a message.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Account:
    """Processor seconds that the steps of one file may use, and have used."""

    allowed_s: float = 0.0
    used_s: float = 0.0

    def grant(self, asked_s: float) -> float:
        """What a step may use that asks for so much: no more than is left of the account."""
        self.allowed_s = max(self.allowed_s, asked_s)
        return min(asked_s, self.allowed_s - self.used_s)


_open: ContextVar[Account | None] = ContextVar("account of the file in hand", default=None)


@contextmanager
def account(one: Account | None = None) -> Iterator[Account]:
    """Inside, all steps share this account (a new one if none is given), and no other pays for them."""
    one = one or Account()
    before = _open.set(one)
    try:
        yield one
    finally:
        _open.reset(before)


def grant(asked_s: float) -> float:
    """Processor seconds for the next step, at most what it asks for; without an account, all of it."""
    one = _open.get()
    return asked_s if one is None else one.grant(asked_s)


def charge(used_s: float) -> None:
    """A step has used so much."""
    if (one := _open.get()) is not None:
        one.used_s += used_s
