"""What leaves, and everything that had to be true before it could.

Rows of this room are written once. Voiding, revoking and receiving are new rows; triggers
on both databases refuse UPDATE and DELETE (DB5), and refuse a release, an approval or a
claim for which the rest of the chain is not there (DB2 to DB4).
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

MOMENTS = ("approve", "build", "bytes")


class Manifest(models.Model):
    """The frozen, counted, hashed list of what is to be released. `body` is canonical JSON."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="manifests")
    number = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, unique=True)
    body = models.TextField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    frozen_at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["matter", "number"], name="manifest_number_once")]


class ManifestRecord(models.Model):
    """One record of a manifest, the clause that compels it and the exact plan of its marks."""

    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="records")
    record = models.ForeignKey("records.Record", on_delete=models.PROTECT, related_name="+")
    clause = models.ForeignKey("instruments.ScopeClause", on_delete=models.PROTECT, related_name="+")
    source_sha256 = models.CharField(max_length=64)
    decisions = models.JSONField()  # keys kept, boxes drawn, whole pages, pages seen
    ruleset = models.CharField(max_length=64)
    pages = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["manifest", "record"], name="manifest_record_once")]


class ManifestPage(models.Model):
    """One page of a manifest's record and one item that compels it; without a clause a page of which nothing
    leaves, since no item covers it (policy 3.2)."""

    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="pages")
    record = models.ForeignKey("records.Record", on_delete=models.PROTECT, related_name="+")
    n = models.PositiveIntegerField()
    clause = models.ForeignKey(
        "instruments.ScopeClause", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        default_permissions = ()
        ordering = ["record_id", "n", "id"]
        constraints = [
            models.UniqueConstraint(fields=["manifest", "record", "n", "clause"], name="manifest_page_once")
        ]


class MarkMaker(models.Model):
    """Who made a decision or a mark in a manifest: none of them may approve it (DB2)."""

    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="mark_makers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["manifest", "person"], name="mark_maker_once")]


class VerifierReport(models.Model):
    """The burned file of one record of one manifest and what the verifier said of its exact bytes."""

    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="reports")
    record = models.ForeignKey("records.Record", on_delete=models.PROTECT, related_name="reports")
    passed = models.BooleanField()
    reasons = models.JSONField(default=list)
    assertions = models.JSONField(default=list)
    output = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, null=True, related_name="+")
    output_sha256 = models.CharField(max_length=64, blank=True)
    report = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, null=True, related_name="+")
    plan_sha256 = models.CharField(max_length=64, blank=True)
    ruleset = models.CharField(max_length=64, blank=True)
    page_images = models.JSONField(default=list)  # vault digests of the output's page images
    boxes = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["manifest", "record"], name="verifier_report_once"),
            models.CheckConstraint(
                condition=models.Q(passed=False) | models.Q(output__isnull=False, output_sha256__gt=""),
                name="verifier_pass_has_bytes",
            ),
        ]


class GateDecision(models.Model):
    """What the gate found at one moment, predicate by predicate, for one manifest hash."""

    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="gate_decisions")
    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="gate_decisions")
    manifest_sha256 = models.CharField(max_length=64)
    moment = models.CharField(max_length=8, choices=[(value, value) for value in MOMENTS])
    passed = models.BooleanField()
    predicates = models.JSONField()
    policy_version = models.PositiveIntegerField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")


class Approval(models.Model):
    """Counsel's approval of one exact manifest, outputs included."""

    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="approvals")
    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="approvals")
    manifest_sha256 = models.CharField(max_length=64)
    outputs_sha256 = models.CharField(max_length=64)
    decision = models.ForeignKey(GateDecision, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=1000)
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")


class ApprovalVoid(models.Model):
    """An approval that no longer stands, and why."""

    approval = models.OneToOneField(Approval, on_delete=models.PROTECT, related_name="void")
    cause = models.CharField(max_length=32)
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")


class Package(models.Model):
    """The signed package as built. Its entry must be sealed before it can be released."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="packages")
    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="packages")
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="packages")
    payload = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    built_at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")


class PackageSeal(models.Model):
    """The signed bundle around a package, made once the entry `package.built` had its proof."""

    package = models.OneToOneField(Package, on_delete=models.PROTECT, related_name="seal")
    bundle = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, related_name="+")
    bundle_sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")


class Release(models.Model):
    """The act of opening the outlet for one package: written once, only past the gate (DB3)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="releases")
    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="releases")
    manifest_sha256 = models.CharField(max_length=64)
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, related_name="releases")
    package = models.OneToOneField(Package, on_delete=models.PROTECT, related_name="release")
    decision = models.ForeignKey(GateDecision, on_delete=models.PROTECT, related_name="+")
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")


class Link(models.Model):
    """A single-use outlet of one release, for one agency, until a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="links")
    agency = models.ForeignKey("matters.Agency", on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    offered_at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")


class LinkRevoked(models.Model):
    """A link that died before its time."""

    link = models.OneToOneField(Link, on_delete=models.PROTECT, related_name="revoked")
    cause = models.CharField(max_length=32)
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")


class Claim(models.Model):
    """One client took the link: from now until `until` it, and only it, may fetch the bytes."""

    link = models.OneToOneField(Link, on_delete=models.PROTECT, related_name="claim")
    client = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("matters.Agency", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")


class Receipt(models.Model):
    """The agency said that it holds the package with this digest."""

    link = models.OneToOneField(Link, on_delete=models.PROTECT, related_name="receipt")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
