"""What a reviewer sees and does beside findings and boxes: page images, marks, citations, another reading."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import caller
from gateway.api.base import Input, StaffResource, checked
from gateway.api.etag import seen_version, tagged
from gateway.api.records import FindingOut, MarkOut, RecordOut
from workflows.flow.outputs import read_output_image
from workflows.records import actions, review


class ApplyIn(Input):
    """Counsel's authorisation under which a finding stays in sight."""

    authorisation = serializers.UUIDField()


class CiteIn(Input):
    """Which clauses compel one page. None: all that cover the record."""

    page = serializers.IntegerField(min_value=1)
    clauses = serializers.ListField(child=serializers.IntegerField(min_value=1), max_length=200)


def _png(data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type="image/png", headers={"Cache-Control": "no-store"})


class ReviewedRecord(StaffResource):
    """One record under review."""

    serializer_class = RecordOut

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def page(self, request: Request, record_id: UUID, n: int) -> HttpResponse:
        """Page `n` as received, from 1, made on the server. Looking at it is an entry."""
        return _png(review.read_page_image(record_id, n, actor=caller(request)))

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def result(self, request: Request, record_id: UUID, n: int) -> HttpResponse:
        """Page `n` of the burned output: exactly what would leave. Looking at it is an entry."""
        return _png(read_output_image(record_id, n, actor=caller(request)))

    @extend_schema(request=None, responses=MarkOut)
    def remove(self, request: Request, record_id: UUID, mark: int) -> Response:
        """Take a drawn box away; its row stays, and `undo` puts it back."""
        return Response(MarkOut(review.remove_mark(record_id, mark, actor=caller(request))).data)

    @extend_schema(request=ApplyIn, responses=FindingOut)
    def apply(self, request: Request, record_id: UUID, finding: int) -> Response:
        """Keep one finding in sight under counsel's authorisation; by somebody else than who gave it."""
        row = review.keep_authorised(
            record_id,
            finding,
            checked(ApplyIn, request)["authorisation"],
            actor=caller(request),
            version=seen_version(request),
        )
        return tagged(Response(FindingOut(row).data), row.version)

    @extend_schema(request=CiteIn, responses={204: None})
    def cite(self, request: Request, record_id: UUID) -> Response:
        """Say which items compel one page, where not all that cover the record do."""
        given = checked(CiteIn, request)
        review.cite_page(record_id, given["page"], given["clauses"], actor=caller(request))
        return Response(status=204)

    @extend_schema(request=None, responses={202: RecordOut})
    def retry(self, request: Request, record_id: UUID) -> Response:
        """Read the record once more; marks, pages seen and decisions on the same claims are kept."""
        record = actions.retry_scan(record_id, actor=caller(request))
        return tagged(Response(RecordOut(record).data, status=202), record.version)


_AT = "records/<uuid:record_id>/"
urlpatterns = [
    path(f"{_AT}pages/<int:n>/", ReviewedRecord.as_view({"get": "page"}), name="record-page"),
    path(f"{_AT}result/<int:n>/", ReviewedRecord.as_view({"get": "result"}), name="record-result"),
    path(f"{_AT}marks/<int:mark>/remove/", ReviewedRecord.as_view({"post": "remove"}), name="record-unmark"),
    path(
        f"{_AT}findings/<int:finding>/apply/", ReviewedRecord.as_view({"post": "apply"}), name="record-apply"
    ),
    path(f"{_AT}cite/", ReviewedRecord.as_view({"post": "cite"}), name="record-cite"),
    path(f"{_AT}retry/", ReviewedRecord.as_view({"post": "retry"}), name="record-retry"),
]
