"""Why an entry is flagged, in a sentence: what was counted, and from where on it is looked at."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from datetime import time, timedelta
from typing import Any

from workflows.audit import flags
from workflows.audit.watch_rules import BRACKET
from workflows.policy.review import Review, bounds

Facts = Mapping[str, Any]


def why(code: str, facts: Facts) -> str:
    """The sentence for a flag of this code with these facts; empty for a code without one."""
    sentence = _WHY.get(code)
    return "" if sentence is None else sentence(facts, bounds())


def span(seconds: int | float | timedelta) -> str:
    """A length of time in its two largest units: “1 hour 28 minutes”."""
    left = int(seconds.total_seconds() if isinstance(seconds, timedelta) else seconds)
    if left == 86_400:
        return "24 hours"
    parts = []
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1)):
        number, left = divmod(left, size)
        if number:
            parts.append(f"{number} {unit}{'' if number == 1 else 's'}")
    return " ".join(parts[:2]) or "0 seconds"


def _counted(facts: Facts, name: str = "seconds") -> str:
    """A length of time that was counted; flags of other makers may not say it."""
    return span(facts[name]) if isinstance(facts.get(name), int) else "some time"


def _hours(facts: Facts, limits: Review) -> str:
    days = ", ".join(calendar.day_name[day] for day in sorted(limits.days))
    return (
        f"The offices are open from {_clock(limits.opens)} to {_clock(limits.closes)} in the city's time, on "
        f"{days}, but for fixed holidays."
    )


def _clock(at: time) -> str:
    return at.strftime("%H:%M")


_WHY: Mapping[str, Callable[[Facts, Review], str]] = {
    flags.SPLIT: lambda facts, limits: (
        "What the signer remembers outside the database is not what the database holds. Sealing has stopped."
    ),
    flags.WITNESS: lambda facts, limits: (
        "Somebody has shown the witness another log than this one, or this one was changed since."
    ),
    flags.BRACKET: lambda facts, limits: (
        f"It claims a time more than {span(BRACKET)} before a tree that was signed without it, or after the "
        "one that was signed with it."
    ),
    flags.MALFORMED: lambda facts, limits: (
        "Its body is not canonical or not of the schema, so no act of this program has written it."
    ),
    flags.OUT_OF_HOURS: _hours,
    flags.NEAR_EXPIRY: lambda facts, limits: (
        f"The paper ran for another {_counted(facts)}. A release in the last {span(limits.expiry)} of its "
        "paper is looked at."
    ),
    flags.QUICK: lambda facts, limits: (
        f"{_counted(facts).capitalize()} lay between the last change and the approval. Less than "
        f"{span(limits.quick)} is looked at: nobody reads a manifest in that time."
    ),
    flags.SECOND_ROLE: lambda facts, limits: (
        "It was refused. The entry names the rule under which another person is needed."
    ),
    flags.MANY_READ: lambda facts, limits: (
        f"{facts.get('number', 'Many')} different documents within an hour. More than {limits.most_an_hour} "
        f"are looked at, or more than {limits.own_times} times the person's own median of the last "
        f"{limits.own_days.days} days."
    ),
    flags.MANY_REFUSED: lambda facts, limits: (
        f"{facts.get('number', 'Many')} refusals within {span(limits.refusals_within)}, mistakes of typing "
        f"not counted. From {limits.refusals_number} on they are looked at."
    ),
    flags.NEW_RIGHT: lambda facts, limits: (
        f"The right was {_counted(facts)} old. Its first use is looked at within {span(limits.new_right)}."
    ),
    flags.LOWERED: lambda facts, limits: (
        f"It names version {facts.get('version', '?')}; version {facts.get('before', '?')} had been in use."
    ),
    flags.CLOCK: lambda facts, limits: (
        f"By {_counted(facts)}. More than {span(limits.clock_step)} is looked at."
    ),
    flags.LATE: lambda facts, limits: (
        f"The one that waited longest waited {_counted(facts)}. More than {span(limits.lag)} is looked at."
    ),
    flags.FAILED: lambda facts, limits: "A check of the log, or the burning of a record, ended with a fault.",
    flags.NO_MATTER: lambda facts, limits: "A document is read for a matter, and this reading names none.",
}
