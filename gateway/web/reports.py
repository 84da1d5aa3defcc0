"""Compliance reports: a month or a quarter on a page, with pictures; the paper and data as one download."""

from __future__ import annotations

from typing import Any

import qrcode
from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from qrcode.image.svg import SvgPathImage

from gateway.web.acting import absent, act, done, filled, form_for, page
from gateway.web.exports import MAKERS, listed
from workflows.audit import log
from workflows.errors import NotVisible
from workflows.exports import actions, report
from workflows.exports.models import REPORT, Export
from workflows.exports.periods import INTERNAL, SCOPES, Period, recent


class ReportForm(forms.Form):
    """For whom the paper is."""

    scope = forms.ChoiceField(
        label="For whom", choices=list(SCOPES.items()), widget=forms.RadioSelect, initial=INTERNAL
    )

    def __init__(self, *args: Any, quarter: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        fields: dict[str, Any] = self.fields
        if not quarter:  # the register speaks of quarters only
            fields["scope"].choices = [(INTERNAL, SCOPES[INTERNAL])]


@page(roles=MAKERS)
def reports(request: HttpRequest) -> HttpResponseBase:
    """Show the periods there are, and the papers that were made."""
    context: dict[str, Any] = {
        "nav": "reports",
        "periods": recent(timezone.now(), report.first_day()),
        **listed(Export.objects.filter(kind=REPORT), request, reverse("web:reports")),
    }
    return render(request, "auditor/reports.html", context)


@page(roles=MAKERS)
def one(request: HttpRequest, period: str) -> HttpResponseBase:
    """Show the report of one period as it counts now. The reading is an entry."""
    wanted = Period.named(period)
    if wanted is None or wanted.begins > timezone.now():
        return absent(request)
    made = report.make(wanted, INTERNAL, timezone.now())
    with transaction.atomic():
        log.record(
            "audit.viewed",
            actor=request.user,  # type: ignore[arg-type]
            reason="report",
            facts={"counts": {"rows": sum(len(table.rows) for table in made.tables)}},
        )
    text = made.proof.text
    square = qrcode.make(text, image_factory=SvgPathImage).to_string(encoding="unicode") if text else ""
    context = {
        "nav": "reports",
        "report": made,
        "square": square,
        "form": form_for(request, ReportForm, quarter=wanted.is_quarter),
        "may_publish": wanted.is_quarter,
    }
    return render(request, "auditor/report.html", context)


@act("web:report", "period", roles=MAKERS)
def make(request: HttpRequest, period: str) -> None:
    """Ask for the paper of this period."""
    wanted = Period.named(period)
    if wanted is None:
        raise NotVisible()
    scope = filled(request, ReportForm, quarter=wanted.is_quarter).cleaned_data["scope"]
    actions.ask_report(period, scope, actor=request.user)
    done(request, "The paper is being made. You find it among the reports once the log has sealed its entry.")


urlpatterns = [
    path("reports/", reports, name="reports"),
    path("reports/<slug:period>/", one, name="report"),
    path("reports/<slug:period>/make/", make, name="make_report"),
]
