"""How often somebody may ask, in pages and in the API alike: by address, or by account once signed in."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle


class PublicThrottle(SimpleRateThrottle):
    """One count for each address, over all public look-ups; in the cache that all processes share."""

    scope = "public"

    def get_cache_key(self, request: Request, view: Any) -> str:
        """The bucket of this address; never by X-Forwarded-For, which anybody can write."""
        return f"throttle:public:{request.META.get('REMOTE_ADDR', '')}"


class AskingThrottle(PublicThrottle):
    """Questions that somebody must answer by hand: a few an hour from one address."""

    scope = "asking"

    def get_cache_key(self, request: Request, view: Any) -> str:
        """A bucket apart from that of the look-ups."""
        return f"throttle:asking:{request.META.get('REMOTE_ADDR', '')}"


class CheckThrottle(SimpleRateThrottle):
    """Papers that one account has looked at before filing: each costs a reading in the cage."""

    scope = "paper_check"

    def get_cache_key(self, request: Request, view: Any) -> str:
        """The bucket of this account, pages and API together."""
        return f"throttle:paper_check:{request.user.pk}"
