"""An agency asks for records and files papers here, as its client program does through the API."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse

from gateway.web.acting import act, done, filled, form_for, keep, page, shown
from gateway.web.agency_look import look, shown_look
from gateway.web.agency_page import language_of, show, spoken, words_of
from gateway.web.agency_words import REFUSALS_ES
from gateway.web.forms import DayField
from gateway.web.uploads import on_disk
from workflows.errors import Refused
from workflows.flow.advance import advance
from workflows.flow.moves import moves_from
from workflows.flow.opening import MAX_TEXT, Subject, Submission, open_matter
from workflows.flow.papers import file_paper
from workflows.matters.access import access_matter
from workflows.matters.models import Matter
from workflows.policy.roles import AGENCY

MOST_BYTES = 250 * 1024 * 1024
SENT = "agency_sent"  # forms of this session that were sent: a form sent twice opens one matter
MOST_SENT = 20


class _Worded(forms.Form):
    """A form whose labels come from the words of the page, by the names of its fields."""

    own = ""  # before the name of a field in the words

    def __init__(self, *args: Any, words: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.words = words
        for name, field in self.fields.items():
            field.label = words.get(f"{self.own}{name}", field.label or "")
            field.help_text = words.get(f"{self.own}{name}_hint", "")


class PaperForm(_Worded):
    """One paper."""

    paper = forms.FileField()

    def clean_paper(self) -> Any:
        """The upload. Raises ValidationError where it is larger than the API takes."""
        return _bounded(self.cleaned_data["paper"], self.words)


class RequestForm(_Worded):
    """What is asked for, and perhaps the paper that compels it."""

    description = forms.CharField(max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 4}))
    authority = forms.CharField(required=False, max_length=2000)
    subjects = forms.CharField(
        required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"})
    )
    return_on = DayField(required=False)
    paper = forms.FileField(required=False)

    def clean_paper(self) -> Any:
        """The upload, if there is one."""
        return _bounded(self.cleaned_data["paper"], self.words)

    def clean_subjects(self) -> tuple[Subject, ...]:
        """One person for each line that is not empty. Raises ValidationError naming the line."""
        found = []
        for number, line in enumerate(self.cleaned_data["subjects"].splitlines(), 1):
            name, _, born = (part.strip() for part in line.partition(";"))
            if not name and not born:
                continue
            try:
                found.append(Subject(name, dt.date.fromisoformat(born) if born else None))
            except ValueError:
                raise forms.ValidationError(self.words["subject_wrong"].format(n=number)) from None
            if not name:
                raise forms.ValidationError(self.words["subject_wrong"].format(n=number))
        return tuple(found)

    def submission(self) -> Submission:
        """What was typed, as the flow takes it."""
        typed = self.cleaned_data
        return Submission(
            description=typed["description"],
            authority=typed["authority"],
            subjects=typed["subjects"],
            channel="portal",
            return_on=typed["return_on"],
        )


class WithdrawForm(_Worded):
    """Why the agency takes its request back."""

    reason = forms.CharField(max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


def _bounded(upload: Any, words: dict[str, str]) -> Any:
    if upload and upload.size > MOST_BYTES:
        raise forms.ValidationError(words["too_large"])
    return upload


@spoken
@page(roles={AGENCY})
def new(request: HttpRequest) -> HttpResponseBase:
    """Show the form, and what a paper was found to be if one was just checked."""
    form = form_for(request, RequestForm, words=words_of(request))
    context = {"nav": "agency_new", "form": form, "once": uuid.uuid4(), "look": shown_look(request)}
    return show(request, "agency/new.html", context)


@spoken
@act("web:agency_new", roles={AGENCY})
def check_new(request: HttpRequest) -> HttpResponseBase:
    """Say what the paper is; what was typed beside it stays in the form, and nothing is stored."""
    typed = {
        name: request.POST.get(name, "") for name in ("description", "authority", "subjects", "return_on")
    }
    keep(request)[RequestForm, None] = RequestForm(initial=typed, words=words_of(request))
    names = [line.partition(";")[0].strip() for line in typed["subjects"].splitlines()]
    look(request, request.FILES.get("paper"), [name for name in names if name])
    return shown(request, reverse("web:agency_new"))


@spoken
@act("web:agency_new", roles={AGENCY})
def send(request: HttpRequest) -> HttpResponseBase:
    """Open the matter, file its paper, and go to its page."""
    words, once = words_of(request), request.POST.get("once", "")[:36]
    sent = dict(request.session.get(SENT, {}))
    if once and once in sent:
        messages.info(request, words["sent_before"])
        answer = redirect("web:agency_request", sent[once])
        answer.headers["Idempotent-Replay"] = "true"  # the first answer again, as in the API
        return answer
    form = filled(request, RequestForm, words=words)
    matter = open_matter(form.submission(), actor=request.user)
    if once:
        request.session[SENT] = dict([*sent.items(), (once, str(matter.pk))][-MOST_SENT:])
    done(request, words["sent"])
    if form.cleaned_data["paper"]:
        try:
            _file(request, matter.pk, form.cleaned_data["paper"])
        except Refused as refusal:  # the request stands; its paper can be filed on its page
            why = REFUSALS_ES.get(refusal.code, "") if language_of(request) == "es" else ""
            messages.warning(request, words["paper_refused"].format(why=why or refusal.sentence))
    return redirect("web:agency_request", matter.pk)


@spoken
@act("web:agency_request", "matter_id", roles={AGENCY})
def check_paper(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Say what a paper for this request is, held against the people whom the request names."""
    matter = access_matter(request.user, matter_id, "file_paper")
    look(request, request.FILES.get("paper"), list(matter.parties.values_list("name", flat=True)))
    return shown(request, reverse("web:agency_request", args=[matter_id]))


@spoken
@act("web:agency_request", "matter_id", roles={AGENCY})
def file(request: HttpRequest, matter_id: UUID) -> None:
    """File a paper under this request."""
    form = filled(request, PaperForm, words=words_of(request))
    _file(request, matter_id, form.cleaned_data["paper"])
    done(request, words_of(request)["sent_paper"])


def _file(request: HttpRequest, matter_id: UUID, upload: Any) -> None:
    with on_disk(upload) as place:
        file_paper(
            matter_id, place, actor=request.user, media_type="application/octet-stream", channel="portal"
        )


def withdrawable(matter: Matter) -> bool:
    """True while the request can be taken back."""
    return any(move.name == "withdraw" for move in moves_from(matter.state))


@spoken
@act("web:agency_request", "matter_id", roles={AGENCY})
def withdraw(request: HttpRequest, matter_id: UUID) -> None:
    """Take the request back."""
    form = filled(request, WithdrawForm, prefix="withdraw", words=words_of(request))
    advance(matter_id, "withdraw", actor=request.user, reason=form.cleaned_data["reason"])
    done(request, words_of(request)["withdraw_done"])


_AT = "agency/<uuid:matter_id>/"
urlpatterns = [
    path("agency/new/", new, name="agency_new"),
    path("agency/new/check/", check_new, name="agency_check"),
    path("agency/new/send/", send, name="agency_send"),
    path(f"{_AT}papers/check/", check_paper, name="agency_check_paper"),
    path(f"{_AT}papers/", file, name="agency_file"),
    path(f"{_AT}withdraw/", withdraw, name="agency_withdraw"),
]
