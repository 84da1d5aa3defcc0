"""Manifests of a matter and what became of them: burned, verified, approved, built, sealed; and the gate."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import caller
from gateway.api.base import StaffResource, name_of
from workflows.flow import gate
from workflows.flow.viewing import view_matter
from workflows.matters.states import State
from workflows.releases import queries
from workflows.releases.models import Manifest


class AnswerOfGateOut(serializers.Serializer[Any]):
    """One predicate of the gate, as it answers the caller now."""

    guard = serializers.CharField()
    holds = serializers.BooleanField()


class ManifestRecordOut(serializers.Serializer[Any]):
    """One record of a manifest, and what the verifier said of its burned bytes."""

    record = serializers.UUIDField(source="record_id")
    number = serializers.IntegerField(source="record.number")
    clause = serializers.IntegerField(source="clause_id")
    item = serializers.CharField(source="clause.item")
    pages = serializers.IntegerField()
    source_sha256 = serializers.CharField()
    passed = serializers.SerializerMethodField()
    output_sha256 = serializers.SerializerMethodField()

    def get_passed(self, row: Any) -> bool | None:
        """Null until it has been burned and looked at."""
        report = self.context["reports"].get(row.record_id)
        return report.passed if report else None

    def get_output_sha256(self, row: Any) -> str:
        """The digest of exactly what would leave; empty until the verifier has passed it."""
        report = self.context["reports"].get(row.record_id)
        return report.output_sha256 if report else ""


class PackageOut(serializers.Serializer[Any]):
    """A package as built, and its seal once the log holds the proof."""

    id = serializers.UUIDField()
    sha256 = serializers.CharField()
    built_at = serializers.DateTimeField()
    bundle_sha256 = serializers.CharField(source="seal.bundle_sha256", default="")
    size = serializers.IntegerField(source="seal.size", default=None, allow_null=True)
    released_at = serializers.DateTimeField(source="release.at", default=None, allow_null=True)


class ApprovalOut(serializers.Serializer[Any]):
    """The approval that stands for one exact manifest."""

    approver = name_of("approver")
    at = serializers.DateTimeField()
    outputs_sha256 = serializers.CharField()


class ManifestOut(serializers.Serializer[Any]):
    """The frozen list of what is to be released. The highest number is the one at hand."""

    number = serializers.IntegerField()
    sha256 = serializers.CharField()
    frozen_by = name_of("frozen_by")
    frozen_at = serializers.DateTimeField()
    records = serializers.SerializerMethodField()
    approval = serializers.SerializerMethodField()
    packages = PackageOut(many=True)

    @extend_schema_field(ManifestRecordOut(many=True))
    def get_records(self, manifest: Manifest) -> Any:
        """Record by record."""
        reports = {report.record_id: report for report in manifest.reports.all()}
        rows = manifest.records.select_related("record", "clause").order_by("record__number", "pk")
        return ManifestRecordOut(rows, many=True, context={"reports": reports}).data

    @extend_schema_field(ApprovalOut(allow_null=True))
    def get_approval(self, manifest: Manifest) -> Any:
        """Null while none stands: never given, or void."""
        approval = queries.live_approval(manifest)
        return ApprovalOut(approval).data if approval else None


class PackagesOut(serializers.Serializer[Any]):
    """What counsel reads before an approval: the manifests, and while one is before counsel, the gate."""

    gate = AnswerOfGateOut(many=True)
    manifests = ManifestOut(many=True)


class MatterPackages(StaffResource):
    """Manifests and packages of one matter."""

    serializer_class = PackagesOut

    @extend_schema(responses=PackagesOut)
    def retrieve(self, request: Request, matter_id: UUID) -> Response:
        """Every manifest, the newest first, with outputs, approval and packages. Counsel approves by the move
        `approve`, with the ETag of the matter."""
        matter = view_matter(matter_id, actor=caller(request), action="see_pages")
        answers = {}
        if matter.state == State.COUNSEL_REVIEW:
            answers = gate.ask("approve", matter, caller(request), timezone.now())
        rows = matter.manifests.select_related("frozen_by").prefetch_related(
            "reports", "packages__seal", "packages__release"
        )
        found = {
            "gate": [{"guard": guard, "holds": holds} for guard, holds in answers.items()],
            "manifests": rows.order_by("-number"),
        }
        return Response(PackagesOut(found).data)


urlpatterns = [
    path(
        "matters/<uuid:matter_id>/packages/",
        MatterPackages.as_view({"get": "retrieve"}),
        name="matter-packages",
    )
]
