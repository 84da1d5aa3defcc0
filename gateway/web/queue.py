"""The queue: matters that this person sees, the nearest date of a court first."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.web.acting import form_for, page, role_of
from gateway.web.ageing import OVER, ageing, is_open
from gateway.web.deadline_strip import AHEAD, Strip, strip
from gateway.web.nextact import states_waiting_for, waits_for
from gateway.web.people import AssignForm
from workflows.clocks.models import Clock
from workflows.matters.access import visible_matters
from workflows.matters.models import Block, Matter, Task
from workflows.matters.states import TITLES
from workflows.policy.roles import COUNSEL, allowed

ROWS = 50
MOST = 500  # clocks in the picture of the next weeks: the nearest


def _views(role: str) -> dict[str, tuple[str, Q]]:
    """The saved filters by name: words, and what they choose."""
    asked = Task.objects.filter(done_at__isnull=True, role=role).values("matter")
    return {
        "open": ("All open", is_open()),
        "mine": ("Your turn", Q(state__in=states_waiting_for(role)) | Q(pk__in=asked)),
        "blocked": ("Blocked", Q(pk__in=Block.objects.filter(lifted_at__isnull=True).values("matter"))),
        "over": ("Answered and closed", Q(state__in=OVER)),
    }


@page()
def queue(request: HttpRequest) -> HttpResponseBase:
    """Show one filter of the queue. All counts come from the query that fills the list."""
    role = role_of(request)
    views = _views(role)
    chosen = request.GET.get("show", "")
    if chosen not in views:
        chosen = "mine" if role == COUNSEL else "open"
    seen = visible_matters(request.user)
    counts = seen.aggregate(**{name: Count("pk", filter=wanted) for name, (_, wanted) in views.items()})
    state = request.GET.get("state", "")
    rows = _ordered(seen.filter(views[chosen][1]), state)
    if chosen == "mine" and role == COUNSEL and not counts["mine"] and "show" not in request.GET:
        chosen, rows = "open", _ordered(seen.filter(views["open"][1]), state)
    shown = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "nav": "queue",
        "may_assign": allowed(role, "assign"),
        "give_form": form_for(request, AssignForm),
        "given": getattr(request, "given", None),
        "strip": _strip(seen),
        "ageing": ageing(seen, timezone.now()),
        "filters": [(name, words, counts[name], name == chosen) for name, (words, _) in views.items()],
        "chosen": chosen,
        "page": shown,
        "rows": [(matter, waits_for(matter.state), _asks(matter, role)) for matter in shown],
    }
    return render(request, "staff/queue.html", context)


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


def _ordered(matters: QuerySet[Matter], state: str) -> QuerySet[Matter]:
    if state in {one.value for one in TITLES}:
        matters = matters.filter(state=state)
    return (
        matters.select_related("agency")
        .prefetch_related("blocks", "tasks")
        .order_by(F("court_date").asc(nulls_last=True), F("due_on").asc(nulls_last=True), "received_at")
    )


urlpatterns = [path("matters/", queue, name="queue")]
