"""Which account a sign-in attempt counts against."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest


def account_tried(request: HttpRequest | None, credentials: Mapping[str, object] | None = None) -> str | None:
    """Return the address that was tried, in lower case; five failures lock it for 15 minutes.

    The sign-in form names the field `login`, its backend passes `email`, Django's own
    passes `username`: all three must count as the same account.
    """
    for source in (credentials or {}, request.POST if request is not None else {}):
        for field in ("email", "username", "login"):
            if value := source.get(field):
                return str(value).strip().lower()[:255]
    return None
