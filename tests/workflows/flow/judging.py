"""What must always hold of a matter (workflow.md 4.7), asked after every step of a walk.

All questions are one statement, made from the models once and asked of any matter: ten thousand walks ask
half a million times, and to make the statements anew takes longer than to answer them.
"""

from __future__ import annotations

import functools
import uuid
import weakref
from collections.abc import Callable
from typing import Any, cast

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from workflows.audit.models import Entry
from workflows.flow.moves import transitions
from workflows.holding.models import Challenge, Hold, Recall
from workflows.instruments.models import (
    Check,
    Clarification,
    Determination1373,
    ExigentClaim,
    ExigentDetermination,
    Flag,
    Instrument,
    LegalBasisOverride,
    SecrecyOrder,
    StatusAuthorisation,
)
from workflows.matters.access import unsealed_matters
from workflows.matters.models import Block, Matter, Seal, Task
from workflows.matters.states import State
from workflows.notices.machine import DRAFTED, SENT
from workflows.notices.models import Letter, Notice, NoticeStep
from workflows.policy.instrument_types import EXIGENT
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
    ExigentClaim: "matter", ExigentDetermination: "claim__matter", Determination1373: "matter",
    LegalBasisOverride: "instrument__matter", StatusAuthorisation: "clause__instrument__matter",
    SecrecyOrder: "matter", Seal: "matter", Clarification: "matter", Notice: "matter",
    NoticeStep: "notice__matter", Letter: "matter", Hold: "matter",
}  # fmt: skip
_ANY = uuid.UUID("5f9c0c3a-4a9e-4f0a-9a57-3f1f0d7c2a11")  # stands for the matter in a statement
_NAME = "everything_of_a_matter"
_prepared: weakref.WeakSet[Any] = weakref.WeakSet()  # connections whose server has it by this name


# Rows of which there must be none, or as many as there are releases or live approvals: what each answer
# means stands in `Judge.look`.
_LISTED = ManifestRecord.objects.filter(manifest=OuterRef("manifest"))
_CALLED = Check.objects.filter(
    check_id="V11", instrument=OuterRef("clause__instrument"), by=OuterRef(OuterRef("approval__approver"))
)
_REPORTED = VerifierReport.objects.filter(manifest=OuterRef("manifest"), passed=True)


def _releases() -> QuerySet[Release]:
    return Release.objects.filter(matter=_ANY)


def _then(rows: Any, end: str) -> QuerySet[Any, Any]:
    """Orders or seals that held when a step of a notice was taken."""
    still = Q(**{f"{end}_at": None}) | Q(**{f"{end}_by__isnull": False, f"{end}_at__gt": OuterRef("at")})
    return cast(
        "QuerySet[Any, Any]", rows.filter(still, matter=OuterRef("notice__matter"), at__lt=OuterRef("at"))
    )


QUESTIONS: dict[str, Callable[[], QuerySet[Any, Any]]] = {
    "live": lambda: Approval.objects.filter(matter=_ANY, void=None),
    "one manifest, decided and sealed": lambda: _releases().filter(
        package__manifest=F("manifest"), package__seal__isnull=False, decision__passed=True,
        manifest_sha256=F("manifest__sha256"), approval__manifest_sha256=F("manifest_sha256"),
        decision__manifest_sha256=F("manifest_sha256"),
    ),
    "every record has a passing report, and no other": lambda: _releases().filter(
        Exists(_LISTED),
        ~Exists(_LISTED.exclude(Exists(_REPORTED.filter(record=OuterRef("record"))))),
        ~Exists(_REPORTED.exclude(Exists(_LISTED.filter(record=OuterRef("record"))))),
    ),
    "approved by nobody who had a hand in it": lambda: _releases()
    .exclude(approval__approver=F("matter__opened_by"))
    .exclude(
        Exists(MarkMaker.objects.filter(manifest=OuterRef("manifest"), person=OuterRef("approval__approver")))
    )
    .exclude(Exists(_LISTED.filter(clause__instrument__accepted_by=OuterRef("approval__approver"))))
    .exclude(Exists(_LISTED.filter(Exists(_CALLED)))),
    "under papers of its own matter": lambda: _releases().exclude(
        Exists(_LISTED.exclude(clause__instrument__matter=OuterRef("matter")))
    ),
    "recalled under a live approval": lambda: Recall.objects.filter(
        matter=_ANY, release__approval__void=None
    ),
    "recalled with an open link": lambda: Recall.objects.filter(
        matter=_ANY, release__links__isnull=False, release__links__revoked=None, release__links__receipt=None
    ),
    "stayed by a court and in force": lambda: Challenge.objects.filter(
        matter=_ANY, state="stayed", instrument__state="in_force"
    ),
    # Special lanes. What has been ended by its own day has been so in a time of its own (`secrecy.wake`).
    "told against an order": lambda: NoticeStep.objects.filter(
        Exists(_then(SecrecyOrder.objects, "ended")), notice__matter=_ANY, state__in=(DRAFTED, SENT),
        takes_back=None,
    ),
    "told under a seal": lambda: NoticeStep.objects.filter(
        Exists(_then(Seal.objects, "lifted")), notice__matter=_ANY, state__in=(DRAFTED, SENT),
        takes_back=None,
    ),
    "sealed and counted": lambda: Seal.objects.filter(
        matter=_ANY, lifted_at=None, matter__in=unsealed_matters(timezone.now())
    ),
    "an emergency that one person decided": lambda: ExigentDetermination.objects.filter(
        Q(confirmed_by=F("proposed_by")) | Q(confirmed_by=F("claim__claimed_by"))
        | Q(proposed_by=F("claim__claimed_by")), claim__matter=_ANY,
    ),
    "status data under an emergency": lambda: StatusAuthorisation.objects.filter(
        clause__instrument__matter=_ANY, clause__instrument__verdict=EXIGENT
    ),
    "a determination that one person made": lambda: Determination1373.objects.filter(
        matter=_ANY, confirmed_by=F("proposed_by")
    ),
    "an override that one person made": lambda: LegalBasisOverride.objects.filter(
        instrument__matter=_ANY, confirmed_by=F("proposed_by")
    ),
    "approved with something in sight under an authorisation that has ended": lambda: Approval.objects.filter(
        matter=_ANY, void=None, manifest__records__record__findings__decision="keep",
        manifest__records__record__findings__authorisation__ended_at__isnull=False,
    ),
    "in force, unjustified": lambda: ExigentDetermination.objects.filter(
        claim__matter=_ANY, justified=False, instrument__state="in_force"
    ),
}  # fmt: skip
_PAIRS = transitions()
OF_ALL_RELEASES, NONE = tuple(QUESTIONS)[1:5], tuple(QUESTIONS)[5:]
_STATE = ("state", "state_entry", "state_entry__matter", "state_entry__outcome")
# I8: entries whose number is not their place among those of the matter.
_MISNUMBERED = """SELECT COUNT(*) FROM (
    SELECT matter_seq, ROW_NUMBER() OVER (ORDER BY id) AS place FROM audit_entry WHERE matter = %s
) AS numbered WHERE matter_seq <> place"""


def as_stored(key: uuid.UUID) -> Any:
    """A key as this database gives it back."""
    return key if connection.features.has_native_uuid_field else key.hex


@functools.cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    """One statement for all: state, number of misplaced entries, rows of every kept kind, every question."""
    asked = [model.objects.filter(**{path: _ANY}) for model, path in KEPT.items()]  # type: ignore[attr-defined]
    asked += [make() for make in QUESTIONS.values()]
    state, own = Matter.objects.filter(pk=_ANY).values_list(*_STATE).query.sql_with_params()
    counts, values = [f"({_MISNUMBERED})"], [as_stored(_ANY)]
    for n, rows in enumerate(asked):
        text, given = rows.order_by().values("pk").query.sql_with_params()
        counts.append(f"(SELECT COUNT(*) FROM ({text}) AS asked_{n})")
        values.extend(given)
    return f"SELECT now_.*, {', '.join(counts)} FROM ({state}) AS now_", (*values, *own)


def _answer(matter: uuid.UUID) -> tuple[Any, ...]:
    (text, values), any_, own = _statement(), as_stored(_ANY), as_stored(matter)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _prepare(cursor)
            rows = cursor.execute(f"EXECUTE {_NAME} ('{own}')").fetchall()
        else:
            rows = cursor.execute(text, [own if value == any_ else value for value in values]).fetchall()
    (row,) = rows
    return tuple(row)


def _prepare(cursor: Any) -> None:
    """The server has the statement, planned once: to plan it takes forty times as long as to answer it.

    By its own name: what psycopg prepares it throws away at every ROLLBACK, so at every refusal."""
    if connection.connection in _prepared:
        return
    text, values = _statement()
    said = cursor.mogrify(text, values)
    marker = cursor.mogrify("%s", [_ANY])
    assert said.count(marker) == values.count(_ANY)
    cursor.execute("SET plan_cache_mode = force_generic_plan")
    cursor.execute(f"PREPARE {_NAME} (uuid) AS {said.replace(marker, '$1')}")
    _prepared.add(connection.connection)


@functools.cache
def _state_statement() -> str:
    return Matter.objects.filter(pk=_ANY).values_list("state").query.sql_with_params()[0]


def state_of(matter: uuid.UUID) -> str:
    """The state in which the matter is now."""
    with connection.cursor() as cursor:
        cursor.execute(_state_statement(), [as_stored(matter)])
        return str(cursor.fetchone()[0])


class Judge:
    """What was seen of one matter so far, and whether that may become what is there now."""

    def __init__(self, matter: Matter) -> None:
        self.matter, self.state, self.entry = matter.pk, matter.state, matter.state_entry_id
        self.counts: dict[Any, int] = dict.fromkeys(KEPT, 0)

    def look(self) -> None:
        """Everything that must hold holds now."""
        state, entry, entry_matter, outcome, misnumbered, *found = _answer(self.matter)
        assert entry_matter == as_stored(self.matter) and outcome == "ok"  # I7
        if self.state != state:
            assert reachable(self.state, state) and entry != self.entry, (self.state, state)
        self.state, self.entry = state, entry
        assert not misnumbered  # I8
        self._nothing_is_lost(dict(zip(KEPT, found, strict=False)))
        said = dict(zip(QUESTIONS, found[len(KEPT) :], strict=True))
        for question in OF_ALL_RELEASES:
            assert said[question] == self.counts[Release], f"a release is not: {question}"  # I1, I2, I4, I5
        if State(state) not in {State.APPROVED, *DELIVERING}:
            assert not said["live"], state  # I3, I16
        if state == State.RELEASING:
            assert self.counts[Release]  # I18: nothing else leads there
        for question in NONE:
            assert not said[question], question

    def _nothing_is_lost(self, counts: dict[Any, int]) -> None:
        lost = [model.__name__ for model in KEPT if counts[model] < self.counts[model]]
        assert not lost, lost  # I6
        self.counts = counts


@functools.cache
def reachable(source: str, target: str) -> bool:
    """True when moves of the table lead from one state to the other, several in one step at the most."""
    seen, here = {source}, {source}
    while here:
        here = {after for before, after in _PAIRS if before in here} - seen
        seen |= here
    return target in seen
