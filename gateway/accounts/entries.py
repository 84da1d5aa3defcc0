"""Signing in, failing to, and signing out are entries of the log."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver

from workflows.audit import log


@receiver(user_logged_in, dispatch_uid="accounts.signed_in")
def signed_in(sender: Any, user: Any, **kwargs: Any) -> None:
    """A person has a session."""
    with transaction.atomic():
        log.record("person.signed_in", actor=user)


@receiver(user_logged_out, dispatch_uid="accounts.signed_out")
def signed_out(sender: Any, user: Any, **kwargs: Any) -> None:
    """A person's session is over."""
    if user is not None:
        with transaction.atomic():
            log.record("person.signed_out", actor=user)


@receiver(user_login_failed, dispatch_uid="accounts.sign_in_failed")
def sign_in_failed(sender: Any, **kwargs: Any) -> None:
    """Somebody failed to sign in; who they claimed to be is not written down."""
    log.record_refusal("person.sign_in_failed", actor=log.ANONYMOUS, reason="credentials")


@receiver(authentication_step_completed, dispatch_uid="accounts.stepped_up")
def stepped_up(sender: Any, request: Any, user: Any, method: str, **kwargs: Any) -> None:
    """A session has proved a second factor again."""
    if kwargs.get("reauthenticated"):
        with transaction.atomic():
            log.record("person.stepped_up", actor=user)


@receiver(
    [authenticator_added, authenticator_removed, authenticator_reset], dispatch_uid="accounts.factor_changed"
)
def factor_changed(sender: Any, user: Any, **kwargs: Any) -> None:
    """A code app or recovery codes were set up, replaced or taken away; which secret is not written down."""
    with transaction.atomic():
        log.record("person.factor_changed", actor=user)
