"""Legal bases besides a court's order: what counsel has written, what waits for a second lawyer, consents."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.web.acting import act, done, filled, form_for, own, page, role_of, stepped_up
from gateway.web.forms import DayField
from gateway.web.matter import frame
from gateway.web.papers import kind_title
from workflows.flow import bases as acts
from workflows.flow import papers as paper_acts
from workflows.flow.bases import Names
from workflows.instruments.models import Consent, Determination1373, Instrument, LegalBasisOverride
from workflows.instruments.states import AUTHENTICATING, ENDS
from workflows.instruments.words import words_of
from workflows.lawbook import in_force
from workflows.matters.models import Matter
from workflows.policy.bases import CONSENT, EXIGENT_REQUEST, OVERRIDE_BASES
from workflows.policy.codes import RECORD_CLASSES
from workflows.policy.instrument_types import NEVER
from workflows.policy.roles import allowed
from workflows.policy.status_types import status_types


def _long(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label, min_length=10, max_length=2000, help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class NamesForm(forms.Form):
    """One person, kinds of record, types of status data."""

    subject_name = forms.CharField(label="Person", max_length=160)
    subject_birth_date = DayField(label="Born", required=False)
    record_classes = forms.MultipleChoiceField(
        label="Kinds of record", choices=list(RECORD_CLASSES.items()), widget=forms.CheckboxSelectMultiple
    )
    types = forms.MultipleChoiceField(
        label="Status data that counsel may authorise under it",
        help_text="None: all status data in these records stays redacted.",
        choices=[], required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["types"].choices = list(status_types().items())  # type: ignore[attr-defined]

    def names(self) -> Names:
        """What was typed, as the flow takes it."""
        typed = self.cleaned_data
        return Names(
            typed["subject_name"], typed["record_classes"], typed["subject_birth_date"], typed["types"]
        )


def _open_bases() -> list[tuple[str, str]]:
    """The bases that the policy in force leaves open."""
    return list(in_force(timezone.now()).override_bases.items())


def _never(paper: Instrument) -> bool:
    return in_force(timezone.now()).kind(paper.type).verdict == NEVER


class OverrideForm(NamesForm):
    """Another basis for a paper whose kind does not suffice."""

    basis = forms.ChoiceField(label="The other basis", choices=_open_bases)
    citation = _long("Where it is written", "Statute and section, or the paper, quoted.")
    reason = _long("Your reason")
    field_order = ("basis", "citation", "subject_name", "subject_birth_date", "record_classes", "types")


class DeterminationForm(NamesForm):
    """A determination under 8 U.S.C. 1373."""

    recipient = forms.CharField(
        label="Official who receives it", max_length=160, help_text="By name. It goes to nobody else."
    )
    reason = _long("Your reason")
    field_order = ("recipient", "subject_name", "subject_birth_date", "types", "record_classes")


class ConsentForm(NamesForm):
    """What a person has consented to, and how they were informed."""

    informed = _long("How the person was informed", "By whom, when, in which language, and of what.")
    reason = _long("Your finding", "Dated, specific, freely given; how you know that it is theirs.")


class ReasonForm(forms.Form):
    """How the person said so, or why it ends."""

    reason = _long("What was said, and how")


@page()
def bases(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show every basis of the matter besides a court's paper. Words and reasons are counsel's to read."""
    context = frame(request, matter_id, "papers")
    matter: Matter = context["matter"]
    may = allowed(role_of(request), "set_basis")
    open_papers = matter.instruments.filter(state=AUTHENTICATING, confirmed_by__isnull=False)
    overrides = LegalBasisOverride.objects.filter(instrument__matter=matter)
    determinations = matter.determinations_1373.select_related("instrument")
    consents = Consent.objects.filter(instrument__matter=matter)
    context |= {
        "may_rule": may,
        "switched_on": settings.DETERMINATION_1373,
        "overrides": [_shown(request, row, row.instrument, may) for row in _with_people(overrides)],
        "determinations": [_shown(request, row, row.instrument, may) for row in _with_people(determinations)],
        "consents": [
            _shown(request, row, row.instrument, may) for row in consents.select_related("instrument", "by")
        ],
        "for_override": [
            (paper, kind_title(paper), form_for(request, OverrideForm, prefix=f"o{paper.pk}"))
            for paper in open_papers
            if may
            and in_force(timezone.now()).kind(paper.type).verdict == NEVER
            and paper.type not in _ELSEWHERE
        ],
        "for_consent": [
            (paper, form_for(request, ConsentForm, prefix=f"c{paper.pk}", initial=_signer(paper)))
            for paper in open_papers.filter(type=CONSENT, consent__isnull=True)
            if may
        ],
        "form_1373": form_for(request, DeterminationForm, prefix="d"),
    }
    return render(request, "staff/bases.html", context)


_ELSEWHERE = (EXIGENT_REQUEST, "unknown")


def _with_people(rows: Any) -> Any:
    return rows.select_related("instrument", "proposed_by", "confirmed_by")


def _signer(paper: Instrument) -> dict[str, Any]:
    return {"subject_name": paper.signer}


def _shown(request: HttpRequest, row: Any, paper: Instrument | None, may: bool) -> dict[str, Any]:
    words = words_of(row.words) if may else {}
    return {
        "row": row,
        "paper": paper,
        "kind": kind_title(paper) if paper else "",
        "basis": OVERRIDE_BASES.get(getattr(row, "basis", ""), ""),
        "types": [status_types().get(one, one) for one in row.types],
        "in_force": paper is not None and paper.state == "in_force",
        "over": paper is not None and paper.state in ENDS,
        "words": [(name, words[name]) for name in ("citation", "informed", "reason") if name in words],
        "form": form_for(request, ReasonForm, prefix=f"e{row.pk}"),
    }


@act("web:bases", "matter_id")
def override(request: HttpRequest, matter_id: UUID, paper_id: UUID) -> None:
    """Write another basis for a paper."""
    own(Instrument.objects.filter(pk=paper_id, matter=matter_id))
    form = filled(request, OverrideForm, prefix=f"o{paper_id}")
    typed = {name: form.cleaned_data[name] for name in ("basis", "citation", "reason")}
    acts.propose_override(
        paper_id, form.names(), actor=request.user, stepped_up_at=stepped_up(request), **typed
    )
    done(request, "Written. It has no effect until another lawyer confirms it.")


@act("web:bases", "matter_id")
def confirm_override(request: HttpRequest, matter_id: UUID, override_id: UUID) -> None:
    """Confirm another basis as the second lawyer."""
    own(LegalBasisOverride.objects.filter(pk=override_id, instrument__matter=matter_id))
    acts.confirm_override(override_id, actor=request.user, stepped_up_at=stepped_up(request))
    done(request, "Confirmed. Counsel sets the scope next, within what the basis names.")


@act("web:bases", "matter_id")
def determine(request: HttpRequest, matter_id: UUID) -> None:
    """Write a determination under 8 U.S.C. 1373."""
    form = filled(request, DeterminationForm, prefix="d")
    typed = {name: form.cleaned_data[name] for name in ("recipient", "reason")}
    acts.propose_1373(matter_id, form.names(), actor=request.user, stepped_up_at=stepped_up(request), **typed)
    done(request, "Written. It has no effect until another lawyer confirms it.")


@act("web:bases", "matter_id")
def confirm_1373(request: HttpRequest, matter_id: UUID, determination_id: UUID) -> None:
    """Confirm a determination as the second lawyer."""
    own(Determination1373.objects.filter(pk=determination_id, matter=matter_id))
    acts.confirm_1373(determination_id, actor=request.user, stepped_up_at=stepped_up(request))
    done(request, "Confirmed. Counsel sets the scope next, and authorises each type of data before it stays.")


@act("web:bases", "matter_id")
def consent(request: HttpRequest, matter_id: UUID, paper_id: UUID) -> None:
    """Record a person's consent."""
    own(Instrument.objects.filter(pk=paper_id, matter=matter_id))
    form = filled(request, ConsentForm, prefix=f"c{paper_id}")
    typed = {name: form.cleaned_data[name] for name in ("informed", "reason")}
    acts.record_consent(paper_id, form.names(), actor=request.user, **typed)
    done(request, "Recorded. A verifier accepts the consent next, like any other paper.")


@act("web:bases", "matter_id")
def revoke(request: HttpRequest, matter_id: UUID, consent_id: int) -> None:
    """Record that a person has taken their consent back."""
    row = own(Consent.objects.filter(pk=consent_id, instrument__matter=matter_id))
    reason = filled(request, ReasonForm, prefix=f"e{consent_id}").cleaned_data["reason"]
    acts.revoke_consent(row.instrument_id, actor=request.user, reason=reason)
    done(request, "The consent no longer stands. Nothing leaves under it any more.")


@act("web:bases", "matter_id")
def end(request: HttpRequest, matter_id: UUID, paper_id: UUID, row_id: UUID) -> None:
    """Take a basis out of force."""
    own(Instrument.objects.filter(pk=paper_id, matter=matter_id))
    reason = filled(request, ReasonForm, prefix=f"e{row_id}").cleaned_data["reason"]
    paper_acts.end_paper(paper_id, "withdrawn", actor=request.user, reason=reason)
    done(request, "The basis is no longer in force. A block stands on the matter if it was.")


_AT = "matters/<uuid:matter_id>/bases/"
urlpatterns = [
    path(_AT, bases, name="bases"),
    path(f"{_AT}papers/<uuid:paper_id>/override/", override, name="override"),
    path(f"{_AT}overrides/<uuid:override_id>/confirm/", confirm_override, name="confirm_override"),
    path(f"{_AT}1373/", determine, name="determine_1373"),
    path(f"{_AT}1373/<uuid:determination_id>/confirm/", confirm_1373, name="confirm_1373"),
    path(f"{_AT}papers/<uuid:paper_id>/consent/", consent, name="consent"),
    path(f"{_AT}consents/<int:consent_id>/revoke/", revoke, name="revoke_consent"),
    path(f"{_AT}papers/<uuid:paper_id>/<uuid:row_id>/end/", end, name="end_basis"),
]
