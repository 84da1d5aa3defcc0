"""An export: asked for, prepared, sealed. Each step is a row that is written once, with its entry."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

ENTRIES, COURT, REPORT = "entries", "court", "report"
KINDS = {
    ENTRIES: "Entries of the log",
    COURT: "Bundle for a court",
    REPORT: "Compliance report",
}


class Export(models.Model):
    """What was asked for. `asked` holds words of closed lists, days and random ids, never free text.

    `last` is the newest entry (by key) that may be in it: what is written later is in no export of before.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=list(KINDS.items()))
    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, null=True, related_name="exports")
    asked = models.JSONField(default=dict)
    last = models.BigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="court", matter__isnull=False)
                | ~models.Q(kind="court") & models.Q(matter__isnull=True),
                name="export_court_has_matter",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Prepared(models.Model):
    """The files, in the vault. `sha256` is the digest of their list: the name of the export in the log."""

    export = models.OneToOneField(Export, on_delete=models.PROTECT, related_name="prepared")
    payload = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    entries = models.PositiveIntegerField()
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.sha256


class Sealed(models.Model):
    """The signed bundle with the proofs, ready to be fetched."""

    export = models.OneToOneField(Export, on_delete=models.PROTECT, related_name="sealed")
    bundle = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, related_name="+")
    bundle_sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return self.bundle_sha256
