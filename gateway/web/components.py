"""The living page of components: each part of the design system in its states, drawn by the templates and
styles that the pages use. For administrators and whoever changes a page; nothing of it is in the database."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.web.acting import page
from gateway.web.charts import lying
from gateway.web.line_diff import lines_of
from gateway.web.nextact import NextAct
from workflows.errors import Invalid
from workflows.policy.roles import ADMINISTRATOR

CHIPS = ("", "good", "warn", "blocked", "busy")
NOTES = ("info", "good", "warn", "error")
TOKENS = ("ink", "muted", "link", "error", "good", "warn")


class SampleForm(forms.Form):
    """A row of each sort."""

    words = forms.CharField(label="Words", help_text="What is typed here, in a sentence.")
    day = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    choice = forms.ChoiceField(label="One of several", choices=[("a", "This"), ("b", "That")], required=False)
    several = forms.MultipleChoiceField(
        label="Several", choices=[("a", "These"), ("b", "Those")], widget=forms.CheckboxSelectMultiple
    )
    sure = forms.BooleanField(label="It is so", required=False)


@page(roles={ADMINISTRATOR})
def components(request: HttpRequest) -> HttpResponseBase:
    """Show every component."""
    wrong = SampleForm({}, prefix="wrong")
    wrong.is_valid()
    context: dict[str, Any] = {
        "nav": "house",
        "tokens": TOKENS,
        "chips": CHIPS,
        "notes": NOTES,
        "clocks": [_clock(days, urgency) for days, urgency in ((9, ""), (1, "soon"), (-2, "late"))],
        "form": SampleForm(prefix="plain"),
        "wrong": wrong,
        "refusal": Invalid("Some fields need another look. Nothing has been changed.", code="form"),
        "field_errors": [("id_wrong-words", "Words", "This field is required.")],
        "next": NextAct(
            "Release the records", "The agency can download 41 pages from then on.", "counsel", True,
            url="#main", failed=(("log.fresh", "The log has no checkpoint of the last hour."),),
        ),
        "chart": lying("sample", "A chart", "Most of these five wait in the first stage.", head="Stage",
                       series=("up to 7 days", "8 to 30", "31 to 90", "over 90"),
                       rows=[("First stage", [2, 1, 0, 0]), ("Second stage", [0, 1, 1, 0])]),
        "lines": lines_of("A line that stays.\nA line that goes.", "A line that stays.\nA line that comes."),
        "language": "en",
        "happenings": [_happening("ok"), _happening("refused")],
    }  # fmt: skip
    return render(request, "staff/components.html", context)


def _clock(days: int, urgency: str) -> dict[str, Any]:
    words = f"in {days} days" if days > 1 else "tomorrow" if days == 1 else f"{-days} days ago"
    day = timezone.localdate() + dt.timedelta(days=days)
    return {"day": day, "words": words, "urgency": urgency, "court": days != 9}


def _happening(outcome: str) -> SimpleNamespace:
    return SimpleNamespace(
        at=timezone.now(), says="Something was done.", outcome=outcome, times=1, to="", name="A colleague",
        role="officer",
    )  # fmt: skip


urlpatterns = [path("house/components/", components, name="components")]
