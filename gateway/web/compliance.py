"""Status data in records that the city made itself: counts, on the auditor's desk."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.web.acting import page
from workflows.audit import log
from workflows.policy.roles import AUDITOR
from workflows.records.compliance import report


@page(roles={AUDITOR})
def compliance(request: HttpRequest) -> HttpResponseBase:
    """Show the counts by quarter, department and form. The reading is an entry."""
    lines = report(timezone.now())
    with transaction.atomic():
        log.record("audit.viewed", actor=request.user, facts={"counts": {"rows": len(lines)}})  # type: ignore[arg-type]
    return render(request, "auditor/compliance.html", {"nav": "compliance", "lines": lines})


urlpatterns = [path("compliance/", compliance, name="compliance")]
