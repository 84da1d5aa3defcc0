"""What was handed over about one person: questions that wait, and lists as they were made."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import caller
from gateway.api.base import Input, StaffResource, checked, name_of
from workflows.flow import accounting as acts
from workflows.notices.machine import LANGUAGES


class AccountingIn(Input):
    """For whom, and how they have shown who they are."""

    name = serializers.CharField(max_length=acts.MOST_NAME)
    birth_date = serializers.DateField()
    proof = serializers.ChoiceField(acts.PROOFS)
    language = serializers.ChoiceField(LANGUAGES)


class AsideIn(Input):
    """Why a question gets no list."""

    reason = serializers.ChoiceField(acts.SET_ASIDE)


class AskedAccountingOut(serializers.Serializer[Any]):
    """A question that waits, as it was typed."""

    id = serializers.UUIDField()
    asked_at = serializers.DateTimeField()
    language = serializers.CharField()
    name = serializers.CharField()
    birth_date = serializers.DateField()
    address = serializers.CharField()


class AccountingOut(serializers.Serializer[Any]):
    """A list that was made, or a question set aside: nothing of its content."""

    id = serializers.UUIDField()
    outcome = serializers.CharField()
    language = serializers.CharField()
    by = name_of("by")
    at = serializers.DateTimeField()


class DisclosurePart(serializers.Serializer[Any]):
    """One release as far as it concerns the person."""

    on = serializers.DateField()
    agency = serializers.CharField()
    purpose = serializers.CharField()
    requester_class = serializers.CharField()
    papers = serializers.ListField(child=serializers.CharField())
    items = serializers.ListField(child=serializers.CharField())
    classes = serializers.ListField(child=serializers.CharField())
    records = serializers.IntegerField()
    pages = serializers.IntegerField()
    withheld_records = serializers.IntegerField()
    withheld_pages = serializers.IntegerField()
    approver = serializers.CharField()
    package_sha256 = serializers.CharField()
    recalled_on = serializers.CharField(help_text="Empty when it was not called back.")


class WholeAccountingOut(serializers.Serializer[Any]):
    """A list as it was made, without what a court forbids to tell by now."""

    name = serializers.CharField()
    birth_date = serializers.DateField()
    made_on = serializers.DateField()
    disclosures = DisclosurePart(many=True)


class Accountings(StaffResource):
    """Lists of what was handed over about a person."""

    serializer_class = AccountingOut

    @extend_schema(responses=AskedAccountingOut(many=True))
    def questions(self, request: Request) -> Response:
        """Questions that wait for an answer. Reading them is an entry."""
        rows = [
            {"id": row.pk, "asked_at": row.asked_at, "language": row.language, **typed}
            for row, typed in acts.questions(actor=caller(request))
        ]
        return Response(AskedAccountingOut(rows, many=True).data)

    @extend_schema(request=AccountingIn, responses={201: AccountingOut})
    def create(self, request: Request, asked_id: UUID | None = None) -> Response:
        """Make the list, for a question or for somebody who stands at the counter."""
        row = acts.make(**checked(AccountingIn, request), actor=caller(request), asked_id=asked_id)
        return Response(AccountingOut(row).data, status=201)

    @extend_schema(request=AsideIn, responses=AccountingOut)
    def aside(self, request: Request, asked_id: UUID) -> Response:
        """Set a question aside; the person can ask again at any time."""
        row = acts.set_aside(asked_id, checked(AsideIn, request)["reason"], actor=caller(request))
        return Response(AccountingOut(row).data)

    @extend_schema(responses=WholeAccountingOut)
    def retrieve(self, request: Request, accounting_id: UUID) -> Response:
        """One list as it was made. Reading it is an entry."""
        _, held = acts.read(accounting_id, actor=caller(request))
        return Response(WholeAccountingOut(held).data)


_ASKED = "accounting-questions/<uuid:asked_id>/"
urlpatterns = [
    path("accountings/", Accountings.as_view({"post": "create"}), name="accountings"),
    path("accountings/<uuid:accounting_id>/", Accountings.as_view({"get": "retrieve"}), name="accounting"),
    path("accounting-questions/", Accountings.as_view({"get": "questions"}), name="accounting-questions"),
    path(f"{_ASKED}answer/", Accountings.as_view({"post": "create"}), name="accounting-answer"),
    path(f"{_ASKED}aside/", Accountings.as_view({"post": "aside"}), name="accounting-aside"),
]
