"""What a paper allows over all requests under it, and counsel's decision where they go beyond."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest
from django.urls import path

from gateway.web.acting import act, done, filled, form_for, stepped_up
from workflows.flow.scope_rulings import decide_sum
from workflows.flow.scoping import SumDraft
from workflows.flow.sums import Exceeded, exceeded
from workflows.matters.models import Matter
from workflows.policy.scope_words import SUMS


class SumsForm(forms.Form):
    """The numbers that a paper sets for everything that is produced under it."""

    def limits(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Each number with its place in the paper."""
        return [(self[f"{kind}_most"], self[f"{kind}_page"], self[f"{kind}_quote"]) for kind in SUMS]

    def limited(self) -> bool:
        """True when one of them is filled, so that the form shows them."""
        return any(self[f"{kind}_most"].value() or self[f"{kind}_most"].errors for kind in SUMS)

    def sums(self) -> list[SumDraft]:
        """What was typed, as the flow takes it; a place that is left out is refused there."""
        typed = self.cleaned_data
        return [
            SumDraft(kind, typed[f"{kind}_most"], typed[f"{kind}_page"] or 0, typed[f"{kind}_quote"])
            for kind in SUMS
            if typed[f"{kind}_most"]
        ]


for _kind, _title in SUMS.items():
    SumsForm.base_fields[f"{_kind}_most"] = forms.IntegerField(
        label=f"At most, {_title}", min_value=1, max_value=999_999, required=False
    )
    SumsForm.base_fields[f"{_kind}_page"] = forms.IntegerField(
        label="On page", min_value=1, max_value=5000, required=False
    )
    SumsForm.base_fields[f"{_kind}_quote"] = forms.CharField(
        label="In these words", max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 1})
    )


class SumForm(forms.Form):
    """Why what all requests come to stays inside the paper after all."""

    page = forms.IntegerField(label="Page of the paper", min_value=1, max_value=5000)
    quote = forms.CharField(
        label="Words of the paper that allow it", max_length=600, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(
        label="Why", min_length=10, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


def shown_sums(request: HttpRequest, matter: Matter) -> list[tuple[Exceeded, SumForm]]:
    """The sums that go beyond a paper of the matter, each with the form that decides it."""
    return [
        (one, form_for(request, SumForm, prefix=f"{one.kind}-{one.paper.pk.hex}")) for one in exceeded(matter)
    ]


@act("web:scope", "matter_id")
def decide(request: HttpRequest, matter_id: UUID, paper_id: UUID, kind: str) -> None:
    """Counsel decides that a sum stays inside the paper."""
    typed: dict[str, Any] = filled(request, SumForm, prefix=f"{kind}-{paper_id.hex}").cleaned_data
    decide_sum(matter_id, paper_id, kind, actor=request.user, stepped_up_at=stepped_up(request), **typed)
    done(request, "Your decision stands up to this number. Anything more is asked about anew.")


urlpatterns = [
    path("matters/<uuid:matter_id>/scope/<uuid:paper_id>/sums/<slug:kind>/", decide, name="decide_sum"),
]
