"""Notices to the people concerned by a matter. For the staff alone: nothing here is the agency's to see."""

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
from workflows.errors import NotVisible
from workflows.flow import notifying
from workflows.flow.viewing import view_matter
from workflows.notices import machine
from workflows.notices.models import Notice

ACTS = ("draft", "sent", "returned", "take_back", "not_required")


class NoticeOut(serializers.Serializer[Any]):
    """A notice and where it stands."""

    id = serializers.UUIDField()
    person_name = serializers.CharField()
    person_birth_date = serializers.DateField(allow_null=True)
    state = serializers.ChoiceField(choices=machine.STATES)
    reason = serializers.CharField(source="latest.reason")
    since = serializers.DateTimeField(source="latest.at")


class NoticeStepIn(Input):
    """One step: which notice, and what was done. `draft` needs language, channel and address; `take_back`
    and `not_required` need words, the latter a reason of the list too."""

    notice = serializers.UUIDField()
    act = serializers.ChoiceField(choices=ACTS)
    language = serializers.ChoiceField(choices=machine.LANGUAGES, required=False)
    channel = serializers.ChoiceField(choices=machine.CHANNELS, required=False)
    address = serializers.CharField(required=False, max_length=notifying.MOST_ADDRESS, default="")
    reason = serializers.ChoiceField(choices=notifying.CHOSEN_REASONS, required=False)
    words = serializers.CharField(required=False, max_length=1000, default="")


class MatterNotices(Resource):
    """The notices of one matter."""

    serializer_class = NoticeOut
    permission_classes = [IsAuthenticated, IsStaff]

    @extend_schema(responses=NoticeOut(many=True))
    def list(self, request: Request, matter_id: UUID) -> Response:
        """Everybody who is to be told, and where that stands."""
        matter = view_matter(matter_id, actor=caller(request), action="notify")
        return Response(NoticeOut(matter.notices.all(), many=True).data)

    @extend_schema(request=NoticeStepIn, responses={201: NoticeOut})
    def create(self, request: Request, matter_id: UUID) -> Response:
        """Take one step: write the letter, say that it was sent or came back, take a step back, excuse it."""
        typed = checked(NoticeStepIn, request)
        notice = Notice.objects.filter(pk=typed["notice"], matter_id=matter_id).first()
        if notice is None:
            raise NotVisible()
        _step(notice, typed, caller(request))
        return Response(NoticeOut(notice).data, status=201)


def _step(notice: Notice, typed: dict[str, Any], actor: Any) -> None:
    match typed["act"]:
        case "draft":
            notifying.draft_notice(
                notice.pk, actor=actor, language=typed.get("language", ""),
                channel=typed.get("channel", ""), address=typed["address"],
            )  # fmt: skip
        case "sent":
            notifying.mark_sent(notice.pk, actor=actor)
        case "returned":
            notifying.mark_returned(notice.pk, actor=actor)
        case "take_back":
            notifying.take_back(notice.pk, actor=actor, words=typed["words"])
        case "not_required":
            notifying.excuse_notice(notice.pk, typed.get("reason", ""), actor=actor, words=typed["words"])
