"""State flags of a paper, each with its rule (instruments.yaml); any of them keeps the gate closed."""

from __future__ import annotations

import datetime as dt
import re

from workflows.instruments.cues import handling
from workflows.instruments.reader.attachments import missing
from workflows.instruments.reader.custodians import elsewhere
from workflows.instruments.reader.dates import Moment, moments
from workflows.instruments.reader.dockets import conflicting_numbers
from workflows.instruments.reader.kinds import Facts
from workflows.instruments.reader.layout import RUNNING_HEAD
from workflows.instruments.reader.terms import Terms
from workflows.instruments.signers import Signer
from workflows.policy.instrument_types import InstrumentType

MOST_DAYS = {"fed_search_warrant": 14, "tracking_warrant": 10}  # Fed. R. Crim. P. 41(e)(2)
_DRAFT = re.compile(
    r"\bdraft\b(?! of| legislation)|\bborrador\b(?! de traduccion)|\bnot (?:yet )?(?:filed|entered"
    r"|signed)\b|\bunsigned copy\b"
)
_EXECUTED = re.compile(
    r"\b(?:date and time (?:warrant )?(?:was )?executed|warrant (?:was )?executed|date executed|executed on"
    r"|executed (?:it|the same|this warrant|said warrant|the warrant|the attached warrant|same) on"
    r"|i executed|fecha y hora de (?:ejecucion|la ejecucion)|ejecutad[ao] el|served on"
    r"|search (?:was )?conducted on)\b(?!\W+or before)[^a-z0-9]{0,40}(?P<value>[0-9a-z][^\n]{3,40})"
)
_EXECUTED_STAMP = re.compile(
    r"\bexecuted\s*(?:-|:)?\s*[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{2,4}|[\[(]?\s*(?:warrant )?(?:executed"
    r"|ejecutad[ao]|returned executed)\s*[\])]\s*$"
)
_EMPTY = re.compile(r"^\W*(?:_|copy of|inventory|time|date|copia|left with|case|$)")
_ILLEGIBLE = re.compile(
    r"[\[(<]\s*(?:illegible|unreadable|ilegible|no legible|text lost|unintelligible|obscured|page (?:dark"
    r"|missing|not legible)|smudged|cut off|not legible|water damage|toner)[^\])>]{0,50}[\])>]"
    r"|\billegible\b|\bilegible\b|\bunreadable\b"
)
_TRANSLATION = re.compile(
    r"\btraduccion\b(?! al ingles)|\bunofficial translation\b|\bcourtesy translation\b|\btranslated (?:from"
    r"|into|copy)\b|\bcertified translation\b|\btranslation (?:of|only|from)\b|\btranslators?\b"
    r"|\btraductor[ae]?\b|\bcopia de cortesia\b|\binformal translation\b|\btraducid[oa]\b"
)
_SPANISH = frozenset(
    [
        "de",
        "la",
        "el",
        "los",
        "las",
        "del",
        "que",
        "en",
        "para",
        "por",
        "con",
        "una",
        "un",
        "se",
        "al",
        "como",
        "su",
        "sus",
        "este",
        "esta",
        "orden",
        "juez",
        "fecha",
        "ciudad",
        "estados",
        "unidos",
    ]
)
_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "that",
        "this",
        "is",
        "for",
        "by",
        "on",
        "with",
        "be",
        "shall",
        "court",
        "order",
        "you",
        "are",
        "from",
        "any",
        "or",
    ]
)
_STAMP = re.compile(
    r"(?m)^\W*(?:\[\s*stamp\w*\W*)?(?:quashed|vacated|withdrawn|recalled|rescinded|void|stayed|superseded"
    r"|cancelled|anulad[ao]|suspendid[ao]|revocad[ao])\b"
    r"(?:[^\n]{0,60}|\s+(?:by|per|pursuant to) (?:order|the court|clerk)\b[^\n]{0,90})$"
)
_SELF_STAY = re.compile(
    r"\b(?:this|the foregoing|present) (?:order|warrant|subpoena|production|compliance)[^.;]{0,80}\b(?:is"
    r"|are|shall be|remains?)\s+(?:hereby |temporarily |automatically )*(?:stayed|suspended"
    r"|held in abeyance)\b"
    r"|\b(?:production|compliance|enforcement)[^.;]{0,60}\b(?:is|are|shall be)\s+(?:hereby "
    r"|temporarily )*(?:stayed|suspended|held in abeyance)\b|\bstayed pending\b|\bstay (?:of|on) (?:this"
    r"|production|enforcement|compliance)\b"
)


def read_flags(
    facts: Facts, law: InstrumentType, judicial: bool | None, terms: Terms, as_of: dt.datetime,
    *, unsigned: bool | None, expired: bool | None, attached: frozenset[str], cities: tuple[str, ...],
) -> list[str]:  # fmt: skip
    """Flags of the operative part, in the order of the table. `attached` are the marks of the attachments
    that are in the bundle ("" for one without a mark), `cities` the names of the home cities."""
    view, part = facts.view, facts.part
    body = view.text[view.lines[part.first].at : view.lines[part.last - 1].end]
    flat = view.joined[view.lines[part.first].at : view.lines[max(part.first, part.body_last - 1)].end]
    main = view.text[view.lines[part.first].at : view.lines[max(part.first, part.body_last - 1)].end]
    found: dict[str, bool | None] = {
        "UNSIGNED": unsigned,
        "PROPOSED_OR_DRAFT": facts.proposed or _drafted(view, facts),
        "EXPIRED": expired,
        "RETURN_DATE_PASSED": _passed(terms.return_date, as_of),
        "ALREADY_EXECUTED": _executed(facts, law),
        "NOT_YET_EFFECTIVE": terms.effective is not None
        and _future(terms.effective, as_of)
        and law.id != "unknown",
        "QUASHED_OR_STAYED": _self_stayed(main, flat, facts, law),
        "WRONG_CUSTODIAN": elsewhere(facts, law, cities),
        "FOREIGN_DISTRICT_OR_STATE": bool(facts.caption.away)
        and law.id not in ("unknown", "agency_request_letter", "application_or_proposed_paper"),
        "MISSING_ATTACHMENT": missing(view, part, law, attached),
        "ILLEGIBLE": illegible(body),
        "TRANSLATION_ONLY": translation(facts, law),
        "TITLE_SIGNER_CONFLICT": _conflict(law, facts.signer, judicial, facts),
        "DATE_INCONSISTENT": _dates_wrong(law, terms, as_of),
        "ALTERED": len(conflicting_numbers(view, part)) > 1
        and law.id
        not in (
            "unknown",
            "court_notice",
            "agency_request_letter",
            "application_or_proposed_paper",
            "preservation_request",
        ),
    }
    return [flag for flag, on in found.items() if on]


def _drafted(view: object, facts: Facts) -> bool:
    head = facts.view.lines[min(facts.part.last - 1, facts.part.first + 8)].end
    low = facts.view.lines[facts.part.first].at
    if _DRAFT.search(facts.view.text, low, head):
        return True
    for n in range(facts.part.first, facts.part.last):
        if re.fullmatch(
            r"[\W_]*(?:draft|proposed|borrador|unsigned|sample|specimen|not signed"
            r"|unsigned draft)(?: (?:copy|only|order|version))?[\W_]*",
            facts.view.line_text(n).strip() or "x",
        ):
            return True
    return False


def _passed(moment: Moment | None, as_of: dt.datetime) -> bool:
    return moment is not None and over(moment, as_of)


def over(moment: Moment, as_of: dt.datetime) -> bool:
    """The moment is past: at its printed time, else at the end of its day."""
    if moment.time is not None and as_of.time() != dt.time(0):
        return dt.datetime.combine(moment.date, moment.time, tzinfo=as_of.tzinfo) < as_of
    return moment.date < as_of.date()


def _future(moment: Moment, as_of: dt.datetime) -> bool:
    return moment.date > as_of.date()


def _executed(facts: Facts, law: InstrumentType) -> bool:
    """A return that is filled in: the warrant has been used."""
    if law.id not in handling().warrants | {"fed_arrest_warrant", "tribal_court_order"}:
        return False
    view, part = facts.view, facts.part
    starts = [n for n in part.returns if n > part.first]
    low = view.lines[starts[0]].at if starts else view.lines[part.first].at
    high = view.lines[part.last - 1].end
    for match in _EXECUTED.finditer(view.text, low, high):
        value = match["value"]
        if next(
            iter(moments(view, match.start("value"), min(high, match.start("value") + 40))), None
        ) and not _EMPTY.match(value):
            return True
    if starts and re.search(
        r"\b(?:server|executing officer)s? signature|inventory (?:made|of)", view.text[low:high]
    ):
        stop = min([view.lines[n].at for n, _ in part.attachments if n > starts[0]], default=high)
        filled = [
            m
            for m in moments(view, low, stop)
            if not RUNNING_HEAD.match(view.line_text(view.line_of(m.at)))  # the clerk's own line
            and not re.search(r"\b(?:case|no|document)\W*$", view.joined[max(0, m.at - 8) : m.at])
        ]
        if filled and not all("rev" in view.text[max(0, m.at - 6) : m.at] for m in filled):
            return True
    return bool(_EXECUTED_STAMP.search(view.text, view.lines[part.first].at, high))


def _self_stayed(main: str, flat: str, facts: Facts, law: InstrumentType) -> bool:
    if law.id in ("quash_or_stay_order", "unknown") or not (law.judicial or law.compels_records):
        return False
    if facts.letter:
        return False
    if facts.decree.blocks and facts.decree.compels:
        return True
    found = _SELF_STAY.search(flat)
    if found and not re.search(
        r"\b(?:denied|not|request\w*|motion|asks?|asked|moves?|seeks?|wish|whether|overruled|until)\b",
        flat[max(0, found.start() - 60) : found.end() + 40],
    ):
        return True
    return bool(_STAMP.search(main))


# A hand that nobody can read beside the word for who signs there: the text itself is not in doubt.
_HAND_ILLEGIBLE = re.compile(
    r"\b(?:attest|clerk|secretari[oa]|deputy|sgd|signed|firma(?:do)?|seal|sello)\W{0,4}"
    r"[\[(]?\s*(?:illegible|ilegible|unreadable)(?: (?:signature|initials|firma))?\s*[\])]"
    r"|\b(?:by|por)\W{0,4}[\[(]?\s*(?:illegible|ilegible|unreadable)\s*[\])]\W{0,6}"
    r"(?:deputy|(?:court )?clerk|secretari[oa])\b"
    r"|[\[(]\s*(?:illegible|ilegible|unreadable) (?:signature|initials|hand|firma|rubrica)\s*[\])]"
    # Nor is it by a proof of mailing behind the paper.
    r"|[\[(]\s*(?:certificate of (?:mailing|service)|proof of (?:mailing|service)|fax (?:header|line))"
    r"\W{1,3}(?:is )?(?:illegible|unreadable)\s*[\])]"
)


def illegible(body: str) -> bool:
    """Marked unreadable, or so broken that words are few among marks."""
    body = _HAND_ILLEGIBLE.sub(" ", body)
    if _ILLEGIBLE.search(body):
        return (
            not re.search(
                r"\[signature[^\]]*illegible|illegible signature|firma ilegible|signature illegible"
                r"|\(illegible signature",
                body,
            )
            or len(_ILLEGIBLE.findall(body)) > 1
        )
    letters = sum(c.isalpha() for c in body)
    strange = len(re.findall(r"[~^#$%&{}<>\\?@]", body))
    words = re.findall(r"[a-z0-9]+", body)
    short = sum(len(w) <= 2 for w in words)
    return bool(words) and (
        strange > 0.06 * max(1, letters) or (len(words) > 30 and short > 0.62 * len(words))
    )


def translation(facts: Facts, law: InstrumentType) -> bool:
    """A translation of a paper that is issued in English, with no English original in the part."""
    view, part = facts.view, facts.part
    first, last = view.lines[part.first].first, view.lines[part.last - 1].last
    words = [w.norm for w in view.words[first:last] if w.norm.isalpha()]
    spanish = sum(w in _SPANISH for w in words) > 0.16 * max(1, len(words))
    said = bool(_TRANSLATION.search(view.text, view.lines[part.first].at, view.lines[part.last - 1].end))
    if facts.caption.away == "puerto rico":
        return False  # a court that writes Spanish
    if law.id in (
        "consent_waiver",
        "public_records_request",
        "interpol_or_foreign_notice",
        "unknown",
        "agency_request_letter",
        "preservation_request",
        "exigent_request",
    ):
        return said and (spanish or law.id == "interpol_or_foreign_notice")
    english = sum(w in _ENGLISH for w in words) > 0.12 * max(1, len(words))
    if spanish and english:
        return False  # both languages side by side: the English is the paper
    return spanish or (
        said
        and bool(
            re.search(
                r"\b(?:unofficial|courtesy|certified|informal) translation\b|\btranslation only\b"
                r"|\btranslation of\b",
                view.text[view.lines[part.first].at : view.lines[part.last - 1].end],
            )
        )
    )


def _conflict(law: InstrumentType, signer: Signer, judicial: bool | None, facts: Facts) -> bool:
    """A court's kind or heading beside a signer who is no judge."""
    if (
        signer.judge
        and signer.signed
        and law.judicial is False
        and law.signers == ("agency_official",)
        and facts.caption.origin in ("dhs", "doj", "dea", "irs", "oig", "fbi", "parole")
    ):
        return law.id not in ("application_or_proposed_paper",)
    if signer.judge is not False or signer.group in ("person", "applicant"):
        return False
    if law.judicial is True and signer.group not in ("clerk",) and law.id != "fed_arrest_warrant":
        return True
    return (
        law.id == "unknown"
        and facts.caption.origin in ("us_district", "us_appeals", "state", "tribal", "us_special")
        and signer.group in ("agency", "immigration_judge", "administrative_law_judge")
    )


def _dates_wrong(law: InstrumentType, terms: Terms, as_of: dt.datetime) -> bool:
    """Dates that cannot all be right: no such day, another weekday, issued in the future, too long a life."""
    if law.id == "unknown":
        return False
    if terms.impossible or terms.slip:
        return True
    issued = terms.issued
    if issued is not None and issued.date > as_of.date():
        return True
    if issued is None:
        return False
    if terms.execute_by is not None:
        days = (terms.execute_by.date - issued.date).days
        if days < 0 or (law.id in MOST_DAYS and days > 14):
            return True
    return any(m is not None and m.date < issued.date for m in (terms.return_date, terms.ends))
