"""What was handed over about one person: questions that wait, lists that are made, and a list to print."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone

from gateway.web.acting import act, done, filled, form_for, page, role_of
from gateway.web.forms import DayField
from gateway.web.notices import LANGUAGE_WORDS
from gateway.web.public_words import WORDS
from workflows.flow import accounting
from workflows.flow.person_letters import CLASSES
from workflows.holding.models import Forgetting
from workflows.notices.models import Accounting
from workflows.policy.roles import COUNSEL, OFFICER, allowed

MAKERS = frozenset({OFFICER, COUNSEL})
PROOF_WORDS = {
    "in_person": "In person, with a paper that shows name and picture",
    "notarised": "Through a notary",
    "lawyer": "Through their lawyer, with a power of attorney",
}
SET_ASIDE_WORDS = {
    "not_shown": "They have not shown who they are",
    "cannot_reach": "Nobody answers where the answer should go",
    "asked_twice": "They have asked before",
}
RECENT = 50
DOCUMENT = {
    "en": {
        "title": "What the city has handed over about you",
        "for": "For", "born": "Born", "made": "Made on", "on": "Handed over on", "to": "To",
        "kind": "What the agency enforces", "purpose": "Authority it cited", "paper": "On what paper",
        "items": "Items of the paper", "classes": "Kinds of record", "left": "What left",
        "withheld": "What was found and did not leave", "recalled": "Called back on",
        "approver": "Approved by", "digest": "Digest of the package",
        "pages": "{pages} pages from {records} records", "none_of": "nothing",
        "none": "The city has handed over nothing about you that it may tell you of.",
        "limits": "This list holds what left through the records disclosure office for a person with this "
        "name "
        "and date of birth. A court can forbid the city to tell somebody of a release. What is forbidden "
        "is not "
        "in this list; once that ends, the city tells the person by itself.",
    },
    "es": {
        "title": "Qué ha entregado la ciudad sobre usted",
        "for": "Para", "born": "Fecha de nacimiento", "made": "Fecha de esta lista", "on": "Entregado el",
        "to": "A", "kind": "Qué hace esa agencia", "purpose": "Autoridad que citó", "paper": "Con qué "
        "mandato",
        "items": "Puntos del mandato", "classes": "Tipos de documento", "left": "Qué salió",
        "withheld": "Qué se encontró y no salió", "recalled": "Reclamado el",
        "approver": "Aprobado por", "digest": "Huella del paquete",
        "pages": "{pages} páginas de {records} documentos", "none_of": "nada",
        "none": "La ciudad no ha entregado sobre usted nada que le pueda comunicar.",
        "limits": "Esta lista contiene lo que salió por la oficina de divulgación de documentos sobre una "
        "persona "
        "con este nombre y esta fecha de nacimiento. Un tribunal puede prohibir a la ciudad que avise de una "
        "entrega. Lo que está prohibido no aparece en esta lista; cuando la prohibición termina, la ciudad "
        "avisa "
        "por su cuenta a la persona.",
    },
}  # fmt: skip


class MakeForm(forms.Form):
    """For whom, and how they have shown who they are."""

    name = forms.CharField(label="Full name", max_length=accounting.MOST_NAME)
    birth_date = DayField(label="Born")
    proof = forms.ChoiceField(
        label="They have shown who they are", choices=list(PROOF_WORDS.items()), widget=forms.RadioSelect
    )
    language = forms.ChoiceField(
        label="Language", choices=list(LANGUAGE_WORDS.items()), widget=forms.RadioSelect
    )


class AsideForm(forms.Form):
    """Why a question gets no list."""

    reason = forms.ChoiceField(
        label="Reason", choices=list(SET_ASIDE_WORDS.items()), widget=forms.RadioSelect
    )


@page(roles=MAKERS)
def accountings(request: HttpRequest) -> HttpResponseBase:
    """Show the questions that wait, each with its form, and the lists made lately."""
    waiting = []
    for row, typed in accounting.questions(actor=request.user):
        initial = {"name": typed["name"], "birth_date": typed["birth_date"], "language": row.language}
        waiting.append(
            {
                "row": row,
                "typed": typed,
                "born": dt.date.fromisoformat(typed["birth_date"]),
                "form": form_for(request, MakeForm, prefix=f"q{row.pk.hex}", initial=initial),
                "aside": form_for(request, AsideForm, prefix=f"a{row.pk.hex}"),
            }
        )
    may_forget = allowed(role_of(request), "forget_person")
    context = {
        "nav": "accounting",
        "waiting": waiting,
        "form": form_for(request, MakeForm, prefix="new"),
        "made": Accounting.objects.select_related("by")[:RECENT],
        "outcomes": SET_ASIDE_WORDS,
        "may_forget": may_forget,
        "to_forget": _to_forget(request) if may_forget else 0,
    }
    return render(request, "staff/accountings.html", context)


def _to_forget(request: HttpRequest) -> int:
    """How many people another lawyer wants forgotten in the log."""
    return Forgetting.objects.filter(settled_at__isnull=True).exclude(asked_by=request.user.pk).count()


@act("web:accountings", roles=MAKERS)
def make(request: HttpRequest, asked_id: UUID | None = None) -> HttpResponseBase:
    """Make a list, for a question or for somebody who stands at the counter."""
    typed = filled(request, MakeForm, prefix=f"q{asked_id.hex}" if asked_id else "new").cleaned_data
    row = accounting.make(**typed, actor=request.user, asked_id=asked_id)
    done(request, "The list is made. Print it and give it to the person alone.")
    return redirect("web:accounting", row.pk)


@act("web:accountings", roles=MAKERS)
def aside(request: HttpRequest, asked_id: UUID) -> None:
    """Set a question aside."""
    typed = filled(request, AsideForm, prefix=f"a{asked_id.hex}").cleaned_data
    accounting.set_aside(asked_id, typed["reason"], actor=request.user)
    done(request, "Set aside. The person can ask again at any time.")


@page(roles=MAKERS)
def one(request: HttpRequest, accounting_id: UUID) -> HttpResponseBase:
    """Show one list as it was made, to print; and to the office whether more must be looked at by hand."""
    row, held = accounting.read(accounting_id, actor=request.user)
    words = DOCUMENT[row.language]
    born = dt.date.fromisoformat(held["birth_date"])
    context = {
        "nav": "accounting",
        "row": row,
        "held": held,
        "reference": accounting.reference_of(held),
        "d": words,
        "born": born,
        "made_on": dt.date.fromisoformat(held["made_on"]),
        "disclosures": [_told(one, row.language, words) for one in held["disclosures"]],
        "unclear": accounting.find(held["name"], born, timezone.now()).unclear,
    }
    return render(request, "staff/accounting.html", context)


def _told(one: dict[str, Any], language: str, words: dict[str, str]) -> dict[str, Any]:
    withheld = words["pages"].format(pages=one["withheld_pages"], records=one["withheld_records"])
    return {
        **one,
        "on": dt.date.fromisoformat(one["on"]),
        "kind": WORDS[language][f"class.{one['requester_class']}"],
        "classes": [CLASSES[language].get(name, name) for name in one["classes"]],
        "left": words["pages"].format(pages=one["pages"], records=one["records"]),
        "withheld": withheld if one["withheld_records"] else words["none_of"],
    }


urlpatterns = [
    path("accountings/", accountings, name="accountings"),
    path("accountings/make/", make, name="accounting_make"),
    path("accountings/questions/<uuid:asked_id>/make/", make, name="accounting_answer"),
    path("accountings/questions/<uuid:asked_id>/aside/", aside, name="accounting_aside"),
    path("accountings/<uuid:accounting_id>/", one, name="accounting"),
]
