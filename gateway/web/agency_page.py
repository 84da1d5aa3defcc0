"""The frame of the agency's pages: English or Spanish, as the person chose for this session."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import translation

from gateway.web.agency_words import KINDS_ES, LANGUAGES, MISSING_ES, REFUSALS_ES, WORDS
from workflows.policy.codes import MISSING

KEPT = "agency_language"


def language_of(request: HttpRequest) -> str:
    """The language that was chosen in this session, else English."""
    chosen = request.session.get(KEPT)
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def words_of(request: HttpRequest) -> dict[str, str]:
    """The words of these pages in the language of the session."""
    return WORDS[language_of(request)]


def spoken(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Dates and what forms say of themselves are in the language of the session, too."""

    @functools.wraps(view)
    def framed(request: HttpRequest, *args: Any, **ids: Any) -> HttpResponseBase:
        with translation.override(language_of(request)):
            return view(request, *args, **ids)

    return framed


def show(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponseBase:
    """The page in its frame."""
    language = language_of(request)
    refusal = getattr(request, "refusal", None)
    known = REFUSALS_ES.get(refusal.code, "") if refusal and language != "en" else ""
    return render(
        request,
        template,
        {
            "nav": "agency",
            "lang": language,
            "other": next(one for one in LANGUAGES if one != language),
            "w": WORDS[language],
            "refusal_here": refusal,
            "refusal_words": known,
            **context,
        },
    )


def missing_words(codes: Any, sentences: dict[str, str], language: str) -> list[tuple[str, str]]:
    """Language and sentence of each code: the policy's own words, or their Spanish while they are these."""
    found = []
    for code in codes:
        if code not in sentences:
            continue
        if language == "es" and sentences[code] == MISSING[code]:
            found.append(("es", MISSING_ES[code]))
        else:
            found.append(("en", sentences[code]))
    return found


def kind_words(kind: str, title: str, language: str) -> str:
    """The kind of paper in the reader's language; the law's own title in English."""
    return KINDS_ES.get(kind, title) if language == "es" else title
