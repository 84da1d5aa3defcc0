"""What a requesting agency sees: its own requests, each in one coarse word, and the letters about them.

Nothing here tells whether records exist.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.web.acting import page
from gateway.web.letters import as_pdf
from gateway.web.recalls import recalls_for_agency
from gateway.web.wording import COARSE
from workflows.matters.access import access_matter, agency_of, visible_matters
from workflows.matters.models import Matter
from workflows.matters.states import coarse
from workflows.policy.roles import AGENCY
from workflows.releases.queries import letters_for_agency

ROWS = 200


@page(roles={AGENCY})
def requests(request: HttpRequest) -> HttpResponseBase:
    """Show the agency's requests, newest first."""
    rows = visible_matters(request.user).order_by("-received_at")[:ROWS]
    context = {"nav": "agency", "agency": agency_of(request.user), "rows": [_row(matter) for matter in rows]}
    return render(request, "agency/requests.html", context)


@page(roles={AGENCY})
def one(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show one request: its coarse state, what is needed, the letters."""
    matter = access_matter(request.user, matter_id, "see_matter")
    context = {
        "nav": "agency",
        "row": _row(matter),
        "letters": list(letters_for_agency(matter).order_by("-issued_at")),
        "recalls": recalls_for_agency(request, matter.recalls),
        # What agencies filed: what the city wrote or filed itself is the desk's business, as in the API.
        "filed": list(
            matter.instruments.filter(filed_by__role=AGENCY)
            .order_by("-filed_at")
            .values_list("filed_at", "sha256")
        ),
    }
    return render(request, "agency/request.html", context)


@page(roles={AGENCY})
def letter(request: HttpRequest, matter_id: UUID, letter_id: UUID) -> HttpResponseBase:
    """One letter as a PDF, if the agency may read it."""
    matter = access_matter(request.user, matter_id, "see_letters")
    return as_pdf(letters_for_agency(matter).filter(pk=letter_id).first())


def _row(matter: Matter) -> dict[str, object]:
    state = coarse(matter.state)
    title, says = COARSE[state]
    return {"matter": matter, "state": state, "title": title, "says": says}


urlpatterns = [
    path("agency/", requests, name="agency"),
    path("agency/<uuid:matter_id>/", one, name="agency_request"),
    path("agency/<uuid:matter_id>/letters/<uuid:letter_id>/", letter, name="agency_letter"),
]
