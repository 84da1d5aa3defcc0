"""Telling the people concerned: the notices of one matter, of all one's matters, and who helps."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone

from gateway.web.acting import act, done, filled, form_for, page, role_of
from gateway.web.matter import frame
from workflows import vault
from workflows.clocks.models import Clock
from workflows.errors import Invalid, NotVisible
from workflows.flow import notice_times, notifying
from workflows.flow.person_letters import ENVELOPE
from workflows.instruments.secrecy import is_notice_forbidden
from workflows.matters.access import visible_matters
from workflows.notices import machine, referrals
from workflows.notices.models import Notice, ToldAfter
from workflows.notices.referrals import Referral
from workflows.policy.roles import ADMINISTRATOR, COUNSEL, OFFICER, allowed

STATE_WORDS = {
    machine.DUE: "Due",
    machine.DRAFTED: "Letter written",
    machine.SENT: "Sent",
    machine.HELD: "Held",
    machine.RETURNED: "Came back",
    machine.NOT_REQUIRED: "Not required",
}
LOOKS = {machine.SENT: "chip-good", machine.HELD: "chip-warn", machine.RETURNED: "chip-blocked"}
REASON_WORDS = {
    "told_already": "They have been told already",
    "cannot_reach": "Nobody knows how to reach them",
    "has_died": "They have died",
    "asked_not_to": "They have asked not to be written to",
    "law_forbids": "A law forbids telling them",
    "nothing_left": "Nothing left the city",
    "nondisclosure_order": "A court's order forbids telling them",
    "sealed": "The matter is sealed",
    "woken": "What forbade it has ended",
    "left": "Records have left: they are told which",
    "recalled": "What had left was called back: they are told that",
    "taken_back": "An earlier step was taken back",
}
CHANNEL_WORDS = {
    "post": "By post, in a sealed envelope",
    "hand": "Into their own hands",
    "lawyer": "Through their lawyer",
}
LANGUAGE_WORDS = {"en": "English", "es": "Spanish"}


class DraftForm(forms.Form):
    """Where the letter goes, and in which language."""

    language = forms.ChoiceField(
        label="Language of record", choices=list(LANGUAGE_WORDS.items()), widget=forms.RadioSelect
    )
    channel = forms.ChoiceField(
        label="Way of sending", choices=list(CHANNEL_WORDS.items()), widget=forms.RadioSelect
    )
    address = forms.CharField(
        label="Where it goes",
        max_length=notifying.MOST_ADDRESS,
        help_text="Kept encrypted. No telephone message, no postcard, nobody else in the house.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WhyForm(forms.Form):
    """A few words for the log."""

    words = forms.CharField(
        label="Why", min_length=10, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ExcuseForm(WhyForm):
    """Why somebody need not be told."""

    reason = forms.ChoiceField(
        label="Reason",
        choices=[(one, REASON_WORDS[one]) for one in notifying.CHOSEN_REASONS],
        widget=forms.RadioSelect,
    )
    field_order = ["reason", "words"]


@page()
def notices(request: HttpRequest, matter_id: UUID) -> HttpResponseBase:
    """Show who is to be told, where that stands, and what can be done next."""
    context = frame(request, matter_id, "notices")
    matter, now = context["matter"], timezone.now()
    may_notify = allowed(role_of(request), "notify")
    clocks = {
        clock.about: clock
        for clock in Clock.objects.filter(
            matter=matter, kind__in=(notice_times.BEFORE, notice_times.AFTER), stopped_at__isnull=True
        )
    }
    context |= {
        "may_notify": may_notify,
        "may_excuse": allowed(role_of(request), "excuse_notice"),
        "forbidden": REASON_WORDS.get(is_notice_forbidden(matter, now) or "", ""),
        "told_after": ToldAfter.objects.filter(matter=matter).select_related("by").first(),
        "no_time": notice_times.no_time(matter, now),
        "last_day": notice_times.last_day(matter),
        "released": matter.releases.exists(),
        "no_help": not referrals.current(),
        "after_form": form_for(request, WhyForm, prefix="after"),
        "notices": [
            {**_shown(notice, may_notify), "clock": clocks.get(str(notice.pk)),
             "draft_form": form_for(request, DraftForm, prefix=f"d{notice.pk.hex}"),
             "excuse_form": form_for(request, ExcuseForm, prefix=f"x{notice.pk.hex}"),
             "back_form": form_for(request, WhyForm, prefix=f"b{notice.pk.hex}")}
            for notice in matter.notices.all()
        ],
    }  # fmt: skip
    return render(request, "staff/notices.html", context)


def _shown(notice: Notice, may_read: bool) -> dict[str, Any]:
    steps = list(notice.steps.select_related("by", "letter", "address"))
    latest = steps[-1]
    return {
        "notice": notice,
        "state": latest.state,
        "words": STATE_WORDS[latest.state],
        "look": LOOKS.get(latest.state, ""),
        "reason": REASON_WORDS.get(latest.reason, ""),
        "letter": latest.letter,
        "envelope": ENVELOPE.get(latest.language, ""),
        "channel": CHANNEL_WORDS.get(latest.channel, ""),
        "language": LANGUAGE_WORDS.get(latest.language, ""),
        "address": vault.open(latest.address).decode() if latest.address and may_read else "",
        "steps": [(step, STATE_WORDS[step.state], REASON_WORDS.get(step.reason, "")) for step in steps],
        "can": {
            "draft": machine.may_step(latest.state, machine.DRAFTED),
            "send": machine.may_step(latest.state, machine.SENT),
            "return": machine.may_step(latest.state, machine.RETURNED),
            "excuse": machine.may_step(latest.state, machine.NOT_REQUIRED),
            "take_back": latest.state in machine.TAKEN_BACK and latest.reason != machine.NOTHING_LEFT,
        },
    }


def _own(matter_id: UUID, notice_id: UUID) -> None:
    if not Notice.objects.filter(pk=notice_id, matter_id=matter_id).exists():
        raise NotVisible()


@act("web:notices", "matter_id")
def draft(request: HttpRequest, matter_id: UUID, notice_id: UUID) -> None:
    """Write the letter."""
    _own(matter_id, notice_id)
    typed = filled(request, DraftForm, prefix=f"d{notice_id.hex}").cleaned_data
    notifying.draft_notice(notice_id, actor=request.user, **typed)
    done(request, "The letter is written. Print it, send it, and then say here that it was sent.")


@act("web:notices", "matter_id")
def sent(request: HttpRequest, matter_id: UUID, notice_id: UUID) -> None:
    """Say that the letter has left."""
    _own(matter_id, notice_id)
    notifying.mark_sent(notice_id, actor=request.user)
    done(request, "Recorded as sent. If that was wrong, take it back here: both stay on file.")


@act("web:notices", "matter_id")
def returned(request: HttpRequest, matter_id: UUID, notice_id: UUID) -> None:
    """Say that the letter came back."""
    _own(matter_id, notice_id)
    notifying.mark_returned(notice_id, actor=request.user)
    done(request, "Recorded. The person has not been told: find another way and write the letter again.")


@act("web:notices", "matter_id")
def take_back(request: HttpRequest, matter_id: UUID, notice_id: UUID) -> None:
    """Take a wrong step back."""
    _own(matter_id, notice_id)
    typed = filled(request, WhyForm, prefix=f"b{notice_id.hex}").cleaned_data
    notifying.take_back(notice_id, actor=request.user, words=typed["words"])
    done(request, "Taken back. The wrong step stays on file beside this one.")


@act("web:notices", "matter_id")
def excuse(request: HttpRequest, matter_id: UUID, notice_id: UUID) -> None:
    """Record that the person need not be told."""
    _own(matter_id, notice_id)
    typed = filled(request, ExcuseForm, prefix=f"x{notice_id.hex}").cleaned_data
    notifying.excuse_notice(notice_id, typed["reason"], actor=request.user, words=typed["words"])
    done(request, "Recorded: this person need not be told.")


@act("web:notices", "matter_id")
def tell_after(request: HttpRequest, matter_id: UUID) -> None:
    """Record that the paper leaves no time."""
    typed = filled(request, WhyForm, prefix="after").cleaned_data
    notifying.tell_after(matter_id, actor=request.user, words=typed["words"])
    done(request, "Recorded: the release need not wait, and the people concerned are told after it.")


@page(roles={OFFICER, COUNSEL})
def board(request: HttpRequest) -> HttpResponseBase:
    """Show the notices of every matter that this person has: what is due first."""
    rows = Notice.objects.filter(matter__in=visible_matters(request.user)).select_related("matter")
    rows = rows.prefetch_related("steps")
    ends = {
        clock.about: clock
        for clock in Clock.objects.filter(
            kind__in=(notice_times.BEFORE, notice_times.AFTER), stopped_at__isnull=True,
            about__in=[str(notice.pk) for notice in rows],
        )
    }  # fmt: skip
    stands = [(notice, list(notice.steps.all())[-1]) for notice in rows]  # fetched with the notices
    shown = [
        {"notice": notice, "state": latest.state, "clock": ends.get(str(notice.pk)), "latest": latest}
        for notice, latest in stands
    ]
    groups = [
        ("To do", (machine.DUE, machine.DRAFTED, machine.RETURNED)),
        ("Held", (machine.HELD,)),
        ("Sent", (machine.SENT,)),
        ("Not required", (machine.NOT_REQUIRED,)),
    ]
    context = {
        "nav": "notices",
        "words": STATE_WORDS,
        "groups": [(title, [one for one in shown if one["state"] in states]) for title, states in groups],
        "any": bool(shown),
    }
    return render(request, "staff/notice_board.html", context)


class ReferralForm(forms.Form):
    """One row of the list of those who help."""

    name = forms.CharField(label="Name", max_length=referrals.LONGEST)
    does_en = forms.CharField(label="What they do, in English", max_length=referrals.LONGEST)
    does_es = forms.CharField(label="What they do, in Spanish", max_length=referrals.LONGEST)
    phone = forms.CharField(label="Telephone", max_length=40, required=False)
    place = forms.CharField(label="Place", max_length=referrals.LONGEST, required=False)


@page(roles={COUNSEL, ADMINISTRATOR})
def helpers(request: HttpRequest) -> HttpResponseBase:
    """Show the list that letters and the public page print."""
    context = {"nav": "helpers", "rows": referrals.current(), "form": form_for(request, ReferralForm)}
    return render(request, "staff/referrals.html", context)


@act("web:helpers", roles={COUNSEL, ADMINISTRATOR})
def add_helper(request: HttpRequest) -> None:
    """The list has one row more."""
    typed = filled(request, ReferralForm).cleaned_data
    notifying.keep_referrals([*referrals.current(), Referral(**typed)], actor=request.user)
    done(request, "Added. Letters written from now on, and the public page, name them.")


@act("web:helpers", roles={COUNSEL, ADMINISTRATOR})
def drop_helper(request: HttpRequest, place: int) -> None:
    """The list has one row less. The name goes with the form, so that a list that has changed is not cut."""
    rows = referrals.current()
    if place >= len(rows) or rows[place].name != request.POST.get("name"):
        raise Invalid("The list has changed since you opened the page. Please look again.", code="stale")
    notifying.keep_referrals(rows[:place] + rows[place + 1 :], actor=request.user)
    done(request, "Taken off the list.")


_AT = "matters/<uuid:matter_id>/notices/"
urlpatterns = [
    path(_AT, notices, name="notices"),
    path(f"{_AT}after/", tell_after, name="tell_after"),
    path(f"{_AT}<uuid:notice_id>/draft/", draft, name="notice_draft"),
    path(f"{_AT}<uuid:notice_id>/sent/", sent, name="notice_sent"),
    path(f"{_AT}<uuid:notice_id>/returned/", returned, name="notice_returned"),
    path(f"{_AT}<uuid:notice_id>/take-back/", take_back, name="notice_take_back"),
    path(f"{_AT}<uuid:notice_id>/excuse/", excuse, name="notice_excuse"),
    path("notices/", board, name="notice_board"),
    path("who-helps/", helpers, name="helpers"),
    path("who-helps/add/", add_helper, name="helper_add"),
    path("who-helps/<int:place>/drop/", drop_helper, name="helper_drop"),
]
