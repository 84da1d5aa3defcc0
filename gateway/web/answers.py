"""Counsel's answer to an administrative subpoena: the draft, its change, its sending."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.web.acting import act, done, filled, form_for, page, role_of, version_of
from gateway.web.forms import DayField, sentences_of
from gateway.web.matter import frame
from workflows.errors import NotVisible
from workflows.flow import answering
from workflows.instruments.models import SubpoenaAnswer
from workflows.matters.access import access_matter
from workflows.notices.layout import blocks_of
from workflows.notices.places import MOST_WORDS
from workflows.policy.roles import allowed


class AnswerForm(forms.Form):
    """What the letter says besides its fixed words."""

    grounds = forms.MultipleChoiceField(
        label="Grounds", choices=sentences_of("grounds"), widget=forms.CheckboxSelectMultiple
    )
    until = DayField(
        label="Ask for time until", required=False, help_text="Only if the subpoena were to be upheld."
    )
    words = forms.CharField(
        label="Your own words",
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Paragraphs with an empty line between them. Nothing about records or anybody's status.",
    )


def _answer(matter: Any, paper_id: UUID) -> SubpoenaAnswer:
    found = (
        SubpoenaAnswer.objects.select_related("instrument", "letter")
        .filter(instrument=paper_id, instrument__matter=matter)
        .first()
    )
    if found is None:
        raise NotVisible()
    return found


@page()
def answer(request: HttpRequest, matter_id: UUID, paper_id: UUID) -> HttpResponseBase:
    """Show the letter as it stands, and to counsel what can be changed."""
    context = frame(request, matter_id, "letters")
    row = _answer(context["matter"], paper_id)
    initial = {"grounds": row.grounds, "until": row.until, "words": row.words}
    body = row.letter.body if row.letter else answering.preview(row)
    context |= {
        "answer": row,
        "preview": blocks_of(body) if body else [],
        "may_answer": allowed(role_of(request), "answer_subpoena"),
        "form": form_for(request, AnswerForm, initial=initial),
    }
    return render(request, "staff/answer.html", context)


@act("web:answer", "matter_id", "paper_id")
def edit(request: HttpRequest, matter_id: UUID, paper_id: UUID) -> None:
    """Keep counsel's changes to the draft."""
    _answer(access_matter(request.user, matter_id, "see_matter"), paper_id)
    typed = filled(request, AnswerForm).cleaned_data
    answering.edit_answer(paper_id, actor=request.user, version=version_of(request), **typed)
    done(request, "The draft is kept. Nothing has been sent.")


@act("web:answer", "matter_id", "paper_id")
def send(request: HttpRequest, matter_id: UUID, paper_id: UUID) -> None:
    """Send the draft as it stands."""
    _answer(access_matter(request.user, matter_id, "see_matter"), paper_id)
    answering.send_answer(paper_id, actor=request.user, version=version_of(request))
    done(request, "The agency has the answer. It is among the letters of this matter.")


_AT = "matters/<uuid:matter_id>/answers/<uuid:paper_id>/"
urlpatterns = [
    path(_AT, answer, name="answer"),
    path(f"{_AT}edit/", edit, name="edit_answer"),
    path(f"{_AT}send/", send, name="send_answer"),
]
