"""What a filter of the queue chooses: a view, a stage, and who has the matter. It is its own address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.db.models import Q

from gateway.accounts.models import Person
from gateway.web.ageing import OVER, is_open
from gateway.web.nextact import states_waiting_for
from workflows.matters.access import given_to
from workflows.matters.models import Block, Task
from workflows.matters.states import TITLES
from workflows.policy.roles import DESK_ROLES

VIEWS = {"open": "All open", "mine": "Your turn", "blocked": "Blocked", "over": "Answered and closed"}
ALONE, NOBODY = "mine", "nobody"
OWNERS = {ALONE: "Mine: nobody else of my role has it", NOBODY: "Nobody whose turn it is"}
STAGES = {state.value: words for state, words in TITLES.items()}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A view of `VIEWS`; a stage, or any; whose: one of `OWNERS`, the key of a colleague, or anybody."""

    show: str
    state: str = ""
    owner: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str], otherwise: str) -> Wanted:
        """What an address asks for; what it does not know is left out."""
        show, state, owner = (asked.get(name, "") for name in ("show", "state", "owner"))
        return cls(
            show if show in VIEWS else otherwise,
            state if state in STAGES else "",
            owner if owner in OWNERS or _is_key(owner) else "",
        )

    @classmethod
    def kept(cls, text: str) -> Wanted:
        """What `text()` has made."""
        return cls.of(dict(parse_qsl(text)), "open")

    def text(self, **others: str) -> str:
        """The same as the query of an address."""
        named = {"show": self.show, "state": self.state, "owner": self.owner, **others}
        return urlencode({name: value for name, value in named.items() if value})

    def chooses(self, person: Any) -> Q:
        """The matters it lists, of those that this person sees."""
        chosen = _view(self.show, person.role)
        if self.state:
            chosen &= Q(state=self.state)
        if self.owner == ALONE:
            chosen &= ~given_to(_active(person.role).exclude(pk=person.pk))
        elif self.owner == NOBODY:
            waits = [Q(state__in=states_waiting_for(role)) & ~given_to(_active(role)) for role in DESK_ROLES]
            chosen &= waits[0] | waits[1] | waits[2]
        elif self.owner:
            chosen &= given_to(Person.objects.filter(pk=self.owner))
        return chosen


def _is_key(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _active(role: str) -> Any:
    return Person.objects.filter(role=role, is_active=True)


def _view(name: str, role: str) -> Q:
    if name == "open":
        return is_open()
    if name == "blocked":
        return Q(pk__in=Block.objects.filter(lifted_at__isnull=True).values("matter"))
    if name == "over":
        return Q(state__in=OVER)
    asked = Task.objects.filter(done_at__isnull=True, role=role).values("matter")
    return Q(state__in=states_waiting_for(role)) | Q(pk__in=asked)
