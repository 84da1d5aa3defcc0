"""`verify_audit --reconcile`: log and what the city keeps agree both ways, each swap is found."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.utils import timezone

from tests import factories
from tests.city import drop_triggers
from tests.gateway import sheets
from workflows.audit import log, reconcile, triggers
from workflows.flow.advance import advance
from workflows.instruments.models import Instrument
from workflows.matters.models import Matter, Request
from workflows.records.models import Record
from workflows.releases.models import Approval, Package, PackageSeal, Release, VerifierReport
from workflows.vault import storage
from workflows.vault.models import Blob


def found() -> list[str]:
    return [fault.detail for fault in reconcile.faults()]


def swapped(blob: Blob) -> None:
    """The bytes of a file on the disk are others."""
    with storage.current().read(blob.name) as source:
        held = bytearray(source.read())
    held[len(held) // 2] ^= 1
    storage.current().remove(blob.name)
    storage.current().write(blob.name, iter([bytes(held)]))


def forged(event: str, **more: object) -> None:
    triggers.install(connection, ["audit_entry"])  # on PostgreSQL one of them gives an entry its number
    with transaction.atomic():
        log.record(event, actor=None, matter=Matter.objects.get(), **more)


def file_and_digest_of_another() -> None:
    other = Instrument.objects.get()
    Record.objects.update(blob=other.blob, sha256=other.sha256)


def destroyed(blob: Blob, record: UUID | None = None) -> None:
    """The file is gone, and where a record is given the log says that its copy was destroyed."""
    Blob.objects.filter(pk=blob.pk).update(shredded_at=timezone.now(), wrapped_key=b"")
    if record is not None:
        forged("copy.disposed", obj=("rendition", blob.sha256), facts={"refs": {"record": record}})


def page_image() -> Blob:
    return Blob.objects.get(sha256=VerifierReport.objects.get().page_images[0])


OTHER = "ab" * 32
ATTACKS: dict[str, tuple[Callable[[], object], str]] = {
    "bytes of a paper": (lambda: swapped(Instrument.objects.get().blob), "file of paper"),
    "bytes of a record": (lambda: swapped(Record.objects.get().blob), "file of record"),
    "bytes of a package": (lambda: swapped(Package.objects.get().payload), "file of package"),
    "bytes of a bundle": (lambda: swapped(PackageSeal.objects.get().bundle), "file of bundle"),
    "bytes of a request": (lambda: swapped(Request.objects.get().blob), "file of request"),
    "bytes of a burned file": (lambda: swapped(VerifierReport.objects.get().output), "file of burned file"),
    "bytes of a page image": (lambda: swapped(page_image()), "file of page image"),
    "page image that is gone": (
        lambda: VerifierReport.objects.update(page_images=[OTHER]), "1 page images of burned file",
    ),
    "original said to be destroyed": (
        lambda: destroyed(Record.objects.get().blob, Record.objects.get().pk), "file of record",
    ),
    "copy said to be destroyed": (
        lambda: destroyed(VerifierReport.objects.get().output), "was destroyed, and no entry says so",
    ),
    "copy of another record was destroyed": (
        lambda: destroyed(VerifierReport.objects.get().output, Matter.objects.get().pk),
        "was destroyed, and no entry says so",
    ),
    "another archive": (
        lambda: Package.objects.update(payload=PackageSeal.objects.get().bundle), "files of package",
    ),
    "no archive": (
        lambda: Package.objects.update(payload=Instrument.objects.get().blob), "files of package",
    ),
    "another file": (lambda: Record.objects.update(blob=Instrument.objects.get().blob), "is another one"),
    "file and digest": (file_and_digest_of_another, "the log does not hold record"),
    "digest of a paper": (lambda: Instrument.objects.update(sha256=OTHER), "the paper of this entry is gone"),
    "digest of a package": (lambda: Package.objects.update(sha256=OTHER), "not the one that its entry"),
    "approval of another list": (
        lambda: Approval.objects.update(manifest_sha256=OTHER), "not the one that its entry",
    ),
    "entry of something else": (
        lambda: Release.objects.update(entry=Package.objects.get().entry), "an entry about something else",
    ),
    "release that is gone": (lambda: forged("release.made"), "the release of this entry is gone"),
    "paper that is gone": (
        lambda: forged("instrument.filed", obj=("instrument", OTHER)), "the paper of this entry is gone",
    ),
}  # fmt: skip


def test_what_was_released_agrees_with_the_log_and_each_swap_is_found(city: factories.City) -> None:
    matter = factories.to_approved(city, sheets.sheet())
    advance(matter.pk, "release", actor=city.officer, stepped_up_at=timezone.now())
    assert set(reconcile.names()) == {
        "approvals", "burned files", "exports", "instruments", "packages", "records", "releases", "requests",
    }  # fmt: skip
    assert found() == []
    drop_triggers()
    try:
        for name, (attack, sentence) in ATTACKS.items():
            kept = [row.blob for row in (*Instrument.objects.all(), *Record.objects.all())]
            kept += [Package.objects.get().payload, PackageSeal.objects.get().bundle]
            kept += [Request.objects.get().blob, VerifierReport.objects.get().output, page_image()]
            files = {}
            for blob in kept:
                with storage.current().read(blob.name) as source:
                    files[blob.name] = source.read()
            with transaction.atomic():
                attack()
                told = found()
                transaction.set_rollback(True)
            assert any(sentence in one for one in told), (name, told)
            for file, data in files.items():
                storage.current().remove(file)
                storage.current().write(file, iter([data]))
            assert found() == [], name
        with transaction.atomic():
            destroyed(VerifierReport.objects.get().output, Record.objects.get().pk)
            assert found() == []
            transaction.set_rollback(True)
    finally:
        triggers.install(connection)


@pytest.mark.django_db
def test_an_empty_city_agrees_with_its_log() -> None:
    assert found() == []
