"""What was handed over about one person: asked for by anybody, made by an officer or counsel (policy 10.3).

Asking says nothing about whether there is anything. The list is made from releases, within the rules of
notice: what a court forbids telling, or what is sealed, is not in it and is not counted in it, and every
list says in the same words that such a thing can be.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from workflows import vault
from workflows.audit import log
from workflows.audit.canonical import canonical
from workflows.errors import Forbidden, Invalid, NotVisible, WrongState
from workflows.instruments.models import Instrument
from workflows.instruments.secrecy import is_notice_forbidden
from workflows.matters.acts import act
from workflows.matters.models import Matter
from workflows.notices.machine import LANGUAGES
from workflows.notices.models import Accounting, AccountingRequest
from workflows.policy.instrument_types import instrument_type
from workflows.policy.roles import allowed
from workflows.policy.scope import folded_name
from workflows.records import people
from workflows.records.models import Record
from workflows.releases.models import ManifestRecord, Release

MADE = "made"
# How somebody has shown that they are the person, or may ask for them.
PROOFS = ("in_person", "notarised", "lawyer")
SET_ASIDE = ("not_shown", "cannot_reach", "asked_twice")
MOST_NAME, MOST_ADDRESS = 160, 400
EARLIEST = dt.date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One release as far as it concerns the person. Codes where a list knows words for them."""

    on: str  # ISO date
    agency: str
    purpose: str  # the authority that the agency cited, masked
    requester_class: str
    papers: list[str]
    paper_types: list[str]
    items: list[str]
    classes: list[str]
    records: int
    pages: int
    withheld_records: int
    withheld_pages: int
    approver: str
    package_sha256: str
    recalled_on: str  # ISO date; empty: it was not called back


@dataclass(frozen=True, slots=True)
class Found:
    """What there is to tell, and how many releases only somebody who looks can tell apart: they name a
    person so called and no date of birth. The latter is for the office, never for the list."""

    disclosures: tuple[Disclosure, ...]
    unclear: int


def ask(name: str, birth_date: dt.date, address: str, *, language: str) -> AccountingRequest:
    """Somebody asks. What they typed is kept encrypted; whether there is anything is not looked up.

    Raises Invalid. The answer to the asker is the same whatever the city holds.
    """
    with act("ask_accounting", actor=log.ANONYMOUS, matter_id=None):
        now = timezone.now()
        name, address = " ".join(name.split()), address.strip()
        if not 2 <= len(name) <= MOST_NAME or not 3 <= len(address) <= MOST_ADDRESS:
            raise Invalid("Give your name, and where the answer should go.", code="name_needed")
        if not EARLIEST <= birth_date <= timezone.localdate(now) or language not in LANGUAGES:
            raise Invalid("Give your date of birth.", code="birth_date")
        key = uuid4()
        words = {"name": name, "birth_date": birth_date.isoformat(), "address": address}
        blob = _kept(words, str(key))
        entry = log.record("accounting.asked", actor=log.ANONYMOUS, facts={"refs": {"accounting": key}})
        return AccountingRequest.objects.create(
            id=key, words=blob, language=language, asked_at=now, entry=entry
        )


def make(
    name: str,
    birth_date: dt.date,
    *,
    actor: Any,
    proof: str,
    language: str,
    asked_id: UUID | str | None = None,
) -> Accounting:
    """The list for this person is made and kept as made, and a question that asked for it is answered.

    `proof` is how they have shown who they are. Raises Forbidden, Invalid, NotVisible, WrongState.
    """
    with act("make_accounting", actor=actor, matter_id=None):
        _check_role(actor)
        if proof not in PROOFS or language not in LANGUAGES:
            raise Invalid("Say how the person has shown who they are.", code="unknown_choice")
        now, asked = timezone.now(), _open_question(asked_id)
        found = find(name, birth_date, now)
        key = uuid4()
        words = {
            "name": " ".join(name.split()),
            "birth_date": birth_date.isoformat(),
            "made_on": timezone.localdate(now).isoformat(),
            "disclosures": [asdict(one) for one in found.disclosures],
        }
        entry = log.record(
            "accounting.made",
            actor=actor,
            reason=proof,
            facts={
                "refs": {"accounting": key},
                "counts": {"released": len(found.disclosures)},
            },
            people=[people.reference(name, birth_date)],
        )
        return Accounting.objects.create(
            id=key, asked=asked, outcome=MADE, words=_kept(words, str(key)), language=language, by=actor,
            at=now, entry=entry,
        )  # fmt: skip


def set_aside(asked_id: UUID | str, reason: str, *, actor: Any) -> Accounting:
    """The question gets no list, because nobody has shown that it is theirs, or it was asked before."""
    with act("set_aside_accounting", actor=actor, matter_id=None):
        _check_role(actor)
        if reason not in SET_ASIDE:
            raise Invalid("Choose why the question is set aside.", code="unknown_choice")
        asked = _open_question(asked_id)
        if asked is None:
            raise NotVisible()
        key = uuid4()
        entry = log.record(
            "accounting.set_aside", actor=actor, reason=reason, facts={"refs": {"accounting": key}}
        )
        return Accounting.objects.create(
            id=key, asked=asked, outcome=reason, language=asked.language, by=actor, at=timezone.now(),
            entry=entry,
        )  # fmt: skip


def read(accounting_id: UUID | str, *, actor: Any) -> tuple[Accounting, dict[str, Any]]:
    """A list as it was made, without what may not be told now: a court can forbid it later, and a matter
    can be sealed. Reading it is an entry. Raises Forbidden, NotVisible."""
    with act("read_accounting", actor=actor, matter_id=None):
        _check_role(actor)
        row = Accounting.objects.select_related("words").filter(pk=accounting_id, outcome=MADE).first()
        if row is None or row.words is None:
            raise NotVisible()
        held = json.loads(vault.open(row.words))
        log.record(
            "accounting.viewed", actor=actor,
            facts={"refs": {"accounting": row.pk}}, people=[reference_of(held)],
        )  # fmt: skip
        now = timezone.now()
        held["disclosures"] = [one for one in held["disclosures"] if _may_be_told(one, now)]
        return row, held


def reference_of(held: dict[str, Any]) -> str | None:
    """Under which reference the log speaks of the person of a list."""
    return people.reference(held["name"], dt.date.fromisoformat(held["birth_date"]))


def _may_be_told(told: dict[str, Any], now: dt.datetime) -> bool:
    digest = told["package_sha256"]
    release = Release.objects.select_related("matter").filter(package__seal__bundle_sha256=digest).first()
    return release is not None and is_notice_forbidden(release.matter, now) is None


def questions(*, actor: Any) -> list[tuple[AccountingRequest, dict[str, str]]]:
    """The questions that wait for an answer, with what was typed. Reading them is an entry."""
    with act("read_accounting", actor=actor, matter_id=None):
        _check_role(actor)
        rows = list(AccountingRequest.objects.filter(answer__isnull=True).select_related("words"))
        if rows:
            log.record("accounting.viewed", actor=actor, facts={"counts": {"requests": len(rows)}})
        return [(row, json.loads(vault.open(row.words))) for row in rows]


def find(name: str, birth_date: dt.date, now: dt.datetime) -> Found:
    """Every release about this person that may be told, oldest first: name and date of birth both agree."""
    wanted, told, unclear = folded_name(name), [], 0
    if not wanted:
        raise Invalid("Give the person's name.", code="name_needed")
    about = ManifestRecord.objects.filter(clause__subject_birth_date=birth_date)
    without = ManifestRecord.objects.filter(clause__subject_birth_date__isnull=True)
    releases = Release.objects.select_related("matter__agency", "approval__approver", "package__seal")
    for release in releases.filter(manifest__records__in=about | without).distinct().order_by("at"):
        if is_notice_forbidden(release.matter, now) is not None:
            continue
        rows = [
            row
            for row in release.manifest.records.select_related("clause__instrument", "record")
            if folded_name(row.clause.subject_name) == wanted
        ]
        own = [row for row in rows if row.clause.subject_birth_date == birth_date]
        unclear += any(row.clause.subject_birth_date is None for row in rows)
        if own:
            told.append(_disclosure(release, own, wanted, birth_date))
    return Found(tuple(told), unclear)


def _disclosure(
    release: Release, rows: list[ManifestRecord], who: tuple[str, ...], born: dt.date
) -> Disclosure:
    matter = release.matter
    papers = {row.clause.instrument for row in rows}
    recall = matter.recalls.filter(release=release).first()
    withheld = _withheld(matter, rows, who, born)
    request = matter.requests.order_by("-version").first()
    return Disclosure(
        on=timezone.localdate(release.at).isoformat(),
        agency=matter.agency.name,
        purpose=request.authority_masked if request else "",
        requester_class=matter.requester_class,
        papers=sorted(_named(paper) for paper in papers),
        paper_types=sorted({paper.type for paper in papers}),
        items=sorted({row.clause.item for row in rows}),
        classes=sorted({row.record.record_class for row in rows if row.record.record_class}),
        records=len(rows),
        pages=sum(row.pages for row in rows),
        withheld_records=len(withheld),
        withheld_pages=sum(record.page_count for record in withheld),
        approver=release.approval.approver.name,
        package_sha256=release.package.seal.bundle_sha256,
        recalled_on=timezone.localdate(recall.at).isoformat() if recall else "",
    )


def _named(paper: Instrument) -> str:
    return (
        ", ".join(part for part in (paper.court, paper.docket) if part) or instrument_type(paper.type).title
    )


def _withheld(
    matter: Matter, rows: list[ManifestRecord], who: tuple[str, ...], born: dt.date
) -> list[Record]:
    """Records about this person, found for the request, that did not leave with it."""
    left = {row.record_id for row in rows}
    others = matter.records.filter(subject_birth_date=born).exclude(pk__in=left)
    return [record for record in others if folded_name(record.subject_name) == who]


def _open_question(asked_id: UUID | str | None) -> AccountingRequest | None:
    if asked_id is None:
        return None
    asked = AccountingRequest.objects.select_for_update().filter(pk=asked_id).first()
    if asked is None:
        raise NotVisible()
    if Accounting.objects.filter(asked=asked).exists():
        raise WrongState("This question has been answered already.")
    return asked


def _check_role(actor: Any) -> None:
    if not allowed(actor.role, "make_accounting"):
        raise Forbidden("Officers and counsel make these lists.")


def _kept(words: dict[str, Any], key: str) -> Any:
    return vault.put(canonical(words), kind="application/json", record_id=key, ring=vault.Ring.RECEIVED)
