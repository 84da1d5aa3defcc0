"""What stops in the middle leaves a whole state behind, an entry, and a way on."""

from __future__ import annotations

import json

import pytest
from django.db import transaction
from django.utils import timezone

from tests import factories
from tests.gateway import sheets
from workflows import jobs
from workflows.audit.models import Entry
from workflows.errors import GuardFailed
from workflows.flow import papers
from workflows.flow.advance import advance, step
from workflows.flow.jobs import BurnRecord
from workflows.flow.moves import MOVES
from workflows.jobs.models import Job
from workflows.records.burning import Burned
from workflows.records.models import Record
from workflows.releases.models import Approval, ApprovalVoid, Manifest, Package, VerifierReport

FAILED = Burned(
    passed=False, reasons=["verifier_V1"], assertions=[], output=None, output_sha256="", report=None,
    plan_sha256="", ruleset="", page_images=[], boxes=0,
)  # fmt: skip


def test_a_build_that_the_gate_refuses_is_an_entry_waits_and_can_be_tried_again(city: factories.City) -> None:
    matter = factories.to_counsel(city, sheets.sheet())
    reason = "The order compels exactly these pages."
    advance(matter.pk, "approve", actor=city.counsel, stepped_up_at=timezone.now(), reason=reason)
    block = papers.open_block(matter.pk, "stay", actor=city.verifier)
    jobs.drain()

    build = Job.objects.get(kind="package.build")
    assert (build.state, build.error_code) == ("parked", "refused")
    entry = json.loads(bytes(Entry.objects.get(event="move.refused").body))
    assert (entry["move"], entry["failed"]) == ("build", ["gate.no_block"])
    matter.refresh_from_db()
    assert matter.state == "approved" and not Package.objects.exists()

    papers.lift_block(
        block.pk, actor=city.counsel, reason="The motion was denied.", stepped_up_at=timezone.now()
    )
    jobs.retry(build)
    factories.work()
    assert Package.objects.get().seal is not None

    # Withdrawn in the last moment: the approval does not outlive it, and the records are as before.
    # By the agency alone, as a court's paper is on file: no officer takes back what a judge compels.
    with pytest.raises(GuardFailed):
        advance(matter.pk, "withdraw", actor=city.officer)
    advance(matter.pk, "withdraw", actor=city.client)
    assert ApprovalVoid.objects.get().approval == Approval.objects.get()
    assert set(Record.objects.values_list("state", flat=True)) == {"readable"}


def frozen(city: factories.City) -> Manifest:
    """A manifest whose burns are queued and not begun."""
    matter = factories.to_review(city, sheets.sheet())
    factories.review_all(city, matter)
    advance(matter.pk, "freeze", actor=city.officer)
    return Manifest.objects.latest("number")


def save(manifest: Manifest) -> None:
    with transaction.atomic():
        BurnRecord().save(str(manifest.records.get().pk), FAILED, None)


def test_a_burn_of_an_earlier_manifest_moves_nothing(city: factories.City) -> None:
    first = frozen(city)
    matter = first.matter
    with transaction.atomic():
        step(matter, MOVES["burn_failed"], actor=None, now=timezone.now())
    advance(matter.pk, "freeze", actor=city.officer)
    second = Manifest.objects.latest("number")
    assert second.number == 2

    save(first)  # a worker that was cut off from us for an hour
    matter.refresh_from_db()
    assert matter.state == "burning"
    save(second)
    matter.refresh_from_db()
    assert matter.state == "review"
    save(second)  # and twice is once
    assert VerifierReport.objects.count() == 2
    assert Entry.objects.filter(event="burn.failed", outcome="failed").count() == 2


def test_a_request_refused_while_it_burns_can_be_taken_up_again_with_open_records(
    city: factories.City,
) -> None:
    matter = frozen(city).matter
    assert Record.objects.get().state == "frozen"
    advance(matter.pk, "refuse", actor=city.counsel, missing=["out_of_scope"])
    assert Record.objects.get().state == "readable"
    jobs.drain()  # the burn ends after all, and changes no state
    matter.refresh_from_db()
    assert matter.state == "refused"

    papers.file_paper(
        matter.pk, sheets.sheet("Another order."), actor=city.client, media_type="application/pdf"
    )
    matter.refresh_from_db()
    assert matter.state == "instrument_review"
