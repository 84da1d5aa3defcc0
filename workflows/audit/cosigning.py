"""The sequencer's sixth step: the checkpoint goes to the witness, whose cosignature comes back.

The witness is asked about the newest checkpoint only. While it does not answer, sealing goes on and
nothing is released, since a release needs a cosigned proof; the next try comes later and later. What it
contradicts (it has cosigned a larger or another tree) is for people: a flag closes the gate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import requests
import structlog
from django.conf import settings
from django.db.models import F, Value
from django.db.models.functions import Concat

from workflows.audit import flags, keys, proofs, tree
from workflows.audit.models import Checkpoint as CheckpointRow
from workflows.audit.tlog import cosignature, merkle, note, tiles
from workflows.audit.tlog.note import NoteError, VerifierKey
from workflows.audit.witness import protocol

ANSWER_S = 5.0
SHORTEST, LONGEST = timedelta(seconds=1), timedelta(minutes=1)
DRIFT_S = 300  # a witness whose clock says something else has not seen this checkpoint now
LONGEST_ANSWER = 4096

logger = structlog.get_logger(__name__)


class NoCosignature(Exception):
    """The witness did not answer, or not as a witness does. Tried again later."""


class Contradicted(Exception):
    """The witness has cosigned something that this log does not extend. The text says what."""


@dataclass
class Witness:
    """Where the witness answers and which key is its own; and when it may be asked again."""

    url: str
    key: VerifierKey
    now: Callable[[], datetime]
    _pause: timedelta = SHORTEST
    _not_before: datetime | None = None

    def try_(self, row: CheckpointRow) -> bool:
        """Have this checkpoint cosigned; True when its row holds the cosignature from now on.

        Never raises for what the witness does or does not do: that is logged, or a flag.
        """
        if self._not_before is not None and self.now() < self._not_before:
            return False
        try:
            line = self._cosigned(row)
        except NoCosignature as error:
            logger.warning("log.not_cosigned", why=str(error))
            self._pause = min(self._pause * 2, LONGEST)
            self._not_before = self.now() + self._pause
            return False
        except Contradicted as error:
            logger.critical("log.witness_contradicts", why=str(error))
            if not flags.is_open(flags.WITNESS):
                flags.raise_flag(flags.WITNESS, self.now(), {"size": row.size})
            self._not_before = self.now() + LONGEST
            return False
        CheckpointRow.objects.filter(pk=row.pk).update(cosignatures=Concat(F("cosignatures"), Value(line)))
        self._pause = SHORTEST
        self._not_before = self.now() + SHORTEST
        return True

    def _cosigned(self, row: CheckpointRow) -> str:
        """The line of the witness under this checkpoint, checked. One more try with the size it names."""
        old = _last_cosigned(row.incarnation)
        for _ in range(2):
            status, text = self._post(row, old)
            if status == 200:
                return self._checked(row, text)
            if status != 409:
                break
            old = self._their_size(row, text, old)
        if status == 422:
            raise Contradicted("it does not find its last tree at the beginning of this one")
        raise NoCosignature(f"status {status}")

    def _post(self, row: CheckpointRow, old: int) -> tuple[int, str]:
        proof: tuple[bytes, ...] = ()
        if old:
            try:
                read = tiles.node_reader(tree.StoredTiles(row.incarnation))
                proof = tuple(merkle.consistency_proof(old, row.size, read))
            except (merkle.ProofError, tiles.TileError, ValueError) as error:
                raise NoCosignature("no proof could be made") from error
        asked = protocol.body(old, proof, row.note)
        try:
            with requests.post(
                f"{self.url.rstrip('/')}/add-checkpoint", data=asked.encode(), timeout=ANSWER_S,
                headers={"Content-Type": "text/plain"}, allow_redirects=False, stream=True,
            ) as answer:  # fmt: skip
                raw = answer.raw.read(LONGEST_ANSWER + 1)
        except (requests.RequestException, OSError) as error:
            raise NoCosignature(type(error).__name__) from error
        if len(raw) > LONGEST_ANSWER:
            raise NoCosignature("the answer is too long")
        return answer.status_code, raw.decode("utf-8", "replace")

    def _their_size(self, row: CheckpointRow, text: str, asked: int) -> int:
        word = text.strip()
        if not word.isdecimal() or len(word) > 19:
            raise NoCosignature("no size in the answer")
        size = int(word)
        if size > row.size:
            raise Contradicted(f"it has cosigned {size} leaves, this checkpoint has {row.size}")
        if size == asked:
            raise Contradicted(f"it has cosigned another tree of {size} leaves")
        return size

    def _checked(self, row: CheckpointRow, text: str) -> str:
        """The one line of the configured witness; whatever else stands there is left out."""
        try:
            signed = note.parse(row.note)
            lines = note.parse(f"{signed.text}\n{text}")
            (found,) = cosignature.verified(lines, [self.key])
        except (NoteError, ValueError) as error:
            raise NoCosignature("the answer is no cosignature of the configured witness") from error
        if abs(found.at_s - self.now().timestamp()) > DRIFT_S:
            raise NoCosignature("the clock of the witness differs by more than five minutes")
        return next(one.line() for one in lines.signatures if self.key.made(one))


def configured(now: Callable[[], datetime]) -> Witness | None:
    """The witness of this installation, if it has one. Raises NoteError for an unusable key."""
    key = keys.witness_verifier()
    return None if key is None or not settings.WITNESS_URL else Witness(settings.WITNESS_URL, key, now)


def _last_cosigned(incarnation: int) -> int:
    row = proofs.last_cosigned(incarnation)
    return 0 if row is None else row.size
