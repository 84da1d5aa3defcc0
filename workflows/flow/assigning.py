"""Give a matter to a person of the desk, or take it away again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.utils import timezone

from workflows.audit import log
from workflows.errors import Forbidden, Invalid
from workflows.matters.access import access_matter, grant, is_sealed, withdraw_grant
from workflows.matters.acts import act
from workflows.matters.models import Matter
from workflows.policy.roles import COUNSEL, DESK_ROLES


def assign(matter_id: UUID | str, person_id: UUID | str, *, actor: Any) -> Matter:
    """The person sees the matter from now on. Only officers, verifiers and counsel can be given one."""
    return _change(matter_id, person_id, actor, give=True)


def unassign(matter_id: UUID | str, person_id: UUID | str, *, actor: Any) -> Matter:
    """The person no longer sees the matter, from their next request on."""
    return _change(matter_id, person_id, actor, give=False)


def _change(matter_id: UUID | str, person_id: UUID | str, actor: Any, *, give: bool) -> Matter:
    with act("assign", actor=actor, matter_id=matter_id):
        matter = access_matter(actor, matter_id, "assign", lock=True)
        if actor.role != COUNSEL and is_sealed(matter, timezone.now()):
            raise Forbidden("This matter is sealed: counsel names the people who may know of it.")
        person = get_user_model().objects.filter(pk=person_id, is_active=True, role__in=DESK_ROLES).first()
        if person is None:
            raise Invalid("Choose an active officer, verifier or counsel.", code="person_unknown")
        (grant if give else withdraw_grant)(person, matter)
        log.record(
            "grant.given" if give else "grant.taken",
            actor=actor,
            matter=matter,
            facts={"refs": {"person": person.pseudonym}},
        )
        return matter
