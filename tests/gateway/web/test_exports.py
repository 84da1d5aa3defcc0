"""The auditor exports what they read, counsel bundles a matter for a court, both read reports."""

from __future__ import annotations

import html
import io
import zipfile

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import factories
from tests.gateway.web.conftest import SignedIn
from tests.workflows.exports.conftest import seal
from workflows.audit import flags
from workflows.audit.models import Entry
from workflows.exports.models import Export
from workflows.jobs.models import Job
from workflows.matters.models import Matter

EXPORTS = "/exports/"


def text_of(answer) -> str:
    return html.unescape(answer.content.decode())


@pytest.fixture
def matter(city: factories.City) -> Matter:
    found = factories.open_request(city)
    factories.seal_log()
    return found


def test_the_auditor_asks_waits_and_downloads(city, matter, as_person: SignedIn) -> None:
    auditor = as_person("auditor")
    assert f"{EXPORTS}?event=matter.opened" in text_of(auditor.get("/log/", {"event": "matter.opened"}))
    shown = auditor.get(EXPORTS, {"event": "matter.opened"})
    assert '<option value="matter.opened" selected>' in text_of(shown)
    assert "Nothing has been made yet" in text_of(shown) and "At most 10000 entries" in text_of(shown)

    asked = auditor.post(f"{EXPORTS}ask/", {"event": "matter.opened", "form": "jsonl"})
    assert asked.status_code == 302
    waiting = text_of(auditor.get(EXPORTS))
    assert "Being made" in waiting and 'hx-trigger="every 2s"' in waiting
    factories.work()
    ready = text_of(auditor.get(EXPORTS))
    export = Export.objects.get()
    assert export.sealed.bundle_sha256 in ready and "every 2s" not in ready

    file = auditor.get(reverse("web:fetch_export", args=[export.pk]))
    assert file.headers["Content-Disposition"] == f'attachment; filename="entries-{export.pk}.zip"'
    archive = zipfile.ZipFile(io.BytesIO(b"".join(file.streaming_content)))
    (line,) = archive.read("files/entries.jsonl").splitlines()
    assert line == bytes(Entry.objects.get(event="matter.opened").body)
    for who in ("counsel", "officer", "admin"):
        assert as_person(who).get(reverse("web:fetch_export", args=[export.pk])).status_code == 404


def test_an_old_sign_in_must_be_proved_again_and_a_wrong_filter_says_so(
    city, matter, as_person: SignedIn
) -> None:
    old = as_person("auditor", factor_age_s=400.0)
    assert 'name="code"' in text_of(old.get(EXPORTS))
    answer = old.post(f"{EXPORTS}ask/", {"form": "csv"})
    assert answer.status_code == 302 and "step-up" in answer["Location"]

    wrong = as_person("auditor").post(f"{EXPORTS}ask/", {"form": "csv", "matter": "the case of Ada"})
    assert wrong.status_code == 422 and "Nothing has been changed" in text_of(wrong)
    empty = as_person("auditor").post(f"{EXPORTS}ask/", {"form": "csv", "until": "2001-01-01"})
    assert empty.status_code == 422 and "nothing to export" in text_of(empty)
    assert not Export.objects.exists()


def test_work_that_stopped_is_tried_again_by_a_person(city, matter, as_person: SignedIn) -> None:
    auditor = as_person("auditor")
    auditor.post(f"{EXPORTS}ask/", {"form": "csv"})
    Job.objects.filter(kind="export.make").update(state="parked", attempts=5, error_code="not_sealed")
    assert "Stopped" in text_of(auditor.get(EXPORTS))
    again = reverse("web:retry_export", args=[Export.objects.get().pk])
    assert as_person("counsel").post(again).status_code == 404
    assert auditor.post(again)["Location"] == EXPORTS
    factories.work()
    assert "Download" in text_of(auditor.get(EXPORTS))
    assert auditor.post(again).status_code == 409  # nothing waits any more


def test_counsel_bundles_a_matter_for_a_court(city, matter, as_person: SignedIn) -> None:
    counsel, address = as_person("counsel"), reverse("web:court_bundle", args=[matter.pk])
    assert address in text_of(counsel.get(reverse("web:matter", args=[matter.pk])))
    assert "to be approved by counsel" in text_of(counsel.get(address))
    assert counsel.post(f"{address}ask/").status_code == 302
    factories.work()
    shown = text_of(counsel.get(address))
    assert "Download" in shown and Export.objects.get().sealed.bundle_sha256 in shown
    assert "Download" in text_of(as_person("auditor").get(address))
    assert as_person("counsel2").get(address).status_code == 404


def test_the_log_of_a_matter_leads_auditors_to_its_bundle_unless_it_is_sealed(
    city, matter, as_person: SignedIn
) -> None:
    auditor, address = as_person("auditor"), reverse("web:court_bundle", args=[matter.pk])
    of_matter = {"matter": str(matter.pk).upper()}
    assert address in text_of(auditor.get("/log/", of_matter)) and auditor.get(address).status_code == 200
    assert "for a court" not in text_of(auditor.get("/log/"))
    seal(city, matter)
    assert "for a court" not in text_of(auditor.get("/log/", of_matter))


def test_a_report_is_a_page_with_pictures_and_becomes_a_paper(city, matter, as_person: SignedIn) -> None:
    auditor, month = as_person("auditor"), f"{timezone.localdate():%Y-%m}"
    flags.raise_flag(flags.CLOCK, timezone.now(), {"seconds": 200})
    address = reverse("web:report", args=[month])
    assert address in text_of(auditor.get("/reports/"))
    shown = text_of(auditor.get(address))
    assert "Requests that came in: 1." in shown and shown.count("None in this time.") == 2  # no answers yet
    assert shown.count('<figure class="chart"><svg') == 1 and "Open: 1" in shown  # the flag
    assert "must not be published" in shown and "Root" in shown and 'class="qr"' in shown
    assert Entry.objects.filter(event="audit.viewed", actor=city.auditor.pseudonym).exists()
    assert auditor.get(reverse("web:report", args=["2099-01"])).status_code == 404
    assert auditor.get(reverse("web:report", args=["nonsense"])).status_code == 404

    public = auditor.post(f"{address}make/", {"scope": "public"})
    assert public.status_code == 422 and "no public paper of a month" in text_of(public)
    quarter = reverse("web:report", args=[f"{month[:4]}-q{(int(month[5:]) + 2) // 3}"])
    public = auditor.post(f"{quarter}make/", {"scope": "public"})
    assert public.status_code == 422 and "no edition" in text_of(public)
    assert auditor.post(f"{address}make/", {"scope": "internal"}).status_code == 302
    factories.work()
    assert "Download" in text_of(as_person("counsel").get("/reports/"))
