"""Words looked for on all pages of a matter. They are posted and printed in the answer, and kept nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse

from gateway.web import review_state as state
from gateway.web.acting import act, done, page
from gateway.web.forms import sentences_of
from gateway.web.matter import frame
from gateway.web.review import REVIEWERS, number_of
from workflows.policy.roles import allowed
from workflows.records.models import Finding, Record
from workflows.records.stepping import REVIEWABLE
from workflows.records.word_search import LONGEST_CHARS, MOST, Place, findings_at, mark_everywhere, search

LOOKS = {"": "undecided", "redact": "redacted", "keep": "kept in sight", "keep_proposed": "keep proposed"}
OUTLINED = 20  # boxes that an address of a page carries


@dataclass(frozen=True, slots=True)
class Sheet:
    """The places on one page, the address that outlines them, and what was found there before."""

    record: Record
    n: int
    places: list[tuple[Place, str]]
    to: str


@page(roles=REVIEWERS)
def words(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show the field to type in, and after a post what was found."""
    context = frame(request, matter_id, "records", most=MOST, longest=LONGEST_CHARS, searched=None)
    return render(request, "review/words.html", context)


@act("web:words", "matter_id", roles=REVIEWERS)
def look(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Search, and show what was found in this one answer."""
    sought = request.POST.get("sought", "")
    first = number_of(request.POST.get("record")) or 1, number_of(request.POST.get("page")) or 1
    searched = search(matter_id, sought, actor=request.user, first=first)
    came_from = number_of(request.POST.get("from_record")), number_of(request.POST.get("from_page"))
    context = frame(request, matter_id, "records", most=MOST, longest=LONGEST_CHARS)
    actor: Any = request.user
    context |= {
        "searched": searched,
        "sought": sought,
        "sheets": _sheets(searched.places),
        "back": _back(matter_id, *came_from),
        "codes": sentences_of("exemption")(),
        "marking": context["matter"].state in REVIEWABLE and allowed(actor.role, "mark"),
    }
    return render(request, "review/words.html", context)


@act("web:words", "matter_id", roles=REVIEWERS)
def mark_words(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Mark the words in every place that is ticked."""
    places = mark_everywhere(
        matter_id,
        request.POST.get("sought", ""),
        set(request.POST.getlist("place")),
        actor=request.user,
        code=request.POST.get("code", "W-1"),
    )
    count = f"{len(places)} place{'' if len(places) == 1 else 's'}"
    done(request, f"{count} marked. One Undo on this record takes all of it back.")
    address = reverse("web:review", args=[places[0].record.pk])
    return redirect(f"{address}?{urlencode({'page': places[0].page})}")


def _sheets(places: Sequence[Place]) -> list[Sheet]:
    findings = findings_at(places)
    found: list[Sheet] = []
    for place in places:
        if not found or (found[-1].record.pk, found[-1].n) != (place.record.pk, place.page):
            found.append(Sheet(place.record, place.page, [], ""))
        rows = [row for key in place.findings if (row := findings.get((place.record.pk, key)))]
        found[-1].places.append((place, _said(rows)))
    return [Sheet(one.record, one.n, one.places, _address(one)) for one in found]


def _back(matter_id: UUID, record: int | None, n: int | None) -> dict[str, Any] | None:
    """The page of the review from which somebody searched, by the record's number; None for none."""
    row = Record.objects.filter(matter=matter_id, number=record).only("pk").first() if record and n else None
    if row is None:
        return None
    to = f"{reverse('web:review', args=[row.pk])}?{urlencode({'page': n})}"
    return {"record": record, "page": n, "to": to}


def _said(rows: Sequence[Finding]) -> str:
    return ", ".join(f"{state.type_title(row.type)} ({LOOKS[row.decision]})" for row in rows[:3])


def _address(sheet: Sheet) -> str:
    """The page in the review with the places outlined: their corners, never their words."""
    boxes = [box for place, _ in sheet.places for box in place.boxes][:OUTLINED]
    query: list[tuple[str, Any]] = [("page", sheet.n)]
    query += [("at", ",".join(f"{side:.1f}" for side in box)) for box in boxes]
    return f"{reverse('web:review', args=[sheet.record.pk])}?{urlencode(query, safe=',')}"


urlpatterns = [
    path("matters/<uuid:matter_id>/words/", words, name="words"),
    path("matters/<uuid:matter_id>/words/found/", look, name="look_for_words"),
    path("matters/<uuid:matter_id>/words/mark/", mark_words, name="mark_words"),
]
