"""Departments search and attest: by a date, through a person of theirs who sees this one search only.

A search that is late warns the officer, then gives counsel a task (clock `search`). An attestation never
changes; what turns out otherwise is another statement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils import timezone

from workflows.audit import log
from workflows.clocks import running
from workflows.clocks.models import Clock
from workflows.errors import Invalid, NotVisible, WrongState
from workflows.flow.timing import SEARCH, settle_dates
from workflows.matters.access import access_matter, matter_of, unsealed_matters
from workflows.matters.acts import act
from workflows.matters.models import Matter
from workflows.policy.guard_text import refuse_status
from workflows.policy.roles import CUSTODIAN, OFFICER, allowed
from workflows.records.models import ATTESTATIONS, Attestation, SearchTask

MOST_PIECES = 100_000


def open_search(
    matter_id: UUID | str,
    department: str,
    *,
    actor: Any,
    due_on: dt.date | None = None,
    custodian_id: UUID | str | None = None,
) -> SearchTask:
    """A department is asked to search, by `due_on` or three business days, whichever comes first, and the
    custodian, if one is named, sees this search. Raises NotVisible, Forbidden, WrongState, Invalid."""
    with act("search", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "search", lock=True)
        if matter.state != "collecting":
            raise WrongState("Searches are opened while records are being collected.")
        if not department.strip():
            raise Invalid("Name the department that is asked to search.", code="department_needed")
        if due_on is not None and due_on < timezone.localdate(now):
            raise Invalid("The date until which to search lies in the past.", code="due_past")
        search = SearchTask.objects.create(
            matter=matter,
            department=refuse_status(department.strip()[:120]),
            opened_by=actor,
            opened_at=now,
        )
        log.record("search.opened", actor=actor, matter=matter, facts={"refs": {"search": search.pk}})
        running.start(
            matter, SEARCH, at=now, now=now, about=search.pk, asserted=due_on,
            asserted_by="officer" if due_on else "",
        )  # fmt: skip
        settle_dates(matter)
        if custodian_id:
            _give(search, custodian_id, actor)
        return search


def give_search(search_id: int, person_id: UUID | str, *, actor: Any) -> SearchTask:
    """This person of the department, and nobody else of it, sees and answers the search from now on."""
    with act("give_search", actor=actor, matter_id=matter_of(SearchTask, search_id)):
        search = _search(search_id)
        access_matter(actor, search.matter_id, "search", lock=True)
        search.refresh_from_db()
        _give(search, person_id, actor)
        return search


def _give(search: SearchTask, person_id: UUID | str, actor: Any) -> None:
    person = (
        get_user_model().objects.filter(pk=person_id, is_active=True, role__in=(CUSTODIAN, OFFICER)).first()
    )
    if person is None:
        raise Invalid("Choose an active custodian.", code="person_unknown")
    if search.attested_at is not None:
        raise WrongState("This search has been attested already.")
    search.custodian = person
    search.save(update_fields=["custodian"])
    log.record(
        "search.given",
        actor=actor,
        matter=search.matter_id,
        facts={"refs": {"search": search.pk, "person": person.pseudonym}},
    )


def attest_search(
    search_id: int, kind: str, where: str, *, actor: Any, pieces: int | None = None
) -> SearchTask:
    """The department has said where it looked, and: `searched` (so far), `found`, `none`, or `produced`
    (everything was handed over, so many `pieces`). All but `searched` settle the search.

    By an officer who has the matter, or by the person the search was given to. Raises NotVisible,
    Forbidden, WrongState once it is settled (save `produced` after `found`), Invalid.
    """
    with act("attest_search", actor=actor, matter_id=matter_of(SearchTask, search_id)):
        now = timezone.now()
        search = _search(search_id)
        matter = _attestable(actor, search)
        search.refresh_from_db()
        if search.attested_at is not None and not (kind == "produced" and search.outcome == "found"):
            raise WrongState("This search has been attested already.")
        if kind not in ATTESTATIONS or not where.strip():
            raise Invalid(
                "Say where was searched and whether anything was found.", code="attestation_incomplete"
            )
        if kind == "produced" and (pieces is None or not 1 <= pieces <= MOST_PIECES):
            raise Invalid("Say how many pieces were handed over.", code="attestation_incomplete")
        where = refuse_status(where.strip()[:400])
        entry = log.record(
            "search.attested", actor=actor, matter=matter, reason=kind,
            facts={"refs": {"search": search.pk}},
        )  # fmt: skip
        Attestation.objects.create(
            search=search, kind=kind, where=where, pieces=pieces if kind == "produced" else None, by=actor,
            at=now, entry=entry,
        )  # fmt: skip
        if kind != "searched" and search.attested_at is None:
            search.outcome, search.where = "none" if kind == "none" else "found", where
            search.attested_by, search.attested_at, search.entry = actor, now, entry
            search.save()
            running.stop(matter, SEARCH, now=now, about=search.pk)
            for task in matter.tasks.filter(clock__kind=SEARCH, clock__about=str(search.pk), done_at=None):
                task.done_at, task.done_by = now, actor
                task.save(update_fields=["done_at", "done_by"])
                log.record("task.done", actor=actor, matter=matter, reason=task.kind)
            settle_dates(matter)
        return search


def searches_given_to(person: Any, now: dt.datetime) -> QuerySet[SearchTask]:
    """The searches that were given to this person, of matters that no court keeps secret, newest first.

    It is all that a custodian may know of a matter.
    """
    if person is None or not person.is_active or not allowed(person.role, "attest_search"):
        return SearchTask.objects.none()
    mine = SearchTask.objects.filter(custodian_id=person.pk, matter__in=unsealed_matters(now))
    return mine.select_related("matter").order_by("-opened_at")


def due(search: SearchTask) -> Clock | None:
    """The clock of a search: running, met or missed."""
    return due_of([search]).get(search.pk)


def due_of(searches: Sequence[SearchTask]) -> dict[int, Clock]:
    """The clock of each of these searches that has one, by the search's id."""
    keys = {str(search.pk): search.pk for search in searches}
    clocks = Clock.objects.filter(
        matter__in={search.matter_id for search in searches}, kind=SEARCH, about__in=keys
    )
    return {keys[clock.about]: clock for clock in clocks}  # in order of their ends: the last one stands


def _attestable(actor: Any, search: SearchTask) -> Matter:
    """The matter, locked, where this person may attest this search; absent and hidden are one answer."""
    given = searches_given_to(actor, timezone.now()).filter(pk=search.pk).exists()
    if not given:
        return access_matter(actor, search.matter_id, "search", lock=True)
    matter = Matter.objects.select_for_update(of=("self",)).get(pk=search.matter_id)
    if matter.state != "collecting":
        raise WrongState("The search is over: the matter has gone on without it.")
    return matter


def _search(search_id: int) -> SearchTask:
    search = SearchTask.objects.filter(pk=search_id).first()
    if search is None:
        raise NotVisible()
    return search
