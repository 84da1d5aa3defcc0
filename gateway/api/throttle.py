"""Sixty requests a minute for each client, counted in the database cache that all processes share."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from gateway.accounts.models import Role


class ClientThrottle(SimpleRateThrottle):
    """Counts agency clients by account and everybody without one by address; staff are not counted."""

    scope = "client"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        """The bucket of this request, or None for the staff."""
        person = request.user
        if person is not None and person.is_authenticated:
            return f"throttle:{person.pk}" if person.role == Role.AGENCY else None
        # Never by X-Forwarded-For, which anybody can write.
        return f"throttle:{request.META.get('REMOTE_ADDR', '')}"
