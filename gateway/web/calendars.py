"""The calendars of the city and of the court: days on which no clock of business days counts. A change is a
new version; every running clock is reckoned anew by it, and each says by which version."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.web.acting import act, done, filled, form_for, page
from workflows.clocks.calendar import closed_days, current_version
from workflows.clocks.kinds import CITY, COURT
from workflows.clocks.models import CalendarVersion
from workflows.flow.timing import change_calendar
from workflows.policy.roles import ADMINISTRATOR

TITLES = {CITY: "The city's offices", COURT: "The federal court"}


class DaysField(forms.CharField):
    """Days, one on each line."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def clean(self, value: Any) -> list[dt.date]:
        """The days, in order and once each. Raises ValidationError naming the line."""
        days = set()
        for number, line in enumerate((value or "").splitlines(), 1):
            try:
                days |= {dt.date.fromisoformat(line.strip())} if line.strip() else set()
            except ValueError:
                told = f"Line {number} is no day. Write each as year-month-day: 2026-12-24."
                raise ValidationError(told) from None
        return sorted(days)


class CalendarForm(forms.Form):
    """What differs from the table of holidays, as a whole."""

    calendar = forms.ChoiceField(choices=list(TITLES.items()), widget=forms.HiddenInput)
    closed = DaysField(required=False, label="Closed besides", help_text="One day a line, as 2026-12-24.")
    opened = DaysField(
        required=False, label="Open all the same", help_text="Days of the table that are worked."
    )


def _known(calendar: str) -> dict[str, Any]:
    """What the newest version says, as its form shows it."""
    last = current_version(calendar)
    closed, opened = (last.closed, last.opened) if last else ([], [])
    return {"calendar": calendar, "closed": "\n".join(closed), "opened": "\n".join(opened)}


@page(roles={ADMINISTRATOR})
def calendars(request: HttpRequest) -> HttpResponseBase:
    """Show both calendars from today on, the changes in force, and every version there was."""
    today = timezone.localdate()
    shown = [
        {
            "title": title,
            "days": sorted(day for day in closed_days(calendar, today) if day >= today),
            "version": current_version(calendar),
            "form": form_for(request, CalendarForm, prefix=calendar, initial=_known(calendar)),
        }
        for calendar, title in TITLES.items()
    ]
    versions = [(TITLES[row.calendar], row) for row in CalendarVersion.objects.order_by("-made_at")]
    return render(request, "staff/calendars.html", {"nav": "house", "calendars": shown, "versions": versions})


@act("web:calendars", roles={ADMINISTRATOR})
def change(request: HttpRequest) -> None:
    """The calendar has a new version, and every clock that counts by it is reckoned anew."""
    prefix = COURT if f"{COURT}-calendar" in request.POST else CITY
    typed = filled(request, CalendarForm, prefix=prefix).cleaned_data
    version = change_calendar(
        typed["calendar"], closed=typed["closed"], opened=typed["opened"], actor=request.user
    )
    done(
        request,
        f"{TITLES[version.calendar]}: version {version.version} holds, and the clocks were reckoned anew.",
    )


urlpatterns = [
    path("house/calendars/", calendars, name="calendars"),
    path("house/calendars/change/", change, name="change_calendar"),
]
