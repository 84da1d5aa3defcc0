"""An invented matter to look at a letter's text with: nobody and nothing in it exists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from workflows.notices.places import Paper, Searched
from workflows.policy.document import Policy

NUMBER, AGENCY, CODE = "M-0000-00000", "Invented Agency, Sample Office", "----"
NOBODY = UUID(int=0)
_DAY = dt.date(2031, 4, 9)
_PAPERS = [Paper("Invented Court", "0:31-mj-00001"), Paper("Second Invented Court", "0:31-mj-00002")]
_FULL: Mapping[str, Any] = {
    "line": "Invented Agency", "lines": ["Invented line one", "Invented line two"], "day": _DAY,
    "optional_day": _DAY, "count": 4321, "digest": "5a" * 32, "yes_no": True, "paper": _PAPERS[0],
    "papers": _PAPERS,
    "departments": [Searched("Invented Department", _DAY), Searched("Second Invented Department", _DAY)],
    "counsel_words": "Invented words of counsel.\n\nA second paragraph of theirs.",
}  # fmt: skip
_SPARE: Mapping[str, Any] = {
    **_FULL, "optional_day": None, "yes_no": False, "lines": ["Invented line one"], "papers": _PAPERS[:1],
    "departments": _FULL["departments"][:1], "counsel_words": "",
}  # fmt: skip


def given(places: Mapping[str, str], policy: Policy, *, spare: bool = False) -> dict[str, Any]:
    """A value for each place: a long letter, or one in which all that may be missing is."""
    worded = {
        "reasons": list(policy.words("missing")), "grounds": list(policy.words("grounds")),
        "recall_reason": next(iter(policy.words("recall"))),
    }  # fmt: skip
    values = dict(_SPARE if spare else _FULL)
    values |= {kind: one[:1] if spare and isinstance(one, list) else one for kind, one in worded.items()}
    return {name: values[kind] for name, kind in places.items()}


def words_of(values: Mapping[str, Any], places: Mapping[str, str]) -> dict[str, str]:
    """By which words a place is known in a letter, where its value is words or a count of its own."""
    found = {}
    for name, kind in places.items():
        value = values[name]
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, Searched):
            first = first.department
        if kind not in ("day", "optional_day", "yes_no") and first:
            found[name] = str(first)
    return found
