"""Every refusal and error of the API as a problem document (RFC 9457), and as an entry of the log.

An act writes the entry of its own refusal. What is refused before any act begins (a body that
cannot be read, a field that is not valid, a role that may not come here) is written here.
"""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from workflows.audit import log as audit_log
from workflows.errors import NotRecorded, Refused
from workflows.vault import VaultError

log = logging.getLogger(__name__)

TITLES = {
    400: "The request cannot be read",
    401: "Sign in first",
    403: "Not yours to do",
    404: "Not found",
    405: "This address does not take that method",
    406: "No such form of answer",
    409: "Not possible now",
    410: "Over",
    412: "Changed meanwhile",
    413: "Too large",
    415: "This form of content is not taken",
    422: "The request is not valid",
    423: "Blocked",
    428: "Say which version you saw",
    429: "Too many requests",
    416: "Outside the file",
    500: "Something went wrong on our side",
    503: "The release gate is closed",
}
CODES = {
    400: "bad_request",
    401: "not_authenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "too_large",
    415: "unsupported_media_type",
    429: "throttled",
}
# No act was asked for, or nobody asked: these would fill the log with noise.
NO_ENTRY = frozenset({401, 405, 406, 429})


class PreconditionRequired(exceptions.APIException):
    """A change of an existing row needs If-Match."""

    status_code = 428
    default_detail = "Send If-Match with the ETag of the version you saw."
    default_code = "if_match_needed"


def problem(status: int, code: str, detail: str, path: str = "", **more: Any) -> Response:
    """A problem document as a response. `detail` holds no content of a record."""
    body = {
        "type": f"urn:disclosure-gateway:problem:{code}",
        "title": TITLES.get(status, "Refused"),
        "status": status,
        "detail": detail,
        "instance": path,
        "code": code,
        **more,
    }
    return Response(body, status=status, content_type="application/problem+json")


def handle(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: what is not listed here is a bug and becomes a plain 500."""
    request = context.get("request")
    path = request.path if request else ""
    set_rollback()
    answer = _answer(error, path)
    if answer is None or answer.status_code in NO_ENTRY or isinstance(error, NotRecorded | Http404):
        return answer
    if getattr(error, "recorded", False):
        return answer
    try:
        _record(answer, request, failed=isinstance(error, VaultError))
    except NotRecorded as unrecorded:
        return _answer(unrecorded, path)
    return answer


def _record(answer: Response, request: Any, *, failed: bool) -> None:
    who = getattr(request, "user", None)
    audit_log.record_refusal(
        "access.refused" if answer.status_code in (403, 404) else "input.refused",
        actor=who if getattr(who, "is_authenticated", False) else audit_log.ANONYMOUS,
        outcome="failed" if failed else "refused",
        reason=answer.data["code"],
    )


def _answer(error: Exception, path: str) -> Response | None:
    if isinstance(error, Refused):
        more = {"failed": [guard_id for guard_id, _ in error.failed]} if error.failed else {}
        return problem(error.status, error.code, error.sentence, path, **more)
    if isinstance(error, VaultError):
        return problem(503, error.code.replace(".", "_"), str(error), path)
    if isinstance(error, Http404):
        return problem(404, "not_found", "There is nothing here that you can see.", path)
    if isinstance(error, PermissionDenied):
        return problem(403, "forbidden", "This is not yours to do.", path)
    if isinstance(error, exceptions.ValidationError):
        return problem(422, "invalid", "Some fields are not valid.", path, errors=_pointers(error.detail))
    if isinstance(error, exceptions.APIException):
        return _of_framework(error, path)
    if isinstance(error, SuspiciousOperation):  # Django's own limits on forms
        status = 413 if isinstance(error, RequestDataTooBig) else 400
        return problem(status, CODES[status], f"{TITLES[status]}.", path)
    return None


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's answer to a bug: a problem document for programs, the plain page for people."""
    if not request.path.startswith(("/api/", "/delivery/")):
        return defaults.server_error(request)
    body = problem(500, "internal", "This is our fault; nothing was released.", request.path)
    return JsonResponse(body.data, status=500, content_type="application/problem+json")


def _of_framework(error: exceptions.APIException, path: str) -> Response:
    code = CODES.get(error.status_code, getattr(error, "default_code", "refused"))
    response = problem(error.status_code, code, str(error.detail), path)
    if wait := getattr(error, "wait", None):  # throttled
        response.headers["Retry-After"] = str(int(wait) + 1)
    if header := getattr(error, "auth_header", None):
        response.headers["WWW-Authenticate"] = header
    return response


def _pointers(detail: Any, at: str = "") -> list[dict[str, str]]:
    """Validation errors as JSON pointers with a sentence each."""
    if isinstance(detail, dict):
        return [one for key, value in detail.items() for one in _pointers(value, f"{at}/{key}")]
    if isinstance(detail, list):
        nested = [
            one
            for n, value in enumerate(detail)
            if isinstance(value, dict)
            for one in _pointers(value, f"{at}/{n}")
        ]
        return nested + [
            {"pointer": at or "/", "detail": str(one)} for one in detail if not isinstance(one, dict)
        ]
    return [{"pointer": at or "/", "detail": str(detail)}]
