"""The administrator's page of people and roles: invite, switch off and on, change a role, agree."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django import forms
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import path

from gateway.accounts import changes
from gateway.accounts.models import AccountChange, Person, Role
from gateway.web.acting import act, done, filled, form_for, page, stepped_up
from workflows.matters.models import Agency
from workflows.policy.roles import ADMINISTRATOR

MEANS = {
    Role.OFFICER: "takes requests in, finds records, decides every finding, releases what was approved",
    Role.VERIFIER: "checks papers and calls courts",
    Role.COUNSEL: "says what a paper compels, approves or refuses",
    Role.AUDITOR: "reads the log, no content",
    Role.ADMINISTRATOR: "keeps accounts, calendars and machines, sees no matter",
    Role.CUSTODIAN: "answers the searches of a department",
    Role.AGENCY: "asks, follows its own requests and fetches packages",
}
WHAT = {AccountChange.NEW: "New account", AccountChange.ROLE: "Other role", AccountChange.ON: "Switch on"}


class InviteForm(forms.Form):
    """Somebody who is to have an account."""

    name = forms.CharField(label="Name", max_length=120, help_text="As colleagues know them.")
    email = forms.EmailField(label="Address")
    role = forms.ChoiceField(label="Role", choices=Role.choices)
    agency = forms.ModelChoiceField(
        Agency.objects.order_by("name"),
        label="Agency",
        required=False,
        empty_label="none: the person works for the city",
    )
    at_desk = forms.BooleanField(
        label="Works at the intake desk", required=False, help_text="Is given every new matter."
    )
    is_head = forms.BooleanField(
        label="Is a department head", required=False, help_text="Confirms emergencies; officers only."
    )


class RoleForm(forms.Form):
    """Another role for somebody of the staff."""

    role = forms.ChoiceField(
        label="New role", choices=[one for one in Role.choices if one[0] != Role.AGENCY.value]
    )


@page(roles={ADMINISTRATOR})
def accounts(request: HttpRequest) -> HttpResponseBase:
    """Show what waits for a second administrator, all accounts, and what each role may do."""
    return render(request, "staff/accounts.html", _context(request))


def _context(request: HttpRequest) -> dict[str, Any]:
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    people = Person.objects.annotate(has_factor=Exists(factor)).prefetch_related("groups")
    waiting = AccountChange.objects.filter(settled_at__isnull=True).select_related("person", "proposed_by")
    open_for = set(waiting.values_list("person_id", flat=True))
    return {
        "nav": "accounts",
        "people": [_row(request, person, open_for) for person in people.order_by("role", "name")],
        "waiting": [(change, WHAT[change.what], _may_agree(request, change)) for change in waiting],
        "form": form_for(request, InviteForm),
        "means": [(Role(role).label, says) for role, says in MEANS.items()],
    }


def _row(request: HttpRequest, person: Person, open_for: set[Any]) -> dict[str, Any]:
    is_program = person.role == Role.AGENCY and not person.has_usable_password()
    own, waits = person.pk == request.user.pk, person.pk in open_for
    return {
        "person": person,
        "is_program": is_program,
        "waits": waits,
        "own": own,
        "groups": [group.name for group in person.groups.all()],
        "form": form_for(request, RoleForm, prefix=f"p{person.pk}", initial={"role": person.role})
        if not (is_program or own or waits or person.role == Role.AGENCY)
        else None,
        "may_switch": not (is_program or own or waits),
    }


def _may_agree(request: HttpRequest, change: AccountChange) -> bool:
    return request.user.pk not in (change.proposed_by_id, change.person_id)


@act("web:accounts", roles={ADMINISTRATOR})
def invite(request: HttpRequest) -> HttpResponseBase:
    """Make the account, switched off, and show its secrets this once."""
    typed = filled(request, InviteForm).cleaned_data
    handed = changes.propose_account(
        changes.Wanted(**typed), actor=request.user, stepped_up_at=stepped_up(request)
    )
    answer = render(request, "staff/account_handed.html", {"nav": "accounts", "handed": handed})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@act("web:accounts", roles={ADMINISTRATOR})
def change_role(request: HttpRequest, person_id: UUID) -> None:
    """Propose another role."""
    role = filled(request, RoleForm, prefix=f"p{person_id}").cleaned_data["role"]
    changes.propose_role(person_id, role, actor=request.user, stepped_up_at=stepped_up(request))
    done(request, "Proposed. The old role holds until another administrator agrees.")


@act("web:accounts", roles={ADMINISTRATOR})
def off(request: HttpRequest, person_id: UUID) -> None:
    """Switch an account off."""
    changes.switch_off(person_id, actor=request.user, stepped_up_at=stepped_up(request))
    done(request, "The account is switched off, and its sessions are at an end.")


@act("web:accounts", roles={ADMINISTRATOR})
def on(request: HttpRequest, person_id: UUID) -> None:
    """Propose that somebody may sign in again."""
    changes.propose_on(person_id, actor=request.user, stepped_up_at=stepped_up(request))
    done(request, "Proposed. The account is switched on once another administrator agrees.")


@act("web:accounts", roles={ADMINISTRATOR})
def agree(request: HttpRequest, change_id: int) -> None:
    """Let what another administrator proposed hold."""
    changes.settle(change_id, True, actor=request.user, stepped_up_at=stepped_up(request))
    done(request, "Agreed. It holds from now on.")


@act("web:accounts", roles={ADMINISTRATOR})
def decline(request: HttpRequest, change_id: int) -> None:
    """Decline a proposal, or take one's own back."""
    changes.settle(change_id, False, actor=request.user, stepped_up_at=stepped_up(request))
    done(request, "Declined. Nothing has changed.")


_AT = "house/accounts/"
urlpatterns = [
    path(_AT, accounts, name="accounts"),
    path(f"{_AT}invite/", invite, name="invite"),
    path(f"{_AT}<uuid:person_id>/role/", change_role, name="change_role"),
    path(f"{_AT}<uuid:person_id>/off/", off, name="switch_off"),
    path(f"{_AT}<uuid:person_id>/on/", on, name="switch_on"),
    path(f"{_AT}changes/<int:change_id>/agree/", agree, name="agree_account"),
    path(f"{_AT}changes/<int:change_id>/decline/", decline, name="decline_account"),
]
