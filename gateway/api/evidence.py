"""The log for auditors, and the checkpoint for everybody who is signed in."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from gateway.api.auth import AgencyToken, StaffSession, caller
from workflows.audit import log, proofs, queries
from workflows.audit.models import Checkpoint, Entry
from workflows.errors import Forbidden, NotVisible
from workflows.policy.roles import allowed

PAGE = 100


class EntriesView(APIView):
    """Entries of the log, newest first, by keyset."""

    authentication_classes = [StaffSession]
    permission_classes = [IsAuthenticated]

    @extend_schema(
        responses=OpenApiTypes.OBJECT,
        parameters=[
            OpenApiParameter(field.name, OpenApiTypes.STR, description="As on the page of the log.")
            for field in fields(queries.Filter)
        ],
    )
    def get(self, request: Request) -> Response:
        """Up to 100 entries of the filter before the id `before`, newest first. The reading is an entry."""
        if not allowed(caller(request).role, "read_log"):
            raise Forbidden("Only auditors read the whole log.")
        before = request.query_params.get("before", "")
        if before and not (before.isascii() and before.isdigit() and len(before) <= 18):
            raise ParseError("`before` is the id of an entry.")
        try:
            wanted = queries.read_filter(request.query_params)
        except queries.BadFilter as bad:
            raise ParseError(f"`{bad.field}` names nothing that the log can hold.") from bad
        page = queries.page(wanted, before=int(before) if before else None, length=PAGE)
        found = [_shown(line.entry) for line in page.lines]
        with transaction.atomic():
            log.record("audit.viewed", actor=caller(request), facts={"counts": {"entries": len(found)}})
        return Response({"entries": found, "next": page.older})


def _shown(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "uuid": str(entry.uuid),
        "event": entry.event,
        "at": entry.at,
        "role": entry.role,
        "outcome": entry.outcome,
        "matter": str(entry.matter) if entry.matter else None,
        "digest": entry.digest,
    }


class CheckpointView(APIView):
    """The latest signed checkpoint."""

    authentication_classes = [AgencyToken, StaffSession]
    permission_classes = [IsAuthenticated]

    @extend_schema(responses={(200, "text/plain"): OpenApiTypes.STR})
    def get(self, request: Request) -> HttpResponse:
        """The note as signed."""
        latest = Checkpoint.objects.order_by("-pk").first()
        if latest is None:
            raise NotVisible("The log has no checkpoint yet.")
        return HttpResponse(proofs.open_latest().whole, content_type="text/plain; charset=utf-8")


class ProofView(APIView):
    """The proof of one entry."""

    authentication_classes = [StaffSession]
    permission_classes = [IsAuthenticated]

    @extend_schema(responses={(200, "text/plain"): OpenApiTypes.STR})
    def get(self, request: Request, entry: int) -> HttpResponse:
        """A `.tlog-proof` under the latest checkpoint."""
        if not allowed(caller(request).role, "read_log"):
            raise Forbidden("Only auditors read the whole log.")
        row = Entry.objects.filter(pk=entry).first()
        if row is None:
            raise NotVisible()
        with transaction.atomic():
            log.record("audit.viewed", actor=caller(request), facts={"refs": {"entry": row.pk}})
        return HttpResponse(proofs.proof_for(row), content_type="text/plain; charset=utf-8")
