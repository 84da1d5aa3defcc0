"""What the API tells everybody, without an account: the public register, and the policy in force."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from workflows.lawbook import in_force
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


class TitlePart(serializers.Serializer):
    """What the act is called."""

    en = serializers.CharField()
    es = serializers.CharField()


class SourcePart(serializers.Serializer):
    """The act of the city on which the policy rests."""

    kind = serializers.CharField(help_text="order, or ordinance")
    title = TitlePart()
    citation = serializers.CharField()


class PolicyOut(serializers.Serializer):
    """The version of the policy that is in force."""

    number = serializers.IntegerField()
    sha256 = serializers.CharField()
    source = SourcePart()  # type: ignore[assignment]
    document = serializers.DictField()


class PolicyView(APIView):
    """The policy by which requests are answered."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(responses=PolicyOut, auth=[])
    def get(self, request: Request) -> Response:
        """The version in force, whole. `sha256` is the digest of `document` in canonical JSON (RFC 8785)."""
        policy = in_force(timezone.now())
        return Response(
            {
                "number": policy.number,
                "sha256": policy.sha256,
                "source": policy.document["source"],
                "document": policy.document,
            }
        )
