"""Dates of a matter: its clocks, the tasks that somebody has, and all of them as a calendar file."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.web.acting import act, done, filled, form_for, page, role_of
from gateway.web.deadline_strip import strip
from gateway.web.forms import DayField
from gateway.web.matter import frame
from workflows.clocks.kinds import clock_kinds
from workflows.errors import NotVisible
from workflows.flow import duties, feed, timing
from workflows.matters.access import access_matter
from workflows.policy.roles import COUNSEL, allowed

_BY_MOVE = ("scope_review", "clarification")


class DateForm(forms.Form):
    """A date that a court or an agency has set."""

    kind = forms.ChoiceField(label="Which date", choices=[])
    day = DayField(label="Day")
    by = forms.ChoiceField(
        label="Set by", choices=[("court", "The court"), ("agency", "The agency"), ("counsel", "Counsel")]
    )

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]
        kinds = clock_kinds()
        self.fields["kind"].choices = [(one, kinds[one].title) for one in timing.ASSERTABLE]  # type: ignore[attr-defined]


class DoneForm(forms.Form):
    """What was done."""

    note = forms.CharField(
        label="What was done", max_length=1000, min_length=10, widget=forms.Textarea(attrs={"rows": 2})
    )


@page()
def dates(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show the clocks and tasks of the matter, running ones first."""
    context = frame(request, matter_id, "dates")
    clocks = list(context["matter"].clocks.prefetch_related("pauses"))
    role, now = role_of(request), timezone.now()
    context |= {
        "strip": strip([clock for clock in clocks if clock.stopped_at is None], now),
        "running": [(clock, any(p.ended_at is None for p in clock.pauses.all())) for clock in clocks
                    if clock.stopped_at is None],
        "stopped": [clock for clock in clocks if clock.stopped_at is not None],
        "duties": [
            (task, form_for(request, DoneForm, prefix=f"t{task.pk}"), role in (task.role, COUNSEL))
            for task in context["tasks"]
        ],
        "form": form_for(request, DateForm),
        "may_assert": allowed(role, "assert_date"),
        # Where the scope is with counsel, the question and its answer are moves of their own (the scope).
        "may_clarify": timing.tolling(context["matter"]) and context["matter"].state not in _BY_MOVE,
        "asking": context["matter"].state != "clarification" and any(
            p.cause == timing.CLARIFICATION and p.ended_at is None
            for clock in clocks for p in clock.pauses.all()
        ),
        "now": now,
    }  # fmt: skip
    return render(request, "staff/dates.html", context)


@act("web:dates", "matter_id")
def assert_date(request: HttpRequest, matter_id: UUID) -> None:
    """Enter a date that somebody else has set."""
    typed = filled(request, DateForm).cleaned_data
    timing.assert_date(matter_id, typed["kind"], typed["day"], actor=request.user, by=typed["by"])
    done(request, "The date is on the clock.")


@act("web:dates", "matter_id")
def clarify(request: HttpRequest, matter_id: UUID, how: str) -> None:
    """Begin or end a clarification."""
    if how == "ask":
        count = timing.ask_clarification(matter_id, actor=request.user)
        done(request, f"Clocks of the city that stand still now: {count}. Dates of a court run on.")
    elif how == "end":
        timing.end_clarification(matter_id, actor=request.user)
        done(request, "The clocks go on, later by the time the clarification took.")
    else:
        raise NotVisible()


@act("web:dates", "matter_id")
def finish(request: HttpRequest, matter_id: UUID, task_id: int) -> None:
    """A task is done."""
    matter = access_matter(request.user, matter_id, "see_matter")
    if not matter.tasks.filter(pk=task_id).exists():
        raise NotVisible()
    note = filled(request, DoneForm, prefix=f"t{task_id}").cleaned_data["note"]
    duties.finish_task(task_id, actor=request.user, note=note)
    done(request, "The task is done.")


@page()
def calendar_file(request: HttpRequest) -> HttpResponseBase:
    """Every running clock of the matters this person sees, as iCalendar."""
    headers = {"Content-Disposition": f'attachment; filename="{feed.FILE_NAME}"'}
    return HttpResponse(feed.calendar_of(request.user), content_type=feed.MEDIA_TYPE, headers=headers)


urlpatterns = [
    path("dates.ics", calendar_file, name="calendar_file"),
    path("matters/<uuid:matter_id>/dates/", dates, name="dates"),
    path("matters/<uuid:matter_id>/dates/assert/", assert_date, name="assert_date"),
    path("matters/<uuid:matter_id>/dates/clarification/<slug:how>/", clarify, name="clarify"),
    path("matters/<uuid:matter_id>/tasks/<int:task_id>/done/", finish, name="finish_task"),
]
