"""What a verification found: classes with their exit codes, and the result as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

BODY, MISSING, ORDER, BRACKET, COLUMN = 10, 11, 12, 13, 14
SIGNATURE, FORK, WITNESS, UNWITNESSED, STAMP = 20, 21, 22, 23, 24
RECONCILIATION, SCHEMA, STALE = 40, 50, 60

CLASSES = {
    BODY: "a body was changed: its hash is no leaf",
    MISSING: "something is missing or cut",
    ORDER: "order: a body belongs to another leaf",
    BRACKET: "an entry claims a time that its place excludes",
    COLUMN: "a derived column differs from what it is derived from",
    SIGNATURE: "a checkpoint is not signed by a trusted key",
    FORK: "checkpoints, or log and signer memory, contradict each other (fork, rollback)",
    WITNESS: "a witness has cosigned what this log does not extend",
    UNWITNESSED: "no configured witness has cosigned the log",
    STAMP: "a timestamp does not fit its checkpoint, or is not by a trusted authority",
    RECONCILIATION: "the log and the rows or files it speaks of differ",
    SCHEMA: "a body lies outside the schema",
    STALE: "no checkpoint for three hours",
}


def _place(one: Finding) -> tuple[int, int]:
    return one.code, -1 if one.leaf is None else one.leaf


MOST_FINDINGS = 1000  # of each class; the rest are counted


@dataclass(frozen=True)
class Finding:
    """One fault: class, leaf index and entry id where known, and a sentence."""

    code: int
    detail: str
    leaf: int | None = None
    entry: str | None = None


@dataclass
class Stamped:
    """Timestamps of an outside authority: how many were good, how many fit their checkpoint but were not
    judged for want of certificates of their signer, and of the largest tree with a good one size and time."""

    good: int = 0
    unchecked: int = 0
    size: int | None = None
    at: datetime | None = None


@dataclass
class Result:
    """Everything a verification tells.

    `last_good_size` is the largest size under a stored, signed checkpoint whose root was reproduced.
    """

    origin: str = ""
    size: int = 0
    root: bytes = b""
    entries: int = 0
    pending: int = 0
    last_good_size: int = 0
    checked_from: int = 0
    witnessed_size: int | None = None  # of the largest cosigned tree that was compared; None: none was
    findings: list[Finding] = field(default_factory=list)
    counts: dict[int, int] = field(default_factory=dict)
    stamped: Stamped = field(default_factory=lambda: Stamped())
    lives: list[dict[str, Any]] = field(default_factory=list)
    _first_bad: int | None = None

    def add(self, code: int, detail: str, *, leaf: int | None = None, entry: str | None = None) -> None:
        """Note one fault."""
        self.counts[code] = self.counts.get(code, 0) + 1
        if self.counts[code] <= MOST_FINDINGS:
            self.findings.append(Finding(code, detail, leaf, entry))
        if leaf is not None and (self._first_bad is None or leaf < self._first_bad):
            self._first_bad = leaf

    def take(self, other: Result, about: str) -> None:
        """Note the faults of an earlier life of the log as well."""
        for one in other.findings:
            self.add(one.code, f"{about}: {one.detail}", entry=one.entry)
        for code, count in other.counts.items():
            self.counts[code] += count - sum(1 for one in other.findings if one.code == code)

    @property
    def exit(self) -> int:
        """The lowest class found; 0 when nothing was."""
        return min(self.counts, default=0)

    @property
    def first_bad_leaf(self) -> int | None:
        """The lowest leaf that a finding names."""
        return self._first_bad

    def as_json(self) -> dict[str, Any]:
        """Return the object that `--json` prints."""
        return {
            "result": "good" if self.exit == 0 else "bad",
            "exit": self.exit,
            "size": self.size,
            "root": self.root.hex(),
            "origin": self.origin,
            "entries": self.entries,
            "pending": self.pending,
            "first_bad_leaf": self.first_bad_leaf,
            "last_good_size": self.last_good_size,
            "checked_from": self.checked_from,
            "lives": self.lives,
            "witness": None if self.witnessed_size is None else {"size": self.witnessed_size},
            "timestamps": {
                "good": self.stamped.good,
                "unchecked": self.stamped.unchecked,
                "size": self.stamped.size,
                "at": None if self.stamped.at is None else self.stamped.at.isoformat(),
            },
            "counts": {str(code): count for code, count in sorted(self.counts.items())},
            "findings": [
                {"code": one.code, "leaf": one.leaf, "entry": one.entry, "detail": one.detail}
                for one in sorted(self.findings, key=_place)
            ],
        }
