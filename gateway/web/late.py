"""Views are for people who are signed in. A form that comes after the end of a session is not lost: it is
kept sealed for the same person (`gateway.accounts.kept`), who sees it again after signing in."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from gateway.accounts import kept
from gateway.accounts.models import Person
from gateway.accounts.session import ends_at, person_of_ended, told_by_ended
from gateway.web.agency_page import KEPT as LANGUAGE
from gateway.web.agency_words import LANGUAGES, WORDS
from workflows.audit import log
from workflows.errors import NotRecorded

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
        _say(request, "late_unknown")
        return _led_to(request, redirect_to_login(request.get_full_path()).url)
    answer = keep_form(request, person, reason="session_ended")
    if answer is None:
        _say(request, "late_large")
        return _led_to(request, redirect_to_login(request.get_full_path()).url)
    return answer


def keep_form(request: HttpRequest, person: Person, *, reason: str) -> HttpResponseBase | None:
    """Keep the posted form for the person, with an entry, and lead to the page that shows it again (by way of
    the sign-in, where nobody is signed in). None for a form that is too large.

    Where no entry can be written, the form is kept all the same, for nothing is done by that, and the answer
    says so with status 503; sending it later leaves entries of its own."""
    page_of_kept = reverse("web:kept")
    signed_in = request.user.is_authenticated
    to = page_of_kept if signed_in else redirect_to_login(page_of_kept).url
    answer = _led_to(request, to)
    if not kept.seal(request, kept.form_of(request, person), answer):
        return None
    match = request.resolver_match
    move = match.view_name.replace(":", ".") if match else "web"
    try:
        log.record_refusal("access.refused", actor=person, reason=reason, facts={"move": move})
    except NotRecorded as unrecorded:
        return _unwritten(request, answer, to, unrecorded)
    if not signed_in:
        _say(request, "late_kept")
    return answer


def _unwritten(
    request: HttpRequest, answer: HttpResponse, to: str, unrecorded: NotRecorded
) -> HttpResponseBase:
    """The answer in place of one that leads on, with the keys that it carries. A part of a page, which could
    not show words, is led on with them."""
    if "HX-Redirect" in answer.headers:
        _say(request, "late_unwritten")
        answer.status_code = unrecorded.status
        return answer
    language = _language(request)
    context = {"lang": language, "w": WORDS[language], "next": to}
    page = render(request, "errors/unwritten.html", context, status=unrecorded.status)
    page.cookies = answer.cookies
    return page


def _language(request: HttpRequest) -> str:
    """What the person of the session that ended reads, else English."""
    chosen = told_by_ended(request).get(LANGUAGE)
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def _say(request: HttpRequest, sentence: str) -> None:
    """Shown on the next page, marked where its language is not that page's."""
    language = _language(request)
    messages.info(request, WORDS[language][sentence], extra_tags="" if language == "en" else language)


def _led_to(request: HttpRequest, address: str) -> HttpResponse:
    """Send the browser to another page, also where a part of one had asked."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
