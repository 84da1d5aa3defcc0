"""What counsel's brief says besides the manifest: papers, people who took part, what stays, what changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from gateway.accounts.models import Person
from gateway.web.release_state import Leaving, body_of
from gateway.web.review_state import type_title
from workflows.audit import queries as log
from workflows.instruments import queries as papers
from workflows.instruments.models import Instrument, ScopeClause
from workflows.matters.models import Matter
from workflows.policy.instrument_types import instrument_type
from workflows.records.models import Finding
from workflows.releases.models import Manifest
from workflows.releases.queries import people_barred_from_approving


@dataclass(frozen=True, slots=True)
class Basis:
    """One paper the manifest rests on, with the clauses that records of the manifest cite."""

    paper: Instrument
    kind: str
    clauses: tuple[ScopeClause, ...]
    passed: int
    waived: tuple[str, ...]
    flags: tuple[str, ...]


@dataclass(slots=True)
class Part:
    """A person and what they did here; `barred` from approving by that."""

    person: Any
    did: list[str] = field(default_factory=list)
    barred: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """One finding that stays in sight, who decided so and who confirmed it."""

    finding: Finding
    number: int
    type: str


def bases(manifest: Manifest) -> list[Basis]:
    """The papers of the manifest's records, with their checks."""
    cited: dict[Instrument, set[ScopeClause]] = {}
    for row in manifest.records.select_related("clause__instrument__confirmed_by"):
        cited.setdefault(row.clause.instrument, set()).add(row.clause)
    return [_basis(paper, clauses) for paper, clauses in cited.items()]


def _basis(paper: Instrument, clauses: Iterable[ScopeClause]) -> Basis:
    checks = papers.latest_checks(paper)
    return Basis(
        paper=paper,
        kind=_kind(paper),
        clauses=tuple(sorted(clauses, key=lambda clause: (clause.item, clause.pk))),
        passed=sum(check.outcome == "passed" for check in checks.values()),
        waived=tuple(sorted(one for one, check in checks.items() if check.outcome == "waived")),
        flags=tuple(flag.flag for flag in paper.flags.filter(cleared_at__isnull=True)),
    )


def _kind(paper: Instrument) -> str:
    """The kind of paper; where it rests on another basis than a court's order, that too."""
    title = instrument_type(paper.type).title
    override = papers.override_of(paper)
    return f"{title}, resting on: {override.get_basis_display()}" if override else title


def kept(records: list[Leaving]) -> list[Kept]:
    """Everything of the manifest that a detector found and that stays in sight by decision."""
    numbers = {one.record.pk: one.record.number for one in records}
    found = Finding.objects.filter(record__in=numbers, decision="keep").order_by(
        "record__number", "page_n", "pk"
    )
    return [
        Kept(finding, numbers[finding.record_id], type_title(finding.type))
        for finding in found.select_related("decided_by", "confirmed_by").order_by(
            "record__number", "page_n", "pk"
        )
    ]


def parts(matter: Matter, manifest: Manifest, found: list[Basis]) -> list[Part]:
    """Everybody who took part, in the order of the work."""
    people: dict[Any, Part] = {}

    def add(person: Any, did: str) -> None:
        if person is not None:
            part = people.setdefault(person.pk, Part(person))
            if did not in part.did:
                part.did.append(did)

    add(matter.opened_by, "opened the matter")
    for basis in found:
        add(basis.paper.filed_by, "filed the paper")
        add(basis.paper.confirmed_by, "confirmed its fields")
        call = papers.latest_checks(basis.paper).get("V11")
        add(call.by if call else None, "called the court")
        add(basis.paper.accepted_by, "accepted the paper")
        for clause in basis.clauses:
            add(clause.by, "set the scope")
    for row in manifest.records.select_related("record__taken_in_by"):
        add(row.record.taken_in_by, "took records in")
    for maker in manifest.mark_makers.select_related("person"):
        add(maker.person, "decided findings or drew boxes")
    add(manifest.frozen_by, "froze the manifest")
    for person in _second_reviewers(matter, manifest):
        add(person, "passed the second review")
    barred = people_barred_from_approving(manifest)
    for part in people.values():
        part.barred = part.person.pk in barred
    return list(people.values())


def _second_reviewers(matter: Matter, manifest: Manifest) -> list[Any]:
    """Who passed the second review of this manifest, by the log: people come by pseudonym."""
    wanted = log.Filter(event="review.second_passed", matter=matter.pk, since=manifest.frozen_at)
    actors = log.select(wanted).values_list("actor", flat=True)
    return list(Person.objects.filter(pseudonym__in=[actor for actor in actors if actor]))


def changes(manifest: Manifest) -> list[str]:
    """What differs from the manifest before, in sentences; empty for the first one."""
    before = manifest.matter.manifests.filter(number__lt=manifest.number).order_by("-number").first()
    if before is None:
        return []
    old = {line["record"]: line for line in body_of(before)["records"]}
    new = {line["record"]: line for line in body_of(manifest)["records"]}
    said = [f"Record {number} is new." for number in sorted(new.keys() - old.keys())]
    said += [f"Record {number} no longer leaves." for number in sorted(old.keys() - new.keys())]
    for number in sorted(new.keys() & old.keys()):
        if new[number]["clause"] != old[number]["clause"]:
            said.append(f"Record {number} rests on another clause.")
        if new[number]["decisions_sha256"] != old[number]["decisions_sha256"]:
            said.append(f"Decisions on record {number} have changed.")
    return said or ["Nothing: the same records with the same decisions."]
