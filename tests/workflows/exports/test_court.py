"""A court gets what the log holds of one matter: told in sentences, proved, and without a name (rule E18)."""

from __future__ import annotations

import csv
import hashlib
import io
import time
from collections.abc import Callable

import pypdfium2
import pytest
from django.utils import timezone

from tests import factories
from tests.workflows.exports.conftest import Archive, check, seal
from workflows import jobs
from workflows.audit.models import Entry
from workflows.errors import Forbidden, NotVisible, StepUpNeeded
from workflows.exports import actions
from workflows.exports.models import Export
from workflows.flow import papers as paper_acts
from workflows.jobs.models import Job
from workflows.matters.models import Matter

Fetch = Callable[..., Archive]
LONGEST_CHECK_S = 2.0  # design page "evidence", 6


def ask(city: factories.City, matter: Matter, who: str = "counsel") -> Export:
    return actions.ask_court(matter.pk, actor=city.people[who], stepped_up_at=timezone.now())


def table(archive: Archive, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.file(name).decode(), newline="")))


def pages_of(paper: bytes) -> list[str]:
    with pypdfium2.PdfDocument(paper) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]


def text_of(paper: bytes) -> str:
    return " ".join(pages_of(paper))


@pytest.fixture
def checked(city: factories.City, matter: Matter) -> Matter:
    """The matter with a paper that was checked, called back on and accepted."""
    paper = factories.file_demo_paper(city, matter)
    jobs.cancel(Job.objects.get(kind="instrument.read"))  # what the machine reads is nothing to this
    factories.verify_paper(city, paper)
    paper_acts.accept_paper(paper.pk, actor=city.verifier)
    factories.seal_log()
    return matter


def test_a_court_bundle_tells_proves_and_names_nobody(
    city: factories.City, checked: Matter, fetched: Fetch
) -> None:
    archive = fetched(ask(city, checked), city.counsel)
    began = time.perf_counter()
    assert check(archive.folder)[0] == archive.code == 0
    assert time.perf_counter() - began < LONGEST_CHECK_S
    assert archive.names == {
        "entries.jsonl", "chronology.csv", "chronology.pdf", "people.csv", "checks.csv", "digests.csv",
        "certification.txt", "certification.pdf", "export.json",
    }  # fmt: skip

    told = table(archive, "chronology.csv")
    of_matter = Entry.objects.filter(matter=checked.pk, pk__lt=Entry.objects.get(event="export.asked").pk)
    assert len(told) == of_matter.count() == archive.listed["entries"]
    says = [row["what_happened"] for row in told]
    assert says[0] == "A request arrived and a matter was opened."
    assert any(one.startswith("A paper was accepted as verified and in force.") for one in says)
    assert "Check V03: Signed by a judge of a court." in " ".join(says)
    assert {row["check"] for row in table(archive, "checks.csv")} >= {"V01", "V03", "V13"}
    paper = checked.instruments.get()
    assert ("instrument", paper.sha256) in {
        (row["kind"], row["sha256"]) for row in table(archive, "digests.csv")
    }
    pseudonyms = {row["pseudonym"]: row["role"] for row in table(archive, "people.csv")}
    assert pseudonyms[str(city.verifier.pseudonym)] == "verifier"

    everything = archive.everything().lower()
    names = [checked.parties.get().name, paper.court, paper.docket, paper.signer, city.agency.name]
    names += [person.email for person in city.people.values()]
    for name in filter(None, names):
        assert name.lower().encode() not in everything, name
    read = "".join(text_of(archive.file(name)) for name in ("chronology.pdf", "certification.pdf")).lower()
    assert not [name for name in filter(None, names) if name.lower() in read]


def test_the_certification_is_a_draft_with_blanks_that_names_the_digests_of_the_tables(
    city: factories.City, matter: Matter, fetched: Fetch
) -> None:
    archive = fetched(ask(city, matter), city.counsel)
    text = archive.file("certification.txt").decode()
    assert text.startswith("WORDING TO BE APPROVED BY COUNSEL")
    assert "902(13)" in text and "902(14)" in text and matter.number in text
    for name in (
        "entries.jsonl",
        "chronology.csv",
        "chronology.pdf",
        "people.csv",
        "checks.csv",
        "digests.csv",
    ):
        assert f"{name}  {hashlib.sha256(archive.file(name)).hexdigest()}" in text
    paper = text_of(archive.file("certification.pdf"))
    for blank in ("SHA-256 of the archive", "Signature", "Name", "Date and place"):
        assert f"{blank}: ____" in text and blank in paper
    assert "to be approved by counsel" in paper.lower()
    (signed,) = [page for page in pages_of(archive.file("certification.pdf")) if "Signature" in page]
    for belongs in ("penalty of perjury", "Name", "Date and place", matter.number):  # nobody signs it apart
        assert belongs in signed


def test_who_may_make_and_fetch_a_court_bundle(city: factories.City, matter: Matter) -> None:
    with pytest.raises(StepUpNeeded):
        actions.ask_court(matter.pk, actor=city.counsel, stepped_up_at=None)
    for who, refusal in (
        ("officer", Forbidden), ("verifier", Forbidden), ("counsel2", NotVisible), ("officer2", NotVisible),
        ("admin", NotVisible), ("client", Forbidden), ("other_client", NotVisible),
    ):  # fmt: skip
        with pytest.raises(refusal):
            ask(city, matter, who)
    export = ask(city, matter, "auditor")  # who reads the log of every matter that is not sealed
    factories.work()
    actions.open_export(export.pk, actor=city.auditor)
    actions.open_export(export.pk, actor=city.counsel)
    with pytest.raises(NotVisible):
        actions.open_export(export.pk, actor=city.counsel2)

    seal(city, matter)
    with pytest.raises(NotVisible):
        actions.open_export(export.pk, actor=city.auditor)
    with pytest.raises(NotVisible):
        ask(city, matter, "auditor")
    actions.open_export(export.pk, actor=city.counsel)
