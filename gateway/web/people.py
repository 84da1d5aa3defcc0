"""Who works on a matter: give it to a colleague, take it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.accounts.models import Person
from gateway.web.acting import act, done, filled, form_for, page
from gateway.web.matter import frame
from workflows.flow.assigning import assign, unassign
from workflows.matters.access import assigned_people
from workflows.policy.roles import DESK_ROLES


class Colleagues(forms.ModelChoiceField):
    """People of the desk, with their roles."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and role."""
        return f"{obj.name}, {obj.get_role_display()}"


class AssignForm(forms.Form):
    """A colleague of the desk."""

    person = Colleagues(
        Person.objects.filter(is_active=True, role__in=DESK_ROLES).order_by("role", "name"),
        label="Colleague",
        empty_label="Choose a colleague",
    )


@page()
def people(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show everybody who has the matter."""
    context = frame(request, matter_id, "people")
    context |= {"people": assigned_people(context["matter"]), "form": form_for(request, AssignForm)}
    return render(request, "staff/people.html", context)


@act("web:people", "matter_id")
def give(request: HttpRequest, matter_id: UUID) -> None:
    """Give the matter to a colleague."""
    person = filled(request, AssignForm).cleaned_data["person"]
    assign(matter_id, person.pk, actor=request.user)
    done(request, "Your colleague sees the matter from now on.")


@act("web:people", "matter_id")
def take(request: HttpRequest, matter_id: UUID, person_id: UUID) -> None:
    """Take the matter back from a colleague."""
    unassign(matter_id, person_id, actor=request.user)
    done(request, "Your colleague no longer sees the matter.")


urlpatterns = [
    path("matters/<uuid:matter_id>/people/", people, name="people"),
    path("matters/<uuid:matter_id>/people/give/", give, name="give"),
    path("matters/<uuid:matter_id>/people/<uuid:person_id>/take/", take, name="take"),
]
