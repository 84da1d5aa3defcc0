"""The special lanes of a walk (workflow.md 4.5, 4.6): the emergency, another basis than a court's paper,
secrecy and seal, a question to the court, the people concerned.

A walk draws the lane on which its diligent people take the matter; anybody may try any of these acts on any
walk. An act ends as written or with `Refused`, like every other one.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from tests import factories
from workflows.errors import Refused
from workflows.flow import (
    assigning,
    authorising,
    bases,
    clarifying,
    exigent,
    notice_steps,
    notifying,
    papers,
    secrecy,
)
from workflows.flow.scoping import ClauseDraft
from workflows.instruments.models import (
    Determination1373,
    ExigentDetermination,
    LegalBasisOverride,
    ScopeClause,
    StatusAuthorisation,
)
from workflows.matters.models import AgencyContact, Matter
from workflows.matters.states import State
from workflows.policy.instrument_types import OWN_KINDS
from workflows.records import review, undoing

REASON = "Because this walk came by here."
SUBJECT = factories.PAPERS["sound_order"].subject
NAMES = bases.Names(SUBJECT.name, ("police_report",), SUBJECT.born)
TYPES = ("COUNTRY_OF_BIRTH", "A_NUMBER")
TO = {"language": "en", "channel": "post", "address": "12 Alder Street, Cottonwood Mesa"}
# How often of a hundred times a walk takes a lane; on the others a court's paper comes.
LANES = {
    "court": 44, "emergency": 12, "section_1373": 8, "secret": 8, "sealed": 8, "asks": 7, "tells": 7,
    "stopped": 6,
}  # fmt: skip


def people_of_lanes(city: factories.City) -> AgencyContact:
    """The city has a department head, and the agency a number in the directory at which it is called."""
    heads, _ = Group.objects.get_or_create(name=exigent.DEPARTMENT_HEADS)
    city.officer2.groups.add(heads)
    contact, _ = AgencyContact.objects.get_or_create(
        agency=city.agency, office="Duty supervisor", phone="505-555-0181"
    )
    return contact


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def clauses_of_paper(paper: Any) -> list[ClauseDraft]:
    """What counsel enters: the items of the demo order, or what stands in its place names."""
    if paper.type not in OWN_KINDS:
        return factories.clauses()
    return [ClauseDraft("1", 1, "as determined", SUBJECT.name, ("police_report",), SUBJECT.born)]


class Lanes:
    """The acts of the lanes on one matter."""

    def __init__(self, city: factories.City, matter: Matter, contact: AgencyContact) -> None:
        self.city, self.matter, self.contact = city, matter, contact

    def assign(self) -> None:
        """The second lawyer and the department head are on the matter."""
        for person in (self.city.counsel2, self.city.officer2):
            assigning.assign(self.matter.pk, person.pk, actor=self.city.counsel)

    # ----- what a diligent city does next on its lane

    def begin(self, lane: str, state: State) -> bool:
        """Something of the lane has been done instead of what comes next otherwise."""
        city, matter = self.city, self.matter
        paper = matter.instruments.filter(state="in_force").first()  # none, if an act has ended its force
        if state is State.EXIGENT:
            self._decide_emergency()
        elif state is State.CLARIFICATION:
            clarifying.settle_scope(matter.pk, b"Minute order: it does.", actor=city.counsel)
        elif state is State.ACKNOWLEDGED and lane == "emergency" and not matter.exigent_claims.exists():
            self.claim_emergency(city.officer)
        elif state is State.ACKNOWLEDGED and lane == "section_1373":
            row = self.propose_1373(city.counsel)
            bases.confirm_1373(row.pk, actor=city.counsel2, stepped_up_at=timezone.now())
        elif state is State.SCOPE_REVIEW and lane == "asks" and paper and not matter.clarifications.exists():
            self.ask(paper, city.counsel)
        elif (
            state is State.SCOPE_REVIEW and lane == "secret" and paper and not matter.secrecy_orders.exists()
        ):
            self.keep_secret(paper, city.counsel, in_days(10))
        elif state is State.SCOPE_REVIEW and lane == "sealed" and not matter.seals.exists():
            self.seal((city.officer, city.officer2, city.verifier), city.counsel, None)
        elif state is State.APPROVED and lane == "tells" and self._untold():
            self._tell()
        elif state is State.RELEASING and lane == "stopped" and not matter.blocks.exists():
            papers.open_block(matter.pk, "stay", actor=city.counsel)  # before anybody has fetched anything
        else:
            return False
        return True

    def _decide_emergency(self) -> None:
        claim, city = self.matter.exigent_claims.latest("pk"), self.city
        row = getattr(claim, "determination", None) or exigent.determine_exigent(
            claim.pk, NAMES, actor=city.counsel, reason=REASON, least=REASON, date_from=in_days(-60),
            date_to=in_days(0), stepped_up_at=timezone.now(),
        )  # fmt: skip
        exigent.confirm_exigent(row.pk, actor=city.officer2, stepped_up_at=timezone.now())

    def _untold(self) -> list[Any]:
        return [one for one in self.matter.notices.all() if one.state in ("due", "drafted")]

    def _tell(self) -> None:
        for notice in self._untold():
            notifying.draft_notice(notice.pk, actor=self.city.officer, **TO)
            notifying.mark_sent(notice.pk, actor=self.city.officer)

    # ----- the acts

    def claim_emergency(self, person: Any, ground: str = "danger_of_death") -> Any:
        return exigent.claim_exigent(
            self.matter.pk, actor=person, ground=ground, official="Ruth Tilling",
            official_title="Duty supervisor", contact_id=self.contact.pk, spoke_with="The desk",
            danger=REASON,
        )  # fmt: skip

    def propose_1373(self, person: Any) -> Any:
        names = bases.Names(SUBJECT.name, ("police_report",), SUBJECT.born, TYPES)
        return bases.propose_1373(
            self.matter.pk, names, actor=person, recipient="Ruth Tilling, field office", reason=REASON,
            stepped_up_at=timezone.now(),
        )  # fmt: skip

    def ask(self, paper: Any, person: Any) -> Any:
        question = "Does item two cover reports of the fire department as well?"
        return clarifying.ask_scope(
            self.matter.pk, paper.pk, actor=person, question=question, addressee="The clerk of the court"
        )

    def keep_secret(self, paper: Any, person: Any, ends_on: dt.date | None) -> Any:
        return secrecy.order_secrecy(
            self.matter.pk, paper.pk, actor=person, ground="other_order", reason=REASON, ends_on=ends_on,
            quote="shall not disclose the existence of this order", stepped_up_at=timezone.now(),
        )  # fmt: skip

    def seal(self, people: Any, person: Any, ends_on: dt.date | None) -> Any:
        return secrecy.seal(
            self.matter.pk, [one.pk for one in people], actor=person, ground="court_order", reason=REASON,
            ends_on=ends_on, stepped_up_at=timezone.now(),
        )  # fmt: skip

    def acts(self, person: Any, chance: random.Random) -> list[Callable[[], Any]]:
        """Acts of any person on some row of the lanes, each by its number."""
        matter, city, now = self.matter, self.city, timezone.now()

        def some(rows: Any) -> Any:
            found = [*rows]
            if not found:
                raise Refused("Nothing of the kind is there.")
            return chance.choice(found)

        def claim() -> Any:
            return some(matter.exigent_claims.all()).pk

        def determined() -> Any:
            return some(ExigentDetermination.objects.filter(claim__matter=matter)).pk

        def paper() -> Any:
            return some(matter.instruments.order_by("filed_at"))

        def notice() -> Any:
            return some(matter.notices.all()).pk

        def override() -> Any:
            return bases.propose_override(
                paper().pk, NAMES, actor=person, basis="statute", citation="Act of 2020, section 12",
                reason=REASON, stepped_up_at=now)  # fmt: skip

        def authorise() -> Any:
            clause = some(ScopeClause.objects.filter(instrument__matter=matter))
            return authorising.authorise_status(
                matter.pk, clause.pk, actor=person, types=list(TYPES), quote="all places of birth on file",
                reason=REASON, ground=chance.choice(["named", "general"]), stepped_up_at=now)  # fmt: skip

        def authorised() -> Any:
            return some(StatusAuthorisation.objects.filter(clause__instrument__matter=matter)).pk

        def keep() -> Any:
            record = some(matter.records.all())
            finding = some(record.findings.all())
            if chance.random() < 0.5:
                return review.keep_authorised(record.pk, finding.pk, authorised(), actor=person)
            return review.confirm_keep(record.pk, finding.pk, actor=person)

        return [
            lambda: self.claim_emergency(person, chance.choice(["danger_of_death", "flight_risk"])),
            lambda: exigent.determine_exigent(
                claim(), NAMES, actor=person, reason=REASON, least=REASON, stepped_up_at=now),
            lambda: exigent.refuse_exigent(claim(), actor=person, reason=REASON, stepped_up_at=now),
            lambda: exigent.confirm_exigent(determined(), actor=person, stepped_up_at=now),
            lambda: exigent.review_exigent(
                determined(), chance.random() < 0.5, actor=person, reason=REASON),
            lambda: exigent.follow_up_exigent(determined(), actor=person),
            lambda: self.propose_1373(person),
            lambda: bases.confirm_1373(
                some(Determination1373.objects.filter(matter=matter)).pk, actor=person, stepped_up_at=now),
            override,
            lambda: bases.confirm_override(
                some(LegalBasisOverride.objects.filter(instrument__matter=matter)).pk, actor=person,
                stepped_up_at=now),
            lambda: self.ask(paper(), person),
            lambda: clarifying.settle_scope(matter.pk, b"Minute order: it does not.", actor=person),
            lambda: clarifying.go_on_unanswered(matter.pk, actor=person, reason=REASON),
            authorise,
            keep,
            lambda: authorising.end_authorisation(authorised(), actor=person),
            lambda: undoing.redo(some(matter.records.all()).pk, actor=person),
            lambda: self.keep_secret(paper(), person, chance.choice([None, in_days(1), in_days(10)])),
            lambda: secrecy.end_secrecy(
                some(matter.secrecy_orders.all()).pk, actor=person, reason=REASON, stepped_up_at=now),
            lambda: self.seal([city.officer], person, chance.choice([None, in_days(1)])),
            lambda: secrecy.ask_unseal(matter.pk, actor=person, reason=REASON, stepped_up_at=now),
            lambda: secrecy.unseal(matter.pk, actor=person, stepped_up_at=now),
            lambda: secrecy.wake(now + dt.timedelta(days=chance.choice([0, 2, 11]))),  # their day ends
            lambda: notice_steps.follow(now),
            lambda: notifying.draft_notice(notice(), actor=person, **TO),
            lambda: notifying.mark_sent(notice(), actor=person),
            lambda: notifying.mark_returned(notice(), actor=person),
            lambda: notifying.excuse_notice(notice(), "told_already", actor=person, words=REASON),
            lambda: notifying.take_back(notice(), actor=person, words=REASON),
            lambda: notifying.tell_after(matter.pk, actor=person, words=REASON),
            lambda: assigning.assign(matter.pk, chance.choice([*city.people.values()]).pk, actor=person),
            lambda: assigning.unassign(matter.pk, chance.choice([*city.people.values()]).pk, actor=person),
        ]  # fmt: skip
