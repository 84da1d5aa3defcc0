"""The weekly review: what was open and the checkpoint are kept, and a missed week stays in sight."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from tests import factories
from tests.workflows.flow.test_sampling import begun
from workflows.audit import details, flags, log, weeks
from workflows.audit.canonical import parse
from workflows.audit.models import Entry, SignOff
from workflows.errors import Forbidden, Invalid, WrongState
from workflows.flow.reviewing import close_flag, propose_disposition
from workflows.flow.signing_off import sign_off

WORDS = "Looked through every flag and the releases."


@pytest.fixture
def monday(city: factories.City) -> dt.date:
    """The Monday of last week; the log began five weeks ago."""
    factories.seal_log()
    monday = weeks.monday_of(timezone.localdate()) - weeks.WEEK
    begun(weeks.begins(monday - 4 * weeks.WEEK) + dt.timedelta(days=2))
    return monday


def test_what_was_open_and_looked_at_and_the_checkpoint_are_kept(
    city: factories.City, monday: dt.date
) -> None:
    rows = [flags.raise_flag(flags.CLOCK, timezone.now(), {"seconds": 200}) for _ in range(3)]
    propose_disposition(rows[0].pk, "explained", WORDS, actor=city.auditor)
    close_flag(rows[0].pk, actor=city.auditor2)
    with transaction.atomic():
        log.record("audit.viewed", actor=city.auditor)
    factories.seal_log()
    row = sign_off(monday, WORDS, actor=city.auditor)
    assert (row.open_flags, row.closed_flags, row.readings) == (2, 1, 1)
    body = parse(bytes(row.entry.body))
    assert body["counts"] == {"flagged": 2, "checks": 1, "requests": 1, "size": row.size}
    assert body["obj"]["kind"] == "checkpoint" and details.read(row.entry) == {"text": WORDS}
    with pytest.raises(DatabaseError), transaction.atomic():
        SignOff.objects.update(open_flags=0)


def test_who_may_sign_which_week(city: factories.City, monday: dt.date) -> None:
    for week, actor, words, error in (
        (monday, city.admin, "", Forbidden),
        (monday, city.counsel, "", Forbidden),
        (monday + weeks.WEEK, city.auditor, "", WrongState),  # it has not ended
        (monday - 5 * weeks.WEEK, city.auditor, "", WrongState),  # there was no log
        (monday + dt.timedelta(days=1), city.auditor, "", WrongState),
        (monday, city.auditor, "He is undocumented, A 207 331 904.", Invalid),
    ):
        with pytest.raises(error):
            sign_off(week, words, actor=actor)
    sign_off(monday, "", actor=city.auditor)
    with pytest.raises(WrongState):
        sign_off(monday, "", actor=city.auditor2)
    assert Entry.objects.filter(event="oversight.signed_off").count() == SignOff.objects.count() == 1


def test_a_week_nobody_signs_in_time_is_missed_and_stays_late(city: factories.City, monday: dt.date) -> None:
    now = weeks.begins(monday + weeks.WEEK) + dt.timedelta(hours=1)  # last week has just ended
    assert [one.late for one in weeks.ended(now)] == [False, True, True, True, True][: len(weeks.ended(now))]
    assert len(weeks.ended(now)) == 5 and weeks.missed(now) == 4
    assert weeks.missed(now + dt.timedelta(days=7)) == 5
    oldest = weeks.ended(now)[-1].monday
    sign_off(oldest, "", actor=city.auditor)
    assert weeks.missed(timezone.now()) == len([one for one in weeks.ended(timezone.now()) if one.late]) - 1
    last = weeks.ended(timezone.now())[-1]
    assert last.signed is not None and last.late
