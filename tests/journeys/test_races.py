"""Two at once: exactly one effect, and the loser is told so (T27, T6). Each thread has its own connection."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from tests import factories
from tests.gateway import callers, sheets
from workflows import jobs
from workflows.audit.models import Entry
from workflows.errors import Gone, Refused, WrongState
from workflows.flow import delivering, papers
from workflows.flow.advance import advance
from workflows.flow.assigning import assign
from workflows.jobs.models import Job
from workflows.matters.models import Matter
from workflows.records.review import decide, see_page
from workflows.releases.models import Approval, Claim, Link, Package, Receipt, Release, VerifierReport

ROUNDS = 20


def at_once(*acts: Callable[[], Any]) -> list[type[Exception] | None]:
    """Start all acts together; the refusal of each, or None. What is no refusal rises here."""
    together, ends = threading.Barrier(len(acts)), dict[int, Exception | None]()

    def run(number: int, act: Callable[[], Any]) -> None:
        together.wait()
        try:
            act()
            ends[number] = None
        except Exception as error:  # noqa: BLE001  judged below: what is no refusal rises there
            ends[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for error in ends.values():
        if error is not None and not isinstance(error, Refused):
            raise error
    return [None if error is None else type(error) for _, error in sorted(ends.items())]


def one_winner(ends: list[type[Exception] | None], refusal: type[Refused] = WrongState) -> None:
    assert sorted(ends, key=str) == sorted([None, *[refusal] * (len(ends) - 1)], key=str)


@pytest.mark.t27
def test_one_move_by_four_at_once_happens_once_in_twenty_rounds(city: factories.City) -> None:
    for _ in range(ROUNDS):
        matter = factories.open_request(city)
        ends = at_once(*[partial(advance, matter.pk, "ask_paper", actor=city.officer)] * 4)
        one_winner(ends)
        assert matter.letters.filter(template="needs_paper").count() == 1
        entries = Entry.objects.filter(matter=matter.pk)
        assert entries.filter(event="paper.asked").count() == 1
        assert entries.filter(event="move.refused").count() == 3
        # Numbers of the matter's entries: no gap, no double, whoever came first.
        seen = sorted(entries.values_list("matter_seq", flat=True))
        assert seen == list(range(1, len(seen) + 1))


@pytest.mark.t27
def test_many_requests_at_once_get_a_number_each(city: factories.City) -> None:
    ends = at_once(*[lambda: factories.open_request(city)] * 6)
    assert ends == [None] * 6
    numbers = sorted(Matter.objects.values_list("number", flat=True))
    assert [int(number[-5:]) for number in numbers] == list(range(1, 7))


def test_the_same_file_by_two_at_once_is_filed_once(city: factories.City) -> None:
    matter, data = factories.open_request(city), sheets.sheet("An order.")

    def file() -> None:
        papers.file_paper(matter.pk, data, actor=city.client, media_type="application/pdf")

    ends = at_once(file, file)
    assert sorted(map(bool, ends)) == [False, True]
    assert matter.instruments.count() == 1 and Job.objects.filter(kind="instrument.read").count() == 1


@pytest.mark.t27
@pytest.mark.t6
def test_from_the_freeze_to_the_receipt_each_act_by_two_at_once_has_one_effect(city: factories.City) -> None:
    """One matter; at each step two people press in the same moment."""
    step_up = timezone.now
    reason = "The order compels exactly these pages."
    matter = factories.to_review(city, sheets.sheet())
    for who in ("officer2", "counsel2"):
        assign(matter.pk, city.people[who].pk, actor=city.officer)
    twin = callers.program(city.agency).person
    record = matter.records.get()
    see_page(record.pk, 1, actor=city.officer)
    finding = record.findings.exclude(page_n=None).filter(decision="").first()
    assert finding is not None

    ends = at_once(*[
        partial(decide, record.pk, finding.pk, "redact", actor=city.people[who], version=finding.version)
        for who in ("officer", "officer2")
    ])  # fmt: skip
    assert sorted(map(bool, ends)) == [False, True]  # the slower one is told that a colleague was faster
    factories.review_all(city, matter)

    one_winner(at_once(*[lambda: advance(matter.pk, "freeze", actor=city.officer)] * 2))
    assert matter.manifests.count() == 1 and Job.objects.filter(kind="record.burn").count() == 1
    factories.work()
    assert VerifierReport.objects.count() == 1

    one_winner(at_once(*[
        lambda who=who: advance(
            matter.pk, "approve", actor=city.people[who], stepped_up_at=step_up(), reason=reason
        )
        for who in ("counsel", "counsel2")
    ]))  # fmt: skip
    assert Approval.objects.count() == 1 and matter.letters.filter(template="production").count() == 1
    at_once(jobs.drain, jobs.drain)  # two workers over one queue
    assert Package.objects.count() == 1
    for _ in range(2):  # the first round finds the seal resting until the log has its proof
        factories.work()

    one_winner(at_once(*[
        lambda who=who: advance(matter.pk, "release", actor=city.people[who], stepped_up_at=step_up())
        for who in ("officer", "officer2")
    ]))  # fmt: skip
    assert Release.objects.count() == 1
    link = Link.objects.get()

    one_winner(at_once(*[
        lambda who=who: delivering.claim(link.pk, actor=who) for who in (city.client, twin, city.client, twin)
    ]), Gone)  # fmt: skip
    holder = Claim.objects.get().client
    digest = link.release.package.seal.bundle_sha256
    one_winner(at_once(*[lambda: delivering.acknowledge(link.pk, digest, actor=holder)] * 2), Gone)
    assert Receipt.objects.count() == 1
    matter.refresh_from_db()
    assert matter.state == "delivered"
    for event in ("manifest.frozen", "release.approved", "release.made", "link.claimed", "matter.completed"):
        assert Entry.objects.filter(event=event, matter=matter.pk).count() == 1, event


@pytest.mark.t27
def test_a_release_and_a_block_at_once_never_leave_an_open_link_behind_the_block(
    city: factories.City,
) -> None:
    """Whichever came first: if the block did, nothing was released; if the release did, no byte leaves."""
    matter = factories.to_approved(city, sheets.sheet())

    ends = at_once(
        lambda: advance(matter.pk, "release", actor=city.officer, stepped_up_at=timezone.now()),
        lambda: papers.open_block(matter.pk, "stay", actor=city.verifier),
    )

    assert ends[1] is None
    link = Link.objects.first()
    assert (link is None) is (ends[0] is not None)
    if link is not None:
        with pytest.raises(Refused) as refused:
            delivering.claim(link.pk, actor=city.client)
        assert refused.value.code == "blocked"
    assert not Claim.objects.exists()
