"""The side door: a list of public-records requests is looked through, and counsel settles what it shows."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.web.acting import act, done, filled, form_for, page, role_of
from gateway.web.uploads import on_disk
from workflows.flow import side_door as acts
from workflows.matters.models import ListedRequest
from workflows.policy.codes import SIDE_DOOR_OUTCOMES
from workflows.policy.roles import COUNSEL, OFFICER, allowed

ROLES = frozenset({OFFICER, COUNSEL})
ROWS = 50
_USUAL = acts.Columns()


class ListForm(forms.Form):
    """A list, and which of its columns is what."""

    list = forms.FileField(label="The list, as CSV", help_text="Up to 1,000 rows; headings in its first row.")
    reference = forms.CharField(label="Heading: reference", max_length=60, initial=_USUAL.reference)
    received = forms.CharField(
        label="Heading: received on", max_length=60, required=False, initial=_USUAL.received
    )
    requester = forms.CharField(label="Heading: requester", max_length=60, initial=_USUAL.requester)
    address = forms.CharField(label="Heading: e-mail", max_length=60, required=False, initial=_USUAL.address)
    text = forms.CharField(label="Heading: what is asked", max_length=60, initial=_USUAL.text)


class SettleForm(forms.Form):
    """What becomes of a request."""

    outcome = forms.ChoiceField(
        label="What becomes of it", choices=list(SIDE_DOOR_OUTCOMES.items()), widget=forms.RadioSelect
    )


@page(roles=ROLES)
def side_door(request: HttpRequest) -> HttpResponseBase:
    """Show what waits for counsel, what was settled last, and the form for a new list."""
    settled = ListedRequest.objects.filter(settled_at__isnull=False).select_related("settled_by")
    waiting = acts.flagged_requests()
    context = {
        "nav": "contacts",
        "count": waiting.count(),
        "waiting": [(row, form_for(request, SettleForm, prefix=f"r{row.pk}")) for row in waiting[:ROWS]],
        "settled": [
            (row, SIDE_DOOR_OUTCOMES[row.outcome or ""]) for row in settled.order_by("-settled_at")[:20]
        ],
        "held": ListedRequest.objects.count(),
        "may_settle": allowed(role_of(request), "settle_request"),
        "form": form_for(request, ListForm),
    }
    return render(request, "staff/side_door.html", context)


@act("web:side_door", roles=ROLES)
def take(request: HttpRequest) -> None:
    """Look a list through."""
    typed = dict(filled(request, ListForm).cleaned_data)
    with on_disk(typed.pop("list")) as place:
        data = place.read_bytes() if place.stat().st_size <= acts.MOST_BYTES else b"x" * (acts.MOST_BYTES + 1)
    came = acts.import_requests(data, acts.Columns(**typed), actor=request.user)
    done(request, f"{came.rows} rows read, {came.new} of them new, {came.flagged} for counsel to look at.")


@act("web:side_door", roles=ROLES)
def settle(request: HttpRequest, request_id: int) -> None:
    """Settle one request."""
    outcome = filled(request, SettleForm, prefix=f"r{request_id}").cleaned_data["outcome"]
    acts.settle_request(request_id, outcome, actor=request.user)
    done(request, "Settled.")


urlpatterns = [
    path("side-door/", side_door, name="side_door"),
    path("side-door/import/", take, name="import_requests"),
    path("side-door/<int:request_id>/settle/", settle, name="settle_request"),
]
