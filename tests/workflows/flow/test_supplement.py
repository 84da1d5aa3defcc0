"""A further release under the same paper: its page numbers go on where the earlier one ended (4.5)."""

from __future__ import annotations

import datetime as dt
import json

from django.utils import timezone

from tests import factories
from tests.gateway import sheets
from workflows import vault
from workflows.flow import delivering, notifying
from workflows.flow import papers as paper_acts
from workflows.flow.advance import advance
from workflows.flow.recalling import ask_supplement
from workflows.matters.models import Matter
from workflows.records import actions
from workflows.releases.packaging import unzipped

REASON = "The order compels exactly these pages."


def listed(city: factories.City, matter: Matter) -> dict[str, int]:
    """Review, freeze, approve and release; the first page of each file in the package."""
    factories.review_all(city, matter)
    advance(matter.pk, "freeze", actor=city.officer)
    factories.work()
    advance(matter.pk, "approve", actor=city.counsel, stepped_up_at=timezone.now(), reason=REASON)
    factories.work()
    advance(matter.pk, "release", actor=city.officer, stepped_up_at=timezone.now())
    package = matter.releases.latest("at").package
    body = json.loads(unzipped(vault.open(package.payload))["manifest.json"])
    return {one["file"]: one["first_page"] for one in body["records"]}


def test_what_has_left_keeps_its_page_numbers_and_what_is_new_goes_on_behind_them(
    city: factories.City,
) -> None:
    matter = factories.to_collecting(city)
    factories.attest(city, matter)
    late = factories.take_in(city, matter, sheets.sheet("A late one."), dated_on=dt.date(2001, 1, 1))
    factories.take_in(city, matter, sheets.sheet(pages=3))
    factories.take_in(city, matter, sheets.sheet("Another report."))
    factories.work()
    for notice in matter.notices.all():
        notifying.excuse_notice(notice.pk, "told_already", actor=city.counsel, words="Told by their lawyer.")
    advance(matter.pk, "finish_search", actor=city.officer)
    assert listed(city, matter) == {"record-002.pdf": 1, "record-003.pdf": 4}
    link = matter.releases.get().links.get()
    delivering.claim(link.pk, actor=city.client)
    delivering.acknowledge(link.pk, link.release.package.seal.bundle_sha256, actor=city.client)

    ask_supplement(matter.pk, actor=city.officer, reason="The date of a record was wrong.")
    advance(matter.pk, "supplement", actor=city.counsel)
    paper = matter.instruments.get()
    paper_acts.record_check(paper.pk, "V05", "passed", actor=city.verifier)
    paper_acts.call_back(
        paper.pk, actor=city.officer, contact_id=city.court.pk, spoke_with="Deputy clerk", outcome="passed"
    )
    late.refresh_from_db()
    subject = factories.PAPERS["sound_order"].subject
    actions.describe(
        late.pk,
        actions.Description(
            "police_report", subject.name, subject.born, timezone.localdate() - dt.timedelta(days=30)
        ),
        actor=city.officer,
        version=late.version,
    )
    assert listed(city, matter) == {"record-001.pdf": 5, "record-002.pdf": 1, "record-003.pdf": 4}
