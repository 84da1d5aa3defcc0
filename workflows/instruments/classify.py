"""Suggest what a paper is, from its printed words. It fills in the form; the gate never reads it.

Signature block and caption outweigh the title: "warrant" and "order" prove nothing. Where cues
conflict the answer is `unknown`, never the more permissive kind; what is not printed is null.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from workflows.instruments import cues
from workflows.instruments.cues import Cue, Kind
from workflows.instruments.signers import Signer, read_signer
from workflows.policy.instrument_types import COUNSEL, SUFFICES, InstrumentType, instrument_type
from workflows.policy.scope import folded_name

_AGENCY_HEADS = (
    "DEPARTMENT OF HOMELAND SECURITY",
    "U.S. Immigration and Customs Enforcement",
    "Executive Office for Immigration Review",
    "United States Immigration Court",
    "Customs and Border Protection",
    "Drug Enforcement Administration",
    "Internal Revenue Service",
    "Office of Inspector General",
)
_COURT = re.compile(
    r"(?:IN\s+THE\s+)?(UNITED\s+STATES\s+(?:DISTRICT|BANKRUPTCY|TAX)\s+COURT"
    r"(?:\s+(?:FOR\s+THE\s+)?(?:[A-Z]+\s+)?DISTRICT\s+OF\s+[A-Z ]+)?|[A-Z]+\s+JUDICIAL\s+DISTRICT\s+COURT"
    r"|[A-Z ]*METROPOLITAN\s+COURT)",
    re.IGNORECASE,
)
_DOCKETS = (
    re.compile(r"\b\d:\d{2}-(?:cv|cr|mj|mc|sw|gj|md|po|ms)-\d{3,6}(?:-[A-Z]{2,4}){0,3}\b"),
    re.compile(r"\bD-\d{3,4}-(?:CV|CR|DM|PB|SW|LR|JR)-\d{4}-?\d{3,6}\b"),
    re.compile(r"\bT-4-(?:CR|CV|DW|FR|SW)-\d{4}-?\d{3,6}\b"),
    re.compile(r"\b\d{2}[- ]?(?:MJ|MR|CR|CV|MC|SW)[- ]?\d{2,6}(?:[- ][A-Z/]{2,7})?\b"),
)
_MONTHS = {
    name: n
    for n, name in enumerate(
        (
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ),
        1,
    )
}
_DATE = r"((?:[A-Z][a-z]+)\s+\d{1,2},?\s+\d{4}|\d{1,2}/\d{1,2}/\d{4})"
_ISSUED = re.compile(rf"(?:dated(?:\s+this)?:?\s*|\n){_DATE}", re.IGNORECASE)
_EXECUTE_BY = re.compile(rf"on\s+or\s+before\s+{_DATE}", re.IGNORECASE)
_PROPOSED = re.compile(r"\[?\bPROPOSED\b\]?|\bDRAFT\b|SUBMITTED\s+BY")


def classify(text: str, *, as_of: dt.datetime, request_subjects: Sequence[str]) -> dict[str, Any]:
    """The reading of one paper. `evidence` quotes are exact: `text[start:end] == quote`."""
    proposed = bool(_PROPOSED.search(text))
    signer = read_signer(text, proposed)
    agency = _agency_head(text)
    kind, found = _kind(text, signer, agency)
    law = instrument_type(kind)
    execute_by = _date(_EXECUTE_BY.search(text))
    expired = execute_by is not None and execute_by < as_of.date() if law.judicial is not False else None
    judicial = _judicial(law, signer, agency)
    flags = _flags(law, signer, judicial, proposed, expired)
    docket, court = _first(_DOCKETS, text), _court(text) if judicial is not False else None
    return {
        "type": kind,
        "judicial": judicial,
        "unsigned": None if signer.signed is None else not signer.signed,
        "expired": expired,
        "docket": docket,
        "court": court,
        "signer": signer.name,
        "signer_title": signer.title,
        "issued": _iso(_date(_last(_ISSUED, text))),
        "execute_by": _iso(execute_by),
        "subjects": [name for name in request_subjects if _named(name, text)],
        "flags": flags,
        "gate": _gate(law, signer, judicial, flags),
        "missing": _missing(kind, law, judicial, agency),
        "evidence": [
            {"cue": c.cue, "quote": text[c.start : c.end], "start": c.start, "end": c.end} for c in found
        ],
    }


def _agency_head(text: str) -> Cue | None:
    """An agency's letterhead in the first fifteen lines, or at the head of a form."""
    head = "\n".join(text.split("\n")[:15])
    return next((cue for words in _AGENCY_HEADS if (cue := cues.find_line(words, head))), None)


def _kind(text: str, signer: Signer, agency: Cue | None) -> tuple[str, tuple[Cue, ...]]:
    """The kind with the best cues of at least two sorts; `unknown` where two kinds are equally near."""
    scored = sorted(
        (
            (score, kind.id, found)
            for kind in cues.kinds()
            for score, found in [_score(kind, text, signer, agency)]
        ),
        key=lambda row: row[0],
        reverse=True,
    )
    best, runner_up = scored[0], scored[1]
    extra = (*((agency,) if agency else ()), *signer.cues)
    if best[0] < 5 or best[0] == runner_up[0]:
        return "unknown", extra
    return best[1], (*best[2], *extra)


def _score(kind: Kind, text: str, signer: Signer, agency: Cue | None) -> tuple[float, tuple[Cue, ...]]:
    """Cues of the kind, weighed; 0 when its issuer contradicts the signature block or the letterhead."""
    law = instrument_type(kind.id)
    if _contradicts(law, signer, agency):
        return 0.0, ()
    titles = [c for words in kind.titles if (c := cues.find_line(words, text))]
    forms = [c for words in kind.forms if (c := cues.find(words, text))]
    captions = [c for words in kind.captions if (c := cues.find_line(words, text))]
    phrases = [c for words in kind.phrases if (c := cues.find(words, text))]
    sorts = sum(bool(found) for found in (titles, forms, captions, phrases))
    if sorts < 2:
        return 0.0, ()
    longest = max((len(c.cue) for c in titles), default=0) / 40
    score = 3 * bool(titles) + 3 * bool(forms) + min(2, len(captions)) + 1.5 * min(4, len(phrases)) + longest
    return score, (*titles[:1], *forms[:1], *captions[:2], *phrases[:3])


def _contradicts(law: InstrumentType, signer: Signer, agency: Cue | None) -> bool:
    if law.judicial is True:
        return signer.judge is False or agency is not None
    return (
        law.judicial is False
        and signer.judge is True
        and agency is None
        and law.signers != ("clerk_of_court",)
    )


def _judicial(law: InstrumentType, signer: Signer, agency: Cue | None) -> bool | None:
    if agency is not None or signer.judge is False:
        return False
    if law.judicial is True and signer.judge:
        return True
    return False if law.judicial is False and law.id != "unknown" else None


def _flags(
    law: InstrumentType, signer: Signer, judicial: bool | None, proposed: bool, expired: bool | None
) -> list[str]:
    flags = []
    if proposed:
        flags.append("PROPOSED_OR_DRAFT")
    if law.judicial and signer.signed is False:
        flags.append("UNSIGNED")
    if expired:
        flags.append("EXPIRED")
    if law.judicial and judicial is False:
        flags.append("TITLE_SIGNER_CONFLICT")
    return flags


def _gate(law: InstrumentType, signer: Signer, judicial: bool | None, flags: list[str]) -> str:
    if flags or law.id == "unknown":
        return "closed"
    if law.verdict == SUFFICES and judicial and signer.signed:
        return "opens"
    return "counsel" if law.verdict == COUNSEL else "closed"


def _missing(kind: str, law: InstrumentType, judicial: bool | None, agency: Cue | None) -> list[str]:
    """What an agency can be told at once: only where the paper plainly is an agency's own."""
    if kind == "unknown" or judicial is not False or law.verdict in (SUFFICES, COUNSEL):
        return []
    missing = ["not_judicial"]
    if not law.compels_records:
        missing.append("no_records_effect")
    return missing


def _court(text: str) -> str | None:
    match = _COURT.search(text)
    return (
        " ".join(match.group(1).split()).title().replace(" Of ", " of ").replace(" For The ", ", ")
        if match
        else None
    )


def _first(patterns: Sequence[re.Pattern[str]], text: str) -> str | None:
    return next((match.group() for one in patterns if (match := one.search(text))), None)


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return found[-1] if found else None


def _date(match: re.Match[str] | None) -> dt.date | None:
    """The date a pattern caught, None when it is none."""
    if match is None:
        return None
    words = match.group(1).replace(",", " ").split()
    try:
        if len(words) == 3:
            return dt.date(int(words[2]), _MONTHS[words[0].lower()], int(words[1]))
        month, day, year = (int(part) for part in match.group(1).split("/"))
        return dt.date(year, month, day)
    except (KeyError, ValueError):
        return None


def _iso(date: dt.date | None) -> str | None:
    return date.isoformat() if date else None


def _named(name: str, text: str) -> bool:
    words = set(folded_name(text))
    return bool(folded_name(name)) and all(word in words for word in folded_name(name))
