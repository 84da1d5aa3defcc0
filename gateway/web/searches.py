"""Searches: which departments were asked, by when, through whom, where they looked, what they say."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.accounts.models import Person
from gateway.web.acting import act, done, filled, form_for, page
from gateway.web.custodian import AttestForm
from gateway.web.forms import DayField
from gateway.web.matter import frame
from workflows.errors import NotVisible
from workflows.flow import searching
from workflows.matters.access import access_matter
from workflows.policy.roles import CUSTODIAN, OFFICER
from workflows.records.models import SearchTask


class Custodians(forms.ModelChoiceField):
    """People who can be given a search."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and role."""
        return f"{obj.name}, {obj.get_role_display()}"


class GiveForm(forms.Form):
    """Who of the department answers."""

    custodian = Custodians(
        Person.objects.filter(is_active=True, role__in=(CUSTODIAN, OFFICER)).order_by("role", "name"),
        label="Who answers",
        empty_label="Choose a person",
        help_text="They see this search and nothing else of the matter.",
    )


class SearchForm(GiveForm):
    """A department that is asked."""

    field_order = ("department", "custodian", "due_on")
    department = forms.CharField(label="Department", max_length=120)
    due_on = DayField(label="Answer by", required=False, help_text="Three business days unless sooner.")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["custodian"].required = False


@page()
def searches(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show all searches of the matter."""
    context = frame(request, matter_id, "searches")
    found = context["matter"].searches.select_related("opened_by", "attested_by", "custodian").order_by("pk")
    rows = list(found.prefetch_related("attestations__by"))
    form, clocks = form_for(request, SearchForm), searching.due_of(rows)
    people = _choices(_custodians(form))  # asked for once, and not by the form of each search
    context |= {
        "searches": [
            {
                "search": search,
                "due": clocks.get(search.pk),
                "form": form_for(request, AttestForm, prefix=f"s{search.pk}"),
                "give": _giving(request, search, people),
                "produced": any(one.kind == "produced" for one in search.attestations.all()),
            }
            for search in rows
        ],
        "form": form,
        "collecting": context["matter"].state == "collecting" and context["may"]["search"],
    }
    return render(request, "staff/searches.html", context)


def _custodians(form: GiveForm) -> forms.ModelChoiceField:
    field = form.fields["custodian"]
    assert isinstance(field, forms.ModelChoiceField)
    return field


def _choices(field: forms.ModelChoiceField) -> list[Any]:
    return list(field.iterator(field))


def _giving(request: HttpRequest, search: SearchTask, people: list[Any]) -> GiveForm:
    form = form_for(request, GiveForm, prefix=f"g{search.pk}")
    _custodians(form).choices = people
    return form


@act("web:searches", "matter_id")
def open_one(request: HttpRequest, matter_id: UUID) -> None:
    """Ask a department to search."""
    typed = filled(request, SearchForm).cleaned_data
    searching.open_search(
        matter_id,
        typed["department"],
        actor=request.user,
        due_on=typed["due_on"],
        custodian_id=typed["custodian"].pk if typed["custodian"] else None,
    )
    done(request, "The department is asked to search.")


def _own(request: HttpRequest, matter_id: UUID, search_id: int) -> SearchTask:
    matter = access_matter(request.user, matter_id, "see_matter")
    search = matter.searches.filter(pk=search_id).first()
    if search is None:
        raise NotVisible()
    return search


@act("web:searches", "matter_id")
def attest(request: HttpRequest, matter_id: UUID, search_id: int) -> None:
    """Keep what the department says; it never changes afterwards."""
    _own(request, matter_id, search_id)
    typed = filled(request, AttestForm, prefix=f"s{search_id}").cleaned_data
    searching.attest_search(
        search_id, typed["outcome"], typed["where"], pieces=typed["pieces"], actor=request.user
    )
    done(request, "The search is attested.")


@act("web:searches", "matter_id")
def give(request: HttpRequest, matter_id: UUID, search_id: int) -> None:
    """Give the search to a person of the department."""
    _own(request, matter_id, search_id)
    person = filled(request, GiveForm, prefix=f"g{search_id}").cleaned_data["custodian"]
    searching.give_search(search_id, person.pk, actor=request.user)
    done(request, f"{person.name} sees this search from now on.")


_AT = "matters/<uuid:matter_id>/searches/"
urlpatterns = [
    path(_AT, searches, name="searches"),
    path(f"{_AT}open/", open_one, name="open_search"),
    path(f"{_AT}<int:search_id>/attest/", attest, name="attest"),
    path(f"{_AT}<int:search_id>/give/", give, name="give_search"),
]
