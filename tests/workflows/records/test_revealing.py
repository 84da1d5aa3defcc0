"""The words of the pages are kept, encrypted; a value is shown to those who may see it, with an entry."""

from __future__ import annotations

import pytest

from tests import factories
from tests.pdfs import pdf_of
from workflows.audit.models import Entry
from workflows.errors import NotVisible, Refused, WrongState
from workflows.records import actions, page_words
from workflows.records.models import Finding, Record
from workflows.records.revealing import reveal

LINES = ("The tenant of unit 4 moved in June.", "Citizenship: Guatemala, visa type: H-2A", "Rent is paid.")


@pytest.fixture
def record(city: factories.City) -> Record:
    return factories.to_review(city, pdf_of(*LINES)).records.get()


def citizenship(record: Record) -> Finding:
    finding = record.findings.filter(type="CITIZENSHIP").first()
    assert finding is not None
    return finding


def bodies(event: str) -> list[bytes]:
    return [bytes(entry.body) for entry in Entry.objects.filter(event=event)]


def test_words_are_kept_with_their_boxes_where_the_findings_stand(record: Record) -> None:
    assert record.words is not None and record.words.kind == page_words.KIND
    assert record.words.record_id == str(record.pk)
    (page,) = page_words.pages_of(record.words)
    reading = page.readings[0]
    assert [line for line in LINES if line not in reading.text] == []
    at = reading.text.index("unit 4")
    ((x0, y0, x1, y1),) = reading.lines(at, at + len("unit 4"))
    assert 72 < x0 < x1 < 250 and 840 - 715 < y0 < y1 < 850 - 700  # the first line of an A4 sheet
    assert set(page.claims) == set(record.findings.values_list("key", flat=True))


def test_a_value_is_shown_with_words_around_it_and_neighbours_stay_masked(city, record) -> None:
    finding = citizenship(record)
    shown = reveal(record.pk, finding.pk, actor=city.officer)
    assert "Guatemala" in shown.value and "H-2A" not in shown.value
    assert "H-2A" not in shown.before + shown.after and page_words.MASK in shown.after
    assert "tenant" in shown.before
    (body,) = bodies("finding.revealed")
    assert b"Guatemala" not in body and str(finding.pk).encode() in body

    # each showing is an entry of its own, counsel's too
    reveal(record.pk, finding.pk, actor=city.counsel)
    assert len(bodies("finding.revealed")) == 2


def test_nobody_else_is_shown_a_value_and_every_refusal_is_an_entry(city, record) -> None:
    outsiders = ("verifier", "officer2", "counsel2", "auditor", "admin", "client")
    for who in outsiders:
        with pytest.raises(Refused):
            reveal(record.pk, citizenship(record).pk, actor=city.people[who])
    assert bodies("finding.revealed") == [] and len(bodies("move.refused")) == len(outsiders)
    other = factories.take_in(city, record.matter, pdf_of("Nothing of anybody."))
    with pytest.raises(NotVisible):
        reveal(other.pk, citizenship(record).pk, actor=city.officer)


def test_a_record_read_before_words_were_kept_is_read_again(city, record) -> None:
    Record.objects.update(words=None)
    with pytest.raises(WrongState, match="Read it again"):
        reveal(record.pk, citizenship(record).pk, actor=city.officer)
    actions.retry_scan(record.pk, actor=city.officer)
    factories.work()
    assert "Guatemala" in reveal(record.pk, citizenship(record).pk, actor=city.officer).value
