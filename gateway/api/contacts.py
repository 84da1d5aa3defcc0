"""Visits and calls: noted by anybody of the staff, read, exported, and turned into a matter."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import MayAttest, caller
from gateway.api.base import Input, StaffResource, checked, name_of
from gateway.api.matters import MatterOut, shown
from workflows.errors import Invalid
from workflows.flow import contacts as acts
from workflows.matters.access import visible_matters
from workflows.matters.models import Agency, Contact
from workflows.policy.codes import CONTACT_CHANNELS, CONTACT_PAPERS, CONTACT_WANTS, TAKEN_KINDS


class ContactIn(Input):
    """One approach by word of mouth. Nothing about anybody's status, nothing about records."""

    channel = serializers.ChoiceField(list(CONTACT_CHANNELS))
    happened_at = serializers.DateTimeField(help_text="Within the last year.")
    place = serializers.CharField(max_length=120, help_text="Department or counter.")
    agency = serializers.UUIDField(required=False, allow_null=True, default=None)
    agency_said = serializers.CharField(max_length=160, required=False, default="", allow_blank=True)
    official_said = serializers.CharField(max_length=120, required=False, default="", allow_blank=True)
    wants = serializers.ChoiceField(list(CONTACT_WANTS))
    paper = serializers.ChoiceField(list(CONTACT_PAPERS))
    told = serializers.BooleanField(help_text="Whether anything was said about what the city holds.")
    note = serializers.CharField(max_length=600, required=False, default="", allow_blank=True)


class ContactFilterIn(Input):
    """Which contacts. Days are the city's, both included; each word must be in what was noted."""

    since = serializers.DateField(required=False, allow_null=True, default=None)
    until = serializers.DateField(required=False, allow_null=True, default=None)
    agency = serializers.UUIDField(required=False, allow_null=True, default=None)
    words = serializers.CharField(max_length=100, required=False, default="", allow_blank=True)


class TakenIn(Input):
    """What officers took while they executed a judge's warrant in person."""

    what = serializers.CharField(max_length=200)
    kind = serializers.ChoiceField(list(TAKEN_KINDS))
    pieces = serializers.IntegerField(min_value=1)
    receipt = serializers.BooleanField(help_text="Whether they left a receipt for it.")


class AgencyIn(Input):
    """The agency that asks, where the contact names none."""

    agency = serializers.UUIDField(required=False, allow_null=True, default=None)


class TakenOut(serializers.Serializer[Any]):
    """What was taken."""

    what = serializers.CharField()
    kind = serializers.CharField()
    pieces = serializers.IntegerField()
    receipt = serializers.BooleanField()
    by = name_of("by")
    at = serializers.DateTimeField()


class ContactOut(serializers.Serializer[Any]):
    """A contact as it was noted."""

    id = serializers.UUIDField()
    channel = serializers.CharField()
    happened_at = serializers.DateTimeField()
    place = serializers.CharField()
    agency = name_of("agency")
    agency_said = serializers.CharField()
    official_said = serializers.CharField()
    wants = serializers.CharField()
    paper = serializers.CharField()
    told = serializers.BooleanField()
    note = serializers.CharField()
    by = name_of("by")
    logged_at = serializers.DateTimeField()
    counsel_called_at = serializers.DateTimeField(allow_null=True)
    opened = serializers.SerializerMethodField()

    def get_opened(self, contact: Contact) -> bool:
        """Whether a matter has been opened from it."""
        return contact.matter_id is not None


class OneContactOut(ContactOut):
    """A contact with what was taken and, for those who see it, its matter."""

    taken = TakenOut(many=True)
    matter = serializers.SerializerMethodField()

    def get_matter(self, contact: Contact) -> UUID | None:
        """The matter, if the caller sees it."""
        seen = visible_matters(self.context["request"].user).filter(contacts=contact)
        return seen.values_list("pk", flat=True).first()


class LatestContacts(CursorPagination):
    """Newest first, without totals."""

    ordering = ("-happened_at", "-id")
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


def _chosen(given: dict[str, Any]) -> dict[str, Any]:
    """The filter as the flow takes it."""
    agency: UUID | None = given.get("agency")
    return {**given, "agency": _agency(agency)}


def _agency(agency_id: UUID | None) -> Agency | None:
    if agency_id is None:
        return None
    agency = Agency.objects.filter(pk=agency_id).first()
    if agency is None:
        raise Invalid("There is no such agency.", code="agency_unknown")
    return agency


class Contacts(StaffResource):
    """Approaches by word of mouth."""

    serializer_class = ContactOut
    permission_classes = [IsAuthenticated, MayAttest]
    pagination_class = LatestContacts
    queryset = Contact.objects.none()

    @extend_schema(
        responses=ContactOut(many=True),
        parameters=[
            OpenApiParameter("since", OpenApiTypes.DATE, description="First day, in city time."),
            OpenApiParameter("until", OpenApiTypes.DATE, description="Last day, in city time."),
            OpenApiParameter("agency", OpenApiTypes.UUID),
        ],
    )
    def list(self, request: Request) -> Response:
        """One page of the contacts the caller may read, newest first. Words are looked for by the export,
        whose filter is no part of an address."""
        asked = {name: request.query_params[name] for name in ("since", "until", "agency")
                 if request.query_params.get(name)}  # fmt: skip
        given = ContactFilterIn(data=asked)
        given.is_valid(raise_exception=True)
        rows = acts.contacts_for(caller(request), **_chosen(dict(given.validated_data)))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(ContactOut(page or [], many=True).data)

    @extend_schema(request=ContactIn, responses={201: OneContactOut})
    def create(self, request: Request) -> Response:
        """Note an approach, for good."""
        given = checked(ContactIn, request)
        given["agency"] = _agency(given["agency"])
        given["happened_at"] = given["happened_at"].astimezone(dt.UTC)
        contact = acts.log_contact(acts.Approach(**given), actor=caller(request))
        return Response(self._shown(contact), status=201)

    @extend_schema(responses=OneContactOut)
    def retrieve(self, request: Request, contact_id: UUID) -> Response:
        """One contact and what can follow from it."""
        return Response(self._shown(acts.contact_for(caller(request), contact_id)))

    @extend_schema(request=None, responses=OneContactOut)
    def counsel(self, request: Request, contact_id: UUID) -> Response:
        """Note that counsel was called now, while a warrant was executed."""
        return Response(self._shown(acts.call_counsel(contact_id, actor=caller(request))))

    @extend_schema(request=TakenIn, responses={201: OneContactOut})
    def taken(self, request: Request, contact_id: UUID) -> Response:
        """Note what officers took."""
        row = acts.log_taken(contact_id, actor=caller(request), **checked(TakenIn, request))
        return Response(self._shown(row.contact), status=201)

    @extend_schema(request=AgencyIn, responses={201: MatterOut})
    def open(self, request: Request, contact_id: UUID) -> Response:
        """Open a matter from the contact; it is acknowledged like any other."""
        agency = _agency(checked(AgencyIn, request)["agency"])
        matter = acts.open_from_contact(contact_id, actor=caller(request), agency=agency)
        return Response(shown(matter, request), status=201)

    @extend_schema(request=ContactFilterIn, responses={(200, "text/csv"): OpenApiTypes.BINARY})
    def export(self, request: Request) -> HttpResponse:
        """The contacts of the filter as CSV; no cell of it is a formula to a spreadsheet."""
        rows = acts.contacts_for(caller(request), **_chosen(checked(ContactFilterIn, request)))
        return HttpResponse(
            acts.export_contacts(rows, actor=caller(request)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="visits-and-calls.csv"'},
        )

    def _shown(self, contact: Contact) -> dict[str, Any]:
        return dict(OneContactOut(contact, context={"request": self.request}).data)


_ONE = "contacts/<uuid:contact_id>/"
urlpatterns = [
    path("contacts/", Contacts.as_view({"get": "list", "post": "create"}), name="contacts"),
    path("contacts/export/", Contacts.as_view({"post": "export"}), name="contacts-export"),
    path(_ONE, Contacts.as_view({"get": "retrieve"}), name="contact-detail"),
    path(f"{_ONE}counsel/", Contacts.as_view({"post": "counsel"}), name="contact-counsel"),
    path(f"{_ONE}taken/", Contacts.as_view({"post": "taken"}), name="contact-taken"),
    path(f"{_ONE}open/", Contacts.as_view({"post": "open"}), name="contact-open"),
]
