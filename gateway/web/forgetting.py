"""People whom the log is to forget: one lawyer asks, another one who names the same person agrees."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.web.acting import act, done, filled, form_for, page, stepped_up
from gateway.web.forms import DayField
from workflows.errors import NotVisible
from workflows.flow import forgetting as acts
from workflows.flow.accounting import MOST_NAME
from workflows.policy.roles import COUNSEL

LAWYERS = frozenset({COUNSEL})
GROUND_WORDS = {
    "court_order": "A court has ordered it",
    "asked_for": "The person has asked for it",
    "kept_long_enough": "The time for which the city must keep it is over",
    "wrong_person": "The entries took somebody else for this person",
}


class PersonForm(forms.Form):
    """Who: by the name and date of birth under which the log knows them. Kept nowhere."""

    name = forms.CharField(label="Full name", max_length=MOST_NAME)
    birth_date = DayField(
        label="Born", required=False, help_text="Leave it empty where the records name no date of birth."
    )


class AskForm(PersonForm):
    """Who is to be forgotten, and why."""

    ground = forms.ChoiceField(label="Why", choices=list(GROUND_WORDS.items()), widget=forms.RadioSelect)
    reason = forms.CharField(
        label="What it rests on", min_length=10, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The order or letter and its date. Do not name the person: this is kept.",
    )  # fmt: skip


class DeclineForm(forms.Form):
    """Why the person stays."""

    reason = forms.CharField(
        label="Why not", min_length=10, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Do not name the person: this is kept.",
    )  # fmt: skip


@page(roles=LAWYERS)
def forgettings(request: HttpRequest) -> HttpResponseBase:
    """Show what waits for a second lawyer, and what was settled."""
    rows = acts.forgettings(actor=request.user)
    waiting: list[dict[str, Any]] = [
        {
            "row": row,
            "ground": GROUND_WORDS[row.ground],
            "mine": row.asked_by_id == request.user.pk,
            "form": form_for(request, PersonForm, prefix=f"p{row.pk.hex}"),
            "decline": form_for(request, DeclineForm, prefix=f"d{row.pk.hex}"),
        }
        for row in rows.filter(settled_at__isnull=True)
    ]
    settled = rows.filter(settled_at__isnull=False).order_by("-settled_at")[: acts.MOST_SHOWN]
    context = {
        "nav": "accounting",
        "waiting": waiting,
        "settled": [(row, GROUND_WORDS[row.ground]) for row in settled],
        "form": form_for(request, AskForm, prefix="new"),
    }
    return render(request, "staff/forgettings.html", context)


@act("web:forgettings", roles=LAWYERS)
def ask(request: HttpRequest) -> None:
    """Ask another lawyer to agree that the log forgets a person."""
    typed = filled(request, AskForm, prefix="new").cleaned_data
    acts.ask_forgetting(**typed, actor=request.user, stepped_up_at=stepped_up(request))
    done(request, "Asked. Another lawyer agrees; tell them whom it is about, this page does not.")


@act("web:forgettings", roles=LAWYERS)
def settle(request: HttpRequest, forgetting_id: UUID, how: str) -> None:
    """Agree as the second lawyer, or decline."""
    if how == "agree":
        typed = filled(request, PersonForm, prefix=f"p{forgetting_id.hex}").cleaned_data
        acts.confirm_forgetting(forgetting_id, **typed, actor=request.user, stepped_up_at=stepped_up(request))
        done(request, "Forgotten. No entry of the log can be found by this person any more.")
    elif how == "decline":
        typed = filled(request, DeclineForm, prefix=f"d{forgetting_id.hex}").cleaned_data
        acts.decline_forgetting(
            forgetting_id, typed["reason"], actor=request.user, stepped_up_at=stepped_up(request)
        )
        done(request, "Declined. The log knows the person as before.")
    else:
        raise NotVisible()


urlpatterns = [
    path("forgetting/", forgettings, name="forgettings"),
    path("forgetting/ask/", ask, name="ask_forgetting"),
    path("forgetting/<uuid:forgetting_id>/<slug:how>/", settle, name="settle_forgetting"),
]
