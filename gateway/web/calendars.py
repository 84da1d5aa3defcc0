"""The calendars of the city and of the court: days on which no clock of business days counts. A change is a
proposal until another administrator agrees; then it is a new version, every running clock is reckoned anew by
it, and each says by which version."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.web.acting import act, done, filled, form_for, page, stepped_up
from workflows.clocks.calendar import closed_days, current_version
from workflows.clocks.kinds import CITY, COURT
from workflows.clocks.models import CalendarProposal, CalendarVersion
from workflows.flow.calendars import propose_calendar, settle_calendar
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
    """Show both calendars from today on, what waits, the changes in force, and every version there was."""
    today = timezone.localdate()
    waiting = CalendarProposal.objects.filter(settled_at=None).select_related("proposed_by")
    waits = {row.calendar: row for row in waiting}
    shown = [
        {
            "calendar": calendar,
            "title": title,
            "days": sorted(day for day in closed_days(calendar, today) if day >= today),
            "version": current_version(calendar),
            "waits": _waiting(request, waits[calendar]) if calendar in waits else None,
            "form": form_for(request, CalendarForm, prefix=calendar, initial=_known(calendar)),
        }
        for calendar, title in TITLES.items()
    ]
    versions = [(TITLES[row.calendar], row) for row in CalendarVersion.objects.order_by("-made_at")]
    return render(request, "staff/calendars.html", {"nav": "house", "calendars": shown, "versions": versions})


def _waiting(request: HttpRequest, proposal: CalendarProposal) -> dict[str, Any]:
    """A proposal with the days in which it differs from the calendar as it is."""
    last = current_version(proposal.calendar)
    now_closed, now_opened = (set(last.closed), set(last.opened)) if last else (set[str](), set[str]())
    closed, opened = set(proposal.closed), set(proposal.opened)
    changes = [
        ("No day of business any more", (closed - now_closed) | (now_opened - opened)),
        ("A day of business again", (now_closed - closed) | (opened - now_opened)),
    ]
    return {
        "row": proposal,
        "changes": [(says, [dt.date.fromisoformat(day) for day in sorted(days)]) for says, days in changes],
        "may_agree": proposal.proposed_by_id != request.user.pk,
    }


@act("web:calendars", roles={ADMINISTRATOR})
def propose(request: HttpRequest) -> None:
    """Propose how the calendar differs from the table; another administrator agrees."""
    prefix = COURT if f"{COURT}-calendar" in request.POST else CITY
    typed = filled(request, CalendarForm, prefix=prefix).cleaned_data
    propose_calendar(
        typed["calendar"], closed=typed["closed"], opened=typed["opened"], actor=request.user,
        stepped_up_at=stepped_up(request),
    )  # fmt: skip
    done(request, f"{TITLES[prefix]}: proposed. No clock moves until another administrator agrees.")


@act("web:calendars", roles={ADMINISTRATOR})
def agree(request: HttpRequest, proposal_id: int) -> None:
    """Let the calendar have the version that another administrator proposed."""
    row = settle_calendar(proposal_id, True, actor=request.user, stepped_up_at=stepped_up(request))
    done(request, f"{TITLES[row.calendar]}: version {row.base + 1} holds, and the clocks were reckoned anew.")


@act("web:calendars", roles={ADMINISTRATOR})
def decline(request: HttpRequest, proposal_id: int) -> None:
    """Decline a proposal, or take one's own back."""
    settle_calendar(proposal_id, False, actor=request.user, stepped_up_at=stepped_up(request))
    done(request, "Declined. The calendar is as it was.")


_AT = "house/calendars/"
urlpatterns = [
    path(_AT, calendars, name="calendars"),
    path(f"{_AT}propose/", propose, name="propose_calendar"),
    path(f"{_AT}<int:proposal_id>/agree/", agree, name="agree_calendar"),
    path(f"{_AT}<int:proposal_id>/decline/", decline, name="decline_calendar"),
]
