"""Records as received, what was found on their pages, what people decided, what was burned."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from workflows.policy.codes import EXEMPTION_CODES, RECORD_CLASSES
from workflows.policy.scope_words import DATA_CATEGORIES

STATES = ("received", "readable", "unreadable", "reviewed", "frozen")
SCOPES = ("in", "out", "unknown")
DISPOSITIONS = ("full", "partial", "withheld_scope", "withheld_unreadable", "not_responsive")
GROUNDS = ("not_status", "authorised")  # why a finding stays in sight
DECISIONS = ("redact", "keep", "keep_proposed")
LAYERS = ("officer", "counsel")


ATTESTATIONS = ("searched", "found", "none", "produced")


class SearchTask(models.Model):
    """A department asked to search. `outcome` and what follows are its attestation that settled it; what
    it said before and after is in `attestations`. Its due date is the end of its clock (`search`)."""

    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="searches")
    department = models.CharField(max_length=120)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, blank=True, choices=[("found", "found"), ("none", "none")])
    where = models.CharField(max_length=400, blank=True)
    attested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    attested_at = models.DateTimeField(null=True, blank=True)
    entry = models.ForeignKey(
        "audit.Entry", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    # Who of the department sees and answers this search, and nothing else of the matter.
    custodian = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="searches", null=True, blank=True
    )


class Attestation(models.Model):
    """One statement of a department about its search: looked here, found something, found nothing, handed
    everything over. Never changed: what turns out otherwise is another statement."""

    search = models.ForeignKey(SearchTask, on_delete=models.PROTECT, related_name="attestations")
    kind = models.CharField(max_length=8, choices=[(value, value) for value in ATTESTATIONS])
    where = models.CharField(max_length=400)
    pieces = models.PositiveIntegerField(null=True, blank=True)  # of what was handed over
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(pieces__isnull=False, pieces__gt=0) | ~models.Q(kind="produced"),
                name="attestation_produced_counts",
            )
        ]


class Record(models.Model):
    """One responsive file as received. The original is in the vault and never changes.

    `subject_*`, `record_class`, `dated_on` and `dated_to`, `categories`, `document_number` and `custodian`
    are stated by the officer and are what the scope test reads; blank means unknown, and unknown is not
    covered. `described` counts how often they were: what counsel ruled of a record as it was described
    before says nothing of it now.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="records")
    number = models.PositiveIntegerField()  # 1, 2, ... within the matter; names the record everywhere
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=12, choices=[(value, value) for value in STATES], default="received")
    scope = models.CharField(max_length=8, choices=[(value, value) for value in SCOPES], default="unknown")
    disposition = models.CharField(
        max_length=24, blank=True, choices=[(value, value) for value in DISPOSITIONS]
    )
    clause = models.ForeignKey(
        "instruments.ScopeClause", on_delete=models.PROTECT, null=True, blank=True, related_name="records"
    )
    record_class = models.CharField(max_length=24, blank=True, choices=list(RECORD_CLASSES.items()))
    custodian = models.CharField(max_length=120)
    subject_name = models.CharField(max_length=160, blank=True)
    subject_birth_date = models.DateField(null=True, blank=True)
    subject_number = models.CharField(max_length=60, blank=True, default="", db_default="")
    dated_on = models.DateField(null=True, blank=True)
    dated_to = models.DateField(null=True, blank=True)  # the last day, of a record that spans some
    # Codes of DATA_CATEGORIES with a comma on either side of each: the database looks for one so.
    categories = models.CharField(max_length=200, blank=True, default="", db_default="")
    document_number = models.CharField(max_length=60, blank=True, default="", db_default="")
    described = models.PositiveIntegerField(default=1, db_default=1)
    # The same as the database compares it with a clause; written with the columns they are made from.
    custodian_key = models.CharField(max_length=200, blank=True, default="", db_default="")
    subject_key = models.CharField(max_length=200, blank=True, default="", db_default="")
    document_key = models.CharField(max_length=200, blank=True, default="", db_default="")
    blob = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=80, blank=True)
    page_count = models.PositiveIntegerField(default=0)
    ruleset = models.CharField(max_length=64, blank=True)
    reasons = models.JSONField(default=list)  # codes of redaction.errors: why a person must look
    dropped = models.JSONField(default=dict)  # content by kind that the rebuilt file will not carry
    # What LibreOffice made of an office file: two runs differ, so what was reviewed is what is burned.
    converted = models.ForeignKey(
        "vault.Blob", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The words of its pages (`page_words`); none for a record that was read before they were kept.
    words = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    text_hmac = models.CharField(
        max_length=64, blank=True, default="", db_default=""
    )  # equal for records that say the same words
    depth = models.PositiveSmallIntegerField(
        default=0, db_default=0
    )  # how deep it lay in other files when it came
    taken_in_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_in_at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["matter", "number"], name="record_number_once"),
            models.UniqueConstraint(fields=["matter", "sha256"], name="record_file_once"),
        ]

    def __str__(self) -> str:
        return f"Record {self.number}"

    def category_titles(self) -> list[str]:
        """What the record holds, as the list calls it."""
        return [DATA_CATEGORIES[code] for code in self.categories.split(",") if code]


class ScopeRuling(models.Model):
    """What counsel decided of a record that a clause neither certainly covers nor certainly leaves out,
    with the words of the paper that say so. The last one on a record and a clause counts, and only for the
    record as it was described then. It never reaches what is certainly outside."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="rulings")
    clause = models.ForeignKey("instruments.ScopeClause", on_delete=models.PROTECT, related_name="rulings")
    inside = models.BooleanField()
    described = models.PositiveIntegerField()
    page = models.PositiveIntegerField()
    quote = models.CharField(max_length=600)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["id"]


class Enclosure(models.Model):
    """One file found inside a record, which is a record of its own. `place` counts from 1.

    A file that lies in several records, or came by itself as well, is one record with several rows.
    """

    parent = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="enclosures")
    place = models.PositiveIntegerField()
    child = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="enclosed_in")

    class Meta:
        default_permissions = ()
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "place"], name="enclosure_place_once"),
            models.CheckConstraint(
                condition=~models.Q(parent=models.F("child")), name="enclosure_not_of_itself"
            ),
        ]


class Page(models.Model):
    """One page of a record: its size in points, what the readers said, who has looked at it."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="pages")
    n = models.PositiveIntegerField()
    width_pt = models.FloatField()
    height_pt = models.FloatField()
    scanned = models.BooleanField(default=False)
    trusted_text = models.BooleanField(default=False)
    signals = models.JSONField(default=list)
    # Clauses by their key that compel this very page, where a person said so; empty: all that the record has.
    cited = models.JSONField(default=list)
    image = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["n"]
        constraints = [models.UniqueConstraint(fields=["record", "n"], name="page_once")]


class Finding(models.Model):
    """What the detector claims about one span. Type, place and a keyed hash: never the value (P10).

    `page_n` is null where the text has no place on a page (metadata, attachments' names).
    `decision` is empty until a person decides; `keep_proposed` waits for a second person.
    """

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="findings")
    key = models.CharField(max_length=64)
    twins = models.JSONField(default=list)  # keys of the same claim made by other readers of the page
    page_n = models.PositiveIntegerField(null=True, blank=True)
    boxes = models.JSONField(default=list)  # [[x0, y0, x1, y1], ...] points, origin top left
    source = models.CharField(max_length=24)
    type = models.CharField(max_length=40)
    tier = models.PositiveSmallIntegerField()
    score = models.FloatField()
    layer = models.CharField(max_length=24)
    rule = models.CharField(max_length=80)
    action = models.CharField(max_length=8)
    explanation = models.CharField(max_length=400)
    value_hmac = models.CharField(max_length=64)
    decision = models.CharField(max_length=16, blank=True, choices=[(value, value) for value in DECISIONS])
    reason = models.CharField(max_length=400, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    # Why it stays: it is no status data after all, or counsel has authorised its release (policy 4.2).
    keep_ground = models.CharField(
        max_length=12, blank=True, default="", db_default="", choices=[(value, value) for value in GROUNDS]
    )
    authorisation = models.ForeignKey(
        "instruments.StatusAuthorisation",
        on_delete=models.PROTECT,
        related_name="findings",
        null=True,
        blank=True,
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["page_n", "id"]
        constraints = [
            models.UniqueConstraint(fields=["record", "key"], name="finding_once"),
            models.CheckConstraint(
                condition=models.Q(keep_ground="authorised", authorisation__isnull=False)
                | models.Q(~models.Q(keep_ground="authorised"), authorisation__isnull=True),
                name="finding_authorised_names_it",
            ),
            models.CheckConstraint(
                condition=~models.Q(decision="keep") | models.Q(keep_ground__gt=""),
                name="finding_keep_has_ground",
            ),
            # Lifting a tier-1 redaction needs two people (policy.md 4.8).
            models.CheckConstraint(
                condition=~models.Q(decision="keep", tier=1) | models.Q(confirmed_by__isnull=False),
                name="finding_tier1_keep_confirmed",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True)
                | ~models.Q(confirmed_by=models.F("decided_by")),
                name="finding_confirmer_is_second",
            ),
        ]


class Mark(models.Model):
    """A box that a person drew. Removing it sets `removed_at`; the row stays."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="marks")
    page_n = models.PositiveIntegerField()
    x0 = models.FloatField()
    y0 = models.FloatField()
    x1 = models.FloatField()
    y1 = models.FloatField()
    whole_page = models.BooleanField(default=False)
    layer = models.CharField(max_length=8, choices=[(value, value) for value in LAYERS])
    code = models.CharField(max_length=4, choices=list(EXEMPTION_CODES.items()), default="W-1")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ["page_n", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(x0__lt=models.F("x1"), y0__lt=models.F("y1")), name="mark_has_area"
            )
        ]


class ReviewAct(models.Model):
    """One step of a person on one record, with what was there before: what undo goes back to."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="acts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12)  # decide, draw, remove, seen
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    mark = models.ForeignKey(Mark, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)  # what it had made, once it is undone: what redo goes back to
    group = models.UUIDField(null=True, blank=True)  # steps taken, and undone, as one
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]


class ComplianceNote(models.Model):
    """That status data stood in a record which the city itself had made, and how often: for the oversight
    office (policy 4.9). Outlives the findings, which go by the schedule."""

    record = models.OneToOneField(Record, on_delete=models.PROTECT, related_name="compliance_note")
    findings = models.PositiveIntegerField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.findings} in {self.record}"
