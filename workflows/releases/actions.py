"""Writes of this room: approvals, releases and links. Called by `flow`, inside its transactions."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from workflows.audit import log
from workflows.audit.canonical import canonical
from workflows.audit.models import Entry
from workflows.matters.models import Matter
from workflows.releases.models import (
    Approval,
    ApprovalVoid,
    GateDecision,
    Link,
    LinkRevoked,
    Manifest,
    Package,
    Release,
)

LINK_LIFE = dt.timedelta(days=7)


def outputs_digest(manifest: Manifest) -> str:
    """SHA-256 over record number and output digest of every file that the verifier passed."""
    lines = [
        [report.record.number, report.output_sha256]
        for report in manifest.reports.filter(passed=True).select_related("record").order_by("record__number")
    ]
    return hashlib.sha256(canonical({"outputs": lines})).hexdigest()


def approve_manifest(
    manifest: Manifest, decision: GateDecision, *, actor: Any, reason: str, now: dt.datetime, entry: Entry
) -> Approval:
    """The approval of exactly this manifest and exactly these outputs exists."""
    return Approval.objects.create(
        matter=manifest.matter,
        manifest=manifest,
        manifest_sha256=manifest.sha256,
        outputs_sha256=outputs_digest(manifest),
        decision=decision,
        approver=actor,
        reason=reason,
        at=now,
        entry=entry,
    )


def void_approvals(matter: Matter, *, cause: str, now: dt.datetime, entry: Entry) -> None:
    """No approval of the matter stands any more."""
    for approval in Approval.objects.filter(matter=matter, void__isnull=True):
        ApprovalVoid.objects.create(approval=approval, cause=cause, at=now, entry=entry)


def write_release(
    package: Package,
    decision: GateDecision,
    *,
    actor: Any,
    now: dt.datetime,
    entry: Entry,
    expires_at: dt.datetime,
) -> Link:
    """The package is released; one link is offered to the agency of the matter until `expires_at`."""
    release = Release.objects.create(
        matter=package.matter,
        manifest=package.manifest,
        manifest_sha256=package.manifest.sha256,
        approval=package.approval,
        package=package,
        decision=decision,
        released_by=actor,
        at=now,
        entry=entry,
    )
    return offer_link(release, actor=actor, now=now, expires_at=expires_at)


def offer_link(release: Release, *, actor: Any, now: dt.datetime, expires_at: dt.datetime) -> Link:
    """A link to the released package is offered to the agency of its matter until `expires_at`."""
    matter = release.matter
    offered = log.record(
        "link.offered",
        actor=actor,
        matter=matter,
        obj=("package", release.package.sha256),
        facts={"refs": {"package": release.package_id, "release": release.pk}},
    )
    return Link.objects.create(
        release=release, agency=matter.agency, expires_at=expires_at, offered_at=now, entry=offered
    )


def revoke_links(matter: Matter, *, cause: str, now: dt.datetime) -> None:
    """No link of the matter yields another byte."""
    for link in Link.objects.filter(release__matter=matter, revoked__isnull=True, receipt__isnull=True):
        entry = log.record(
            "link.revoked", actor=None, matter=matter, reason=cause, facts={"refs": {"link": link.pk}}
        )
        LinkRevoked.objects.create(link=link, cause=cause, at=now, entry=entry)
