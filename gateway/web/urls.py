"""Addresses of the pages. No address holds anything but random ids and page numbers (S2)."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from gateway.web import signin

# Each room of pages lists its own addresses. Other rooms lead to `queue`, `matter`, `review` (a record),
# `brief` and `release` (a matter), `log`, `house` and `agency` by these names.
ROOMS = (
    "home", "session_end", "settings", "queue", "queue_giving", "numbers", "intake", "matter", "dates",
    "papers", "bases", "exigent", "scope", "sums", "status", "secrecy", "searches", "custodian", "contacts",
    "side_door", "records", "letters", "notices",
    "accounting", "forgetting", "compliance", "exports", "reports", "answers", "challenges", "recalls",
    "holds", "people", "policy", "wordbook", "agency_filing", "agency_fetch", "agency", "house",
    "components", "accounts", "calendars", "letter_texts", "review", "words", "counsel", "release", "flags",
    "samples", "weeks", "auditor", "guide",
)  # fmt: skip
PUBLIC_ROOMS = ("public", "register", "letter_check", "asking")


def addresses(rooms: tuple[str, ...] = (*ROOMS, *PUBLIC_ROOMS)) -> list[URLPattern | URLResolver]:
    """The addresses of these rooms of pages, under the namespace `web`."""
    found: list[URLPattern | URLResolver] = []
    for room in rooms:
        if find_spec(f"gateway.web.{room}"):
            found += import_module(f"gateway.web.{room}").urlpatterns
    return found


urlpatterns = [
    path("accounts/", include(signin.urlpatterns)),
    path("", include((addresses(), "web"))),
]
