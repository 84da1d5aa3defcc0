"""People (and agency clients) who act: one row each, one role each."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models

from workflows.proposals import Proposal, one_open, two_people


class Role(models.TextChoices):
    """The closed list of roles. One person has one role, so that no one can be two of the four eyes."""

    OFFICER = "officer", "Records officer"
    VERIFIER = "verifier", "Instrument verifier"
    COUNSEL = "counsel", "Counsel"
    AUDITOR = "auditor", "Auditor"
    ADMINISTRATOR = "administrator", "Administrator"
    CUSTODIAN = "custodian", "Custodian of a department"
    AGENCY = "agency", "Requesting agency"


class PersonManager(BaseUserManager["Person"]):
    """Makes people; e-mail addresses are compared in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Store and return an active person. Without a password nobody can sign in as them."""
        if not email:
            raise ValueError("a person needs an e-mail address")
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Person:
        """Refuse: the gate knows no superusers."""
        raise ValueError("this installation has no superusers; make a person with the role administrator")

    def get_by_natural_key(self, username: str | None) -> Person:
        """Look a person up by address, in lower case."""
        return self.get(email=(username or "").lower())


class Person(AbstractBaseUser, PermissionsMixin):
    """Somebody who can act. `pseudonym` stands for them in the log and outlives the account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=16, choices=Role.choices)
    pseudonym = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PersonManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=[role.value for role in Role]), name="person_role_closed"
            ),
            models.CheckConstraint(condition=models.Q(is_superuser=False), name="person_no_superuser"),
        ]
        verbose_name = "person"
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return self.name

    def get_session_auth_hash(self) -> str:
        """A session belongs to one password and one role: when either changes, it is at an end (R5)."""
        return f"{super().get_session_auth_hash()}.{self.role}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        """The same under older keys of the installation."""
        for older in super().get_session_auth_fallback_hash():
            yield f"{older}.{self.role}"


class AccountChange(Proposal):
    """What one administrator proposed for an account, and what another one said to it."""

    NEW, ROLE, ON = "new", "role", "on"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="changes")
    what = models.CharField(max_length=8, choices=[(NEW, NEW), (ROLE, ROLE), (ON, ON)])
    role = models.CharField(max_length=16, choices=Role.choices)  # that the person has once it holds

    class Meta:
        default_permissions = ()
        constraints = [
            two_people("account_change_two_people"),
            one_open("account_change_one_open", "person"),
        ]


class OwnKeys(models.Model):
    """The single keys of the review as one person wants them; without a row, the usual ones."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="own_keys")
    on = models.BooleanField(default=True)
    keys = models.JSONField(default=dict)  # act -> one character, or none: `gateway.accounts.own_keys`

    class Meta:
        default_permissions = ()


class SavedFilter(models.Model):
    """A filter of the queue that one person keeps under a name; nobody else sees it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_filters")
    name = models.CharField(max_length=40)
    wanted = models.CharField(max_length=120)  # of closed lists and keys: `gateway.web.queue_filter`
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="saved_filter_name_once")]
        ordering = ["made_at", "pk"]
