"""The two frames of every view: `page` shows, `act` changes. Both turn a refusal into words.

A page answers GET. An act answers POST only and calls one function of `workflows`; afterwards it
sends the browser back to its page. A refusal shows that same page again, with the sentences on top,
the input kept and the status of the refusal; nothing has changed. Absent and hidden are one answer.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection
from typing import Any, TypeVar
from urllib.parse import quote

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import resolve, reverse

from gateway.accounts.session import renew, step_up, stepped_up_at
from gateway.web.late import within_a_session
from workflows.errors import Invalid, NotVisible, Refused, StepUpNeeded
from workflows.policy.roles import DESK_ROLES

View = Callable[..., HttpResponseBase]
Act = Callable[..., HttpResponseBase | None]
BY_HAND_HEADER = "X-By-Hand"  # what a person presses, in contrast to what a page asks for by itself
AnyForm = TypeVar("AnyForm", bound=forms.BaseForm)


def page(*, roles: Collection[str] = DESK_ROLES) -> Callable[[View], View]:
    """A view that only shows. Other roles get the answer of an absent page."""

    def frame(view: View) -> View:
        @within_a_session
        @functools.wraps(view)
        def framed(request: HttpRequest, *args: Any, **ids: Any) -> HttpResponseBase:
            if request.method not in ("GET", "HEAD"):
                return HttpResponseNotAllowed(["GET", "HEAD"])
            if role_of(request) not in roles:
                return absent(request)
            _renew(request)
            try:
                return view(request, *args, **ids)
            except NotVisible:
                return absent(request)
            except Refused as refusal:
                return refused(request, refusal)

        framed.shows = view  # type: ignore[attr-defined]
        return framed

    return frame


def act(on: str, *ids: str, roles: Collection[str] = DESK_ROLES) -> Callable[[Act], View]:
    """A view that does one thing by POST. `on` is the page it belongs to, `ids` that page's arguments.

    The view returns None to go back to that page, or a response. GET changes nothing: it goes there.
    """

    def frame(view: Act) -> View:
        @within_a_session
        @functools.wraps(view)
        def framed(request: HttpRequest, **given: Any) -> HttpResponseBase:
            if role_of(request) not in roles:
                return absent(request)
            _renew(request)
            home = reverse(on, kwargs={name: given[name] for name in ids})
            if request.method != "POST":
                return redirect(home)
            try:
                answer = view(request, **given)
            except NotVisible:
                return absent(request)
            except StepUpNeeded as refusal:
                messages.info(request, refusal.sentence)
                return redirect(f"{reverse('mfa_reauthenticate')}?next={quote(home)}")
            except Refused as refusal:
                return _shown_again(request, home, refusal)
            return redirect(home) if answer is None else answer

        return framed

    return frame


def _renew(request: HttpRequest) -> None:
    """Let the session live on because a person did something.

    What a page fetches by itself (progress, images) renews nothing, so that an idle screen locks.
    """
    asked = request.method == "POST" or request.headers.get(BY_HAND_HEADER) == "1"
    if asked or request.headers.get("Sec-Fetch-Dest", "document") == "document":
        renew(request)


def _shown_again(request: HttpRequest, home: str, refusal: Refused) -> HttpResponseBase:
    """The page of the act, with the refusal on top and its status."""
    request.refusal = refusal  # type: ignore[attr-defined]
    try:
        response = shown(request, home)
    except NotVisible:
        return absent(request)
    response.status_code = refusal.status
    return response


def shown(request: HttpRequest, home: str) -> HttpResponseBase:
    """The page at this address, as an answer to the post at hand, with the forms that were kept."""
    match = resolve(home)
    show: View = match.func.shows  # type: ignore[attr-defined]
    return show(request, *match.args, **match.kwargs)


def role_of(request: HttpRequest) -> str:
    """The role of the person who asks; empty for nobody."""
    return getattr(request.user, "role", "")


def absent(request: HttpRequest) -> HttpResponse:
    """The answer for what does not exist and for what this person may not see: the same bytes."""
    return render(request, "404.html", status=404)


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """A page of its own for a refusal that belongs to no other page."""
    return render(request, "errors/refused.html", {"refusal": refusal}, status=refusal.status)


def own(rows: QuerySet[Any]) -> Any:
    """The one row that an address names under its matter. Raises NotVisible where it lies elsewhere."""
    found = rows.first()
    if found is None:
        raise NotVisible()
    return found


def filled(request: HttpRequest, form_class: type[AnyForm], *args: Any, **options: Any) -> AnyForm:
    """The posted form, valid. Raises Invalid otherwise; the page then shows this form with its errors."""
    form = form_class(request.POST, request.FILES, *args, **options)
    if not form.is_valid():
        keep(request)[(form_class, form.prefix)] = form
        raise Invalid("Some fields need another look. Nothing has been changed.", code="form")
    keep(request)[(form_class, form.prefix)] = form  # kept in case the act itself refuses
    return form


def form_for(request: HttpRequest, form_class: type[AnyForm], *args: Any, **options: Any) -> AnyForm:
    """The form that was just posted and refused, else a fresh one."""
    kept = keep(request).get((form_class, options.get("prefix")))
    return kept if kept is not None else form_class(*args, **options)


def keep(request: HttpRequest) -> dict[Any, Any]:
    """Forms that were posted in this request, for the page that shows them again."""
    if not hasattr(request, "failed_forms"):
        request.failed_forms = {}  # type: ignore[attr-defined]
    return request.failed_forms  # type: ignore[attr-defined]


def version_of(request: HttpRequest) -> int | None:
    """The row version that the form was made from, if it carries one. Raises Invalid when it is no number."""
    text = request.POST.get("version", "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit():
        raise Invalid("The form is damaged. Please open the page again.", code="version")
    return int(text)


def stepped_up(request: HttpRequest) -> Any:
    """The time of the last step-up, after taking the code typed into this very form, if there is one.

    Raises Invalid for a wrong code. Attempts are limited as on the step-up page.
    """
    code = request.POST.get("code", "").strip()
    if code:
        if not ratelimit.consume(request, action="reauthenticate", user=request.user):
            raise Invalid("Too many codes were tried. Please wait a few minutes.", code="too_many_codes")
        if not step_up(request, code):
            raise Invalid("This code is not right, or it has been used. Wait for the next one.", code="code")
    return stepped_up_at(request)


def done(request: HttpRequest, sentence: str) -> None:
    """Say what has changed, on the next page; never with content of a record."""
    messages.success(request, sentence)
