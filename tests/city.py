"""Fixtures of a city in a real database that commits: threads, workers and triggers as in service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests import factories
from tests.emptying import keep_what_flush_makes, step_aside


@pytest.fixture
def own_log(tmp_path: Path, settings: Any) -> Path:
    """Keys, signer memory and export folder of this test's own log."""
    settings.KEY_DIR = tmp_path / "keys"
    settings.LOG_KEY_FILE = tmp_path / "keys" / "log.key"
    settings.PACKAGE_KEY_FILE = tmp_path / "keys" / "package.key"
    settings.MEMORY_FILE = tmp_path / "memory" / "signer.json"
    settings.EXPORT_DIR = tmp_path / "export"
    return tmp_path


def drop_triggers() -> None:
    """Take the guarding triggers off, as only the owner of the database can."""
    from workflows.audit import triggers

    with connection.cursor() as cursor:
        for trigger in triggers.registered():
            if connection.vendor == "sqlite":
                for name in trigger.sqlite_statements():
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            elif trigger.postgres:
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}")


@pytest.fixture(autouse=True)
def guards_step_aside(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test that commits, the guards step aside for Django's flush, which empties every table
    and ends with what puts them back (`tests/emptying.py`)."""
    marker = request.node.get_closest_marker("django_db")
    commits = {"transactional_db", "live_server"} & set(request.fixturenames)
    if not commits and not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("_django_db_helper")  # so that it is torn down after this
    keep_what_flush_makes()
    yield
    if not step_aside(connection):
        drop_triggers()


@pytest.fixture
def committed_db(transactional_db: None) -> None:
    """A database that commits: threads, workers and triggers as in service."""


@pytest.fixture
def city(committed_db: None, own_log: Path) -> factories.City:
    """The test city: staff, two agencies, a court in the directory."""
    return factories.make_city()
