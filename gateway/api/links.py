"""The outlet for agencies: links, claims, bytes with ranges, receipts."""

from __future__ import annotations

import base64
import re
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.auth import IsAgency, IsStaff, caller, step_up_time
from gateway.api.base import Input, Resource, checked
from gateway.api.idempotency import once
from workflows.errors import Invalid, NotVisible
from workflows.flow import delivering
from workflows.matters.access import agency_of
from workflows.releases.models import Link
from workflows.releases.queries import links_for

_RANGE = re.compile(r"bytes=([0-9]{1,15})-\Z")


class LinkOut(serializers.Serializer[Any]):
    """A link: which matter, how large, what digest, until when."""

    id = serializers.UUIDField()
    matter = serializers.UUIDField(source="release.matter_id")
    sha256 = serializers.CharField(source="release.package.seal.bundle_sha256")
    bytes = serializers.IntegerField(source="release.package.seal.size")
    expires_at = serializers.DateTimeField()
    claimed = serializers.SerializerMethodField()
    acknowledged = serializers.SerializerMethodField()

    def get_claimed(self, link: Link) -> bool:
        """Whether the link has been claimed."""
        return hasattr(link, "claim")

    def get_acknowledged(self, link: Link) -> bool:
        """Whether the package has been acknowledged."""
        return hasattr(link, "receipt")


class OfferOut(serializers.Serializer[Any]):
    """A link as the office sees it."""

    id = serializers.UUIDField()
    expires_at = serializers.DateTimeField()


class ClaimOut(serializers.Serializer[Any]):
    """Until when the bytes may be fetched."""

    until = serializers.DateTimeField()
    package = serializers.CharField()


class ReceiptIn(Input):
    """The SHA-256 of the package as it arrived."""

    sha256 = serializers.RegexField(r"^[0-9a-fA-F]{64}$")


class Links(Resource):
    """Links offered to the caller's agency."""

    serializer_class = LinkOut
    permission_classes = [IsAuthenticated, IsAgency]

    @extend_schema(responses=LinkOut(many=True))
    def list(self, request: Request) -> Response:
        """Links that have not run out or been revoked."""
        agency = agency_of(caller(request))
        if agency is None:
            raise NotVisible()
        links = links_for(agency, timezone.now()).select_related("release__package__seal", "claim", "receipt")
        return Response(LinkOut(links.order_by("-offered_at"), many=True).data)

    @extend_schema(request=None, responses={201: ClaimOut})
    @action(detail=True, methods=["post"])
    @once
    def claim(self, request: Request, pk: UUID) -> Response:
        """Claim the link: this client may fetch the package for fifteen minutes. Works once."""
        claim = delivering.claim(pk, actor=caller(request))
        return Response({"until": claim.until, "package": f"/api/v1/links/{pk}/package/"}, status=201)

    @extend_schema(responses={(200, "application/zip"): OpenApiTypes.BINARY})
    @action(detail=True, methods=["get"])
    def package(self, request: Request, pk: UUID) -> HttpResponseBase:
        """The bytes. `Range: bytes=N-` resumes; the gate is asked again while they flow."""
        start = _start(request)
        link, size, parts = delivering.open_release(pk, actor=caller(request), start=start)
        response = StreamingHttpResponse(parts, status=206 if start else 200, content_type="application/zip")
        response.headers["Content-Length"] = str(size - start)
        response.headers["Accept-Ranges"] = "bytes"
        response.headers["Content-Disposition"] = (
            f'attachment; filename="package-{link.release.matter.number}.zip"'
        )
        digest = base64.b64encode(bytes.fromhex(link.release.package.seal.bundle_sha256)).decode()
        response.headers["Repr-Digest"] = f"sha-256=:{digest}:"  # RFC 9530, of the whole package
        if start:
            response.headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        return response

    @extend_schema(request=ReceiptIn, responses={201: None})
    @action(detail=True, methods=["post"])
    @once
    def receipt(self, request: Request, pk: UUID) -> Response:
        """Acknowledge the package by its digest."""
        delivering.acknowledge(pk, checked(ReceiptIn, request)["sha256"], actor=caller(request))
        return Response({"acknowledged": True}, status=201)


def _start(request: Request) -> int:
    header = request.headers.get("Range", "")
    if not header:
        return 0
    match = _RANGE.match(header.strip())
    if match is None:
        raise Invalid("Only a range of the form bytes=N- is taken.", code="range")
    return int(match.group(1))


class MatterLinks(Resource):
    """Links to the package of one matter."""

    serializer_class = OfferOut
    permission_classes = [IsAuthenticated, IsStaff]

    @extend_schema(request=None, responses={201: OfferOut})
    def create(self, request: Request, matter_id: UUID) -> Response:
        """Offer the released package again once the last link ran out. Needs a fresh code, like a release."""
        link = delivering.offer_again(matter_id, actor=caller(request), stepped_up_at=step_up_time(request))
        return Response(OfferOut(link).data, status=201)
