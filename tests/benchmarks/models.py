"""The rows that benchmark requests write, and a hash chain under a lock, which is the design not taken."""

from __future__ import annotations

import hashlib
import uuid

from django.conf import settings
from django.db import connection, models

CHAIN_LOCK = 6_962


class Row(models.Model):
    """What a small business table looks like: a key, a foreign id, words, a number and a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    matter = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    pages = models.PositiveIntegerField()
    dated_on = models.DateField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class Plain(Row):
    """Written without any log, by our log, or into the chain."""


class Chained(models.Model):
    """One link of a hash chain."""

    id = models.BigAutoField(primary_key=True)
    body = models.BinaryField()
    hash = models.BinaryField()

    @classmethod
    def add(cls, body: bytes) -> None:
        """Add a body behind the last one. The lock is held until the caller's transaction ends, for else two
        links would follow the same one."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
            cursor.execute("SELECT hash FROM benchmarks_chained ORDER BY id DESC LIMIT 1")
            last = cursor.fetchone()
        before = bytes(last[0]) if last else bytes(32)
        cls.objects.create(body=body, hash=hashlib.sha256(before + body).digest())


if "auditlog" in settings.INSTALLED_APPS:
    from auditlog.registry import auditlog
    from simple_history.models import HistoricalRecords

    class Auditlogged(Row):
        """Written under django-auditlog."""

    auditlog.register(Auditlogged)

    class Historied(Row):
        """Written under django-simple-history."""

        history = HistoricalRecords()
