"""Pictures say what their tables say, about the matters that the person sees and no others."""

from __future__ import annotations

import datetime as dt
import re

import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.gateway import sheets
from tests.gateway.web.conftest import SignedIn
from workflows.audit.models import Checkpoint, Leaf, Pending
from workflows.flow.advance import advance
from workflows.flow.duties import open_task
from workflows.policy.roles import COUNSEL


def test_each_chart_holds_one_sentence_one_picture_and_one_table(
    city: factories.City, as_person: SignedIn
) -> None:
    with time_machine.travel(timezone.now() - dt.timedelta(days=100)):
        factories.open_request(city)
    factories.to_review(city, sheets.sheet())
    page = as_person("officer").get(reverse("web:numbers"))
    charts, text = {chart.key: chart for chart in page.context["charts"]}, page.content.decode()

    assert list(charts) == ["ageing", "dates", "outcomes", "pages", "pace"]
    assert {bar.label: bar.values for bar in charts["ageing"].bars} == {
        "Acknowledged": (0, 0, 0, 1),
        "Page review": (1, 0, 0, 0),
    }
    assert charts["ageing"].reading == (
        "2 matters are open; 1 of them came more than 90 days ago. "
        "Of those that have waited for more than 30 days, most stand in: Acknowledged."
    )
    queue = as_person("officer").get(reverse("web:queue"))
    assert queue.context["ageing"] == charts["ageing"] and 'id="chart-ageing"' in queue.content.decode()
    assert [bar.values for bar in charts["pages"].bars][0] == (0, charts["pages"].bars[0].total)
    assert sum(bar.total for bar in charts["outcomes"].bars) == 2
    for chart in charts.values():
        drawn = f'aria-labelledby="{chart.key}-title {chart.key}-says"' in text
        assert chart.reading in text and drawn == any(bar.total for bar in chart.bars)
        inside = text.split(f'id="chart-{chart.key}"')[1].split("</section>")[0]
        cells = [int(cell) for cell in re.findall(r'<td class="right num">(\d+)</td>', inside)]
        assert cells == [value for bar in chart.bars for value in bar.values]
        assert all(part.x + part.width <= chart.width for bar in chart.bars for part in bar.parts)


def test_who_sees_no_matter_is_told_of_none_and_the_auditor_sees_the_log(
    city: factories.City, as_person: SignedIn
) -> None:
    factories.open_request(city)
    page = as_person("officer2").get(reverse("web:numbers"))
    assert page.context["charts"][0].reading == "No open matters."
    factories.seal_log()
    factories.open_request(city)  # since then
    proof, log = as_person("auditor").get(reverse("web:numbers")).context["charts"]
    sealed, pending = Leaf.objects.count(), Pending.objects.count()
    assert [bar.total for bar in proof.bars][:2] == [0, sealed] and 0 < proof.bars[2].total <= pending
    Checkpoint.objects.update(cosignatures="— witness.test AAAA\n")
    proof, _ = as_person("auditor").get(reverse("web:numbers")).context["charts"]
    assert [bar.total for bar in proof.bars][:2] == [sealed, 0]
    assert log.key == "log" and log.bars[0].total > 0 and len(log.bars) == 24


def test_a_matter_with_a_task_waits_in_the_picture_as_in_the_list_though_it_was_answered(
    city: factories.City, as_person: SignedIn
) -> None:
    matter = factories.open_request(city)
    advance(matter.pk, "withdraw", actor=city.client)
    officer = as_person("officer")
    over = officer.get(reverse("web:queue")).context
    with transaction.atomic():
        open_task(matter, "order_after_answer", COUNSEL, timezone.now())
    asked = officer.get(reverse("web:queue")).context

    for context, number in ((over, 0), (asked, 1)):
        listed = next(count for name, _, count, _ in context["filters"] if name == "open")
        assert listed == number == sum(bar.total for bar in context["ageing"].bars)
