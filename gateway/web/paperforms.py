"""Forms of the paper desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from gateway.web import wording
from gateway.web.forms import DayField, choices_of
from gateway.web.reading import Reading
from workflows.flow.papers import ConfirmedFields
from workflows.instruments.models import Instrument
from workflows.instruments.states import ENDS
from workflows.lawbook import in_force
from workflows.policy.checks import FLAGS
from workflows.policy.codes import CHANNELS
from workflows.policy.instrument_types import COUNSEL, INFORMATIONAL, NEVER, SUFFICES, instrument_types

_GROUPS = (
    (SUFFICES, "Can open the gate"),
    (COUNSEL, "Can open it after counsel's finding"),
    (NEVER, "Never opens it"),
    (INFORMATIONAL, "No demand for records"),
)
_FIELD_OF_READING = {"issued_on": "issued", "return_on": "return_date"}


def kinds_of_paper() -> list[Any]:
    """All kinds of paper, grouped by what they can do."""
    kinds = list(map(in_force(timezone.now()).kind, instrument_types()))
    grouped: list[Any] = [("", "Choose the kind")]
    for verdict, words in _GROUPS:
        rows = [(kind.id, kind.title) for kind in kinds if kind.verdict == verdict]
        if rows:
            grouped.append((words, sorted(rows, key=lambda row: row[1])))
    return grouped


class FileForm(forms.Form):
    """A paper that came by post, by mail or by hand."""

    paper = forms.FileField(
        label="The paper",
        help_text="One PDF or image, whole, with all its attachments. It is stored as received.",
        allow_empty_file=True,
    )
    channel = forms.ChoiceField(
        label="How it arrived",
        choices=[one for one in choices_of(CHANNELS) if one[0] not in ("api", "portal")],
    )


class FieldsForm(forms.Form):
    """Values of a paper, each held against the image by a person."""

    type = forms.ChoiceField(label="Kind of paper")
    # What no court has issued may bear neither; a court's paper is not accepted without them.
    docket = forms.CharField(label="Docket number", max_length=80, required=False)
    court = forms.CharField(label="Court or issuer", max_length=160, required=False)
    signer = forms.CharField(label="Signed by", max_length=120)
    signer_title = forms.CharField(label="Printed title", max_length=120)
    issued_on = DayField(label="Issued", required=False)
    execute_by = DayField(label="Serve by", required=False)
    return_on = DayField(label="Return date", required=False)
    ends_on = DayField(label="Ends", required=False)

    def __init__(self, *args: Any, paper: Instrument, reading: Reading, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["type"].choices = kinds_of_paper()  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            suggestion = getattr(reading, _FIELD_OF_READING.get(name, name), None)
            if name == "type" and suggestion:
                suggestion = (
                    instrument_types()[suggestion].title if suggestion in instrument_types() else None
                )
                suggestion = None if reading.type == "unknown" else suggestion
            field.suggestion = suggestion  # type: ignore[attr-defined]
            field.quote = reading.quote_for_field(_FIELD_OF_READING.get(name, name))  # type: ignore[attr-defined]
            if paper.confirmed_by_id:
                field.initial = getattr(paper, name)

    def confirmed(self) -> ConfirmedFields:
        """What was typed, as the flow takes it."""
        return ConfirmedFields(**self.cleaned_data)


class FlagForm(forms.Form):
    """A flag of the closed list."""

    flag = forms.ChoiceField(label="What is wrong")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["flag"].choices = [(name, wording.FLAGS[name]) for name in FLAGS]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """A reason of at least ten characters."""

    reason = forms.CharField(
        label="Reason",
        help_text="At least ten characters. It goes to the log.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FindingForm(forms.Form):
    """Counsel's finding."""

    text = forms.CharField(
        label="Finding",
        help_text="What the paper is, why it compels, and under which law.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class EndForm(forms.Form):
    """How a paper leaves force."""

    how = forms.ChoiceField(label="What happened to it", choices=choices_of(ENDS))
    reason = forms.CharField(
        label="Where that is written", max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
