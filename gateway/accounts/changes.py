"""Accounts on the pages of an administrator: what gives somebody power needs a second administrator.

A new account, another role, an account that is switched on again: each is a proposal until another
administrator agrees, and the account can do nothing new before. Taking power away (switching off) works at
once and alone. Nobody touches their own account, so one administrator at least always stays, and two where
a role was changed.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from gateway.accounts.models import AccountChange, Person, Role
from gateway.accounts.people import create_official, create_person
from workflows import proposals
from workflows.audit import log
from workflows.errors import Forbidden, Invalid, NotVisible, WrongState
from workflows.flow.advance import require_step_up
from workflows.flow.exigent import DEPARTMENT_HEADS
from workflows.flow.opening import INTAKE_GROUP
from workflows.matters.access import visible_matters
from workflows.matters.acts import act
from workflows.matters.models import Agency
from workflows.matters.states import State
from workflows.policy.roles import DESK_ROLES, allowed

OVER = (State.DELIVERED.value, State.REFUSED.value, State.WITHDRAWN.value, State.CLOSED.value)
NEW, ROLE, ON = AccountChange.NEW, AccountChange.ROLE, AccountChange.ON


@dataclass(frozen=True, slots=True)
class Handed:
    """A new account and what its owner signs in with. Neither secret can be shown a second time."""

    person: Person
    password: str
    totp_secret: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """An account that is to be made. An agency's has the agency, nobody else's has one."""

    email: str
    name: str
    role: str
    agency: Agency | None = None
    at_desk: bool = False
    is_head: bool = False


def propose_account(wanted: Wanted, *, actor: Any, stepped_up_at: dt.datetime | None) -> Handed:
    """The account exists, switched off, and waits for another administrator; its secrets are returned once.

    Raises Forbidden, StepUpNeeded, Invalid for an address that has an account or a combination that is not
    possible.
    """
    with act("manage_people", actor=actor, matter_id=None):
        _may(actor, stepped_up_at)
        email = wanted.email.strip().lower()
        _possible(wanted)
        if Person.objects.filter(email__iexact=email).exists():
            raise Invalid("There is an account with this address already.", code="account_known")
        password = secrets.token_urlsafe(15)
        groups = ((INTAKE_GROUP,) if wanted.at_desk else ()) + ((DEPARTMENT_HEADS,) if wanted.is_head else ())
        if wanted.agency is not None:
            person, secret = create_official(wanted.agency, email, wanted.name, password, actor=actor)
        else:
            person, secret = create_person(
                email, wanted.name, Role(wanted.role), password, actor=actor, groups=groups
            )
        person.is_active = False
        person.save(update_fields=["is_active"])
        _propose(person, NEW, person.role, actor)
        return Handed(person, password, secret)


def _possible(wanted: Wanted) -> None:
    if wanted.role not in {role.value for role in Role}:
        raise Invalid("Choose the role from the list.", code="role")
    if (wanted.role == Role.AGENCY) != (wanted.agency is not None):
        raise Invalid(
            "An account of an agency names its agency; an account of the staff names none.", code="role"
        )
    if wanted.is_head and wanted.role != Role.OFFICER:
        raise Invalid(
            "A department head confirms emergencies as an officer. Choose the role officer.", code="role"
        )
    if wanted.at_desk and wanted.role not in DESK_ROLES:
        raise Invalid(
            "Only officers, verifiers and counsel work at the intake desk: others never see a matter.",
            code="role",
        )


def propose_role(
    person_id: UUID | str, role: str, *, actor: Any, stepped_up_at: dt.datetime | None
) -> AccountChange:
    """Another administrator is asked whether the person gets this role; until then they keep the old one.

    Raises Forbidden, StepUpNeeded, Invalid, NotVisible, WrongState.
    """
    with act("manage_people", actor=actor, matter_id=None):
        _may(actor, stepped_up_at)
        person = _person(person_id, actor)
        _role_possible(person, role)
        return _propose(person, ROLE, role, actor)


def _role_possible(person: Person, role: str) -> None:
    if role not in {one.value for one in Role} or role == person.role:
        raise Invalid("Choose another role than the person has.", code="role")
    if Role.AGENCY in (role, person.role):
        raise Invalid(
            "An agency's account never becomes an account of the staff, nor the other way round. Make a new "
            "one.",
            code="role",
        )
    open_matters = visible_matters(person).exclude(state__in=OVER).count()
    if open_matters:
        raise WrongState(
            f"The person still works on {open_matters} open matters, in which they would then be two of the "
            "people who must be different. Give those matters to others first.",
            code="open_matters",
        )


def propose_on(person_id: UUID | str, *, actor: Any, stepped_up_at: dt.datetime | None) -> AccountChange:
    """Another administrator is asked whether the person may sign in again."""
    with act("manage_people", actor=actor, matter_id=None):
        _may(actor, stepped_up_at)
        person = _person(person_id, actor)
        if person.is_active:
            raise WrongState("The account is switched on.")
        return _propose(person, ON, person.role, actor)


def switch_off(person_id: UUID | str, *, actor: Any, stepped_up_at: dt.datetime | None) -> Person:
    """The person cannot sign in any more, and their sessions are at an end: every request asks."""
    with act("manage_people", actor=actor, matter_id=None):
        _may(actor, stepped_up_at)
        person = _person(person_id, actor)
        if not person.is_active:
            raise WrongState("The account is switched off already.")
        person.is_active = False
        person.save(update_fields=["is_active"])
        _log("role.changed", person, "inactive", actor)
        return person


def settle(change_id: int, agrees: bool, *, actor: Any, stepped_up_at: dt.datetime | None) -> AccountChange:
    """What was proposed holds from now on, or never will. A changed role ends the person's sessions.

    The one who proposed can take the proposal back, and only another one can agree. Raises Forbidden
    `second_person` otherwise, StepUpNeeded, NotVisible for none that is open.
    """
    with act("manage_people", actor=actor, matter_id=None):
        _may(actor, stepped_up_at)
        change = proposals.open_one(AccountChange.objects.select_related("person"), change_id)
        if agrees and actor.pk in (change.proposed_by_id, change.person_id):
            raise Forbidden(
                "Another administrator agrees: neither the one who proposed it nor the person concerned.",
                code="second_person",
            )
        if agrees:
            _carry_out(change, actor)
        proposals.settle(change, agrees, actor=actor, now=timezone.now())
        _log("account.agreed" if agrees else "account.declined", change.person, change.role, actor)
        return change


def _carry_out(change: AccountChange, actor: Any) -> None:
    person = change.person
    if change.what == ROLE:
        _role_possible(person, change.role)  # what has happened since counts
        person.role = change.role
        person.groups.clear()  # a desk or a department belongs to the role that is left
        person.save(update_fields=["role"])
        _log("role.changed", person, change.role, actor)
    else:
        person.is_active = True
        person.save(update_fields=["is_active"])
        _log("role.changed", person, "active", actor)


def _may(actor: Any, stepped_up_at: dt.datetime | None) -> None:
    if not allowed(actor.role, "manage_people"):
        raise Forbidden("Accounts are kept by administrators.")
    require_step_up("manage_people", stepped_up_at, timezone.now())


def _person(person_id: UUID | str, actor: Any) -> Person:
    person = Person.objects.select_for_update().filter(pk=person_id).first()
    if person is None or (person.role == Role.AGENCY and not person.has_usable_password()):
        raise NotVisible()  # a client program has its secret and no account that is switched here
    if person.pk == actor.pk:
        raise Forbidden("Nobody changes their own account. Another administrator does.", code="second_person")
    if person.changes.filter(settled_at__isnull=True).exists():
        raise WrongState("A change of this account waits for another administrator already.")
    return person


def _propose(person: Person, what: str, role: str, actor: Any) -> AccountChange:
    _log("account.proposed", person, role, actor)
    return AccountChange.objects.create(
        person=person, what=what, role=role, proposed_by=actor, proposed_at=timezone.now()
    )


def _log(event: str, person: Person, result: str, actor: Any) -> None:
    log.record(event, actor=actor, facts={"refs": {"person": person.pseudonym}, "result": result})
