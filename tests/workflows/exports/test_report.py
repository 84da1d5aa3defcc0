"""A report counts exactly for the office, and for the public repeats what the register has printed."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterator

import pypdfium2
import pytest
import time_machine
from django.db import transaction
from django.utils import timezone

from tests import factories
from tests.workflows.exports.conftest import Archive, seal
from tests.workflows.flow.test_sampling import begun, stand_at
from workflows.audit import flags, log, sampling, weeks
from workflows.audit.models import Checkpoint, Entry
from workflows.errors import Forbidden, Invalid
from workflows.exports import actions, report
from workflows.exports.models import Export
from workflows.exports.periods import INTERNAL, PUBLIC, Period, recent
from workflows.exports.tasks import make_finished
from workflows.flow.advance import advance
from workflows.flow.reviewing import close_flag, propose_disposition
from workflows.flow.sampling import draw_sample, record_outcome
from workflows.flow.signing_off import sign_off
from workflows.matters.models import Matter
from workflows.transparency.editions import publish_finished

Fetch = Callable[..., Archive]


def this_month() -> Period:
    today = timezone.localdate()
    return Period(today.year, today.month)


def this_quarter() -> Period:
    today = timezone.localdate()
    return Period(today.year, 3 * ((today.month - 1) // 3) + 1, 3)


def refuse(city: factories.City, **changes: object) -> Matter:
    matter = factories.open_request(city, **changes)
    return advance(
        matter.pk, "refuse", actor=city.counsel, missing=["no_instrument"], reason="No order is filed."
    )


@pytest.fixture
def busy(city: factories.City) -> list[Matter]:
    """Six requests refused and two withdrawn; a flag; sealed."""
    refused = [refuse(city) for _ in range(6)]
    for _ in range(2):
        found = factories.open_request(city, requester_class="federal_other")
        advance(found.pk, "withdraw", actor=city.client)
    flags.raise_flag(flags.BRACKET, timezone.now(), {"leaf": 1})
    factories.seal_log()
    return refused


def rows(made: report.Report, title: str) -> dict[str, tuple[str, ...]]:
    (table,) = [table for table in made.tables if table.title == title]
    return {row[0]: row[1:] for row in table.rows}


def test_a_report_of_the_office_counts_exactly(city: factories.City, busy: list[Matter]) -> None:
    made = report.make(this_month(), INTERNAL, timezone.now())
    assert rows(made, "Requests by class of agency") == {
        "Civil immigration enforcement": ("6",), "Federal criminal investigation": ("0",),
        "Other federal agency": ("2",), "Not known": ("0",), "All": ("8",),
    }  # fmt: skip
    answers = rows(made, "Answers by class of agency")
    assert answers["Civil immigration enforcement"] == ("0", "6", "0", "6")
    assert answers["All"] == ("0", "6", "2", "8")
    assert rows(made, "Days from request to answer")["Refused"] == ("6", "0", "0")
    assert rows(made, "Refusals by what was missing first") == {
        "No warrant or court order has been filed.": ("6",)
    }
    assert rows(made, "Flags of the log") == {flags.SAYS[flags.BRACKET]: ("1", "0", "1")}
    assert rows(made, "Releases, recalls, notices and other acts")[
        "The release of a package was opened to the requesting agency."
    ] == ("0",)
    heights = {bar.label: [block.says for block in bar.blocks] for bar in made.pictures[0].chart.bars}
    assert heights["Immigration"] == ["Refused: 6"] and heights["Other"] == ["Taken back: 2"]
    assert [bar.total for bar in made.pictures[0].chart.bars] == [6, 0, 2, 0]  # written above each
    assert made.proof.size > 0 and made.proof.text.splitlines()[1] == str(made.proof.size)
    assert "local only" in made.proof.witness


def test_a_report_says_how_the_log_was_looked_after(city: factories.City) -> None:
    now = timezone.now()
    monday = weeks.monday_of(timezone.localdate(now)) - weeks.WEEK
    sunday, ended = monday + dt.timedelta(days=6), sampling.before(timezone.localdate(now).replace(day=1))
    factories.seal_log()
    stand_at(Checkpoint.objects.get(), weeks.begins(ended))
    begun(weeks.begins(monday - 9 * weeks.WEEK))
    with transaction.atomic():
        for _ in range(2):
            log.record("release.made", actor=city.officer)
    factories.seal_log()
    sign_off(monday, "", actor=city.auditor)

    reviewed = rows(report.make(Period(sunday.year, sunday.month), INTERNAL, now), "Weeks reviewed")
    ends = [one.sunday for one in weeks.ended(now) if (one.sunday.year, one.sunday.month) == (
        sunday.year, sunday.month)]  # fmt: skip
    assert [week[0] for week in reviewed.values()] == [
        *(["missed"] * (len(ends) - 1)), f"{timezone.localdate():%Y-%m-%d}",
    ]  # fmt: skip
    assert list(reviewed)[-1].endswith(f"to {sunday:%B} {sunday.day}")

    month = Period(ended.year, ended.month)
    assert rows(report.make(month, INTERNAL, now), "Samples of releases") == {
        f"{ended:%B %Y}": ("", "not drawn", "", "", "")
    }
    sample = draw_sample(ended, actor=city.auditor)
    record_outcome(sample.drawn.first().pk, [], "Compared with the paper.", actor=city.auditor)
    said = rows(report.make(month, INTERNAL, now), "Samples of releases")[f"{ended:%B %Y}"]
    assert said == ("2", "2", "1", "0", "95.0 %")  # of one checked release nothing much can be said


def test_flags_are_pictured_by_what_became_of_them(city: factories.City, busy: list[Matter]) -> None:
    row = flags.raise_flag(flags.CLOCK, timezone.now(), {"seconds": 200})
    propose_disposition(row.pk, "explained", "The clock was set by hand.", actor=city.auditor)
    close_flag(row.pk, actor=city.auditor2)
    picture = report.make(this_quarter(), INTERNAL, timezone.now()).pictures[-1]
    said = {bar.label: [block.says for block in bar.blocks] for bar in picture.chart.bars}
    assert said[f"{timezone.localdate():%B}"] == ["Closed by two auditors: 1", "Open: 1"]
    assert len(said) == 3 and len(report.make(this_month(), INTERNAL, timezone.now()).pictures) == 3


def test_refused_acts_are_counted_by_their_reason(city: factories.City, busy: list[Matter]) -> None:
    with pytest.raises(Forbidden):
        advance(busy[0].pk, "approve", actor=city.officer, stepped_up_at=timezone.now())
    refused = report.make(this_month(), INTERNAL, timezone.now())
    (table,) = [table for table in refused.tables if table.title == "What was refused"]
    assert ("A move of a matter was refused.", "forbidden", "1") in table.rows


def test_a_sealed_matter_is_in_no_number(city: factories.City, busy: list[Matter]) -> None:
    seal(city, busy[0])
    made = report.make(this_month(), INTERNAL, timezone.now())
    assert rows(made, "Requests by class of agency")["All"] == ("7",)
    assert rows(made, "Answers by class of agency")["All"] == ("0", "5", "2", "7")


def test_the_paper_is_an_archive_with_pictures_and_the_checkpoint(
    city: factories.City, busy: list[Matter], fetched: Fetch
) -> None:
    export = actions.ask_report(this_month().name, INTERNAL, actor=city.counsel)
    archive = fetched(export, city.auditor)
    assert archive.code == 0 and archive.said["entries"] == 1
    assert archive.names == {"report.pdf", "report.json", "report.csv", "export.json"}
    with pypdfium2.PdfDocument(archive.file("report.pdf")) as paper:
        text = " ".join(" ".join(page.get_textpage().get_text_range() for page in paper).split())
    assert "Requests that came in: 8." in text and "must not be published" in text
    assert "How the log stands" in text and "Answers by days taken" in text
    sheet = csv.reader(io.StringIO(archive.file("report.csv").decode(), newline=""))
    assert ["Requests by class of agency", "All / Requests", "8"] in list(sheet)
    assert Entry.objects.get(event="export.made").digest is not None


@pytest.fixture
def over(city: factories.City, busy: list[Matter]) -> Iterator[dt.datetime]:
    """It is the next quarter, and the log has been sealed."""
    with time_machine.travel(this_quarter().ends + dt.timedelta(hours=2), tick=False):
        factories.seal_log()
        yield timezone.now()


def test_a_public_report_repeats_the_edition_and_hides_what_it_hides(
    city: factories.City, over: dt.datetime, fetched: Fetch
) -> None:
    quarter = this_quarter().before()
    with pytest.raises(Invalid) as caught:
        actions.ask_report(quarter.name, PUBLIC, actor=city.auditor)
    assert caught.value.code == "no_edition"
    (edition,) = publish_finished(over)
    printed = {(cell.table, cell.row, cell.column): cell.value for cell in edition.cells.all()}

    made = report.make(quarter, PUBLIC, over)
    assert rows(made, "Requests")["Other federal agency"] == ("<5",)
    assert rows(made, "Answers")["All: taken back"] == ("<5",)
    assert rows(made, "Papers")["No paper"] in ((str(printed["papers", "none", ""]),), ("withheld",))
    numbers = {cell for table in made.tables if "Days" not in table.title for _, cell in table.rows}
    assert not numbers & {"1", "2", "3", "4"}
    assert edition.sha256 in " ".join(made.summary) and made.pictures == ()

    with pytest.raises(Invalid):  # a month of a quarter would give away what the quarter hides
        actions.ask_report(f"{quarter.year}-{quarter.month:02d}", PUBLIC, actor=city.auditor)
    archive = fetched(actions.ask_report(quarter.name, PUBLIC, actor=city.auditor), city.auditor)
    assert archive.code == 0 and b'"<5"' in archive.file("report.json")


def test_the_gateway_makes_the_reports_of_what_is_over_once(city: factories.City, over: dt.datetime) -> None:
    made = make_finished(over)
    names = {export.asked["period"] for export in made}
    assert {this_quarter().before().name, this_month().before().name} <= names
    assert all(export.by is None and export.asked["scope"] == INTERNAL for export in made)
    assert make_finished(over) == []
    assert Export.objects.count() == len(made)


@pytest.mark.parametrize("who", ["officer", "verifier", "admin", "client"])
def test_others_make_no_report(city: factories.City, who: str) -> None:
    with pytest.raises(Forbidden):
        actions.ask_report(this_month().name, INTERNAL, actor=city.people[who])


@pytest.mark.parametrize(
    "name", ["", "2026", "2026-13", "2026-q5", "2026-00", "1999-01", "2026-q1 ", "２０26-01"]
)
def test_what_is_no_period_is_refused(city: factories.City, name: str) -> None:
    with pytest.raises(Invalid):
        actions.ask_report(name, INTERNAL, actor=city.auditor)


def test_a_period_that_has_not_begun_is_refused(city: factories.City) -> None:
    with pytest.raises(Invalid, match="not begun"):
        actions.ask_report("2099-01", INTERNAL, actor=city.auditor)


def test_periods_meet_without_gap_and_carry_their_names() -> None:
    month = Period(2026, 12)
    assert month.ends == Period(2027, 1).begins and month.before() == Period(2026, 11)
    quarter = Period.named("2026-q4")
    assert quarter == Period(2026, 10, 3) and quarter.name == "2026-q4" and quarter.ends == month.ends
    assert quarter.before().before().before().before().name == "2025-q4"
    assert [Period(2026, m, 3).title.split()[0] for m in (1, 4, 7, 10)] == [
        "First",
        "Second",
        "Third",
        "Fourth",
    ]
    now = dt.datetime(2026, 11, 26, 12, tzinfo=dt.UTC)
    assert [one.name for one in recent(now, dt.datetime(2026, 10, 2, tzinfo=dt.UTC))] == [
        "2026-q4", "2026-11", "2026-10",
    ]  # fmt: skip
    assert recent(now, None) == []
