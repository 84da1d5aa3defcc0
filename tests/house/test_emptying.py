"""Between tests that commit, the database is as Django's own flush leaves it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.core.management import call_command, sql
from django.core.management.commands import flush
from django.core.management.sql import emit_post_migrate_signal
from django.db import connection

from tests import emptying, factories
from tests.city import drop_triggers
from workflows.audit import triggers


def emptied() -> dict[str, Counter[Any]]:
    """The rows after a flush, without the numbers that they are counted by."""
    if not emptying.step_aside(connection) or flush.sql_flush is sql.sql_flush:
        drop_triggers()
    call_command("flush", interactive=False, verbosity=0, reset_sequences=False)
    assert triggers.check(connection) == []
    return {
        table: Counter(tuple(value for value in row if not isinstance(value, int)) for row in rows)
        for table, rows in emptying.contents(connection).items()
    }


def test_what_is_written_back_is_what_post_migrate_makes(
    city: factories.City, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert city.people
    monkeypatch.setattr(flush, "sql_flush", sql.sql_flush)
    monkeypatch.setattr(flush, "emit_post_migrate_signal", emit_post_migrate_signal)
    made = emptied()
    monkeypatch.undo()
    emptied()  # the first of a process still asks Django
    assert factories.make_city().people
    drop_triggers()

    assert flush.emit_post_migrate_signal is emptying.after_flush
    assert emptied() == made
    assert made["auth_permission"].total() > 100
