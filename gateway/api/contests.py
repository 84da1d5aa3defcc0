"""Challenges of papers, and recalls of what has left with the agency's answer to them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.accounts.models import Role
from gateway.api.auth import IsAgency, caller, step_up_time
from gateway.api.base import Input, Resource, StaffResource, checked
from gateway.api.idempotency import once
from workflows.flow import challenging, recalling
from workflows.flow.viewing import view_matter
from workflows.holding.models import Challenge, Recall
from workflows.holding.states import CHALLENGE_KINDS, CHALLENGE_STEPS, OUTCOMES, PARTIES, REPLIES
from workflows.policy.codes import RECALL_REASONS


class ChallengeIn(Input):
    """A challenge of a paper. An agency speaks for itself, whatever it names as party."""

    kind = serializers.ChoiceField(CHALLENGE_KINDS)
    party = serializers.ChoiceField(PARTIES, required=False, default="other")
    instrument = serializers.UUIDField(required=False, allow_null=True, default=None)
    court_on = serializers.DateField(required=False, allow_null=True, default=None)


class ChallengeOut(serializers.Serializer[Any]):
    """A challenge and where it stands."""

    id = serializers.UUIDField()
    instrument = serializers.UUIDField(source="instrument_id", allow_null=True)
    kind = serializers.CharField()
    party = serializers.CharField()
    state = serializers.CharField()
    outcome = serializers.CharField()
    court_on = serializers.DateField(allow_null=True)
    filed_at = serializers.DateTimeField()


class SettleIn(Input):
    """What the court has done, and where that is written. `decided` needs the outcome."""

    step = serializers.ChoiceField(sorted({one for steps in CHALLENGE_STEPS.values() for one in steps}))
    outcome = serializers.ChoiceField(OUTCOMES, required=False, default="", allow_blank=True)
    reason = serializers.CharField(max_length=1000)


class RecallIn(Input):
    """Why a release is called back: a code for the letter, words for the log."""

    reason = serializers.ChoiceField(sorted(RECALL_REASONS))
    note = serializers.CharField(max_length=1000)


class ReplyIn(Input):
    """What became of every copy of the package."""

    outcome = serializers.ChoiceField(REPLIES)


class RecallOut(serializers.Serializer[Any]):
    """A release that was called back, by the digest of its package, and what the agency said to it."""

    id = serializers.UUIDField()
    sha256 = serializers.CharField(source="release.package.seal.bundle_sha256")
    at = serializers.DateTimeField()
    answer = serializers.SerializerMethodField()
    replaced = serializers.SerializerMethodField()

    def get_answer(self, recall: Recall) -> str:
        """What the agency did with it; empty until it says so."""
        return recall.reply.outcome if hasattr(recall, "reply") else ""

    def get_replaced(self, recall: Recall) -> bool:
        """Whether a corrected package stands in its place."""
        return recall.replaced_by_id is not None


class MatterChallenges(Resource):
    """Challenges of the papers of one matter."""

    serializer_class = ChallengeOut

    @extend_schema(responses=ChallengeOut(many=True))
    def list(self, request: Request, matter_id: UUID) -> Response:
        """Every challenge; an agency reads what it has filed itself."""
        matter = view_matter(matter_id, actor=caller(request))
        rows = Challenge.objects.filter(matter=matter)
        if caller(request).role == Role.AGENCY:
            rows = rows.filter(filed_by__official__agency=matter.agency_id)
        return Response(ChallengeOut(rows, many=True).data)

    @extend_schema(request=ChallengeIn, responses={201: ChallengeOut})
    @once
    def create(self, request: Request, matter_id: UUID) -> Response:
        """File a challenge: the matter is blocked at once, until counsel says what the court has done."""
        given = checked(ChallengeIn, request)
        filing = challenging.Filing(given["kind"], given["party"], given["instrument"], given["court_on"])
        made = challenging.file_challenge(matter_id, filing, actor=caller(request))
        return Response(ChallengeOut(made).data, status=201)


class Challenges(StaffResource):
    """One challenge."""

    serializer_class = ChallengeOut

    @extend_schema(request=SettleIn, responses=ChallengeOut)
    def settle(self, request: Request, pk: UUID) -> Response:
        """Counsel records what became of it, and everything that follows from that happens."""
        given = checked(SettleIn, request)
        made = challenging.settle_challenge(
            pk, given.pop("step"), actor=caller(request), stepped_up_at=step_up_time(request), **given
        )
        return Response(ChallengeOut(made).data)


class MatterRecalls(Resource):
    """Releases of one matter that were called back."""

    serializer_class = RecallOut

    @extend_schema(responses=RecallOut(many=True))
    def list(self, request: Request, matter_id: UUID) -> Response:
        """Every recall, the oldest first."""
        matter = view_matter(matter_id, actor=caller(request))
        rows = matter.recalls.select_related("release__package__seal", "reply")
        return Response(RecallOut(rows, many=True).data)

    @extend_schema(request=RecallIn, responses={201: RecallOut(many=True)})
    @once
    def create(self, request: Request, matter_id: UUID) -> Response:
        """Call back everything that was released: all links die at once, and the agency has a letter."""
        given = checked(RecallIn, request)
        made = recalling.recall(matter_id, given["reason"], actor=caller(request), note=given["note"])
        return Response(RecallOut(made, many=True).data, status=201)


class Recalls(Resource):
    """Recalls, as the agency answers them."""

    serializer_class = RecallOut
    permission_classes = [IsAuthenticated, IsAgency]

    @extend_schema(request=ReplyIn, responses={201: None})
    @action(detail=True, methods=["post"])
    @once
    def acknowledge(self, request: Request, pk: UUID) -> Response:
        """Say what became of every copy: destroyed, returned, or kept because of a law."""
        recalling.answer_recall(pk, checked(ReplyIn, request)["outcome"], actor=caller(request))
        return Response({"acknowledged": True}, status=201)


urlpatterns = [
    path(
        "matters/<uuid:matter_id>/challenges/",
        MatterChallenges.as_view({"get": "list", "post": "create"}),
        name="matter-challenges",
    ),
    path("challenges/<uuid:pk>/settle/", Challenges.as_view({"post": "settle"}), name="challenge-settle"),
    path(
        "matters/<uuid:matter_id>/recalls/",
        MatterRecalls.as_view({"get": "list", "post": "create"}),
        name="matter-recalls",
    ),
]
