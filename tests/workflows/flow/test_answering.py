"""An administrative subpoena is never released on and never ignored (policy 2.3)."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from tests import factories
from workflows.errors import Forbidden, Invalid, NotVisible, Stale, WrongState
from workflows.flow import answering, papers
from workflows.instruments.models import Instrument, SubpoenaAnswer

GROUNDS = ["too_broad", "no_judge"]


@pytest.fixture
def paper(city) -> Instrument:
    """An immigration subpoena whose fields a verifier has confirmed."""
    matter = factories.open_request(city)
    filed = papers.file_paper(matter.pk, b"%PDF subpoena", actor=city.client, media_type="application/pdf")
    papers.confirm_fields(
        filed.pk,
        papers.ConfirmedFields(
            type="ice_admin_subpoena", docket="ERO-26-0112", court="Bureau of Border Affairs",
            signer="A. Lee", signer_title="Officer",
            return_on=timezone.localdate() + dt.timedelta(days=20),
        ),
        actor=city.verifier,
    )  # fmt: skip
    filed.refresh_from_db()
    return filed


@pytest.mark.parametrize("title", ["Immigration Judge", "Jueza de Inmigraci\u00f3n", "Deportation Officer"])
def test_the_title_of_an_office_states_nobodys_status(city, paper, title):
    fields = papers.ConfirmedFields(
        type=paper.type, docket=paper.docket, court=paper.court, signer=paper.signer, signer_title=title
    )
    papers.confirm_fields(paper.pk, fields, actor=city.verifier)

    paper.refresh_from_db()
    assert paper.signer_title == title
    with pytest.raises(Invalid) as refused:
        more = dataclasses.replace(fields, signer_title=f"{title}, undocumented since 2019")
        papers.confirm_fields(paper.pk, more, actor=city.verifier)
    assert refused.value.code == "status_data"


def open_tasks(paper):
    return paper.matter.tasks.filter(kind=answering.TASK, done_at__isnull=True)


def test_a_registered_subpoena_has_a_draft_and_one_task_of_counsel(city, paper):
    answer = SubpoenaAnswer.objects.get()
    assert answer.grounds and answer.letter is None
    assert [task.role for task in open_tasks(paper)] == ["counsel"]
    with transaction.atomic():
        answering.register_subpoena(paper, timezone.now())
    assert open_tasks(paper).count() == 1 and SubpoenaAnswer.objects.count() == 1
    assert "ERO-26-0112" in answering.preview(answer) and "Check code: ----" in answering.preview(answer)


def test_counsel_changes_the_draft_sends_it_and_nothing_is_released(city, paper):
    until = timezone.localdate() + dt.timedelta(days=30)
    answering.edit_answer(
        paper.pk, actor=city.counsel, grounds=GROUNDS, until=until, words="Please call me.", version=1
    )
    with pytest.raises(Stale):
        answering.send_answer(paper.pk, actor=city.counsel, version=1)
    before = paper.matter.state
    answer = answering.send_answer(paper.pk, actor=city.counsel, version=2)

    body = answer.letter.body
    assert "Please call me." in body and "signed by a judge" in body
    assert "only a court can enforce" not in body
    assert "says nothing about whether the city holds any record" in body
    matter = paper.matter
    matter.refresh_from_db()
    assert matter.state == before and not matter.releases.exists()
    assert not open_tasks(paper).exists()
    kinds = dict(matter.clocks.filter(about=paper.pk).values_list("kind", "outcome"))
    assert kinds == {"return": "met", "objection": "met"}

    with pytest.raises(WrongState):
        answering.send_answer(paper.pk, actor=city.counsel)
    for change in ({"words": "Other words."}, {"letter": None, "sent_by": None, "sent_at": None}):
        with pytest.raises(DatabaseError), transaction.atomic():
            SubpoenaAnswer.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        SubpoenaAnswer.objects.all().delete()


@pytest.mark.parametrize(
    "who, changes, error",
    [
        ("officer", {}, Forbidden), ("verifier", {}, Forbidden), ("counsel2", {}, NotVisible),
        ("counsel", {"grounds": []}, Invalid), ("counsel", {"grounds": ["because"]}, Invalid),
        ("counsel", {"until": timezone.localdate()}, Invalid), ("counsel", {"words": "x" * 2001}, Invalid),
        ("counsel", {"words": "His A-number is A 204 118 365."}, Invalid),
    ],
)  # fmt: skip
def test_only_counsel_writes_and_never_status(city, paper, who, changes, error):
    with pytest.raises(error):
        answering.edit_answer(paper.pk, actor=city.people[who], **{"grounds": GROUNDS, **changes})
    answer = SubpoenaAnswer.objects.get()
    assert (answer.version, answer.words) == (1, "")


def test_an_answer_names_a_paper_that_a_person_has_read(city):
    matter = factories.open_request(city)
    filed = papers.file_paper(matter.pk, b"%PDF subpoena", actor=city.client, media_type="application/pdf")
    with pytest.raises(NotVisible):
        answering.send_answer(filed.pk, actor=city.counsel)
    with transaction.atomic():
        answering.register_subpoena(filed, timezone.now())
    assert answering.preview(SubpoenaAnswer.objects.get()) == ""
    with pytest.raises(Invalid):
        answering.send_answer(filed.pk, actor=city.counsel)
    assert not matter.letters.filter(template=answering.LETTER).exists()
