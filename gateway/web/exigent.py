"""The emergency lane: claim, determination, second person, review, request for court process."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.web.acting import act, done, filled, form_for, own, page, role_of, stepped_up
from gateway.web.forms import DayField
from gateway.web.matter import frame
from workflows.flow import exigent as acts
from workflows.flow.bases import Names
from workflows.flow.moves import MOVES
from workflows.instruments.models import ExigentClaim, ExigentDetermination
from workflows.instruments.words import words_of
from workflows.matters.models import AgencyContact, Matter
from workflows.policy.bases import EXIGENT_GROUNDS, NO_EMERGENCY, NO_EMERGENCY_SAYS
from workflows.policy.codes import RECORD_CLASSES
from workflows.policy.roles import allowed


def _long(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, min_length=10, max_length=2000, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class ClaimForm(forms.Form):
    """What an official claims, and the call back."""

    # What is no emergency can be chosen too: whoever hears it is then told what to say.
    ground = forms.ChoiceField(
        label="What is claimed", choices=[*EXIGENT_GROUNDS.items(), *NO_EMERGENCY.items()],
        widget=forms.RadioSelect,
    )  # fmt: skip
    official = forms.CharField(label="Official who claims it", max_length=120)
    official_title = forms.CharField(label="Title", max_length=120)
    contact = forms.ModelChoiceField(
        AgencyContact.objects.none(), label="Number called back, from the city's directory",
        empty_label="Choose the office", help_text="Never the number that the caller gives.",
    )  # fmt: skip
    spoke_with = forms.CharField(label="Reached there", max_length=120)
    danger = _long("The danger", "What it is, to whom, and why it cannot wait for a court.")

    def __init__(self, *args: Any, matter: Matter | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if matter is not None:
            rows = AgencyContact.objects.filter(agency=matter.agency_id).order_by("office")
            self.fields["contact"].queryset = rows  # type: ignore[attr-defined]


class DetermineForm(forms.Form):
    """The least that helps: one person, kinds of record, dates. No status data."""

    subject_name = forms.CharField(label="Person", max_length=160)
    subject_birth_date = DayField(label="Born", required=False)
    record_classes = forms.MultipleChoiceField(
        label="Kinds of record", choices=list(RECORD_CLASSES.items()), widget=forms.CheckboxSelectMultiple
    )
    date_from = DayField(label="From", required=False)
    date_to = DayField(label="To", required=False)
    reason = _long("Your reason", "Why there is an emergency.")
    least = _long("Why this is the least that helps")


class ReasonForm(forms.Form):
    """Why it is no emergency."""

    reason = _long("Your reason")


class ReviewForm(forms.Form):
    """What the second lawyer found."""

    justified = forms.ChoiceField(
        label="The determination was", choices=[("yes", "Justified"), ("no", "Not justified: end it now")],
        widget=forms.RadioSelect,
    )  # fmt: skip
    reason = _long("Your finding")


@page()
def exigent(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show the claim and what was decided. What was said of the danger is for those who decide."""
    context = frame(request, matter_id, "overview")
    matter: Matter = context["matter"]
    role = role_of(request)
    claims = matter.exigent_claims.select_related("contact__agency", "claimed_by", "refused_by")
    decides = allowed(role, "determine_exigent")
    head = acts.is_department_head(request.user)
    context |= {
        "says_no": NO_EMERGENCY_SAYS,
        "may_claim": allowed(role, "claim_exigent") and matter.state in MOVES["claim_exigent"].sources,
        "decides": decides,
        "head": head,
        "may_follow": allowed(role, "follow_up_exigent"),
        "open": matter.state == "exigent",
        "claims": [_shown(request, claim, decides or head) for claim in claims.order_by("-claimed_at")],
        "form": form_for(request, ClaimForm, matter=matter),
    }
    return render(request, "staff/exigent.html", context)


def _shown(request: HttpRequest, claim: ExigentClaim, reads: bool) -> dict[str, Any]:
    row: ExigentDetermination | None = getattr(claim, "determination", None)
    return {
        "claim": claim,
        "ground": EXIGENT_GROUNDS[claim.ground],
        "danger": words_of(claim.words)["danger"] if reads else "",
        "row": row,
        "words": words_of(row.words) if row and reads else {},
        "determine": form_for(request, DetermineForm, prefix=f"d{claim.pk}", initial=_person(claim)),
        "refuse": form_for(request, ReasonForm, prefix=f"r{claim.pk}"),
        "review": form_for(request, ReviewForm, prefix="v"),
    }


def _person(claim: ExigentClaim) -> dict[str, Any]:
    party = claim.matter.parties.order_by("pk").first()
    return {"subject_name": party.name, "subject_birth_date": party.birth_date} if party else {}


@act("web:exigent", "matter_id")
def claim(request: HttpRequest, matter_id: UUID) -> None:
    """Take the claim of an emergency."""
    matter = frame(request, matter_id, "overview")["matter"]
    typed = dict(filled(request, ClaimForm, matter=matter).cleaned_data)
    contact = typed.pop("contact")
    acts.claim_exigent(matter_id, actor=request.user, contact_id=contact.pk, **typed)
    done(request, "The claim is with counsel. Give no record knowledge until it is decided.")


@act("web:exigent", "matter_id")
def determine(request: HttpRequest, matter_id: UUID, claim_id: int) -> None:
    """Determine the emergency and the least that helps."""
    own(ExigentClaim.objects.filter(pk=claim_id, matter=matter_id))
    typed = dict(filled(request, DetermineForm, prefix=f"d{claim_id}").cleaned_data)
    names = Names(*(typed.pop(name) for name in ("subject_name", "record_classes", "subject_birth_date")))
    acts.determine_exigent(claim_id, names, actor=request.user, stepped_up_at=stepped_up(request), **typed)
    done(request, "Determined. It has no effect until a department head confirms it.")


@act("web:exigent", "matter_id")
def refuse(request: HttpRequest, matter_id: UUID, claim_id: int) -> None:
    """Find that there is no emergency."""
    own(ExigentClaim.objects.filter(pk=claim_id, matter=matter_id))
    reason = filled(request, ReasonForm, prefix=f"r{claim_id}").cleaned_data["reason"]
    acts.refuse_exigent(claim_id, actor=request.user, reason=reason, stepped_up_at=stepped_up(request))
    done(request, "Refused. The request waits for a court's paper like any other.")


@act("web:exigent", "matter_id")
def confirm(request: HttpRequest, matter_id: UUID, determination_id: UUID) -> None:
    """Confirm as department head."""
    own(ExigentDetermination.objects.filter(pk=determination_id, claim__matter=matter_id))
    acts.confirm_exigent(determination_id, actor=request.user, stepped_up_at=stepped_up(request))
    done(request, "Confirmed. Records are collected for exactly this; counsel approves what leaves.")


@act("web:exigent", "matter_id")
def review(request: HttpRequest, matter_id: UUID, determination_id: UUID) -> None:
    """Review the determination as another lawyer."""
    own(ExigentDetermination.objects.filter(pk=determination_id, claim__matter=matter_id))
    typed = filled(request, ReviewForm, prefix="v").cleaned_data
    acts.review_exigent(
        determination_id, typed["justified"] == "yes", actor=request.user, reason=typed["reason"]
    )
    done(request, "The review is recorded.")


@act("web:exigent", "matter_id")
def follow_up(request: HttpRequest, matter_id: UUID, determination_id: UUID) -> None:
    """Ask the agency for court process."""
    own(ExigentDetermination.objects.filter(pk=determination_id, claim__matter=matter_id))
    acts.follow_up_exigent(determination_id, actor=request.user)
    done(request, "The agency has a letter that asks for court process.")


_AT = "matters/<uuid:matter_id>/emergency/"
urlpatterns = [
    path(_AT, exigent, name="exigent"),
    path(f"{_AT}claim/", claim, name="claim_exigent"),
    path(f"{_AT}<int:claim_id>/determine/", determine, name="determine_exigent"),
    path(f"{_AT}<int:claim_id>/refuse/", refuse, name="refuse_exigent"),
    path(f"{_AT}<uuid:determination_id>/confirm/", confirm, name="confirm_exigent"),
    path(f"{_AT}<uuid:determination_id>/review/", review, name="review_exigent"),
    path(f"{_AT}<uuid:determination_id>/follow-up/", follow_up, name="follow_up_exigent"),
]
