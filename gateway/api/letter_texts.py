"""The texts of letters: which one holds, what a proposal would change, and two people who settle it."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import caller, step_up_time
from gateway.api.base import Input, StaffResource, checked, name_of, require
from workflows.flow import letterwriting as acts
from workflows.notices.letter_markup import LONGEST
from workflows.notices.letters import templates
from workflows.notices.machine import LANGUAGES
from workflows.notices.models import LetterText


class LetterTextIn(Input):
    """The whole text of one letter in one language, between its head and its foot."""

    letter = serializers.SlugField(max_length=32)
    language = serializers.ChoiceField(LANGUAGES)
    letter_text = serializers.CharField(max_length=LONGEST)


class LetterTextOut(serializers.Serializer[Any]):
    """The text from which letters of a kind are written now."""

    letter = serializers.CharField()
    language = serializers.ChoiceField(LANGUAGES)
    number = serializers.IntegerField(help_text="Of the city's own text; 0 while the program's holds.")
    version = serializers.IntegerField(help_text="Of the program's text.")
    since = serializers.CharField(help_text="A day, or the moment in which it was agreed to.")
    sha256 = serializers.CharField()
    text = serializers.CharField()
    places = serializers.DictField(child=serializers.CharField(), help_text="Name and type of each place.")


class LetterTextChangeOut(serializers.ModelSerializer[LetterText]):
    """A text that an administrator proposed; `agreed` is null until it is settled."""

    letter = serializers.CharField(source="template")
    language = serializers.ChoiceField(LANGUAGES)
    proposed_by_name = name_of("proposed_by")

    class Meta:
        model = LetterText
        fields = read_only_fields = (
            "id", "letter", "language", "number", "base", "shipped", "text", "sha256", "proposed_by",
            "proposed_by_name", "proposed_at", "settled_at", "agreed",
        )  # fmt: skip


class LetterSampleOut(serializers.Serializer[Any]):
    """A letter to nobody, about nothing, as it would be written from the text."""

    sha256 = serializers.CharField()
    body = serializers.CharField()


class LetterTexts(StaffResource):
    """The texts that hold."""

    serializer_class = LetterTextOut

    @extend_schema(responses=LetterTextOut(many=True))
    def list(self, request: Request) -> Response:
        """Each letter in each of its languages."""
        require(request, "settle_letter")
        rows = [
            {
                "letter": row.id, "language": language, "number": source.number, "version": row.version,
                "since": source.since.isoformat(), "sha256": source.sha256, "text": source.text,
                "places": row.places,
            }
            for row in templates().values()
            for language in row.languages
            for source in (row.source(language),)
        ]  # fmt: skip
        return Response(LetterTextOut(rows, many=True).data)

    @extend_schema(request=LetterTextIn, responses={201: LetterTextChangeOut})
    def create(self, request: Request) -> Response:
        """Another text is proposed; no letter is written from it until another person agrees."""
        given = checked(LetterTextIn, request)
        row = acts.propose_text(
            given["letter"], given["language"], given["letter_text"], actor=caller(request),
            stepped_up_at=step_up_time(request),
        )  # fmt: skip
        return Response(LetterTextChangeOut(row).data, status=201)

    @extend_schema(request=LetterTextIn, responses=LetterSampleOut)
    def sample(self, request: Request) -> Response:
        """A letter of an invented matter, written from this text; nothing is stored."""
        given = checked(LetterTextIn, request)
        source = acts.look(given["letter"], given["language"], given["letter_text"], actor=caller(request))
        letter = acts.sample(given["letter"], given["language"], source, now=timezone.now())
        return Response(LetterSampleOut({"sha256": source.sha256, "body": letter.body}).data)


class LetterTextChanges(StaffResource):
    """Proposed texts that wait for a second person."""

    serializer_class = LetterTextChangeOut

    @extend_schema(responses=LetterTextChangeOut(many=True))
    def list(self, request: Request) -> Response:
        """Every proposal that is open."""
        require(request, "settle_letter")
        rows = LetterText.objects.filter(settled_at=None).select_related("proposed_by").order_by("pk")
        return Response(LetterTextChangeOut(rows, many=True).data)

    @extend_schema(request=None, responses=LetterTextChangeOut)
    def agree(self, request: Request, text_id: int) -> Response:
        """Letters are written from the text from now on; those that were issued stay as they are."""
        return self._settled(request, text_id, True)

    @extend_schema(request=None, responses=LetterTextChangeOut)
    def decline(self, request: Request, text_id: int) -> Response:
        """The proposal is declined, or taken back by who made it."""
        return self._settled(request, text_id, False)

    def _settled(self, request: Request, text_id: int, agrees: bool) -> Response:
        row = acts.settle_text(text_id, agrees, actor=caller(request), stepped_up_at=step_up_time(request))
        return Response(LetterTextChangeOut(row).data)


_AT = "letter-text-changes/"
urlpatterns = [
    path("letter-texts/", LetterTexts.as_view({"get": "list", "post": "create"}), name="letter-texts"),
    path("letter-texts/sample/", LetterTexts.as_view({"post": "sample"}), name="letter-text-sample"),
    path(_AT, LetterTextChanges.as_view({"get": "list"}), name="letter-text-changes"),
    *(
        path(
            f"{_AT}<int:text_id>/{one}/", LetterTextChanges.as_view({"post": one}), name=f"letter-text-{one}"
        )
        for one in ("agree", "decline")
    ),
]
