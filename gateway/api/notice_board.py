"""Notices of all matters that one has, and the record that a paper leaves no time for them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import caller
from gateway.api.base import Input, StaffResource, checked
from gateway.api.notices import NoticeOut
from workflows.errors import Forbidden
from workflows.flow import notifying
from workflows.matters.access import visible_matters
from workflows.notices.models import Notice
from workflows.policy.roles import allowed

MOST = 200


class WordsIn(Input):
    """Why, in words for the log."""

    words = serializers.CharField(max_length=1000)


class BoardNoticeOut(NoticeOut):
    """A notice with its matter."""

    matter = serializers.UUIDField(source="matter_id")
    number = serializers.CharField(source="matter.number")


class NoticeBoard(StaffResource):
    """Notices to the people concerned."""

    serializer_class = BoardNoticeOut

    @extend_schema(responses=BoardNoticeOut(many=True))
    def list(self, request: Request) -> Response:
        """The notices of every matter that the caller has, at most 200 of the newest."""
        if not allowed(caller(request).role, "notify"):
            raise Forbidden("Officers and counsel tell the people concerned.")
        rows = Notice.objects.filter(matter__in=visible_matters(caller(request))).select_related("matter")
        return Response(BoardNoticeOut(rows.order_by("-matter__number", "pk")[:MOST], many=True).data)

    @extend_schema(request=WordsIn, responses={204: None})
    def after(self, request: Request, matter_id: UUID) -> Response:
        """Counsel records that the paper leaves no time: the release need not wait, and the people concerned
        are told after it."""
        given: dict[str, Any] = checked(WordsIn, request)
        notifying.tell_after(matter_id, actor=caller(request), words=given["words"])
        return Response(status=204)


urlpatterns = [
    path("notices/", NoticeBoard.as_view({"get": "list"}), name="notices"),
    path(
        "matters/<uuid:matter_id>/notices/after/",
        NoticeBoard.as_view({"post": "after"}),
        name="matter-notices-after",
    ),
]
