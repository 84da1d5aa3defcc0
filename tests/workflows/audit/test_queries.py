"""Reading the log: filters with closed values, pages by key, timelines in order."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from tests.workflows.audit.conftest import LogUnderTest, Somebody
from workflows.audit import queries
from workflows.audit.queries import BadFilter, Filter


def test_pages_run_from_new_to_old_without_a_gap_or_a_repeat(the_log: LogUnderTest) -> None:
    keys = [entry.pk for entry in the_log.write(25)]
    seen, before = [], None
    for _ in range(3):
        page = queries.page(before=before, length=10)
        seen += [line.entry.pk for line in page.lines]
        before = page.older
    assert seen == sorted(keys, reverse=True) and before is None


def test_a_line_says_what_happened_and_where_it_stands_in_the_log(the_log: LogUnderTest) -> None:
    entry = the_log.write(1, "release.approved", actor=Somebody("counsel"))[0]
    waiting = queries.line(entry)
    assert waiting.index is None and waiting.says == "Counsel approved one manifest."
    the_log.seal()
    assert queries.line(entry).index == 0 and queries.line(entry).body["role"] == "counsel"


def test_filters_narrow_and_combine(the_log: LogUnderTest) -> None:
    counsel, matter = Somebody("counsel"), uuid.uuid4()
    the_log.write(2, "page.viewed")
    refused = {"actor": counsel, "matter": matter, "outcome": "refused", "reason": "forbidden"}
    wanted = the_log.write(1, "move.refused", **refused)[0]
    the_log.write(1, "page.viewed", actor=counsel, matter=matter)
    for asked in (
        {"event": "move.refused"}, {"outcome": "refused"}, {"role": "counsel", "event": "move.refused"},
        {"matter": str(matter), "outcome": "refused"},
        {"actor": str(counsel.pseudonym), "event": "move.refused"},
    ):  # fmt: skip
        assert [line.entry.pk for line in queries.page(queries.read_filter(asked)).lines] == [wanted.pk], (
            asked
        )
    assert queries.select(Filter(since=wanted.at, until=wanted.at)).count() == 0
    assert queries.select(Filter(since=wanted.at - timedelta(days=1))).count() == 4


@pytest.mark.parametrize(
    "asked, field",
    [
        ({"event": "matter.guessed"}, "event"), ({"outcome": "fine"}, "outcome"), ({"role": "root"}, "role"),
        ({"matter": "1"}, "matter"), ({"actor": "x' OR 1=1"}, "actor"), ({"since": "yesterday"}, "since"),
    ],
)  # fmt: skip
def test_a_filter_that_names_nothing_is_an_error_and_not_everything(
    asked: dict[str, str], field: str
) -> None:
    with pytest.raises(BadFilter) as caught:
        queries.read_filter(asked)
    assert caught.value.field == field


def test_empty_fields_of_a_form_ask_for_everything() -> None:
    assert queries.read_filter({"event": "", "page": "2", "since": " "}) == Filter()
    since = queries.read_filter({"since": "2026-01-31T10:00"}).since
    assert since is not None and since.tzinfo is not None


def test_the_timeline_of_a_matter_is_in_the_order_of_its_numbers(the_log: LogUnderTest) -> None:
    matter = uuid.uuid4()
    the_log.write(3, matter=matter)
    the_log.write(2, matter=uuid.uuid4())
    assert [line.entry.matter_seq for line in queries.timeline(matter)] == [1, 2, 3]
    assert [line.entry.matter_seq for line in queries.timeline(matter, after=2)] == [3]
