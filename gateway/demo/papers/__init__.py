"""The demo city's instruments: two that bind, five that do not. All invented, all the same every time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType

from gateway.demo.papers.agency import i205, immigration_judge_order, request_letter
from gateway.demo.papers.catalog import PAPERS, Paper
from gateway.demo.papers.court import expired_warrant, sound_order, sound_warrant, unsigned_order

__all__ = [
    "PAPERS",
    "Paper",
    "expired_warrant",
    "i205",
    "immigration_judge_order",
    "make",
    "request_letter",
    "sound_order",
    "sound_warrant",
    "unsigned_order",
]

_MAKERS: Mapping[str, Callable[[date], bytes]] = MappingProxyType(
    {
        "sound_order": sound_order,
        "sound_warrant": sound_warrant,
        "i205": i205,
        "unsigned_order": unsigned_order,
        "expired_warrant": expired_warrant,
        "immigration_judge_order": immigration_judge_order,
        "request_letter": request_letter,
    }
)


def make(name: str, today: date) -> bytes:
    """Return the PDF of the paper `name` of PAPERS as it would look on `today`. KeyError for other names."""
    return _MAKERS[name](today)
