"""Exports of the log and bundles for courts: asked for here, made by a worker, fetched as one download."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone

from gateway.web.acting import act, done, filled, form_for, page, stepped_up
from gateway.web.forms import DayField
from workflows import jobs
from workflows.audit import flags, schema
from workflows.audit.events import EVENTS
from workflows.exports import actions
from workflows.exports.models import COURT, ENTRIES, REPORT, Export
from workflows.exports.periods import Period
from workflows.policy.roles import AUDITOR, COUNSEL

MAKERS = frozenset({AUDITOR, COUNSEL})
SHOWN = 50


class EntriesForm(forms.Form):
    """Which entries, and in which form."""

    event = forms.ChoiceField(label="Event", required=False)
    outcome = forms.ChoiceField(label="Outcome", required=False)
    role = forms.ChoiceField(label="Role", required=False)
    since = DayField(label="From", required=False)
    until = DayField(label="Until, not included", required=False)
    matter = forms.UUIDField(label="Matter, by id", required=False)
    actor = forms.UUIDField(label="Person, by pseudonym", required=False)
    subject = forms.RegexField(
        r"^[0-9A-Fa-f]{64}$", label="Person concerned, by reference", required=False,
        error_messages={"invalid": "A person concerned is named by the reference: 64 letters and digits."},
    )  # fmt: skip
    digest = forms.RegexField(
        r"^[0-9A-Fa-f]{64}$", label="Document, by SHA-256", required=False,
        error_messages={"invalid": "A document is named by its SHA-256: 64 letters and digits."},
    )  # fmt: skip
    flag = forms.ChoiceField(label="Flag on the entry", required=False)
    incarnation = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    form = forms.ChoiceField(
        label="Form", choices=list(actions.FORMS.items()), widget=forms.RadioSelect, initial="csv"
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        events = sorted(EVENTS.items(), key=lambda one: one[1])
        fields: dict[str, Any] = self.fields
        fields["event"].choices = [("", "All events"), *events]
        fields["outcome"].choices = [("", "All"), *((name, name) for name in sorted(schema.OUTCOMES))]
        fields["flag"].choices = [("", "Any or none"), *flags.SAYS.items()]
        fields["role"].choices = [("", "All"), *((name, name) for name in sorted(schema.ROLES))]

    def asked(self) -> dict[str, str]:
        """The filter as the log takes it."""
        typed = self.cleaned_data
        return {name: str(typed[name]) for name in actions.FILTERS if typed.get(name)}


@page(roles={AUDITOR})
def exports(request: HttpRequest) -> HttpResponseBase:
    """Show what can be exported, and the exports that were made."""
    given = {name: request.GET[name] for name in actions.FILTERS if request.GET.get(name)}
    context = {
        "nav": "exports",
        "form": form_for(request, EntriesForm, initial=given),
        "most": actions.MOST_ENTRIES,
        **listed(Export.objects.exclude(kind=REPORT), request, reverse("web:exports")),
    }
    return render(request, "auditor/exports.html", context)


@act("web:exports", roles={AUDITOR})
def ask(request: HttpRequest) -> None:
    """Ask for the entries of a filter."""
    form = filled(request, EntriesForm)
    actions.ask_entries(
        form.asked(), form.cleaned_data["form"], actor=request.user, stepped_up_at=stepped_up(request)
    )
    done(request, "The export is being made. It is offered here once the log has sealed its entry.")


@page(roles=MAKERS)
def court_bundle(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show what a court's bundle holds, and the bundles that were made of this matter."""
    matter = actions.matter_for(matter_id, request.user, timezone.now())
    home = reverse("web:court_bundle", args=[matter.pk])
    context = {"nav": "exports", "matter": matter, **listed(matter.exports.all(), request, home)}
    return render(request, "auditor/court_bundle.html", context)


@act("web:court_bundle", "matter_id", roles=MAKERS)
def ask_court(request: HttpRequest, matter_id: UUID) -> None:
    """Ask for a bundle of this matter."""
    actions.ask_court(matter_id, actor=request.user, stepped_up_at=stepped_up(request))
    done(request, "The bundle is being made. It is offered here once the log has sealed its entry.")


@act("web:reports", roles=MAKERS)
def again(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """Try work that stopped once more."""
    export = actions.retry(export_id, actor=request.user)
    done(request, "It is tried again.")
    if export.kind == COURT:
        return redirect("web:court_bundle", export.matter_id)
    return redirect("web:reports" if export.kind == REPORT else "web:exports")


@page(roles=MAKERS)
def fetch(request: HttpRequest, export_id: UUID) -> HttpResponseBase:
    """The bundle, as one download. That it leaves is an entry before its first byte does."""
    export, parts = actions.open_export(export_id, actor=request.user)
    answer = StreamingHttpResponse(parts, content_type="application/zip")
    answer.headers["Content-Length"] = str(export.sealed.size)
    answer.headers["Content-Disposition"] = f'attachment; filename="{export.kind}-{export.pk}.zip"'
    return answer


def listed(rows: Any, request: HttpRequest, home: str) -> dict[str, Any]:
    """Exports with how far they are, newest first, for the person who asks; and the work that goes on."""
    found = list(rows.select_related("prepared", "sealed", "by", "matter").order_by("-at")[:SHOWN])
    found = [one for one in found if actions.may_have(one, request.user)]
    open_work = {job.subject: job for job in jobs.open_jobs([one.pk for one in found], actions.WORK)}
    return {
        "rows": [(one, words(one), open_work.get(str(one.pk))) for one in found],
        "running": any(job.state != "parked" for job in open_work.values()),
        "here": home,
    }


def words(export: Export) -> str:
    """What the export is of, in words."""
    if export.kind == COURT:
        return f"Bundle for a court, {export.matter.number if export.matter else ''}"
    if export.kind == ENTRIES:
        given = ", ".join(
            f"{name} {EVENTS.get(value, value)}" for name, value in export.asked["filter"].items()
        )
        return f"{actions.FORMS[export.asked['form']]}: {given or 'all entries'}"
    period = Period.named(export.asked["period"])
    return f"{period.title if period else ''}, {export.asked['scope']}"


urlpatterns = [
    path("exports/", exports, name="exports"),
    path("exports/ask/", ask, name="ask_export"),
    path("exports/<uuid:export_id>/fetch/", fetch, name="fetch_export"),
    path("exports/<uuid:export_id>/again/", again, name="retry_export"),
    path("matters/<uuid:matter_id>/court/", court_bundle, name="court_bundle"),
    path("matters/<uuid:matter_id>/court/ask/", ask_court, name="ask_court_bundle"),
]
