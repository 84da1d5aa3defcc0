"""The outlet: claim a link once, read the bytes while the gate stays open, acknowledge.

`open_release` is the only function that yields bytes of a package. It asks the gate again when
the download begins and each second while it runs, so a right revoked or a stay filed stops the
next byte.
"""

from __future__ import annotations

import datetime as dt
import hmac
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from workflows import vault
from workflows.audit import log
from workflows.audit.models import Entry
from workflows.errors import Blocked, Forbidden, Gone, Invalid, NotVisible, Refused, WrongState
from workflows.flow import gate
from workflows.flow.advance import require_step_up, step
from workflows.flow.moves import MOVES
from workflows.matters.access import access_matter, agency_of, matter_of
from workflows.matters.acts import act
from workflows.matters.models import Matter
from workflows.releases.actions import LINK_LIFE, offer_link
from workflows.releases.models import Claim, Link, Receipt
from workflows.releases.queries import people_of, usable_links

CLAIM_MINUTES = 15
RECHECK_S = 1.0


def offer_again(matter_id: UUID | str, *, actor: Any, stepped_up_at: dt.datetime | None) -> Link:
    """The agency has a new link to the released package, because the last one ran out unused or half used.

    An act of weight like the release itself, and the gate is asked again. Raises NotVisible, Forbidden,
    StepUpNeeded, WrongState (nothing released, or a link still works), Blocked.
    """
    with act("offer_again", actor=actor, matter_id=matter_id):
        now = timezone.now()
        matter = access_matter(actor, matter_id, "release", lock=True)
        require_step_up("release", stepped_up_at, now)
        release = matter.releases.select_related("package", "matter__agency").order_by("-at").first()
        if release is None or matter.state != "releasing":
            raise WrongState("A link is offered again while a released package waits for its receipt.")
        if usable_links(release, now).exists():
            raise WrongState("The agency still has a link that works.", code="link_open")
        _check_gate(matter, actor, now)
        return offer_link(release, actor=actor, now=now, expires_at=now + LINK_LIFE)


def _link(link_id: UUID | str, actor: Any, action: str, *, lock: bool = True) -> tuple[Link, Matter]:
    """The link and its matter, if the link belongs to the actor's agency. Raises NotVisible, Forbidden."""
    link = (
        Link.objects.select_related("release__package__seal__bundle", "release__manifest", "agency")
        .filter(pk=link_id)
        .first()
    )
    agency = agency_of(actor)
    if link is None or agency is None or link.agency_id != agency.pk:
        raise NotVisible()
    return link, access_matter(actor, link.release.matter_id, action, lock=lock)


def _check_alive(link: Link, now: dt.datetime) -> None:
    if hasattr(link, "revoked"):
        raise Gone("This link has been revoked. The records office will say why.", code="link_revoked")
    if link.expires_at <= now and not hasattr(link, "claim"):
        raise Gone("This link has run out. Ask the records office for a new one.", code="link_expired")


def _check_gate(matter: Matter, actor: Any, now: dt.datetime) -> None:
    """Raise Blocked when the gate, asked again at this moment, no longer stands open."""
    failed = gate.failures("bytes", gate.ask("bytes", matter, actor, now))
    if failed:
        raise Blocked(
            "The release has been stopped: " + " ".join(sentence for _, sentence in failed), failed=failed
        )


def claim(link_id: UUID | str, *, actor: Any) -> Claim:
    """This client, and no other, may fetch the bytes for fifteen minutes. A link is claimed once.

    Raises NotVisible (also for another agency), Gone (spent, run out, revoked), Blocked.
    """
    with act("claim", actor=actor, matter_id=matter_of(Link, link_id, "release__matter_id")):
        now = timezone.now()
        link, matter = _link(link_id, actor, "claim")
        _check_alive(link, now)
        if hasattr(link, "claim"):
            raise Gone("This link has been used. A link yields one package to one client.", code="link_spent")
        _check_gate(matter, actor, now)
        entry = log.record(
            "link.claimed",
            actor=actor,
            matter=matter,
            obj=("package", link.release.package.sha256),
            facts={"refs": {"link": link.pk}},
        )
        return Claim.objects.create(
            link=link,
            client=actor,
            agency=link.agency,
            at=now,
            until=now + dt.timedelta(minutes=CLAIM_MINUTES),
            entry=entry,
        )


def open_release(link_id: UUID | str, *, actor: Any, start: int = 0) -> tuple[Link, int, Iterator[bytes]]:
    """The link, the size in bytes, and the bytes of the bundle from offset `start`, checked as they go.

    Only the client that claimed it, within its fifteen minutes. The start is an entry. Raises
    NotVisible, Gone, Blocked, Invalid; the iterator ends with Blocked when the gate closes midway.
    """
    with act("open_release", actor=actor, matter_id=matter_of(Link, link_id, "release__matter_id")):
        now = timezone.now()
        link, matter = _link(link_id, actor, "claim", lock=False)
        _check_alive(link, now)
        taken = getattr(link, "claim", None)
        if taken is None:
            raise Forbidden("Claim the link first.", code="claim_first")
        if taken.client_id != actor.pk:
            raise NotVisible()
        if hasattr(link, "receipt"):
            raise Gone("This package has been acknowledged; the link is spent.", code="acknowledged")
        if taken.until <= now:
            raise Gone(
                "The fifteen minutes after the claim are over. Ask the office for a new link.",
                code="claim_over",
            )
        _check_gate(matter, actor, now)
        seal = link.release.package.seal
        if not 0 <= start < seal.size:
            raise Invalid("The range lies outside the file.", code="range")
        began = log.record(
            "package.read",
            actor=actor,
            matter=matter,
            obj=("bundle", seal.bundle_sha256),
            facts={"refs": {"link": link.pk}, "counts": {"first": start, "size": seal.size}},
        )
    return link, seal.size, _watched(link, matter, actor, start, began)


def _watched(link: Link, matter: Matter, actor: Any, start: int, began: Entry) -> Iterator[bytes]:
    """The bytes, with the gate asked again each second; stops with Blocked once it is closed.

    However it ends, the log says up to which byte was handed over: a recall must know what is out there.
    """
    asked, position, last = time.monotonic(), 0, start
    try:
        for part in vault.chunks(link.release.package.seal.bundle):
            if time.monotonic() - asked >= RECHECK_S:
                _recheck(link, matter, actor)
                asked = time.monotonic()
            skip = max(0, start - position)
            position += len(part)
            if skip < len(part):
                last = position  # before the part is on its way: one that broke off counts as sent
                yield part[skip:]
    finally:
        with transaction.atomic(durable=True):
            log.record(
                "package.sent",
                actor=actor,
                matter=matter,
                obj=("bundle", link.release.package.seal.bundle_sha256),
                facts={
                    "refs": {"link": link.pk, "entry": began.uuid},
                    "counts": {"first": start, "last": last},
                },
                people=people_of(link.release.package.manifest),
            )


def _recheck(link: Link, matter: Matter, actor: Any) -> None:
    """Raise when link, gate or the right of the client no longer stands as it did at the first byte."""
    try:
        actor.refresh_from_db()  # an account closed meanwhile ends its own download
        fresh, current = _link(link.pk, actor, "claim", lock=False)
        _check_alive(fresh, timezone.now())
        _check_gate(current, actor, timezone.now())
    except Refused as refusal:
        log.record_refusal(
            "package.read",
            actor=actor,
            matter=matter,
            reason=refusal.code,
            facts={"refs": {"link": link.pk}, "failed": [guard for guard, _ in refusal.failed]},
        )
        raise


def acknowledge(link_id: UUID | str, sha256: str, *, actor: Any) -> Receipt:
    """The agency holds the package with this digest; once all are acknowledged the matter is delivered.

    Raises Invalid `digest_mismatch` when what arrived is not what was sent.
    """
    with act("acknowledge_receipt", actor=actor, matter_id=matter_of(Link, link_id, "release__matter_id")):
        now = timezone.now()
        link, matter = _link(link_id, actor, "acknowledge_receipt")
        taken = getattr(link, "claim", None)
        if taken is None:
            raise Forbidden("Claim and fetch the package before acknowledging it.", code="claim_first")
        if taken.client_id != actor.pk:
            raise NotVisible()
        if hasattr(link, "receipt"):
            raise Gone("This package has been acknowledged already.", code="acknowledged")
        if not hmac.compare_digest(sha256.lower(), link.release.package.seal.bundle_sha256):
            raise Invalid(
                "The digest is not that of the package. What arrived is not what was sent: fetch it again.",
                code="digest_mismatch",
            )
        entry = log.record(
            "receipt.acknowledged",
            actor=actor,
            matter=matter,
            obj=("bundle", sha256.lower()),
            facts={"refs": {"link": link.pk}},
            people=people_of(link.release.package.manifest),
        )
        receipt = Receipt.objects.create(link=link, by=actor, sha256=sha256.lower(), at=now, entry=entry)
        if matter.state == "releasing":
            step(matter, MOVES["complete"], actor=None, now=now)
        return receipt
