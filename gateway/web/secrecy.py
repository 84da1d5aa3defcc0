"""Secrecy of a matter: courts' orders that nobody is told, and the seal."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.accounts.models import Person
from gateway.web.acting import act, done, filled, form_for, own, page, role_of, stepped_up
from gateway.web.forms import DayField, choices_of
from gateway.web.matter import frame
from gateway.web.papers import kind_title
from workflows.flow import secrecy as acts
from workflows.instruments.models import SECRECY_GROUNDS, Instrument, SecrecyOrder
from workflows.instruments.secrecy import is_notice_forbidden, orders_in_force
from workflows.instruments.states import ENDS
from workflows.instruments.words import words_of
from workflows.matters.access import assigned_people
from workflows.matters.models import SEAL_GROUNDS, Matter
from workflows.policy.roles import DESK_ROLES, allowed

HELD_WORDS = {
    "nondisclosure_order": "A court's order forbids telling the people concerned. Notices are held.",
    "sealed": "The matter is sealed. Notices are held, and it is in no public count.",
}


class _Reason(forms.Form):
    reason = forms.CharField(
        label="Your reason", min_length=10, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


class _Until(_Reason):
    ends_on = DayField(
        label="Last day",
        required=False,
        help_text="Only where the court has set one. It ends by itself then.",
    )
    review_on = DayField(
        label="Look at it again on", required=False, help_text="Ninety days from now at the latest."
    )


class Papers(forms.ModelChoiceField):
    """Papers of the matter by kind and docket."""

    def label_from_instance(self, obj: Any) -> str:
        """Kind and docket."""
        return f"{kind_title(obj)} {obj.docket}".strip()


class OrderForm(_Until):
    """A court's order of nondisclosure."""

    paper = Papers(Instrument.objects.none(), label="Paper that orders it", empty_label="Choose the paper")
    ground = forms.ChoiceField(label="Ground", choices=choices_of(SECRECY_GROUNDS))
    quote = forms.CharField(
        label="Words of the order", min_length=10, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = ("paper", "ground", "quote", "ends_on", "review_on", "reason")

    def __init__(self, *args: Any, matter: Matter | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        if matter is not None:
            self.fields["paper"].queryset = matter.instruments.exclude(state__in=ENDS)  # type: ignore[attr-defined]


class Colleagues(forms.ModelMultipleChoiceField):
    """People of the desk, with their roles."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and role."""
        return f"{obj.name}, {obj.get_role_display()}"


class SealForm(_Until):
    """Who knows of the matter from now on."""

    ground = forms.ChoiceField(label="Why", choices=choices_of(SEAL_GROUNDS))
    people = Colleagues(
        Person.objects.filter(is_active=True, role__in=DESK_ROLES).order_by("role", "name"),
        label="People who may know of it, besides counsel who have it",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("ground", "people", "ends_on", "review_on", "reason")


class EndForm(_Reason):
    """Why an order ends."""


class AskForm(_Reason):
    """Why the seal should be lifted."""


@page()
def secrecy(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show what is secret, until when, and counsel's acts. The words of an order are counsel's to read."""
    context = frame(request, matter_id, "secrecy")
    matter: Matter = context["matter"]
    now = timezone.now()
    may = allowed(role_of(request), "seal")
    in_force = set(orders_in_force(matter, now).values_list("pk", flat=True))
    context |= {
        "may_rule": may,
        "held": HELD_WORDS.get(is_notice_forbidden(matter, now) or ""),
        "orders": [
            {
                "row": order,
                "kind": kind_title(order.instrument),
                "holds": order.pk in in_force,
                "words": words_of(order.words) if may else {},
                "form": form_for(request, EndForm, prefix=f"e{order.pk}"),
            }
            for order in matter.secrecy_orders.select_related("instrument", "by").order_by("-at")
        ],
        "seal": matter.seals.filter(lifted_at__isnull=True).select_related("by", "lift_asked_by").first()
        if context["sealed"]
        else None,
        "people": assigned_people(matter),
        "order_form": form_for(request, OrderForm, prefix="order", matter=matter),
        "seal_form": form_for(request, SealForm, prefix="seal"),
        "ask_form": form_for(request, AskForm, prefix="ask"),
    }
    return render(request, "staff/secrecy.html", context)


@act("web:secrecy", "matter_id")
def order(request: HttpRequest, matter_id: UUID) -> None:
    """Record an order of nondisclosure."""
    matter = frame(request, matter_id, "secrecy")["matter"]
    typed = dict(filled(request, OrderForm, prefix="order", matter=matter).cleaned_data)
    paper = typed.pop("paper")
    acts.order_secrecy(matter_id, paper.pk, actor=request.user, stepped_up_at=stepped_up(request), **typed)
    done(request, "Recorded. Notices to the people concerned are held until it ends.")


@act("web:secrecy", "matter_id")
def end(request: HttpRequest, matter_id: UUID, order_id: UUID) -> None:
    """End an order of nondisclosure."""
    own(SecrecyOrder.objects.filter(pk=order_id, matter=matter_id))
    reason = filled(request, EndForm, prefix=f"e{order_id}").cleaned_data["reason"]
    acts.end_secrecy(order_id, actor=request.user, reason=reason, stepped_up_at=stepped_up(request))
    done(request, "The order has ended. Where nothing else forbids it, an officer sends what was held.")


@act("web:secrecy", "matter_id")
def seal(request: HttpRequest, matter_id: UUID) -> None:
    """Seal the matter."""
    typed = dict(filled(request, SealForm, prefix="seal").cleaned_data)
    people = [person.pk for person in typed.pop("people")]
    acts.seal(matter_id, people, actor=request.user, stepped_up_at=stepped_up(request), **typed)
    done(request, "The matter is sealed. Everybody who is not listed below has lost it.")


@act("web:secrecy", "matter_id")
def ask(request: HttpRequest, matter_id: UUID) -> None:
    """Ask a second lawyer to lift the seal."""
    reason = filled(request, AskForm, prefix="ask").cleaned_data["reason"]
    acts.ask_unseal(matter_id, actor=request.user, reason=reason, stepped_up_at=stepped_up(request))
    done(request, "Asked. The seal holds until another lawyer lifts it.")


@act("web:secrecy", "matter_id")
def lift(request: HttpRequest, matter_id: UUID) -> None:
    """Lift the seal as the second lawyer."""
    acts.unseal(matter_id, actor=request.user, stepped_up_at=stepped_up(request))
    done(request, "The seal is lifted. Give the matter to the colleagues who work on it.")


_AT = "matters/<uuid:matter_id>/secrecy/"
urlpatterns = [
    path(_AT, secrecy, name="secrecy"),
    path(f"{_AT}order/", order, name="order_secrecy"),
    path(f"{_AT}orders/<uuid:order_id>/end/", end, name="end_secrecy"),
    path(f"{_AT}seal/", seal, name="seal"),
    path(f"{_AT}unseal/ask/", ask, name="ask_unseal"),
    path(f"{_AT}unseal/", lift, name="unseal"),
]
