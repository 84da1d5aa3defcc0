"""Several matters of the queue are given to a colleague at once: an act and an entry for each, said one by
one, and taken back together as long as the page stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase
from django.urls import path, reverse

from gateway.accounts.models import Person
from gateway.web.acting import act, filled, shown
from gateway.web.people import AssignForm
from workflows.errors import Invalid, NotVisible, Refused
from workflows.flow.assigning import assign, unassign
from workflows.matters.access import assigned_people, visible_matters
from workflows.matters.models import Matter

MOST = 50  # as many as a page of the queue shows


@dataclass
class Given:
    """What became of each matter: numbers of those that changed, and why the others did not."""

    person: Person
    taken_back: bool = False
    done: list[Matter] = field(default_factory=list)
    others: list[tuple[str, str]] = field(default_factory=list)


@act("web:queue")
def give_several(request: HttpRequest) -> HttpResponseBase:
    """Give each ticked matter to the colleague who does not have it yet."""
    return _each(request, assign, already="has it already", wants=False)


@act("web:queue")
def take_several(request: HttpRequest) -> HttpResponseBase:
    """Take them back: the undo of the act before."""
    return _each(request, unassign, already="does not have it any more", wants=True)


def _each(
    request: HttpRequest, change: Callable[..., Matter], *, already: str, wants: bool
) -> HttpResponseBase:
    person = filled(request, AssignForm).cleaned_data["person"]
    given = Given(person, taken_back=wants)
    for matter in _ticked(request):
        try:
            if (person.pk in {one.pk for one in assigned_people(matter)}) is not wants:
                given.others.append((matter.number, f"{person.name} {already}."))
                continue
            given.done.append(change(matter.pk, person.pk, actor=request.user))
        except NotVisible:
            given.others.append((matter.number, "You do not have this matter any more."))
        except Refused as refusal:
            given.others.append((matter.number, refusal.sentence))
    request.given = given  # type: ignore[attr-defined]
    return shown(request, reverse("web:queue"))


def _ticked(request: HttpRequest) -> list[Matter]:
    """The matters that were ticked and that this person sees, in the order of their numbers. Raises Invalid
    for none and for too many, NotVisible for what is no matter of theirs."""
    sent = request.POST.getlist("matter")
    if not 0 < len(sent) <= MOST:
        raise Invalid(f"Tick between one matter and {MOST}.", code="none_ticked")
    try:
        keys = {UUID(one) for one in sent}
    except ValueError as error:
        raise NotVisible() from error
    found: list[Any] = list(visible_matters(request.user).filter(pk__in=keys).order_by("number"))
    if len(found) != len(keys):
        raise NotVisible()
    return found


urlpatterns = [
    path("matters/give/", give_several, name="give_several"),
    path("matters/take/", take_several, name="take_several"),
]
