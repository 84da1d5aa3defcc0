"""Forms of the pages. They read what was typed; whether it may happen is for `workflows` to say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.utils import timezone

from gateway.web import wording
from workflows.flow.opening import Subject, Submission
from workflows.instruments.models import CourtContact
from workflows.lawbook import in_force
from workflows.matters.models import Agency
from workflows.policy.codes import CHANNELS, REQUESTER_CLASSES


def choices_of(codes: Any) -> list[tuple[str, str]]:
    """Codes with their words."""
    return [(code, wording.WORDS.get(code, code)) for code in codes]


def sentences_of(listed: str) -> Callable[[], list[tuple[str, str]]]:
    """Codes of a closed list with their sentences, by the policy in force when the form is shown."""
    return lambda: list(in_force(timezone.now()).words(listed).items())


class DayField(forms.DateField):
    """A calendar day, picked or typed."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class NewRequest(forms.Form):
    """A request that came by letter, phone, mail or visit."""

    agency = forms.ModelChoiceField(
        Agency.objects.order_by("name"), label="Agency that asks", empty_label="Choose the agency"
    )
    channel = forms.ChoiceField(
        label="How it arrived",
        choices=[(code, words) for code, words in choices_of(CHANNELS) if code not in ("api", "portal")],
    )
    received_at = forms.DateTimeField(
        label="When it arrived",
        help_text="The true moment, not that of typing. City time.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    requester_class = forms.ChoiceField(
        label="What the agency enforces",
        help_text="By the authority it cites, not by its letterhead.",
        choices=choices_of(REQUESTER_CLASSES),
        initial="unknown",
    )
    description = forms.CharField(
        label="What is asked for",
        help_text="In the agency's words. Do not add what you know about anybody's status.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    authority = forms.CharField(
        label="Authority cited",
        required=False,
        max_length=2000,
        help_text="Statute, order or form number as printed.",
    )
    subject_name = forms.CharField(label="Person named", required=False, max_length=160)
    subject_birth_date = DayField(label="Born", required=False)
    return_on = DayField(label="Court date", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["received_at"].initial = timezone.localtime().replace(second=0, microsecond=0)

    def submission(self) -> Submission:
        """What was typed, as the flow takes it."""
        typed = self.cleaned_data
        name, born = typed["subject_name"].strip(), typed["subject_birth_date"]
        return Submission(
            description=typed["description"],
            authority=typed["authority"],
            subjects=(Subject(name, born),) if name else (),
            requester_class=typed["requester_class"],
            channel=typed["channel"],
            received_at=typed["received_at"].astimezone(dt.UTC),
            return_on=typed["return_on"],
        )


class MissingForm(forms.Form):
    """What a paper lacks, from the closed list; the letter says it in these sentences."""

    missing = forms.MultipleChoiceField(
        label="What is missing",
        choices=sentences_of("missing"),
        widget=forms.CheckboxSelectMultiple,
        help_text="Ticked is what has failed so far, at the checks of the newest paper or for want of one.",
    )


class RefusalForm(MissingForm):
    """Counsel's refusal: sentences of the closed list for the letter, a reason for the log."""

    reason = forms.CharField(
        label="Reason, for the log", widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )


class CallBackForm(forms.Form):
    """The call to the court: a number of the city's directory, whom, and what they said."""

    contact = forms.ModelChoiceField(
        CourtContact.objects.order_by("court", "office"),
        label="Number called, from the city's directory",
        empty_label="Choose the clerk",
        help_text="Never the number on the paper.",
    )
    spoke_with = forms.CharField(label="Spoke with", max_length=120)
    outcome = forms.ChoiceField(
        label="The court said",
        choices=[
            ("passed", "It is theirs and in force"),
            ("failed", "It is not theirs, or not in force"),
            ("cannot_tell", "They cannot tell"),
        ],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label="Note", required=False, max_length=400)
