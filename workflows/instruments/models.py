"""Warrants, orders and the rest: the paper as filed, what people checked, what it covers."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from workflows.instruments.bases import (
    Consent,
    Determination1373,
    ExigentClaim,
    ExigentDetermination,
    LegalBasisOverride,
)
from workflows.lawbook import in_force
from workflows.policy.checks import FLAGS, OUTCOMES
from workflows.policy.codes import CHANNELS, RECORD_CLASSES
from workflows.policy.scope_words import LIMITS, SUMS

__all__ = [
    "CHOICES",
    "GROUNDS",
    "SECRECY_GROUNDS",
    "STATES",
    "Check",
    "Clarification",
    "ClauseLimit",
    "Consent",
    "CounselFinding",
    "CourtContact",
    "Determination1373",
    "ExigentClaim",
    "ExigentDetermination",
    "Flag",
    "Instrument",
    "LegalBasisOverride",
    "PaperLimit",
    "RequestReading",
    "ScopeClause",
    "SecrecyOrder",
    "StatusAuthorisation",
    "SumRuling",
    "WithholdingChoice",
]  # fmt: skip

STATES = (
    "offered",
    "format_checked",
    "authenticating",
    "in_force",
    "stayed",
    "quashed",
    "expired",
    "executed",
    "superseded",
    "withdrawn",
    "forged",
)


class Instrument(models.Model):
    """One paper. Read fields are suggestions until `confirmed_by` has held them against the image.

    `verdict` is copied from the kind of paper when a person accepts it; the gate reads it here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="instruments")
    state = models.CharField(max_length=16, choices=[(value, value) for value in STATES])
    state_entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    blob = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    channel = models.CharField(max_length=12, choices=[(value, value) for value in CHANNELS])
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()
    declared_type = models.CharField(max_length=64, blank=True)
    pages = models.PositiveIntegerField(default=0)
    page_images = models.JSONField(default=list)  # vault digests of the page images, in order
    reading = models.JSONField(null=True, blank=True)  # what the machine read: a suggestion, no more

    type = models.CharField(max_length=64, blank=True)
    verdict = models.CharField(max_length=32, blank=True)
    docket = models.CharField(max_length=80, blank=True)
    court = models.CharField(max_length=160, blank=True)
    signer = models.CharField(max_length=120, blank=True)
    signer_title = models.CharField(max_length=120, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    execute_by = models.DateField(null=True, blank=True)
    return_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    accepted_at = models.DateTimeField(null=True, blank=True)
    # Answers to V05 and V11 given before this moment no longer count: somebody calls the court again.
    recheck_from = models.DateTimeField(null=True, blank=True)
    # A court has narrowed it: clauses read before this moment cover nothing any more.
    scope_from = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="instrument_state_closed"),
            models.CheckConstraint(
                condition=~models.Q(state="in_force") | models.Q(accepted_by__isnull=False, verdict__gt=""),
                name="instrument_in_force_was_accepted",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type or 'paper'} {self.docket}".strip()


class Check(models.Model):
    """One answer to one of V01 to V13. Rows are never changed: the latest answer counts."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="checks")
    check_id = models.CharField(max_length=3)
    outcome = models.CharField(max_length=12, choices=[(value, value) for value in OUTCOMES])
    note = models.CharField(max_length=400, blank=True)
    # V11 only: the number called, out of the city's directory.
    directory_entry = models.ForeignKey(
        "instruments.CourtContact", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    spoke_with = models.CharField(max_length=120, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")


class CourtContact(models.Model):
    """The city's own directory of clerks: the only numbers a call-back may use."""

    court = models.CharField(max_length=160)
    office = models.CharField(max_length=120)
    phone = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["court", "office"], name="court_contact_once")]

    def __str__(self) -> str:
        return f"{self.court}, {self.office}, {self.phone}"


class Flag(models.Model):
    """Something about the paper that keeps the gate closed until counsel clears it."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="flags")
    flag = models.CharField(max_length=32, choices=[(value, value) for value in FLAGS])
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    raised_at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_entry = models.ForeignKey(
        "audit.Entry", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )


class CounselFinding(models.Model):
    """Counsel's written finding that opens the gate for a kind of paper that needs one."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="findings")
    text = models.CharField(max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")


class ScopeClause(models.Model):
    """One numbered item of a paper as counsel reads it, pinned to page and quote.

    A new reading is a new `reading` number; the highest one of the paper is in force. Person, kinds and
    dates are said by the quote; what else the paper limits is in `limits`, each with its own place.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="clauses")
    reading = models.PositiveIntegerField()
    item = models.CharField(max_length=16)
    page = models.PositiveIntegerField()
    quote = models.CharField(max_length=600)
    subject_name = models.CharField(max_length=160)
    subject_birth_date = models.DateField(null=True, blank=True)
    subject_number = models.CharField(max_length=60, blank=True, default="", db_default="")
    # The name as the database compares it; made from `subject_name` when the row is written.
    subject_key = models.CharField(max_length=200, default="", db_default="")
    record_classes = models.JSONField(default=list)
    # How many rows of `limits` there are: one more or one less, and the database knows.
    limit_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    date_from = models.DateField(null=True, blank=True)
    date_to = models.DateField(null=True, blank=True)
    # The item itself asks for status data, in words that can be quoted (policy 4.2).
    names_status = models.BooleanField(default=False, db_default=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["item", "id"]

    def class_titles(self) -> list[str]:
        """Readable names of the record classes."""
        return [RECORD_CLASSES[value] for value in self.record_classes]

    def named(self) -> list[tuple[str, list[ClauseLimit]]]:
        """What else the paper limits: title of the dimension, values."""
        rows: dict[str, list[ClauseLimit]] = {}
        for row in self.limits.all():
            rows.setdefault(row.dimension, []).append(row)
        return [(title, rows[name]) for name, title in LIMITS.items() if name in rows]


class ClauseLimit(models.Model):
    """One value that a clause names in one dimension, and where the paper says so. Where a dimension has
    rows only these values are covered; where it has none the paper does not limit it."""

    clause = models.ForeignKey(ScopeClause, on_delete=models.PROTECT, related_name="limits")
    dimension = models.CharField(max_length=12, choices=list(LIMITS.items()))
    value = models.CharField(max_length=160)  # department, number of a document, or what the list calls it
    key = models.CharField(max_length=200)  # as it is compared: folded words, a code, an agency's id
    page = models.PositiveIntegerField()
    quote = models.CharField(max_length=600)

    class Meta:
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["clause", "dimension", "key"], name="clause_limit_once"),
            models.CheckConstraint(condition=models.Q(key__gt="", page__gt=0), name="clause_limit_says"),
        ]


class PaperLimit(models.Model):
    """How much a paper allows in sum, as counsel read it with the clauses of the same `reading`, and where it
    says so: people, records, days from the first to the last, productions."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="sums")
    reading = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=list(SUMS.items()))
    most = models.PositiveIntegerField()
    page = models.PositiveIntegerField()
    quote = models.CharField(max_length=600)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "reading", "kind"], name="paper_limit_once")
        ]


class SumRuling(models.Model):
    """Counsel's decision that what all requests under a paper come to, up to this number, stays inside it."""

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="sum_rulings")
    kind = models.CharField(max_length=12, choices=list(SUMS.items()))
    upto = models.PositiveIntegerField()
    page = models.PositiveIntegerField()
    quote = models.CharField(max_length=600)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["id"]


class RequestReading(models.Model):
    """What a request asks for, as counsel read it when the scope was set: kinds and days, about every
    person whom it names. What goes beyond the paper is shown; nothing is released by this row."""

    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="request_readings")
    record_classes = models.JSONField(default=list)
    date_from = models.DateField(null=True, blank=True)
    date_to = models.DateField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ["id"]


GROUNDS = ("named", "general")
CHOICES = ("redacted", "seek_order")


class StatusAuthorisation(models.Model):
    """Counsel's ruling that a clause compels status data of these types about this person (policy 4.2).

    `general` is the recorded choice of policy 4.3: a general phrase compels the record, and counsel
    produces it unredacted. The words of the paper and counsel's reason are in the vault, encrypted.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clause = models.ForeignKey(ScopeClause, on_delete=models.PROTECT, related_name="authorisations")
    ground = models.CharField(max_length=8, choices=[(value, value) for value in GROUNDS])
    types = models.JSONField()  # ids of the detector's table
    words = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_entry = models.ForeignKey(
        "audit.Entry", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_entry__isnull=True)
                | models.Q(ended_at__isnull=False, ended_entry__isnull=False),
                name="authorisation_end_is_recorded",
            )
        ]


class WithholdingChoice(models.Model):
    """What counsel does about status data that a clause asks for and that is not opened (policy 4.3):
    produce redacted with the withholding log, or ask the court for a protective order."""

    clause = models.ForeignKey(ScopeClause, on_delete=models.PROTECT, related_name="withholding_choices")
    choice = models.CharField(max_length=12, choices=[(value, value) for value in CHOICES])
    words = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]


SECRECY_GROUNDS = ("usc_18_2705b", "grand_jury_ordered", "sealing_order", "other_order")


class SecrecyOrder(models.Model):
    """A court's order that the people concerned are not told (policy 7.1, 7.3): until its own last day,
    else until counsel ends it; `review_on` is when counsel is asked. Its words are in the vault."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="secrecy_orders")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="secrecy_orders")
    ground = models.CharField(max_length=20, choices=[(value, value) for value in SECRECY_GROUNDS])
    ends_on = models.DateField(null=True, blank=True)  # the last day, as the order says
    review_on = models.DateField()
    words = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
    ended_by = models.ForeignKey(  # null with an end: its day had passed
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_entry = models.ForeignKey(
        "audit.Entry", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ["at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True, ended_entry__isnull=True)
                | models.Q(ended_at__isnull=False, ended_entry__isnull=False),
                name="secrecy_end_is_recorded",
            )
        ]


class SubpoenaAnswer(models.Model):
    """The city's answer to an administrative subpoena: a draft from the moment one is registered, until
    counsel sends it as a letter (policy 2.3). It produces nothing."""

    instrument = models.OneToOneField(Instrument, on_delete=models.PROTECT, related_name="answer")
    version = models.PositiveIntegerField(default=1)
    grounds = models.JSONField(default=list)  # codes of ANSWER_GROUNDS
    until = models.DateField(null=True, blank=True)  # to when the city asks for more time
    words = models.CharField(max_length=2000, blank=True)  # counsel's own, past the intake guard
    drafted_at = models.DateTimeField()
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    letter = models.OneToOneField(
        "notices.Letter", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(letter__isnull=True, sent_by__isnull=True, sent_at__isnull=True)
                | models.Q(letter__isnull=False, sent_by__isnull=False, sent_at__isnull=False),
                name="answer_sent_is_a_letter",
            )
        ]

    def ground_sentences(self) -> list[str]:
        """The grounds as the letter says them, or would say them now."""
        words = in_force(self.sent_at or timezone.now()).words("grounds")
        return [words[code] for code in self.grounds]


class Clarification(models.Model):
    """A question about the scope of a paper, put to the court or to the government's attorney, and the
    answer as it was filed (policy 3.4). Question and answer are in the vault."""

    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="clarifications")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="clarifications")
    addressee = models.CharField(max_length=160)
    words = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, related_name="+")
    letter = models.ForeignKey("notices.Letter", on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")
    answer = models.ForeignKey(
        "vault.Blob", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_entry = models.ForeignKey(
        "audit.Entry", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ["asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["matter"], condition=models.Q(answered_at__isnull=True), name="one_open_question"
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at__isnull=True, answer__isnull=True, answered_entry__isnull=True)
                | models.Q(answered_at__isnull=False, answer__isnull=False, answered_entry__isnull=False),
                name="question_answer_is_filed",
            ),
        ]
