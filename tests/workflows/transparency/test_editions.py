"""An edition is counted from the log once its quarter is over and sealed, printed once, and never changed."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from tests import factories
from workflows.audit.canonical import canonical
from workflows.audit.models import Entry
from workflows.flow import secrecy
from workflows.flow.advance import advance
from workflows.transparency.counting import Quarter
from workflows.transparency.editions import document, ends, publish_finished
from workflows.transparency.models import Cell, Edition


def refuse(city: factories.City, **changes: object) -> None:
    matter = factories.open_request(city, **changes)
    advance(matter.pk, "refuse", actor=city.counsel, missing=["no_instrument"], reason="No order is filed.")


@pytest.fixture
def after(city: factories.City) -> Iterator[dt.datetime]:
    """Six requests refused, two withdrawn; then it is the next quarter, and the log has been sealed."""
    for _ in range(6):
        refuse(city)
    for _ in range(2):
        advance(
            factories.open_request(city, requester_class="federal_other").pk, "withdraw", actor=city.client
        )
    factories.seal_log()
    over = ends(Quarter.of(timezone.localdate())) + dt.timedelta(hours=2)
    with time_machine.travel(over, tick=False):
        factories.seal_log()
        yield over


def cells(edition: Edition, table: str) -> dict[tuple[str, str], object]:
    return {(c.row, c.column): c.mark or c.value for c in edition.cells.filter(table=table)}


def test_a_quarter_is_counted_once_from_the_log_with_its_small_cells_hidden(
    city: factories.City, after: dt.datetime
) -> None:
    (edition,) = publish_finished(after)
    requests = cells(edition, "requests")
    assert requests["federal_other", ""] == "small" and requests["federal_criminal", ""] == 0
    assert "withheld" in (requests["civil_immigration", ""], requests["all", ""])
    answers = cells(edition, "answers")
    assert answers["federal_other", "withdrawn"] == "small" and answers["all", "withdrawn"] == "small"
    assert answers["civil_immigration", "released"] == 0
    assert not Cell.objects.filter(value__in=(1, 2, 3, 4)).exclude(table="days").exists()
    assert cells(edition, "reasons")["unsigned", ""] == 0

    # It names the checkpoint it stands on, and its digest is in the log.
    assert edition.note.splitlines()[:2] == [edition.origin, str(edition.size)]
    digest = hashlib.sha256(canonical(document(edition, edition.cells.all()))).hexdigest()
    assert edition.sha256 == digest == Entry.objects.get(event="register.published").digest

    # It never changes, and the next one counts nothing twice.
    for rows, change in (
        (edition.cells.all(), {"value": 7, "mark": ""}),
        (Edition.objects.all(), {"size": 1}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.delete()
    assert publish_finished(after) == []
    later = ends(Quarter.of(timezone.localdate(after))) + dt.timedelta(hours=2)
    with time_machine.travel(later, tick=False):
        factories.seal_log()
        (second,) = publish_finished(later)
    assert {cell.value for cell in second.cells.exclude(table="days")} == {0}


def test_nothing_is_printed_before_the_quarter_is_over_and_its_entries_are_sealed(
    city: factories.City,
) -> None:
    factories.open_request(city)
    over = ends(Quarter.of(timezone.localdate())) + dt.timedelta(hours=2)
    assert publish_finished(over) == []  # no checkpoint at all
    factories.seal_log()
    assert publish_finished(over) == []  # none since the end of the quarter
    with time_machine.travel(over, tick=False):
        factories.seal_log()
        assert publish_finished(over - dt.timedelta(days=1)) == []
        assert len(publish_finished(over)) == 1


def test_a_quarter_ends_at_midnight_of_the_city_whatever_the_wall_clock_does() -> None:
    assert ends(Quarter(2026, 1)) == dt.datetime(2026, 4, 1, 6, tzinfo=dt.UTC)  # summer time has begun
    assert ends(Quarter(2026, 4)) == dt.datetime(2027, 1, 1, 7, tzinfo=dt.UTC)
    assert Quarter.of(dt.date(2026, 9, 30)) == Quarter(2026, 3) and Quarter(2026, 4).next() == Quarter(
        2027, 1
    )


def test_a_sealed_matter_is_counted_once_in_the_first_edition_after_its_seal(city: factories.City) -> None:
    matter = factories.open_request(city)
    over = ends(Quarter.of(timezone.localdate())) + dt.timedelta(hours=2)
    sealed_until = timezone.localdate(over) + dt.timedelta(days=5)
    secrecy.seal(
        matter.pk, [], actor=city.counsel, ground="court_order", reason="The court has ordered it.",
        ends_on=sealed_until, stepped_up_at=timezone.now(),
    )  # fmt: skip
    factories.seal_log()
    with time_machine.travel(over, tick=False):
        factories.seal_log()
        (first,) = publish_finished(over)
    assert cells(first, "requests")["all", ""] == 0
    later = ends(Quarter.of(timezone.localdate(over))) + dt.timedelta(hours=2)
    with time_machine.travel(later, tick=False):
        factories.seal_log()
        (second,) = publish_finished(later)
    assert cells(second, "requests")["all", ""] == "small"
