"""Own steps are taken back and done again; the same words are decided alike everywhere in a matter."""

from __future__ import annotations

import pytest

from tests import factories
from tests.pdfs import pdf_of
from workflows.audit.models import Entry
from workflows.errors import Invalid, NotVisible, Stale
from workflows.flow.assigning import assign
from workflows.records import review
from workflows.records.alike import alike, decide_alike
from workflows.records.models import Finding, Mark, Record
from workflows.records.undoing import can_redo, redo, undo


def decision_of(finding: Finding) -> str:
    finding.refresh_from_db()
    return finding.decision


@pytest.fixture
def records(city: factories.City) -> list[Record]:
    """Two records of one matter that are about the same country, and one word more each."""
    matter = factories.to_collecting(city)
    for other in ("Visa type: H-2A", "Country of birth: Peru"):
        factories.take_in(city, matter, pdf_of("Citizenship: Guatemala", "Citizenship: Guatemala", other))
    factories.work()
    return list(matter.records.order_by("number"))


def first_of(record: Record) -> Finding:
    finding = record.findings.filter(type="CITIZENSHIP").first()
    assert finding is not None
    return finding


def test_a_step_undone_is_done_again_until_another_is_taken(city, records) -> None:
    record, finding = records[0], first_of(records[0])
    with pytest.raises(Invalid, match="nothing of yours to do again"):
        redo(record.pk, actor=city.officer)
    review.decide(record.pk, finding.pk, "redact", actor=city.officer)
    review.see_page(record.pk, 1, actor=city.officer)
    mark = review.draw(record.pk, 1, (10, 10, 60, 40), actor=city.officer)
    review.remove_mark(record.pk, mark.pk, actor=city.officer)

    for _ in range(4):
        undo(record.pk, actor=city.officer)
    mark.refresh_from_db()
    assert (decision_of(finding), record.pages.get().seen_at) == ("", None)
    assert mark.removed_at is not None

    redo(record.pk, actor=city.officer)
    assert decision_of(finding) == "redact" and finding.decided_by == city.officer
    redo(record.pk, actor=city.officer)
    assert record.pages.get().seen_by == city.officer
    redo(record.pk, actor=city.officer)
    mark.refresh_from_db()
    assert mark.removed_at is None
    assert Entry.objects.filter(event="mark.redone").count() == 3

    review.draw(record.pk, 1, (100, 100, 160, 140), actor=city.officer)
    assert not can_redo(record, city.officer)  # the removal that was undone is past
    with pytest.raises(Invalid):
        redo(record.pk, actor=city.officer)


def test_nothing_is_done_again_over_a_colleague_s_head(city, records) -> None:
    record, finding = records[0], first_of(records[0])
    assign(record.matter_id, city.officer2.pk, actor=city.officer)
    review.decide(record.pk, finding.pk, "redact", actor=city.officer)
    undo(record.pk, actor=city.officer)
    assert can_redo(record, city.officer) and not can_redo(record, city.officer2)

    review.decide(record.pk, finding.pk, "keep", actor=city.officer2, reason="a street's name")
    with pytest.raises(Stale):
        redo(record.pk, actor=city.officer)
    assert decision_of(finding) == "keep_proposed"


def test_the_same_words_are_decided_alike_and_taken_back_in_one(city, records) -> None:
    here, there = records
    finding = first_of(here)
    places = alike(finding)
    assert places[0] == finding
    assert {row.record_id for row in places} == {here.pk, there.pk} and len(places) == 4
    others = [row.pk for row in places if row != finding]

    stranger = there.findings.exclude(value_hmac=finding.value_hmac).first()
    with pytest.raises(Invalid, match="other words"):
        decide_alike(here.pk, finding.pk, "redact", actor=city.officer, places=[*others, stranger.pk])
    with pytest.raises(Invalid, match="Say why"):
        decide_alike(here.pk, finding.pk, "keep", actor=city.officer, places=others)
    assert {decision_of(row) for row in places} == {""}

    left_out = others.pop()
    before = Entry.objects.filter(event="finding.decided").count()
    decide_alike(here.pk, finding.pk, "redact", actor=city.officer, places=others, version=finding.version)
    assert [decision_of(row) for row in places if row.pk != left_out] == ["redact"] * 3
    assert decision_of(Finding.objects.get(pk=left_out)) == ""
    assert Entry.objects.filter(event="finding.decided").count() == before + 3

    undo(here.pk, actor=city.officer)
    assert {decision_of(row) for row in places} == {""}
    redo(here.pk, actor=city.officer)
    assert sorted(decision_of(row) for row in places) == ["", "redact", "redact", "redact"]


def test_one_undo_leaves_what_a_colleague_has_decided_since(city, records) -> None:
    here, there = records
    assign(here.matter_id, city.officer2.pk, actor=city.officer)
    finding, other = first_of(here), first_of(there)
    decide_alike(here.pk, finding.pk, "redact", actor=city.officer, places=[other.pk])
    review.decide(there.pk, other.pk, "keep", actor=city.officer2, reason="a street's name")
    undo(here.pk, actor=city.officer)
    assert (decision_of(finding), decision_of(other)) == ("", "keep_proposed")


def test_words_of_another_matter_are_not_listed(city, records) -> None:
    matter = factories.to_review(city, pdf_of("Citizenship: Guatemala"))
    stranger = first_of(matter.records.get())
    finding = first_of(records[0])
    assert stranger not in alike(finding)
    with pytest.raises(Invalid, match="other words"):
        decide_alike(records[0].pk, finding.pk, "redact", actor=city.officer, places=[stranger.pk])
    with pytest.raises(NotVisible):
        decide_alike(records[0].pk, finding.pk, "redact", actor=city.counsel2, places=[])


@pytest.mark.parametrize(
    ("box", "around"),
    [
        (
            (100, 100, 200, 150),
            [(0, 0, 612, 100), (0, 150, 612, 792), (0, 100, 100, 150), (200, 100, 612, 150)],
        ),
        ((0, 0, 200, 150), [(0, 150, 612, 792), (200, 0, 612, 150)]),
        ((-9, 100, 900, 150), [(0, 0, 612, 100), (0, 150, 612, 792)]),
    ],
)
def test_all_of_a_page_but_a_box_is_covered_and_undone_as_one(city, records, box, around) -> None:
    record = records[0]
    page = record.pages.get()
    scale = (page.width_pt / 612, page.height_pt / 792)
    scaled = tuple(side * scale[at % 2] for at, side in enumerate(box))
    review.draw_around(record.pk, 1, scaled, actor=city.officer)
    drawn = [(m.x0, m.y0, m.x1, m.y1) for m in Mark.objects.order_by("id")]
    wanted = [tuple(side * scale[at % 2] for at, side in enumerate(one)) for one in around]
    assert len(drawn) == len(wanted)
    for given, expected in zip(drawn, wanted, strict=True):
        assert given == pytest.approx(expected, abs=0.01)
    undo(record.pk, actor=city.officer)
    assert not Mark.objects.filter(removed_at__isnull=True).exists()
