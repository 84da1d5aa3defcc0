"""People (and agency clients) who act: one row each, one role each."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models


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
