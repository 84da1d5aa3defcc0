"""Records of a matter: take files in, watch them being read, say whose and of when they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.web.acting import act, done, filled, form_for, own, page, role_of, version_of
from gateway.web.forms import DayField
from gateway.web.matter import frame
from gateway.web.uploads import ManyFilesField, on_disk
from workflows import jobs
from workflows.errors import Invalid, NotVisible
from workflows.flow.coverage import Cell, cells
from workflows.flow.restarting import restart_job
from workflows.flow.scope_rulings import rule_scope
from workflows.instruments.models import ScopeClause
from workflows.jobs.models import Job, JobState
from workflows.matters.access import access_matter
from workflows.matters.models import Matter
from workflows.policy.codes import RECORD_CLASSES
from workflows.policy.roles import allowed
from workflows.policy.scope_words import DATA_CATEGORIES
from workflows.records import actions, review
from workflows.records.models import Record
from workflows.records.queries import (
    compelling_clauses,
    enclosed,
    holders,
    same_words,
    work_left,
)

FILES_AT_ONCE = 20
_KINDS = [("", "Not known"), *RECORD_CLASSES.items()]
# Unreadable first, then what no clause can be held against, then the rest by number.
_URGENCY = Case(
    When(state="unreadable", then=Value(0)),
    When(scope="unknown", then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


class DescribeForm(forms.Form):
    """What the scope test reads. Blank is unknown, and unknown is not covered."""

    record_class = forms.ChoiceField(label="Kind of record", choices=_KINDS, required=False)
    dated_on = DayField(label="Date of the record", required=False)
    subject_name = forms.CharField(label="Person it is about", max_length=160, required=False)
    subject_birth_date = DayField(label="Born", required=False)
    subject_number = forms.CharField(
        label="The person's number with the department", max_length=60, required=False,
        help_text="Of a tenant, a customer, an employee. Only where the paper names one.",
    )  # fmt: skip
    dated_to = DayField(label="Last date, if it spans several", required=False)
    document_number = forms.CharField(label="The record's own number", max_length=60, required=False)
    categories = forms.MultipleChoiceField(
        label="What it holds", choices=list(DATA_CATEGORIES.items()), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    def description(self) -> actions.Description:
        """What was typed, as the room of records takes it."""
        typed = self.cleaned_data
        values = {name: typed[name] for name in DescribeForm.base_fields}
        return actions.Description(**{**values, "categories": tuple(typed["categories"])})


class TakeInForm(DescribeForm):
    """Files of one department, described alike; each can be described anew afterwards."""

    uploads = ManyFilesField(
        label="Files",
        help_text=f"Up to {FILES_AT_ONCE} at a time. Their own names are not kept.",
        allow_empty_file=True,
    )
    custodian = forms.CharField(label="Department that holds them", max_length=120)

    field_order = ["uploads", "custodian", *DescribeForm.base_fields]


@page()
def records(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show all records, unreadable ones first, and the progress of those being read."""
    context = frame(request, matter_id, "records")
    matter: Matter = context["matter"]
    found = list(matter.records.annotate(urgency=_URGENCY).order_by("urgency", "number"))
    numbers = {str(record.pk): record for record in found}
    left = work_left(found)
    work = [(job, numbers[job.subject]) for job in jobs.open_jobs(numbers, ["record.scan"])]
    context |= {
        "records": [(record, _open_work(record, left[record.pk])) for record in found],
        "work": work,
        "busy": any(job.state != JobState.PARKED for job, _ in work),
        "form": form_for(request, TakeInForm, initial=_person_of(matter)),
        "collecting": matter.state in actions.COLLECTING and context["may"]["take_in"],
        "summary": _summary(found),
    }
    return render(request, "staff/records.html", context)


def _person_of(matter: Matter) -> dict[str, Any]:
    party = matter.parties.order_by("pk").first()
    return {"subject_name": party.name, "subject_birth_date": party.birth_date} if party else {}


def _open_work(record: Record, left: tuple[int, int]) -> str:
    """What is left to do on the pages of a record, in words; `left` counts pages and findings."""
    if record.state not in ("readable", "reviewed"):
        return ""
    pages, findings = left
    if not pages and not findings:
        return "Reviewed"
    return f"{_count(pages, 'page')} to see, {_count(findings, 'finding')} to decide"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _summary(found: Sequence[Record]) -> list[tuple[str, int, str]]:
    """Counts of the list itself."""
    return [
        ("taken in", len(found), ""),
        ("covered", sum(record.scope == "in" for record in found), "chip-good"),
        ("not covered", sum(record.scope == "out" for record in found), ""),
        ("cannot tell", sum(record.scope == "unknown" for record in found), "chip-warn"),
        ("unreadable", sum(record.state == "unreadable" for record in found), "chip-blocked"),
    ]


@act("web:records", "matter_id")
def take_in(request: HttpRequest, matter_id: UUID) -> None:
    """Take the files in one by one; one that is refused does not hold up the others."""
    form = filled(request, TakeInForm)
    taken, last = 0, None
    for place, upload in enumerate(form.cleaned_data["uploads"], 1):
        try:
            with on_disk(upload) as path_:
                actions.take_in(
                    matter_id,
                    path_,
                    actor=request.user,
                    custodian=form.cleaned_data["custodian"],
                    description=form.description(),
                )
            taken += 1
        except Invalid as refusal:
            messages.error(request, f"File {place} of your choice was not taken in. {refusal.sentence}")
            last = refusal
    if not taken and last is not None:
        raise last
    done(request, f"{taken} file{' is' if taken == 1 else 's are'} stored and being read.")


def _record(record_id: UUID) -> Record:
    record = Record.objects.filter(pk=record_id).first()
    if record is None:
        raise NotVisible()
    return record


@page()
def record(request: HttpRequest, record_id: UUID) -> HttpResponseBase:
    """Show what is stated about one record, and what follows from it."""
    shown = _record(record_id)
    context = frame(request, shown.matter_id, "records")
    initial = {name: getattr(shown, name) for name in DescribeForm.base_fields}
    initial["categories"] = [code for code in shown.categories.split(",") if code]
    deciding = context["matter"].state in actions.COLLECTING and context["may"]["set_scope"]
    context |= {
        "record": shown,
        "form": form_for(request, DescribeForm, initial=initial),
        "collecting": context["matter"].state in actions.COLLECTING and context["may"]["take_in"],
        "left": _open_work(shown, work_left([shown])[shown.pk]),
        "dropped": sorted(shown.dropped.items()),
        "clause": shown.clause,
        "cite_form": _cite_form(request, shown),
        "cited_pages": list(shown.pages.exclude(cited=[])),
        "cells": [(cell, _ruling_form(request, cell, deciding)) for cell in cells(shown)],
        "holders": holders(shown),
        "enclosed": enclosed(shown),
        "same_words": same_words(shown).order_by("number"),
    }
    return render(request, "staff/record.html", context)


class RulingForm(forms.Form):
    """What counsel decides where a clause cannot tell, and which words of the paper decide it."""

    inside = forms.ChoiceField(
        label="The clause", choices=[("yes", "covers this record"), ("no", "does not cover it")],
        widget=forms.RadioSelect,
    )  # fmt: skip
    page = forms.IntegerField(label="Page of the paper", min_value=1, max_value=5000)
    quote = forms.CharField(
        label="Words of the paper that decide it", max_length=600, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(
        label="Why", min_length=10, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


def _ruling_form(request: HttpRequest, cell: Cell, deciding: bool) -> RulingForm | None:
    if not (cell.open and deciding):
        return None
    initial = {"page": cell.clause.page, "quote": cell.clause.quote}
    return form_for(request, RulingForm, prefix=f"c{cell.clause.pk}", initial=initial)


class CiteForm(forms.Form):
    """Which items compel one page, where not all that cover the record do."""

    page = forms.IntegerField(label="Page", min_value=1, max_value=100_000)
    items = forms.TypedMultipleChoiceField(
        label="Compelled by", required=False, widget=forms.CheckboxSelectMultiple, coerce=int,
        help_text="None ticked: by all of them.",
    )  # fmt: skip

    def __init__(self, *args: Any, items: Sequence[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["items"]
        field.choices = items


def _cite_form(request: HttpRequest, shown: Record) -> CiteForm | None:
    clauses = compelling_clauses(shown)
    if len(clauses) < 2 or not allowed(role_of(request), "mark"):
        return None
    return form_for(request, CiteForm, prefix="cite", items=_items(clauses))


def _items(clauses: Sequence[ScopeClause]) -> list[tuple[int, str]]:
    return [(row.pk, f"Item {row.item}, page {row.page}") for row in clauses]


@act("web:record", "record_id")
def cite(request: HttpRequest, record_id: UUID) -> None:
    """Say which items compel one page."""
    shown = _record(record_id)
    access_matter(request.user, shown.matter_id, "mark")
    items = _items(compelling_clauses(shown))
    typed = filled(request, CiteForm, prefix="cite", items=items).cleaned_data
    review.cite_page(record_id, typed["page"], typed["items"], actor=request.user)
    done(request, f"Page {typed['page']} cites the items that you ticked.")


@act("web:record", "record_id")
def rule(request: HttpRequest, record_id: UUID, clause_id: int) -> None:
    """Counsel decides whether a clause that cannot tell covers the record."""
    typed = filled(request, RulingForm, prefix=f"c{clause_id}").cleaned_data
    inside = typed.pop("inside") == "yes"
    rule_scope(record_id, clause_id, inside, actor=request.user, version=version_of(request), **typed)
    done(request, "The clause covers it by your decision." if inside else "It stays outside the clause.")


@act("web:record", "record_id")
def describe(request: HttpRequest, record_id: UUID) -> None:
    """State person, kind and date anew."""
    form = filled(request, DescribeForm)
    described = actions.describe(
        record_id, form.description(), actor=request.user, version=version_of(request)
    )
    words = {"in": "A clause covers it.", "out": "No clause covers it: it does not leave."}
    done(
        request,
        words.get(described.scope, "It cannot be told whether a clause covers it: it does not leave."),
    )


@act("web:record", "record_id")
def retry(request: HttpRequest, record_id: UUID) -> None:
    """Read an unreadable record once more."""
    actions.retry_scan(record_id, actor=request.user)
    done(request, "The record is being read again.")


@act("web:records", "matter_id")
def again(request: HttpRequest, matter_id: UUID, job_id: int) -> None:
    """Start parked work of this matter again."""
    own(Job.objects.filter(pk=job_id, lane=str(matter_id)))
    restart_job(job_id, actor=request.user)
    done(request, "The work has begun again.")


urlpatterns = [
    path("matters/<uuid:matter_id>/records/", records, name="records"),
    path("matters/<uuid:matter_id>/records/take-in/", take_in, name="take_in"),
    path("matters/<uuid:matter_id>/jobs/<int:job_id>/again/", again, name="again"),
    path("records/<uuid:record_id>/", record, name="record"),
    path("records/<uuid:record_id>/describe/", describe, name="describe"),
    path("records/<uuid:record_id>/retry/", retry, name="retry"),
    path("records/<uuid:record_id>/clauses/<int:clause_id>/", rule, name="rule_scope"),
    path("records/<uuid:record_id>/cite/", cite, name="cite_page"),
]
