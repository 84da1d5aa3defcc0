"""What every page shows: the city, who is signed in, whether the gate is closed, the proof badge."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from gateway.accounts.models import Role
from gateway.accounts.session import ends_at, stepped_up_at
from gateway.web.agency_page import language_of
from gateway.web.agency_words import WORDS
from workflows.audit import flags, health, weeks
from workflows.flow.advance import STEP_UP_S
from workflows.lawbook import in_force, waits_for_approval
from workflows.policy.roles import AGENCY, AUDITOR, COUNSEL, CUSTODIAN, DESK_ROLES, STAFF_ROLES

_MARGIN_S = 20  # typing takes a moment


def house(request: HttpRequest) -> dict[str, Any]:
    """Values of the frame around each page. Staff who have proved both factors see the state of the log."""
    person = getattr(request, "user", None)
    role = getattr(person, "role", "")
    values: dict[str, Any] = {
        "city_name": settings.CITY_NAME,
        "refusal": getattr(request, "refusal", None),
        "field_errors": field_errors(request) if hasattr(request, "refusal") else (),
        "role": role,
        "role_title": dict(Role.choices).get(role, ""),
        "is_desk": role in DESK_ROLES,
        "is_auditor": role == AUDITOR,
        "is_agency": role == AGENCY,
        "said": WORDS[language_of(request) if role == AGENCY else "en"],
        "session_ends": ends_at(request) if role else None,
        "session_left": _left_s(request) if role else None,
        "session_warning": settings.SESSION_WARNING_S,
        "proved": role == AGENCY or (role == CUSTODIAN and stepped_up_at(request) is not None),
    }
    if role in STAFF_ROLES and stepped_up_at(request) is not None:
        values["proved"] = True
        values["log_health"] = health.look()
        values["gate_closed"] = health.gate_closed_reason()
        if role == AUDITOR:
            values["flags_open"], values["weeks_missed"] = flags.open_count(), weeks.missed(timezone.now())
        values["code_needed"] = _code_needed(request)
        values["policy_in_force"] = in_force(timezone.now())
        values["policy_waits"] = waits_for_approval() if role == COUNSEL else None
    return values


def _left_s(request: HttpRequest) -> int | None:
    """Seconds until the session ends, if nobody does anything."""
    ends = ends_at(request)
    return None if ends is None else max(int((ends - timezone.now()).total_seconds()), 0)


def field_errors(request: HttpRequest) -> list[tuple[str, str, str]]:
    """Place, label and words of each fault in the form that was just refused, for the list on top."""
    found = []
    for kept in getattr(request, "failed_forms", {}).values():
        for form in getattr(kept, "forms", (kept,)):
            for name, errors in form.errors.items():
                if name in form.fields:
                    field = form[name]
                    found += [(field.id_for_label or field.auto_id, str(field.label), one) for one in errors]
    return found


def _code_needed(request: HttpRequest) -> bool:
    """True when an act of weight would ask for a code now."""
    last = stepped_up_at(request)
    return last is None or timezone.now() - last > dt.timedelta(seconds=STEP_UP_S - _MARGIN_S)
