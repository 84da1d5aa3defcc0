"""What the house keeps: calendars, the directory of agencies, those who help, and compliance notes."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import caller, step_up_time
from gateway.api.base import Input, StaffResource, checked, name_of, require
from workflows.audit import log
from workflows.clocks.calendar import closed_days, current_version
from workflows.clocks.kinds import CITY, COURT
from workflows.clocks.models import CalendarProposal
from workflows.flow import calendars, notifying
from workflows.flow.directory import add_agency_contact
from workflows.matters.models import Agency, AgencyContact
from workflows.notices import referrals
from workflows.records import compliance


class CalendarIn(Input):
    """What differs from the table of holidays, as a whole."""

    calendar = serializers.ChoiceField([CITY, COURT])
    closed = serializers.ListField(
        child=serializers.DateField(), required=False, default=list, max_length=400
    )
    opened = serializers.ListField(
        child=serializers.DateField(), required=False, default=list, max_length=400
    )


class CalendarOut(serializers.Serializer[Any]):
    """A calendar as it counts now."""

    calendar = serializers.ChoiceField([CITY, COURT])
    version = serializers.IntegerField(help_text="0 while only the table of holidays holds.")
    closed = serializers.ListField(child=serializers.DateField())
    opened = serializers.ListField(child=serializers.DateField())
    days = serializers.ListField(
        child=serializers.DateField(), help_text="Closed days from today on, weekends aside."
    )


class CalendarProposalOut(serializers.ModelSerializer[CalendarProposal]):
    """A next version that one administrator proposed; `agreed` is null until it is settled."""

    calendar = serializers.ChoiceField([CITY, COURT])
    closed = serializers.ListField(child=serializers.DateField())
    opened = serializers.ListField(child=serializers.DateField())
    proposed_by_name = name_of("proposed_by")

    class Meta:
        model = CalendarProposal
        fields = read_only_fields = (
            "id", "calendar", "base", "closed", "opened", "proposed_by", "proposed_by_name", "proposed_at",
            "settled_at", "agreed",
        )  # fmt: skip


class OfficeIn(Input):
    """A number at which an agency is called back: published, never from a caller."""

    agency = serializers.UUIDField()
    office = serializers.CharField(max_length=120)
    phone = serializers.CharField(max_length=32)


class OfficeOut(serializers.Serializer[Any]):
    """A line of the directory of agencies."""

    id = serializers.IntegerField()
    agency = serializers.UUIDField(source="agency_id")
    agency_name = name_of("agency")
    office = serializers.CharField()
    phone = serializers.CharField()


class AgencyOut(serializers.Serializer[Any]):
    """A requesting agency."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    default_class = serializers.CharField()


class ReferralPart(Input):
    """One office or group that helps: what it does, in both languages, and how to reach it."""

    name = serializers.CharField(max_length=referrals.LONGEST)
    does_en = serializers.CharField(max_length=referrals.LONGEST)
    does_es = serializers.CharField(max_length=referrals.LONGEST)
    phone = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    place = serializers.CharField(max_length=referrals.LONGEST, required=False, default="", allow_blank=True)


class ReferralsIn(Input):
    """The list as a whole."""

    rows = serializers.ListField(child=ReferralPart(), max_length=referrals.MOST_ROWS)


class ReferralsOut(serializers.Serializer[Any]):
    """The list that letters and the public page print."""

    rows = ReferralPart(many=True)


class NotesOut(serializers.Serializer[Any]):
    """Records of one form and department that hold status data though the city made them itself."""

    quarter = serializers.CharField()
    department = serializers.CharField()
    form = serializers.CharField()
    records = serializers.IntegerField()
    findings = serializers.IntegerField()


def _calendar(name: str) -> dict[str, Any]:
    version, today = current_version(name), timezone.localdate()
    return {
        "calendar": name,
        "version": version.version if version else 0,
        "closed": [dt.date.fromisoformat(day) for day in version.closed] if version else [],
        "opened": [dt.date.fromisoformat(day) for day in version.opened] if version else [],
        "days": sorted(day for day in closed_days(name, today) if day >= today),
    }


class Calendars(StaffResource):
    """The calendars of the city and of the court."""

    serializer_class = CalendarOut

    @extend_schema(responses=CalendarOut(many=True))
    def list(self, request: Request) -> Response:
        """Both calendars as they count now."""
        return Response(CalendarOut([_calendar(CITY), _calendar(COURT)], many=True).data)

    @extend_schema(request=CalendarIn, responses={201: CalendarProposalOut})
    def create(self, request: Request) -> Response:
        """A next version is proposed; no clock moves until another administrator agrees."""
        given = checked(CalendarIn, request)
        proposal = calendars.propose_calendar(
            given.pop("calendar"), actor=caller(request), stepped_up_at=step_up_time(request), **given
        )
        return Response(CalendarProposalOut(proposal).data, status=201)


class CalendarChanges(StaffResource):
    """Proposed versions of calendars that wait for a second administrator."""

    serializer_class = CalendarProposalOut

    @extend_schema(responses=CalendarProposalOut(many=True))
    def list(self, request: Request) -> Response:
        """Every proposal that is open."""
        require(request, "change_calendar")
        rows = CalendarProposal.objects.filter(settled_at=None).select_related("proposed_by").order_by("pk")
        return Response(CalendarProposalOut(rows, many=True).data)

    @extend_schema(request=None, responses=CalendarProposalOut)
    def agree(self, request: Request, proposal_id: int) -> Response:
        """The calendar has the new version, and every running clock that counts by it is reckoned anew."""
        return self._settled(request, proposal_id, True)

    @extend_schema(request=None, responses=CalendarProposalOut)
    def decline(self, request: Request, proposal_id: int) -> Response:
        """The proposal is declined, or taken back by who made it."""
        return self._settled(request, proposal_id, False)

    def _settled(self, request: Request, proposal_id: int, agrees: bool) -> Response:
        row = calendars.settle_calendar(
            proposal_id, agrees, actor=caller(request), stepped_up_at=step_up_time(request)
        )
        return Response(CalendarProposalOut(row).data)


class Agencies(StaffResource):
    """Requesting agencies, and the numbers at which they are called back."""

    serializer_class = AgencyOut

    @extend_schema(responses=AgencyOut(many=True))
    def list(self, request: Request) -> Response:
        """Every agency by name; a matter or a contact names one of them."""
        return Response(AgencyOut(Agency.objects.order_by("name"), many=True).data)

    @extend_schema(responses=OfficeOut(many=True))
    def offices(self, request: Request) -> Response:
        """The directory: the only numbers at which an official is called back."""
        rows = AgencyContact.objects.select_related("agency").order_by("agency__name", "office")
        return Response(OfficeOut(rows, many=True).data)

    @extend_schema(request=OfficeIn, responses={201: OfficeOut})
    def add(self, request: Request) -> Response:
        """The directory has one number more."""
        given = checked(OfficeIn, request)
        row = add_agency_contact(given["agency"], given["office"], given["phone"], actor=caller(request))
        return Response(OfficeOut(row).data, status=201)


class Referrals(StaffResource):
    """The list of those who help."""

    serializer_class = ReferralsOut

    @extend_schema(responses=ReferralsOut)
    def retrieve(self, request: Request) -> Response:
        """The list in force."""
        return Response({"rows": [asdict(row) for row in referrals.current()]})

    @extend_schema(request=ReferralsIn, responses=ReferralsOut)
    def update(self, request: Request) -> Response:
        """The list has exactly these rows from now on: a new version of it."""
        rows = [referrals.Referral(**row) for row in checked(ReferralsIn, request)["rows"]]
        notifying.keep_referrals(rows, actor=caller(request))
        return self.retrieve(request)


class Compliance(StaffResource):
    """Status data in records that the city made itself."""

    serializer_class = NotesOut

    @extend_schema(responses=NotesOut(many=True))
    def list(self, request: Request) -> Response:
        """Counts by quarter, department and form; for auditors. Reading them is an entry."""
        require(request, "read_compliance")
        lines = compliance.report(timezone.now())
        with transaction.atomic():
            log.record("audit.viewed", actor=caller(request), facts={"counts": {"rows": len(lines)}})
        return Response(NotesOut(lines, many=True).data)


urlpatterns = [
    path("calendars/", Calendars.as_view({"get": "list", "post": "create"}), name="calendars"),
    path("calendar-changes/", CalendarChanges.as_view({"get": "list"}), name="calendar-changes"),
    path(
        "calendar-changes/<int:proposal_id>/agree/",
        CalendarChanges.as_view({"post": "agree"}),
        name="calendar-change-agree",
    ),
    path(
        "calendar-changes/<int:proposal_id>/decline/",
        CalendarChanges.as_view({"post": "decline"}),
        name="calendar-change-decline",
    ),
    path("agencies/", Agencies.as_view({"get": "list"}), name="agencies"),
    path("agency-offices/", Agencies.as_view({"get": "offices", "post": "add"}), name="agency-offices"),
    path("referrals/", Referrals.as_view({"get": "retrieve", "put": "update"}), name="referrals"),
    path("compliance/", Compliance.as_view({"get": "list"}), name="compliance"),
]
