"""Pages for everybody, in English and in Spanish: no sign-in, no script, no cookie, nothing that tracks.

The language is part of the address, so that a link keeps it and nothing has to be remembered. Where
somebody is signed in all the same, their session is not touched.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt

from gateway.web.public_words import LANGUAGES, WORDS
from workflows.lawbook import in_force
from workflows.notices import referrals

KEPT_S = 300  # a page of the register may be five minutes old
PAGES = ("rules", "help")


def open_page(view: Callable[..., HttpResponseBase], *, takes: str = "") -> Callable[..., HttpResponseBase]:
    """A page for everybody; its first argument after the request is the language.

    Only what `takes` names is answered besides GET. A form here carries no token, because a token needs a
    cookie: it acts for nobody who is signed in, so there is nothing that another site could misuse.
    """
    methods = ("GET", "HEAD", *([takes] if takes else []))

    @csrf_exempt
    @functools.wraps(view)
    def framed(request: HttpRequest, language: str, *args: Any, **ids: Any) -> HttpResponseBase:
        if request.method not in methods:
            return HttpResponseNotAllowed(methods)
        try:
            if language not in LANGUAGES:
                raise Http404
            response = view(request, language, *args, **ids)
        except Http404:
            return absent(request, language if language in LANGUAGES else LANGUAGES[0])
        if request.method != "POST" and response.status_code == 200:
            patch_cache_control(response, public=True, max_age=KEPT_S)
        return response

    return framed


def absent(request: HttpRequest, language: str) -> HttpResponse:
    """The page for an address that leads to nothing, in the reader's language."""
    return show(request, "public/absent.html", language, here="", status=404)


def show(
    request: HttpRequest, template: str, language: str, *, here: str, status: int = 200, **context: Any
) -> HttpResponse:
    """The page in its frame. `here` is the name of its address, for the link to the other language; a page
    without one leads to the register."""
    other = next(one for one in LANGUAGES if one != language)
    match, policy = request.resolver_match, in_force(timezone.now())
    ids = {**(match.kwargs if match and here else {}), "language": other}
    return render(
        request,
        template,
        {
            "lang": language,
            "other": other,
            "other_url": reverse(f"web:{here or 'register'}", kwargs=ids),
            "w": WORDS[language],
            "city_name": settings.CITY_NAME,
            "source": policy.source.line(language),
            "policy_number": policy.number,
            "here": here,
            **context,
        },
        status=status,
    )


def front(request: HttpRequest) -> HttpResponseBase:
    """The address without a language leads to the English register, which leads to the Spanish one."""
    return redirect("web:register", language=LANGUAGES[0])


@open_page
def rules(request: HttpRequest, language: str) -> HttpResponseBase:
    """What the city withholds and why."""
    return show(request, f"public/rules.{language}.html", language, here="public_rules")


@open_page
def get_help(request: HttpRequest, language: str) -> HttpResponseBase:
    """Where to get help."""
    rows = [
        {"name": one.name, "does": one.does(language), "phone": one.phone, "place": one.place}
        for one in referrals.current()
    ]
    return show(request, f"public/help.{language}.html", language, here="public_help", referrals=rows)


urlpatterns = [
    path("public/", front, name="public"),
    path("public/<str:language>/rules/", rules, name="public_rules"),
    path("public/<str:language>/help/", get_help, name="public_help"),
]
