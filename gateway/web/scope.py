"""The scope of a matter: what each paper in force compels, item by item, and which records that covers."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render
from django.urls import path, reverse

from gateway.web.acting import act, done, filled, form_for, keep, page, shown
from gateway.web.forms import DayField
from gateway.web.matter import frame
from gateway.web.sums import SumsForm, shown_sums
from gateway.web.uploads import on_disk
from workflows.errors import Invalid, NotVisible
from workflows.flow import clarifying
from workflows.flow.coverage import difference, matrix
from workflows.flow.scoping import Asked, ClauseDraft, set_scope
from workflows.instruments.models import Clarification, Instrument
from workflows.instruments.queries import basis_of, clauses_of, latest_checks, needs_basis
from workflows.matters.models import Agency, Matter
from workflows.matters.states import State
from workflows.policy.checks import PASSED
from workflows.policy.codes import RECORD_CLASSES
from workflows.policy.instrument_types import OWN_KINDS
from workflows.policy.scope_words import DATA_CATEGORIES, LIMITS, USES

MOST_CLAUSES = 60
COMPELS = "V10"  # the check whose note quotes the words that order records
PASSAGE = re.compile(r"page (\d{1,4}): “([^”]+)”")  # as the desk's script writes it, or a person


_SEVERAL = {
    "department": "departments", "category": "categories", "document": "documents",
    "recipient": "recipients", "use": "uses",
}  # fmt: skip


def _lines(label: str) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=4000, required=False, help_text="One on each line.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


def _several(label: str, titles: dict[str, str]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=list(titles.items()), required=False, widget=forms.CheckboxSelectMultiple
    )


class ClauseForm(forms.Form):
    """One item of the paper, as counsel reads it."""

    item = forms.CharField(label="Item", max_length=16)
    page = forms.IntegerField(label="Page", min_value=1, max_value=5000)
    quote = forms.CharField(
        label="Words of the paper", max_length=600, widget=forms.Textarea(attrs={"rows": 2})
    )
    subject_name = forms.CharField(label="Person", max_length=160)
    subject_birth_date = DayField(label="Born", required=False)
    record_classes = forms.MultipleChoiceField(
        label="Kinds of record", choices=list(RECORD_CLASSES.items()), widget=forms.CheckboxSelectMultiple
    )
    date_from = DayField(label="From", required=False)
    date_to = DayField(label="To", required=False)
    names_status = forms.BooleanField(label="The item itself asks for status data", required=False)
    subject_number = forms.CharField(
        label="A number that the paper gives for this person", max_length=60, required=False,
        help_text="The city's own: of a tenant, a customer, an employee.",
    )  # fmt: skip
    department = _lines("Departments that hold the records")
    category = _several("Data", DATA_CATEGORIES)
    document = _lines("Documents by their own number")
    recipient = forms.ModelMultipleChoiceField(
        Agency.objects.order_by("name"), label="Who may receive them", required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    use = _several("For what they may be used", USES)

    def draft(self) -> ClauseDraft:
        """What was typed, as the flow takes it."""
        typed = dict(self.cleaned_data)
        places = {name: (typed.pop(f"{name}_page"), typed.pop(f"{name}_quote")) for name in LIMITS}
        for name in ("department", "document"):
            typed[name] = [line.strip() for line in typed[name].splitlines() if line.strip()]
        limits = {several: tuple(typed.pop(name)) for name, several in _SEVERAL.items()}
        limits["recipients"] = tuple(str(agency.pk) for agency in limits["recipients"])
        return ClauseDraft(
            **{**typed, **limits, "record_classes": tuple(typed["record_classes"])},
            places={
                name: (page or typed["page"], quote or typed["quote"])
                for name, (page, quote) in places.items()
                if (page or quote) and limits[_SEVERAL[name]]
            },
        )

    def limits(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Each limit with its place in the paper."""
        return [(self[name], self[f"{name}_page"], self[f"{name}_quote"]) for name in LIMITS]

    def limited(self) -> bool:
        """True when one of them is filled, so that the form shows them."""
        names = ["subject_number", *LIMITS, *(f"{name}_quote" for name in LIMITS)]
        return any(self[name].value() or self[name].errors for name in names)


for _name in LIMITS:  # the words may stand elsewhere in the paper than the item's own
    ClauseForm.base_fields[f"{_name}_page"] = forms.IntegerField(
        label="On page", min_value=1, max_value=5000, required=False
    )
    ClauseForm.base_fields[f"{_name}_quote"] = forms.CharField(
        label="In these words, if not in those above", max_length=600, required=False,
        widget=forms.Textarea(attrs={"rows": 1}),
    )  # fmt: skip


class AskedForm(forms.Form):
    """What the request asks for about each person it names."""

    record_classes = forms.MultipleChoiceField(
        label="Kinds of record", choices=list(RECORD_CLASSES.items()), required=False,
        widget=forms.CheckboxSelectMultiple, help_text="None ticked: every kind.",
    )  # fmt: skip
    date_from = DayField(label="From", required=False)
    date_to = DayField(label="To", required=False)

    def asked(self) -> Asked:
        """What was typed, as the flow takes it."""
        typed = self.cleaned_data
        return Asked(tuple(typed["record_classes"]), typed["date_from"], typed["date_to"])


class QuestionForm(forms.Form):
    """What counsel asks, and whom."""

    question = forms.CharField(
        label="Question", min_length=20, max_length=2000, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What the paper leaves open. Say nothing of what the records hold.",
    )  # fmt: skip
    addressee = forms.CharField(
        label="To", max_length=160, required=False,
        help_text="Left empty: the court that issued the paper. Else the attorney of the government.",
    )  # fmt: skip


class AnswerForm(forms.Form):
    """The answer as it came."""

    answer = forms.FileField(label="The answer", help_text="One file, whole.", allow_empty_file=True)


class UnansweredForm(forms.Form):
    """Why counsel goes on without an answer."""

    reason = forms.CharField(
        label="What was tried", min_length=10, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The paper is then read as it stands; what it leaves open is not covered.",
    )  # fmt: skip


Clauses = forms.formset_factory(ClauseForm, extra=0, min_num=1, validate_min=True, max_num=MOST_CLAUSES)


@page()
def scope(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show clauses, the coverage matrix and, while the scope is with counsel, the form."""
    context = frame(request, matter_id, "scope")
    matter: Matter = context["matter"]
    clauses = clauses_of(matter)
    in_force = list(matter.instruments.filter(state="in_force").order_by("accepted_at"))
    context |= {
        "clauses": clauses,
        "matrix": matrix(matter, clauses),
        "sums": shown_sums(request, matter),
        "may_decide_sum": context["may"]["lift_block"],
        "difference": difference(matter, clauses) if clauses else None,
        "paper": in_force[-1] if in_force else None,
        "page_n": _page_number(request, in_force[-1]) if in_force else 1,
        "basis": basis_of(in_force[-1]) if in_force and needs_basis(in_force[-1]) else None,
        "written_here": bool(in_force) and in_force[-1].type in OWN_KINDS,
    }
    context |= {
        "questions": matter.clarifications.select_related("asked_by", "answered_by").order_by("-asked_at"),
        "may_ask": bool(in_force) and matter.state == State.SCOPE_REVIEW and context["may"]["set_scope"],
        "may_answer": matter.state == State.CLARIFICATION and context["may"]["set_scope"],
        "question_form": form_for(request, QuestionForm, prefix="q"),
        "answer_form": form_for(request, AnswerForm, prefix="answer"),
        "unanswered_form": form_for(request, UnansweredForm, prefix="unanswered"),
    }
    if in_force and matter.state == State.SCOPE_REVIEW and context["may"]["set_scope"]:
        first, noted_by = _first_clauses(matter, in_force[-1])
        context["formset"] = keep(request).get(Clauses) or Clauses(initial=first)
        context["noted_by"] = None if keep(request).get(Clauses) else noted_by
        context["asked_form"] = keep(request).get(AskedForm) or AskedForm(prefix="asked")
        context["sums_form"] = keep(request).get(SumsForm) or SumsForm(prefix="sum")
    return render(request, "staff/scope.html", context)


def _page_number(request: HttpRequest, paper: Instrument) -> int:
    text = request.GET.get("page", "1")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return min(max(asked, 1), max(paper.pages, 1))


def _first_clauses(matter: Matter, paper: Instrument) -> tuple[list[dict[str, Any]], Any]:
    """A clause for each passage that the verifier took off the paper when saying that it compels records, or
    one without words; and who took them. The person is that of the request, to be held against the paper."""
    party = matter.parties.order_by("pk").first()
    person = {
        "subject_name": party.name if party else "",
        "subject_birth_date": party.birth_date if party else None,
    }
    answer = latest_checks(paper).get(COMPELS)
    noted = PASSAGE.findall(answer.note)[:MOST_CLAUSES] if answer and answer.outcome == PASSED else []
    passages: list[dict[str, Any]] = [{"page": int(n), "quote": quote} for n, quote in noted]
    first = [
        {"item": str(item), **passage, **person} for item, passage in enumerate(passages or [{"page": 1}], 1)
    ]
    return first, answer.by if answer and passages else None


@act("web:scope", "matter_id")
def enter(request: HttpRequest, matter_id: UUID) -> HttpResponseBase | None:
    """Set the scope from the typed clauses, or show one more empty clause."""
    asked = AskedForm(request.POST, prefix="asked")
    sums = SumsForm(request.POST, prefix="sum")
    keep(request)[AskedForm], keep(request)[SumsForm] = asked, sums
    if "add" in request.POST:
        keep(request)[Clauses] = Clauses(_one_more(request.POST))
        return shown(request, reverse("web:scope", args=[matter_id]))
    formset = Clauses(request.POST)
    keep(request)[Clauses] = formset
    if not (formset.is_valid() and asked.is_valid() and sums.is_valid()):
        raise Invalid("Some fields need another look. Nothing has been changed.", code="form")
    paper_id = request.POST.get("paper", "")
    try:
        chosen = UUID(paper_id)
    except ValueError:
        raise NotVisible()
    drafts = [form.draft() for form in formset]
    set_scope(matter_id, chosen, drafts, actor=request.user, asked=asked.asked(), sums=sums.sums())
    done(request, "The scope is set. Records are collected next.")
    return None


def _one_more(posted: QueryDict) -> QueryDict:
    """The same input with one more clause, which begins with the person and dates of the last one."""
    data = posted.copy()
    text = data.get("form-TOTAL_FORMS", "1")
    count = min(int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 1, MOST_CLAUSES - 1)
    for name in ("page", "subject_name", "subject_birth_date", "date_from", "date_to"):
        data[f"form-{count}-{name}"] = data.get(f"form-{count - 1}-{name}", "")
    data[f"form-{count}-item"] = str(count + 1)
    data["form-TOTAL_FORMS"] = str(count + 1)
    return data


@act("web:scope", "matter_id")
def ask(request: HttpRequest, matter_id: UUID, paper_id: UUID) -> None:
    """Ask the court what the paper covers."""
    typed = filled(request, QuestionForm, prefix="q").cleaned_data
    clarifying.ask_scope(matter_id, paper_id, actor=request.user, **typed)
    done(request, "The letter is under “Letters”. The city's own clocks stand still; a court's run on.")


@act("web:scope", "matter_id")
def settle(request: HttpRequest, matter_id: UUID) -> None:
    """File the answer."""
    upload = filled(request, AnswerForm, prefix="answer").cleaned_data["answer"]
    with on_disk(upload) as place:
        clarifying.settle_scope(matter_id, place, actor=request.user)
    done(request, "The answer is filed, and the clocks go on. Set the scope next.")


@act("web:scope", "matter_id")
def go_on(request: HttpRequest, matter_id: UUID) -> None:
    """Read the paper without an answer."""
    typed = filled(request, UnansweredForm, prefix="unanswered").cleaned_data
    clarifying.go_on_unanswered(matter_id, actor=request.user, reason=typed["reason"])
    done(request, "The clocks go on. Set the scope by what the paper says.")


@page()
def answer(request: HttpRequest, matter_id: UUID, question_id: int) -> HttpResponseBase:
    """The answer as it was filed, to be kept and opened outside; its own name is not used."""
    if not Clarification.objects.filter(pk=question_id, matter=matter_id).exists():
        raise NotVisible()
    data = clarifying.read_answer(question_id, actor=request.user)
    headers = {"Content-Disposition": f'attachment; filename="answer-{question_id}"'}
    return HttpResponse(data, content_type="application/octet-stream", headers=headers)


urlpatterns = [
    path("matters/<uuid:matter_id>/scope/<uuid:paper_id>/ask/", ask, name="ask_scope"),
    path("matters/<uuid:matter_id>/scope/settle/", settle, name="settle_scope"),
    path("matters/<uuid:matter_id>/scope/unanswered/", go_on, name="go_on_unanswered"),
    path("matters/<uuid:matter_id>/scope/answers/<int:question_id>/", answer, name="scope_answer"),
    path("matters/<uuid:matter_id>/scope/", scope, name="scope"),
    path("matters/<uuid:matter_id>/scope/set/", enter, name="set_scope"),
]
