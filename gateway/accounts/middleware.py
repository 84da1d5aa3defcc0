"""Before every view: where the request comes from (for the log), and the second factor for staff."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from gateway.accounts.models import Role
from gateway.accounts.session import auth_words, person_of_ended, second_factor_at, totp_of
from workflows.audit import log
from workflows.audit.context import RequestContext, coarse_network, request_context, session_pseudonym

Handler = Callable[[HttpRequest], HttpResponse]


class Sessions(SessionMiddleware):
    """As Django has them, but the cookie of a session that ran out by itself stays until a new sign-in: it
    opens nothing, and says whose form came too late, also when the page asked for its progress meanwhile."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Store the session; take back the deletion of such a cookie."""
        response = super().process_response(request, response)
        cookie = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and not cookie.value and person_of_ended(request) is not None:
            del response.cookies[settings.SESSION_COOKIE_NAME]
        return response


class AuditContext:
    """Entries written while a request runs carry method of sign-in, session pseudonym and coarse network."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session.session_key
        context = RequestContext(
            auth=auth_words(request) if session else None,
            session=session_pseudonym(session) if session else None,
            net=coarse_network(request.META.get("REMOTE_ADDR", "")),
        )
        with request_context(context):
            return self.get_response(request)


class SecondFactor:
    """Staff who have not proved a second factor in this session see nothing but the way to prove one."""

    OPEN_PREFIXES = ("/accounts/", "/static/", "/healthz", "/api/", "/delivery/", "/public/")

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        person = request.user
        if not person.is_authenticated or request.path.startswith(self.OPEN_PREFIXES):
            return self.get_response(request)
        if person.role == Role.AGENCY or second_factor_at(request) is not None:
            return self.get_response(request)
        log.record_refusal("access.refused", actor=person, reason="second_factor")
        if totp_of(person) is None:
            messages.info(request, "Set up a code app first: staff sign in with a password and a code.")
            return redirect("mfa_activate_totp")
        return redirect(f"{reverse('mfa_reauthenticate')}?next={request.path}")
