"""The queue: matters that this person sees, the nearest date of a court first."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.db.models import Count, F, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone

from gateway.accounts.models import Person, Role, SavedFilter
from gateway.accounts.saved_filters import MOST as MOST_KEPT
from gateway.accounts.saved_filters import own_filter, own_filters, remove_filter, rename_filter, save_filter
from gateway.web.acting import act, done, filled, form_for, page, role_of
from gateway.web.ageing import ageing
from gateway.web.deadline_strip import AHEAD, Strip, strip
from gateway.web.nextact import WAITS_FOR, waits_for
from gateway.web.people import AssignForm
from gateway.web.queue_filter import OWNERS, STAGES, VIEWS, Wanted
from workflows.clocks.models import Clock
from workflows.matters.access import people_of_each, visible_matters
from workflows.matters.models import Matter
from workflows.matters.states import State
from workflows.policy.roles import COUNSEL, DESK_ROLES, allowed

ROWS = 50
MOST = 500  # clocks in the picture of the next weeks: the nearest


class FilterForm(forms.Form):
    """Stage and owner, as in the address."""

    state = forms.ChoiceField(label="Stage", required=False, choices=[("", "Any stage"), *STAGES.items()])
    owner = forms.ChoiceField(label="Who has it", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = Person.objects.filter(is_active=True, role__in=DESK_ROLES).order_by("name")
        colleagues = [(str(one.pk), f"{one.name}, {one.get_role_display()}") for one in people]
        self.fields["owner"].choices = [("", "Anybody"), *OWNERS.items(), *colleagues]  # type: ignore[attr-defined]


class NameForm(forms.Form):
    """The name of a filter that is kept."""

    name = forms.CharField(label="Name of the filter", max_length=40)


@page()
def queue(request: HttpRequest) -> HttpResponseBase:
    """Show one filter of the queue. All counts come from the query that fills the list."""
    role = role_of(request)
    asked = request.POST if request.method == "POST" else request.GET  # a form that is shown again
    wanted = Wanted.of(asked, "mine" if role == COUNSEL else "open")
    return _shown(request, wanted, turn_first=role == COUNSEL and "show" not in asked)


@page()
def saved(request: HttpRequest, filter_id: UUID) -> HttpResponseBase:
    """Show a filter that this person keeps, at the address that it always has."""
    found = own_filter(filter_id, actor=request.user)
    return _shown(request, Wanted.kept(found.wanted), chosen=found)


def _shown(
    request: HttpRequest, wanted: Wanted, *, turn_first: bool = False, chosen: SavedFilter | None = None
) -> HttpResponseBase:
    """The page of one filter. With `turn_first` all open ones are shown where nothing is this role's turn."""
    role, person = role_of(request), request.user
    kept = own_filters(person)
    choices = {name: Wanted(name).chooses(person) for name in VIEWS}
    choices |= {one.pk.hex: Wanted.kept(one.wanted).chooses(person) for one in kept}
    seen = visible_matters(person)
    counts = seen.aggregate(**{f"n_{name}": Count("pk", filter=choice) for name, choice in choices.items()})
    if turn_first and not counts["n_mine"]:
        wanted = replace(wanted, show="open")
    shown = Paginator(_ordered(seen.filter(wanted.chooses(person))), ROWS).get_page(request.GET.get("page"))
    plain = chosen is None and not wanted.state and not wanted.owner
    have = people_of_each(shown)
    context: dict[str, Any] = {
        "nav": "queue",
        "may_assign": allowed(role, "assign"),
        "give_form": form_for(request, AssignForm),
        "given": getattr(request, "given", None),
        "strip": _strip(seen),
        "ageing": ageing(seen, timezone.now()),
        "filters": [
            (name, words, counts[f"n_{name}"], plain and name == wanted.show) for name, words in VIEWS.items()
        ],
        "kept": [(one, counts[f"n_{one.pk.hex}"], one == chosen) for one in kept],
        "kept_here": chosen,
        "may_keep": chosen is None and len(kept) < MOST_KEPT,
        "filter_form": FilterForm(initial={"state": wanted.state, "owner": wanted.owner}),
        "name_form": form_for(request, NameForm, initial={"name": chosen.name} if chosen else None),
        "narrowed": bool(wanted.state or wanted.owner),
        "wanted": wanted,
        "chosen": wanted.show,
        "page": shown,
        "rows": [(matter, waits_for(matter.state), _asks(matter, role)) for matter in shown],
        "owners": {matter.pk: _owners(matter, have[matter.pk], person) for matter in shown},
    }
    return render(request, "staff/queue.html", context)


def _owners(matter: Matter, people: list[Any], person: Any) -> dict[str, Any]:
    """Who has a matter: first those whose turn it is, then the others; and which role lacks anybody."""
    turn = WAITS_FOR.get(State(matter.state))
    active = [one for one in people if one.is_active]
    first = [one for one in active if one.role == turn]
    return {
        "first": ["you" if one.pk == person.pk else one.name for one in first],
        "others": ["you" if one.pk == person.pk else one.name for one in active if one.role != turn],
        "lacks": "" if first or turn not in DESK_ROLES else Role(turn).label.lower(),
    }


@act("web:queue")
def keep_filter(request: HttpRequest) -> HttpResponseBase:
    """Keep the filter that is shown under a name, and open it at its own address."""
    name = filled(request, NameForm).cleaned_data["name"]
    found = save_filter(name, Wanted.of(request.POST, "open").text(), actor=request.user)
    done(request, "The filter is kept. Its address stays the same.")
    return redirect("web:saved_filter", found.pk)


@act("web:saved_filter", "filter_id")
def rename(request: HttpRequest, filter_id: UUID) -> None:
    """Give a kept filter another name."""
    rename_filter(filter_id, filled(request, NameForm).cleaned_data["name"], actor=request.user)
    done(request, "The filter has its new name.")


@act("web:queue")
def remove(request: HttpRequest, filter_id: UUID) -> None:
    """Remove a kept filter; no matter changes."""
    remove_filter(filter_id, actor=request.user)
    done(request, "The filter is removed. No matter has changed.")


def _strip(seen: QuerySet[Matter]) -> Strip | None:
    """The clocks of these matters that end in the days of the strip, or have run out."""
    now = timezone.now()
    running = Clock.objects.filter(
        stopped_at__isnull=True,
        ends__lt=now + dt.timedelta(days=AHEAD + 2),  # more than the strip: it knows the city's days
        matter__in=seen.values("pk"),
    )
    clocks = running.select_related("matter").prefetch_related("pauses").order_by("ends", "pk")[:MOST]
    return strip(clocks, now, several=True)


def _asks(matter: Matter, role: str) -> bool:
    """True when a task on the matter waits for this role (out of what was fetched with the page)."""
    return any(task.role == role and task.done_at is None for task in matter.tasks.all())


def _ordered(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    return (
        matters.select_related("agency")
        .prefetch_related("blocks", "tasks")
        .order_by(F("court_date").asc(nulls_last=True), F("due_on").asc(nulls_last=True), "received_at")
    )


urlpatterns = [
    path("matters/", queue, name="queue"),
    path("matters/filters/", keep_filter, name="keep_filter"),
    path("matters/filters/<uuid:filter_id>/", saved, name="saved_filter"),
    path("matters/filters/<uuid:filter_id>/rename/", rename, name="rename_filter"),
    path("matters/filters/<uuid:filter_id>/remove/", remove, name="remove_filter"),
]
