"""Versions of rows as ETags: what a person saw must be what they change.

A row's version counts every step of the desk. An agency that could read it off the header would
learn how far its request has come, and with that whether records exist; its ETag is therefore a
digest of the little that it sees.
"""

from __future__ import annotations

import hashlib
from uuid import UUID

from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.accounts.models import Role
from gateway.api.auth import caller
from gateway.api.errors import PreconditionRequired
from workflows.errors import Stale
from workflows.matters.access import visible_matters
from workflows.matters.models import Matter
from workflows.matters.states import coarse

LONGEST = 12  # digits of a version


def tagged(response: Response, version: int) -> Response:
    """The response with the row version as its ETag."""
    response.headers["ETag"] = f'"{version}"'
    return response


def matter_tagged(response: Response, matter: Matter, request: Request) -> Response:
    """The response with the ETag of the matter as this caller sees it."""
    response.headers["ETag"] = f'"{_tag(matter, request)}"'
    return response


def seen_version(request: Request) -> int:
    """The version in If-Match. Raises PreconditionRequired when it is missing."""
    header = _header(request)
    if not (header.isascii() and header.isdigit() and len(header) <= LONGEST):
        raise ParseError("If-Match holds the ETag of the row as it was sent.")
    return int(header)


def seen_matter(request: Request, matter_id: UUID) -> int | None:
    """The row version behind the caller's If-Match; None when there is no such matter to see.

    Raises PreconditionRequired, ParseError, Stale.
    """
    if caller(request).role != Role.AGENCY:
        return seen_version(request)
    header = _header(request)
    matter = visible_matters(caller(request)).filter(pk=matter_id).first()
    if matter is None:  # the act itself answers that nothing is here, and records it
        return None
    if header != _tag(matter, request):
        raise Stale("This request has changed since you read it. Please look again.")
    return matter.version


def _header(request: Request) -> str:
    header = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not header:
        raise PreconditionRequired()
    return header


def _tag(matter: Matter, request: Request) -> str:
    if caller(request).role != Role.AGENCY:
        return str(matter.version)
    return hashlib.sha256(f"{matter.pk}:{coarse(matter.state)}".encode()).hexdigest()[:16]
