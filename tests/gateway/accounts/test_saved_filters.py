"""Filters of the queue that a person keeps: the same form sent twice at once keeps one of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction

from gateway.accounts.models import Person, SavedFilter
from gateway.accounts.saved_filters import save_filter
from tests import factories
from workflows.errors import Invalid


def _waiting(cursor: Any) -> int:
    """How many connections wait for what another one holds."""
    cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
    return int(cursor.fetchone()[0])


@pytest.mark.postgres
def test_of_two_windows_that_keep_a_name_at_once_the_second_is_told_that_it_is_taken(
    city: factories.City,
) -> None:
    def window() -> str:
        try:
            save_filter("Mine", "show=open", actor=city.officer)
        except Invalid as refusal:
            return refusal.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            Person.objects.select_for_update().get(pk=city.officer.pk)  # until both have begun
            windows = [pool.submit(window) for _ in range(2)]
            while _waiting(cursor) < 2 and not any(one.done() for one in windows):
                pass
        assert sorted(one.result() for one in windows) == ["", "name_taken"]
    assert SavedFilter.objects.count() == 1
