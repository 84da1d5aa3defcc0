"""What a session has proved, and when: password, second factor, step-up."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import authenticate, login
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest

from gateway.accounts.models import Person, Role


def second_factor_at(request: HttpRequest) -> dt.datetime | None:
    """When this session last proved the second factor (aware UTC), or None."""
    times = [record["at"] for record in _proofs(request) if record.get("method") == "mfa"]
    return dt.datetime.fromtimestamp(max(times), dt.UTC) if times else None


def _proofs(request: HttpRequest) -> list[dict[str, Any]]:
    """What this session has proved about the person it belongs to; nothing for anybody else."""
    person: Any = getattr(request, "user", None)
    found: list[dict[str, Any]] = get_authentication_records(request, person)
    return found


def stepped_up_at(request: HttpRequest) -> dt.datetime | None:
    """The time that counts for acts of weight: that of the last second factor.

    A fresh sign-in with password and code counts, so that no code is needed twice.
    """
    return second_factor_at(request)


def totp_of(person: Person) -> TOTP | None:
    """The person's second factor, or None when none has been set up."""
    authenticator = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
    return TOTP(authenticator) if authenticator else None


def sign_in(request: HttpRequest, email: str, password: str, code: str) -> Person | None:
    """Sign a person of the staff in with both factors at once; None when either is wrong or missing.

    The same answer for an unknown address, a wrong password and a wrong code; each counts towards the
    lock-out, or whoever knows a password could try codes for ever.
    """
    person = authenticate(
        request, email=email.strip().lower(), username=email.strip().lower(), password=password
    )
    if not isinstance(person, Person):
        return None
    factor = totp_of(person) if person.role != Role.AGENCY else None
    if factor is None or not factor.validate_code(code):
        user_login_failed.send(sender=__name__, credentials={"username": person.email}, request=request)
        return None
    login(request, person, backend="allauth.account.auth_backends.AuthenticationBackend")
    record_authentication(request, person, method="password", email=person.email)
    _record_factor(request, person, factor)
    return person


def step_up(request: HttpRequest, code: str) -> bool:
    """The session has proved the second factor anew; False for a wrong or used code, or while locked.

    Wrong codes count towards the lock-out of the account, like those of a sign-in.
    """
    person: Any = request.user
    account = {"username": person.email}
    if not AxesProxyHandler.is_allowed(request, account):
        return False
    factor = totp_of(person)
    if factor is None or not factor.validate_code(code):
        AxesProxyHandler.user_login_failed(sender=__name__, credentials=account, request=request)
        return False
    _record_factor(request, person, factor)
    return True


def _record_factor(request: HttpRequest, person: Person, factor: TOTP) -> None:
    record_authentication(
        request, person, method="mfa", id=factor.instance.pk, type="totp", reauthenticated=True
    )


def auth_words(request: HttpRequest) -> str | None:
    """Method and level for the log: `password`, `password+totp`."""
    methods = {record.get("method") for record in _proofs(request)}
    if not methods:
        return None
    return "password+totp" if "mfa" in methods else "password"
