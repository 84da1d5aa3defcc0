"""The health address, for supervisors and containers."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from gateway.process import health


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Say whether this process and its database answer: 200 or 503. No number, no name, to anybody."""
    well = health.database().well
    return JsonResponse({"status": "ok" if well else "unavailable"}, status=200 if well else 503)
