"""Legal bases besides a court's order: what one lawyer writes and another one confirms, and consents."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import caller, step_up_time
from gateway.api.base import Input, ReasonIn, StaffResource, checked, name_of
from workflows.flow import bases as acts
from workflows.flow.viewing import view_matter
from workflows.instruments.models import Consent, Determination1373, LegalBasisOverride
from workflows.instruments.words import words_of
from workflows.policy.bases import OVERRIDE_BASES
from workflows.policy.codes import RECORD_CLASS_CHOICES
from workflows.policy.roles import allowed
from workflows.policy.status_types import status_types

_NAMES = ("subject_name", "record_classes", "subject_birth_date", "types")


class PersonNamedIn(Input):
    """One person and kinds of record."""

    subject_name = serializers.CharField(max_length=160)
    subject_birth_date = serializers.DateField(required=False, allow_null=True, default=None)
    record_classes = serializers.ListField(
        child=serializers.ChoiceField(list(RECORD_CLASS_CHOICES)), min_length=1
    )


class NamedIn(PersonNamedIn):
    """One person, kinds of record, and the status data that counsel may authorise under it: perhaps none."""

    types = serializers.ListField(
        child=serializers.ChoiceField(sorted(status_types())), required=False, default=list
    )


def names(given: dict[str, Any]) -> acts.Names:
    """What is named, taken out of the body, as the flow takes it."""
    return acts.Names(**{name: given.pop(name) for name in _NAMES if name in given})


class OverrideIn(NamedIn):
    """Another basis for a paper whose kind does not suffice, and where that is written."""

    basis = serializers.ChoiceField(list(OVERRIDE_BASES))
    citation = serializers.CharField(max_length=2000)
    reason = serializers.CharField(max_length=2000)


class DeterminationIn(NamedIn):
    """A determination under 8 U.S.C. 1373, and the official by name who receives the data."""

    recipient = serializers.CharField(max_length=160)
    reason = serializers.CharField(max_length=2000)


class ConsentIn(NamedIn):
    """What a person has consented to, and how they were informed: by whom, when, in which language."""

    informed = serializers.CharField(max_length=2000)
    reason = serializers.CharField(max_length=2000)


class NamedOut(serializers.Serializer[Any]):
    """What a basis names. Its words are counsel's to read, and null to others."""

    instrument = serializers.UUIDField(source="instrument_id", allow_null=True)
    instrument_state = serializers.CharField(source="instrument.state", allow_null=True)
    subject_name = serializers.CharField()
    subject_birth_date = serializers.DateField(allow_null=True)
    record_classes = serializers.ListField(child=serializers.CharField())
    types = serializers.ListField(child=serializers.CharField())
    words = serializers.SerializerMethodField()

    def get_words(self, row: Any) -> dict[str, str] | None:
        """Citation, reason, or how the person was informed."""
        role = self.context["request"].user.role
        return words_of(row.words) if allowed(role, "set_basis") else None


class TwoPeopleOut(NamedOut):
    """What one lawyer wrote; of no effect until another one has confirmed it."""

    id = serializers.UUIDField()
    proposed_by = name_of("proposed_by")
    proposed_at = serializers.DateTimeField()
    confirmed_by = name_of("confirmed_by")
    confirmed_at = serializers.DateTimeField(allow_null=True)


class OverrideOut(TwoPeopleOut):
    """Another basis for a paper."""

    basis = serializers.ChoiceField(list(OVERRIDE_BASES))


class DeterminationOut(TwoPeopleOut):
    """A determination under 8 U.S.C. 1373."""

    recipient = serializers.CharField()


class ConsentOut(NamedOut):
    """A person's consent."""

    id = serializers.IntegerField()
    by = name_of("by")
    at = serializers.DateTimeField()


class BasesOut(serializers.Serializer[Any]):
    """Every basis of a matter besides a court's paper."""

    overrides = OverrideOut(many=True)
    determinations = DeterminationOut(many=True)
    determinations_switched_on = serializers.BooleanField()
    consents = ConsentOut(many=True)


class Bases(StaffResource):
    """Bases of one matter or paper."""

    serializer_class = BasesOut

    @extend_schema(responses=BasesOut)
    def retrieve(self, request: Request, matter_id: UUID) -> Response:
        """What counsel has written, what waits for a second lawyer, and consents."""
        matter = view_matter(matter_id, actor=caller(request))
        two = ("instrument", "words", "proposed_by", "confirmed_by")
        overrides = LegalBasisOverride.objects.filter(instrument__matter=matter).select_related(*two)
        consents = Consent.objects.filter(instrument__matter=matter)
        found = {
            "overrides": overrides,
            "determinations": matter.determinations_1373.select_related(*two),
            "determinations_switched_on": settings.DETERMINATION_1373,
            "consents": consents.select_related("instrument", "words", "by"),
        }
        return Response(BasesOut(found, context={"request": request}).data)

    @extend_schema(request=OverrideIn, responses={201: OverrideOut})
    def override(self, request: Request, pk: UUID) -> Response:
        """Write another basis for a paper under review; without effect until another lawyer confirms it."""
        given = checked(OverrideIn, request)
        row: LegalBasisOverride = acts.propose_override(
            pk, names(given), actor=caller(request), stepped_up_at=step_up_time(request), **given
        )
        return self._shown(OverrideOut, row, 201)

    @extend_schema(request=None, responses=OverrideOut)
    def confirm_override(self, request: Request, pk: UUID) -> Response:
        """Confirm another basis as the second lawyer: the paper is in force for what the basis names."""
        row = acts.confirm_override(pk, actor=caller(request), stepped_up_at=step_up_time(request))
        return self._shown(OverrideOut, row, 200)

    @extend_schema(request=DeterminationIn, responses={201: DeterminationOut})
    def determine(self, request: Request, matter_id: UUID) -> Response:
        """Write a determination under 8 U.S.C. 1373, where the city has switched them on."""
        given = checked(DeterminationIn, request)
        row: Determination1373 = acts.propose_1373(
            matter_id, names(given), actor=caller(request), stepped_up_at=step_up_time(request), **given
        )
        return self._shown(DeterminationOut, row, 201)

    @extend_schema(request=None, responses=DeterminationOut)
    def confirm_1373(self, request: Request, pk: UUID) -> Response:
        """Confirm a determination as the second lawyer."""
        row = acts.confirm_1373(pk, actor=caller(request), stepped_up_at=step_up_time(request))
        return self._shown(DeterminationOut, row, 200)

    @extend_schema(request=ConsentIn, responses={201: ConsentOut})
    def consent(self, request: Request, pk: UUID) -> Response:
        """Record what the person who signed this paper has consented to; a verifier accepts it next."""
        given = checked(ConsentIn, request)
        row: Consent = acts.record_consent(pk, names(given), actor=caller(request), **given)
        return self._shown(ConsentOut, row, 201)

    @extend_schema(request=ReasonIn, responses={204: None})
    def revoke(self, request: Request, pk: UUID) -> Response:
        """The person has taken their consent back: nothing leaves under it from this moment."""
        acts.revoke_consent(pk, actor=caller(request), reason=checked(ReasonIn, request)["reason"])
        return Response(status=204)

    def _shown(self, kind: type[NamedOut], row: Any, status: int) -> Response:
        return Response(kind(row, context={"request": self.request}).data, status=status)


_PAPER = "instruments/<uuid:pk>/"
urlpatterns = [
    path("matters/<uuid:matter_id>/bases/", Bases.as_view({"get": "retrieve"}), name="matter-bases"),
    path(f"{_PAPER}override/", Bases.as_view({"post": "override"}), name="instrument-override"),
    path(
        "overrides/<uuid:pk>/confirm/", Bases.as_view({"post": "confirm_override"}), name="override-confirm"
    ),
    path(
        "matters/<uuid:matter_id>/determinations/",
        Bases.as_view({"post": "determine"}),
        name="matter-determinations",
    ),
    path(
        "determinations/<uuid:pk>/confirm/",
        Bases.as_view({"post": "confirm_1373"}),
        name="determination-confirm",
    ),
    path(f"{_PAPER}consent/", Bases.as_view({"post": "consent"}), name="instrument-consent"),
    path(f"{_PAPER}revoke-consent/", Bases.as_view({"post": "revoke"}), name="instrument-revoke-consent"),
]
