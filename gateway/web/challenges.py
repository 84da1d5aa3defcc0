"""Challenges of a matter's papers: filed here, and settled by counsel as the court goes on."""

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
from workflows.flow import challenging
from workflows.holding.models import Challenge
from workflows.holding.states import CHALLENGE_KINDS, CHALLENGE_STEPS, OUTCOMES, PARTIES
from workflows.matters.access import access_matter
from workflows.policy.roles import allowed

KIND_WORDS = {
    "objection": "Objection served on the agency",
    "motion": "Motion to quash or modify",
    "stay": "Stay asked for",
    "order": "Order of a court about the paper",
}
PARTY_WORDS = {
    "city": "The city",
    "person": "A person concerned",
    "agency": "The agency",
    "other": "Somebody else",
}
STATE_WORDS = {
    "filed": "Filed, the court has not spoken",
    "pending": "Pending, the order is not stayed",
    "stayed": "The order is stayed",
    "decided": "Decided",
    "withdrawn": "Withdrawn",
    "closed": "Closed",
}
STEP_WORDS = {
    "pending": "The court has not stayed the order, or no longer does",
    "stayed": "The court has stayed the order",
    "withdrawn": "The challenge was withdrawn",
    "closed": "Nothing is left to do",
}
OUTCOME_WORDS = {
    "upheld": "Upheld: the order is quashed",
    "narrowed": "Narrowed: the scope is set anew",
    "denied": "Denied: the order stands",
}


class FileForm(forms.Form):
    """What was filed, by whom, and when the court deals with it."""

    kind = forms.ChoiceField(label="What it is", choices=[(one, KIND_WORDS[one]) for one in CHALLENGE_KINDS])
    party = forms.ChoiceField(label="Filed by", choices=[(one, PARTY_WORDS[one]) for one in PARTIES])
    instrument = forms.ChoiceField(label="Paper", choices=[], required=False)
    court_on = DayField(label="Day on which the court deals with it", required=False)

    def __init__(self, *args: Any, papers: list[Any], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [
            (str(paper.pk), f"{paper.docket or 'Paper'} filed {paper.filed_at:%Y-%m-%d}") for paper in papers
        ]
        self.fields["instrument"].choices = [("", "The one in force"), *named]  # type: ignore[attr-defined]


class SettleForm(forms.Form):
    """What became of a challenge, and where that is written."""

    step = forms.ChoiceField(label="What has happened", choices=[])
    reason = forms.CharField(
        label="Where that is written",
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, challenge: Challenge, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["step"].choices = steps_from(challenge.state)  # type: ignore[attr-defined]


def steps_from(state: str) -> list[tuple[str, str]]:
    """What may follow from a state, with its words; each way to decide is a step of its own."""
    found = []
    for step in CHALLENGE_STEPS[state]:
        if step == "decided":
            found += [(f"decided:{one}", OUTCOME_WORDS[one]) for one in OUTCOMES]
        else:
            found.append((step, STEP_WORDS[step]))
    return found


@page()
def challenges(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show every challenge of the matter with its next steps."""
    context = frame(request, matter_id, "challenges")
    matter, role = context["matter"], role_of(request)
    may_settle = allowed(role, "settle_challenge")
    context |= {
        "challenges": [
            {
                "row": row,
                "kind": KIND_WORDS[row.kind],
                "party": PARTY_WORDS[row.party],
                "says": OUTCOME_WORDS.get(row.outcome, STATE_WORDS[row.state]),
                "over": row.state in ("decided", "withdrawn", "closed"),
                "form": form_for(request, SettleForm, prefix=f"c{row.pk}", challenge=row)
                if may_settle and CHALLENGE_STEPS[row.state]
                else None,
            }
            for row in matter.challenges.select_related("instrument", "filed_by")
        ],
        "may_file": allowed(role, "challenge"),
        "form": form_for(request, FileForm, papers=list(matter.instruments.order_by("filed_at"))),
    }
    return render(request, "staff/challenges.html", context)


@act("web:challenges", "matter_id")
def file(request: HttpRequest, matter_id: UUID) -> None:
    """File a challenge."""
    matter = access_matter(request.user, matter_id, "see_matter")
    typed = filled(request, FileForm, papers=list(matter.instruments.order_by("filed_at"))).cleaned_data
    paper = UUID(typed["instrument"]) if typed["instrument"] else None
    filing = challenging.Filing(typed["kind"], typed["party"], paper, typed["court_on"])
    challenging.file_challenge(matter_id, filing, actor=request.user)
    done(request, "The matter is blocked. Say what the court has done as soon as you know it.")


@act("web:challenges", "matter_id")
def settle(request: HttpRequest, matter_id: UUID, challenge_id: UUID) -> None:
    """Record what became of a challenge."""
    challenge = own(Challenge.objects.filter(pk=challenge_id, matter=matter_id))
    typed = filled(request, SettleForm, prefix=f"c{challenge_id}", challenge=challenge).cleaned_data
    step, _, outcome = typed["step"].partition(":")
    challenging.settle_challenge(
        challenge_id,
        step,
        outcome=outcome,
        actor=request.user,
        reason=typed["reason"],
        stepped_up_at=stepped_up(request),
    )
    done(request, "Recorded, with everything that follows from it.")


_AT = "matters/<uuid:matter_id>/challenges/"
urlpatterns = [
    path(_AT, challenges, name="challenges"),
    path(f"{_AT}file/", file, name="file_challenge"),
    path(f"{_AT}<uuid:challenge_id>/settle/", settle, name="settle_challenge"),
]
