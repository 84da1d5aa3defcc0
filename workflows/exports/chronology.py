"""What happened, in plain sentences: one for each entry, made from the closed schema and nothing else.

People are numbered in the order in which they first acted. The pseudonym behind each number is in a table
of its own; names are in neither, since the log knows none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from workflows.audit.events import EVENTS
from workflows.exports.choosing import Placed
from workflows.policy.checks import BY_ID

_COUNTED = ("records", "pages", "findings", "marks", "clauses", "files", "entries", "withheld", "released")


@dataclass(frozen=True, slots=True)
class Told:
    """One line of a chronology. `at` is UTC; `digest` the object that the entry names, if any."""

    index: int
    at: str
    who: str
    says: str
    digest: str


def people(rows: Iterable[Placed]) -> dict[str, tuple[int, str]]:
    """Number and role of each pseudonym, in the order of their first acts."""
    found: dict[str, tuple[int, str]] = {}
    for row in rows:
        actor = row.body.get("actor")
        if actor is not None and actor not in found:
            found[actor] = (len(found) + 1, row.body["role"])
    return found


def tell(rows: Sequence[Placed]) -> list[Told]:
    """Every entry as a line, in the order of the log."""
    numbers = people(rows)
    return [_line(row, numbers) for row in rows]


def _line(row: Placed, numbers: dict[str, tuple[int, str]]) -> Told:
    body = row.body
    actor = body.get("actor")
    who = f"{body['role']} (person {numbers[actor][0]})" if actor else body["role"]
    named = body.get("obj")
    return Told(
        index=row.index,
        at=body["at"][:19].replace("T", " "),
        who=who,
        says=" ".join([EVENTS.get(body["event"], body["event"]), *_more(body)]),
        digest=f"{named['kind']} {named['sha256']}" if named else "",
    )


def _more(body: dict[str, Any]) -> list[str]:
    """What else the entry says, as short sentences."""
    found = []
    if body["outcome"] != "ok":
        found.append(f"Outcome: {body['outcome']}.")
    if "check" in body:
        text = BY_ID[body["check"]].title if body["check"] in BY_ID else body["check"]
        found.append(f"Check {body['check']}: {text.rstrip('.')}.")
    for name, word in (("result", "Result"), ("reason", "Reason"), ("move", "Move")):
        if name in body:
            found.append(f"{word}: {plain(body[name])}.")
    if "from" in body or "to" in body:
        found.append(f"State: {plain(body.get('from', 'none'))} to {plain(body.get('to', 'none'))}.")
    if body.get("failed"):
        found.append(f"Did not hold: {', '.join(map(plain, body['failed']))}.")
    counted = [
        f"{body['counts'][name]} {name}" for name in _COUNTED if body.get("counts", {}).get(name) is not None
    ]
    if counted:
        found.append(f"{', '.join(counted).capitalize()}.")
    return found


def plain(code: str) -> str:
    """A code as words."""
    return code.replace("_", " ")
