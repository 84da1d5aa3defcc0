"""Words looked for on all pages of a matter, and marked everywhere. No address or entry holds them."""

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
from workflows.policy.codes import EXEMPTION_CODES
from workflows.records.word_search import LONGEST_CHARS, MOST, mark_everywhere, search


class SoughtIn(Input):
    """Words to look for, and record and page to begin at."""

    sought = serializers.CharField(max_length=LONGEST_CHARS)
    record = serializers.IntegerField(min_value=1, required=False, default=1)
    page = serializers.IntegerField(min_value=1, required=False, default=1)


class MarkSoughtIn(Input):
    """The same words, and the ids of the places where they go."""

    sought = serializers.CharField(max_length=LONGEST_CHARS)
    places = serializers.ListField(child=serializers.RegexField(r"^[0-9.]{1,40}$"), max_length=MOST)
    code = serializers.ChoiceField(list(EXEMPTION_CODES), required=False, default="W-1")


class PlaceOut(serializers.Serializer[Any]):
    """One place where the words stand; other findings around it are masked."""

    id = serializers.CharField()
    record = serializers.UUIDField(source="record.pk")
    number = serializers.IntegerField(source="record.number")
    page = serializers.IntegerField()
    boxes = serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    before = serializers.CharField()
    words = serializers.CharField()
    after = serializers.CharField()


class SearchedOut(serializers.Serializer[Any]):
    """The places; `go_on` is record and page to go on from where the search was cut off, `unread` are numbers
    of records without words, `silent` counts pages on which no word was read."""

    places = PlaceOut(many=True)
    records = serializers.IntegerField()
    pages = serializers.IntegerField()
    go_on = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    crowded = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    unread = serializers.ListField(child=serializers.IntegerField())
    silent = serializers.IntegerField()


class MatterWords(StaffResource):
    """The words on the pages of one matter."""

    serializer_class = SearchedOut

    @extend_schema(request=SoughtIn, responses=SearchedOut)
    def look(self, request: Request, matter_id: UUID) -> Response:
        """Every place of the words; the log has only how many there were."""
        given = checked(SoughtIn, request)
        first = given["record"], given["page"]
        found = search(matter_id, given["sought"], actor=caller(request), first=first)
        return Response(SearchedOut(found).data, headers={"Cache-Control": "no-store"})

    @extend_schema(request=MarkSoughtIn, responses={204: None})
    def mark(self, request: Request, matter_id: UUID) -> Response:
        """Redact the findings in these places, and draw boxes elsewhere; one undo takes all back."""
        given = checked(MarkSoughtIn, request)
        mark_everywhere(
            matter_id, given["sought"], set(given["places"]), actor=caller(request), code=given["code"]
        )
        return Response(status=204)


urlpatterns = [
    path("matters/<uuid:matter_id>/words/", MatterWords.as_view({"post": "look"}), name="matter-words"),
    path(
        "matters/<uuid:matter_id>/words/mark/",
        MatterWords.as_view({"post": "mark"}),
        name="matter-mark-words",
    ),
]
