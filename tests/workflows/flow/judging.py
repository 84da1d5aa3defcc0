"""What must always hold of a matter (workflow.md 4.7), asked after every step of a walk.

Each question is one statement, made from the models once and asked of any matter: ten thousand walks ask
half a million times, and to make the statements anew takes longer than to answer them.
"""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from workflows.audit.models import Entry
from workflows.flow.moves import transitions
from workflows.holding.models import Challenge, Recall
from workflows.instruments.models import Check, Flag, Instrument
from workflows.matters.models import Block, Matter, Task
from workflows.matters.states import State
from workflows.records.models import Finding, Mark, Page, Record
from workflows.releases.models import (
    Approval,
    Claim,
    GateDecision,
    Link,
    Manifest,
    ManifestRecord,
    MarkMaker,
    Package,
    Receipt,
    Release,
    VerifierReport,
)  # fmt: skip

DELIVERING = {State.RELEASING, State.DELIVERED, State.CLOSED}
# Rows that are never taken away again, by how a matter reaches them.
KEPT = {
    Entry: "matter", Record: "matter", Page: "record__matter", Finding: "record__matter",
    Mark: "record__matter", Manifest: "matter", Approval: "matter", GateDecision: "matter",
    Package: "matter", Release: "matter", Link: "release__matter", Claim: "link__release__matter",
    Receipt: "link__release__matter", Instrument: "matter", Block: "matter", Task: "matter",
    Challenge: "matter", Recall: "matter", Check: "instrument__matter", Flag: "instrument__matter",
}  # fmt: skip
_ANY = uuid.UUID("5f9c0c3a-4a9e-4f0a-9a57-3f1f0d7c2a11")  # stands for the matter in a statement


class Asked:
    """A question about one matter as a statement that is made once."""

    def __init__(self, make: Callable[[], QuerySet[Any, Any]]) -> None:
        self._make = make

    @functools.cached_property
    def statement(self) -> tuple[str, tuple[Any, ...]]:
        """The text and its values, among them `_ANY`."""
        return self._make().query.sql_with_params()

    def __call__(self, matter: uuid.UUID) -> list[tuple[Any, ...]]:
        text, values = self.statement
        return _answer(text, values, matter)


def _answer(text: str, values: tuple[Any, ...], matter: uuid.UUID) -> list[tuple[Any, ...]]:
    any_, own = as_stored(_ANY), as_stored(matter)
    with connection.cursor() as cursor:
        cursor.execute(text, [own if value == any_ else value for value in values])
        return cursor.fetchall()


def as_stored(key: uuid.UUID) -> Any:
    """A key as this database gives it back."""
    return key if connection.features.has_native_uuid_field else key.hex


@functools.cache
def _counting() -> tuple[str, tuple[Any, ...]]:
    """One statement that counts the rows of every kept kind."""
    counts, values = [], []
    for n, (model, path) in enumerate(KEPT.items()):
        rows = model.objects.filter(**{path: _ANY}).order_by().values("pk")  # type: ignore[attr-defined]
        text, own = rows.query.sql_with_params()
        counts.append(f"(SELECT COUNT(*) FROM ({text}) AS kept_{n})")
        values.extend(own)
    return "SELECT " + ", ".join(counts), tuple(values)


_STATE = Asked(
    lambda: Matter.objects.filter(pk=_ANY).values_list(
        "state", "state_entry", "state_entry__matter", "state_entry__outcome", "opened_by"
    )
)
_SEQUENCE = Asked(lambda: Entry.objects.filter(matter=_ANY).order_by("id").values_list("matter_seq"))
_LIVE = Asked(lambda: Approval.objects.filter(matter=_ANY, void=None).values_list("pk"))
_RELEASES = Asked(
    lambda: Release.objects.filter(matter=_ANY).values_list(
        "manifest", "package__manifest", "decision__passed", "package__seal", "approval__approver",
        "manifest_sha256", "manifest__sha256", "approval__manifest_sha256", "decision__manifest_sha256",
    )
)  # fmt: skip
_LISTED = Asked(
    lambda: ManifestRecord.objects.filter(
        manifest__matter=_ANY, manifest__releases__isnull=False
    ).values_list(
        "manifest", "record", "clause__instrument", "clause__instrument__matter",
        "clause__instrument__accepted_by",
    )
)  # fmt: skip
_PASSED = Asked(
    lambda: VerifierReport.objects.filter(manifest__matter=_ANY, passed=True).values_list(
        "manifest", "record"
    )
)
_MAKERS = Asked(lambda: MarkMaker.objects.filter(manifest__matter=_ANY).values_list("manifest", "person"))
_CALLERS = Asked(
    lambda: Check.objects.filter(instrument__matter=_ANY, check_id="V11").values_list("instrument", "by")
)
_RECALLED = Asked(lambda: Recall.objects.filter(matter=_ANY).values_list("release__approval__void"))
_OPEN_LINKS = Asked(
    lambda: Recall.objects.filter(
        matter=_ANY, release__links__isnull=False, release__links__revoked=None, release__links__receipt=None
    ).values_list("pk")
)
_CONTESTED = Asked(
    lambda: Challenge.objects.filter(matter=_ANY, state="stayed", instrument__isnull=False).values_list(
        "instrument__state"
    )
)
_PAIRS = transitions()


class Judge:
    """What was seen of one matter so far, and whether that may become what is there now."""

    def __init__(self, matter: Matter) -> None:
        self.matter, self.state, self.entry = matter.pk, matter.state, matter.state_entry_id
        self.counts: dict[Any, int] = dict.fromkeys(KEPT, 0)

    def look(self) -> None:
        """Everything that must hold holds now."""
        (state, entry, entry_matter, outcome, opener), *_ = _STATE(self.matter)
        assert entry_matter == as_stored(self.matter) and outcome == "ok"  # I7
        if self.state != state:
            assert reachable(self.state, state) and entry != self.entry, (self.state, state)
        self.state, self.entry = state, entry
        self._nothing_is_lost_and_the_sequence_has_no_gap()
        if self.counts[Release]:
            self._a_release_rests_on_one_manifest_that_others_approved(opener)
        self._no_approval_stands_where_none_may()
        if self.counts[Recall]:
            assert all(void is not None for (void,) in _RECALLED(self.matter))
            assert not _OPEN_LINKS(self.matter), "a recalled release yields no byte"
        if self.counts[Challenge]:
            assert all(paper != "in_force" for (paper,) in _CONTESTED(self.matter))

    def _nothing_is_lost_and_the_sequence_has_no_gap(self) -> None:
        (found,) = _answer(*_counting(), self.matter)
        counts = dict(zip(KEPT, found, strict=True))
        lost = [model.__name__ for model in KEPT if counts[model] < self.counts[model]]
        assert not lost, lost  # I6
        self.counts = counts
        numbers = [number for (number,) in _SEQUENCE(self.matter)]
        assert numbers == [*range(1, len(numbers) + 1)]  # I8

    def _a_release_rests_on_one_manifest_that_others_approved(self, opener: Any) -> None:
        passed, makers, callers = set(_PASSED(self.matter)), _MAKERS(self.matter), _CALLERS(self.matter)
        listed = _LISTED(self.matter)
        releases = _RELEASES(self.matter)
        assert len(releases) == self.counts[Release]
        for manifest, packed, decided, seal, approver, *digests in releases:
            assert len(set(digests)) == 1 and packed == manifest and decided and seal is not None  # I1
            records = [row for row in listed if row[0] == manifest]
            assert records and {row[1] for row in records} == {one for of, one in passed if of == manifest}
            assert approver != opener and (manifest, approver) not in makers  # I2
            for _, _, paper, matter, accepter in records:
                assert matter == as_stored(self.matter)
                assert approver != accepter and (paper, approver) not in callers

    def _no_approval_stands_where_none_may(self) -> None:
        live = self.counts[Approval] and _LIVE(self.matter)
        if State(self.state) not in {State.APPROVED, *DELIVERING}:
            assert not live, self.state  # I3, I16
        if self.state == State.RELEASING:
            assert self.counts[Release]  # I18: nothing else leads there


@functools.cache
def reachable(source: str, target: str) -> bool:
    """True when moves of the table lead from one state to the other, several in one step at the most."""
    seen, here = {source}, {source}
    while here:
        here = {after for before, after in _PAIRS if before in here} - seen
        seen |= here
    return target in seen
