"""Reads about what leaves: the current manifest, live approvals, sealed packages, open links."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from workflows.audit.schema import MOST_PEOPLE
from workflows.errors import Invalid
from workflows.instruments.models import Check, Instrument
from workflows.matters.models import Agency, Matter
from workflows.notices import check_codes, letters, machine
from workflows.notices.models import Letter, NoticeStep
from workflows.records import people
from workflows.releases.models import Approval, Link, Manifest, Package, Release


def current_manifest(matter: Matter) -> Manifest | None:
    """The latest manifest; earlier ones are history."""
    return matter.manifests.order_by("-number").first()


def people_of(manifest: Manifest) -> set[str]:
    """References of those whose records it holds: as the clauses name them, and as the records do.

    Raises Invalid for more than one entry of the log can name.
    """
    named = manifest.records.values_list(
        "clause__subject_name", "clause__subject_birth_date",
        "record__subject_name", "record__subject_birth_date",
    )  # fmt: skip
    said = {pair for row in named.distinct() for pair in (row[:2], row[2:])}
    found = {one for name, born in said if (one := people.reference(name, born)) is not None}
    if len(found) > MOST_PEOPLE:
        raise Invalid(
            f"One release concerns at most {MOST_PEOPLE} people. Release in parts.", code="too_many_people"
        )
    return found


def reports_passed(manifest: Manifest) -> bool:
    """True when every record has a passing report made by the ruleset it was scanned with."""
    wanted = {row.record_id: row.ruleset for row in manifest.records.all()}
    passed = {report.record_id: report.ruleset for report in manifest.reports.filter(passed=True)}
    return bool(wanted) and wanted == passed


def reports_complete(manifest: Manifest) -> bool:
    """True when every record has a report, passing or not."""
    return manifest.reports.count() == manifest.records.count()


def people_barred_from_approving(manifest: Manifest) -> set[UUID]:
    """Opener, filer, confirmer, accepter and caller of the papers, and makers of marks (DB2)."""
    papers = Instrument.objects.filter(clauses__in=manifest.records.values("clause")).distinct()
    barred: set[UUID | None] = {manifest.matter.opened_by_id, manifest.frozen_by_id}
    for paper in papers:
        barred |= {paper.filed_by_id, paper.accepted_by_id, paper.confirmed_by_id}
    barred |= set(Check.objects.filter(instrument__in=papers, check_id="V11").values_list("by_id", flat=True))
    barred |= set(manifest.mark_makers.values_list("person_id", flat=True))
    return {person for person in barred if person is not None}


def live_approval(manifest: Manifest) -> Approval | None:
    """The approval of exactly this manifest that has not been voided."""
    return (
        manifest.approvals.filter(void__isnull=True, manifest_sha256=manifest.sha256).order_by("-id").first()
    )


def sealed_package(manifest: Manifest) -> Package | None:
    """The package of the live approval, once its bundle with the log's proof has been made."""
    approval = live_approval(manifest)
    if approval is None:
        return None
    return approval.packages.filter(seal__isnull=False).order_by("-built_at").first()


def links_for(agency: Agency, now: dt.datetime) -> QuerySet[Link]:
    """Links offered to this agency that have not run out or been revoked."""
    return Link.objects.filter(agency=agency, revoked__isnull=True).filter(
        Q(expires_at__gt=now) | Q(claim__isnull=False)
    )


TO_THE_COURT = "clarification"


def letters_for_agency(matter: Matter) -> QuerySet[Letter]:
    """Letters that the agency may read. The one that goes with a production says that records exist,
    and how many: it is shown only once the approval it was written for has been released. What is written
    to the people concerned, or asked of the court, is never the agency's to read."""
    released = matter.releases.values("approval__at")
    theirs = Letter.objects.filter(matter=matter).exclude(template__in=[*_to_people(), TO_THE_COURT])
    return theirs.filter(~Q(template="production") | Q(issued_at__in=released))


def _to_people() -> list[str]:
    return [row.id for row in letters.templates().values() if row.reader == letters.RESIDENT]


def _gone_out(letter: Letter) -> bool:
    if letter.template in _to_people():
        sent = NoticeStep.objects.filter(letter=letter, state=machine.SENT, taken_back_by__isnull=True)
        return sent.exists()
    if letter.template == TO_THE_COURT:
        return True
    return letters_for_agency(letter.matter).filter(pk=letter.pk).exists()


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What anybody may learn of a letter from its check code: that it is genuine, what kind of letter it
    is, and of which day; of a code that belongs to none, whether it can have been typed as it is
    printed."""

    code: str
    genuine: bool
    fits: bool
    kind: str = ""
    titles: Mapping[str, str] = field(default_factory=dict)
    issued_on: dt.date | None = None


def confirm_letter(typed: str) -> Confirmation:
    """Look a check code up. A letter that has not gone out yet is not confirmed."""
    code = check_codes.tidied(typed)
    letter = Letter.objects.select_related("matter").filter(check_code=code).first() if code else None
    if letter is None or not _gone_out(letter):
        return Confirmation(code, genuine=False, fits=check_codes.fits(code))
    known = letters.templates().get(letter.template)
    return Confirmation(
        code, genuine=True, fits=True, kind=letter.template, titles=known.titles if known else {},
        issued_on=timezone.localdate(letter.issued_at),
    )  # fmt: skip


def usable_links(release: Release, now: dt.datetime) -> QuerySet[Link]:
    """Links of a release that still lead to bytes: not revoked, and unclaimed in time or within a claim."""
    alive = Q(claim__isnull=True, expires_at__gt=now) | Q(claim__until__gt=now)
    return release.links.filter(alive, revoked__isnull=True, receipt__isnull=True)


def receipts_in(matter: Matter) -> bool:
    """True when every release whose approval still stands has an acknowledged link. What was voided, called
    back or followed by a supplement waits for no receipt."""
    standing = list(matter.releases.filter(approval__void__isnull=True))
    return bool(standing) and all(
        release.links.filter(receipt__isnull=False).exists() for release in standing
    )
