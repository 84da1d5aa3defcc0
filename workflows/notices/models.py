"""Letters: issued once, from a versioned template, with a code that anyone can check."""

from __future__ import annotations

import uuid

from django.db import models

from workflows.notices.layout import Block, blocks_of


class Letter(models.Model):
    """One letter. `body` holds no record text and never says whether records exist."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="letters")
    template = models.CharField(max_length=32)
    template_version = models.PositiveIntegerField()
    language = models.CharField(max_length=2, default="en", db_default="en")
    body = models.TextField()
    missing = models.JSONField(default=list)
    check_code = models.CharField(max_length=16, unique=True)
    issued_at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["issued_at"]

    @property
    def blocks(self) -> list[Block]:
        """The parts of the letter, for whatever draws it."""
        return blocks_of(self.body)
