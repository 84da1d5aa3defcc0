"""The weekly review of the log: each week with who signed it and what stood open, and those nobody signed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.web.acting import act, done, filled, form_for, page
from workflows.audit import flags, log, weeks
from workflows.flow.signing_off import sign_off
from workflows.policy.review import bounds
from workflows.policy.roles import AUDITOR

AUDITORS = frozenset({AUDITOR})


class SignForm(forms.Form):
    """The week, and what its reviewer wants to note."""

    week = forms.DateField(widget=forms.HiddenInput)
    words = forms.CharField(
        label="What you looked at", widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, required=False,
        help_text="Kept encrypted beside the entry. Nothing out of a record.",
    )  # fmt: skip


@page(roles=AUDITORS)
def week_list(request: HttpRequest) -> HttpResponseBase:
    """Show the weeks of the last year, the oldest unsigned one with its form."""
    now = timezone.now()
    shown = weeks.ended(now)
    waits = next((one for one in reversed(shown) if one.signed is None), None)
    context: dict[str, Any] = {
        "nav": "weeks",
        "weeks": shown,
        "waits": waits,
        "missed": weeks.missed(now),
        "days": bounds().sign_off_due.days,
    }
    if waits is not None:
        context |= {
            "form": form_for(request, SignForm, initial={"week": waits.monday}),
            "open_flags": flags.open_count(),
            "closed_flags": weeks.closed_flags(waits.monday),
            "readings": weeks.readings(waits.monday),
        }
    with transaction.atomic():
        log.record("audit.viewed", actor=request.user, facts={"counts": {"rows": len(shown)}})  # type: ignore[arg-type]
    return render(request, "auditor/weeks.html", context)


@act("web:weeks", roles=AUDITORS)
def sign(request: HttpRequest) -> None:
    """Sign a week as reviewed."""
    typed = filled(request, SignForm).cleaned_data
    monday: dt.date = typed["week"]
    sign_off(monday, typed["words"], actor=request.user)
    done(request, f"The week from {monday:%B} {monday.day} is signed as reviewed.")


urlpatterns = [
    path("log/weeks/", week_list, name="weeks"),
    path("log/weeks/sign/", sign, name="sign_off"),
]
