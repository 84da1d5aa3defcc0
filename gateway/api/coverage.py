"""What the clauses of a matter say of its records, and counsel's decision where a clause cannot tell."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import IsStaff, caller
from gateway.api.base import Input, Resource, checked
from gateway.api.etag import seen_version, tagged
from gateway.api.records import RecordOut
from workflows.audit import log
from workflows.flow.coverage import difference, matrix
from workflows.flow.scope_rulings import rule_scope
from workflows.instruments.queries import clauses_of
from workflows.matters.access import access_matter
from workflows.matters.acts import act


class CoverageCellOut(serializers.Serializer[Any]):
    """What one clause says of one record: in, out or unknown, with reasons."""

    clause = serializers.IntegerField(source="clause.pk")
    item = serializers.CharField(source="clause.item")
    cover = serializers.ChoiceField(["in", "out", "unknown"])
    why = serializers.ListField(child=serializers.CharField())
    decided = serializers.SerializerMethodField()

    def get_decided(self, cell: Any) -> bool:
        """Whether counsel decided it."""
        return cell.ruling is not None


class CoverageRowOut(serializers.Serializer[Any]):
    """One record against every clause."""

    record = serializers.UUIDField(source="record.pk")
    number = serializers.IntegerField(source="record.number")
    scope = serializers.CharField(source="record.scope")
    cells = CoverageCellOut(many=True)


class CoverageOut(serializers.Serializer[Any]):
    """The coverage matrix; what is asked beyond the paper, and what the paper compels beyond the request."""

    rows = CoverageRowOut(many=True)
    excess = serializers.ListField(child=serializers.CharField())
    slack = serializers.ListField(child=serializers.CharField())


class RulingIn(Input):
    """Counsel's decision of a record that a clause cannot tell of, and the words that decide it."""

    clause = serializers.IntegerField(min_value=1)
    inside = serializers.BooleanField()
    page = serializers.IntegerField(min_value=1)
    quote = serializers.CharField(max_length=600)
    reason = serializers.CharField(max_length=2000)


class MatterCoverage(Resource):
    """The coverage of one matter."""

    permission_classes = [IsAuthenticated, IsStaff]
    serializer_class = CoverageOut

    @extend_schema(responses=CoverageOut)
    def retrieve(self, request: Request, matter_id: UUID) -> Response:
        """Every record against every clause in force."""
        with act("see_matter", actor=caller(request), matter_id=matter_id):
            matter = access_matter(caller(request), matter_id, "see_pages")
            log.record("matter.viewed", actor=caller(request), matter=matter)
        clauses = clauses_of(matter)
        said = difference(matter, clauses)
        found = {"rows": matrix(matter, clauses), "excess": said.excess, "slack": said.slack}
        return Response(CoverageOut(found).data)


class RecordScope(Resource):
    """The scope of one record."""

    permission_classes = [IsAuthenticated, IsStaff]
    serializer_class = RulingIn

    @extend_schema(request=RulingIn, responses=RecordOut)
    def create(self, request: Request, pk: UUID) -> Response:
        """Decide whether a clause covers the record. What is certainly outside stays outside."""
        given = checked(RulingIn, request)
        record = rule_scope(
            pk,
            given.pop("clause"),
            given.pop("inside"),
            actor=caller(request),
            version=seen_version(request),
            **given,
        )
        return tagged(Response(RecordOut(record).data), record.version)
