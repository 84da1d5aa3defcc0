"""One version of the policy as a document, and what the rest of the program asks of it. Pure.

`built_in` is version 1: what this program ships. `read` makes a policy of a document that has passed
`bounds.problems`; whatever an older version does not name stays closed, or as it is shipped.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from workflows.policy import codes
from workflows.policy.bases import OVERRIDE_BASES
from workflows.policy.checks import CHECKS
from workflows.policy.instrument_types import (
    NEVER,
    OWN_KINDS,
    InstrumentType,
    instrument_type,
    instrument_types,
)

DATA = Path(__file__).parent / "data" / "policy.yaml"
FORMAT = 1
FIRST = 1  # the number of the version that the program ships
ORDER, ORDINANCE = "order", "ordinance"
SOURCE_KINDS = {ORDER: "Executive order", ORDINANCE: "Ordinance"}
# The closed lists whose words are policy; their codes are not.
WORDS: dict[str, Mapping[str, str]] = {
    "missing": codes.MISSING,
    "exemption": codes.EXEMPTION_CODES,
    "grounds": codes.ANSWER_GROUNDS,
    "recall": codes.RECALL_REASONS,
}
REVIEW, REDACT = "review", "redact"


@dataclass(frozen=True, slots=True)
class Source:
    """The act of the city on which the policy rests."""

    kind: str
    title: Mapping[str, str]
    citation: str

    def line(self, language: str = "en") -> str:
        """Title and citation in one line, as letters and public pages name it. A day or month in the
        citation is said as the language does; the rest of it is the same in both."""
        cited = _DATE.sub(_in_spanish, self.citation) if language == "es" else self.citation
        return f"{self.title[language]} ({cited})"


_MONTHS = {
    "January": "enero", "February": "febrero", "March": "marzo", "April": "abril", "May": "mayo",
    "June": "junio", "July": "julio", "August": "agosto", "September": "septiembre", "October": "octubre",
    "November": "noviembre", "December": "diciembre",
}  # fmt: skip
_DATE = re.compile(rf"\b({'|'.join(_MONTHS)}) (?:(\d{{1,2}}), )?(\d{{4}})\b", re.ASCII)


def _in_spanish(date: re.Match[str]) -> str:
    month, day, year = date.groups()
    return f"{day} de {_MONTHS[month]} de {year}" if day else f"{_MONTHS[month]} de {year}"


@dataclass(frozen=True, slots=True)
class Policy:
    """One version, read only. `number` and `sha256` name it wherever a decision is kept."""

    number: int
    sha256: str
    document: Mapping[str, Any]

    @property
    def label(self) -> str:
        """Number and beginning of the digest, as entries of the log name the version."""
        return f"{self.number}+{self.sha256[:16]}"

    @property
    def source(self) -> Source:
        """The order or ordinance that it rests on."""
        row = self.document["source"]
        return Source(row["kind"], row["title"], row["citation"])

    def kind(self, type_id: str) -> InstrumentType:
        """This kind of paper with what it may do under this version. A kind that the version does not know
        opens nothing; what counsel writes in a paper's place is its own kind, whatever a version says."""
        if type_id in OWN_KINDS:
            return OWN_KINDS[type_id]
        law = instrument_type(type_id)
        row = self.document["papers"].get(law.id)
        if row is None:
            return replace(law, verdict=NEVER, counsel_deadline=True)
        return replace(law, verdict=row["verdict"], counsel_deadline=row["counsel_task"])

    @property
    def waivable(self) -> frozenset[str]:
        """The checks that counsel may waive with a reason."""
        return frozenset(self.document["waivable"])

    @property
    def second_review(self) -> str:
        """`always`, or `risk`."""
        return str(self.document["second_review"])

    @property
    def override_bases(self) -> dict[str, str]:
        """What an override may rest on, in words."""
        return {code: words for code, words in OVERRIDE_BASES.items() if code in self.document["bases"]}

    @property
    def cut_off(self) -> dt.time:
        """Local time from which something counts on the next business day."""
        return dt.time.fromisoformat(self.document["cut_off"])

    def clock(self, kind: str) -> tuple[int | None, tuple[int, ...]]:
        """Amount and warnings of a kind of clock; those that are shipped where the version names none."""
        row = self.document["clocks"].get(kind) or shipped()["clocks"][kind]
        return row["amount"], tuple(row["warn"])

    def retention(self, kind: str) -> int | None:
        """Days after the close of a matter; None is never, also for what the version does not name."""
        days = self.document["retention"].get(kind)
        return None if days is None else int(days)

    @property
    def smallest_printed(self) -> int:
        """The smallest count beside zero that the register prints."""
        return int(self.document["register"]["smallest_printed"])

    def proposes_redaction(self, tier: int, score: float, requester: str) -> bool:
        """True when a finding of a rule is proposed for redaction."""
        row = self.document["status"]
        if tier == 1:
            return bool(100 * score >= row["redact_from_percent"])
        return bool(row["tier_2"].get(requester, REDACT) == REDACT)

    def is_stricter_on(self, tier: int, score: float, requester: str) -> bool:
        """True when this version proposes redaction where the table that the program ships, which the
        detector follows, does not. A version never proposes less (`bounds`)."""
        asked = (tier, score, requester)
        return self.proposes_redaction(*asked) and not built_in().proposes_redaction(*asked)

    def words(self, listed: str) -> dict[str, str]:
        """The sentences of a closed list, by code and in its order."""
        mine = self.document["words"].get(listed, {})
        return {code: mine.get(code, words) for code, words in WORDS[listed].items()}


@functools.cache
def shipped() -> dict[str, Any]:
    """The document of version 1, from the tables of this program. Not to be changed by the caller."""
    rows = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return {
        "v": FORMAT,
        **rows,
        "papers": {
            kind.id: {"verdict": kind.verdict, "counsel_task": kind.counsel_deadline}
            for kind in instrument_types().values()
        },
        "waivable": [check.id for check in CHECKS if check.waivable],
        "bases": sorted(OVERRIDE_BASES),
        "words": {name: dict(words) for name, words in WORDS.items()},
    }


def to_bytes(document: Mapping[str, Any]) -> bytes:
    """The one byte string of a document: the subset that `audit.canonical` writes."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@functools.lru_cache(maxsize=64)
def read(number: int, body: bytes) -> Policy:
    """The policy of a stored document. Raises ValueError for bytes that are no document at all."""
    document = json.loads(body)
    if not isinstance(document, dict) or document.get("v") != FORMAT:
        raise ValueError("a policy of another format")
    return Policy(number, hashlib.sha256(body).hexdigest(), document)


@functools.cache
def built_in() -> Policy:
    """Version 1 as this program ships it."""
    return read(FIRST, to_bytes(shipped()))
