"""Rows of the log (design page "evidence", 3.1). Insert only, but for pending, partial tiles,
cosignatures, flag dispositions and shredding; triggers in `append_only` hold that.

The tables are read by auditors and by attack scripts of ours: names of tables and columns are
part of the interface.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Now


class Entry(models.Model):
    """One act. `body` holds the exact canonical bytes that the leaf hashes; all else is derived from it."""

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    body = models.BinaryField()
    event = models.CharField(max_length=40)
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    role = models.CharField(max_length=16)
    matter = models.UUIDField(null=True)
    matter_seq = models.BigIntegerField(null=True)
    digest = models.CharField(max_length=64, null=True)
    outcome = models.CharField(max_length=8)

    class Meta:
        db_table = "audit_entry"
        constraints = [
            models.UniqueConstraint(fields=["matter", "matter_seq"], name="audit_entry_matter_seq"),
            models.CheckConstraint(
                condition=models.Q(matter__isnull=True, matter_seq__isnull=True)
                | models.Q(matter__isnull=False, matter_seq__gte=1),
                name="audit_entry_matter_with_seq",
            ),
        ]
        indexes = [
            models.Index(fields=["event", "id"], name="audit_entry_event"),
            models.Index(fields=["actor", "id"], name="audit_entry_actor"),
            models.Index(fields=["role", "id"], name="audit_entry_role"),
            models.Index(fields=["at", "id"], name="audit_entry_time"),
            models.Index(
                fields=["digest"], name="audit_entry_digest", condition=models.Q(digest__isnull=False)
            ),
            models.Index(
                fields=["outcome", "id"], name="audit_entry_not_ok", condition=~models.Q(outcome="ok")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.uuid}"


class Pending(models.Model):
    """An entry that waits for its leaf. Filled by a trigger, emptied by the sequencer."""

    entry = models.BigIntegerField(primary_key=True)

    class Meta:
        db_table = "audit_pending"


class Incarnation(models.Model):
    """One life of the log under one origin. A restored database opens the next one, visibly (rule E3)."""

    number = models.PositiveIntegerField(primary_key=True)
    origin = models.CharField(max_length=200, unique=True)
    opened_at = models.DateTimeField(db_default=Now())
    prior_note = models.TextField(null=True)
    restored_size = models.BigIntegerField(null=True)

    class Meta:
        db_table = "audit_incarnation"


class Leaf(models.Model):
    """The place of an entry in the tree: index from 0 within its incarnation, and its RFC 6962 leaf hash."""

    pk = models.CompositePrimaryKey("incarnation", "idx")
    incarnation = models.PositiveIntegerField(db_default=1)
    idx = models.BigIntegerField()
    entry = models.BigIntegerField(unique=True)
    hash = models.BinaryField()

    class Meta:
        db_table = "audit_leaf"


class Tile(models.Model):
    """Up to 256 hashes of one level (c2sp.org/tlog-tiles). A partial tile grows; a full one stays."""

    pk = models.CompositePrimaryKey("incarnation", "level", "n")
    incarnation = models.PositiveIntegerField(db_default=1)
    level = models.PositiveSmallIntegerField()
    n = models.BigIntegerField()
    bytes = models.BinaryField()

    class Meta:
        db_table = "audit_tile"


class Checkpoint(models.Model):
    """A signed tree head. `note` is the signed note; `at` repeats the time the log signed in it.

    Two rows may have one size: the hourly heartbeat signs the same tree again.
    """

    id = models.BigAutoField(primary_key=True)
    incarnation = models.PositiveIntegerField(db_default=1)
    size = models.BigIntegerField()
    note = models.TextField()
    at = models.DateTimeField()
    cosignatures = models.TextField(default="", db_default="")
    token = models.BinaryField(null=True)

    class Meta:
        db_table = "audit_checkpoint"
        indexes = [
            models.Index(fields=["incarnation", "size", "id"], name="audit_checkpoint_size"),
            models.Index(fields=["at", "id"], name="audit_checkpoint_time"),
            models.Index(
                fields=["incarnation", "id"],
                name="audit_checkpoint_cosigned",
                condition=~models.Q(cosignatures=""),
            ),
            models.Index(
                fields=["id"], name="audit_checkpoint_stamped", condition=models.Q(token__isnull=False)
            ),
        ]


class Flag(models.Model):
    """Something a person must look at. `facts` is canonical JSON of codes and integers; `entry` the key of
    the entry that was the cause, `actor` the pseudonym of who is flagged.

    Closed by a disposition; the flag itself stays.
    """

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=40)
    at = models.DateTimeField()
    facts = models.TextField(default="{}")
    entry = models.BigIntegerField(null=True)
    actor = models.UUIDField(null=True)
    disposition = models.CharField(max_length=40, default="", db_default="")
    disposed_by = models.UUIDField(null=True)
    disposed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "audit_flag"
        indexes = [models.Index(fields=["code", "disposed_at"], name="audit_flag_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "code"],
                name="audit_flag_once",
                condition=models.Q(entry__isnull=False),
            )
        ]


class FlagStep(models.Model):
    """One act on the way to a flag's disposition: proposed, declined or closed, by whom, with its entry."""

    id = models.BigAutoField(primary_key=True)
    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, db_column="flag", related_name="steps")
    kind = models.CharField(max_length=8)
    outcome = models.CharField(max_length=16, default="", db_default="")
    person = models.UUIDField()
    at = models.DateTimeField()
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, db_column="entry", related_name="+")

    class Meta:
        db_table = "audit_flag_step"


class Watched(models.Model):
    """What the watch remembers from one batch of leaves to the next, moved on in the same transaction as
    the flags it raises. `value` is canonical JSON of pseudonyms, ids and integers."""

    key = models.CharField(max_length=80, primary_key=True)
    value = models.TextField()

    class Meta:
        db_table = "audit_watched"


class About(models.Model):
    """That an entry is about the person with this reference: a row for each person of each entry.

    `salt` opens the commitment in the body; entries of version 1 have none. Forgetting a person empties
    both columns (`concerned`).
    """

    id = models.BigAutoField(primary_key=True)
    subject = models.CharField(max_length=64, null=True)
    entry = models.BigIntegerField()
    salt = models.BinaryField(null=True)

    class Meta:
        db_table = "audit_about"
        indexes = [
            models.Index(fields=["subject", "entry"], name="audit_about_subject"),
            models.Index(fields=["entry"], name="audit_about_entry"),
        ]


class Detail(models.Model):
    """Encrypted words that belong to an entry. Shredding empties all three columns; proofs stay valid."""

    id = models.BigAutoField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, db_column="entry", related_name="detail")
    salt = models.BinaryField(null=True)
    wrapped_key = models.BinaryField(null=True)
    ciphertext = models.BinaryField(null=True)

    class Meta:
        db_table = "audit_detail"


class Sample(models.Model):
    """A draw among the releases of a month: which leaves they were drawn from, and by which seed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    month = models.DateField(unique=True)  # its first day
    incarnation = models.PositiveIntegerField()  # with `size`: the checkpoint that closed the month
    size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    seed = models.CharField(max_length=64)
    releases = models.PositiveIntegerField()
    person = models.UUIDField()
    at = models.DateTimeField()
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, db_column="entry", related_name="+")

    class Meta:
        db_table = "audit_sample"


class Drawn(models.Model):
    """One release of a sample, named by the entry that opened it; `place` counts from 1 as drawn."""

    id = models.BigAutoField(primary_key=True)
    sample = models.ForeignKey(Sample, on_delete=models.PROTECT, db_column="sample", related_name="drawn")
    place = models.PositiveIntegerField()
    release = models.OneToOneField(Entry, on_delete=models.PROTECT, db_column="release", related_name="+")

    class Meta:
        db_table = "audit_drawn"
        constraints = [models.UniqueConstraint(fields=["sample", "place"], name="audit_drawn_place")]


class Outcome(models.Model):
    """What somebody found in a drawn release; the newest counts. `faults` are codes; empty: it is good."""

    id = models.BigAutoField(primary_key=True)
    drawn = models.ForeignKey(Drawn, on_delete=models.PROTECT, db_column="drawn", related_name="outcomes")
    faults = models.JSONField(default=list)
    person = models.UUIDField()
    at = models.DateTimeField()
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, db_column="entry", related_name="+")

    class Meta:
        db_table = "audit_outcome"


class SignOff(models.Model):
    """An auditor has reviewed the log of a week: what was open, what had been looked at, and the checkpoint
    of that moment."""

    week = models.DateField(primary_key=True)  # its Monday
    open_flags = models.PositiveIntegerField()
    closed_flags = models.PositiveIntegerField()  # since the week began
    readings = models.PositiveIntegerField()  # of the log, likewise
    incarnation = models.PositiveIntegerField()
    size = models.BigIntegerField()
    root = models.CharField(max_length=64)
    person = models.UUIDField()
    at = models.DateTimeField()
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, db_column="entry", related_name="+")

    class Meta:
        db_table = "audit_sign_off"
