"""Secrecy of a matter: courts' orders that nobody is told, and the seal."""

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
from gateway.api.base import Input, ReasonIn, StaffResource, checked, name_of
from workflows.flow import secrecy as acts
from workflows.flow.viewing import view_matter
from workflows.instruments.models import SECRECY_GROUNDS, SecrecyOrder
from workflows.instruments.secrecy import is_notice_forbidden, orders_in_force
from workflows.instruments.words import words_of
from workflows.matters.access import is_sealed
from workflows.matters.models import SEAL_GROUNDS, Matter
from workflows.policy.roles import allowed


class _UntilIn(ReasonIn):
    ends_on = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Last day, only where the court has set one."
    )
    review_on = serializers.DateField(
        required=False, allow_null=True, default=None, help_text="Ninety days from now at the latest."
    )


class SecrecyIn(_UntilIn):
    """A court's order that the people concerned are not told, and its words."""

    instrument = serializers.UUIDField()
    ground = serializers.ChoiceField(SECRECY_GROUNDS)
    quote = serializers.CharField(max_length=2000)


class SealIn(_UntilIn):
    """Who knows of the matter from now on, besides counsel who have it."""

    ground = serializers.ChoiceField(SEAL_GROUNDS)
    people = serializers.ListField(child=serializers.UUIDField(), required=False, default=list, max_length=60)


class UnsealIn(Input):
    """One lawyer asks, with a reason; another one lifts."""

    act = serializers.ChoiceField(["ask", "lift"])
    reason = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)


class SecrecyOrderOut(serializers.Serializer[Any]):
    """An order of nondisclosure."""

    id = serializers.UUIDField()
    instrument = serializers.UUIDField(source="instrument_id")
    ground = serializers.ChoiceField(SECRECY_GROUNDS)
    ends_on = serializers.DateField(allow_null=True)
    review_on = serializers.DateField()
    by = name_of("by")
    at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class ReadSecrecyOrderOut(SecrecyOrderOut):
    """An order as it stands; its words are counsel's to read, and null to others."""

    in_force = serializers.SerializerMethodField()
    words = serializers.SerializerMethodField()

    def get_in_force(self, order: SecrecyOrder) -> bool:
        """Whether it forbids anything now."""
        return order.pk in self.context["in_force"]

    def get_words(self, order: SecrecyOrder) -> dict[str, str] | None:
        """Quote and reason."""
        return words_of(order.words) if self.context["reads"] else None


class SealOut(serializers.Serializer[Any]):
    """The seal of a matter."""

    ground = serializers.ChoiceField(SEAL_GROUNDS)
    ends_on = serializers.DateField(allow_null=True)
    review_on = serializers.DateField()
    by = name_of("by")
    at = serializers.DateTimeField()
    lift_asked_by = name_of("lift_asked_by")
    lifted_at = serializers.DateTimeField(allow_null=True)


class MatterSecrecyOut(serializers.Serializer[Any]):
    """What is secret about a matter, and why notices are held."""

    notices_held = serializers.CharField(allow_null=True)
    orders = serializers.SerializerMethodField()
    seal = serializers.SerializerMethodField()

    @extend_schema_field(ReadSecrecyOrderOut(many=True))
    def get_orders(self, matter: Matter) -> Any:
        """Every order, the newest first."""
        rows = matter.secrecy_orders.select_related("by", "words").order_by("-at")
        return ReadSecrecyOrderOut(rows, many=True, context=self.context).data

    @extend_schema_field(SealOut(allow_null=True))
    def get_seal(self, matter: Matter) -> Any:
        """The seal that holds now."""
        if not is_sealed(matter, timezone.now()):
            return None
        return SealOut(matter.seals.filter(lifted_at__isnull=True).first()).data


class MatterSecrecy(StaffResource):
    """The secrecy of one matter."""

    serializer_class = MatterSecrecyOut

    @extend_schema(responses=MatterSecrecyOut)
    def retrieve(self, request: Request, matter_id: UUID) -> Response:
        """Orders and seal of the matter. The words of an order are counsel's to read."""
        matter: Any = view_matter(matter_id, actor=caller(request))
        now = timezone.now()
        matter.notices_held = is_notice_forbidden(matter, now)
        context = {
            "reads": allowed(caller(request).role, "seal"),
            "in_force": set(orders_in_force(matter, now).values_list("pk", flat=True)),
        }
        return Response(MatterSecrecyOut(matter, context=context).data)

    @extend_schema(request=SecrecyIn, responses={201: SecrecyOrderOut})
    def order(self, request: Request, matter_id: UUID) -> Response:
        """Record a court's order of nondisclosure: notices to the people concerned are held until it ends."""
        given = checked(SecrecyIn, request)
        paper = given.pop("instrument")
        row = acts.order_secrecy(
            matter_id, paper, actor=caller(request), stepped_up_at=step_up_time(request), **given
        )
        return Response(SecrecyOrderOut(row).data, status=201)

    @extend_schema(request=SealIn, responses={201: SealOut})
    def seal(self, request: Request, matter_id: UUID) -> Response:
        """Seal the matter: everybody who is not named, counsel who have it apart, loses it."""
        given = checked(SealIn, request)
        people = given.pop("people")
        row = acts.seal(
            matter_id, people, actor=caller(request), stepped_up_at=step_up_time(request), **given
        )
        return Response(SealOut(row).data, status=201)

    @extend_schema(request=UnsealIn, responses=SealOut)
    def unseal(self, request: Request, matter_id: UUID) -> Response:
        """Ask a second lawyer to lift the seal, or lift it as that lawyer."""
        given, actor, at = checked(UnsealIn, request), caller(request), step_up_time(request)
        if given["act"] == "ask":
            row = acts.ask_unseal(matter_id, actor=actor, reason=given["reason"], stepped_up_at=at)
        else:
            row = acts.unseal(matter_id, actor=actor, stepped_up_at=at)
        return Response(SealOut(row).data)


class SecrecyOrders(StaffResource):
    """One order of nondisclosure."""

    serializer_class = SecrecyOrderOut

    @extend_schema(request=ReasonIn, responses=SecrecyOrderOut)
    def end(self, request: Request, pk: UUID) -> Response:
        """The order forbids nothing any more; where no other does, an officer sends what was held."""
        reason = checked(ReasonIn, request)["reason"]
        row = acts.end_secrecy(pk, actor=caller(request), reason=reason, stepped_up_at=step_up_time(request))
        return Response(SecrecyOrderOut(row).data)


_AT = "matters/<uuid:matter_id>/"
urlpatterns = [
    path(
        f"{_AT}secrecy/", MatterSecrecy.as_view({"get": "retrieve", "post": "order"}), name="matter-secrecy"
    ),
    path(f"{_AT}seal/", MatterSecrecy.as_view({"post": "seal"}), name="matter-seal"),
    path(f"{_AT}unseal/", MatterSecrecy.as_view({"post": "unseal"}), name="matter-unseal"),
    path("secrecy-orders/<uuid:pk>/end/", SecrecyOrders.as_view({"post": "end"}), name="secrecy-end"),
]
