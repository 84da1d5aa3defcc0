"""What a requesting agency sees: its own requests, each in one coarse word, and the letters about them.

Nothing here tells whether records exist.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.urls import path, reverse
from django.utils import timezone, translation

from gateway.web.acting import act, form_for, page, shown
from gateway.web.agency_fetch import offers
from gateway.web.agency_filing import PaperForm, WithdrawForm, withdrawable
from gateway.web.agency_look import shown_look
from gateway.web.agency_page import KEPT, kind_words, language_of, missing_words, show, spoken, words_of
from gateway.web.agency_words import LANGUAGES
from gateway.web.letters import as_pdf
from gateway.web.recalls import recalls_for_agency
from workflows.errors import NotVisible
from workflows.instruments.models import Instrument
from workflows.lawbook import in_force
from workflows.matters.access import access_matter, agency_of, visible_matters
from workflows.matters.models import Matter
from workflows.matters.states import coarse
from workflows.policy.instrument_types import instrument_type
from workflows.policy.roles import AGENCY
from workflows.releases.queries import letters_for_agency

ROWS = 200
STEPS = ("received", "needs_paper", "under_review", "ready", "answered")
CHIPS = {"needs_paper": "chip-warn", "ready": "chip-good"}


@page(roles={AGENCY})
def requests(request: HttpRequest) -> HttpResponseBase:
    """Show the agency's requests, newest first."""
    with translation.override(language_of(request)):  # also where the language was changed just now
        return _requests(request)


def _requests(request: HttpRequest) -> HttpResponseBase:
    rows = visible_matters(request.user).order_by("-received_at")[:ROWS]
    words = words_of(request)
    context = {"agency": agency_of(request.user), "rows": [_row(matter, words) for matter in rows]}
    return show(request, "agency/requests.html", context)


@spoken
@page(roles={AGENCY})
def one(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show one request: its coarse state, what is needed, the papers, the package, the letters."""
    matter = access_matter(request.user, matter_id, "see_matter")
    words = words_of(request)
    filed = _papers(request, matter)
    context = {
        "row": _row(matter, words),
        "steps": _steps(coarse(matter.state), words),
        "papers": filed,
        "reading": any(paper["being_read"] for paper in filed),
        "form": form_for(request, PaperForm, words=words),
        "look": shown_look(request),
        "offers": offers(request, matter),
        "withdrawal": form_for(request, WithdrawForm, prefix="withdraw", words=words)
        if withdrawable(matter)
        else None,
        "letters": list(letters_for_agency(matter).order_by("-issued_at")),
        "recalls": recalls_for_agency(request, matter.recalls, words),
    }
    return show(request, "agency/request.html", context)


@page(roles={AGENCY})
def letter(request: HttpRequest, matter_id: UUID, letter_id: UUID) -> HttpResponseBase:
    """One letter as a PDF, if the agency may read it."""
    matter = access_matter(request.user, matter_id, "see_letters")
    return as_pdf(letters_for_agency(matter).filter(pk=letter_id).first())


@act("web:agency", roles={AGENCY})
def speak(request: HttpRequest, language: str) -> HttpResponseBase:
    """These pages are in this language until the session ends."""
    if language not in LANGUAGES:
        raise NotVisible()
    request.session[KEPT] = language
    return shown(request, reverse("web:agency"))


def _row(matter: Matter, words: dict[str, str]) -> dict[str, Any]:
    state = coarse(matter.state)
    return {
        "matter": matter,
        "state": state,
        "chip": CHIPS.get(state, ""),
        "title": words[f"coarse.{state}"],
        "says": words[f"coarse.{state}.says"],
    }


def _steps(state: str, words: dict[str, str]) -> list[dict[str, Any]]:
    """The way of a request, without saying more than its coarse state does; none once it is closed."""
    if state not in STEPS:
        return []
    now = STEPS.index(state)
    return [
        {"title": words[f"step.{name}"], "done": number < now, "now": number == now}
        for number, name in enumerate(STEPS)
    ]


def _papers(request: HttpRequest, matter: Matter) -> list[dict[str, Any]]:
    """What agencies filed: what the city wrote or filed itself is the desk's business, as in the API."""
    sentences, language = in_force(timezone.now()).words("missing"), language_of(request)
    rows = matter.instruments.filter(filed_by__role=AGENCY).order_by("-filed_at")
    return [_paper(paper, sentences, language) for paper in rows]


def _paper(paper: Instrument, sentences: dict[str, str], language: str) -> dict[str, Any]:
    reading = paper.reading or {}
    kind = instrument_type(reading.get("type", "unknown"))
    return {
        "filed_at": paper.filed_at,
        "sha256": paper.sha256,
        "being_read": paper.reading is None,
        "kind": kind_words(kind.id, kind.title, language),
        "missing": missing_words(reading.get("missing", ()), sentences, language),
    }


urlpatterns = [
    path("agency/", requests, name="agency"),
    path("agency/<uuid:matter_id>/", one, name="agency_request"),
    path("agency/<uuid:matter_id>/letters/<uuid:letter_id>/", letter, name="agency_letter"),
    path("agency/language/<str:language>/", speak, name="agency_language"),
]
