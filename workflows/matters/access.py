"""Who may see which matter: the only place that answers it, for every outlet.

Absent and hidden are the same answer. Object permissions come from guardian with both of its
generous defaults off: no superuser sees everything, no model-level grant counts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.models import CharField, F, Model, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast, Replace
from django.utils import timezone
from guardian.models import UserObjectPermission
from guardian.shortcuts import assign_perm, get_objects_for_user, get_users_with_perms, remove_perm

from workflows.errors import Forbidden, NotVisible
from workflows.matters.models import Agency, Matter, Official, Seal
from workflows.policy import roles

SEE = "matters.see"


def agency_of(actor: Any) -> Agency | None:
    """The agency that this account acts for, or None."""
    official = Official.objects.select_related("agency").filter(person_id=actor.pk).first()
    return official.agency if official else None


def is_active_in(person: Any, role: str) -> bool:
    """True while this person can act in this role: for the first of two people, whose word must still count
    when the second one gives theirs."""
    return bool(person is not None and person.is_active and person.role == role)


def visible_matters(actor: Any) -> QuerySet[Matter]:
    """Matters this person may see: assigned ones for the desk, their own for an agency, else none."""
    if actor is None or not actor.is_active:
        return Matter.objects.none()
    if actor.role == roles.AGENCY:
        return Matter.objects.filter(agency__officials__person_id=actor.pk)
    if actor.role in roles.DESK_ROLES:
        return get_objects_for_user(actor, SEE, klass=Matter, with_superuser=False, accept_global_perms=False)
    return Matter.objects.none()


def matter_of(kind: type[Model], key: object, path: str = "matter_id") -> UUID | None:
    """The id of the matter that this row belongs to, by way of `path`; None where there is no such row.

    For the entry of a refusal and as the first step of an act: who may see the matter is asked afterwards.
    """
    found: UUID | None = kind._default_manager.filter(pk=key).values_list(path, flat=True).first()
    return found


def access_matter(actor: Any, matter_id: UUID | str, action: str, *, lock: bool = False) -> Matter:
    """Return the matter if this person may see it and their role may do `action`.

    With `lock` the row stays locked to the end of the transaction (PostgreSQL; SQLite has taken
    its write lock already). Raises NotVisible (absent or hidden) or Forbidden.
    """
    rows = Matter.objects.select_related("agency").filter(pk__in=visible_matters(actor).values("pk"))
    if lock:
        rows = rows.select_for_update(of=("self",))
    matter = rows.filter(pk=matter_id).first()
    if matter is None:
        raise NotVisible()
    if not roles.allowed(actor.role, action):
        raise Forbidden(f"Your role ({actor.role}) does not do this. Somebody else on this matter can.")
    return matter


def grant(person: Any, matter: Matter) -> None:
    """The person sees the matter from now on. The caller writes the entry."""
    assign_perm(SEE, person, matter)


def withdraw_grant(person: Any, matter: Matter) -> None:
    """The person no longer sees the matter. The caller writes the entry."""
    remove_perm(SEE, person, matter)


def assigned_people(matter: Matter) -> list[Any]:
    """Everybody who has been given this matter, by e-mail address."""
    people: Any = get_users_with_perms(matter, only_with_perms_in=["see"], with_superusers=False)
    return list(people.order_by("email"))


def people_of_each(matters: Iterable[Matter]) -> dict[UUID, list[Any]]:
    """Everybody who has been given each of these matters, by name; as many queries as for one."""
    found: dict[UUID, list[Any]] = {matter.pk: [] for matter in matters}
    rows = _grants().filter(object_pk__in=[str(key) for key in found]).select_related("user")
    for row in rows.order_by("user__name", "user__email"):
        found[UUID(row.object_pk)].append(row.user)
    return found


def given_to(people: QuerySet[Any]) -> Q:
    """What chooses the matters that any of these people has been given, also without seeing them oneself."""
    key: Any = F("object_pk")  # a text, which SQLite holds as 32 digits and PostgreSQL as a number of its own
    if connection.features.has_native_uuid_field:
        key = Cast(key, UUIDField())
    else:
        key = Replace(key, Value("-"), Value(""), output_field=CharField())
    return Q(pk__in=_grants().filter(user__in=people).annotate(of=key).values("of"))


def _grants() -> QuerySet[Any]:
    kind = ContentType.objects.get_for_model(Matter)
    return UserObjectPermission.objects.filter(content_type=kind, permission__codename=SEE.partition(".")[2])


def seals_in_force(now: dt.datetime) -> QuerySet[Seal]:
    """Every seal that has neither been lifted nor come to the day on which a court ends it."""
    return Seal.objects.filter(lifted_at__isnull=True).filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=timezone.localdate(now))
    )


def is_sealed(matter: Matter, now: dt.datetime) -> bool:
    """True while only counsel and named people may know of the matter (policy 7.2)."""
    return seals_in_force(now).filter(matter=matter).exists()


def unsealed_matters(now: dt.datetime) -> QuerySet[Matter]:
    """What may be counted in public, and looked through for somebody who has not been named: every
    matter but sealed ones (policy 7.2, 11.2; I9). It gives nobody the right to see one."""
    return Matter.objects.exclude(pk__in=seals_in_force(now).values("matter"))
