"""The side door: lists of public-records requests are looked through, and counsel settles what they show."""

from __future__ import annotations

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import caller
from gateway.api.base import Input, StaffResource, checked, name_of
from gateway.api.parsers import FileForm, Json
from workflows.errors import Forbidden
from workflows.flow import side_door as acts
from workflows.matters.models import ListedRequest
from workflows.policy.codes import SIDE_DOOR_OUTCOMES, SIDE_DOOR_REASONS
from workflows.policy.roles import allowed

_USUAL = acts.Columns()
SHOWN = 200


class RequestListIn(Input):
    """A list as CSV, and which of its headings is what."""

    file = serializers.FileField(help_text="Up to 1,000 rows and a megabyte; headings in the first row.")
    reference = serializers.CharField(max_length=60, required=False, default=_USUAL.reference)
    received = serializers.CharField(max_length=60, required=False, default=_USUAL.received, allow_blank=True)
    requester = serializers.CharField(max_length=60, required=False, default=_USUAL.requester)
    address = serializers.CharField(max_length=60, required=False, default=_USUAL.address, allow_blank=True)
    text = serializers.CharField(max_length=60, required=False, default=_USUAL.text)


class ImportedOut(serializers.Serializer[Any]):
    """What came of a list. A row that is known already is not new."""

    rows = serializers.IntegerField()
    new = serializers.IntegerField()
    flagged = serializers.IntegerField(help_text="New rows that counsel is shown.")


class OutcomeIn(Input):
    """What becomes of a listed request."""

    outcome = serializers.ChoiceField(list(SIDE_DOOR_OUTCOMES))


class ListedRequestOut(serializers.Serializer[Any]):
    """A listed request that waits for counsel; what somebody wrote of a status is masked."""

    id = serializers.IntegerField()
    reference = serializers.CharField()
    received_on = serializers.DateField(allow_null=True)
    requester = serializers.CharField()
    text = serializers.CharField()
    reasons = serializers.ListField(child=serializers.ChoiceField(list(SIDE_DOOR_REASONS)))
    imported_at = serializers.DateTimeField()
    outcome = serializers.CharField(allow_null=True)
    settled_by = name_of("settled_by")
    settled_at = serializers.DateTimeField(allow_null=True)


class ListedRequests(StaffResource):
    """Requests of the public-records list that look as if they belonged here."""

    serializer_class = ListedRequestOut
    parser_classes = [FileForm]

    @extend_schema(responses=ListedRequestOut(many=True))
    def list(self, request: Request) -> Response:
        """What waits for counsel, the oldest first, at most 200."""
        if not allowed(caller(request).role, "import_requests"):
            raise Forbidden("Officers and counsel watch the list of public-records requests.")
        return Response(ListedRequestOut(acts.flagged_requests()[:SHOWN], many=True).data)

    @extend_schema(request={"multipart/form-data": RequestListIn}, responses={201: ImportedOut})
    def create(self, request: Request) -> Response:
        """Look a list through. It is taken whole or not at all; read again, it adds only what is new."""
        given = checked(RequestListIn, request)
        data = given.pop("file").read(acts.MOST_BYTES + 1)
        came = acts.import_requests(data, acts.Columns(**given), actor=caller(request))
        return Response(ImportedOut(came).data, status=201)


class ListedRequestActs(StaffResource):
    """One listed request."""

    serializer_class = ListedRequestOut
    parser_classes = [Json]
    queryset = ListedRequest.objects.none()

    @extend_schema(request=OutcomeIn, responses=ListedRequestOut)
    def settle(self, request: Request, pk: int) -> Response:
        """Counsel has looked at it: it belongs to this gateway, or stays with public records."""
        row = acts.settle_request(pk, checked(OutcomeIn, request)["outcome"], actor=caller(request))
        return Response(ListedRequestOut(row).data)


urlpatterns = [
    path(
        "listed-requests/",
        ListedRequests.as_view({"get": "list", "post": "create"}),
        name="listed-requests",
    ),
    path(
        "listed-requests/<int:pk>/settle/",
        ListedRequestActs.as_view({"post": "settle"}),
        name="listed-request-settle",
    ),
]
