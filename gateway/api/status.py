"""Counsel's rulings on status data: what an item of the paper compels, and what is done about the rest."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import caller, step_up_time
from gateway.api.base import Input, StaffResource, checked, name_of
from workflows.flow import authorising
from workflows.flow.viewing import view_matter
from workflows.instruments.models import CHOICES, GROUNDS, ScopeClause, StatusAuthorisation
from workflows.instruments.queries import authorisation_holds, clauses_of
from workflows.instruments.words import words_of
from workflows.policy.roles import allowed
from workflows.policy.status_types import status_types


class AuthoriseIn(Input):
    """What a clause opens, and why: the words of the paper that compel it, or its general phrase."""

    types = serializers.ListField(child=serializers.ChoiceField(sorted(status_types())), min_length=1)
    ground = serializers.ChoiceField(GROUNDS, required=False, default="named")
    quote = serializers.CharField(max_length=2000)
    reason = serializers.CharField(max_length=2000)


class WithholdIn(Input):
    """What is done about status data that a clause asks for and that is not opened."""

    choice = serializers.ChoiceField(CHOICES)
    reason = serializers.CharField(max_length=2000)


class AuthorisationOut(serializers.Serializer[Any]):
    """Types of status data that stay in sight under a clause. Its words are counsel's to read, else null."""

    id = serializers.UUIDField()
    types = serializers.ListField(child=serializers.CharField())
    ground = serializers.ChoiceField(GROUNDS)
    by = name_of("by")
    at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    holds = serializers.SerializerMethodField()
    words = serializers.SerializerMethodField()

    def get_holds(self, row: StatusAuthorisation) -> bool:
        """Whether anything stays in sight under it today."""
        return authorisation_holds(row, timezone.localdate())

    def get_words(self, row: StatusAuthorisation) -> dict[str, str] | None:
        """Quote and reason."""
        role = self.context["request"].user.role
        return words_of(row.words) if allowed(role, "authorise_status") else None


class WithholdingOut(serializers.Serializer[Any]):
    """What counsel does about what is withheld."""

    choice = serializers.ChoiceField(CHOICES)
    by = name_of("by")
    at = serializers.DateTimeField()


class ClauseRulingsOut(serializers.Serializer[Any]):
    """One clause in force with counsel's rulings."""

    clause = serializers.IntegerField(source="pk")
    item = serializers.CharField()
    names_status = serializers.BooleanField()
    authorisations = serializers.SerializerMethodField()
    choices = serializers.SerializerMethodField()

    @extend_schema_field(AuthorisationOut(many=True))
    def get_authorisations(self, clause: ScopeClause) -> Any:
        """Ended ones too."""
        rows = clause.authorisations.select_related("by", "words", "clause__instrument")
        return AuthorisationOut(rows, many=True, context=self.context).data

    @extend_schema_field(WithholdingOut(many=True))
    def get_choices(self, clause: ScopeClause) -> Any:
        """The last one counts."""
        return WithholdingOut(clause.withholding_choices.select_related("by"), many=True).data


class MatterRulings(StaffResource):
    """Rulings on status data of one matter."""

    serializer_class = ClauseRulingsOut

    @extend_schema(responses=ClauseRulingsOut(many=True))
    def list(self, request: Request, matter_id: UUID) -> Response:
        """Each clause in force with its rulings."""
        matter = view_matter(matter_id, actor=caller(request))
        context = {"request": request}
        return Response(ClauseRulingsOut(clauses_of(matter), many=True, context=context).data)

    @extend_schema(request=AuthoriseIn, responses={201: AuthorisationOut})
    def authorise(self, request: Request, matter_id: UUID, clause: int) -> Response:
        """Authorise status data of some types under one clause. A reviewer applies it to each record."""
        row = authorising.authorise_status(
            matter_id, clause, actor=caller(request), stepped_up_at=step_up_time(request),
            **checked(AuthoriseIn, request),
        )  # fmt: skip
        return Response(AuthorisationOut(row, context={"request": request}).data, status=201)

    @extend_schema(request=WithholdIn, responses={201: WithholdingOut})
    def withhold(self, request: Request, matter_id: UUID, clause: int) -> Response:
        """Record what is done about what is withheld, so that the manifest can be approved."""
        given = checked(WithholdIn, request)
        row = authorising.choose_withholding(
            matter_id, clause, given["choice"], actor=caller(request), reason=given["reason"]
        )
        return Response(WithholdingOut(row).data, status=201)


class Authorisations(StaffResource):
    """One authorisation."""

    serializer_class = AuthorisationOut

    @extend_schema(request=None, responses=AuthorisationOut)
    def end(self, request: Request, pk: UUID) -> Response:
        """End it: what was kept under it must be decided again, and an approval that rests on it is void."""
        row = authorising.end_authorisation(pk, actor=caller(request))
        return Response(AuthorisationOut(row, context={"request": request}).data)


_AT = "matters/<uuid:matter_id>/status-data/"
urlpatterns = [
    path(_AT, MatterRulings.as_view({"get": "list"}), name="matter-status"),
    path(
        f"{_AT}clauses/<int:clause>/authorise/",
        MatterRulings.as_view({"post": "authorise"}),
        name="matter-authorise",
    ),
    path(
        f"{_AT}clauses/<int:clause>/withhold/",
        MatterRulings.as_view({"post": "withhold"}),
        name="matter-withhold",
    ),
    path("authorisations/<uuid:pk>/end/", Authorisations.as_view({"post": "end"}), name="authorisation-end"),
]
