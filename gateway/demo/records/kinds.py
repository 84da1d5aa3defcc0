"""What a demo record is, and what was planted in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Planted:
    """The least words of a status-related phrase that still tell, and so must not survive a release.

    They are compared as whole words with spacing and case folded. `type` is an id of the status
    taxonomy; `page` counts from 1, None for the file as a whole. `where` is `text`, `field` (a
    form value), `annotation`, `outline`, `metadata` or `image` (there is no text: only OCR sees it).
    """

    text: str
    type: str
    page: int | None = 1
    where: str = "text"


@dataclass(frozen=True, slots=True)
class DemoRecord:
    """One record as a custodian hands it in.

    `record_class` is an id of the gateway's list of record classes. `stays` are plain words that
    must still be found after redaction. `hard_negatives` look like status data and are none: they
    should stay too. `items` maps names of demo papers to the number of the item that compels this
    record; empty when no paper covers it.
    """

    name: str
    file_name: str
    title: str
    layout: str
    department: str
    custodian: str
    record_class: str
    subject: str
    subject_born: date
    day: date
    pages: int
    data: bytes
    planted: tuple[Planted, ...] = ()
    stays: tuple[str, ...] = ()
    hard_negatives: tuple[str, ...] = ()
    items: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
