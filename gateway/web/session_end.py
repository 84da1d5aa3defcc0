"""The end of a session: stay signed in, and what was typed too late, to be sent again or thrown away."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import REASON_BAD_ORIGIN
from django.shortcuts import redirect, render
from django.urls import Resolver404, path, resolve
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.csrf import csrf_failure

from gateway.accounts import kept
from gateway.accounts.session import renew, second_factor_at
from gateway.web.acting import act, page, role_of
from gateway.web.agency_page import show
from gateway.web.late import NOT_WORTH, keep_form
from workflows.audit import log
from workflows.errors import NotVisible
from workflows.policy.roles import AGENCY, CUSTODIAN, STAFF_ROLES

EVERYBODY = STAFF_ROLES | {AGENCY, CUSTODIAN}
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
NOT_SHOWN = frozenset({"version", "once", "next", "page", "finding"})  # of the form itself, nobody typed them


@act("web:home", roles=EVERYBODY)
def stay(request: HttpRequest) -> HttpResponseBase:
    """The session lives on from now. A page that asked by script stays as it is; others are opened anew."""
    renew(request, at_once=True)
    with transaction.atomic(durable=True):
        log.record("person.session_prolonged", actor=request.user)  # type: ignore[arg-type]
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204)
    back = request.POST.get("next", "")
    return redirect(back if url_has_allowed_host_and_scheme(back, None) else "/")


@page(roles=EVERYBODY)
def kept_form(request: HttpRequest) -> HttpResponseBase:
    """Show what this person sent after the end of a session. Raises NotVisible where nothing is kept."""
    found = kept.kept_for(request)
    if not found:
        raise NotVisible()
    context: dict[str, Any] = {"forms": [_shown(place, form) for place, form in found.items()]}
    if role_of(request) == AGENCY:
        return show(request, "agency/kept.html", context)
    return render(request, "staff/kept.html", context)


def _shown(place: str, form: kept.Kept) -> dict[str, Any]:
    """One of them: what was typed, for a person to recognise, and all of it, to be sent."""
    return {
        "place": place,
        "sent": form,
        "typed": [(_words(name), value) for name, value in form.fields if _typed(name, value)],
        "takes_code": not any(name == "code" for name, _ in form.fields),  # there it is the ground of a box
    }


def _typed(name: str, value: str) -> bool:
    """True for what a person can recognise: neither empty, nor of the form itself, nor a key of a row."""
    return bool(value) and name not in NOT_SHOWN and not KEY.fullmatch(value)


def _words(name: str) -> str:
    """The name of a field, for people."""
    return name.rpartition("-")[2].replace("_", " ").capitalize()


@act("web:kept", roles=EVERYBODY)
def send_kept(request: HttpRequest, place: str) -> HttpResponseBase:
    """Send it now: the browser repeats the form to the address it was meant for, which judges it anew."""
    form = kept.kept_for(request).get(place)
    if form is None:
        raise NotVisible()
    answer = HttpResponse(status=307, headers={"Location": form.path})
    _forget(request, answer, place, "form.resent")
    return answer


@act("web:kept", roles=EVERYBODY)
def drop_kept(request: HttpRequest, place: str) -> HttpResponseBase:
    """Throw it away; what else is kept is shown again."""
    found = kept.kept_for(request)
    if place not in found:
        raise NotVisible()
    answer = redirect("web:kept" if len(found) > 1 else "web:home")
    _forget(request, answer, place, "form.dropped")
    return answer


def _forget(request: HttpRequest, answer: HttpResponse, place: str, event: str) -> None:
    """What was kept is destroyed, with its entry or not at all. Raises NotRecorded."""
    with transaction.atomic(durable=True):
        log.record(event, actor=request.user)  # type: ignore[arg-type]
        kept.forget(request, answer, place)


def out_of_date(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """The answer to a form with an old token. Who has signed in again meanwhile, in another window, and sent
    it from a page of ours, sees it once more and sends it by hand; nothing is done before."""
    if _may_be_kept(request, reason):
        answer = keep_form(request, request.user, reason="form_out_of_date")  # type: ignore[arg-type]
        if answer is not None:
            return answer
    return csrf_failure(request, reason, template_name="403_csrf.html")


def _may_be_kept(request: HttpRequest, reason: str) -> bool:
    """True for a form of our own pages, by somebody who could open the page that shows it again."""
    if not request.user.is_authenticated or reason.startswith(REASON_BAD_ORIGIN.partition("%")[0]):
        return False
    proved = role_of(request) == AGENCY or second_factor_at(request) is not None
    if not proved or request.headers.get("Sec-Fetch-Site") != "same-origin":
        return False
    try:
        meant_for = resolve(request.path)
    except Resolver404:
        return False
    return meant_for.namespace == "web" and meant_for.view_name not in NOT_WORTH


urlpatterns = [
    path("session/stay/", stay, name="stay"),
    path("session/kept/", kept_form, name="kept"),
    path("session/kept/<slug:place>/send/", send_kept, name="send_kept"),
    path("session/kept/<slug:place>/drop/", drop_kept, name="drop_kept"),
]
