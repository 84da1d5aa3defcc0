"""Samples of releases for auditors: what was drawn, by which seed, what was found, what that says of all."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.web.acting import act, done, filled, form_for, page
from workflows.audit import details, log, sampling
from workflows.audit.models import Drawn, Sample
from workflows.errors import Invalid, NotVisible
from workflows.flow.sampling import draw_sample, record_outcome
from workflows.policy.review import FAULTS, bounds
from workflows.policy.roles import AUDITOR

AUDITORS = frozenset({AUDITOR})


class OutcomeForm(forms.Form):
    """What was found in one release."""

    faults = forms.MultipleChoiceField(
        label="Faults", choices=list(FAULTS.items()), widget=forms.CheckboxSelectMultiple, required=False,
        help_text="None ticked: the release is as it should be.",
    )  # fmt: skip
    words = forms.CharField(
        label="How it was checked, and by whom", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000,
        help_text="Kept encrypted beside the entry. Nothing out of a record.",
    )  # fmt: skip


def _viewed(request: HttpRequest, **facts: Any) -> None:
    with transaction.atomic():
        log.record("audit.viewed", actor=request.user, facts=facts)  # type: ignore[arg-type]


@page(roles=AUDITORS)
def samples(request: HttpRequest) -> HttpResponseBase:
    """Show every month that has ended, its sample where one was drawn, and what all checked releases say."""
    months = sampling.months(timezone.localdate())
    drawn = {row.month: row for row in Sample.objects.filter(month__in=months)}
    context = {
        "nav": "samples",
        "months": [(month, drawn.get(month), _standing(drawn.get(month))) for month in months],
        "all": sampling.estimate(list(drawn.values())[:12]) if drawn else None,
        "bounds": bounds(),
    }
    _viewed(request, counts={"rows": len(months)})
    return render(request, "auditor/samples.html", context)


def _standing(row: Sample | None) -> tuple[int, int]:
    """How many releases of a sample were drawn, and how many have an outcome."""
    if row is None:
        return 0, 0
    return row.drawn.count(), row.drawn.filter(outcomes__isnull=False).distinct().count()


@page(roles=AUDITORS)
def sample(request: HttpRequest, sample_id: UUID) -> HttpResponseBase:
    """Show one sample: how to draw it again, each drawn release with entry and outcomes, and the bound."""
    row = Sample.objects.filter(pk=sample_id).select_related("entry").first()
    if row is None:
        raise NotVisible()
    drawn = row.drawn.select_related("release").prefetch_related("outcomes__entry").order_by("place")
    context = {
        "nav": "samples",
        "sample": row,
        "drawn": [
            (one, [(outcome, details.typed(outcome.entry)) for outcome in one.outcomes.all()],
             form_for(request, OutcomeForm, prefix=f"d{one.pk}"))
            for one in drawn
        ],
        "faults": FAULTS,
        "estimate": sampling.estimate([row]),
        "bounds": bounds(),
    }  # fmt: skip
    _viewed(request, refs={"sample": row.pk})
    return render(request, "auditor/sample.html", context)


@act("web:samples", roles=AUDITORS)
def draw(request: HttpRequest) -> None:
    """Draw the sample of a month."""
    try:
        month = dt.date.fromisoformat(f"{request.POST.get('month', '')}-01")
    except ValueError:
        raise Invalid("A month is named by year and month: 2026-10.", code="unknown_choice") from None
    row = draw_sample(month, actor=request.user)
    done(request, f"Drawn: {row.drawn.count()} of {row.releases} releases of {month:%B %Y}.")


@act("web:sample", "sample_id", roles=AUDITORS)
def outcome(request: HttpRequest, sample_id: UUID, drawn_id: int) -> None:
    """Record what was found in one drawn release."""
    if not Drawn.objects.filter(pk=drawn_id, sample=sample_id).exists():
        raise NotVisible()
    typed = filled(request, OutcomeForm, prefix=f"d{drawn_id}").cleaned_data
    record_outcome(drawn_id, typed["faults"], typed["words"], actor=request.user)
    done(request, "The outcome is recorded.")


urlpatterns = [
    path("log/samples/", samples, name="samples"),
    path("log/samples/draw/", draw, name="draw_sample"),
    path("log/samples/<uuid:sample_id>/", sample, name="sample"),
    path("log/samples/<uuid:sample_id>/<int:drawn_id>/", outcome, name="sample_outcome"),
]
