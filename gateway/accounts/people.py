"""Make people and agency clients; each is an entry of the log."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group
from django.db import transaction
from oauth2_provider.models import Application

from gateway.accounts.models import Person, Role
from workflows.audit import log
from workflows.errors import Invalid
from workflows.matters.models import Agency, Official
from workflows.policy.codes import REQUESTER_CLASSES
from workflows.policy.guard_text import refuse_status


def create_person(
    email: str, name: str, role: Role, password: str, *, actor: Any, groups: tuple[str, ...] = ()
) -> tuple[Person, str]:
    """A person of the staff exists; returned with the secret of their code app, handed over once."""
    if role == Role.AGENCY:
        raise Invalid("Accounts of agencies are made with their client.", code="role")
    refuse_status(f"{name} {email}")
    with transaction.atomic():
        person = Person.objects.create_user(email, password, name=name, role=role.value)
        person.groups.set([Group.objects.get_or_create(name=group)[0] for group in groups])
        secret = generate_totp_secret()
        TOTP.activate(person, secret)
        log.record(
            "person.created", actor=actor, facts={"refs": {"person": person.pseudonym}, "result": role.value}
        )
    return person, secret


def create_official(
    agency: Agency, email: str, name: str, password: str, *, actor: Any
) -> tuple[Person, str]:
    """A person of the agency can sign in on its pages; returned with the secret of their code app."""
    refuse_status(f"{name} {email}")
    with transaction.atomic():
        person = Person.objects.create_user(email, password, name=name, role=Role.AGENCY)
        Official.objects.create(agency=agency, person=person, name=name)
        secret = generate_totp_secret()
        TOTP.activate(person, secret)
        refs = {"person": person.pseudonym, "agency": agency.pk}
        log.record("person.created", actor=actor, facts={"refs": refs, "result": Role.AGENCY.value})
    return person, secret


def change_rights(
    email: str, *, actor: Any, active: bool | None = None, groups: Mapping[str, bool] | None = None
) -> Person:
    """The account may sign in or not, and belongs to these groups or not; what is not named stays as it is.

    Each change is an entry. An account that is switched off has no session any more: every request asks.
    Raises Invalid for an address that no account of the staff has.
    """
    with transaction.atomic():
        found = Person.objects.select_for_update().filter(email__iexact=email.strip())
        person = found.exclude(role=Role.AGENCY).first()
        if person is None:
            raise Invalid("No account of the staff has this address.", code="unknown_person")
        if active is not None and active != person.is_active:
            person.is_active = active
            person.save(update_fields=["is_active"])
            _changed(person, "active" if active else "inactive", actor)
        for name, belongs in (groups or {}).items():
            group = Group.objects.get_or_create(name=name)[0]
            if belongs != person.groups.filter(pk=group.pk).exists():
                (person.groups.add if belongs else person.groups.remove)(group)
                _changed(person, f"{'in' if belongs else 'out_of'}_{name.replace(' ', '_')}", actor)
    return person


def _changed(person: Person, what: str, actor: Any) -> None:
    log.record("role.changed", actor=actor, facts={"refs": {"person": person.pseudonym}, "result": what})


def create_agency(name: str, requester_class: str, *, actor: Any) -> Agency:
    """An agency exists; its class is only the default of its matters."""
    if requester_class not in REQUESTER_CLASSES:
        raise Invalid("Unknown class of requester.", code="unknown_choice")
    refuse_status(name)
    with transaction.atomic():
        agency = Agency.objects.create(name=name, default_class=requester_class)
        log.record("agency.created", actor=actor, facts={"refs": {"agency": agency.pk}})
    return agency


def create_client(agency: Agency, name: str, *, actor: Any) -> tuple[str, str]:
    """A client program of the agency exists; its id and secret are returned, the secret once only."""
    refuse_status(name)
    client_id, client_secret = secrets.token_urlsafe(24), secrets.token_urlsafe(36)
    with transaction.atomic():
        person = Person.objects.create_user(
            f"{client_id.lower()}@client.invalid", None, name=name, role=Role.AGENCY
        )
        Official.objects.create(agency=agency, person=person, name=name)
        Application.objects.create(
            client_id=client_id,
            client_secret=client_secret,
            client_type=Application.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Application.GRANT_CLIENT_CREDENTIALS,
            user=person,
            name=name,
        )
        log.record(
            "client.created",
            actor=actor,
            facts={"refs": {"agency": agency.pk, "client": person.pseudonym}},
        )
    return client_id, client_secret
