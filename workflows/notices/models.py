"""Letters: issued once, from a versioned template, with a code that anyone can check."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from workflows.notices.layout import Block, blocks_of
from workflows.notices.machine import CHANNELS, LANGUAGES, STATES
from workflows.proposals import Proposal, one_open, two_people


class Letter(models.Model):
    """One letter. `body` holds no record text and never says whether records exist."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="letters")
    template = models.CharField(max_length=32)
    template_version = models.PositiveIntegerField()
    text_number = models.PositiveIntegerField(default=0, db_default=0)  # of `LetterText`; 0: the program's
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


class LetterText(Proposal):
    """Another text of one letter in one language. It holds from the moment in which it is agreed to, until
    the next one does; what was written from an earlier one stays as it is."""

    template = models.CharField(max_length=32)
    language = models.CharField(max_length=2, choices=[(one, one) for one in LANGUAGES])
    number = models.PositiveIntegerField()  # of this letter in this language, from 1
    base = models.PositiveIntegerField()  # the number of the text that it was compared with; 0: the program's
    shipped = models.PositiveIntegerField()  # the version of the program's text at that time
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["template", "language", "-number"]
        constraints = [
            two_people("letter_text_two_people"),
            one_open("letter_text_one_open", "template", "language"),
            models.UniqueConstraint(
                fields=["template", "language", "number"], name="letter_text_number_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template}.{self.language} {self.number}"


class Notice(models.Model):
    """Somebody concerned by a matter who is to be told of it. Where that stands is its latest step."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    matter = models.ForeignKey("matters.Matter", on_delete=models.PROTECT, related_name="notices")
    person_name = models.CharField(max_length=160)
    person_birth_date = models.DateField(null=True, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["made_at", "person_name"]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def latest(self) -> NoticeStep:
        """The step that says where it stands."""
        return self.steps.order_by("pk").last()  # type: ignore[return-value]

    @property
    def state(self) -> str:
        """One of `machine.STATES`."""
        return self.latest.state


class NoticeStep(models.Model):
    """One step of a notice. Never changed: a wrong one is taken back by a new one that names it.

    What the letter says stands in the letter; where it goes to is in the vault.
    """

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=12, choices=[(one, one) for one in STATES])
    reason = models.CharField(max_length=24, blank=True)
    language = models.CharField(max_length=2, blank=True, choices=[(one, one) for one in LANGUAGES])
    channel = models.CharField(max_length=8, blank=True, choices=[(one, one) for one in CHANNELS])
    address = models.ForeignKey(
        "vault.Blob", on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    takes_back = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="taken_back_by", null=True, blank=True
    )
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="notice_state_closed"),
            models.CheckConstraint(
                condition=~models.Q(state__in=("drafted", "sent"))
                | models.Q(letter__isnull=False, address__isnull=False, language__gt="", channel__gt=""),
                name="notice_letter_goes_somewhere",
            ),
        ]


class ToldAfter(models.Model):
    """Counsel has recorded that a paper leaves no time: the people concerned are told after the release."""

    matter = models.OneToOneField("matters.Matter", on_delete=models.PROTECT, related_name="told_after")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")


class ReferralList(models.Model):
    """Who helps, as the oversight office keeps it: the whole list, as of one day."""

    version = models.PositiveIntegerField(unique=True)
    rows = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-version"]


class AccountingRequest(models.Model):
    """Somebody asked what was handed over about them. Who, and where to answer, is in the vault."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    words = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, related_name="+")
    language = models.CharField(max_length=2, choices=[(one, one) for one in LANGUAGES])
    asked_at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["asked_at"]


class Accounting(models.Model):
    """The answer: the list that was made, whole, in the vault; or why the question was set aside."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asked = models.OneToOneField(
        AccountingRequest, on_delete=models.PROTECT, related_name="answer", null=True, blank=True
    )
    outcome = models.CharField(max_length=12)
    words = models.ForeignKey("vault.Blob", on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    language = models.CharField(max_length=2, choices=[(one, one) for one in LANGUAGES])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    entry = models.ForeignKey("audit.Entry", on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at"]
