"""Questions about the scope of a paper, their answers, and sums that go beyond a paper."""

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
from gateway.api.parsers import FileForm
from gateway.api.uploads import uploaded
from workflows.flow import clarifying
from workflows.flow.scope_rulings import decide_sum
from workflows.flow.sums import exceeded
from workflows.flow.viewing import view_matter
from workflows.policy.scope_words import SUMS


class QuestionIn(Input):
    """What the paper leaves open, nothing of what records hold. No addressee: the court that issued it."""

    instrument = serializers.UUIDField()
    question = serializers.CharField(max_length=2000)
    addressee = serializers.CharField(max_length=160, required=False, default="", allow_blank=True)


class AnswerFileIn(Input):
    """The answer as it came, one file, whole."""

    file = serializers.FileField(allow_empty_file=True)


class QuestionOut(serializers.Serializer[Any]):
    """A question to the court or to the government's attorney. Its words are in the letter."""

    id = serializers.IntegerField()
    instrument = serializers.UUIDField(source="instrument_id")
    addressee = serializers.CharField()
    letter = serializers.UUIDField(source="letter_id")
    asked_by = name_of("asked_by")
    asked_at = serializers.DateTimeField()
    answered_by = name_of("answered_by")
    answered_at = serializers.DateTimeField(allow_null=True)


class SumIn(Input):
    """Why what all requests come to stays inside the paper after all, and by which words of it."""

    instrument = serializers.UUIDField()
    kind = serializers.ChoiceField(list(SUMS))
    page = serializers.IntegerField(min_value=1)
    quote = serializers.CharField(max_length=600)
    reason = serializers.CharField(max_length=2000)


class ExceededOut(serializers.Serializer[Any]):
    """One count that goes beyond what a paper allows over all requests under it."""

    instrument = serializers.UUIDField(source="paper.pk")
    kind = serializers.ChoiceField(list(SUMS))
    most = serializers.IntegerField()
    used = serializers.IntegerField()
    detail = serializers.CharField(source="sentence")


class SumRulingOut(serializers.Serializer[Any]):
    """Counsel's decision; more than `upto` is asked about anew."""

    instrument = serializers.UUIDField(source="instrument_id")
    kind = serializers.ChoiceField(list(SUMS))
    upto = serializers.IntegerField()


class MatterQuestions(StaffResource):
    """Questions about the scope of one matter."""

    serializer_class = QuestionOut

    @extend_schema(responses=QuestionOut(many=True))
    def list(self, request: Request, matter_id: UUID) -> Response:
        """Every question, the newest first."""
        matter = view_matter(matter_id, actor=caller(request))
        rows = matter.clarifications.select_related("asked_by", "answered_by").order_by("-asked_at")
        return Response(QuestionOut(rows, many=True).data)

    @extend_schema(request=QuestionIn, responses={201: QuestionOut})
    def create(self, request: Request, matter_id: UUID) -> Response:
        """Ask what the paper covers, by letter. The city's own clocks stand still; a court's run on."""
        given = checked(QuestionIn, request)
        row = clarifying.ask_scope(matter_id, given.pop("instrument"), actor=caller(request), **given)
        return Response(QuestionOut(row).data, status=201)

    @extend_schema(request=ReasonIn, responses=QuestionOut)
    def go_on(self, request: Request, matter_id: UUID) -> Response:
        """Read the paper without an answer; what it leaves open is not covered."""
        reason = checked(ReasonIn, request)["reason"]
        row = clarifying.go_on_unanswered(matter_id, actor=caller(request), reason=reason)
        return Response(QuestionOut(row).data)

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def answer(self, request: Request, pk: int) -> HttpResponse:
        """The answer as it was filed; its own name is not used. Reading it is an entry."""
        data = clarifying.read_answer(pk, actor=caller(request))
        headers = {"Content-Disposition": f'attachment; filename="answer-{pk}"'}
        return HttpResponse(data, content_type="application/octet-stream", headers=headers)


class MatterAnswer(StaffResource):
    """The answer to the question that waits."""

    serializer_class = QuestionOut
    parser_classes = [FileForm]

    @extend_schema(request={"multipart/form-data": AnswerFileIn}, responses=QuestionOut)
    def create(self, request: Request, matter_id: UUID) -> Response:
        """File the answer as it came: the clocks go on, and the scope is with counsel again."""
        upload = checked(AnswerFileIn, request)["file"]
        row = clarifying.settle_scope(matter_id, uploaded(upload), actor=caller(request))
        return Response(QuestionOut(row).data)


class MatterSums(StaffResource):
    """What all requests under the papers of one matter come to."""

    serializer_class = ExceededOut

    @extend_schema(responses=ExceededOut(many=True))
    def list(self, request: Request, matter_id: UUID) -> Response:
        """Counts that go beyond a paper."""
        matter = view_matter(matter_id, actor=caller(request))
        return Response(ExceededOut(exceeded(matter), many=True).data)

    @extend_schema(request=SumIn, responses={201: SumRulingOut})
    def create(self, request: Request, matter_id: UUID) -> Response:
        """Counsel decides that a count stays inside the paper, up to the number it has come to."""
        given = checked(SumIn, request)
        row = decide_sum(
            matter_id, given.pop("instrument"), given.pop("kind"), actor=caller(request),
            stepped_up_at=step_up_time(request), **given,
        )  # fmt: skip
        return Response(SumRulingOut(row).data, status=201)


_AT = "matters/<uuid:matter_id>/questions/"
urlpatterns = [
    path(_AT, MatterQuestions.as_view({"get": "list", "post": "create"}), name="matter-questions"),
    path(f"{_AT}answer/", MatterAnswer.as_view({"post": "create"}), name="matter-answer"),
    path(f"{_AT}unanswered/", MatterQuestions.as_view({"post": "go_on"}), name="matter-unanswered"),
    path("questions/<int:pk>/answer/", MatterQuestions.as_view({"get": "answer"}), name="question-answer"),
    path(
        "matters/<uuid:matter_id>/sums/",
        MatterSums.as_view({"get": "list", "post": "create"}),
        name="matter-sums",
    ),
]
