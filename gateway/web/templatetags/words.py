"""Words for codes, and dates as this city reads them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils import timezone

from gateway.web import wording
from workflows.matters.models import Matter
from workflows.matters.states import TITLES, State
from workflows.notices.letters import templates

register = template.Library()


@register.filter
def state_title(state: str) -> str:
    """The title of a state of a matter."""
    return TITLES[State(state)]


@register.filter
def reason_words(code: str) -> str:
    """Why a record cannot be read with certainty, and what to do, in a sentence."""
    return wording.reason(code)


@register.filter
def say(code: str) -> str:
    """The words for a code of a closed list; the code itself, without underscores, when there are none."""
    return wording.WORDS.get(code, str(code).replace("_", " "))


@register.filter
def letter_title(letter: str, language: str) -> str:
    """What a letter is called in this language, by the id of its template."""
    row = templates().get(letter)
    return row.titles[language] if row else say(letter)


@register.filter
def court_clock(matter: Matter) -> dict[str, Any] | None:
    """The nearest date of a court, or else of our own: date, words, urgency."""
    day = matter.court_date or matter.due_on
    if day is None:
        return None
    left = (day - timezone.localdate()).days
    return {
        "day": day,
        "court": matter.court_date is not None,
        "words": _left(left),
        "urgency": "late" if left < 0 else "soon" if left <= 2 else "",
    }


def _left(days: int) -> str:
    if days == 0:
        return "today"
    if days == 1:
        return "tomorrow"
    if days == -1:
        return "yesterday"
    return f"in {days} days" if days > 0 else f"{-days} days ago"


@register.filter
def age(moment: dt.datetime) -> str:
    """Whole days since then, in words."""
    days = (timezone.localdate() - timezone.localdate(moment)).days
    return "today" if days <= 0 else "1 day" if days == 1 else f"{days} days"


@register.filter
def open_blocks(matter: Matter) -> list[Any]:
    """Blocks that stand, from what has been fetched already."""
    return [block for block in matter.blocks.all() if block.lifted_at is None]


@register.filter
def pick(mapping: Any, key: Any) -> Any:
    """The value under a key that is itself a variable; None when absent."""
    return mapping.get(key) if mapping else None


@register.filter
def flag_words(flag: str) -> str:
    """What a flag says about a paper."""
    return wording.FLAGS.get(flag, flag)


@register.filter
def cover_words(cover: str) -> str:
    """What a clause says of a record."""
    return {"in": "Covered", "out": "Not covered"}.get(cover, "Cannot tell")


@register.filter
def part_title(name: str) -> str:
    """What a part of the installation is called."""
    return {
        "isolation": "Isolation of foreign files",
        "parked": "Stopped work",
        "sequencer": "Log sequencer",
        "worker": "Workers",
    }.get(name, name.capitalize())


@register.filter
def part_words(code: str) -> str:
    """What a part's code means."""
    name, _, rest = code.partition(":")
    words = {
        "no_answer": "No answer",
        "deaf": f"{rest.count(',') + 1} not served",
        "jobs_parked": "Work has stopped",
        "log.not_started": "Nothing sealed yet",
        "log.split": "Contradicts its signer's memory",
        "log.lag": "Far behind",
        "log.stale": "No checkpoint for hours",
        "clock.behind": "This machine's clock is behind",
        "lagging": "Behind",
        "full": "Full",
        "reduced": f"Reduced isolation: {rest}",
        "none": "None: no file is opened",
    }
    return words.get(name, code)


@register.filter
def part_value(part: dict[str, Any]) -> str:
    """The number that belongs to a part, with its unit; of isolation, the level that was proved."""
    value = part.get("value")
    if value is None:
        return (
            f"{part['code']}, proved by a self-test" if part["name"] == "isolation" and part["well"] else ""
        )
    if part["name"] == "disk":
        return f"{value / 1000**3:.0f} GB free"
    if part["name"] == "sequencer":
        return f"{value:.0f} s behind" if value else "nothing waits"
    return f"{value:.0f} {'stopped' if part['name'] == 'parked' else 'waiting'}"


@register.filter
def attested(kind: str) -> str:
    """What a department said about its search."""
    return {
        "searched": "Searched so far",
        "found": "Records were found",
        "none": "Nothing was found",
        "produced": "Handed over",
    }.get(kind, kind)


@register.filter
def role_words(role: str) -> str:
    """Who acted, by role."""
    return {"system": "the gateway", "agency": "requesting agency", "anonymous": "nobody signed in"}.get(
        role, role
    )


@register.simple_tag
def sentence(words: str, **given: Any) -> str:
    """A sentence with its places filled; what is filled in is escaped like every value of a page."""
    return words.format(**given)
