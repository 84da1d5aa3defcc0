"""The emergency lane: claim, determination, second person, review, request for court process."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import path
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import caller, step_up_time
from gateway.api.base import Input, ReasonIn, StaffResource, checked, name_of
from gateway.api.bases import PersonNamedIn, names
from workflows.flow import exigent as acts
from workflows.flow.viewing import view_matter
from workflows.instruments.models import ExigentClaim, ExigentDetermination
from workflows.instruments.words import words_of
from workflows.policy.bases import EXIGENT_GROUNDS, NO_EMERGENCY
from workflows.policy.roles import allowed


class ClaimEmergencyIn(Input):
    """What an official claims, and who was reached at the number of the city's own directory. What is no
    emergency can be named too: whoever hears it is then told what to say."""

    ground = serializers.ChoiceField([*EXIGENT_GROUNDS, *NO_EMERGENCY])
    official = serializers.CharField(max_length=120)
    official_title = serializers.CharField(max_length=120)
    contact = serializers.IntegerField(help_text="A line of the directory of agencies.")
    spoke_with = serializers.CharField(max_length=120)
    danger = serializers.CharField(max_length=2000)


class DetermineIn(PersonNamedIn):
    """The least that helps: one person, kinds of record, dates. No status data."""

    date_from = serializers.DateField(required=False, allow_null=True, default=None)
    date_to = serializers.DateField(required=False, allow_null=True, default=None)
    reason = serializers.CharField(max_length=2000)
    least = serializers.CharField(max_length=2000)


class ReviewIn(ReasonIn):
    """What the second lawyer found."""

    justified = serializers.BooleanField()


class EmergencyDeterminationOut(serializers.Serializer[Any]):
    """What counsel has determined, and who stood behind it."""

    id = serializers.UUIDField()
    subject_name = serializers.CharField()
    subject_birth_date = serializers.DateField(allow_null=True)
    record_classes = serializers.ListField(child=serializers.CharField())
    date_from = serializers.DateField(allow_null=True)
    date_to = serializers.DateField(allow_null=True)
    proposed_by = name_of("proposed_by")
    proposed_at = serializers.DateTimeField()
    confirmed_by = name_of("confirmed_by")
    confirmed_at = serializers.DateTimeField(allow_null=True)
    instrument = serializers.UUIDField(source="instrument_id", allow_null=True)
    justified = serializers.BooleanField(allow_null=True)
    reviewed_by = name_of("reviewed_by")
    followed_up_at = serializers.DateTimeField(allow_null=True)
    words = serializers.SerializerMethodField()

    def get_words(self, row: ExigentDetermination) -> dict[str, str] | None:
        """Counsel's reasons; null to those who do not decide."""
        return words_of(row.words) if _reads(self.context["request"].user) else None


class EmergencyClaimOut(serializers.Serializer[Any]):
    """A claim of an emergency."""

    id = serializers.IntegerField()
    ground = serializers.ChoiceField(list(EXIGENT_GROUNDS))
    official = serializers.CharField()
    official_title = serializers.CharField()
    contact = serializers.IntegerField(source="contact_id")
    spoke_with = serializers.CharField()
    danger = serializers.SerializerMethodField()
    claimed_by = name_of("claimed_by")
    claimed_at = serializers.DateTimeField()
    refused_by = name_of("refused_by")
    refused_at = serializers.DateTimeField(allow_null=True)
    determination = serializers.SerializerMethodField()

    def get_danger(self, row: ExigentClaim) -> str | None:
        """What was said of the danger; null to those who do not decide."""
        return words_of(row.words)["danger"] if _reads(self.context["request"].user) else None

    @extend_schema_field(EmergencyDeterminationOut(allow_null=True))
    def get_determination(self, row: ExigentClaim) -> Any:
        """What counsel has determined, if anything."""
        found = getattr(row, "determination", None)
        return EmergencyDeterminationOut(found, context=self.context).data if found else None


def _reads(person: Any) -> bool:
    return allowed(person.role, "determine_exigent") or acts.is_department_head(person)


class MatterEmergency(StaffResource):
    """Claims of an emergency on one matter."""

    serializer_class = EmergencyClaimOut

    @extend_schema(responses=EmergencyClaimOut(many=True))
    def list(self, request: Request, matter_id: UUID) -> Response:
        """Every claim, the newest first. What was said of the danger is for those who decide."""
        matter = view_matter(matter_id, actor=caller(request))
        rows = matter.exigent_claims.select_related("claimed_by", "refused_by", "words", "determination")
        context = {"request": request}
        return Response(EmergencyClaimOut(rows.order_by("-claimed_at"), many=True, context=context).data)

    @extend_schema(request=ClaimEmergencyIn, responses={201: EmergencyClaimOut})
    def create(self, request: Request, matter_id: UUID) -> Response:
        """Take the claim of a named official who was called back. Nothing is opened by it."""
        given = checked(ClaimEmergencyIn, request)
        row = acts.claim_exigent(matter_id, actor=caller(request), contact_id=given.pop("contact"), **given)
        return Response(EmergencyClaimOut(row, context={"request": request}).data, status=201)


class EmergencyClaims(StaffResource):
    """One claim."""

    serializer_class = EmergencyClaimOut

    @extend_schema(request=DetermineIn, responses={201: EmergencyDeterminationOut})
    def determine(self, request: Request, pk: int) -> Response:
        """Determine the least that helps; without effect until a department head confirms it."""
        given = checked(DetermineIn, request)
        row = acts.determine_exigent(
            pk, names(given), actor=caller(request), stepped_up_at=step_up_time(request), **given
        )
        return Response(EmergencyDeterminationOut(row, context={"request": request}).data, status=201)

    @extend_schema(request=ReasonIn, responses=EmergencyClaimOut)
    def refuse(self, request: Request, pk: int) -> Response:
        """Find that there is no emergency: the request waits for a court's paper like any other."""
        reason = checked(ReasonIn, request)["reason"]
        row = acts.refuse_exigent(
            pk, actor=caller(request), reason=reason, stepped_up_at=step_up_time(request)
        )
        return Response(EmergencyClaimOut(row, context={"request": request}).data)


class Emergencies(StaffResource):
    """One determination of an emergency."""

    serializer_class = EmergencyDeterminationOut

    @extend_schema(request=None, responses=EmergencyDeterminationOut)
    def confirm(self, request: Request, pk: UUID) -> Response:
        """Confirm as department head: it stands in for the paper until the end of the second day."""
        return self._shown(
            acts.confirm_exigent(pk, actor=caller(request), stepped_up_at=step_up_time(request))
        )

    @extend_schema(request=ReviewIn, responses=EmergencyDeterminationOut)
    def review(self, request: Request, pk: UUID) -> Response:
        """Review the determination as another lawyer; where it was not justified it ends at once."""
        given = checked(ReviewIn, request)
        return self._shown(
            acts.review_exigent(pk, given["justified"], actor=caller(request), reason=given["reason"])
        )

    @extend_schema(request=None, responses=EmergencyDeterminationOut)
    def follow_up(self, request: Request, pk: UUID) -> Response:
        """Send the letter that asks the agency for court process."""
        return self._shown(acts.follow_up_exigent(pk, actor=caller(request)))

    def _shown(self, row: ExigentDetermination) -> Response:
        return Response(EmergencyDeterminationOut(row, context={"request": self.request}).data)


_CLAIM, _ROW = "emergency-claims/<int:pk>/", "emergencies/<uuid:pk>/"
urlpatterns = [
    path(
        "matters/<uuid:matter_id>/emergency/",
        MatterEmergency.as_view({"get": "list", "post": "create"}),
        name="matter-emergency",
    ),
    path(f"{_CLAIM}determine/", EmergencyClaims.as_view({"post": "determine"}), name="claim-determine"),
    path(f"{_CLAIM}refuse/", EmergencyClaims.as_view({"post": "refuse"}), name="claim-refuse"),
    path(f"{_ROW}confirm/", Emergencies.as_view({"post": "confirm"}), name="emergency-confirm"),
    path(f"{_ROW}review/", Emergencies.as_view({"post": "review"}), name="emergency-review"),
    path(f"{_ROW}follow-up/", Emergencies.as_view({"post": "follow_up"}), name="emergency-follow-up"),
]
