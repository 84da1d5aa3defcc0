"""What the API tells everybody, without an account: the public register."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from workflows.transparency.editions import document
from workflows.transparency.models import Edition
from workflows.transparency.suppress import Mark


class CheckpointPart(serializers.Serializer):
    """Where the log stood when the edition was counted."""

    origin = serializers.CharField()
    size = serializers.IntegerField()
    root = serializers.CharField()  # type: ignore[assignment]


class CellOut(serializers.Serializer):
    """One printed count: a number, or the mark that stands instead of it."""

    table = serializers.CharField()
    row = serializers.CharField()
    column = serializers.CharField()
    value = serializers.IntegerField(allow_null=True)
    mark = serializers.ChoiceField(choices=["", *(one.value for one in Mark)])


class EditionOut(serializers.Serializer):
    """The register of one quarter."""

    format = serializers.IntegerField()
    period = serializers.CharField()
    policy_version = serializers.IntegerField()
    checkpoint = CheckpointPart()
    cells = CellOut(many=True)


class RegisterView(APIView):
    """The public register."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(responses=EditionOut(many=True), auth=[])
    def get(self, request: Request) -> Response:
        """Every edition from new to old, as its digest in the log speaks of it. No account needed."""
        editions = Edition.objects.prefetch_related("cells")
        return Response([document(one, one.cells.all()) for one in editions])
