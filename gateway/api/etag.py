"""Versions of rows as ETags: what a person saw must be what they change."""

from __future__ import annotations

from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from gateway.api.errors import PreconditionRequired


def tagged(response: Response, version: int) -> Response:
    """The response with the row version as its ETag."""
    response.headers["ETag"] = f'"{version}"'
    return response


def seen_version(request: Request) -> int:
    """The version in If-Match. Raises PreconditionRequired when it is missing."""
    header = request.headers.get("If-Match", "").strip().removeprefix("W/").strip('"')
    if not header:
        raise PreconditionRequired()
    if not header.isdigit():
        raise ParseError("If-Match holds the ETag of the row, a number in quotes.")
    return int(header)
