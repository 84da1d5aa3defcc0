"""Searches: which departments were asked, who of them answers, and what they say."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import MayAttest, caller
from gateway.api.base import Input, StaffResource, checked, name_of
from workflows.flow import searching
from workflows.flow.viewing import view_matter
from workflows.instruments.queries import clauses_of_each
from workflows.records.models import ATTESTATIONS, SearchTask

PEOPLE = "attestations__by"
MOST = 100


class SearchIn(Input):
    """The department asked to search."""

    department = serializers.CharField(max_length=120)
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    custodian = serializers.UUIDField(required=False, allow_null=True, default=None)


class AttestIn(Input):
    """Where was searched, and what came of it. `produced` (everything was handed over) needs `pieces`."""

    outcome = serializers.ChoiceField(ATTESTATIONS)
    where = serializers.CharField(max_length=400)
    pieces = serializers.IntegerField(min_value=1, required=False, allow_null=True, default=None)


class CustodianIn(Input):
    """Who of the department answers: a custodian, or an officer."""

    custodian = serializers.UUIDField()


class AttestationOut(serializers.Serializer[Any]):
    """One statement of the department; a later one stands beside it."""

    kind = serializers.ChoiceField(ATTESTATIONS)
    where = serializers.CharField()
    pieces = serializers.IntegerField(allow_null=True)
    by = name_of("by")
    at = serializers.DateTimeField()


class SearchOut(serializers.Serializer[Any]):
    """A search and what the department has said so far."""

    id = serializers.IntegerField()
    department = serializers.CharField()
    custodian = name_of("custodian")
    opened_at = serializers.DateTimeField()
    due = serializers.SerializerMethodField(help_text="By when an answer is needed.")
    outcome = serializers.CharField(help_text="found or none, once it is settled; empty until then.")
    attestations = AttestationOut(many=True)

    def get_due(self, search: SearchTask) -> dt.datetime | None:
        """The end of its clock; of a list all clocks were asked for at once."""
        clocks = self.context.get("clocks")
        clock = searching.due(search) if clocks is None else clocks.get(search.pk)
        return clock.ends if clock else None


class LookForOut(serializers.Serializer[Any]):
    """One thing to look for. Neither who asks nor why."""

    subject_name = serializers.CharField()
    subject_birth_date = serializers.DateField(allow_null=True)
    record_classes = serializers.ListField(child=serializers.CharField())
    date_from = serializers.DateField(allow_null=True)
    date_to = serializers.DateField(allow_null=True)


class GivenSearchOut(SearchOut):
    """A search as the custodian it was given to sees it."""

    matter = serializers.CharField(source="matter.number")
    look_for = serializers.SerializerMethodField()

    def get_look_for(self, search: SearchTask) -> list[dict[str, Any]]:
        """What the clauses in force name."""
        return list(LookForOut(self.context["clauses"][search.matter_id], many=True).data)


class MatterSearches(StaffResource):
    """Searches of one matter."""

    serializer_class = SearchOut

    @extend_schema(responses=SearchOut(many=True))
    def list(self, request: Request, matter_id: UUID) -> Response:
        """Every search of the matter with its statements, the oldest first."""
        matter = view_matter(matter_id, actor=caller(request))
        found = list(
            matter.searches.order_by("pk").select_related("custodian", "matter").prefetch_related(PEOPLE)
        )
        return Response(SearchOut(found, many=True, context={"clocks": searching.due_of(found)}).data)

    @extend_schema(request=SearchIn, responses={201: SearchOut})
    def create(self, request: Request, matter_id: UUID) -> Response:
        """Ask a department to search."""
        given = checked(SearchIn, request)
        search = searching.open_search(
            matter_id,
            given["department"],
            actor=caller(request),
            due_on=given["due_on"],
            custodian_id=given["custodian"],
        )
        return Response(SearchOut(search).data, status=201)


class Searches(StaffResource):
    """One search, and those that were given to the caller."""

    permission_classes = [IsAuthenticated, MayAttest]
    serializer_class = GivenSearchOut
    lookup_value_converter = "int"

    @extend_schema(responses=GivenSearchOut(many=True))
    def list(self, request: Request) -> Response:
        """The searches given to the caller: what to look for, and nothing else of a matter."""
        given = searching.searches_given_to(caller(request), timezone.now())
        found = list(given.select_related("custodian", "matter").prefetch_related(PEOPLE)[:MOST])
        context = {
            "clocks": searching.due_of(found),
            "clauses": clauses_of_each({search.matter_id for search in found}),
        }
        return Response(GivenSearchOut(found, many=True, context=context).data)

    @extend_schema(request=AttestIn, responses={204: None})
    @action(detail=True, methods=["post"])
    def attest(self, request: Request, pk: int) -> Response:
        """Attest where was searched and what came of it; by the desk, or by whom the search was given to."""
        given = checked(AttestIn, request)
        searching.attest_search(
            pk, given["outcome"], given["where"], pieces=given["pieces"], actor=caller(request)
        )
        return Response(status=204)

    @extend_schema(request=CustodianIn, responses=SearchOut)
    @action(detail=True, methods=["post"])
    def give(self, request: Request, pk: int) -> Response:
        """Give the search to a person of the department, who sees it from then on and nothing else."""
        search = searching.give_search(pk, checked(CustodianIn, request)["custodian"], actor=caller(request))
        return Response(SearchOut(search).data)


urlpatterns = [
    path(
        "matters/<uuid:matter_id>/searches/",
        MatterSearches.as_view({"get": "list", "post": "create"}),
        name="matter-searches",
    )
]
