"""Holds of a matter: what keeps everything of it, and the two lawyers who lift that."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.web.acting import act, done, filled, form_for, own, page, role_of, stepped_up
from gateway.web.matter import frame
from workflows.errors import NotVisible
from workflows.flow import holds as acts
from workflows.holding.models import Hold
from workflows.policy.roles import allowed

GROUND_WORDS = {
    "paper": "A paper was filed",
    "preservation": "The agency asked to preserve",
    "challenge": "The paper is challenged",
    "recall": "A release was called back",
    "counsel": "A dispute or an investigation can be foreseen",
}


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label="Your reason", min_length=10, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


@page()
def holds(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show every hold of the matter, those that stand first."""
    context = frame(request, matter_id, "holds")
    rows = list(context["matter"].holds.select_related("placed_by", "asked_by", "lifted_by"))
    role = role_of(request)
    context |= {
        "standing": [
            {
                "hold": hold,
                "ground": GROUND_WORDS[hold.ground],
                "form": form_for(request, ReasonForm, prefix=f"h{hold.pk}"),
                "mine": hold.asked_by_id == request.user.pk,
            }
            for hold in rows
            if hold.lifted_at is None
        ],
        "lifted": [(hold, GROUND_WORDS[hold.ground]) for hold in rows if hold.lifted_at is not None],
        "may_lift": allowed(role, "lift_hold"),
        "may_place": allowed(role, "place_hold")
        and not any(hold.ground == "counsel" and hold.lifted_at is None for hold in rows),
        "may_extend": allowed(role, "preserve"),
        "preservation": context["matter"].clocks.filter(kind="preservation", stopped_at__isnull=True).first(),
        "longest": acts.EXTENDED_DAYS,
        "place_form": form_for(request, ReasonForm, prefix="place"),
    }
    return render(request, "staff/holds.html", context)


@act("web:holds", "matter_id")
def place(request: HttpRequest, matter_id: UUID) -> None:
    """Place a hold before anybody has sued."""
    typed = filled(request, ReasonForm, prefix="place").cleaned_data
    acts.place_hold(matter_id, actor=request.user, reason=typed["reason"])
    done(request, "Everything of this matter is kept from now on.")


@act("web:holds", "matter_id")
def extend(request: HttpRequest, matter_id: UUID) -> None:
    """The agency has renewed its request to preserve."""
    acts.extend_preservation(matter_id, actor=request.user)
    done(request, "The preservation runs 180 days from its start.")


@act("web:holds", "matter_id")
def lift(request: HttpRequest, matter_id: UUID, hold_id: UUID, how: str) -> None:
    """Ask for a hold to be lifted, agree, or decline."""
    own(Hold.objects.filter(pk=hold_id, matter=matter_id))
    if how == "agree":
        acts.confirm_lift(hold_id, actor=request.user, stepped_up_at=stepped_up(request))
        done(request, "The hold is lifted.")
        return
    if how not in ("ask", "decline"):
        raise NotVisible()
    reason = filled(request, ReasonForm, prefix=f"h{hold_id}").cleaned_data["reason"]
    if how == "ask":
        acts.ask_lift(hold_id, actor=request.user, reason=reason, stepped_up_at=stepped_up(request))
        done(request, "Asked. The hold stands until another lawyer agrees.")
    else:
        acts.decline_lift(hold_id, actor=request.user, reason=reason, stepped_up_at=stepped_up(request))
        done(request, "The hold stands.")


_AT = "matters/<uuid:matter_id>/holds/"
urlpatterns = [
    path(_AT, holds, name="holds"),
    path(f"{_AT}place/", place, name="place_hold"),
    path(f"{_AT}preservation/extend/", extend, name="extend_preservation"),
    path(f"{_AT}<uuid:hold_id>/<slug:how>/", lift, name="lift_hold"),
]
