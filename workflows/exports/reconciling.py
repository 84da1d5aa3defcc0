"""Exports held against the log, both ways, as `flow.reconciling` does it for what a matter holds."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.audit import reconcile
from workflows.audit.reconcile import Fault
from workflows.exports.jobs import LIST_NAME
from workflows.exports.models import Prepared, Sealed
from workflows.flow.reconciling import file_opens, files_listed, recorded


def exports() -> Iterator[Fault]:
    """Files as made, by the list that names them, and the bundles around them as sealed."""
    made = Prepared.objects.select_related("entry", "payload", "export")
    yield from recorded(
        made, "export.made", "export", lambda row: row.sha256, matter=lambda row: row.export.matter_id
    )
    sealed = Sealed.objects.select_related("entry", "bundle", "export")
    yield from recorded(
        sealed, "export.sealed", "bundle of an export", lambda row: row.bundle_sha256,
        matter=lambda row: row.export.matter_id,
    )  # fmt: skip
    for row in made.iterator():
        yield from files_listed("export", row.export_id, row.payload, LIST_NAME, row.sha256)
    for seal in sealed.iterator():
        yield from file_opens("bundle of export", seal.export_id, seal.bundle, seal.bundle_sha256)


def register() -> None:
    """Make these known to the log."""
    reconcile.register("exports", exports)
