"""A paper that comes a second time, or with another person, is pointed out to whoever checks it."""

from __future__ import annotations

from tests import factories
from workflows.flow.opening import Subject
from workflows.instruments.queries import reuse_alarms


def test_the_same_file_on_another_matter_is_an_alarm_on_both(city: factories.City) -> None:
    first, second = factories.open_request(city), factories.open_request(city)
    paper = factories.file_demo_paper(city, first)
    assert reuse_alarms(paper) == []
    again = factories.file_demo_paper(city, second)
    assert reuse_alarms(paper) == reuse_alarms(again) == ["same_file"]


def test_the_same_case_number_is_an_alarm_only_with_other_people(city: factories.City) -> None:
    papers = []
    for name in ("Ada Mora", "MORA, Ada", "Bo Vale"):
        matter = factories.open_request(city, subjects=(Subject(name),))
        paper = factories.file_demo_paper(city, matter, "sound_order")
        paper.docket, paper.sha256 = "1:26-mc-00012", name.ljust(64, "0").encode().hex()[:64]
        paper.save(update_fields=["docket", "sha256"])
        papers.append(paper)
    assert reuse_alarms(papers[2]) == ["same_docket"]
    papers[2].docket = "1:26-mc-00999"
    papers[2].save(update_fields=["docket"])
    assert reuse_alarms(papers[0]) == []
