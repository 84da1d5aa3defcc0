"""What a session has proved, and when: password, second factor, step-up; and when it ends."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import SESSION_KEY, authenticate, login
from django.contrib.auth.signals import user_login_failed
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.utils import timezone

from gateway.accounts.models import Person, Role

RENEWED = "renewed"  # of the session: when it was last renewed because a person did something
RENEW_S = 60
ENDED_KNOWN = dt.timedelta(days=1)


def renew(request: HttpRequest, *, at_once: bool = False) -> None:
    """Let the session live on from now: at most one write a minute, unless a person asks for it."""
    now = int(time.time())
    if at_once or now - request.session.get(RENEWED, 0) >= RENEW_S:
        request.session[RENEWED] = now


def ends_at(request: HttpRequest) -> dt.datetime | None:
    """When this session ends if nobody does anything (aware UTC, never later than it does); None where
    nobody has one. What a page has fetched by itself meanwhile does not count."""
    session = getattr(request, "session", None)
    renewed = session.get(RENEWED) if session is not None and request.user.is_authenticated else None
    if renewed is None:
        return None
    return dt.datetime.fromtimestamp(renewed + settings.SESSION_COOKIE_AGE, dt.UTC)


def told_by_ended(request: HttpRequest) -> dict[str, Any]:
    """What the session of this browser held, where it has run out by itself within a day; nothing where it
    was ended, is none, or is so old that its cookie says nothing about who sits there."""
    key, now = request.COOKIES.get(settings.SESSION_COOKIE_NAME), timezone.now()
    ended = Session.objects.filter(pk=key, expire_date__lte=now, expire_date__gt=now - ENDED_KNOWN)
    row = ended.first() if key else None
    held: dict[str, Any] = row.get_decoded() if row else {}
    return held


def person_of_ended(request: HttpRequest) -> Person | None:
    """Whose session it was that has run out by itself within a day, or None."""
    who = told_by_ended(request).get(SESSION_KEY)
    return Person.objects.filter(pk=who, is_active=True).first() if who else None


def clear_ended(now: dt.datetime) -> None:
    """Sessions that ran out before that are stored no longer. Django's own command would take the rows of the
    last day as well, which say whose form came too late."""
    Session.objects.filter(expire_date__lte=now - ENDED_KNOWN).delete()


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
