"""How the log stands, and whether that closes the release gate (rules E13, R4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from workflows.audit import flags, proofs
from workflows.audit.models import Checkpoint, Entry, Incarnation, Pending
from workflows.audit.tlog.checkpoint import parse_unsigned

ALARM_LAG = timedelta(seconds=60)
CLOSING_LAG = timedelta(minutes=15)
CLOCK_STEP = timedelta(seconds=120)
STALE = timedelta(hours=3)

REASONS = {
    "log.split": "The log and the memory of its signer contradict each other. "
    "Nothing is released until people have found out why.",
    "log.lag": "Entries of the log have waited for more than 15 minutes to be sealed. "
    "Nothing is released until the sequencer has caught up.",
    "clock.behind": "The clock of this machine stands behind the last checkpoint of the log. "
    "Nothing is released until it is right again.",
    "log.stale": "The log has signed no checkpoint for three hours. "
    "Nothing is released until the sequencer runs again.",
    "log.witness": "The witness has cosigned a tree that this log does not extend. "
    "Nothing is released until people have found out why.",
    "log.unwitnessed": "The witness has cosigned no checkpoint for three hours. "
    "Nothing is released until it answers again.",
    "log.not_started": "The log has no checkpoint yet. Nothing is released until the sequencer has started.",
}


LOCAL, WITNESSED = "local only", "witnessed"  # rule E14: without a witness, all of it is one machine's word


@dataclass(frozen=True)
class Health:
    """How the log stands at `at`. `code` is None while the gate may open, else a key of REASONS."""

    at: datetime
    size: int
    root: bytes
    checkpoint_at: datetime | None
    pending: int
    lag: timedelta
    code: str | None
    level: str = LOCAL
    lost: int = 0  # leaves that were signed and that restores have taken, over all lives of the log

    @property
    def root_short(self) -> str:
        """First 12 hex digits of the root."""
        return self.root.hex()[:12]

    @property
    def checkpoint_age(self) -> timedelta | None:
        """Time since the last checkpoint."""
        return None if self.checkpoint_at is None else self.at - self.checkpoint_at

    @property
    def alarm(self) -> bool:
        """True when somebody should look now: gate closed, or sealing over a minute behind."""
        return self.code is not None or self.lag > ALARM_LAG


def look(now: datetime | None = None) -> Health:
    """Return how the log stands. Cheap: four small queries."""
    now = now or timezone.now()
    last = proofs.latest_checkpoint()
    lag = _lag(last, now)
    size, root = 0, b""
    if last is not None:
        head = parse_unsigned(last.note)
        size, root = head.size, head.root
    return Health(
        at=now,
        size=size,
        root=root,
        checkpoint_at=last.at if last else None,
        pending=proofs.unsealed_count(),
        lag=lag,
        code=_code(last, lag, now),
        lost=_lost(),
        level=WITNESSED if settings.WITNESS_VKEY else LOCAL,
    )


def _lost() -> int:
    """Return how many signed leaves the log no longer has: each life after the first tells of the last."""
    lives = Incarnation.objects.filter(number__gt=1).values_list("prior_note", "restored_size")
    return sum(max(0, parse_unsigned(note).size - (kept or 0)) for note, kept in lives if note)


def gate_closed_code(now: datetime | None = None) -> str | None:
    """Return why the log closes the release gate, as a key of REASONS; None when it does not."""
    now = now or timezone.now()
    last = proofs.latest_checkpoint()
    return _code(last, _lag(last, now), now)


def gate_closed_reason(now: datetime | None = None) -> str | None:
    """Return the sentence that says why the log closes the release gate; None when it does not."""
    code = gate_closed_code(now)
    return None if code is None else REASONS[code]


def _code(last: Checkpoint | None, lag: timedelta, now: datetime) -> str | None:
    if flags.is_open(flags.SPLIT):
        return "log.split"
    if last is None:
        return "log.not_started"
    if now < last.at - CLOCK_STEP:
        return "clock.behind"
    if lag > CLOSING_LAG:
        return "log.lag"
    if now - last.at > STALE:
        return "log.stale"
    return _witness_code(last, now) if settings.WITNESS_VKEY else None


def _witness_code(last: Checkpoint, now: datetime) -> str | None:
    if flags.is_open(flags.WITNESS):
        return "log.witness"
    cosigned = proofs.last_cosigned(last.incarnation)
    return None if cosigned is not None and now - cosigned.at <= STALE else "log.unwitnessed"


def _lag(last: Checkpoint | None, now: datetime) -> timedelta:
    """Return for how long the oldest waiting entry has waited. Zero when none waits."""
    first = Pending.objects.aggregate(first=Min("entry"))["first"]
    if first is None:
        return timedelta(0)
    at = Entry.objects.filter(pk=first).values_list("at", flat=True).first()
    if at is None:
        return CLOSING_LAG * 2  # a waiting row without its entry: closed, not open
    return max(now - at, timedelta(0))
