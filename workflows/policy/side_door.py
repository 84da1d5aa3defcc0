"""Why a request of the public-records list is shown to counsel: signs of a federal requester, or of an
immigration purpose. Pure; the signs are `data/federal.yaml`."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml

from workflows.policy.guard_text import MASK

DATA = Path(__file__).parent / "data" / "federal.yaml"
_ADDRESS = re.compile(r"@([A-Za-z0-9.-]{1,120})")


@dataclass(frozen=True, slots=True)
class _Signs:
    domains: frozenset[str]
    names: tuple[re.Pattern[str], ...]
    purposes: tuple[re.Pattern[str], ...]


@functools.cache
def _signs() -> _Signs:
    raw = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return _Signs(
        frozenset(raw["domains"]),
        tuple(re.compile(one) for one in raw["names"]),
        tuple(re.compile(one) for one in raw["purposes"]),
    )


def reasons(requester: str, text: str, masked: str, agencies: Iterable[str]) -> list[str]:
    """The codes of what speaks for a look by counsel, in the order of the closed list; empty: nothing.

    `requester` and `text` are as they came, `masked` is the text after the guard, `agencies` the names
    that this gateway knows.
    """
    signs, found = _signs(), []
    hosts = [match[1].lower().rstrip(".") for match in _ADDRESS.finditer(f"{requester} {text}")]
    if any(host == one or host.endswith(f".{one}") for host in hosts for one in signs.domains):
        found.append("federal_address")
    if any(one.search(_ADDRESS.sub(" ", requester)) for one in signs.names):
        found.append("federal_name")
    folded = " ".join(requester.casefold().split())
    if any(" ".join(name.casefold().split()) in folded for name in agencies if name.strip()):
        found.append("known_agency")
    if any(one.search(_ADDRESS.sub(" ", text)) for one in signs.purposes):
        found.append("immigration_purpose")
    if masked.count(MASK) > text.count(MASK):
        found.append("status_words")
    return found
