"""Samples of releases and the weekly sign-off of the log (auditors)."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import StaffSession, caller
from gateway.api.base import Input, checked
from workflows.audit import log, sampling, weeks
from workflows.audit.models import Drawn, Sample, SignOff
from workflows.errors import Forbidden
from workflows.flow.sampling import draw_sample, record_outcome
from workflows.flow.signing_off import sign_off
from workflows.policy.review import FAULTS
from workflows.policy.roles import allowed


class DrawIn(Input):
    """The month to draw from, by its first day."""

    month = serializers.DateField()


class FoundIn(Input):
    """What was found in a drawn release; no fault: it is as it should be."""

    faults = serializers.ListField(child=serializers.ChoiceField(choices=list(FAULTS.items())), default=list)
    words = serializers.CharField(max_length=2000)


class DrawnOut(serializers.Serializer[Drawn]):
    """One drawn release, by the entry that opened it, and what was found last; null while it is unchecked."""

    id = serializers.IntegerField()
    place = serializers.IntegerField()
    release = serializers.IntegerField(source="release_id")
    faults = serializers.SerializerMethodField()

    def get_faults(self, row: Drawn) -> list[str] | None:
        """The newest outcome."""
        last = row.outcomes.order_by("-id").first()
        return None if last is None else list(last.faults)


class SampleOut(serializers.Serializer[Sample]):
    """One sample with its seed, what was drawn, and the bound it gives."""

    id = serializers.UUIDField()
    month = serializers.DateField()
    size = serializers.IntegerField(help_text="Of the checkpoint that closed the month.")
    checkpoint_root = serializers.CharField(source="root")
    seed = serializers.CharField()
    releases = serializers.IntegerField()
    drawn: Any = DrawnOut(many=True)
    upper_percent = serializers.SerializerMethodField()

    def get_upper_percent(self, row: Sample) -> str:
        """The Clopper-Pearson bound on the share of releases with a fault."""
        return sampling.estimate([row]).upper_percent


class Samples(viewsets.ViewSet):
    """Samples of releases (auditors)."""

    authentication_classes = [StaffSession]
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=SampleOut(many=True))
    def list(self, request: Request) -> Response:
        """The samples of the last twelve months that were drawn, newest first. The reading is an entry."""
        if not allowed(caller(request).role, "sample_releases"):
            raise Forbidden("Only auditors read the samples of releases.")
        found = list(Sample.objects.order_by("-month")[:12])
        with transaction.atomic():
            log.record("audit.viewed", actor=caller(request), facts={"counts": {"rows": len(found)}})
        return Response([SampleOut(row).data for row in found])

    @extend_schema(request=DrawIn, responses={201: SampleOut})
    def create(self, request: Request) -> Response:
        """Draw the sample of a month that has ended."""
        row = draw_sample(checked(DrawIn, request)["month"], actor=caller(request))
        return Response(SampleOut(row).data, status=201)

    @extend_schema(request=FoundIn, responses={201: DrawnOut})
    def outcome(self, request: Request, drawn_id: int) -> Response:
        """Record what was found in a drawn release."""
        given = checked(FoundIn, request)
        made = record_outcome(drawn_id, given["faults"], given["words"], actor=caller(request))
        return Response(DrawnOut(made.drawn).data, status=201)


class WeekIn(Input):
    """The Monday of the week that was reviewed."""

    week = serializers.DateField()
    words = serializers.CharField(max_length=2000, default="", allow_blank=True)


class SignOffOut(serializers.Serializer[SignOff]):
    """One week that was signed."""

    week = serializers.DateField()
    at = serializers.DateTimeField()
    person = serializers.UUIDField()
    open_flags = serializers.IntegerField()
    closed_flags = serializers.IntegerField()
    readings = serializers.IntegerField()
    size = serializers.IntegerField()
    checkpoint_root = serializers.CharField(source="root")


class WeeksOut(serializers.Serializer[Any]):
    """The weeks that were signed within a year, and how many are overdue."""

    signed = SignOffOut(many=True)
    missed = serializers.IntegerField()


class SignOffs(viewsets.ViewSet):
    """The weekly sign-off (auditors)."""

    authentication_classes = [StaffSession]
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=WeeksOut)
    def list(self, request: Request) -> Response:
        """The weeks of the last year that were signed, newest first. The reading is an entry."""
        if not allowed(caller(request).role, "sign_off"):
            raise Forbidden("Only auditors read the weekly review.")
        found = list(SignOff.objects.order_by("-week")[: weeks.SHOWN])
        with transaction.atomic():
            log.record("audit.viewed", actor=caller(request), facts={"counts": {"rows": len(found)}})
        missed = weeks.missed(timezone.now())
        return Response({"signed": [SignOffOut(row).data for row in found], "missed": missed})

    @extend_schema(request=WeekIn, responses={201: SignOffOut})
    def create(self, request: Request) -> Response:
        """Sign a week that has ended as reviewed."""
        given = checked(WeekIn, request)
        row = sign_off(given["week"], given["words"], actor=caller(request))
        return Response(SignOffOut(row).data, status=201)


urlpatterns = [
    path("audit/samples/", Samples.as_view({"get": "list", "post": "create"}), name="samples"),
    path("audit/samples/drawn/<int:drawn_id>/", Samples.as_view({"post": "outcome"}), name="sample-outcome"),
    path("audit/sign-offs/", SignOffs.as_view({"get": "list", "post": "create"}), name="sign-offs"),
]
