"""Searches: which departments were asked, where they looked, what they say."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.web.acting import act, done, filled, form_for, page
from gateway.web.matter import frame
from workflows.errors import NotVisible
from workflows.matters.access import access_matter
from workflows.records import actions


class SearchForm(forms.Form):
    """A department that is asked."""

    department = forms.CharField(label="Department", max_length=120)


class AttestForm(forms.Form):
    """What the department says."""

    outcome = forms.ChoiceField(
        label="Result",
        choices=[("found", "Records were found"), ("none", "Nothing was found")],
        widget=forms.RadioSelect,
    )
    where = forms.CharField(
        label="Where was searched", max_length=400, help_text="Archives, systems, mailboxes, and by whom."
    )


@page()
def searches(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show all searches of the matter."""
    context = frame(request, matter_id, "searches")
    found = list(context["matter"].searches.select_related("opened_by", "attested_by").order_by("pk"))
    context |= {
        "searches": [(search, form_for(request, AttestForm, prefix=f"s{search.pk}")) for search in found],
        "form": form_for(request, SearchForm),
        "collecting": context["matter"].state == "collecting" and context["may"]["search"],
    }
    return render(request, "staff/searches.html", context)


@act("web:searches", "matter_id")
def open_one(request: HttpRequest, matter_id: UUID) -> None:
    """Ask a department to search."""
    actions.open_search(matter_id, filled(request, SearchForm).cleaned_data["department"], actor=request.user)
    done(request, "The department is asked to search.")


@act("web:searches", "matter_id")
def attest(request: HttpRequest, matter_id: UUID, search_id: int) -> None:
    """Keep what the department says; it never changes afterwards."""
    matter = access_matter(request.user, matter_id, "see_matter")
    if not matter.searches.filter(pk=search_id).exists():
        raise NotVisible()
    typed = filled(request, AttestForm, prefix=f"s{search_id}").cleaned_data
    actions.attest_search(search_id, typed["outcome"], typed["where"], actor=request.user)
    done(request, "The search is attested.")


urlpatterns = [
    path("matters/<uuid:matter_id>/searches/", searches, name="searches"),
    path("matters/<uuid:matter_id>/searches/open/", open_one, name="open_search"),
    path("matters/<uuid:matter_id>/searches/<int:search_id>/attest/", attest, name="attest"),
]
