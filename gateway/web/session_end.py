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
    found = _found(request)
    context: dict[str, Any] = {
        "kept": found,
        "shown": [(_words(name), value) for name, value in found.fields if _typed(name, value)],
    }
    if role_of(request) == AGENCY:
        return show(request, "agency/kept.html", context)
    return render(request, "staff/kept.html", context)


def _found(request: HttpRequest) -> kept.Kept:
    found = kept.kept_for(request)
    if found is None:
        raise NotVisible()
    return found


def _typed(name: str, value: str) -> bool:
    """True for what a person can recognise: neither empty, nor of the form itself, nor a key of a row."""
    return bool(value) and name not in NOT_SHOWN and not KEY.fullmatch(value)


def _words(name: str) -> str:
    """The name of a field, for people."""
    return name.rpartition("-")[2].replace("_", " ").capitalize()


@act("web:kept", roles=EVERYBODY)
def send_kept(request: HttpRequest) -> HttpResponseBase:
    """Send it now: the browser repeats the form to the address it was meant for, which judges it anew."""
    found = _found(request)
    answer = HttpResponse(status=307, headers={"Location": found.path})
    _forget(request, answer, "form.resent")
    return answer


@act("web:kept", roles=EVERYBODY)
def drop_kept(request: HttpRequest) -> HttpResponseBase:
    """Throw it away."""
    answer = redirect("web:home")
    _forget(request, answer, "form.dropped")
    return answer


def _forget(request: HttpRequest, answer: HttpResponse, event: str) -> None:
    """What was kept is destroyed, with its entry or not at all. Raises NotRecorded."""
    with transaction.atomic(durable=True):
        log.record(event, actor=request.user)  # type: ignore[arg-type]
        kept.forget(request, answer)


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
    path("session/kept/send/", send_kept, name="send_kept"),
    path("session/kept/drop/", drop_kept, name="drop_kept"),
]
