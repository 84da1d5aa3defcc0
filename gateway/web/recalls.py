"""Recall of what has left: one button that kills every link, who has which bytes, what the agency says."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.web.acting import act, done, filled, form_for, page, role_of
from gateway.web.agency_page import spoken, words_of
from gateway.web.forms import sentences_of
from gateway.web.matter import frame
from workflows.errors import NotVisible
from workflows.flow import recalling
from workflows.flow.advance import advance
from workflows.flow.facts import SUPPLEMENT_TASK
from workflows.flow.moves import moves_from
from workflows.holding.models import Recall
from workflows.holding.states import REPLIES
from workflows.lawbook import in_force
from workflows.matters.access import access_matter
from workflows.policy.roles import AGENCY, allowed
from workflows.releases.models import Release

REPLY_WORDS = {
    "destroyed": "All copies were destroyed",
    "returned": "All copies were returned",
    "kept": "A law makes us keep a copy",
}


class RecallForm(forms.Form):
    """Why a release is called back."""

    reason = forms.ChoiceField(
        label="Why", choices=sentences_of("recall"),
        help_text="The agency's letter says exactly this.",
    )  # fmt: skip
    note = forms.CharField(
        label="What went wrong, for the log", min_length=10, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip


class SupplementForm(forms.Form):
    """Why a further release is needed."""

    reason = forms.CharField(
        label="Why", min_length=10, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReplyForm(forms.Form):
    """What the agency did with the package."""

    outcome = forms.ChoiceField(
        choices=[(one, REPLY_WORDS[one]) for one in REPLIES], widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, words: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["outcome"].label = words["recall_field"]
        self.fields["outcome"].choices = [  # type: ignore[attr-defined]
            (one, words[f"recall.{one}"]) for one in REPLIES
        ]


@page()
def recalls(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show each release: who took which bytes when, and whether it was called back, answered, replaced."""
    context = frame(request, matter_id, "recalls")
    matter, role = context["matter"], role_of(request)
    releases = matter.releases.select_related("package__seal", "recall__reply", "recall__by").order_by("-at")
    possible = {move.name for move in moves_from(matter.state)}
    asked = matter.tasks.filter(kind=SUPPLEMENT_TASK, done_at__isnull=True).exists()
    context |= {
        "releases": [_shown(release) for release in releases],
        "may_recall": allowed(role, "recall") and releases.filter(recall__isnull=True).exists(),
        "form": form_for(request, RecallForm),
        "asked": asked,
        "may_ask": allowed(role, "ask_supplement") and "supplement" in possible and not asked,
        "may_supplement": allowed(role, "supplement") and "supplement" in possible and asked,
        "may_reopen": allowed(role, "reopen") and "reopen" in possible,
        "ask_form": form_for(request, SupplementForm, prefix="more"),
        "again_form": form_for(request, SupplementForm, prefix="again"),
    }
    return render(request, "staff/recalls.html", context)


def _shown(release: Release) -> dict[str, Any]:
    called = getattr(release, "recall", None)
    reply = getattr(called, "reply", None)
    return {
        "release": release,
        "recall": called,
        "reason": in_force(called.at).words("recall")[called.reason] if called else "",
        "reply": reply,
        "reply_words": REPLY_WORDS[reply.outcome] if reply else "",
        "taken": recalling.impact(release),
    }


@act("web:recalls", "matter_id")
def call_back(request: HttpRequest, matter_id: UUID) -> None:
    """Kill every link and call the releases back."""
    typed = filled(request, RecallForm).cleaned_data
    recalling.recall(matter_id, typed["reason"], actor=request.user, note=typed["note"])
    done(request, "Every link is dead, the agency has a letter, and the matter is blocked.")


@act("web:recalls", "matter_id")
def more(request: HttpRequest, matter_id: UUID) -> None:
    """An officer asks for a further release under the same paper."""
    reason = filled(request, SupplementForm, prefix="more").cleaned_data["reason"]
    recalling.ask_supplement(matter_id, actor=request.user, reason=reason)
    done(request, "Asked. Counsel has a task for it.")


@act("web:recalls", "matter_id")
def again(request: HttpRequest, matter_id: UUID, move: str) -> None:
    """Counsel agrees to a further release, or an officer takes a closed matter up again."""
    if move not in ("supplement", "reopen"):
        raise NotVisible()
    reason = filled(request, SupplementForm, prefix="again").cleaned_data["reason"]
    advance(matter_id, move, actor=request.user, reason=reason)
    done(request, "The matter is open again. No earlier approval counts, and its papers are verified anew.")


@spoken
@act("web:agency_request", "matter_id", roles={AGENCY})
def reply(request: HttpRequest, matter_id: UUID, recall_id: UUID) -> None:
    """The agency answers a recall."""
    words = words_of(request)
    matter = access_matter(request.user, matter_id, "see_matter")
    if not matter.recalls.filter(pk=recall_id).exists():
        raise NotVisible()
    outcome = filled(request, ReplyForm, prefix=f"r{recall_id}", words=words).cleaned_data["outcome"]
    recalling.answer_recall(recall_id, outcome, actor=request.user)
    done(request, words["recall_done"])


def recalls_for_agency(request: HttpRequest, rows: Any, words: dict[str, str]) -> list[dict[str, Any]]:
    """Recalls as the agency sees them, each with the form that answers it."""
    return [
        _for_agency(request, row, words) for row in rows.select_related("release__package__seal", "reply")
    ]


def _for_agency(request: HttpRequest, row: Recall, words: dict[str, str]) -> dict[str, Any]:
    said = getattr(row, "reply", None)
    return {
        "row": row,
        "reply": said,
        "reply_words": words[f"recall.{said.outcome}"] if said else "",
        "form": form_for(request, ReplyForm, prefix=f"r{row.pk}", words=words),
    }


_AT = "matters/<uuid:matter_id>/recalls/"
urlpatterns = [
    path(_AT, recalls, name="recalls"),
    path(f"{_AT}call-back/", call_back, name="recall"),
    path(f"{_AT}more/", more, name="ask_supplement"),
    path(f"{_AT}again/<slug:move>/", again, name="begin_again"),
    path("agency/<uuid:matter_id>/recalls/<uuid:recall_id>/", reply, name="answer_recall"),
]
