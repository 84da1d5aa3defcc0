"""Dates of a matter: its clocks and tasks, what others have set, clarifications, and all as a calendar."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import caller
from gateway.api.base import Input, StaffResource, checked, name_of
from workflows.clocks.models import OUTCOMES, Clock
from workflows.flow import duties, feed, timing
from workflows.flow.viewing import view_matter


class ClockOut(serializers.Serializer[Any]):
    """One clock. What it reckons and what somebody has set are both kept; the earlier one counts."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    title = serializers.CharField()
    of_court = serializers.BooleanField()
    started_at = serializers.DateTimeField()
    reckoned = serializers.DateTimeField(allow_null=True)
    asserted = serializers.DateTimeField(allow_null=True)
    asserted_by = serializers.CharField()
    ends = serializers.DateTimeField()
    calendar_version = serializers.IntegerField()
    policy_version = serializers.IntegerField()
    standing = serializers.SerializerMethodField()
    stopped_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.ChoiceField(["", *OUTCOMES])

    def get_standing(self, clock: Clock) -> bool:
        """Whether it stands still now."""
        return any(pause.ended_at is None for pause in clock.pauses.all())


class TaskOut(serializers.Serializer[Any]):
    """Something that a role must do."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    role = serializers.CharField()
    due_on = serializers.DateField()
    court_date = serializers.DateField(allow_null=True)
    opened_at = serializers.DateTimeField()
    done_at = serializers.DateTimeField(allow_null=True)
    done_by = name_of("done_by")


class DatesOut(serializers.Serializer[Any]):
    """Clocks and tasks of one matter."""

    clocks = ClockOut(many=True)
    tasks = TaskOut(many=True)


class DateIn(Input):
    """A date that a court, an agency or counsel has set."""

    kind = serializers.ChoiceField(timing.ASSERTABLE)
    day = serializers.DateField()
    by = serializers.ChoiceField(["court", "agency", "counsel"])


class ClarificationIn(Input):
    """Whether the answer is asked for, or there."""

    act = serializers.ChoiceField(["ask", "end"])


class NoteIn(Input):
    """What was done."""

    note = serializers.CharField(max_length=1000)


class MatterDates(StaffResource):
    """The dates of one matter."""

    serializer_class = DatesOut

    @extend_schema(responses=DatesOut)
    def retrieve(self, request: Request, matter_id: UUID) -> Response:
        """Every clock and every task, done ones too."""
        matter = view_matter(matter_id, actor=caller(request))
        found = {
            "clocks": matter.clocks.prefetch_related("pauses"),
            "tasks": matter.tasks.select_related("done_by").order_by("due_on", "pk"),
        }
        return Response(DatesOut(found).data)

    @extend_schema(request=DateIn, responses={201: ClockOut})
    def create(self, request: Request, matter_id: UUID) -> Response:
        """Enter a date that somebody else has set; what is reckoned is kept beside it."""
        given = checked(DateIn, request)
        clock = timing.assert_date(
            matter_id, given["kind"], given["day"], actor=caller(request), by=given["by"]
        )
        return Response(ClockOut(clock).data, status=201)

    @extend_schema(request=ClarificationIn, responses={204: None})
    def clarify(self, request: Request, matter_id: UUID) -> Response:
        """Let the city's own clocks stand still while an answer is asked for, or go on; a court's run on."""
        if checked(ClarificationIn, request)["act"] == "ask":
            timing.ask_clarification(matter_id, actor=caller(request))
        else:
            timing.end_clarification(matter_id, actor=caller(request))
        return Response(status=204)


class Tasks(StaffResource):
    """One task."""

    serializer_class = TaskOut

    @extend_schema(request=NoteIn, responses=TaskOut)
    def finish(self, request: Request, pk: int) -> Response:
        """Say what was done; by somebody of the task's role, or by counsel."""
        task = duties.finish_task(pk, actor=caller(request), note=checked(NoteIn, request)["note"])
        return Response(TaskOut(task).data)


class CalendarFile(StaffResource):
    """Dates for a calendar program."""

    serializer_class = ClockOut

    @extend_schema(responses={(200, "text/calendar"): OpenApiTypes.STR})
    def retrieve(self, request: Request) -> HttpResponse:
        """Every running clock of the caller's matters as iCalendar: number and kind of date, no more."""
        headers = {"Content-Disposition": f'attachment; filename="{feed.FILE_NAME}"'}
        return HttpResponse(feed.calendar_of(caller(request)), content_type=feed.MEDIA_TYPE, headers=headers)


_AT = "matters/<uuid:matter_id>/"
urlpatterns = [
    path(f"{_AT}dates/", MatterDates.as_view({"get": "retrieve", "post": "create"}), name="matter-dates"),
    path(f"{_AT}clarification/", MatterDates.as_view({"post": "clarify"}), name="matter-clarification"),
    path("tasks/<int:pk>/finish/", Tasks.as_view({"post": "finish"}), name="task-finish"),
    path("dates/", CalendarFile.as_view({"get": "retrieve"}), name="dates"),
]
