"""What was said when a manifest was sent back, and the page that it was about."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms

from gateway.accounts.models import Person
from workflows.audit import details
from workflows.audit.models import Entry
from workflows.errors import Invalid
from workflows.matters.models import Matter
from workflows.records.stepping import REVIEWABLE

_PLACE = re.compile(r"Record (\d{1,6}), page (\d{1,6})\. ")


class SendBackForm(forms.Form):
    """Why the manifest goes back, and to which page; the reviewer reads it on the pages of the matter."""

    record = forms.IntegerField(label="Record", required=False, min_value=1, max_value=999_999)
    page = forms.IntegerField(label="Page", required=False, min_value=1, max_value=999_999)
    reason = forms.CharField(
        label="What must be looked at again",
        help_text="Say what to look for, not what is written there.",
        max_length=900,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@dataclass(frozen=True, slots=True)
class SentBack:
    """Who sent it back, why, and to which page, if to one."""

    by: str
    at: dt.datetime
    words: str
    number: int = 0
    record: UUID | None = None
    page: int = 0


def with_place(matter: Matter, typed: dict[str, Any]) -> str:
    """The reason as it is kept, with its page in front. Raises Invalid for a page that is not there."""
    number, page, reason = typed.get("record"), typed.get("page"), str(typed["reason"])
    if number is None and page is None:
        return reason
    if None in (number, page) or not matter.records.filter(number=number or 0, pages__n=page or 0).exists():
        raise Invalid("There is no such page. Give a record and a page of it, or neither.", code="no_page")
    return f"Record {number}, page {page}. {reason}"


def sent_back(matter: Matter) -> SentBack | None:
    """What was said when the matter came back to the review last; None when it did not, or is further on."""
    if matter.state not in REVIEWABLE:
        return None
    entry = Entry.objects.filter(matter=matter.pk, event="review.sent_back", outcome="ok").last()
    if entry is None:
        return None
    by = (
        Person.objects.filter(pseudonym=entry.actor).values_list("name", flat=True).first()
        if entry.actor
        else ""
    )
    said = details.typed(entry)
    place = _PLACE.match(said)
    if place is None:
        return SentBack(by or "", entry.at, said)
    number, page = int(place[1]), int(place[2])
    record = matter.records.filter(number=number).values_list("pk", flat=True).first()
    return SentBack(by or "", entry.at, said[place.end() :], number, record, page)
