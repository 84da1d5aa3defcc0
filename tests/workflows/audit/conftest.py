"""A log of one's own: database, keys, memory file, export folder and sequencer for one test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.utils import timezone

from workflows.audit import keys, log, triggers
from workflows.audit.memory import SignerMemory
from workflows.audit.models import Entry
from workflows.audit.sequencer import Sequencer


@dataclass
class Somebody:
    """A person as the log sees one."""

    role: str = "officer"
    pseudonym: uuid.UUID = field(default_factory=uuid.uuid4)


class Clock:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.now = timezone.now()

    def __call__(self) -> datetime:
        return self.now

    def go(self, **by: float) -> None:
        self.now += timedelta(**by)


class LogUnderTest:
    """Write entries, seal them, look at the files."""

    def __init__(self, folder: Path, settings) -> None:
        self.folder = folder
        self.settings = settings
        self.clock = Clock()
        self.memory = SignerMemory(Path(settings.MEMORY_FILE))
        self.export_dir = Path(settings.EXPORT_DIR)

    def write(self, count: int = 1, event: str = "task.done", **given) -> list[Entry]:
        given.setdefault("actor", Somebody())
        with transaction.atomic():
            return [log.record(event, **given) for _ in range(count)]

    def sequencer(self) -> Sequencer:
        """A sequencer that has just been started, as after a crash."""
        one = Sequencer(
            keys.log_signer(), self.memory, self.export_dir, origin=self.settings.LOG_ORIGIN, now=self.clock
        )
        one.start()
        return one

    def seal(self) -> None:
        one = self.sequencer()
        while one.step():
            pass

    def seal_without_watch(self) -> None:
        """Seal what waits; nothing is looked at."""
        one = self.sequencer()
        one.watch.catch_up = lambda *_, **__: 0  # type: ignore[method-assign]
        while one.step():
            pass


def sql(statement: str, *parameters) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else []


def without_triggers() -> None:
    """What the owner of the database can do: take every trigger off the log's tables."""
    with connection.cursor() as cursor:
        for trigger in triggers.registered():
            if not trigger.table.startswith("audit_"):
                continue
            if connection.vendor == "sqlite":
                for name in trigger.sqlite_statements():
                    cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            elif trigger.postgres:
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}")


@pytest.fixture
def own_files(tmp_path: Path, settings) -> Path:
    settings.KEY_DIR = tmp_path / "keys"
    settings.LOG_KEY_FILE = tmp_path / "keys" / "log.key"
    settings.PACKAGE_KEY_FILE = tmp_path / "keys" / "package.key"
    settings.MEMORY_FILE = tmp_path / "elsewhere" / "signer.json"
    settings.EXPORT_DIR = tmp_path / "export"
    return tmp_path


@pytest.fixture
def the_log(own_files: Path, settings, db) -> Iterator[LogUnderTest]:
    yield LogUnderTest(own_files, settings)
