"""The page of one matter: where it stands, the next act, what has happened; and its plain moves."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.accounts.models import Person
from gateway.web.acting import act, done, filled, form_for, page, role_of, stepped_up, version_of
from gateway.web.forms import MissingForm, RefusalForm
from gateway.web.nextact import next_act
from gateway.web.sent_back import sent_back
from gateway.web.wording import WORDS
from workflows.audit import queries as log
from workflows.errors import NotVisible
from workflows.flow import papers as paper_acts
from workflows.flow.advance import advance
from workflows.flow.moves import MOVES, moves_from
from workflows.flow.viewing import view_matter
from workflows.instruments.queries import missing_elements
from workflows.jobs.models import OPEN_STATES, Job
from workflows.matters.access import access_matter, is_sealed
from workflows.matters.models import Matter
from workflows.policy.codes import BLOCK_KINDS
from workflows.policy.roles import allowed

# Moves that are a press of a button here; the others have pages of their own.
PLAIN_MOVES = {
    "certify_none": "Counsel looks at the attestations and sends the certificate of search.",
    "confirm_none": "The certificate of search is among the letters, and the matter is closed.",
    "finish_search": "The search is finished. The page review begins.",
    "freeze": "The manifest is frozen. Redaction has begun; you may leave this page.",
    "withdraw": "The request is withdrawn.",
    "close": "The matter is closed.",
    "rescope": "The scope is open again. Nothing goes on until it is set anew.",
    "preserve": "Everything of this matter is kept, and nothing is disclosed.",
}
TIMELINE_ROWS = 60
_SHOWN_ACTIONS = (
    "assign", "file_paper", "ask_paper", "set_scope", "search", "take_in", "block", "lift_block", "refuse",
    "withdraw", "see_pages", "release",
)  # fmt: skip


def frame(request: HttpRequest, matter_id: UUID | str, tab: str, **more: Any) -> dict[str, Any]:
    """What every tab of a matter shows. Raises NotVisible."""
    matter = access_matter(request.user, matter_id, "see_matter")
    return {
        "matter": matter,
        "tab": tab,
        "nav": "queue",
        "next": next_act(matter, request.user),
        "sealed": is_sealed(matter, timezone.now()),
        "blocks": list(matter.blocks.filter(lifted_at__isnull=True)),
        "tasks": list(matter.tasks.filter(done_at__isnull=True).select_related("clock").order_by("due_on")),
        "counts": {
            "dates": matter.clocks.filter(stopped_at__isnull=True).count(),
            "papers": matter.instruments.count(),
            "searches": matter.searches.count(),
            "records": matter.records.count(),
            "letters": matter.letters.count(),
            "challenges": matter.challenges.exclude(state="closed").count(),
            "notices": matter.notices.count(),
            "holds": matter.holds.filter(lifted_at__isnull=True).count(),
        },
        "may": {action: allowed(role_of(request), action) for action in _SHOWN_ACTIONS},
        **more,
    }


def running(matter: Matter) -> list[Job]:
    """Work about this matter that is not over."""
    return list(Job.objects.filter(lane=str(matter.pk), state__in=OPEN_STATES).order_by("pk"))


class BlockForm(forms.Form):
    """Why the matter must stop."""

    kind = forms.ChoiceField(label="Reason", choices=[(kind, kind) for kind in BLOCK_KINDS])

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["kind"].choices = [(kind, WORDS[kind]) for kind in BLOCK_KINDS]  # type: ignore[attr-defined]


class LiftForm(forms.Form):
    """Counsel's reason for lifting a block."""

    reason = forms.CharField(
        label="Reason for lifting it", max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


@page()
def overview(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show the matter: request, people, blocks, timeline."""
    view_matter(matter_id, actor=request.user)
    context = frame(request, matter_id, "overview")
    matter: Matter = context["matter"]
    possible = {move.name for move in moves_from(matter.state)}
    failed = {"missing": missing_elements(matter, timezone.localdate())}
    context |= {
        "asked": matter.requests.order_by("-version").first(),
        "parties": list(matter.parties.all()),
        "sent_back": sent_back(matter),
        "can": {
            name: name in possible and allowed(role_of(request), MOVES[name].action)
            for name in ("ask_paper", "preserve", "rescope", "refuse", "withdraw")
        },
        "emergency": "see" if matter.exigent_claims.exists() else "claim" * ("claim_exigent" in possible),
        "missing_form": form_for(request, MissingForm, prefix="ask", initial=failed),
        "refusal_form": form_for(request, RefusalForm, prefix="refuse", initial=failed),
        "block_form": form_for(request, BlockForm, prefix="block"),
        "lift_form": form_for(request, LiftForm, prefix="lift"),
        "jobs": running(matter),
        **timeline_of(request, matter),
    }
    return render(request, "staff/overview.html", context)


@dataclass
class Happening:
    """One entry of the timeline, or several alike in a row; `at` is the time of the newest.

    `to` is the state that a move led to. An act that is also a move wrote two entries of one event.
    """

    at: dt.datetime
    says: str
    name: str
    role: str
    outcome: str
    to: str = ""
    times: int = 1

    def takes_up(self, other: Happening) -> bool:
        """Count an older entry in when it says the same; True when it did."""
        same = (self.says, self.name, self.role, self.outcome) == (
            other.says, other.name, other.role, other.outcome,
        )  # fmt: skip
        if not same or other.to:
            return False
        self.times += 0 if self.to else 1
        return True


def timeline_of(request: HttpRequest, matter: Matter) -> dict[str, Any]:
    """Entries of the matter from new to old, with the names of those who acted; alike ones together."""
    before = request.GET.get("before", "")
    found = log.page(
        log.Filter(matter=matter.pk),
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
        length=TIMELINE_ROWS,
    )
    actors = {line.entry.actor for line in found.lines if line.entry.actor}
    names: dict[Any, str] = dict(Person.objects.filter(pseudonym__in=actors).values_list("pseudonym", "name"))
    happenings: list[Happening] = []
    for line in found.lines:
        entry = line.entry
        one = Happening(
            entry.at,
            line.says,
            names.get(entry.actor, ""),
            entry.role,
            entry.outcome,
            line.body.get("to") or "",
        )
        if not happenings or not happenings[-1].takes_up(one):
            happenings.append(one)
    return {"happenings": happenings, "older": found.older}


@act("web:matter", "matter_id")
def move(request: HttpRequest, matter_id: UUID, name: str) -> None:
    """Take one of the plain moves."""
    if name not in PLAIN_MOVES:
        raise NotVisible()
    advance(
        matter_id, name, actor=request.user, stepped_up_at=stepped_up(request), version=version_of(request)
    )
    done(request, PLAIN_MOVES[name])


@act("web:matter", "matter_id")
def ask_paper(request: HttpRequest, matter_id: UUID) -> None:
    """Tell the agency in a letter which paper is missing."""
    form = filled(request, MissingForm, prefix="ask")
    missing = form.cleaned_data["missing"]
    advance(matter_id, "ask_paper", actor=request.user, version=version_of(request), missing=missing)
    done(request, "The agency has a letter that says what is missing.")


@act("web:matter", "matter_id")
def refuse(request: HttpRequest, matter_id: UUID) -> None:
    """Refuse the request with sentences of the closed list."""
    form = filled(request, RefusalForm, prefix="refuse")
    advance(
        matter_id,
        "refuse",
        actor=request.user,
        stepped_up_at=stepped_up(request),
        version=version_of(request),
        missing=form.cleaned_data["missing"],
        reason=form.cleaned_data["reason"],
    )
    done(request, "The request is refused, and the agency has the letter.")


@act("web:matter", "matter_id")
def block(request: HttpRequest, matter_id: UUID) -> None:
    """Stop approval, building and bytes of this matter."""
    form = filled(request, BlockForm, prefix="block")
    paper_acts.open_block(matter_id, form.cleaned_data["kind"], actor=request.user)
    done(
        request,
        "The matter is blocked. Nothing of it can be approved or released until counsel lifts the block.",
    )


@act("web:matter", "matter_id")
def lift(request: HttpRequest, matter_id: UUID, block_id: int) -> None:
    """Lift a block."""
    matter = access_matter(request.user, matter_id, "see_matter")
    if not matter.blocks.filter(pk=block_id).exists():
        raise NotVisible()
    form = filled(request, LiftForm, prefix="lift")
    reason = form.cleaned_data["reason"]
    paper_acts.lift_block(block_id, actor=request.user, reason=reason, stepped_up_at=stepped_up(request))
    done(request, "The block is lifted.")


urlpatterns = [
    path("matters/<uuid:matter_id>/", overview, name="matter"),
    path("matters/<uuid:matter_id>/moves/<slug:name>/", move, name="move"),
    path("matters/<uuid:matter_id>/ask-paper/", ask_paper, name="ask_paper"),
    path("matters/<uuid:matter_id>/refuse/", refuse, name="refuse"),
    path("matters/<uuid:matter_id>/block/", block, name="block"),
    path("matters/<uuid:matter_id>/blocks/<int:block_id>/lift/", lift, name="lift"),
]
