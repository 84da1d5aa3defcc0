"""What a custodian sees: the searches given to them, what to look for, and a form of one minute.

Neither who asks nor why; and nothing else of any matter.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.web.acting import act, done, filled, form_for, page
from workflows.clocks.models import Clock
from workflows.errors import NotVisible
from workflows.flow import searching
from workflows.instruments.models import ScopeClause
from workflows.instruments.queries import clauses_of_each
from workflows.policy.roles import CUSTODIAN, OFFICER
from workflows.records.models import SearchTask

ROLES = frozenset({CUSTODIAN, OFFICER})
ROWS = 100
KINDS = [
    ("none", "Nothing was found"),
    ("found", "Something was found, and is handed over later"),
    ("produced", "Everything that was found has been handed over"),
    ("searched", "Not finished: so far we have looked here"),
]


class AttestForm(forms.Form):
    """What the department says about its search."""

    outcome = forms.ChoiceField(label="Result", choices=KINDS, widget=forms.RadioSelect)
    where = forms.CharField(
        label="Where was searched",
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Archives, systems, mailboxes, and by whom. Nothing of what stands in a record.",
    )
    pieces = forms.IntegerField(
        label="Pieces handed over", required=False, min_value=1, help_text="Only with the third answer."
    )


@page(roles=ROLES)
def mine(request: HttpRequest) -> HttpResponseBase:
    """Show the searches given to this person, open ones first."""
    found = searching.searches_given_to(request.user, timezone.now()).prefetch_related("attestations__by")
    shown = [(search, _is_open(search)) for search in found[:ROWS]]
    latest = timezone.now() + dt.timedelta(days=3650)  # one from before searches had a date stands last
    ours = [search for search, is_open in shown if is_open]
    clocks, clauses = searching.due_of(ours), clauses_of_each({search.matter_id for search in ours})
    rows = [_row(request, search, clocks.get(search.pk), clauses[search.matter_id]) for search in ours]
    context = {
        "nav": "my_searches",
        "open": sorted(rows, key=lambda row: row["due"].ends if row["due"] else latest),
        "over": [{"search": search} for search, is_open in shown if not is_open],
    }
    return render(request, "staff/my_searches.html", context)


def _is_open(search: SearchTask) -> bool:
    unfinished = search.attested_at is None or (
        search.outcome == "found" and not any(one.kind == "produced" for one in search.attestations.all())
    )
    return unfinished and search.matter.state == "collecting"


def _row(
    request: HttpRequest, search: SearchTask, due: Clock | None, clauses: list[ScopeClause]
) -> dict[str, Any]:
    return {
        "search": search,
        "due": due,
        "clauses": clauses,
        "form": form_for(request, AttestForm, prefix=f"s{search.pk}"),
    }


@act("web:my_searches", roles=ROLES)
def attest(request: HttpRequest, search_id: int) -> None:
    """Keep what the department says; it never changes afterwards."""
    if not searching.searches_given_to(request.user, timezone.now()).filter(pk=search_id).exists():
        raise NotVisible()
    typed = filled(request, AttestForm, prefix=f"s{search_id}").cleaned_data
    searching.attest_search(
        search_id, typed["outcome"], typed["where"], pieces=typed["pieces"], actor=request.user
    )
    done(request, "Thank you. What you said is kept as you said it.")


urlpatterns = [
    path("searches/", mine, name="my_searches"),
    path("searches/<int:search_id>/attest/", attest, name="my_attest"),
]
