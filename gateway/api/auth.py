"""Who calls: an agency's client with a token, or a person of the staff with a session."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from oauth2_provider.contrib.rest_framework import OAuth2Authentication
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from gateway.accounts.models import Person, Role
from gateway.accounts.session import second_factor_at, stepped_up_at
from workflows.policy.roles import CUSTODIAN, STAFF_ROLES

SCOPE = "matters"


class AgencyToken(OAuth2Authentication):
    """A bearer token of a client credentials grant. The actor is the account behind the client."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """Return the client's account and the token; None when the token is missing or not valid.

        The library would parse the body to look for a token there: so only the headers are shown to
        it, and nobody's body is read before we know who sends it.
        """
        headers = _headers_only(request)
        found = super().authenticate(headers)
        # What is wrong with the token, for the answer's WWW-Authenticate.
        setattr(request, "oauth2_error", getattr(headers, "oauth2_error", {}))  # noqa: B010
        if found is None:
            return None
        _, token = found
        person = token.application.user if token.application else None
        if not isinstance(person, Person) or not person.is_active or person.role != Role.AGENCY:
            return None
        if not token.is_valid([SCOPE]):
            return None
        return person, token


def _headers_only(request: Request) -> HttpRequest:
    bare = HttpRequest()
    bare.method, bare.path = "GET", request.path
    bare.META = {
        name: value
        for name, value in request.META.items()
        if name.startswith(("HTTP_", "SERVER_", "wsgi.url_scheme"))
    }
    return bare


class StaffSession(SessionAuthentication):
    """A session of the staff, with its second factor proved, and with CSRF protection."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        """Return the person; None when nobody is signed in with both factors."""
        found = super().authenticate(request)
        if found is None or second_factor_at(request._request) is None:
            return None
        return found

    def authenticate_header(self, request: Request) -> str:
        """So that a missing session is answered 401, not 403."""
        return 'Session realm="staff"'


class IsStaff(BasePermission):
    """Only people of the staff."""

    message = "Only the city's staff may do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        """True for the roles of the staff; agencies and custodians of departments are none of them."""
        return bool(request.user and request.user.is_authenticated and request.user.role in STAFF_ROLES)


class MayAttest(BasePermission):
    """The staff, and custodians of departments."""

    message = "Only the city's staff may do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        """True for the staff and for custodians; which search is for the act itself to say."""
        user = request.user
        return bool(user and user.is_authenticated and user.role in STAFF_ROLES | {CUSTODIAN})


class IsAgency(BasePermission):
    """Only clients of requesting agencies."""

    message = "Only a requesting agency's client may do this."

    def has_permission(self, request: Request, view: Any) -> bool:
        """True for agency clients."""
        return bool(request.user and request.user.is_authenticated and request.user.role == Role.AGENCY)


def caller(request: Request) -> Any:
    """Who calls: a Person, or None before authentication."""
    return request.user


def step_up_time(request: Request) -> Any:
    """When the caller's session last proved its second factor, or None (always for clients)."""
    return stepped_up_at(request._request) if caller(request).role != Role.AGENCY else None
