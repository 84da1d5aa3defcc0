"""Which pages counsel looks at before signing: all with high risk, and some of the rest drawn by lot.

The draw follows from the manifest's digest, so that nobody can choose it and anybody can repeat it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from uuid import UUID

from workflows.audit.canonical import parse
from workflows.audit.models import Entry
from workflows.records.models import Finding, Mark, Page
from workflows.releases.models import Manifest

SIZES = (30, 59, 150)  # none at fault in 59: with 95 % confidence fewer than 5 in 100 of the rest are
CONFIDENCE = 0.95
RESULT = "rendition"  # as the log calls the image of a result
KEPT, PICTURE, DOUBT, EARLIER = (
    "something found stays in sight",
    "the page is a picture",
    "its words cannot be trusted",
    "somebody hid words before",
)


@dataclass(frozen=True, slots=True)
class Look:
    """One page to look at; `why` is empty for one that was drawn, `looked` once this person has opened it."""

    record: UUID
    number: int
    page: int
    why: tuple[str, ...]
    looked: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """What to look at. `bound` is the share of faulty pages in the rest that a faultless draw rules out."""

    risky: list[Look]
    drawn: list[Look]
    rest: int
    size: int
    bound: float

    @property
    def left(self) -> int:
        """Pages that this person has not opened since the freeze."""
        return sum(not look.looked for look in (*self.risky, *self.drawn))

    @property
    def lists(self) -> list[tuple[str, list[tuple[int, list[Look]]]]]:
        """Both lists by record, under their words."""
        return [("With high risk, all", _by_record(self.risky)), ("Drawn by lot", _by_record(self.drawn))]


@dataclass(frozen=True, slots=True)
class Layers:
    """Who decided what on one record: decisions and standing boxes of officers and of counsel."""

    record: UUID
    number: int
    counts: dict[str, int] = field(default_factory=dict)


def sample(manifest: Manifest, actor: Any, size: int) -> Sample:
    """All pages of the manifest with high risk, and `size` of the others."""
    numbers = {row.record_id: row.record.number for row in manifest.records.select_related("record")}
    why = _reasons(numbers)
    looked = _looked(manifest, actor)
    pages = [
        Look(record, numbers[record], n, why.get((record, n), ()), (str(record), n) in looked)
        for record, n in Page.objects.filter(record__in=numbers).values_list("record", "n")
    ]
    rest = sorted((look for look in pages if not look.why), key=lambda look: _lot(manifest, look))
    drawn = rest[:size]
    return Sample(
        risky=_in_order([look for look in pages if look.why]),
        drawn=_in_order(drawn),
        rest=len(rest),
        size=size,
        bound=upper_bound(len(drawn), len(rest)),
    )


def upper_bound(drawn: int, of: int) -> float:
    """The share of faulty pages that a draw without a fault rules out with CONFIDENCE (0 to 1): 1 where
    nothing was drawn, 0 where everything was."""
    if drawn >= of:
        return 0.0
    return 1.0 if drawn == 0 else 1 - (1 - CONFIDENCE) ** (1 / drawn)


def layers(manifest: Manifest) -> list[Layers]:
    """The records of the manifest with what each layer did: decisions as `redact officer`, boxes as
    `box counsel`."""
    rows = manifest.records.select_related("record").order_by("record__number")
    found = {row.record_id: Layers(row.record_id, row.record.number) for row in rows}
    decided = Finding.objects.filter(record__in=found, page_n__isnull=False, decided_by__isnull=False)
    boxes = Mark.objects.filter(record__in=found, removed_at__isnull=True)
    said = [
        (record, f"{'redact' if decision == 'redact' else 'keep'}_{role}")
        for record, decision, role in decided.values_list("record", "decision", "decided_by__role")
    ]
    said += [(record, f"box_{layer}") for record, layer in boxes.values_list("record", "layer")]
    for record, what in said:
        found[record].counts[what] = found[record].counts.get(what, 0) + 1
    return list(found.values())


def _reasons(numbers: dict[Any, int]) -> dict[tuple[Any, int], tuple[str, ...]]:
    """Why a page has high risk, for those that have."""
    found: dict[tuple[Any, Any], list[str]] = {}
    kept = Finding.objects.filter(record__in=numbers, decision="keep", page_n__isnull=False)
    for record, page_n in kept.values_list("record", "page_n").distinct():
        found.setdefault((record, page_n), []).append(KEPT)
    pages = Page.objects.filter(record__in=numbers)
    for record, n, scanned, trusted, signs in pages.values_list(
        "record", "n", "scanned", "trusted_text", "signals"
    ):
        said = [PICTURE] if scanned else [] if trusted else [DOUBT]
        said += [EARLIER] if any(isinstance(sign, dict) for sign in signs) else []
        if said:
            found.setdefault((record, n), []).extend(said)
    return {place: tuple(said) for place, said in found.items()}


def _looked(manifest: Manifest, actor: Any) -> set[tuple[str, int]]:
    """Pages whose result this person was shown since the freeze, by the log. The page as received does not
    count: its image may have been sent ahead."""
    rows = Entry.objects.filter(
        matter=manifest.matter_id, actor=actor.pseudonym, event="page.viewed", outcome="ok",
        at__gte=manifest.frozen_at,
    )  # fmt: skip
    bodies = [parse(bytes(body)) for body in rows.values_list("body", flat=True)]
    shown = [body for body in bodies if body["obj"]["kind"] == RESULT]
    return {(body["refs"]["record"], body["counts"]["page"]) for body in shown}


def _lot(manifest: Manifest, look: Look) -> bytes:
    return hashlib.sha256(f"{manifest.sha256} {look.number} {look.page}".encode()).digest()


def _in_order(looks: Sequence[Look]) -> list[Look]:
    return sorted(looks, key=lambda look: (look.number, look.page))


def _by_record(looks: list[Look]) -> list[tuple[int, list[Look]]]:
    return [(number, list(some)) for number, some in groupby(looks, key=lambda look: look.number)]
