"""The application adds to the log and nothing else; the sequencer reads no record (PostgreSQL roles)."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from tests import factories
from tests.workflows.audit.conftest import LogUnderTest
from workflows.audit.models import Checkpoint, Entry, Leaf
from workflows.flow.viewing import view_matter


@contextmanager
def acting_as(role: str) -> Iterator[None]:
    """The session has this role's rights; the owner's again afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")


@pytest.fixture
def roles(transactional_db: None) -> Iterator[tuple[str, str]]:
    made = tuple(f"{word}_{secrets.token_hex(4)}" for word in ("app", "seq"))
    with connection.cursor() as cursor:
        for role in made:
            cursor.execute(f"CREATE ROLE {role} NOLOGIN")
    out = io.StringIO()
    call_command("database_roles", application=made[0], sequencer=made[1], stdout=out)
    assert "the rights are as this version needs them" in out.getvalue()
    yield made[0], made[1]
    with connection.cursor() as cursor:
        for role in made:
            cursor.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_application_works_and_the_sequencer_seals_each_with_its_own_rights(
    roles: tuple[str, str], own_files, settings
) -> None:
    city = factories.make_city()
    the_log = LogUnderTest(own_files, settings)
    application, sequencer = roles
    with acting_as(application):
        matter = factories.open_request(city)
        view_matter(matter.pk, actor=city.officer)
    with acting_as(sequencer):
        the_log.seal()
    assert Leaf.objects.count() == Entry.objects.count() > 3
    assert Checkpoint.objects.exists()


FORBIDDEN = {
    "application": [
        "UPDATE audit_entry SET role = 'counsel'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry CASCADE",
        "DELETE FROM audit_pending",
        "INSERT INTO audit_leaf (incarnation, idx, entry, hash) VALUES (1, 0, 1, '')",
        "INSERT INTO audit_checkpoint (incarnation, size, note, at) VALUES (1, 1, '', now())",
        "UPDATE audit_checkpoint SET cosignatures = 'x'",
        "INSERT INTO audit_incarnation (number, origin) VALUES (9, 'x')",
        "UPDATE audit_flag SET code = 'x'",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_entry_no_delete ON audit_entry",
        "SET session_replication_role = replica",
    ],
    "sequencer": [
        "UPDATE audit_entry SET role = 'counsel'",
        "DELETE FROM audit_leaf",
        "UPDATE audit_leaf SET idx = 7",
        "UPDATE audit_checkpoint SET note = 'x'",
        "SELECT * FROM matters_matter",
        "SELECT * FROM records_record",
        "SELECT password FROM accounts_person",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    ],
}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_neither_role_can_do(roles: tuple[str, str]) -> None:
    allowed = []
    for role, statements in zip(roles, FORBIDDEN.values(), strict=True):
        for statement in statements:
            with acting_as(role):
                try:
                    with transaction.atomic(), connection.cursor() as cursor:
                        cursor.execute(statement)
                except DatabaseError as refused:
                    # Refused for want of a right, before any trigger was asked.
                    assert getattr(refused.__cause__, "sqlstate", "") == "42501", (statement, refused)
                else:
                    allowed.append((role, statement))
    assert not allowed


@pytest.mark.sqlite
def test_a_file_has_no_roles(db: None) -> None:
    with pytest.raises(CommandError, match="has no roles"):
        call_command("database_roles", application="a", sequencer="b")
