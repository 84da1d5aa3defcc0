"""One row for each stored file."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from workflows.vault.rings import Ring


class Blob(models.Model):
    """A stored file: what it is, and the wrapped key without which its bytes mean nothing.

    The same bytes under two records are two files with two keys, so that destroying one
    leaves the other whole. After `vault.shred` the row stays, without a key.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True)  # of the plaintext
    size = models.BigIntegerField()  # bytes of plaintext
    kind = models.CharField(max_length=80)  # media kind, as established and not as claimed
    record_id = models.CharField(max_length=64, db_index=True)
    ring = models.CharField(max_length=16, choices=[(ring.value, ring.value) for ring in Ring])
    key_version = models.PositiveSmallIntegerField()
    wrapped_key = models.BinaryField()
    name = models.CharField(max_length=64, unique=True)  # of the file; tells nothing of the content
    created_at = models.DateTimeField()
    shredded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256", "record_id", "ring"],
                condition=Q(shredded_at__isnull=True),
                name="vault_blob_once_per_record",
            ),
            models.CheckConstraint(
                condition=(Q(shredded_at__isnull=True) & ~Q(wrapped_key=b""))
                | Q(shredded_at__isnull=False, wrapped_key=b""),
                name="vault_blob_shredded_has_no_key",
            ),
            models.CheckConstraint(condition=Q(size__gte=0), name="vault_blob_size"),
            models.CheckConstraint(
                condition=Q(ring__in=[ring.value for ring in Ring]), name="vault_blob_ring_closed"
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
