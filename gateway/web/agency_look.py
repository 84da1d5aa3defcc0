"""The check before filing: what a paper is, what is missing, what would happen next. Nothing is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.views import APIView

from gateway.accounts.rates import CheckThrottle
from gateway.web.agency_page import kind_words, language_of, missing_words, words_of
from gateway.web.uploads import on_disk
from workflows.errors import Invalid
from workflows.flow.looking import Look, look_at_paper
from workflows.lawbook import in_force
from workflows.policy.instrument_types import COUNSEL, SUFFICES

BY = {True: "by_judge", False: "by_agency", None: "by_unknown"}


def look(request: HttpRequest, upload: UploadedFile | None, subjects: Sequence[str] = ()) -> None:
    """The page at hand shows what this paper is. Raises Invalid for no file, an empty one, or too many."""
    words = words_of(request)
    if upload is None:
        raise Invalid(words["paper_needed"], code="paper_needed")
    if not upload.size:
        raise Invalid(words["empty"], code="empty_file")
    asked = Request(request)
    asked.user = request.user
    if not CheckThrottle().allow_request(asked, APIView()):
        raise Invalid(words["many_checks"], code="many_checks")
    with on_disk(upload) as place:
        request.look = look_at_paper(place, actor=request.user, subjects=subjects)  # type: ignore[attr-defined]


def shown_look(request: HttpRequest) -> dict[str, Any] | None:
    """What was just looked at, in words; None when nothing was."""
    found: Look | None = getattr(request, "look", None)
    if found is None:
        return None
    words, language = words_of(request), language_of(request)
    sentences = in_force(timezone.now()).words("missing")
    return {
        "look": found,
        "kind": kind_words(found.kind, found.title, language),
        "by": words[BY[found.judicial]],
        "court": found.court or words["not_found"],
        "docket": found.docket or words["not_found"],
        "days": [
            (words[name], day)
            for name, day in (
                ("issued_on", found.issued_on),
                ("execute_by", found.execute_by),
                ("return_day", found.return_on),
            )
        ],
        "missing": missing_words(found.missing, sentences, language),
        "next": words[f"next.{next_step(found)}"],
    }


def next_step(found: Look) -> str:
    """What would happen if this paper were filed, as the end of a key of the words."""
    if found.unreadable == "over_limits":
        return "over_limits"
    if found.unreadable:
        return "unreadable"
    if not found.known:
        return "unknown"
    if found.verdict in (SUFFICES, COUNSEL) and found.missing:
        return "defects"
    return found.verdict
