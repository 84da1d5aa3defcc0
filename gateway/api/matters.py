"""Matters: open, list, read, and the named moves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.accounts.models import Role
from gateway.api.auth import caller, step_up_time
from gateway.api.base import Input, Resource, checked
from gateway.api.etag import matter_tagged, seen_matter
from gateway.api.idempotency import once
from workflows.errors import Forbidden, Invalid, NotVisible
from workflows.flow.advance import advance
from workflows.flow.assigning import assign, unassign
from workflows.flow.moves import MOVES, moves_from
from workflows.flow.opening import MAX_SUBJECTS, Subject, Submission, open_matter
from workflows.flow.viewing import view_matter
from workflows.matters.access import agency_of, assigned_people, visible_matters
from workflows.matters.models import Agency, Matter
from workflows.matters.states import coarse
from workflows.policy import roles
from workflows.policy.codes import CHANNELS, REQUESTER_CLASSES

# Moves that take more than a reason have an address of their own, or only a page.
OWN_FORMS = (
    "file_paper", "accept_paper", "set_scope", "set_basis", "claim_exigent", "decide_exigent", "ask_scope",
    "settle_scope",
)  # fmt: skip
PEOPLE_MOVES = sorted(
    move.name for move in MOVES.values()
    if not move.is_system and move.name not in OWN_FORMS
)  # fmt: skip


class SubjectIn(Input):
    """A person the request is about."""

    name = serializers.CharField(max_length=160)
    birth_date = serializers.DateField(required=False, allow_null=True, default=None)


class MatterIn(Input):
    """A new request. Staff also name the agency, the channel and when it arrived."""

    description = serializers.CharField(max_length=20_000)
    authority = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    subjects = serializers.ListField(child=SubjectIn(), required=False, default=list, max_length=MAX_SUBJECTS)
    requester_class = serializers.ChoiceField(REQUESTER_CLASSES, required=False, default="unknown")
    return_on = serializers.DateField(required=False, allow_null=True, default=None)
    agency = serializers.UUIDField(required=False, allow_null=True, default=None)
    channel = serializers.ChoiceField(CHANNELS, required=False, default="api")
    received_at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class AgencyMatterOut(serializers.Serializer[Any]):
    """What an agency may know: nothing of it tells whether records exist."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    status = serializers.SerializerMethodField()
    received_at = serializers.DateTimeField()

    def get_status(self, matter: Matter) -> str:
        """The coarse state."""
        return coarse(matter.state)


class MatterOut(serializers.Serializer[Any]):
    """A matter as the desk sees it."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    agency = serializers.CharField(source="agency.name")
    requester_class = serializers.CharField()
    channel = serializers.CharField()
    received_at = serializers.DateTimeField()
    court_date = serializers.DateField(allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    moves = serializers.SerializerMethodField()

    def get_moves(self, matter: Matter) -> list[str]:
        """Moves that start here and belong to the caller's role; guards are asked when one is taken."""
        role = self.context["request"].user.role
        return [move.name for move in moves_from(matter.state) if roles.allowed(role, move.action)]


class AskedPart(serializers.Serializer[Any]):
    """What the agency has written, with what it says of anybody's status masked."""

    description = serializers.CharField(source="description_masked")
    authority = serializers.CharField(source="authority_masked")


class PartyPart(serializers.Serializer[Any]):
    """A person the request is about."""

    name = serializers.CharField()
    birth_date = serializers.DateField(allow_null=True)


class ColleaguePart(serializers.Serializer[Any]):
    """Somebody who has the matter."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    role = serializers.CharField()


class WholeMatterOut(MatterOut):
    """A matter with what was asked, about whom, and who works on it."""

    asked = serializers.SerializerMethodField()
    parties = PartyPart(many=True)
    people = serializers.SerializerMethodField()

    @extend_schema_field(AskedPart(allow_null=True))
    def get_asked(self, matter: Matter) -> Any:
        """The request as it stands now."""
        newest = matter.requests.order_by("-version").first()
        return AskedPart(newest).data if newest else None

    @extend_schema_field(ColleaguePart(many=True))
    def get_people(self, matter: Matter) -> Any:
        """Everybody the matter is given to."""
        return ColleaguePart(assigned_people(matter), many=True).data


class MoveIn(Input):
    """What a move may need: a reason, the codes of what is missing."""

    reason = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)
    missing = serializers.ListField(child=serializers.CharField(max_length=40), required=False, default=list)


class PersonIn(Input):
    """Whom to give the matter."""

    person = serializers.UUIDField()


class Newest(CursorPagination):
    """Newest first, without totals."""

    ordering = ("-received_at", "-number")
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


def shown(matter: Matter, request: Request, desk: type[MatterOut] = MatterOut) -> dict[str, Any]:
    """The matter as this caller may see it."""
    kind = AgencyMatterOut if caller(request).role == Role.AGENCY else desk
    return dict(kind(matter, context={"request": request}).data)


class Matters(mixins.ListModelMixin, Resource):
    """Requests of agencies and all that follows. There is no PATCH or DELETE: writes are named moves."""

    queryset = Matter.objects.none()
    serializer_class = MatterOut
    pagination_class = Newest

    def get_queryset(self) -> QuerySet[Matter]:
        """Only what the caller may see."""
        return visible_matters(caller(self.request)).select_related("agency")

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One page of the matters the caller may see."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response([shown(matter, request) for matter in page or []])

    @extend_schema(responses=WholeMatterOut)
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """One matter; reading it is an entry. An agency is told its coarse status and no more."""
        matter = view_matter(pk, actor=caller(request))
        return matter_tagged(Response(shown(matter, request, WholeMatterOut)), matter, request)

    @extend_schema(
        request=MatterIn,
        responses={201: MatterOut},
        parameters=[OpenApiParameter("Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER)],
    )
    @once
    def create(self, request: Request) -> Response:
        """Open a matter. The answer says what is needed; it never says whether records exist."""
        data = checked(MatterIn, request)
        agency = _agency(data.pop("agency"), request)
        subjects = tuple(Subject(**subject) for subject in data.pop("subjects"))
        if caller(request).role == Role.AGENCY:
            data["channel"], data["received_at"] = "api", None
        matter = open_matter(Submission(subjects=subjects, **data), actor=caller(request), agency=agency)
        return matter_tagged(Response(shown(matter, request), status=201), matter, request)

    @extend_schema(
        operation_id="matters_move",
        request=MoveIn,
        responses=MatterOut,
        parameters=[
            OpenApiParameter("move", OpenApiTypes.STR, OpenApiParameter.PATH, enum=PEOPLE_MOVES),
            OpenApiParameter("If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True),
        ],
    )
    @once
    def move(self, request: Request, pk: UUID, move: str) -> Response:
        """Take a named move. A refusal names every guard that does not hold."""
        if move not in PEOPLE_MOVES:
            raise NotVisible()
        given = checked(MoveIn, request)
        matter = advance(
            pk,
            move,
            actor=caller(request),
            stepped_up_at=step_up_time(request),
            version=seen_matter(request, pk),
            **given,
        )
        return matter_tagged(Response(shown(matter, request)), matter, request)

    @extend_schema(request=PersonIn, responses={204: None})
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: UUID) -> Response:
        """Give the matter to a person of the desk."""
        assign(pk, _person(request), actor=caller(request))
        return Response(status=204)

    @extend_schema(request=PersonIn, responses={204: None})
    @action(detail=True, methods=["post"])
    def unassign(self, request: Request, pk: UUID) -> Response:
        """Take the matter away from a person."""
        unassign(pk, _person(request), actor=caller(request))
        return Response(status=204)


def _person(request: Request) -> UUID:
    person: UUID = checked(PersonIn, request)["person"]
    return person


def _agency(agency_id: UUID | None, request: Request) -> Agency | None:
    """The agency named. Those who cannot open a matter for it learn nothing about which exist."""
    if agency_id is None:
        return None
    person = caller(request)
    if person.role == Role.AGENCY:
        own = agency_of(person)
        if own is None or own.pk != agency_id:
            raise Forbidden("A client opens matters for its own agency only.")
        return own
    if not roles.allowed(person.role, "open_matter"):
        raise Forbidden("Your role does not register requests.")
    agency = Agency.objects.filter(pk=agency_id).first()
    if agency is None:
        raise Invalid("There is no such agency.", code="agency_unknown")
    return agency
