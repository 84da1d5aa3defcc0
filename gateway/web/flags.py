"""Flags of the log for auditors: a list whose filter is its address, and one flag with its entry, the steps
taken and the forms of the two people who settle it. Each reading is an entry."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.web import flag_words
from gateway.web.acting import act, done, filled, form_for, page
from workflows.audit import details, flags, log, queries
from workflows.audit.canonical import parse
from workflows.audit.events import EVENTS
from workflows.audit.models import Entry, Flag
from workflows.errors import NotVisible
from workflows.flow.reviewing import close_flag, decline_disposition, propose_disposition
from workflows.policy.review import DISPOSITIONS
from workflows.policy.roles import AUDITOR

AUDITORS = frozenset({AUDITOR})
LENGTH = 50
STATES = {
    "open": "Open",
    "proposed": "Waiting for the second person",
    "closed": "Closed",
    "all": "All",
}
FIELDS = ("code", "actor", "since", "until")
WRONG = {
    "state": "There is no such state.",
    "code": "There is no such flag.",
    "actor": "A person is named by the pseudonym: five groups of letters and digits.",
    "since": "This is no date.",
    "until": "This is no date.",
}


class ProposalForm(forms.Form):
    """What becomes of the flag, and why."""

    outcome = forms.ChoiceField(
        label="What becomes of it",
        choices=list(DISPOSITIONS.items()),
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label="What you found, and from whom or what you know it",
        widget=forms.Textarea(attrs={"rows": 4}),
        min_length=10,
        max_length=2000,
        help_text="Kept encrypted beside the entry. Name nobody's origin or status.",
    )


class DeclineForm(forms.Form):
    """Why it is not to become that."""

    words = forms.CharField(
        label="Why not", widget=forms.Textarea(attrs={"rows": 3}), min_length=10, max_length=2000,
        help_text="What is to be looked at again.",
    )  # fmt: skip


def asked_for(given: Any) -> tuple[dict[str, str], Any]:
    """The filter of an address, as text and as rows. Raises BadFilter."""
    asked = {name: given.get(name, "").strip() for name in ("state", *FIELDS)}
    state = asked["state"] or "open"
    if state not in STATES:
        raise queries.BadFilter("state")
    if asked["code"] and asked["code"] not in flags.SAYS:
        raise queries.BadFilter("code")
    shared = queries.read_filter({name: asked[name] for name in ("actor", "since", "until")})
    rows = flags.select(
        state="" if state == "all" else state, code=asked["code"], actor=shared.actor, since=shared.since,
        until=shared.until,
    )  # fmt: skip
    return asked | {"state": state}, rows


def key_of(text: str) -> int | None:
    """The key from which a page goes on; None where the text is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _viewed(request: HttpRequest, **facts: Any) -> None:
    with transaction.atomic():
        log.record("audit.viewed", actor=request.user, facts=facts)  # type: ignore[arg-type]


@page(roles=AUDITORS)
def flag_list(request: HttpRequest) -> HttpResponseBase:
    """Show one page of flags, newest first; without a filter those that are open."""
    context: dict[str, Any] = {"nav": "flags", "says": flags.SAYS, "states": STATES}
    try:
        asked, rows = asked_for(request.GET)
    except queries.BadFilter as bad:
        context |= {"asked": request.GET, "wrong": bad.field, "wrong_says": WRONG[bad.field]}
        return render(request, "auditor/flags.html", context, status=422)
    before = key_of(request.GET.get("before", ""))
    found = list((rows.filter(pk__lt=before) if before is not None else rows)[: LENGTH + 1])
    context |= {
        "asked": asked,
        "flags": found[:LENGTH],
        "entries": Entry.objects.in_bulk([one.entry for one in found if one.entry is not None]),
        "older": found[LENGTH - 1].pk if len(found) > LENGTH else None,
        "began": before is not None,
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "for_me": flags.waiting_for(request.user.pseudonym),  # type: ignore[union-attr]
    }
    _viewed(request, counts={"flagged": len(found[:LENGTH])})
    return render(request, "auditor/flags.html", context)


@page(roles=AUDITORS)
def flag(request: HttpRequest, flag_id: int) -> HttpResponseBase:
    """Show one flag: what was counted, its entry, the steps with their words, and what may be done."""
    row = Flag.objects.filter(pk=flag_id).first()
    if row is None:
        raise NotVisible()
    proposal = flags.pending_proposal(row) if row.disposed_at is None else None
    mine = proposal is not None and proposal.person == request.user.pseudonym  # type: ignore[union-attr]
    facts: dict[str, Any] = parse(row.facts.encode())
    entry = None if row.entry is None else Entry.objects.filter(pk=row.entry).first()
    context = {
        "nav": "flags",
        "flag": row,
        "title": flags.SAYS.get(row.code, row.code),
        "why": flag_words.why(row.code, facts),
        "leaf": facts.get("leaf"),
        "entry": entry,
        "entry_says": None if entry is None else EVENTS.get(entry.event, entry.event),
        "day": _day_of(entry),
        "steps": [
            (step, details.typed(step.entry)) for step in row.steps.select_related("entry").order_by("id")
        ],
        "proposal": proposal,
        "mine": mine,
        "on_me": row.actor is not None and row.actor == request.user.pseudonym,  # type: ignore[union-attr]
        "torn": row.code in flags.CLOSES_GATE,
        "dispositions": DISPOSITIONS,
        "propose_form": form_for(request, ProposalForm),
        "decline_form": form_for(request, DeclineForm),
    }
    _viewed(request, refs={"flag": row.pk})
    return render(request, "auditor/flag.html", context)


def _day_of(entry: Entry | None) -> str:
    """The filter for what the person of an entry did on its day; empty where it has none."""
    if entry is None or entry.actor is None:
        return ""
    day = timezone.localdate(entry.at)
    return urlencode({"actor": entry.actor, "since": day, "until": day + dt.timedelta(days=1)})


@act("web:flag", "flag_id", roles=AUDITORS)
def propose(request: HttpRequest, flag_id: int) -> None:
    """Propose what becomes of the flag."""
    typed = filled(request, ProposalForm).cleaned_data
    propose_disposition(flag_id, typed["outcome"], typed["words"], actor=request.user)
    done(request, "Proposed. Another auditor closes the flag, or declines.")


@act("web:flag", "flag_id", roles=AUDITORS)
def decline(request: HttpRequest, flag_id: int) -> None:
    """Decline what is proposed."""
    decline_disposition(flag_id, filled(request, DeclineForm).cleaned_data["words"], actor=request.user)
    done(request, "Declined. The flag waits for another proposal.")


@act("web:flag", "flag_id", roles=AUDITORS)
def close(request: HttpRequest, flag_id: int) -> None:
    """Close the flag as proposed."""
    close_flag(flag_id, actor=request.user)
    done(request, "The flag is closed. It stays in the list of closed ones.")


urlpatterns = [
    path("log/flags/", flag_list, name="flags"),
    path("log/flags/<int:flag_id>/", flag, name="flag"),
    path("log/flags/<int:flag_id>/propose/", propose, name="propose_disposition"),
    path("log/flags/<int:flag_id>/decline/", decline, name="decline_disposition"),
    path("log/flags/<int:flag_id>/close/", close, name="close_flag"),
]
