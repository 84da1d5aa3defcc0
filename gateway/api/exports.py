"""Exports of the log, bundles for courts, compliance reports: asked for, looked after, fetched."""

from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gateway.api.auth import IsStaff, StaffSession, caller, step_up_time
from gateway.api.base import Input, Resource, checked
from workflows.audit import flags, log, schema
from workflows.audit.events import EVENTS
from workflows.errors import Forbidden, NotVisible
from workflows.exports import actions, report
from workflows.exports.models import REPORT, Export
from workflows.exports.periods import INTERNAL, SCOPES, Period
from workflows.exports.reportfiles import data
from workflows.policy.roles import allowed

PAGE = 100


class ExportOut(serializers.Serializer[Any]):
    """An export: what of, and how far it is. `sha256` is the digest of the archive once it can be fetched."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    matter = serializers.UUIDField(source="matter_id", allow_null=True)
    asked = serializers.DictField()
    asked_at = serializers.DateTimeField(source="at")
    ready = serializers.SerializerMethodField()
    entries = serializers.SerializerMethodField()
    sha256 = serializers.SerializerMethodField()

    def get_ready(self, export: Export) -> bool:
        """Whether the archive can be fetched."""
        return hasattr(export, "sealed")

    def get_entries(self, export: Export) -> int | None:
        """How many entries it holds, once that is known."""
        return export.prepared.entries if hasattr(export, "prepared") else None

    def get_sha256(self, export: Export) -> str | None:
        """The digest of the archive."""
        return export.sealed.bundle_sha256 if hasattr(export, "sealed") else None


class EntriesIn(Input):
    """Which entries, and in which form. What is left out does not narrow the choice."""

    event = serializers.ChoiceField(choices=sorted(EVENTS), required=False)
    outcome = serializers.ChoiceField(choices=sorted(schema.OUTCOMES), required=False)
    role = serializers.ChoiceField(choices=sorted(schema.ROLES), required=False)
    matter = serializers.UUIDField(required=False)
    actor = serializers.UUIDField(required=False, help_text="the pseudonym of a person")
    since = serializers.DateTimeField(required=False)
    until = serializers.DateTimeField(required=False, help_text="not included")
    subject = serializers.RegexField(
        r"^[0-9a-f]{64}$", required=False, help_text="the reference of a person concerned"
    )
    digest = serializers.RegexField(r"^[0-9a-f]{64}$", required=False, help_text="SHA-256 of a document")
    flag = serializers.ChoiceField(
        choices=sorted(flags.SAYS), required=False, help_text="stands on the entry"
    )
    incarnation = serializers.IntegerField(
        min_value=1, max_value=99_999_999, required=False, help_text="the present life of the log, no other"
    )
    form = serializers.ChoiceField(choices=list(actions.FORMS))


class ReportIn(Input):
    """The period, and for whom the paper is."""

    period = serializers.RegexField(
        r"^20[0-9]{2}-(0[1-9]|1[0-2]|q[1-4])$", help_text="a month, 2026-11, or a quarter, 2026-q4"
    )
    scope = serializers.ChoiceField(choices=list(SCOPES))


def _listed(rows: Any, request: Request) -> Response:
    found = rows.select_related("prepared", "sealed", "matter").order_by("-at")[:PAGE]
    mine = [export for export in found if actions.may_have(export, caller(request))]
    return Response(ExportOut(mine, many=True).data)


class Exports(Resource):
    """Exports that the caller may have."""

    serializer_class = ExportOut
    authentication_classes = [StaffSession]
    permission_classes = [IsAuthenticated, IsStaff]

    @extend_schema(responses=ExportOut(many=True))
    def list(self, request: Request) -> Response:
        """The newest hundred, newest first."""
        return _listed(Export.objects.all(), request)

    @extend_schema(request=EntriesIn, responses={202: ExportOut})
    def create(self, request: Request) -> Response:
        """Ask for the entries of a filter. Auditors only, with a fresh code; at most 10,000 entries."""
        given = checked(EntriesIn, request)
        form = given.pop("form")
        asked = {
            name: value.isoformat() if name in ("since", "until") else str(value)
            for name, value in given.items()
        }
        made = actions.ask_entries(asked, form, actor=caller(request), stepped_up_at=step_up_time(request))
        return Response(ExportOut(made).data, status=202)


class ExportView(APIView):
    """One export."""

    authentication_classes = [StaffSession]
    permission_classes = [IsAuthenticated, IsStaff]

    @extend_schema(responses=ExportOut)
    def get(self, request: Request, export_id: UUID) -> Response:
        """How far it is."""
        return Response(ExportOut(actions.visible(export_id, caller(request))).data)


class ArchiveView(APIView):
    """The archive of an export."""

    authentication_classes = [StaffSession]
    permission_classes = [IsAuthenticated, IsStaff]

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    def get(self, request: Request, export_id: UUID) -> HttpResponseBase:
        """The bytes; `verify_bundle.py`, which is among them, checks them without the gateway."""
        export, parts = actions.open_export(export_id, actor=caller(request))
        response = StreamingHttpResponse(parts, content_type="application/zip")
        response.headers["Content-Length"] = str(export.sealed.size)
        response.headers["Content-Disposition"] = f'attachment; filename="{export.kind}-{export.pk}.zip"'
        digest = base64.b64encode(bytes.fromhex(export.sealed.bundle_sha256)).decode()
        response.headers["Repr-Digest"] = f"sha-256=:{digest}:"  # RFC 9530
        return response


class MatterCourtBundles(Resource):
    """Bundles for a court of one matter."""

    serializer_class = ExportOut
    authentication_classes = [StaffSession]
    permission_classes = [IsAuthenticated, IsStaff]

    @extend_schema(responses=ExportOut(many=True))
    def list(self, request: Request, matter_id: UUID) -> Response:
        """Those that were asked for, newest first."""
        matter = actions.matter_for(matter_id, caller(request), timezone.now())
        return _listed(matter.exports.all(), request)

    @extend_schema(request=None, responses={202: ExportOut})
    def create(self, request: Request, matter_id: UUID) -> Response:
        """Ask for one: chronology, checks, digests, proofs, a certification to sign. Needs a fresh code."""
        made = actions.ask_court(matter_id, actor=caller(request), stepped_up_at=step_up_time(request))
        return Response(ExportOut(made).data, status=202)


class ReportsView(APIView):
    """Compliance reports as papers."""

    authentication_classes = [StaffSession]
    permission_classes = [IsAuthenticated, IsStaff]

    @extend_schema(responses=ExportOut(many=True))
    def get(self, request: Request) -> Response:
        """Those that were made, newest first."""
        return _listed(Export.objects.filter(kind=REPORT), request)

    @extend_schema(request=ReportIn, responses={202: ExportOut})
    def post(self, request: Request) -> Response:
        """Ask for the report of a month or quarter. A public one repeats the register of that quarter."""
        given = checked(ReportIn, request)
        made = actions.ask_report(given["period"], given["scope"], actor=caller(request))
        return Response(ExportOut(made).data, status=202)


class ReportView(APIView):
    """The compliance report of one period as it counts now."""

    authentication_classes = [StaffSession]
    permission_classes = [IsAuthenticated, IsStaff]

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, period: str) -> Response:
        """Exact counts, for the office and its auditors: not to be published."""
        if not allowed(caller(request).role, "make_report"):
            raise Forbidden("Auditors and counsel read these reports.")
        wanted = Period.named(period)
        now = timezone.now()
        if wanted is None or wanted.begins > now:
            raise NotVisible()
        made = report.make(wanted, INTERNAL, now)
        with transaction.atomic():
            log.record("audit.viewed", actor=caller(request), reason="report")
        return Response(data(made))
