"""What has left is called back: all links of the matter die in one act, and the agency answers for its bytes.

The log keeps who took which bytes when; `impact` reads it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from workflows.audit import log
from workflows.audit.models import Entry
from workflows.clocks import running
from workflows.clocks.calendar import business_days_from
from workflows.errors import Invalid, NotVisible, WrongState
from workflows.flow import notice_steps
from workflows.flow.advance import step
from workflows.flow.blocks import write_block
from workflows.flow.duties import open_task
from workflows.flow.facts import SUPPLEMENT_TASK
from workflows.flow.moves import MOVES
from workflows.flow.timing import RECALL, settle_dates
from workflows.holding import states
from workflows.holding.actions import place
from workflows.holding.models import Recall, RecallReply
from workflows.lawbook import in_force
from workflows.matters import letters
from workflows.matters.access import access_matter, matter_of
from workflows.matters.acts import act
from workflows.matters.models import Matter, Task
from workflows.matters.states import State
from workflows.policy.codes import RECALL_REASONS
from workflows.policy.guard_text import refuse_status
from workflows.policy.roles import COUNSEL
from workflows.releases.actions import revoke_links, void_approvals
from workflows.releases.models import Link, Release
from workflows.releases.queries import people_of


@dataclass(frozen=True, slots=True)
class Reading:
    """One download: bytes `first` to `last` of the bundle were handed over, `last` exclusive.

    Without the entry that a download ends with (its process was killed) the whole rest counts as taken.
    """

    at: dt.datetime
    first: int
    last: int
    size: int
    ended: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one link: who claimed it, what they read, and whether they said that they have it."""

    link: Link
    claimed_by: str
    claimed_at: dt.datetime | None
    readings: tuple[Reading, ...]
    received_at: dt.datetime | None

    @property
    def touched(self) -> bool:
        """True when a byte may have arrived."""
        return bool(self.readings)


def recall(matter_id: UUID | str, reason: str, *, actor: Any, note: str) -> list[Recall]:
    """No byte of the matter leaves any more, and every release of it that stands is called back by a letter.

    `reason` is a code of the closed list and goes into the letter; `note` goes encrypted into the log.
    Raises NotVisible, Forbidden, Invalid, WrongState when nothing was released that has not been recalled.
    """
    with act("recall", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "recall", lock=True)
        if reason not in RECALL_REASONS:
            raise Invalid("Choose the reason from the list.", code="unknown_choice")
        if len(note.strip()) < 10:
            raise Invalid("Say what went wrong: at least ten characters.", code="reason_needed")
        note = refuse_status(note.strip())
        standing = list(matter.releases.filter(recall__isnull=True).select_related("package"))
        if not standing:
            raise WrongState("Nothing of this matter has been released. A block stops what is on its way.")
        revoke_links(matter, cause="recall", now=now)
        write_block(matter, "recall", actor=actor, now=now)
        place(matter, "recall", actor=actor, now=now)
        made = [_write(matter, release, reason, actor=actor, now=now, note=note) for release in standing]
        if State(matter.state) in MOVES["void"].sources:
            step(matter, MOVES["void"], actor=None, now=now, given={"cause": "recall"})
        else:
            void_approvals(matter, cause="recall", now=now, entry=made[-1].entry)
        notice_steps.after_recall(matter, now)
        settle_dates(matter)
        return made


def _write(
    matter: Matter, release: Release, reason: str, *, actor: Any, now: dt.datetime, note: str
) -> Recall:
    key = uuid4()
    entry = log.record(
        "release.recalled", actor=actor, matter=matter, obj=("package", release.package.sha256),
        reason=reason, facts={"refs": {"recall": key, "release": release.pk}}, detail=note,
        people=people_of(release.package.manifest),
    )  # fmt: skip
    letter = letters.issue(
        "recall",
        matter,
        actor=actor,
        now=now,
        reason=reason,
        released_on=timezone.localdate(release.at),
        package_sha256=release.package.seal.bundle_sha256,
        answer_by=business_days_from(now, in_force(now).clock(RECALL)[0] or 0),
        replaced=False,
    )
    # Where nobody has fetched anything there is nothing to wait for.
    if any(taken.touched for taken in impact(release)):
        running.start(matter, RECALL, at=now, now=now, about=key)
    return Recall.objects.create(
        id=key, matter=matter, release=release, reason=reason, letter=letter, by=actor, at=now, entry=entry
    )


def answer_recall(recall_id: UUID | str, outcome: str, *, actor: Any) -> RecallReply:
    """The agency says what it did with the package; one that it keeps is a task for counsel the same day."""
    found = matter_of(Recall, recall_id)
    with act("answer_recall", actor=actor, matter_id=found):
        if found is None:
            raise NotVisible()
        now = timezone.now()
        matter = access_matter(actor, found, "answer_recall", lock=True)
        called = Recall.objects.select_related("release__package").get(pk=recall_id)
        if outcome not in states.REPLIES:
            raise Invalid("Say whether all copies were destroyed, returned or kept.", code="unknown_choice")
        if hasattr(called, "reply"):
            raise WrongState("This recall has been answered already.", code="answered")
        entry = log.record(
            "recall.answered", actor=actor, matter=matter, obj=("package", called.release.package.sha256),
            reason=outcome, facts={"refs": {"recall": called.pk}},
        )  # fmt: skip
        running.stop(matter, RECALL, now=now, about=called.pk)
        settle_dates(matter)
        if outcome == "kept":
            open_task(matter, "recall_kept", COUNSEL, now, court_date=matter.court_date)
        return RecallReply.objects.create(recall=called, outcome=outcome, by=actor, at=now, entry=entry)


def impact(release: Release) -> tuple[Taken, ...]:
    """Who took which bytes of a release when, link by link, from the rows and from the log."""
    links = list(release.links.select_related("claim__client", "receipt").order_by("offered_at"))
    read = _readings(release)
    return tuple(
        Taken(
            link=link,
            claimed_by=link.claim.client.name if hasattr(link, "claim") else "",
            claimed_at=link.claim.at if hasattr(link, "claim") else None,
            readings=tuple(read[str(link.pk)]),
            received_at=link.receipt.at if hasattr(link, "receipt") else None,
        )
        for link in links
    )


def _readings(release: Release) -> dict[str, list[Reading]]:
    """The downloads of each link. An end belongs to the start that it names."""
    entries = Entry.objects.filter(
        matter=release.matter_id, event__in=("package.read", "package.sent"), outcome="ok"
    ).order_by("id")
    bodies = [(entry, json.loads(bytes(entry.body))) for entry in entries]
    ends = {body["refs"]["entry"]: body["counts"]["last"] for entry, body in bodies
            if entry.event == "package.sent"}  # fmt: skip
    found: dict[str, list[Reading]] = defaultdict(list)
    for entry, body in bodies:
        if entry.event != "package.read":
            continue
        first, size, last = body["counts"]["first"], body["counts"]["size"], ends.get(str(entry.uuid))
        found[body["refs"]["link"]].append(
            Reading(entry.at, first, size if last is None else last, size, last is not None)
        )
    return found


def ask_supplement(matter_id: UUID | str, *, actor: Any, reason: str) -> Task:
    """An officer asks for a further release under the same paper; counsel agrees by the move `supplement`."""
    with act("ask_supplement", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "ask_supplement", lock=True)
        if matter.state != State.DELIVERED:
            raise WrongState("A further release follows one that was delivered.")
        if len(reason.strip()) < 10:
            raise Invalid("Type your reason: at least ten characters.", code="reason_needed")
        if matter.tasks.filter(kind=SUPPLEMENT_TASK, done_at__isnull=True).exists():
            raise WrongState("This has been asked for already. Counsel has a task for it.")
        log.record("supplement.asked", actor=actor, matter=matter, detail=refuse_status(reason.strip()))
        return open_task(matter, SUPPLEMENT_TASK, COUNSEL, now, court_date=matter.court_date)
