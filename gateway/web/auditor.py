"""The log for auditors: how it stands, its entries, one entry with its proof. Never content of a record.

Each reading of the log is itself an entry.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import qrcode
from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from qrcode.image.svg import SvgPathImage

from gateway.accounts.models import Role
from gateway.web import auditor_check as check
from gateway.web.acting import act, done, page
from gateway.web.auditor_proof import proof_of
from workflows.audit import concerned, flags, log, proofs, queries, schema, timestamping
from workflows.audit.events import EVENTS
from workflows.audit.keys import KeyMissing
from workflows.audit.models import Entry, Flag
from workflows.audit.tlog.checkpoint import parse_unsigned
from workflows.errors import Invalid, NotVisible
from workflows.exports import actions
from workflows.policy.roles import ADMINISTRATOR, AUDITOR

ROLES = {
    role: dict(Role.choices).get(role, role.capitalize()) for role in sorted(schema.ROLES)
}  # includes those who are no people: the system, somebody who is not signed in
AUDITORS = frozenset({AUDITOR})
KEEPERS = AUDITORS | {ADMINISTRATOR}
FIELDS = (
    "event", "outcome", "role", "matter", "actor", "since", "until", "subject", "digest", "flag",
    "incarnation",
)  # fmt: skip
LAST_CHECK = "web.last_full_check"
WRONG = {
    "event": "This is no event of the log.",
    "outcome": "This is no outcome.",
    "role": "This is no role.",
    "matter": "A matter is named by its id: five groups of letters and digits.",
    "actor": "A person is named by the pseudonym: five groups of letters and digits.",
    "since": "This is no date.",
    "until": "This is no date.",
    "subject": "A person concerned is named by the reference: 64 letters and digits.",
    "digest": "A document is named by its SHA-256: 64 letters and digits.",
    "flag": "There is no such flag.",
    "incarnation": "A life of the log is a number.",
}


def _viewed(request: HttpRequest, **facts: Any) -> None:
    """The reading is an entry. Raises NotRecorded; then nothing is shown."""
    with transaction.atomic():
        log.record("audit.viewed", actor=request.user, facts=facts)  # type: ignore[arg-type]


@page(roles=AUDITORS)
def entries(request: HttpRequest) -> HttpResponseBase:
    """Show one page of entries of a filter, newest first. The filter is the address."""
    asked = {name: request.GET.get(name, "").strip() for name in FIELDS}
    context: dict[str, Any] = {
        "nav": "log",
        "asked": asked,
        "events": sorted(EVENTS.items(), key=lambda one: one[1]),
        "outcomes": sorted(schema.OUTCOMES),
        "roles": ROLES,
        "flags": flags.SAYS,
        "query": urlencode({name: value for name, value in asked.items() if value}),
        "last_check": cache.get(LAST_CHECK),
    }
    try:
        wanted = queries.read_filter(asked)
    except queries.BadFilter as bad:
        return render(
            request,
            "auditor/log.html",
            context | {"wrong": bad.field, "wrong_says": WRONG[bad.field]},
            status=422,
        )
    found = queries.page(wanted, before=_key(request.GET.get("before", "")))
    total = queries.count(wanted)
    context |= {
        "matter_id": wanted.matter,
        "for_court": wanted.matter is not None
        and actions.may_bundle(wanted.matter, request.user, timezone.now()),
        "page": found,
        "total": min(total, queries.MOST_COUNTED),
        "more": total > queries.MOST_COUNTED,
        "began": request.GET.get("before", ""),
    }
    _viewed(request, counts={"entries": len(found.lines)})
    return render(request, "auditor/log.html", context)


def _key(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _entry(entry_id: UUID) -> Entry:
    entry = Entry.objects.filter(uuid=entry_id).first()
    if entry is None:
        raise NotVisible()
    return entry


@page(roles=AUDITORS)
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponseBase:
    """Show one entry: its body, its leaf, and each step of the proof to the signed root."""
    row = _entry(entry_id)
    line = queries.line(row)
    context = {
        "nav": "log",
        "line": line,
        "entry": row,
        "people": concerned.people_of(row, line.body),
        "forgotten": line.forgotten,
        "body": json.dumps(line.body, indent=2, ensure_ascii=False, sort_keys=True),
        "exact": bytes(row.body).decode(),
        "proof": proof_of(row),
        "flags": flags.SAYS,
        "flagged": Flag.objects.filter(entry=row.pk).order_by("id"),
        "roles": ROLES,
        "last_check": cache.get(LAST_CHECK),
    }
    _viewed(request, counts={"entries": 1}, refs={"entry": str(row.uuid)})
    return render(request, "auditor/entry.html", context)


@page(roles=AUDITORS)
def proof(request: HttpRequest, entry_id: UUID) -> HttpResponseBase:
    """The `.tlog-proof` file of one entry, which any tool for such logs can check."""
    row = _entry(entry_id)
    try:
        data = proofs.proof_for(row)
    except KeyMissing as missing:
        raise Invalid("The keys of the log are not readable here, so no proof can be made.") from missing
    _viewed(request, counts={"entries": 1}, refs={"entry": str(row.uuid)})
    name = f'attachment; filename="{row.uuid}.tlog-proof"'
    return HttpResponse(data, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": name})


@page(roles=KEEPERS)
def integrity(request: HttpRequest) -> HttpResponseBase:
    """Show how the log stands and what the last full check found."""
    return render(
        request,
        "auditor/integrity.html",
        {
            "nav": "house",
            "last_check": cache.get(LAST_CHECK),
            "paper": _for_paper(),
            "stamped": timestamping.last_stamped_now(),
            "stamps_wanted": bool(settings.TSA_URL),
        },
    )


def _for_paper() -> dict[str, str] | None:
    """The last checkpoint as three lines and as a square to scan: what somebody keeps on paper, to be
    compared by `verify_audit --seen` years later. None before the first checkpoint."""
    row = proofs.latest_checkpoint()
    if row is None:
        return None
    text = parse_unsigned(row.note).text()
    return {"text": text, "svg": qrcode.make(text, image_factory=SvgPathImage).to_string(encoding="unicode")}


@act("web:integrity", roles=KEEPERS)
def verify(request: HttpRequest) -> None:
    """Check the whole log now, if it is small enough for a page, and keep what was found."""
    found = check.whole_log(timezone.now())
    cache.set(LAST_CHECK, found, timeout=None)
    _viewed(request, result="good" if found["good"] else "bad", counts={"entries": found["entries"]})
    if found["good"]:
        done(request, f"The whole log was checked: {found['entries']} entries, nothing wrong.")


urlpatterns = [
    path("log/", entries, name="log"),
    path("log/integrity/", integrity, name="integrity"),
    path("log/integrity/verify/", verify, name="verify_log"),
    path("log/<uuid:entry_id>/", entry, name="entry"),
    path("log/<uuid:entry_id>/proof/", proof, name="entry_proof"),
]
