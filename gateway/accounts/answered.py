"""No request without an entry (evidence, rule E12): what nobody else has recorded is recorded here.

Acts, and readings of records, papers and the log, write entries of their own, with what they saw and in
their own transaction. This middleware asks after each request of a person or program whether anything
was written, and if not, writes which address was answered to whom, or what was refused. So an address
that is added later cannot be forgotten. What is left out is listed below by name, each with its reason.

An entry that cannot be written fails the request (E13): the answer is withheld.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from workflows.audit import context, log
from workflows.errors import NotRecorded, Refused

Handler = Callable[[HttpRequest], HttpResponse]

_PUBLIC = "for everybody without an account: says nothing of a matter, and anybody could fill the log with it"
_FORM = "shows a form for signing in and reads nothing; what is typed there is an entry"
# Address -> why reading it leaves no entry. A change asked for there leaves one all the same.
LEFT_OUT: Mapping[str, str] = {
    "healthz": "says only that the process lives; asked every few seconds by machines",
    "api:schema": "the description of the interface, the same for everybody",
    "api:docs": "the description of the interface, the same for everybody",
    "api:nothing": "no such address, so nothing was read",
    "api:public-letter": _PUBLIC,
    "api:register": _PUBLIC,
    "api:policy": _PUBLIC,
    "web:public": _PUBLIC,
    "web:public_rules": _PUBLIC,
    "web:public_help": _PUBLIC,
    "web:register": _PUBLIC,
    "web:register_of": _PUBLIC,
    "web:register_csv": _PUBLIC,
    "web:register_json": _PUBLIC,
    "web:letter_check_short": _PUBLIC,
    "web:letter_code_short": _PUBLIC,
    "web:letter_form": _PUBLIC,
    "web:letter_check": _PUBLIC,
    "web:asking": _PUBLIC,
    "web:asked": _PUBLIC,
    "account_login": _FORM,
    "account_inactive": _FORM,
    "account_logout": _FORM,
    "account_reauthenticate": _FORM,
    "mfa_authenticate": _FORM,
    "mfa_reauthenticate": _FORM,
    "mfa_activate_totp": _FORM,
}
ONE_READING_S = 60
READING = frozenset({"GET", "HEAD", "OPTIONS"})
SIGN_IN = frozenset({"account_login", "mfa_authenticate"})
# Nobody asked, or no act: 401, 405, 406; 429 is the limit that keeps such noise out.
NO_ENTRY = frozenset({401, 405, 406, 429})
REFS = {
    "record_id": "record", "paper_id": "instrument", "letter_id": "letter", "search_id": "search",
    "contact_id": "contact", "accounting_id": "accounting",
}  # fmt: skip


class LeavesAnEntry:
    """After each request that was for somebody: at least one entry is durable, or the answer is withheld."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with context.tallied() as tally:
            response = self.get_response(request)
            if tally.count == 0 and _owes_an_entry(request, response):
                again = response.status_code == 200 and _asks_again(request)
                if again and cache.get(_reading(request)):
                    return response
                try:
                    _record(request, response)
                except NotRecorded as unrecorded:
                    response.close()
                    return _withheld(request, unrecorded)
                if again:
                    cache.set(_reading(request), True, ONE_READING_S)
        return response


def _asks_again(request: HttpRequest) -> bool:
    """True where a page that shows work in progress asks for itself again. Such a look is one entry a minute,
    not thirty: whoever only says so leaves the first one all the same, and every refusal is one."""
    said = request.method == "GET" and request.headers.get("HX-Request") == "true"
    return said and request.session.session_key is not None


def _reading(request: HttpRequest) -> str:
    """The name of one session's look at one address."""
    asked = f"{request.session.session_key}|{request.get_full_path()}"
    return f"reading.{hashlib.sha256(asked.encode()).hexdigest()}"


def _owes_an_entry(request: HttpRequest, response: HttpResponse) -> bool:
    match = request.resolver_match
    if match is None or response.status_code in NO_ENTRY:
        return False
    if request.method in READING and (match.view_name in LEFT_OUT or 300 <= response.status_code < 400):
        return False  # whoever is only led on has read nothing; the page they are led to leaves its own entry
    if _known(request):
        return True
    # Nobody is known: only a try to sign in counts, and not the step between password and code.
    return match.view_name in SIGN_IN and request.method == "POST" and response.status_code != 302


def _known(request: HttpRequest) -> bool:
    """True for a person or program that has signed in. The API leaves None where nobody has."""
    return bool(getattr(request.user, "is_authenticated", False))


def _record(request: HttpRequest, response: HttpResponse) -> None:
    """Write who was answered at which address, or what was refused. Raises NotRecorded."""
    match, status = request.resolver_match, response.status_code
    assert match is not None
    actor: Any = request.user if _known(request) else log.ANONYMOUS
    facts: dict[str, Any] = {"move": match.view_name.replace(":", ".").replace("-", "_")}
    if response.headers.get("Idempotent-Replay") == "true":  # the first answer again: nothing new was done
        facts["result"] = "repeated"
        with transaction.atomic(durable=True):
            log.record("request.answered", actor=actor, facts=facts)
    elif actor is log.ANONYMOUS:
        log.record_refusal("person.sign_in_failed", actor=actor, reason="form", facts=facts)
    elif status >= 500:
        log.record_refusal(
            "request.failed", actor=actor, reason=f"status.{status}", outcome="failed", facts=facts
        )
    elif status >= 400:
        event = "access.refused" if status in (403, 404) else "input.refused"
        log.record_refusal(event, actor=actor, reason=f"status.{status}", facts=facts)
    else:
        form_again = status == 200 and not match.view_name.startswith("api:")  # an act leads on: 302
        facts["result"] = "read" if request.method in READING or form_again else "asked"
        shown = status < 300  # whoever is only led on has seen nothing of the matter that the address names
        matter = match.kwargs.get("matter_id") if shown else None
        if shown:
            facts["refs"] = {ref: match.kwargs[key] for key, ref in REFS.items() if key in match.kwargs}
        with transaction.atomic(durable=True):
            log.record("request.answered", actor=actor, matter=matter, facts=facts)


def _withheld(request: HttpRequest, unrecorded: Refused) -> HttpResponse:
    """The answer in place of the one that could not be recorded: a problem document, or a page."""
    if request.path.startswith(("/api/", "/delivery/")):
        body = {
            "type": f"urn:disclosure-gateway:problem:{unrecorded.code}", "title": "The log cannot be written",
            "status": unrecorded.status, "detail": unrecorded.sentence, "instance": request.path,
            "code": unrecorded.code,
        }  # fmt: skip
        return JsonResponse(body, status=unrecorded.status, content_type="application/problem+json")
    return render(request, "errors/refused.html", {"refusal": unrecorded}, status=unrecorded.status)
