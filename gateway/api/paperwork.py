"""More about a paper: flags that stand in its way, its page images, and the answer to a subpoena."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import caller, step_up_time
from gateway.api.base import Input, ReasonIn, StaffResource, checked, name_of
from gateway.api.etag import seen_version, tagged
from workflows.errors import NotVisible
from workflows.flow import answering, papers
from workflows.flow.viewing import view_matter
from workflows.instruments.models import Instrument, SubpoenaAnswer
from workflows.matters.access import matter_of
from workflows.notices.places import MOST_WORDS
from workflows.policy.checks import FLAGS
from workflows.policy.codes import ANSWER_GROUNDS


class FlagIn(Input):
    """What is wrong with the paper."""

    flag = serializers.ChoiceField(sorted(FLAGS))


class FlagOut(serializers.Serializer[Any]):
    """A flag; the gate stays closed until counsel clears it."""

    id = serializers.IntegerField()
    flag = serializers.CharField()
    raised_by = name_of("raised_by")
    raised_at = serializers.DateTimeField()
    cleared_by = name_of("cleared_by")
    cleared_at = serializers.DateTimeField(allow_null=True)


class AnswerIn(Input):
    """What the letter says besides its fixed words."""

    grounds = serializers.ListField(child=serializers.ChoiceField(list(ANSWER_GROUNDS)))
    until = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="To when the city asks for more time."
    )
    words = serializers.CharField(max_length=MOST_WORDS, required=False, default="", allow_blank=True)


class AnswerOut(serializers.Serializer[Any]):
    """Counsel's answer to an administrative subpoena: a draft until it is sent."""

    version = serializers.IntegerField()
    grounds = serializers.ListField(child=serializers.CharField())
    until = serializers.DateField(allow_null=True)
    words = serializers.CharField()
    text = serializers.SerializerMethodField(help_text="The letter as it is, or as it would be sent now.")
    letter = serializers.UUIDField(source="letter_id", allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)

    def get_text(self, answer: SubpoenaAnswer) -> str:
        """Empty while the fields of the paper are not confirmed."""
        return answer.letter.body if answer.letter else answering.preview(answer)


class PaperFlags(StaffResource):
    """Flags of a paper, and its pages."""

    serializer_class = FlagOut

    @extend_schema(request=FlagIn, responses={201: FlagOut})
    def create(self, request: Request, pk: UUID) -> Response:
        """Raise a flag: the gate stays closed until counsel clears it."""
        flag = papers.raise_flag(pk, checked(FlagIn, request)["flag"], actor=caller(request))
        return Response(FlagOut(flag).data, status=201)

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def page(self, request: Request, pk: UUID, n: int) -> HttpResponse:
        """Page `n` of the paper, from 1, as an image. Reading it is an entry."""
        image = papers.read_paper_image(pk, n, actor=caller(request))
        return HttpResponse(image, content_type="image/png")


class Flags(StaffResource):
    """One flag."""

    serializer_class = FlagOut

    @extend_schema(request=ReasonIn, responses=FlagOut)
    def clear(self, request: Request, pk: int) -> Response:
        """Counsel clears the flag, with a reason."""
        reason = checked(ReasonIn, request)["reason"]
        flag = papers.clear_flag(
            pk, actor=caller(request), reason=reason, stepped_up_at=step_up_time(request)
        )
        return Response(FlagOut(flag).data)


class PaperAnswer(StaffResource):
    """The answer to one administrative subpoena."""

    serializer_class = AnswerOut

    @extend_schema(responses=AnswerOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """The answer as it stands."""
        matter = view_matter(matter_of(Instrument, pk) or pk, actor=caller(request))
        answer = SubpoenaAnswer.objects.filter(instrument=pk, instrument__matter=matter).first()
        if answer is None:
            raise NotVisible()
        return self._shown(answer)

    @extend_schema(request=AnswerIn, responses=AnswerOut)
    def update(self, request: Request, pk: UUID) -> Response:
        """Change the draft. Nothing is sent by it."""
        given = checked(AnswerIn, request)
        return self._shown(
            answering.edit_answer(pk, actor=caller(request), version=seen_version(request), **given)
        )

    @extend_schema(request=None, responses=AnswerOut)
    def send(self, request: Request, pk: UUID) -> Response:
        """Send the draft as it stands: the agency has the answer among its letters."""
        return self._shown(answering.send_answer(pk, actor=caller(request), version=seen_version(request)))

    def _shown(self, answer: SubpoenaAnswer) -> Response:
        return tagged(Response(AnswerOut(answer).data), answer.version)


_PAPER = "instruments/<uuid:pk>/"
urlpatterns = [
    path(f"{_PAPER}flags/", PaperFlags.as_view({"post": "create"}), name="instrument-flags"),
    path(f"{_PAPER}pages/<int:n>/", PaperFlags.as_view({"get": "page"}), name="instrument-page"),
    path("flags/<int:pk>/clear/", Flags.as_view({"post": "clear"}), name="flag-clear"),
    path(
        f"{_PAPER}answer/",
        PaperAnswer.as_view({"get": "retrieve", "put": "update"}),
        name="instrument-answer",
    ),
    path(f"{_PAPER}answer/send/", PaperAnswer.as_view({"post": "send"}), name="instrument-answer-send"),
]
