"""Bodies are bounded before a byte of them is read: 1 MiB of JSON, one file of at most 250 MB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from rest_framework.exceptions import APIException
from rest_framework.parsers import JSONParser, MultiPartParser

from gateway.api.uploads import MAX_BYTES

_FORM_ROOM = 64 * 1024  # the fields and boundaries around a file


class TooLarge(APIException):
    """The body is larger than this address takes."""

    status_code = 413
    default_detail = "The body is larger than this address takes. Send less, or the file in parts."
    default_code = "too_large"


def _bound(context: Mapping[str, Any] | None, limit: int) -> None:
    """Raise TooLarge by the length that the client states; the server reads no further than that."""
    request = (context or {}).get("request")
    stated = request.META.get("CONTENT_LENGTH") if request is not None else None
    if str(stated or "0").isdecimal() and int(stated or 0) > limit:
        raise TooLarge()


class Json(JSONParser):
    """JSON of at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes (DRF reads the stream past Django's own limit)."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """The value. Raises ParseError, TooLarge."""
        _bound(parser_context, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
        return super().parse(stream, media_type, parser_context)


class FileForm(MultiPartParser):
    """A form with one file."""

    def parse(
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Fields and file. Raises ParseError, TooLarge."""
        _bound(parser_context, MAX_BYTES + _FORM_ROOM)
        return super().parse(stream, media_type, parser_context)
