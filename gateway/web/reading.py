"""What the machine read on a paper, as suggestions: values with their quotes, tells, quotes per check.

Nothing here decides anything; a person confirms each value against the image.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from workflows.instruments.models import Instrument

# Words in the name of a cue, and the check to which its quote belongs.
_CHECK_OF_CUE = (
    ("attachment", "V01"),
    ("page", "V01"),
    ("form", "V02"),
    ("caption", "V02"),
    ("authority", "V02"),
    ("issuer", "V03"),
    ("signer", "V03"),
    ("judge", "V03"),
    ("signature", "V04"),
    ("sign", "V04"),
    ("draft", "V04"),
    ("proposed", "V04"),
    ("expire", "V05"),
    ("execute", "V05"),
    ("return", "V05"),
    ("date", "V05"),
    ("issued", "V05"),
    ("address", "V06"),
    ("custodian", "V06"),
    ("court", "V07"),
    ("district", "V07"),
    ("subject", "V08"),
    ("decretal", "V10"),
    ("compel", "V10"),
    ("command", "V10"),
    ("docket", "V11"),
    ("secre", "V13"),
    ("nondisclosure", "V13"),
    ("title", "V02"),
)
_TELLS = ("issuer", "signer", "title", "form", "judge", "authority", "agency")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of the paper that gave a cue."""

    cue: str
    quote: str

    @property
    def cue_words(self) -> str:
        """The cue in plain words."""
        return self.cue.replace("_", " ").replace(".", ", ").replace(":", ": ")


@dataclass(frozen=True, slots=True)
class Reading:
    """The machine's reading; None is "not read". Empty when the paper has not been read yet."""

    type: str = "unknown"
    judicial: bool | None = None
    unsigned: bool | None = None
    expired: bool | None = None
    docket: str | None = None
    court: str | None = None
    signer: str | None = None
    signer_title: str | None = None
    issued: dt.date | None = None
    execute_by: dt.date | None = None
    return_date: dt.date | None = None
    subjects: tuple[str, ...] = ()
    gate: str = "closed"
    done: bool = False
    unreadable: str = ""
    evidence: tuple[Quote, ...] = field(default=())

    @property
    def tells(self) -> tuple[Quote, ...]:
        """The quotes that show who issued the paper: the issuer block, the signer's title, the form."""
        chosen = [quote for quote in self.evidence if any(word in quote.cue.lower() for word in _TELLS)]
        return tuple(chosen or self.evidence)[:6]

    def quotes_for(self, check_id: str) -> tuple[Quote, ...]:
        """Quotes that bear on one check."""
        return tuple(quote for quote in self.evidence if _check_of(quote.cue) == check_id)[:3]

    def quote_for_field(self, name: str) -> str:
        """The quote behind one suggested value, or nothing."""
        return next((quote.quote for quote in self.evidence if name in quote.cue.lower()), "")


def read(paper: Instrument) -> Reading:
    """The reading of a paper as values."""
    raw: dict[str, Any] | None = paper.reading
    if not raw:
        return Reading()
    return Reading(
        type=str(raw.get("type") or "unknown"),
        judicial=raw.get("judicial"),
        unsigned=raw.get("unsigned"),
        expired=raw.get("expired"),
        docket=raw.get("docket"),
        court=raw.get("court"),
        signer=raw.get("signer"),
        signer_title=raw.get("signer_title"),
        issued=_day(raw.get("issued")),
        execute_by=_day(raw.get("execute_by")),
        return_date=_day(raw.get("return_date")),
        subjects=tuple(raw.get("subjects") or ()),
        gate=str(raw.get("gate") or "closed"),
        done=True,
        unreadable=str(raw.get("unreadable") or ""),
        evidence=tuple(
            Quote(str(one.get("cue", "")), str(one["quote"])[:240])
            for one in raw.get("evidence") or ()
            if one.get("quote")
        ),
    )


def _day(text: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(text)[:10]) if text else None
    except ValueError:
        return None  # a suggestion that is no date is no suggestion


def _check_of(cue: str) -> str:
    name = cue.lower()
    return next((check for word, check in _CHECK_OF_CUE if word in name), "")
