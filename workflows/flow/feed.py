"""Dates of one's matters as a calendar (RFC 5545): number and kind of date, and nothing of their content."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from workflows.clocks.models import Clock
from workflows.matters.access import visible_matters

MEDIA_TYPE, FILE_NAME = "text/calendar; charset=utf-8", "dates.ics"
MOST_DATES = 2000


def calendar_of(person: Any) -> str:
    """Every running clock of the matters that this person has, as iCalendar; lines end in CR and LF."""
    clocks = Clock.objects.filter(stopped_at__isnull=True, matter__in=visible_matters(person)).select_related(
        "matter"
    )[:MOST_DATES]
    stamp = _utc(timezone.now())
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//records gateway//dates//EN"]
    for clock in clocks:
        lines += [
            "BEGIN:VEVENT",
            f"UID:clock-{clock.pk}@records-gateway",
            f"DTSTAMP:{stamp}",
            f"DTSTART:{_utc(clock.ends)}",
            f"SUMMARY:{clock.matter.number}: {clock.kind.replace('_', ' ')}",
            "CLASS:CONFIDENTIAL",
            "END:VEVENT",
        ]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def _utc(at: dt.datetime) -> str:
    return at.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
