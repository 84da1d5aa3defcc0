"""Refusals: each carries a stable code and a sentence the person can act on.

Anything that is not a `Refused` is a bug and shows nothing to the outside. No message
holds content of a record.
"""

from __future__ import annotations

from collections.abc import Sequence


class Refused(Exception):
    """An act that the rules do not allow; nothing has changed.

    `code` is stable and closed, `status` the HTTP status of the problem document,
    `failed` the ids of guards that did not hold with their sentences.
    """

    code = "refused"
    status = 409
    recorded = False  # True once its entry is in the log; whoever answers writes what is missing

    def __init__(
        self, sentence: str, *, code: str | None = None, failed: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        if code is not None:
            self.code = code
        self.failed = tuple(failed)


class NotVisible(Refused):
    """Absent, or hidden from this person: the same answer for both."""

    code, status = "not_found", 404

    def __init__(self, sentence: str = "There is nothing here that you can see.") -> None:
        super().__init__(sentence)


class Forbidden(Refused):
    """The person may see the matter but not do this."""

    code, status = "forbidden", 403


class StepUpNeeded(Refused):
    """The act needs a sign-in younger than five minutes."""

    code, status = "step_up_needed", 403


class WrongState(Refused):
    """The move does not start from the state in which the matter is."""

    code, status = "wrong_state", 409


class GuardFailed(Refused):
    """A guard of the move does not hold; `failed` names each with its sentence."""

    code, status = "guard_failed", 409


class Stale(Refused):
    """Somebody else changed the row first."""

    code, status = "stale", 412


class Invalid(Refused):
    """The input cannot be taken as it is."""

    code, status = "invalid", 422


class Gone(Refused):
    """A single-use thing has been used, or its time is over."""

    code, status = "gone", 410


class Blocked(Refused):
    """An open block stops this in any state."""

    code, status = "blocked", 423


class GateClosed(Refused):
    """The release gate is closed for the whole installation (log lag, clock, missing key)."""

    code, status = "gate_closed", 503


class NotRecorded(Refused):
    """The log could not be written, therefore the act did not happen."""

    code, status = "not_recorded", 503
