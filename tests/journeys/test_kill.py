"""A worker is killed in the middle of a page: the job resumes after the restart and the release happens once.

Real worker and beat processes on the filesystem transport share this test's database and vault. Leases
are shortened to 3 s (worker_settings.py), nothing else differs from the product.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as product
from django.utils import timezone

from tests import factories
from tests.gateway import sheets
from tests.workflows.jobs.test_worker import BEAT, CELERY, Site, until
from workflows.audit.models import Entry
from workflows.errors import Gone, WrongState
from workflows.flow import delivering
from workflows.flow.advance import advance
from workflows.jobs.models import Job
from workflows.matters.models import Matter
from workflows.releases.models import Claim, Link, Package, Release, VerifierReport

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("workers")]

WORKER = [*CELERY, "worker", "-Q", "read,ocr,burn,verify,pack,mail", "-c", "1", "-l", "warning"]
PAGES = 12  # some seconds of work, so that a busy machine still sees it begun and not ended


@pytest.fixture
def site(city: factories.City, tmp_path: Path) -> Iterator[Site]:
    """Processes that open this test's database, vault and log."""
    (tmp_path / "site").mkdir()
    made = Site(tmp_path / "site", "filesystem://")
    made.environment |= {
        "GATEWAY_DATA_DIR": str(product.DATA_DIR),
        "GATEWAY_LOG_KEY_FILE": str(product.LOG_KEY_FILE),
        "GATEWAY_PACKAGE_KEY_FILE": str(product.PACKAGE_KEY_FILE),
        "GATEWAY_MEMORY_FILE": str(product.MEMORY_FILE),
        "GATEWAY_EXPORT_DIR": str(product.EXPORT_DIR),
    }
    yield made
    made.end()
    shutil.rmtree(product.DATA_DIR / "broker", ignore_errors=True)
    print((tmp_path / "site" / "output").read_text()[-4000:])  # shown when the test failed


def burning(city: factories.City) -> Matter:
    """A frozen matter whose record nobody has begun to burn."""
    matter = factories.to_review(city, sheets.sheet(pages=PAGES))
    factories.review_all(city, matter)
    return advance(matter.pk, "freeze", actor=city.officer)


def job() -> Job:
    return Job.objects.get(kind="record.burn")


def begun_after(attempt: int) -> bool:
    """True when a later attempt works on the pages."""
    now = job()
    assert now.state != "done", "the burn was over before it could be killed"
    return now.state == "running" and now.attempts > attempt and now.total == 2 * PAGES


def nothing_half_done(matter: Matter) -> None:
    """What the killed worker has left: a job that was begun, and nothing that could leave."""
    matter.refresh_from_db()
    assert matter.state == "burning"
    assert not VerifierReport.objects.exists() and not Release.objects.exists()
    assert not Entry.objects.filter(event__in=("record.burned", "burn.failed"), matter=matter.pk).exists()


@pytest.mark.t24
def test_killed_in_the_middle_of_a_burn_the_work_resumes_and_one_package_leaves(
    city: factories.City, site: Site
) -> None:
    matter = burning(city)
    site.start(BEAT)
    begun = 0
    for _ in range(2):
        worker = site.start(WORKER)
        until(lambda before=begun: begun_after(before))
        site.kill(worker)
        begun = job().attempts
        nothing_half_done(matter)

    site.start(WORKER)
    until(lambda: job().state == "done")

    matter.refresh_from_db()
    assert (matter.state, job().done) == ("counsel_review", 2 * PAGES)
    assert job().attempts > begun  # on a busy machine a lease of 3 s may run out once more
    report = VerifierReport.objects.get()
    assert report.passed
    assert Entry.objects.filter(event="record.burned", digest=report.output_sha256).count() == 1
    released_once(city, matter)


def released_once(city: factories.City, matter: Matter) -> None:
    """Approve, let the same workers pack and seal, release, claim: each once, and never again."""
    now: Any = timezone.now
    advance(matter.pk, "approve", actor=city.counsel, stepped_up_at=now(), reason="The order compels this.")
    until(Package.objects.exists)
    factories.seal_log()
    until(lambda: Job.objects.get(kind="package.seal").state == "done")
    factories.seal_log()
    advance(matter.pk, "release", actor=city.officer, stepped_up_at=now())
    with pytest.raises(WrongState):
        advance(matter.pk, "release", actor=city.officer, stepped_up_at=now())
    delivering.claim(Link.objects.get().pk, actor=city.client)
    with pytest.raises(Gone):
        delivering.claim(Link.objects.get().pk, actor=city.client)
    assert (Package.objects.count(), Release.objects.count(), Claim.objects.count()) == (1, 1, 1)
