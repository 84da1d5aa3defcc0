"""Views are for people who are signed in. A form that comes after the end of a session is not lost: it is
kept sealed for the same person (`gateway.accounts.kept`), who sees it again after signing in."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from gateway.accounts import kept
from gateway.accounts.models import Person
from gateway.accounts.session import ends_at, person_of_ended
from workflows.audit import log

View = Callable[..., HttpResponseBase]
# Said to a session that is over, or about what is kept already.
NOT_WORTH = frozenset({"web:stay", "web:send_kept", "web:drop_kept"})
LEFT_HEADER, UNTIL_HEADER = "X-Session-Left", "X-Session-Until"


def within_a_session(view: View) -> View:
    """The view for people who are signed in, whose browser is told how long they stay so. Others are sent to
    sign in; what they posted is kept, if their session has run out meanwhile."""

    @functools.wraps(view)
    def framed(request: HttpRequest, *args: Any, **ids: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            posted = request.method == "POST"
            return _too_late(request) if posted else redirect_to_login(request.get_full_path())
        answer = view(request, *args, **ids)
        ends = ends_at(request)
        if ends is not None and isinstance(answer, HttpResponse):
            answer.headers[LEFT_HEADER] = str(max(int((ends - timezone.now()).total_seconds()), 0))
            answer.headers[UNTIL_HEADER] = date_format(timezone.localtime(ends), "H:i T")
        return answer

    return framed


def _too_late(request: HttpRequest) -> HttpResponseBase:
    """The answer to a form that came after the end of the session: nothing is done, and it is kept."""
    person = person_of_ended(request)
    match = request.resolver_match
    if match is not None and match.view_name in NOT_WORTH:
        back = "/" if match.view_name == "web:stay" else reverse("web:kept")
        return _led_to(request, redirect_to_login(back).url)
    if person is None:
        messages.info(request, "You are not signed in, so nothing was done, and what was sent is not kept.")
        return _led_to(request, redirect_to_login(request.get_full_path()).url)
    answer = keep_form(request, person, reason="session_ended")
    if answer is None:
        messages.info(
            request, "Your session had ended and nothing was done. What you sent is too large to be kept."
        )
        return _led_to(request, redirect_to_login(request.get_full_path()).url)
    messages.info(
        request,
        "Your session had ended, so nothing was done yet. What you sent is kept for an hour: sign in, and "
        "send it from the page that follows.",
    )
    return answer


def keep_form(request: HttpRequest, person: Person, *, reason: str) -> HttpResponseBase | None:
    """Keep the posted form for the person, with an entry, and lead to the page that shows it again (by way of
    the sign-in, where nobody is signed in). None for a form that is too large."""
    page_of_kept = reverse("web:kept")
    signed_in = request.user.is_authenticated
    answer = _led_to(request, page_of_kept if signed_in else redirect_to_login(page_of_kept).url)
    if not kept.seal(request, kept.form_of(request, person), answer):
        return None
    match = request.resolver_match
    move = match.view_name.replace(":", ".") if match else "web"
    log.record_refusal("access.refused", actor=person, reason=reason, facts={"move": move})
    return answer


def _led_to(request: HttpRequest, address: str) -> HttpResponse:
    """Send the browser to another page, also where a part of one had asked."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
