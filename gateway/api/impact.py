"""What has left: who took which bytes of each release and when, and the wish for a further release."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import caller
from gateway.api.base import ReasonIn, StaffResource, checked, name_of
from workflows.flow import recalling
from workflows.flow.viewing import view_matter
from workflows.releases.models import Release


class ReadingOut(serializers.Serializer[Any]):
    """One download: bytes `first` to `last` were handed over, `last` exclusive."""

    at = serializers.DateTimeField()
    first = serializers.IntegerField()
    last = serializers.IntegerField()
    size = serializers.IntegerField()
    ended = serializers.BooleanField(
        help_text="False when the process was killed: the whole rest counts as taken."
    )


class TakenLinkOut(serializers.Serializer[Any]):
    """What became of one link."""

    link = serializers.UUIDField(source="link.pk")
    claimed_by = serializers.CharField(help_text="Empty when nobody has claimed it.")
    claimed_at = serializers.DateTimeField(allow_null=True)
    readings = ReadingOut(many=True)
    received_at = serializers.DateTimeField(allow_null=True, help_text="When the agency said that it has it.")
    touched = serializers.BooleanField(help_text="Whether a byte may have arrived.")


class CalledBackOut(serializers.Serializer[Any]):
    """How a release was called back, and what the agency said to it."""

    id = serializers.UUIDField()
    reason = serializers.CharField()
    by = name_of("by")
    at = serializers.DateTimeField()
    answer = serializers.CharField(source="reply.outcome", default="")
    answered_at = serializers.DateTimeField(source="reply.at", default=None, allow_null=True)
    replaced_by = serializers.UUIDField(source="replaced_by_id", allow_null=True)


class ReleaseOut(serializers.Serializer[Any]):
    """One release of a matter, by the digest of its package."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    released_by = name_of("released_by")
    sha256 = serializers.CharField(source="package.seal.bundle_sha256")
    taken = serializers.SerializerMethodField()
    recall = serializers.SerializerMethodField()

    @extend_schema_field(TakenLinkOut(many=True))
    def get_taken(self, release: Release) -> Any:
        """Link by link, from the rows and from the log."""
        return TakenLinkOut(recalling.impact(release), many=True).data

    @extend_schema_field(CalledBackOut(allow_null=True))
    def get_recall(self, release: Release) -> Any:
        """The recall, if there is one."""
        return CalledBackOut(release.recall).data if hasattr(release, "recall") else None


class SupplementOut(serializers.Serializer[Any]):
    """Counsel's task: the move `supplement` agrees to it."""

    task = serializers.IntegerField(source="pk")
    due_on = serializers.DateField()


class MatterReleases(StaffResource):
    """The releases of one matter."""

    serializer_class = ReleaseOut

    @extend_schema(responses=ReleaseOut(many=True))
    def list(self, request: Request, matter_id: UUID) -> Response:
        """Each release, the newest first: who took which bytes when, whether it was called back, and what
        the agency says to that."""
        matter = view_matter(matter_id, actor=caller(request))
        rows = matter.releases.select_related("released_by", "package__seal", "recall__reply", "recall__by")
        return Response(ReleaseOut(rows.order_by("-at"), many=True).data)

    @extend_schema(request=ReasonIn, responses={201: SupplementOut})
    def ask(self, request: Request, matter_id: UUID) -> Response:
        """Ask for a further release under the same paper; counsel has a task for it."""
        reason = checked(ReasonIn, request)["reason"]
        task = recalling.ask_supplement(matter_id, actor=caller(request), reason=reason)
        return Response(SupplementOut(task).data, status=201)


_AT = "matters/<uuid:matter_id>/"
urlpatterns = [
    path(f"{_AT}releases/", MatterReleases.as_view({"get": "list"}), name="matter-releases"),
    path(f"{_AT}supplement-wishes/", MatterReleases.as_view({"post": "ask"}), name="matter-supplement"),
]
