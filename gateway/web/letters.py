"""Letters of a matter, as issued."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.web.acting import page
from gateway.web.matter import frame


@page()
def letters(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show every letter with its check code, newest first."""
    context = frame(request, matter_id, "letters")
    context["letters"] = list(context["matter"].letters.order_by("-issued_at"))
    return render(request, "staff/letters.html", context)


urlpatterns = [path("matters/<uuid:matter_id>/letters/", letters, name="letters")]
