"""From where an act comes: method of sign-in, session pseudonym, coarse network. Set by the web.

A worker or command has none of these, and its entries then carry none.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class RequestContext:
    """What the log may say about the request behind an act.

    `auth`: method and level, words joined by plus (`password+totp`, `client`, `stepup`).
    `session`: see `session_pseudonym`. `net`: see `coarse_network`.
    """

    auth: str | None = None
    session: str | None = None
    net: str | None = None


NOWHERE = RequestContext()
_current: ContextVar[RequestContext] = ContextVar("audit_request_context", default=NOWHERE)


@dataclass
class Tally:
    """How many entries have become durable."""

    count: int = 0

    def add(self) -> None:
        """One more."""
        self.count += 1


_tally: ContextVar[Tally | None] = ContextVar("audit_tally", default=None)


def current() -> RequestContext:
    """Return the context of the running request; all None outside of one."""
    return _current.get()


@contextmanager
def request_context(context: RequestContext) -> Iterator[None]:
    """Entries written inside the block carry this context."""
    token = _current.set(context)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def tallied() -> Iterator[Tally]:
    """Count the entries that are committed inside the block; those that were rolled back do not count."""
    tally = Tally()
    token = _tally.set(tally)
    try:
        yield tally
    finally:
        _tally.reset(token)


def current_tally() -> Tally | None:
    """Return the count of the running request; None outside of one."""
    return _tally.get()


def session_pseudonym(session_key: str) -> str:
    """Return 32 hex digits that stand for a session and do not let anyone resume it.

    The key must be random (Django's are, about 165 bits); then it cannot be guessed from the hash.
    """
    return hashlib.sha256(b"session\x00" + session_key.encode()).hexdigest()[:32]


def coarse_network(address: str) -> str | None:
    """Return the /24 (IPv4) or /48 (IPv6) around an address; None when it is not an address."""
    try:
        ip = ipaddress.ip_address(address.strip())
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    bits = 24 if ip.version == 4 else 48
    return str(ipaddress.ip_network(f"{ip}/{bits}", strict=False))
