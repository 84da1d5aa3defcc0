"""The help of the desk: each role's work, a tour of the demo city, every stage, the terms. No content."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.web import guide_words as words
from gateway.web.acting import page, role_of
from workflows.matters.states import TITLES
from workflows.policy.roles import CUSTODIAN, STAFF_ROLES

READERS = frozenset({*STAFF_ROLES, CUSTODIAN})


@page(roles=READERS)
def guide(request: HttpRequest) -> HttpResponseBase:
    """Show this person's work in steps, the tour, and what each stage of a matter means."""
    role = role_of(request)
    context = {
        "nav": "guide",
        "tasks": words.ROLES[role],
        "tour": [(title, says) for title, says, roles in words.TOUR if role in roles],
        "stages": [(TITLES[state], stage) for state, stage in words.STAGES.items()],
    }
    return render(request, "staff/guide.html", context)


@page(roles=READERS)
def terms(request: HttpRequest) -> HttpResponseBase:
    """Show the terms of the pages, each with its one meaning."""
    return render(request, "staff/terms.html", {"nav": "guide", "terms": words.TERMS})


urlpatterns = [
    path("guide/", guide, name="guide"),
    path("guide/words/", terms, name="terms"),
]
