"""Holds, which keep everything of a matter, and blocks, which stop everything of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import caller, step_up_time
from gateway.api.base import Input, ReasonIn, StaffResource, checked, name_of
from workflows.flow import holds as acts
from workflows.flow import papers as paper_acts
from workflows.flow.viewing import view_matter
from workflows.holding.models import GROUNDS
from workflows.policy.codes import BLOCK_KINDS

LIFTS = ("ask", "agree", "decline")


class HoldOut(serializers.Serializer[Any]):
    """A reason to keep everything of a matter."""

    id = serializers.UUIDField()
    ground = serializers.ChoiceField(GROUNDS)
    placed_at = serializers.DateTimeField()
    placed_by = name_of("placed_by")
    asked_at = serializers.DateTimeField(allow_null=True)
    asked_by = name_of("asked_by")
    lifted_at = serializers.DateTimeField(allow_null=True)
    lifted_by = name_of("lifted_by")


class LiftIn(Input):
    """One lawyer asks, another one agrees; either declines. To ask and to decline need a reason."""

    act = serializers.ChoiceField(LIFTS)
    reason = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)


class PreservationOut(serializers.Serializer[Any]):
    """The clock of a preservation."""

    ends = serializers.DateTimeField()


class BlockIn(Input):
    """Why the matter must stop."""

    kind = serializers.ChoiceField(BLOCK_KINDS)


class BlockOut(serializers.Serializer[Any]):
    """What stops approval, building and bytes of a matter until counsel lifts it."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(BLOCK_KINDS)
    opened_at = serializers.DateTimeField()
    opened_by = name_of("opened_by")
    lifted_at = serializers.DateTimeField(allow_null=True)
    lifted_by = name_of("lifted_by")


class MatterHolds(StaffResource):
    """The holds of one matter."""

    serializer_class = HoldOut

    @extend_schema(responses=HoldOut(many=True))
    def list(self, request: Request, matter_id: UUID) -> Response:
        """Every hold, the oldest first; one that is not lifted stands."""
        matter = view_matter(matter_id, actor=caller(request))
        rows = matter.holds.select_related("placed_by", "asked_by", "lifted_by")
        return Response(HoldOut(rows, many=True).data)

    @extend_schema(request=ReasonIn, responses={201: HoldOut})
    def create(self, request: Request, matter_id: UUID) -> Response:
        """Keep everything of the matter, because a dispute or an investigation can be foreseen."""
        hold = acts.place_hold(matter_id, actor=caller(request), reason=checked(ReasonIn, request)["reason"])
        return Response(HoldOut(hold).data, status=201)

    @extend_schema(request=None, responses=PreservationOut)
    def extend(self, request: Request, matter_id: UUID) -> Response:
        """The agency has renewed its request to preserve: it runs 180 days from its start, and no longer."""
        clock = acts.extend_preservation(matter_id, actor=caller(request))
        return Response(PreservationOut(clock).data)


class Holds(StaffResource):
    """One hold."""

    serializer_class = HoldOut

    @extend_schema(request=LiftIn, responses=HoldOut)
    def lift(self, request: Request, pk: UUID) -> Response:
        """Ask for the hold to be lifted, agree as the second lawyer, or decline."""
        given, actor, at = checked(LiftIn, request), caller(request), step_up_time(request)
        if given["act"] == "agree":
            hold = acts.confirm_lift(pk, actor=actor, stepped_up_at=at)
        else:
            act = acts.ask_lift if given["act"] == "ask" else acts.decline_lift
            hold = act(pk, actor=actor, reason=given["reason"], stepped_up_at=at)
        return Response(HoldOut(hold).data)


class MatterBlocks(StaffResource):
    """The blocks of one matter."""

    serializer_class = BlockOut

    @extend_schema(responses=BlockOut(many=True))
    def list(self, request: Request, matter_id: UUID) -> Response:
        """Every block, the oldest first; one that is not lifted stops the matter."""
        matter = view_matter(matter_id, actor=caller(request))
        rows = matter.blocks.select_related("opened_by", "lifted_by").order_by("pk")
        return Response(BlockOut(rows, many=True).data)

    @extend_schema(request=BlockIn, responses={201: BlockOut})
    def create(self, request: Request, matter_id: UUID) -> Response:
        """Stop approval, building and bytes of the matter at once."""
        block = paper_acts.open_block(matter_id, checked(BlockIn, request)["kind"], actor=caller(request))
        return Response(BlockOut(block).data, status=201)


class Blocks(StaffResource):
    """One block."""

    serializer_class = BlockOut

    @extend_schema(request=ReasonIn, responses=BlockOut)
    def lift(self, request: Request, pk: int) -> Response:
        """Counsel lifts the block, with a reason."""
        block = paper_acts.lift_block(
            pk,
            actor=caller(request),
            reason=checked(ReasonIn, request)["reason"],
            stepped_up_at=step_up_time(request),
        )
        return Response(BlockOut(block).data)


_AT = "matters/<uuid:matter_id>/"
urlpatterns = [
    path(f"{_AT}holds/", MatterHolds.as_view({"get": "list", "post": "create"}), name="matter-holds"),
    path(f"{_AT}preservation/", MatterHolds.as_view({"post": "extend"}), name="matter-preservation"),
    path("holds/<uuid:pk>/lift/", Holds.as_view({"post": "lift"}), name="hold-lift"),
    path(f"{_AT}blocks/", MatterBlocks.as_view({"get": "list", "post": "create"}), name="matter-blocks"),
    path("blocks/<int:pk>/lift/", Blocks.as_view({"post": "lift"}), name="block-lift"),
]
