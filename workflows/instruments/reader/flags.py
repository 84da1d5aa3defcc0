"""State flags of a paper, each with its rule (instruments.yaml); any of them keeps the gate closed."""

from __future__ import annotations

import datetime as dt
import re

from workflows.instruments.reader.attachments import missing
from workflows.instruments.reader.captions import conflicting_numbers
from workflows.instruments.reader.dates import Moment, moments
from workflows.instruments.reader.kinds import Facts
from workflows.instruments.reader.layout import cells_of
from workflows.instruments.reader.terms import Terms
from workflows.instruments.signers import Signer
from workflows.policy.instrument_types import InstrumentType

WARRANTS = frozenset({"fed_search_warrant", "state_search_warrant", "fed_civil_admin_search_warrant", "tracking_warrant"})
MOST_DAYS = {"fed_search_warrant": 14, "tracking_warrant": 10}  # Fed. R. Crim. P. 41(e)(2)
_DRAFT = re.compile(r"\bdraft\b(?! of| legislation)|\bborrador\b(?! de traduccion)|\bnot (?:yet )?(?:filed|entered|signed)\b|\bunsigned copy\b")
_EXECUTED = re.compile(
    r"\b(?:date and time (?:warrant )?(?:was )?executed|warrant (?:was )?executed|date executed|executed on|executed (?:it|the same|this warrant|said warrant|the warrant|the attached warrant|same) on|i executed|fecha y hora de (?:ejecucion|la ejecucion)|ejecutad[ao] el|served on|search (?:was )?conducted on)\b[^a-z0-9]{0,40}(?P<value>[0-9a-z][^\n]{3,40})"
)
_EXECUTED_STAMP = re.compile(r"\bexecuted\s*(?:-|:)?\s*[0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{2,4}|[\[(]?\s*(?:warrant )?(?:executed|ejecutad[ao]|returned executed)\s*[\])]\s*$")
_EMPTY = re.compile(r"^\W*(?:_|copy of|inventory|time|date|copia|left with|case|$)")
_ILLEGIBLE = re.compile(r"[\[(<]\s*(?:illegible|unreadable|ilegible|no legible|text lost|unintelligible|obscured|page (?:dark|missing|not legible)|smudged|cut off|not legible|water damage|toner)[^\])>]{0,50}[\])>]|\billegible\b|\bilegible\b|\bunreadable\b")
_TRANSLATION = re.compile(r"\btraduccion\b(?! al ingles)|\bunofficial translation\b|\bcourtesy translation\b|\btranslated (?:from|into|copy)\b|\bcertified translation\b|\btranslation (?:of|only|from)\b|\btranslators?\b|\btraductor[ae]?\b|\bcopia de cortesia\b|\binformal translation\b|\btraducid[oa]\b")
_SPANISH = frozenset("de la el los las del que en para por con una un se al como su sus este esta orden juez fecha ciudad estados unidos".split())
_ENGLISH = frozenset("the of and to in that this is for by on with be shall court order you are from any or".split())
_QUASHED = re.compile(r"\b(?:stamped|marked|endorsed)?\W*(?:quashed|vacated|withdrawn|recalled|rescinded|void|stayed|superseded|cancelled|anulad[ao]|sin efecto)\b")
_STAMP = re.compile(r"(?m)^\W*(?:\[\s*stamp\w*\W*)?(?:quashed|vacated|withdrawn|recalled|rescinded|void|stayed|superseded|cancelled|anulad[ao]|suspendid[ao]|revocad[ao])\b[^\n]{0,60}$")
_SELF_STAY = re.compile(
    r"\b(?:this|the foregoing|present) (?:order|warrant|subpoena|production|compliance)[^.;]{0,80}\b(?:is|are|shall be|remains?)\s+(?:hereby |temporarily |automatically )*(?:stayed|suspended|held in abeyance)\b"
    r"|\b(?:production|compliance|enforcement)[^.;]{0,60}\b(?:is|are|shall be)\s+(?:hereby |temporarily )*(?:stayed|suspended|held in abeyance)\b|\bstayed pending\b|\bstay (?:of|on) (?:this|production|enforcement|compliance)\b"
)
_TO = re.compile(r"(?m)^\W*(?:to|para|a)\s*:\s*(?P<who>[^\n]{3,160}(?:\n[^\n]{2,100}){0,2})|\b(?:ordered|commanded) that (?P<who2>[a-z][^.;]{3,120}?),?\s+(?:shall|must|produce|provide|furnish|deliver|turn over)\b|\bserved (?:up)?on (?:the )?(?P<who3>[^.;]{5,80})")
_ELSEWHERE = re.compile(
    r"\bsheriffs?(?: office)?\b|\bwater utility authority\b|\bhousing authority\b|\bschool board\b|\bbernalillo county\b(?! courthouse)|\b(?:presbyterian|lovelace|unm)\b|\bnew mexico (?:state|department|motor|human|corrections|taxation|children|health|secretary|public|environment)\b|\bboard of education\b|\bpublic schools\b|\bcounty (?:of|clerk|assessor|sheriff|commission|detention|jail|manager|treasurer|records)\b|\b(?:google|verizon|at&t|t-mobile|facebook|meta platforms|wells fargo|bank of america|chase bank|apple inc|microsoft|comcast|yahoo|amazon|xfinity|uber|lyft|western union|metropcs|pnm|walmart)\b"
    r"|\b[a-z]+ (?:county )?(?:school district|public schools|community college|state university|credit union|national bank|hospital|medical center|health system|internet provider)\b"
    r"|\bstate of (?!new mexico)[a-z]+\b|\b(?:sheriff|county) of [a-z]+\b|\b[a-z]+ county (?:sheriff|clerk|detention|records|jail|assessor|treasurer)\b|\b(?:motor vehicle division|department of motor vehicles)\b|\buniversity of [a-z ]+\b"
)
_CITY = re.compile(
    r"\b(?:city|town|village|municipality|ciudad|villa) (?:clerk )?(?:of|de) (?P<city>[a-z]+(?: [a-z]+)?)"
    r"|\b(?P<force>(?:the )?[a-z]+(?: [a-z]+)?) (?:police department|fire department|city clerk|city hall|municipal court|city attorney)\b"
)
_NO_NAME = frozenset({"", "the", "said", "its", "city", "the city", "municipal", "local", "of the", "to the", "from the", "by the", "at the", "and the", "this", "that the", "metropolitan", "office of", "s", "citys", "the citys", "in the", "for the", "with the", "of", "to", "clerk"})


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
        "NOT_YET_EFFECTIVE": terms.effective is not None and _future(terms.effective, as_of) and law.id != "unknown",
        "QUASHED_OR_STAYED": _self_stayed(main, flat, facts, law),
        "WRONG_CUSTODIAN": _elsewhere(facts, law, cities),
        "FOREIGN_DISTRICT_OR_STATE": bool(facts.caption.away) and law.id not in ("unknown", "agency_request_letter", "application_or_proposed_paper"),
        "MISSING_ATTACHMENT": missing(view, part, law, attached),
        "ILLEGIBLE": illegible(body),
        "TRANSLATION_ONLY": translation(facts, law),
        "TITLE_SIGNER_CONFLICT": _conflict(law, facts.signer, judicial, facts),
        "DATE_INCONSISTENT": _dates_wrong(law, terms, as_of),
        "ALTERED": len(conflicting_numbers(view, part)) > 1 and law.id not in ("unknown", "court_notice", "agency_request_letter", "application_or_proposed_paper", "preservation_request"),
    }
    return [flag for flag, on in found.items() if on]


def _drafted(view: object, facts: Facts) -> bool:
    head = facts.view.lines[min(facts.part.last - 1, facts.part.first + 8)].end
    low = facts.view.lines[facts.part.first].at
    if _DRAFT.search(facts.view.text, low, head):
        return True
    for n in range(facts.part.first, facts.part.last):
        if re.fullmatch(r"[\W_]*(?:draft|proposed|borrador|unsigned|sample|specimen|not signed|unsigned draft)(?: (?:copy|only|order|version))?[\W_]*", facts.view.line_text(n).strip() or "x"):
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
    if law.id not in WARRANTS | {"fed_arrest_warrant", "tribal_court_order"}:
        return False
    view, part = facts.view, facts.part
    starts = [n for n in part.returns if n > part.first]
    low = view.lines[starts[0]].at if starts else view.lines[part.first].at
    high = view.lines[part.last - 1].end
    for match in _EXECUTED.finditer(view.text, low, high):
        value = match["value"]
        if next(iter(moments(view, match.start("value"), min(high, match.start("value") + 40))), None) and not _EMPTY.match(value):
            return True
    if starts and re.search(r"\b(?:server|executing officer)s? signature|inventory (?:made|of)", view.text[low:high]):
        stop = min([view.lines[n].at for n, _ in part.attachments if n > starts[0]], default=high)
        filled = [m for m in moments(view, low, stop) if not re.search(r"\b(?:case|no|document)\W*$", view.joined[max(0, m.at - 8) : m.at])]
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
    if found and not re.search(r"\b(?:denied|not|request\w*|motion|asks?|asked|moves?|seeks?|wish|whether|overruled|until)\b", flat[max(0, found.start() - 60) : found.end() + 40]):
        return True
    return bool(_STAMP.search(main))


_CITY_WORDS = re.compile(r"\b(?:city|citys|ciudad|municipal|police department|fire department)\b")
_HOUSE = re.compile(r"\b(?:residence|private house|apartment|dwelling|home|cell(?:ular)? (?:tele)?phone|vehicle|storage unit|iphone)\b")
_COMPANY = re.compile(r"\b(?:llc|inc|corp|corporation|lp|llp|bank|company|hospital|medical center|credit union|university)\b")
_STANDS_FOR = re.compile(r"\b(?:respondents?|custodian|defendant city|non-?party|third-?party|recipient|it|records division)\b")


def _elsewhere(facts: Facts, law: InstrumentType, cities: tuple[str, ...]) -> bool:
    """Addressed to somebody else: a company, another body, another city than the home ones."""
    if not (law.compels_records or law.id in WARRANTS) or law.id in ("unknown", "fed_civil_admin_search_warrant"):
        return False
    named = _addressed(facts)
    if _home(named, cities):
        return bool(_ELSEWHERE.search(facts.decree.bound)) and not _home(facts.decree.bound, cities) and not _CITY_WORDS.search(facts.decree.bound)
    if law.id in ("fed_search_warrant", "state_search_warrant") and _HOUSE.search(named) and not re.search(r"\bcity (?:of|clerk)\b|\bdepartment\b|\bpolice\b|\bmunicipal\b", named):
        return True
    if _ELSEWHERE.search(named) or (_COMPANY.search(facts.decree.bound or named) and not _CITY_WORDS.search(named)):
        return True
    return _other_city(named, cities)


def _other_city(named: str, cities: tuple[str, ...]) -> bool:
    """A city or its police by a name that is none of the home ones."""
    for match in _CITY.finditer(named):
        name = (match["city"] or match["force"]).removeprefix("the ").strip()
        if name and name not in _NO_NAME and not any(name.startswith(city) or name.endswith(city) for city in cities):
            return True
    return False


def _home(named: str, cities: tuple[str, ...]) -> bool:
    return any(
        re.search(
            rf"\b(?:city|ciudad|municipality|town) (?:clerk )?(?:of|de) (?:the )?{city}\b|"
            rf"\b{city} (?:police|fire|public library|city|municipal|international|housing department|aviation|transit|office)\b",
            named,
        )
        for city in cities
    )


def _caption_left(facts: Facts) -> str:
    """The left column of the caption and the title: parties or premises."""
    first = facts.part.first
    title = next((t.line for t in facts.part.titles if t.line > first + 2), min(facts.part.last, first + 14))
    return " ".join(cells[0].words for n in range(first, min(facts.part.last, title + 3)) if (cells := cells_of(facts.view, n)))


def _addressed(facts: Facts) -> str:
    """The words that say whose records: premises of a warrant, addressee, who is ordered to produce."""
    view, part = facts.view, facts.part
    text = view.text[view.lines[part.first].at : view.lines[part.last - 1].end]
    plain = re.sub(r"[|)§*]", " ", text)
    parts = [" ".join(g.split()) for m in _TO.finditer(plain) for g in m.groupdict().values() if g]
    left = _caption_left(facts)
    if re.search(r"in the matter of (?:the )?(?:search|tracking|entry|inspection)|en el asunto del registro", left):
        parts.append(left)
    parts += [" ".join(m.group(1).split()) for m in re.finditer(r"\b(?:property|files?|records) of (?:the )?([a-z][a-z \n]{4,80})", plain)][:3]
    parts += [view.joined[view.lines[n].at : view.lines[min(part.last - 1, n + 3)].end] for n, mark in part.attachments if mark == "a"]
    return " ; ".join([*parts, facts.decree.bound])


def keeps_it(facts: Facts, cities: tuple[str, ...]) -> bool:
    """The paper names this city, or a body as a city has, as the one whose records it reaches."""
    if facts.decree.compels and facts.decree.bound:
        bound = facts.decree.bound
        if not _home(bound, cities) and (_other_city(bound, cities) or _ELSEWHERE.search(bound)):
            return False
        if _CITY_WORDS.search(bound) or _home(bound, cities):
            return True
        return bool(_STANDS_FOR.search(bound)) and _home(_caption_left(facts) + " " + bound, cities)
    named = _addressed(facts)
    return bool(_CITY_WORDS.search(named)) or _home(named, cities)


def illegible(body: str) -> bool:
    """Marked unreadable, or so broken that words are few among marks."""
    if _ILLEGIBLE.search(body):
        return not re.search(r"\[signature[^\]]*illegible|illegible signature|firma ilegible|signature illegible|\(illegible signature", body) or len(_ILLEGIBLE.findall(body)) > 1
    letters = sum(c.isalpha() for c in body)
    strange = len(re.findall(r"[~^#$%&{}<>\\?@]", body))
    words = re.findall(r"[a-z0-9]+", body)
    short = sum(len(w) <= 2 for w in words)
    return bool(words) and (strange > 0.06 * max(1, letters) or (len(words) > 30 and short > 0.62 * len(words)))


def translation(facts: Facts, law: InstrumentType) -> bool:
    """A translation of a paper that is issued in English, with no English original in the part."""
    view, part = facts.view, facts.part
    first, last = view.lines[part.first].first, view.lines[part.last - 1].last
    words = [w.norm for w in view.words[first:last] if w.norm.isalpha()]
    spanish = sum(w in _SPANISH for w in words) > 0.16 * max(1, len(words))
    said = bool(_TRANSLATION.search(view.text, view.lines[part.first].at, view.lines[part.last - 1].end))
    if facts.caption.away == "puerto rico":
        return False  # a court that writes Spanish
    if law.id in ("consent_waiver", "public_records_request", "interpol_or_foreign_notice", "unknown", "agency_request_letter", "preservation_request", "exigent_request"):
        return said and (spanish or law.id == "interpol_or_foreign_notice")
    english = sum(w in _ENGLISH for w in words) > 0.12 * max(1, len(words))
    if spanish and english:
        return False  # both languages side by side: the English is the paper
    return spanish or (said and bool(re.search(r"\b(?:unofficial|courtesy|certified|informal) translation\b|\btranslation only\b|\btranslation of\b", view.text[view.lines[part.first].at : view.lines[part.last - 1].end])))


def _conflict(law: InstrumentType, signer: Signer, judicial: bool | None, facts: Facts) -> bool:
    """A court's kind or heading beside a signer who is no judge."""
    if signer.judge and signer.signed and law.judicial is False and law.signers == ("agency_official",) and facts.caption.origin in ("dhs", "doj", "dea", "irs", "oig", "fbi", "parole"):
        return law.id not in ("application_or_proposed_paper",)
    if signer.judge is not False or signer.group in ("person", "applicant"):
        return False
    if law.judicial is True and signer.group not in ("clerk",) and not (law.id == "fed_arrest_warrant"):
        return True
    return law.id == "unknown" and facts.caption.origin in ("us_district", "us_appeals", "state", "tribal", "us_special") and signer.group in ("agency", "immigration_judge", "administrative_law_judge")


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
