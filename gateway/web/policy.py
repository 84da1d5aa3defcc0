"""The policy: what is in force and since when, every version there was, and how counsel changes it."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone

from gateway.web.acting import act, done, filled, form_for, page, role_of, shown, stepped_up
from gateway.web.forms import DayField
from workflows.clocks.kinds import clock_kinds
from workflows.errors import Invalid, NotVisible
from workflows.flow import policymaking as acts
from workflows.flow.what_if import what_if
from workflows.lawbook import in_force
from workflows.lawbook.models import APPROVED, PROPOSED, TESTED, PolicyVersion
from workflows.policy.bounds import LARGEST
from workflows.policy.compare import Change, with_changes
from workflows.policy.document import SOURCE_KINDS
from workflows.policy.instrument_types import instrument_types
from workflows.policy.roles import COUNSEL, STAFF_ROLES, allowed
from workflows.policy.table import RESULTS, ROWS

STATES = {
    "proposed": ("Proposed", "chip-busy"), "tested": ("Waits for another lawyer", "chip-warn"),
    "approved": ("Approved, not in force yet", "chip-warn"), "in_force": ("In force", "chip-good"),
    "superseded": ("Superseded", "chip-busy"), "withdrawn": ("Withdrawn", "chip-busy"),
}  # fmt: skip
_HEADS = {
    "source": "The city's act", "papers": "Kind of paper", "waivable": "Checks that may be waived",
    "bases": "Bases of an override", "second_review": "A second reviewer looks", "cut_off": "Cut-off hour",
    "clocks": "Clock", "retention": "Kept after the close (days)", "register": "Public register",
    "status": "Status data", "words": "Sentence",
}  # fmt: skip
_ROW_WORDS = {
    "civil": "Immigration enforcement or unknown", "criminal": "Federal criminal", "other": "Federal, other",
    "any": "Any requester",
}  # fmt: skip


class ProposalForm(forms.Form):
    """What the next version says otherwise: some places, or a whole document."""

    source_kind = forms.ChoiceField(label="The city's act is", choices=list(SOURCE_KINDS.items()))
    title_en = forms.CharField(label="Its title", max_length=400)
    title_es = forms.CharField(label="Its title in Spanish", max_length=400)
    source_citation = forms.CharField(label="Number or date, as it is cited", max_length=400)
    others = forms.CharField(
        label="Other changes",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="One line for each place, as the document names it: /clocks/recall/amount = 3",
    )
    document = forms.CharField(
        label="Or the whole document",
        required=False,
        max_length=LARGEST,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="As JSON. It takes the place of everything above.",
    )
    file = forms.FileField(label="Or the whole document as a file", required=False)
    wanted_from = DayField(
        label="In force from", required=False, help_text="Empty: as soon as another lawyer has approved it."
    )
    reason = forms.CharField(
        label="Your reason", min_length=10, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, only_looks: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = not only_looks

    def text(self) -> str:
        """The whole document that is proposed. Raises Invalid with the line that names no place."""
        typed = self.cleaned_data
        if typed["file"]:
            return _decoded(typed["file"].read(LARGEST + 1))
        if typed["document"].strip():
            return str(typed["document"])
        wanted: list[tuple[str, Any]] = [
            ("/source/kind", typed["source_kind"]), ("/source/title/en", typed["title_en"]),
            ("/source/title/es", typed["title_es"]), ("/source/citation", typed["source_citation"]),
            *_lines(typed["others"]),
        ]  # fmt: skip
        try:
            return json.dumps(with_changes(in_force(timezone.now()).document, wanted))
        except KeyError as error:
            raise Invalid(
                "A line of the other changes names no place of the document.", code="place"
            ) from error

    def start(self) -> dt.datetime | None:
        """When it shall take effect."""
        return acts.first_moment(self.cleaned_data["wanted_from"])


class ApprovalForm(forms.Form):
    """Another lawyer approves."""

    rows_read = forms.BooleanField(label="I have read what changes", required=True)


class WithdrawalForm(forms.Form):
    """A version that is not in force yet never will be."""

    reason = forms.CharField(
        label="Your reason", min_length=10, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Invalid("The file is no text in UTF-8.", code="no_document") from error


def _lines(text: str) -> list[tuple[str, Any]]:
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        place, sign, value = line.partition("=")
        if not sign:
            raise Invalid("Each line of the other changes is a place, a sign = and a value.", code="place")
        try:
            found.append((place.strip(), json.loads(value)))
        except (ValueError, RecursionError):  # plain words need no quotes
            found.append((place.strip(), value.strip()))
    return found


def _line_of(document: Any, place: str) -> str:
    """The line of the other changes that says what this place says now; empty for what is no such place."""
    found = document
    for part in place.split("/")[1:]:
        found = found.get(part) if isinstance(found, dict) else None
    return f"{place} = {json.dumps(found, ensure_ascii=False)}" if isinstance(found, str | int) else ""


def place_words(place: str) -> str:
    """What a place of the document is, in words."""
    first, *rest = place.strip("/").split("/")
    if rest and first == "papers" and rest[0] in instrument_types():
        rest[0] = instrument_types()[rest[0]].title
    if rest and first == "clocks" and rest[0] in clock_kinds():
        rest[0] = clock_kinds()[rest[0]].title
    return ": ".join(
        [_HEADS.get(first, first), *([", ".join(one.replace("_", " ") for one in rest)] if rest else [])]
    )


def _value(place: str, said: str | None) -> str | None:
    """How long a clock lasts with its unit; everything else as it stands."""
    _, first, *rest = place.split("/")
    if said is None or first != "clocks" or rest[1:] != ["amount"] or not said.lstrip("-").isdigit():
        return said
    unit = clock_kinds()[rest[0]].mode.value.replace("_", " ")
    return f"{said.lstrip('-')} {unit}{' before' if said.startswith('-') else ''}"


def _changes(found: list[Change]) -> list[dict[str, Any]]:
    return [
        {
            "place": one.place,
            "words": place_words(one.place),
            "old": _value(one.place, one.old),
            "new": _value(one.place, one.new),
        }
        for one in found
    ]


def _rows(differs: list[dict[str, Any]]) -> list[dict[str, str]]:
    return [
        {
            "who": _ROW_WORDS[row["row"].partition(".")[0]],
            "paper": instrument_types()[row["kind"]].title if row["kind"] else "No paper",
            "result": RESULTS[row["result"]],
            "instead": RESULTS[row["instead"]],
        }
        for row in differs
    ]


def _listed(version: PolicyVersion, now: dt.datetime) -> dict[str, Any]:
    words, chip = STATES[version.state(now)]
    return {"row": version, "state": words, "chip": chip, "source": version.read().source.line()}


@page(roles=STAFF_ROLES)
def policy(request: HttpRequest) -> HttpResponseBase:
    """Show what is in force, every version, and counsel's form for the next one."""
    now = timezone.now()
    current = in_force(now)
    versions = [
        _listed(one, now) for one in PolicyVersion.objects.select_related("proposed_by", "approved_by")
    ]
    source = current.source
    initial = {
        "source_kind": source.kind, "title_en": source.title["en"], "title_es": source.title["es"],
        "source_citation": source.citation,
        "others": _line_of(current.document, request.GET.get("place", "")),
    }  # fmt: skip
    context = {
        "nav": "policy",
        "policy": current,
        "source": source,
        "source_kind": SOURCE_KINDS[source.kind],
        "versions": versions,
        "waits": any(one["row"].state(now) in (PROPOSED, TESTED, APPROVED) for one in versions),
        "may_change": allowed(role_of(request), "change_policy"),
        "form": form_for(request, ProposalForm, initial=initial),
        "preview": getattr(request, "preview", None),
        "document": json.dumps(current.document, indent=1, ensure_ascii=False, sort_keys=True),
        "table_rows": len(ROWS),
    }
    return render(request, "staff/policy.html", context)


@page(roles=STAFF_ROLES)
def policy_version(request: HttpRequest, number: int) -> HttpResponseBase:
    """Show one version: what it changes, its tests, what it makes of the past; and counsel's acts."""
    now = timezone.now()
    version = PolicyVersion.objects.select_related("proposed_by", "approved_by", "withdrawn_by").filter(
        number=number
    ).first()  # fmt: skip
    if version is None:
        raise NotVisible()
    state = version.state(now)
    may = allowed(role_of(request), "change_policy")
    context = {
        "nav": "policy",
        **_listed(version, now),
        "changes": _changes(acts.changes_of(version)),
        "table": _rows(version.differences or []),
        "table_rows": len(ROWS),
        "may_approve": may
        and state == TESTED
        and version.proposed_by_id != getattr(request.user, "pk", None),
        "may_withdraw": may and state in (TESTED, APPROVED),
        "may_ask": may,
        "waits_for_other": may and state == TESTED,
        "approval": form_for(request, ApprovalForm, prefix="approval"),
        "withdrawal": form_for(request, WithdrawalForm, prefix="withdrawal"),
        "document": json.dumps(version.read().document, indent=1, ensure_ascii=False, sort_keys=True),
        "past": what_if(version.read(), actor=request.user, now=now)
        if may and "past" in request.GET
        else None,
    }
    return render(request, "staff/policy_version.html", context)


@page(roles=STAFF_ROLES)
def policy_document(request: HttpRequest, number: int) -> HttpResponseBase:
    """The document of a version, byte by byte as its digest speaks of it."""
    version = PolicyVersion.objects.filter(number=number).first()
    if version is None:
        raise NotVisible()
    answer = HttpResponse(version.body.encode(), content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="policy-{version.number}.json"'
    return answer


@act("web:policy", roles={COUNSEL})
def propose_policy(request: HttpRequest) -> HttpResponseBase | None:
    """Store the proposal with its tests, or only show what it would change."""
    form = filled(request, ProposalForm, only_looks="look" in request.POST)
    text = form.text()
    if "look" in request.POST:
        found, differs = acts.look(text, actor=request.user)
        rows = _rows([asdict(one) for one in differs])
        request.preview = {"changes": _changes(found), "table": rows}  # type: ignore[attr-defined]
        return shown(request, reverse("web:policy"))
    version = acts.propose(
        text, actor=request.user, reason=form.cleaned_data["reason"], wanted_from=form.start(),
        stepped_up_at=stepped_up(request),
    )  # fmt: skip
    done(request, f"Version {version.number} is proposed and tested. Another lawyer approves it.")
    return None


@act("web:policy_version", "number", roles={COUNSEL})
def approve_policy(request: HttpRequest, number: int) -> None:
    """Approve the version as another lawyer."""
    read = filled(request, ApprovalForm, prefix="approval").cleaned_data["rows_read"]
    version = acts.approve(number, actor=request.user, rows_read=read, stepped_up_at=stepped_up(request))
    day = timezone.localtime(version.in_force_from)
    done(request, f"Version {number} is approved. It holds from {day:%B %-d, %Y, %H:%M}.")


@act("web:policy_version", "number", roles={COUNSEL})
def withdraw_policy(request: HttpRequest, number: int) -> None:
    """Withdraw a version that is not in force yet."""
    reason = filled(request, WithdrawalForm, prefix="withdrawal").cleaned_data["reason"]
    acts.withdraw(number, actor=request.user, reason=reason)
    done(request, f"Version {number} is withdrawn. What was in force still is.")


urlpatterns = [
    path("policy/", policy, name="policy"),
    path("policy/propose/", propose_policy, name="propose_policy"),
    path("policy/<int:number>/", policy_version, name="policy_version"),
    path("policy/<int:number>/document/", policy_document, name="policy_document"),
    path("policy/<int:number>/approve/", approve_policy, name="approve_policy"),
    path("policy/<int:number>/withdraw/", withdraw_policy, name="withdraw_policy"),
]
