"""Counsel's rulings on status data: what an item of the paper compels, and what is done about the rest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.web.acting import act, done, filled, form_for, own, page, role_of, stepped_up
from gateway.web.matter import frame
from workflows.flow import authorising
from workflows.instruments.models import StatusAuthorisation
from workflows.instruments.queries import authorisation_holds, clauses_of
from workflows.instruments.words import words_of
from workflows.policy.roles import allowed
from workflows.policy.status_types import status_types

GROUND_WORDS = {
    "named": "The item names this data, in the words quoted",
    "general": "A general phrase compels the record, and counsel produces it unredacted",
}
CHOICE_WORDS = {
    "redacted": "Produce redacted, with the withholding log",
    "seek_order": "Ask the court for a protective order or a modification",
}


class AuthoriseForm(forms.Form):
    """What a clause opens, and why."""

    types = forms.MultipleChoiceField(
        label="Status data that stays in sight", choices=[], widget=forms.CheckboxSelectMultiple
    )
    ground = forms.ChoiceField(
        label="Ground", choices=list(GROUND_WORDS.items()), widget=forms.RadioSelect, initial="named"
    )
    quote = forms.CharField(
        label="Words of the paper", min_length=10, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(
        label="Your reason", min_length=10, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["types"].choices = list(status_types().items())  # type: ignore[attr-defined]


class WithholdForm(forms.Form):
    """What is done about status data that a clause asks for and that is not opened."""

    choice = forms.ChoiceField(
        label="What is done", choices=list(CHOICE_WORDS.items()), widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="Your reason", min_length=10, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


@page()
def rulings(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show each clause in force with its rulings. Quotes and reasons are counsel's to read."""
    context = frame(request, matter_id, "scope")
    today = timezone.localdate()
    may = allowed(role_of(request), "authorise_status")
    context |= {
        "may_rule": may,
        "clauses": [
            {
                "clause": clause,
                "authorised": [_shown(row, may, today) for row in clause.authorisations.select_related("by")],
                "choices": [
                    (row, CHOICE_WORDS[row.choice]) for row in clause.withholding_choices.select_related("by")
                ],
                "form": form_for(request, AuthoriseForm, prefix=f"a{clause.pk}"),
                "withhold": form_for(request, WithholdForm, prefix=f"w{clause.pk}"),
            }
            for clause in clauses_of(context["matter"])
        ],
    }
    return render(request, "staff/status.html", context)


def _shown(row: StatusAuthorisation, may: bool, today: Any) -> dict[str, Any]:
    return {
        "row": row,
        "types": [status_types().get(one, one) for one in row.types],
        "ground": GROUND_WORDS[row.ground],
        "holds": authorisation_holds(row, today),
        "words": words_of(row.words) if may else {},
    }


@act("web:status", "matter_id")
def authorise(request: HttpRequest, matter_id: UUID, clause_id: int) -> None:
    """Authorise status data of some types under one clause."""
    typed = filled(request, AuthoriseForm, prefix=f"a{clause_id}").cleaned_data
    authorising.authorise_status(
        matter_id, clause_id, actor=request.user, stepped_up_at=stepped_up(request), **typed
    )
    done(request, "Authorised. A reviewer applies it to each record; nothing else is opened by it.")


@act("web:status", "matter_id")
def end(request: HttpRequest, matter_id: UUID, authorisation_id: UUID) -> None:
    """End an authorisation."""
    own(StatusAuthorisation.objects.filter(pk=authorisation_id, clause__instrument__matter=matter_id))
    authorising.end_authorisation(authorisation_id, actor=request.user)
    done(request, "The authorisation is ended. What was kept under it must be decided again.")


@act("web:status", "matter_id")
def withhold(request: HttpRequest, matter_id: UUID, clause_id: int) -> None:
    """Record what is done about what is withheld."""
    typed = filled(request, WithholdForm, prefix=f"w{clause_id}").cleaned_data
    authorising.choose_withholding(
        matter_id, clause_id, typed["choice"], actor=request.user, reason=typed["reason"]
    )
    done(request, "Recorded. A manifest that withholds this data can now be approved.")


_AT = "matters/<uuid:matter_id>/status-data/"
urlpatterns = [
    path(_AT, rulings, name="status"),
    path(f"{_AT}clauses/<int:clause_id>/authorise/", authorise, name="authorise_status"),
    path(f"{_AT}clauses/<int:clause_id>/withhold/", withhold, name="withhold_status"),
    path(f"{_AT}<uuid:authorisation_id>/end/", end, name="end_authorisation"),
]
