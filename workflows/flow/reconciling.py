"""The log held against what the city keeps, both ways (`verify_audit --reconcile`).

Every request, paper, record, burned file, approval, package, sealed bundle and release has its entry, of the
right event, about its matter and with its digest; every such entry has its row; and every file behind them
opens whole, as the bytes that the entry names. Whoever swaps a file, a row, or a row with its file is found,
as the log says otherwise.
Nothing but kinds and ids of ours is said about what is found.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID
from zipfile import BadZipFile

from django.db.models import Exists, Model, OuterRef, QuerySet

from workflows import vault
from workflows.audit import reconcile
from workflows.audit.canonical import parse
from workflows.audit.models import Entry
from workflows.audit.reconcile import Fault
from workflows.instruments.models import Instrument
from workflows.matters.models import Request
from workflows.records.models import Record
from workflows.releases.models import Approval, Package, PackageSeal, Release, VerifierReport
from workflows.releases.packaging import MANIFEST_NAME, unzipped
from workflows.vault.models import Blob

MOVES_TOO = ("record.burned",)  # events of a file, and without a digest of the matter that moves on after it


def requests() -> Iterator[Fault]:
    """Requests as they were received."""
    yield from _filed(Request, "matter.opened", "request")


def instruments() -> Iterator[Fault]:
    """Papers as they were filed."""
    yield from _filed(Instrument, "instrument.filed", "paper")


def records() -> Iterator[Fault]:
    """Records as they were taken in."""
    yield from _filed(Record, "record.taken_in", "record")


def burned() -> Iterator[Fault]:
    """Files that the verifier has passed, and the pictures of their pages on which people decide."""
    passed = VerifierReport.objects.filter(passed=True).select_related("entry", "output", "manifest")
    yield from recorded(
        passed, "record.burned", "burned file", lambda row: row.output_sha256,
        matter=lambda row: row.manifest.matter_id,
    )  # fmt: skip
    for row in passed.iterator():
        if row.output is not None:  # the database holds it to that
            yield from _copy_opens("burned file", row.pk, row.output, row.output_sha256)
        pages = Blob.objects.filter(sha256__in=row.page_images, record_id=str(row.record_id))
        for blob in pages.iterator():
            yield from _copy_opens("page image", blob.pk, blob, blob.sha256)
        if missing := set(row.page_images).difference(pages.values_list("sha256", flat=True)):
            yield Fault(f"{len(missing)} page images of burned file {row.pk} are gone")


def approvals() -> Iterator[Fault]:
    """Approvals, each of the manifest that its entry names."""

    def differs(row: Approval) -> bool:
        body = parse(bytes(row.entry.body))
        return body.get("manifest", row.manifest.sha256) != row.manifest_sha256

    yield from recorded(
        Approval.objects.select_related("entry", "manifest"), "release.approved", "approval",
        lambda row: None, differs,
    )  # fmt: skip


def packages() -> Iterator[Fault]:
    """Packages as built, and the bundles around them as sealed."""
    built = Package.objects.select_related("entry", "payload")
    yield from recorded(built, "package.built", "package", lambda row: row.sha256)
    sealed = PackageSeal.objects.select_related("entry", "bundle", "package")
    yield from recorded(
        sealed, "package.sealed", "bundle", lambda row: row.bundle_sha256,
        matter=lambda row: row.package.matter_id,
    )  # fmt: skip
    for package in built.iterator():
        yield from files_listed("package", package.pk, package.payload, MANIFEST_NAME, package.sha256)
    for seal in sealed.iterator():
        yield from file_opens("bundle", seal.package_id, seal.bundle, seal.bundle_sha256)


def releases() -> Iterator[Fault]:
    """Releases: nothing was let out that the log does not know, and the other way round."""
    yield from recorded(Release.objects.select_related("entry"), "release.made", "release", lambda row: None)


def register() -> None:
    """Make these known to the log."""
    for name, reconciler in (
        ("approvals", approvals), ("burned files", burned), ("instruments", instruments),
        ("packages", packages), ("records", records), ("releases", releases), ("requests", requests),
    ):  # fmt: skip
        reconcile.register(name, reconciler)


def _filed(kind: type[Model], event: str, noun: str) -> Iterator[Fault]:
    """Rows that name their file: matter and digest lead to the entry, and back."""
    entries = Entry.objects.filter(event=event, outcome="ok", digest__isnull=False)
    rows: QuerySet[Any] = kind._default_manager.select_related("blob")
    same = entries.filter(matter=OuterRef("matter_id"), digest=OuterRef("sha256"))
    for row in rows.filter(~Exists(same)).iterator():
        yield Fault(f"the log does not hold {noun} {row.pk} with the digest that it has")
    for row in rows.iterator():
        yield from file_opens(noun, row.pk, row.blob, row.sha256)
    known = rows.filter(matter_id=OuterRef("matter"), sha256=OuterRef("digest"))
    for key in entries.filter(~Exists(known)).values_list("uuid", flat=True).iterator():
        yield Fault(f"the {noun} of this entry is gone, or another one", str(key))


def recorded(
    rows: QuerySet[Any],
    event: str,
    noun: str,
    digest: Callable[[Any], str | None],
    differs: Callable[[Any], bool] = lambda row: False,
    matter: Callable[[Any], UUID] = lambda row: row.matter_id,
) -> Iterator[Fault]:
    """Rows that name their entry: it is of this event, about this matter, with this digest; and back."""
    for row in rows.iterator():
        entry, wanted = row.entry, digest(row)
        if (entry.event, entry.outcome, entry.matter) != (event, "ok", matter(row)):
            yield Fault(f"{noun} {row.pk} rests on an entry about something else", str(entry.uuid))
        elif (wanted is not None and entry.digest != wanted) or differs(row):
            yield Fault(f"{noun} {row.pk} is not the one that its entry names", str(entry.uuid))
    known = rows.model._default_manager.filter(entry=OuterRef("pk"))
    entries = Entry.objects.filter(event=event, outcome="ok").filter(~Exists(known))
    if event in MOVES_TOO:
        entries = entries.filter(digest__isnull=False)
    for key in entries.values_list("uuid", flat=True).iterator():
        yield Fault(f"the {noun} of this entry is gone", str(key))


def file_opens(noun: str, key: Any, blob: Blob, sha256: str) -> Iterator[Fault]:
    """The file opens to its end, and is the one that the row names. None of these is ever destroyed."""
    if blob.sha256 != sha256:
        yield Fault(f"the file of {noun} {key} is another one")
        return
    if blob.shredded_at is not None:
        yield Fault(f"the file of {noun} {key} was destroyed")
        return
    try:
        for _ in vault.chunks(blob):
            pass
    except vault.VaultError as error:
        yield Fault(f"the file of {noun} {key} does not open: {error.code}")


def _copy_opens(noun: str, key: Any, blob: Blob, sha256: str) -> Iterator[Fault]:
    """As `file_opens`, of a file that the schedule may destroy: then the log says so of this record's."""
    if blob.sha256 != sha256 or blob.shredded_at is None:
        yield from file_opens(noun, key, blob, sha256)
        return
    disposed = Entry.objects.filter(event="copy.disposed", outcome="ok", digest=sha256)
    records = (
        parse(bytes(body)).get("refs", {}).get("record") for body in disposed.values_list("body", flat=True)
    )
    if blob.record_id not in records:
        yield Fault(f"the file of {noun} {key} was destroyed, and no entry says so")


def files_listed(noun: str, key: Any, archive: Blob, list_name: str, sha256: str) -> Iterator[Fault]:
    """The archive opens, the digest of its list is the one in the log, and each file is as the list says."""
    faults = list(file_opens(noun, key, archive, archive.sha256))
    if faults:
        yield from faults
        return
    try:
        files = unzipped(vault.open(archive))
    except (BadZipFile, RuntimeError, zlib.error):  # no archive, one with a password, a damaged one
        files = {}
    listed = files.pop(list_name, b"")
    held = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    if hashlib.sha256(listed).hexdigest() != sha256 or parse(listed)["files"] != held:
        yield Fault(f"the files of {noun} {key} are others")
