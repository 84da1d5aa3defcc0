"""The administrator's page: what is kept, the directory of agencies, and whether the parts of the house
are well. No content."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.accounts.models import AccountChange
from gateway.process import health
from gateway.web.acting import act, done, filled, form_for, page
from workflows import jobs
from workflows.clocks.models import CalendarProposal
from workflows.flow.directory import add_agency_contact
from workflows.jobs.models import Job, JobState
from workflows.matters.models import Agency, AgencyContact
from workflows.notices.models import LetterText
from workflows.policy.roles import ADMINISTRATOR


class ContactForm(forms.Form):
    """A number at which an agency is called back."""

    agency = forms.ModelChoiceField(
        Agency.objects.order_by("name"), label="Agency", empty_label="Choose the agency"
    )
    office = forms.CharField(label="Office", max_length=120)
    phone = forms.CharField(
        label="Published number", max_length=32, help_text="From a public directory, never from a caller."
    )


@page(roles={ADMINISTRATOR})
def house(request: HttpRequest) -> HttpResponseBase:
    """Show what is kept, queues, isolation, disk and log."""
    waiting = Job.objects.filter(state=JobState.QUEUED.value).order_by("created_at")
    context = {
        "nav": "house",
        "accounts_waiting": AccountChange.objects.filter(settled_at__isnull=True).count(),
        "calendars_waiting": CalendarProposal.objects.filter(settled_at=None).count(),
        "texts_waiting": LetterText.objects.filter(settled_at=None).count(),
        "queues": jobs.health(),
        "oldest": waiting.values_list("created_at", flat=True).first(),
        "parts": health.report(),
        "contacts": AgencyContact.objects.select_related("agency").order_by("agency__name", "office"),
        "contact_form": form_for(request, ContactForm),
    }
    return render(request, "staff/house.html", context)


@act("web:house", roles={ADMINISTRATOR})
def add_contact(request: HttpRequest) -> None:
    """Enter a number in the directory of agencies."""
    typed: dict[str, Any] = filled(request, ContactForm).cleaned_data
    add_agency_contact(typed["agency"].pk, typed["office"], typed["phone"], actor=request.user)
    done(request, "The number is in the directory.")


urlpatterns = [
    path("house/", house, name="house"),
    path("house/agencies/", add_contact, name="add_contact"),
]
