"""Tables of a test run: the first process migrates, the others copy what it made.

Migrating takes several seconds of computing, and every process of a run would do the same. That the
migrations themselves are right is asked elsewhere, from nothing and from every landed version.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from pathlib import Path

from django.db import connection

from tests import services


class Tables:
    """The test database of this process. `begin` and `end` stand around its making; in between only one
    process of the run migrates while the others wait, and those then find nothing to do."""

    def __init__(self) -> None:
        self.copied = self.first = False
        self._folder = Path(os.environ[services.FOLDER_VARIABLE])
        self._kind = connection.vendor
        self._template = self._folder / f"migrated.{self._kind}"
        self._name = f"template_{self._folder.name}"
        self._held = contextlib.ExitStack()

    def begin(self) -> None:
        """Wait for whoever migrates; then either the template is taken, or this process is the first."""
        if "PYTEST_XDIST_WORKER" not in os.environ:
            return
        self._lock()
        self.first = not self._template.exists()
        if self.first:
            return
        if self._kind == "sqlite":
            Path(str(connection.settings_dict["TEST"]["NAME"])).write_bytes(self._template.read_bytes())
            self.copied = True
        else:
            connection.settings_dict["TEST"]["TEMPLATE"] = self._name

    def end(self) -> None:
        """The tables are there; if nobody made them before, they become the template."""
        if self.first:
            name = str(connection.settings_dict["NAME"])
            if self._kind == "sqlite":
                copy_tables(self._template)
            else:
                connection.close()  # nobody may be using a database that is copied
                self._run("CREATE DATABASE {} TEMPLATE {}", self._name, name)
                self._template.touch()
        self._held.close()

    def drop(self) -> None:
        """The template of a server that outlives this run goes away."""
        if self.first and self._kind != "sqlite":
            self._lock()
            self._run("DROP DATABASE {}", self._name)
            self._template.unlink()
            self._held.close()

    def _lock(self) -> None:
        lock = self._held.enter_context((self._folder / "migrated.lock").open("w"))
        fcntl.flock(lock, fcntl.LOCK_EX)

    def _run(self, statement: str, *names: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement.format(*map(connection.ops.quote_name, names)))


def copy_tables(path: Path) -> None:
    """The file is a copy of this process's SQLite test database as it was committed."""
    with contextlib.closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as made:
        made.execute("VACUUM INTO ?", [str(path)])
