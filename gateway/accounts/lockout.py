"""Which account a sign-in attempt counts against, and what is said once it is locked."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def account_tried(request: HttpRequest | None, credentials: Mapping[str, object] | None = None) -> str | None:
    """Return the address that was tried, in lower case; five failures lock it for 15 minutes.

    The sign-in form names the field `login`, its backend passes `email`, Django's own
    passes `username`: all three must count as the same account.
    """
    for source in (credentials or {}, request.POST if request is not None else {}):
        for field in ("email", "username", "login"):
            if value := source.get(field):
                return str(value).strip().lower()[:255]
    return None


def locked_out(
    request: HttpRequest, original: HttpResponse | None = None, credentials: object = None
) -> HttpResponse:
    """The answer while an account is locked: a problem document for programs, a page for people."""
    wait_s = int(settings.AXES_COOLOFF_TIME.total_seconds())
    if not request.path.startswith("/api/"):
        page = render(request, "errors/locked_out.html", status=429)
        page.headers["Retry-After"] = str(wait_s)
        return page
    body = {
        "type": "urn:disclosure-gateway:problem:locked",
        "title": "Too many requests",
        "status": 429,
        "detail": "This account is locked for 15 minutes after five failures. If it was not you, say so now.",
        "instance": request.path,
        "code": "locked",
    }
    headers = {"Retry-After": str(wait_s)}
    return JsonResponse(body, status=429, content_type="application/problem+json", headers=headers)
