"""Visits and calls: noted in a minute by anybody of the staff, listed, searched, exported, and turned into
a matter with one press. And what to do when officers stand there with a judge's warrant."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone

from gateway.web.acting import act, done, filled, form_for, page, role_of
from gateway.web.forms import DayField
from workflows.flow import contacts as acts
from workflows.matters.access import visible_matters
from workflows.matters.models import Agency
from workflows.policy.codes import CONTACT_CHANNELS, CONTACT_PAPERS, CONTACT_WANTS, TAKEN_KINDS
from workflows.policy.roles import CUSTODIAN, STAFF_ROLES, allowed

EVERYBODY = STAFF_ROLES | {CUSTODIAN}
ROWS = 50


class ContactForm(forms.Form):
    """One approach."""

    channel = forms.ChoiceField(
        label="How", choices=list(CONTACT_CHANNELS.items()), widget=forms.RadioSelect, initial="in_person"
    )
    happened_at = forms.DateTimeField(
        label="When",
        help_text="City time.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    place = forms.CharField(label="Where", max_length=120, help_text="Department or counter.")
    agency = forms.ModelChoiceField(
        Agency.objects.order_by("name"), label="Agency", required=False, empty_label="Not in the list"
    )
    agency_said = forms.CharField(label="Agency, as they said", required=False, max_length=160)
    official_said = forms.CharField(label="Name or badge, as they said", required=False, max_length=120)
    wants = forms.ChoiceField(
        label="What they wanted", choices=list(CONTACT_WANTS.items()), widget=forms.RadioSelect
    )
    paper = forms.ChoiceField(
        label="What they showed", choices=list(CONTACT_PAPERS.items()), widget=forms.RadioSelect
    )
    told = forms.ChoiceField(
        label="Was anything said about whether the city holds records?",
        choices=[("no", "No"), ("yes", "Yes")],
        widget=forms.RadioSelect,
        help_text="The right answer to such a question is: please write to the records office.",
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What was asked, in a few words. Nothing about anybody's status, nothing about records.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["happened_at"].initial = timezone.localtime().replace(second=0, microsecond=0)

    def approach(self) -> acts.Approach:
        """What was typed, as the flow takes it."""
        typed = dict(self.cleaned_data)
        typed["told"] = typed["told"] == "yes"
        typed["happened_at"] = typed["happened_at"].astimezone(dt.UTC)
        return acts.Approach(**typed)


class FilterForm(forms.Form):
    """Which contacts to show."""

    since = DayField(label="From", required=False)
    until = DayField(label="To", required=False)
    agency = forms.ModelChoiceField(
        Agency.objects.order_by("name"), label="Agency", required=False, empty_label="All"
    )
    words = forms.CharField(label="Words", required=False, max_length=100)


class TakenForm(forms.Form):
    """What officers took."""

    what = forms.CharField(label="What was taken", max_length=200, help_text="Binders, boxes, a disk.")
    kind = forms.ChoiceField(
        label="Of which kind", choices=list(TAKEN_KINDS.items()), widget=forms.RadioSelect
    )
    pieces = forms.IntegerField(label="How many", min_value=1)
    receipt = forms.BooleanField(label="They left a receipt for it", required=False)


class OpenForm(forms.Form):
    """The agency of a contact that names none."""

    agency = forms.ModelChoiceField(
        Agency.objects.order_by("name"), label="Agency that asks", required=False, empty_label="Choose"
    )


@page(roles=EVERYBODY)
def listed(request: HttpRequest) -> HttpResponseBase:
    """Show the contacts this person may read, newest first, by date and agency."""
    chosen = FilterForm(request.GET)
    given = chosen.cleaned_data if chosen.is_valid() else {}
    found = Paginator(acts.contacts_for(request.user, **_filter(given)), ROWS).get_page(
        request.GET.get("page")
    )
    kept = request.GET.copy()
    kept.pop("page", None)
    context = {
        "nav": "contacts",
        "filter": chosen,
        "page": found,
        "kept": kept.urlencode(),
        "all": allowed(role_of(request), "see_contacts"),
        "may_export": allowed(role_of(request), "export_contacts"),
        "may_watch": allowed(role_of(request), "import_requests"),
    }
    return render(request, "staff/contacts.html", context)


def _filter(given: dict[str, Any]) -> dict[str, Any]:
    return {name: given[name] for name in ("since", "until", "agency", "words") if given.get(name)}


@page(roles=EVERYBODY)
def new(request: HttpRequest) -> HttpResponseBase:
    """Show the form, and the card for officers with a warrant."""
    context = {
        "nav": "contacts",
        "form": form_for(request, ContactForm),
        "counsel_phone": settings.COUNSEL_PHONE,
    }
    return render(request, "staff/contact_new.html", context)


@act("web:new_contact", roles=EVERYBODY)
def log(request: HttpRequest) -> HttpResponseBase:
    """Keep what was noted."""
    contact = acts.log_contact(filled(request, ContactForm).approach(), actor=request.user)
    done(request, "Noted. Thank you.")
    return redirect("web:contact", contact.pk)


@page(roles=EVERYBODY)
def one(request: HttpRequest, contact_id: UUID) -> HttpResponseBase:
    """Show one contact and what can follow from it."""
    contact = acts.contact_for(request.user, contact_id)
    number = visible_matters(request.user).filter(contacts=contact).values_list("number", flat=True).first()
    context = {
        "nav": "contacts",
        "contact": contact,
        "matter_number": number,
        "warrant": contact.wants == acts.WARRANT,
        "taken": list(contact.taken.select_related("by")),
        "taken_form": form_for(request, TakenForm, prefix="taken"),
        "open_form": form_for(request, OpenForm, prefix="open"),
        "may_open": contact.matter_id is None and allowed(role_of(request), "open_matter"),
        "counsel_phone": settings.COUNSEL_PHONE,
    }
    return render(request, "staff/contact.html", context)


@act("web:contact", "contact_id", roles=EVERYBODY)
def counsel(request: HttpRequest, contact_id: UUID) -> None:
    """Note that counsel has been called."""
    acts.call_counsel(contact_id, actor=request.user)
    done(request, "It is noted that counsel was called now.")


@act("web:contact", "contact_id", roles=EVERYBODY)
def taken(request: HttpRequest, contact_id: UUID) -> None:
    """Note what was taken."""
    acts.log_taken(contact_id, actor=request.user, **filled(request, TakenForm, prefix="taken").cleaned_data)
    done(request, "Noted.")


@act("web:contact", "contact_id", roles=EVERYBODY)
def open_matter(request: HttpRequest, contact_id: UUID) -> HttpResponseBase:
    """Open a matter from the contact."""
    agency = filled(request, OpenForm, prefix="open").cleaned_data["agency"]
    matter = acts.open_from_contact(contact_id, actor=request.user, agency=agency)
    done(request, f"{matter.number} is open and acknowledged.")
    return redirect("web:matter", matter.pk)


@act("web:contacts", roles=EVERYBODY)
def export(request: HttpRequest) -> HttpResponseBase:
    """The contacts of the filter as CSV."""
    given = filled(request, FilterForm).cleaned_data
    rows = acts.contacts_for(request.user, **_filter(given))
    answer = HttpResponse(
        acts.export_contacts(rows, actor=request.user), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="visits-and-calls.csv"'
    return answer


urlpatterns = [
    path("contacts/", listed, name="contacts"),
    path("contacts/new/", new, name="new_contact"),
    path("contacts/log/", log, name="log_contact"),
    path("contacts/export/", export, name="export_contacts"),
    path("contacts/<uuid:contact_id>/", one, name="contact"),
    path("contacts/<uuid:contact_id>/counsel/", counsel, name="call_counsel"),
    path("contacts/<uuid:contact_id>/taken/", taken, name="log_taken"),
    path("contacts/<uuid:contact_id>/open/", open_matter, name="open_contact"),
]
