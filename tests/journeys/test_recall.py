"""A release is called back while its bytes are on their way: they stop, and a corrected one follows.

The web server is a process of its own, as in service; client and office share its database.
"""

from __future__ import annotations

import http.client
import os
import select
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as product
from django.db import DatabaseError, transaction
from django.utils import timezone

from gateway.process.programs import web
from tests import factories
from tests.gateway import callers, sheets
from tests.topology.site import free_port
from tests.workflows.jobs.test_worker import Site, until
from workflows import jobs, vault
from workflows.audit import log
from workflows.audit.models import Entry
from workflows.errors import Forbidden, GuardFailed, Invalid, NotVisible, WrongState
from workflows.flow import delivering, papers
from workflows.flow.advance import advance
from workflows.flow.recalling import Taken, answer_recall, ask_supplement, impact, recall
from workflows.instruments.queries import failing_checks
from workflows.matters.models import Matter
from workflows.releases.models import Link, Package, PackageSeal, Release

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("workers")]
SIZE = 40 << 20  # more than all buffers between server and client hold
NOTE = "A page of somebody else was in it."
LINE_BYTES, LINE_S = 256 << 10, 0.03  # the agency's line: about 8 MB a second


@pytest.fixture
def port(city: factories.City, tmp_path: Path) -> Iterator[int]:
    """A web server on this test's database and vault."""
    (tmp_path / "site").mkdir()
    site, port = Site(tmp_path / "site", "filesystem://"), free_port()
    site.environment |= {
        "GATEWAY_DATA_DIR": str(product.DATA_DIR),
        "GATEWAY_LOG_KEY_FILE": str(product.LOG_KEY_FILE),
        "GATEWAY_PACKAGE_KEY_FILE": str(product.PACKAGE_KEY_FILE),
        "GATEWAY_MEMORY_FILE": str(product.MEMORY_FILE),
        "GATEWAY_EXPORT_DIR": str(product.EXPORT_DIR),
    }
    site.start(web({"host": "127.0.0.1", "port": port}))
    yield port
    site.end()
    shutil.rmtree(product.DATA_DIR / "broker", ignore_errors=True)
    print((tmp_path / "site" / "output").read_text()[-4000:])  # shown when the test failed


def approve(city: factories.City, matter: Matter) -> None:
    reason = "The order compels exactly these pages."
    advance(matter.pk, "approve", actor=city.counsel, stepped_up_at=timezone.now(), reason=reason)


def released(city: factories.City) -> Matter:
    """A matter whose package is large enough to be on its way for a while."""
    matter = factories.to_counsel(city, sheets.sheet())
    approve(city, matter)
    jobs.drain()
    package = Package.objects.get()
    bundle = vault.put(
        os.urandom(SIZE), kind="application/zip", record_id=str(package.pk), ring=vault.Ring.RELEASED
    )
    with transaction.atomic():
        entry = log.record("package.sealed", actor=None, matter=matter, obj=("bundle", bundle.sha256))
        PackageSeal.objects.create(
            package=package,
            bundle=bundle,
            bundle_sha256=bundle.sha256,
            size=SIZE,
            at=timezone.now(),
            entry=entry,
        )
    factories.seal_log()
    return advance(matter.pk, "release", actor=city.officer, stepped_up_at=timezone.now())


def another_link(link: Link) -> Link:
    """A second live link to the same package."""
    with transaction.atomic():
        entry = log.record("link.offered", actor=None, matter=link.release.matter_id)
        return Link.objects.create(
            release=link.release, agency=link.agency, entry=entry, offered_at=link.offered_at,
            expires_at=link.expires_at,
        )  # fmt: skip


def rest_of(answer: http.client.HTTPResponse) -> int:
    """Read at the speed of the agency's line until the server breaks off; how many bytes came."""
    came = 0
    while True:
        select.select([], [], [], LINE_S)
        try:
            part = answer.read1(LINE_BYTES)
        except (http.client.IncompleteRead, ConnectionError):
            return came
        if not part:
            return came
        came += len(part)


def test_a_recall_stops_the_next_byte_and_a_corrected_release_takes_its_place(
    city: factories.City, port: int
) -> None:
    matter, client = released(city), callers.program(city.agency)
    link = Link.objects.get()
    idle = another_link(link)
    delivering.claim(link.pk, actor=client.person)

    until(lambda: answers(port))
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.request("GET", f"{callers.ROOT}links/{link.pk}/package/", headers=client.headers())
    answer = line.getresponse()
    assert (answer.status, answer.getheader("Content-Length")) == (200, str(SIZE))
    came = len(answer.read(1 << 20))

    with pytest.raises(Forbidden):
        recall(matter.pk, "wrong_person", actor=city.client, note=NOTE)
    with pytest.raises(Invalid):
        recall(matter.pk, "regret", actor=city.officer, note=NOTE)
    began = time.monotonic()
    (called,) = recall(matter.pk, "wrong_person", actor=city.officer, note=NOTE)
    came += rest_of(answer)
    assert time.monotonic() - began < 5 and came < SIZE
    line.close()

    everything_is_dead(city, matter, [link, idle], client)
    the_log_knows_which_bytes_are_out(called.release, link, came)
    the_agency_answers(city, matter, called, client)
    a_corrected_release_stands_in_its_place(city, matter, called, client)
    no_approval_outlives_a_supplement_or_a_reopening(city, matter)


def answers(port: int) -> bool:
    try:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        line.request("GET", "/accounts/login/")
        return line.getresponse().status == 200
    except OSError:
        return False


def everything_is_dead(city, matter: Matter, links: list[Link], client: callers.Program) -> None:
    matter.refresh_from_db()
    assert matter.state == "review" and matter.approvals.get().void.cause == "recall"
    for link in links:
        link.refresh_from_db()
        assert link.revoked.cause == "recall"
        with pytest.raises(delivering.Refused):
            delivering.open_release(link.pk, actor=client.person)
    assert client.get("links/").json() == []
    assert matter.blocks.get(lifted_at=None).kind == "recall"
    assert matter.tasks.filter(kind="block_recall", role="counsel", done_at=None).exists()
    with pytest.raises(WrongState):  # there is nothing left to call back
        recall(matter.pk, "mistake", actor=city.counsel, note=NOTE)


def the_log_knows_which_bytes_are_out(release: Release, link: Link, came: int) -> None:
    until(lambda: Entry.objects.filter(event="package.sent").exists(), 5)
    read, unread = sorted(impact(release), key=lambda taken: taken.link.pk != link.pk)
    assert isinstance(read, Taken) and read.claimed_at and read.touched and not unread.touched
    (one,) = read.readings
    assert one.ended and one.first == 0 and came <= one.last < SIZE and read.received_at is None
    refusal = Entry.objects.get(event="package.read", outcome="refused")
    assert b"link_revoked" in bytes(refusal.body)


def the_agency_answers(city, matter: Matter, called, client: callers.Program) -> None:
    letters = client.get(f"matters/{matter.pk}/letters/").json()
    (letter,) = [one for one in letters if one["template"] == "recall"]
    assert called.release.package.seal.bundle_sha256 in letter["body"]
    assert NOTE not in letter["body"] and "wrong_person" not in letter["body"]
    clock = matter.clocks.get(kind="recall")
    assert clock.stopped_at is None
    with pytest.raises(NotVisible):
        answer_recall(called.pk, "destroyed", actor=city.other_client)
    with pytest.raises(Forbidden):
        answer_recall(called.pk, "destroyed", actor=city.officer)
    answer_recall(called.pk, "kept", actor=client.person)
    assert matter.tasks.filter(kind="recall_kept", role="counsel").exists()
    with pytest.raises(WrongState):
        answer_recall(called.pk, "destroyed", actor=client.person)
    clock.refresh_from_db()
    assert clock.outcome == "met"
    for rows in (type(called).objects, type(called.reply).objects):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(by=city.counsel2)


def a_corrected_release_stands_in_its_place(city, matter: Matter, called, client: callers.Program) -> None:
    advance(matter.pk, "freeze", actor=city.officer)
    factories.work()
    with pytest.raises(GuardFailed):
        approve(city, matter)
    block = matter.blocks.get(lifted_at=None)
    papers.lift_block(block.pk, actor=city.counsel, reason=NOTE, stepped_up_at=timezone.now())
    approve(city, matter)
    factories.work()
    advance(matter.pk, "release", actor=city.officer, stepped_up_at=timezone.now())
    called.refresh_from_db()
    fresh = matter.releases.latest("at")
    assert called.replaced_by == fresh != called.release
    assert Entry.objects.filter(matter=matter.pk, event="recall.replaced").count() == 1
    link = fresh.links.get()
    delivering.claim(link.pk, actor=client.person)
    delivering.acknowledge(link.pk, fresh.package.seal.bundle_sha256, actor=client.person)
    matter.refresh_from_db()
    assert matter.state == "delivered"


def no_approval_outlives_a_supplement_or_a_reopening(city, matter: Matter) -> None:
    """I16, and every new release needs a fresh V05 and V11."""
    paper, old = matter.instruments.get(), matter.releases.latest("at")
    with pytest.raises(GuardFailed):
        advance(matter.pk, "supplement", actor=city.counsel)
    ask_supplement(matter.pk, actor=city.officer, reason="A second archive box was found.")
    with pytest.raises(Forbidden):
        advance(matter.pk, "supplement", actor=city.officer)
    assert advance(matter.pk, "supplement", actor=city.counsel).state == "review"
    nothing_stands(matter, old)
    paper.refresh_from_db()
    assert failing_checks(paper) == ["V05", "V11"]

    advance(matter.pk, "refuse", actor=city.counsel, missing=["out_of_scope"])
    advance(matter.pk, "close", actor=city.officer)
    papers.record_check(paper.pk, "V05", "passed", actor=city.verifier)
    assert advance(matter.pk, "reopen", actor=city.officer).state == "scope_review"
    nothing_stands(matter, old)
    paper.refresh_from_db()
    assert failing_checks(paper) == ["V05", "V11"]
    papers.end_paper(paper.pk, "executed", actor=city.counsel, reason=NOTE)
    advance(matter.pk, "refuse", actor=city.counsel, missing=["expired"])
    advance(matter.pk, "close", actor=city.officer)
    with pytest.raises(GuardFailed):
        advance(matter.pk, "reopen", actor=city.officer)


def nothing_stands(matter: Matter, old: Release) -> None:
    """No approval and no link, for the acts nor for the database."""
    assert not matter.approvals.filter(void=None).exists()
    assert not Link.objects.filter(release__matter=matter, revoked=None, receipt=None).exists()
    assert set(matter.records.values_list("state", flat=True)) == {"readable"}
    with pytest.raises(DatabaseError), transaction.atomic():
        values = {field.attname: getattr(old, field.attname) for field in Release._meta.concrete_fields[1:]}
        Release.objects.create(**{**values, "package_id": Package.objects.earliest("built_at").pk})
