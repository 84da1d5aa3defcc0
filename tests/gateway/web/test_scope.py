"""Counsel types what the paper limits and decides what it leaves open; everybody of the desk reads it."""

from __future__ import annotations

from django.urls import reverse

from tests import factories
from tests.gateway.web.conftest import SignedIn
from workflows.flow.advance import advance
from workflows.instruments.models import PaperLimit, RequestReading, SumRuling
from workflows.instruments.queries import clauses_of
from workflows.matters.models import Matter
from workflows.records.models import Record

SUBJECT = factories.PAPERS["sound_order"].subject
QUOTE = "all reports about the person named"


def typed(paper, *clauses: dict, **more) -> dict:
    """What a browser without scripts sends from the form."""
    posted = {
        "form-TOTAL_FORMS": str(len(clauses)),
        "form-INITIAL_FORMS": "0",
        "paper": str(paper.pk),
        **more,
    }
    for n, clause in enumerate(clauses):
        values = {
            "item": str(n + 1), "page": "1", "quote": QUOTE, "subject_name": SUBJECT.name,
            "subject_birth_date": SUBJECT.born.isoformat(), "record_classes": ["police_report"], **clause,
        }  # fmt: skip
        posted |= {f"form-{n}-{name}": value for name, value in values.items()}
    return posted


def test_counsel_types_what_the_paper_limits_and_all_read_it(
    city: factories.City, collecting: Matter, as_person: SignedIn
) -> None:
    advance(collecting.pk, "rescope", actor=city.counsel, reason="The paper says something else.")
    counsel, paper = as_person("counsel"), collecting.instruments.get()
    page, address = (reverse(f"web:{name}", args=[collecting.pk]) for name in ("scope", "set_scope"))
    assert b'name="form-0-department_quote"' in counsel.get(page).content
    limits = {
        "department": "Police Department\r\n Archive \r\n", "department_page": "1", "category": ["incident"],
        "department_quote": "kept by the police", "recipient": [str(city.agency.pk)],
        "use": ["federal_criminal"], "subject_number": "t-17", "document": "",
    }  # fmt: skip
    asked = {"asked-record_classes": ["police_report", "minutes"], "asked-date_from": "2025-01-01"}
    lacking = counsel.post(address, typed(paper, limits, **asked, **{"sum-people_most": "1"}))
    assert lacking.status_code == 422 and "its page and the words" in lacking.content.decode()
    sums = {"sum-people_most": "1", "sum-people_page": "1", "sum-people_quote": "of the one person named"}
    assert counsel.post(address, typed(paper, limits, **asked, **sums)).status_code == 302

    clause = clauses_of(collecting)[0]
    assert [(row.dimension, row.value, row.quote) for row in clause.limits.all()][:2] == [
        ("department", "Police Department", "kept by the police"),
        ("department", "Archive", "kept by the police"),
    ]
    assert clause.subject_number == "t-17"
    assert RequestReading.objects.latest("pk").record_classes == ["minutes", "police_report"]
    assert PaperLimit.objects.get().most == 1
    for who, where in (
        ("officer", page), ("counsel", page), ("verifier", reverse("web:paper", args=[paper.pk])),
    ):  # fmt: skip
        text = as_person(who).get(where).content.decode()
        assert "Departments: Police Department, Archive" in text and "kept by the police" in text
    text = counsel.get(page).content.decode()
    assert "Asked for, and not compelled by the paper" in text
    assert "Minutes and bulletins, Police report about" in text
    assert "to be used for Civil immigration enforcement" in text


def test_what_a_clause_cannot_tell_is_decided_on_the_page_of_the_record(
    city: factories.City, collecting: Matter, as_person: SignedIn
) -> None:
    record = factories.take_in(city, collecting, b"%PDF one", record_class="")
    clause, page = clauses_of(collecting)[0], reverse("web:record", args=[record.pk])
    matrix = as_person("officer").get(reverse("web:scope", args=[collecting.pk])).content.decode()
    assert "Its kind is not stated." in matrix
    assert "Decide whether the clause covers it" not in as_person("officer").get(page).content.decode()
    assert "Decide whether the clause covers it" in as_person("counsel").get(page).content.decode()
    address = reverse("web:rule_scope", args=[record.pk, clause.pk])
    values = {"inside": "yes", "page": "1", "quote": QUOTE, "reason": "The words name this very report."}
    posted = {f"c{clause.pk}-{name}": value for name, value in values.items()} | {"version": record.version}
    assert as_person("officer").post(address, posted).status_code == 403
    lacking = as_person("counsel").post(address, {**posted, f"c{clause.pk}-quote": ""})
    assert lacking.status_code == 422 and values["reason"] in lacking.content.decode()
    answer = as_person("counsel").post(address, posted, follow=True)
    assert "The clause covers it by your decision." in answer.content.decode()
    assert Record.objects.get(pk=record.pk).scope == "in"
    assert f"Decided by {city.counsel.name}" in as_person("officer").get(page).content.decode()
    assert as_person("counsel").post(address, posted).status_code == 412


def test_counsel_decides_a_sum_on_the_page_of_the_scope(
    city: factories.City, collecting: Matter, as_person: SignedIn
) -> None:
    advance(collecting.pk, "rescope", actor=city.counsel, reason="The paper says something else.")
    counsel, paper = as_person("counsel"), collecting.instruments.get()
    sums = {"sum-people_most": "1", "sum-people_page": "1", "sum-people_quote": "of the one person named"}
    posted = typed(paper, {}, {"subject_name": "Bo Vale"}, **sums)
    assert counsel.post(reverse("web:set_scope", args=[collecting.pk]), posted).status_code == 302
    page = reverse("web:scope", args=[collecting.pk])
    text = counsel.get(page).content.decode()
    assert "Number of people: the paper allows 1, and all requests under it together come to 2." in text
    assert "The paper allows this after all" not in as_person("officer").get(page).content.decode()
    address = reverse("web:decide_sum", args=[collecting.pk, paper.pk, "people"])
    values = {"page": "1", "quote": QUOTE, "reason": "Both names are of one person."}
    decided = {f"people-{paper.pk.hex}-{name}": value for name, value in values.items()}
    assert as_person("officer").post(address, decided).status_code == 403
    assert counsel.post(address, decided).status_code == 302
    assert SumRuling.objects.get().upto == 2
    assert not collecting.blocks.filter(lifted_at=None).exists()


def test_a_page_cites_one_of_the_items_that_cover_its_record(
    city: factories.City, collecting: Matter, as_person: SignedIn
) -> None:
    advance(collecting.pk, "rescope", actor=city.counsel, reason="The paper says something else.")
    posted = typed(collecting.instruments.get(), {}, {})
    as_person("counsel").post(reverse("web:set_scope", args=[collecting.pk]), posted)
    record = factories.take_in(city, collecting, b"%PDF one")
    Record.objects.filter(pk=record.pk).update(state="readable")
    record.pages.create(n=1, width_pt=612, height_pt=792)
    officer, first = as_person("officer"), clauses_of(collecting)[0]
    assert (
        "One page answers to some of them only"
        in officer.get(reverse("web:record", args=[record.pk])).content.decode()
    )
    address = reverse("web:cite_page", args=[record.pk])
    assert officer.post(address, {"cite-page": "1", "cite-items": ["9999"]}).status_code == 422
    assert officer.post(address, {"cite-page": "1", "cite-items": [str(first.pk)]}).status_code == 302
    assert record.pages.get().cited == [first.pk]
