"""People whom the log is to forget."""

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
from workflows.flow import forgetting as acts
from workflows.flow.accounting import MOST_NAME
from workflows.holding.models import FORGET_GROUNDS


class ForgottenPersonIn(Input):
    """The person, by the name and date of birth under which the log knows them. Kept nowhere."""

    name = serializers.CharField(max_length=MOST_NAME)
    birth_date = serializers.DateField(allow_null=True, required=False, default=None)


class ForgettingIn(ForgottenPersonIn):
    """Who is to be forgotten, and why. The reason must not name the person."""

    ground = serializers.ChoiceField(FORGET_GROUNDS)
    reason = serializers.CharField(max_length=2000)


class ForgettingOut(serializers.Serializer[Any]):
    """What waits, or was settled: never whom it is about."""

    id = serializers.UUIDField()
    ground = serializers.ChoiceField(FORGET_GROUNDS)
    asked_at = serializers.DateTimeField()
    asked_by = name_of("asked_by")
    outcome = serializers.CharField(help_text="Empty while it waits; forgotten or declined.")
    settled_at = serializers.DateTimeField(allow_null=True)
    settled_by = name_of("settled_by")


class Forgettings(StaffResource):
    """People whom the log is to forget (counsel)."""

    serializer_class = ForgettingOut

    @extend_schema(responses=ForgettingOut(many=True))
    def list(self, request: Request) -> Response:
        """What waits for a second lawyer, and what was settled last; newest first."""
        rows = acts.forgettings(actor=caller(request))[: acts.MOST_SHOWN]
        return Response(ForgettingOut(rows, many=True).data)

    @extend_schema(request=ForgettingIn, responses={201: ForgettingOut})
    def create(self, request: Request) -> Response:
        """Ask for a person to be forgotten. Nothing goes until another lawyer agrees."""
        given = checked(ForgettingIn, request)
        row = acts.ask_forgetting(**given, actor=caller(request), stepped_up_at=step_up_time(request))
        return Response(ForgettingOut(row).data, status=201)

    @extend_schema(request=ForgottenPersonIn, responses=ForgettingOut)
    def agree(self, request: Request, forgetting_id: UUID) -> Response:
        """Agree as the second lawyer, who names the same person. It cannot be taken back."""
        given = checked(ForgottenPersonIn, request)
        row = acts.confirm_forgetting(
            forgetting_id, **given, actor=caller(request), stepped_up_at=step_up_time(request)
        )
        return Response(ForgettingOut(row).data)

    @extend_schema(request=ReasonIn, responses=ForgettingOut)
    def decline(self, request: Request, forgetting_id: UUID) -> Response:
        """The log keeps the person."""
        row = acts.decline_forgetting(
            forgetting_id, checked(ReasonIn, request)["reason"], actor=caller(request),
            stepped_up_at=step_up_time(request),
        )  # fmt: skip
        return Response(ForgettingOut(row).data)


_AT = "forgettings/<uuid:forgetting_id>/"
urlpatterns = [
    path("forgettings/", Forgettings.as_view({"get": "list", "post": "create"}), name="forgettings"),
    path(f"{_AT}agree/", Forgettings.as_view({"post": "agree"}), name="forgetting-agree"),
    path(f"{_AT}decline/", Forgettings.as_view({"post": "decline"}), name="forgetting-decline"),
]
