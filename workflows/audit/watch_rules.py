"""The rules of the watch (rule E16): each looks at one entry and what is remembered, and may raise a flag.

Pure but for the memory it is handed. Bounds are data (`policy/data/review.yaml`). Times are whole seconds
since 1970, so that what is remembered is canonical JSON.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.utils import timezone

from workflows.audit import flags
from workflows.audit.flags import Raised
from workflows.policy.review import Review, bounds

HOUR_S = 3600
BRACKET = timedelta(seconds=120)  # rule E2
RIGHT_TAKEN = ("inactive", "out_of_")  # how `role.changed` says that a right was taken away


class Memory(Protocol):
    """What is remembered, by key; None where nothing is."""

    def get(self, key: str) -> Any:
        """The value under the key."""

    def set(self, key: str, value: Any) -> None:
        """Remember this under the key."""


class Seen(NamedTuple):
    """An entry under a checkpoint: its leaf, its key, its fields, when it was written and when sealed, and
    when it was written in whole seconds."""

    leaf: int
    entry: int
    body: Mapping[str, Any]
    at: datetime
    sealed_at: datetime
    second: int

    def flag(self, code: str, **counts: int) -> Raised:
        """A flag of this entry, on whoever wrote it."""
        actor = self.body.get("actor")
        return Raised(code, self.entry, self.leaf, UUID(actor) if actor else None, counts)


Rule = Callable[[Seen, Memory, Review], Iterable[Raised]]


def bracket(one: Seen, signed_before: datetime | None) -> list[Raised]:
    """Rule E2: no time long before the last tree without it, none long after the first tree with it."""
    early = signed_before is not None and one.at < signed_before - BRACKET
    late = one.at > one.sealed_at + BRACKET
    return [one.flag(flags.BRACKET)] if early or late else []


def look(one: Seen, memory: Memory) -> list[Raised]:
    """Every flag that this entry raises; what later entries need is in the memory afterwards."""
    limits = bounds()
    found = [*_clock(one, memory, limits), *_late(one, memory, limits)]
    if "policy" in one.body:
        found += _lowered(one, memory, limits)
    for rule in _rules_of(one.body["event"], limits):
        found += rule(one, memory, limits)
    return found


def _clock(one: Seen, memory: Memory, limits: Review) -> Iterable[Raised]:
    """Entries are written in the order of time, but for acts that take a moment."""
    latest = memory.get("clock") or 0
    if one.second > latest:
        memory.set("clock", one.second)
    elif one.second < latest and one.second < latest - limits.clock_step.total_seconds():
        memory.set("clock", one.second)
        return [one.flag(flags.CLOCK, seconds=latest - one.second)]
    return ()


def _late(one: Seen, memory: Memory, limits: Review) -> Iterable[Raised]:
    """One flag for each checkpoint that came too late, on the entry that waited first."""
    waited = one.sealed_at - one.at
    if waited <= limits.lag:
        return ()
    sealed = int(one.sealed_at.timestamp())
    if memory.get("late") == sealed:
        return []
    memory.set("late", sealed)
    return [Raised(flags.LATE, one.entry, one.leaf, None, {"seconds": int(waited.total_seconds())})]


def _lowered(one: Seen, memory: Memory, limits: Review) -> Iterable[Raised]:
    number = one.body["policy"].partition("+")[0]
    if not number.isdigit():
        return []
    version, highest = int(number), memory.get("policy") or {"version": 0, "since": 0}
    if version == highest["version"]:
        return []
    if (
        version < highest["version"]
        and one.second <= highest["since"] + limits.policy_settles.total_seconds()
    ):
        return []  # begun under the older one
    memory.set("policy", {"version": version, "since": one.second})
    below = version < highest["version"]
    return [one.flag(flags.LOWERED, version=version, before=highest["version"])] if below else []


def _out_of_hours(one: Seen, memory: Memory, limits: Review) -> Iterable[Raised]:
    return [] if limits.in_hours(timezone.localtime(one.at)) else [one.flag(flags.OUT_OF_HOURS)]


def _near_expiry(one: Seen, memory: Memory, limits: Review) -> Iterable[Raised]:
    left = one.body.get("counts", {}).get("seconds")  # to the end of the paper, where it states one
    near = left is not None and left < limits.expiry.total_seconds()
    return [one.flag(flags.NEAR_EXPIRY, seconds=left)] if near else []


def _changed(one: Seen, memory: Memory, limits: Review) -> Iterable[Raised]:
    if "matter" in one.body and one.body["outcome"] == "ok":
        memory.set(f"changed:{one.body['matter']}", one.second)
    return []


def _quick(one: Seen, memory: Memory, limits: Review) -> Iterable[Raised]:
    changed = memory.get(f"changed:{one.body.get('matter')}")
    if changed is None or one.second - changed >= limits.quick.total_seconds():
        return []
    return [one.flag(flags.QUICK, seconds=max(0, one.second - changed))]


def _second_role(one: Seen, memory: Memory, limits: Review) -> Iterable[Raised]:
    failed = limits.second_guards.intersection(one.body.get("failed", ()))
    tried = bool(failed) or one.body.get("reason") in limits.second_reasons
    return [one.flag(flags.SECOND_ROLE)] if tried and "actor" in one.body else []


def _refused(one: Seen, memory: Memory, limits: Review) -> Iterable[Raised]:
    if "actor" not in one.body or one.body.get("reason") in limits.refusals_left_out:
        return []
    key, since = f"refused:{one.body['actor']}", one.second - int(limits.refusals_within.total_seconds())
    times = [*(second for second in memory.get(key) or () if second > since), one.second]
    many = len(times) >= limits.refusals_number
    memory.set(key, [] if many else times)  # the next flag needs as many again
    return [one.flag(flags.MANY_REFUSED, number=len(times))] if many else []


def _given(one: Seen, memory: Memory, limits: Review) -> Iterable[Raised]:
    person = one.body.get("refs", {}).get("person")
    if person and not str(one.body.get("result", "")).startswith(RIGHT_TAKEN):
        memory.set(f"right:{person}", one.second)
    return []


def _used(one: Seen, memory: Memory, limits: Review) -> Iterable[Raised]:
    key = f"right:{one.body.get('actor')}"
    given = memory.get(key)
    if given is None or one.body["outcome"] != "ok":
        return []
    memory.set(key, None)  # the first use is what is looked at
    since = one.second - given
    return [one.flag(flags.NEW_RIGHT, seconds=since)] if since < limits.new_right.total_seconds() else []


def _failed(one: Seen, memory: Memory, limits: Review) -> Iterable[Raised]:
    wanted = limits.failed[one.body["event"]]
    return [one.flag(flags.FAILED)] if wanted in ("", one.body.get("result")) else []


def _no_matter(one: Seen, memory: Memory, limits: Review) -> Iterable[Raised]:
    return [] if "matter" in one.body else [one.flag(flags.NO_MATTER)]


def _read(one: Seen, memory: Memory, limits: Review) -> Iterable[Raised]:
    """Different documents within the last hour, against a fixed number and the person's own median hour."""
    if "actor" not in one.body or one.body["outcome"] != "ok":
        return []
    key, document = f"read:{one.body['actor']}", _document(one.body)
    kept = memory.get(key) or {"last": {}, "hours": {}, "flagged": 0}
    last, hours, this_hour = dict(kept["last"]), dict(kept["hours"]), one.second // HOUR_S
    if last.get(document, 0) // HOUR_S != this_hour:
        hours[str(this_hour)] = hours.get(str(this_hour), 0) + 1
    last[document] = one.second
    # No more than the bound needs: beyond it, more documents say nothing new.
    recent = sorted(
        ((when, name) for name, when in last.items() if when > one.second - HOUR_S), reverse=True
    )[: 4 * limits.most_an_hour]
    oldest = this_hour - int(limits.own_days.total_seconds()) // HOUR_S
    hours = {hour: number for hour, number in hours.items() if int(hour) >= oldest}
    many = one.second - kept["flagged"] >= HOUR_S and _too_many(len(recent), hours, this_hour, limits)
    memory.set(key, {
        "last": {name: when for when, name in recent}, "hours": hours,
        "flagged": one.second if many else kept["flagged"],
    })  # fmt: skip
    return [one.flag(flags.MANY_READ, number=len(recent))] if many else []


def _too_many(number: int, hours: Mapping[str, int], this_hour: int, limits: Review) -> bool:
    if number > limits.most_an_hour:
        return True
    earlier = [count for hour, count in hours.items() if int(hour) != this_hour]
    if number <= limits.own_least or len(earlier) < limits.own_hours_known:
        return False
    return number > limits.own_times * statistics.median(earlier)


def _document(body: Mapping[str, Any]) -> str:
    """What names the document in an entry of its reading, in a few signs."""
    refs, obj = body.get("refs", {}), body.get("obj", {})
    name = refs.get("record") or refs.get("instrument") or obj.get("sha256") or body["id"]
    return str(name).replace("-", "")[-16:]


def keys(body: Mapping[str, Any]) -> list[str]:
    """What the rules of this entry ask the memory for, so that it can be read for many at once."""
    rules = _rules_of(body["event"], bounds())
    return [f"{word}:{body.get(field)}" for rule, word, field in _ASKED if rule in rules]


_ASKED: tuple[tuple[Rule, str, str], ...] = (
    (_quick, "changed", "matter"),
    (_refused, "refused", "actor"),
    (_used, "right", "actor"),
    (_read, "read", "actor"),
)
_found: dict[str, tuple[Rule, ...]] = {}


def _rules_of(event: str, limits: Review) -> tuple[Rule, ...]:
    """The rules that look at an event, in the order in which they are written."""
    known = _found.get(event)
    if known is None:
        table: tuple[tuple[Iterable[str], tuple[Rule, ...]], ...] = (
            (("release.made",), (_out_of_hours, _near_expiry)),
            (limits.changes, (_changed,)),
            (limits.approvals, (_quick,)),
            (("move.refused",), (_second_role,)),
            (limits.refusals, (_refused,)),
            (limits.rights_given, (_given,)),
            (limits.rights_used, (_used,)),
            (limits.failed, (_failed,)),
            (limits.readings, (_no_matter, _read)),
        )
        known = _found[event] = tuple(rule for events, rules in table if event in events for rule in rules)
    return known
