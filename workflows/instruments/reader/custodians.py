"""Whose records a paper reaches: this city's, or somebody else's."""

from __future__ import annotations

import re

from workflows.instruments.cues import handling
from workflows.instruments.reader.kinds import Facts
from workflows.instruments.reader.layout import cells_of
from workflows.policy.instrument_types import InstrumentType

_TO = re.compile(
    r"(?m)^\W*(?:to|para|a)\s*:\s*(?P<who>[^\n]{3,160}(?:\n[^\n]{2,100}){0,2})|\b(?:ordered"
    r"|commanded) that (?P<who2>[a-z][^.;]{3,120}?),?\s+(?:shall|must|produce|provide|furnish|deliver"
    r"|turn over)\b|\bserved (?:up)?on (?:the )?(?P<who3>[^.;]{5,80})"
)


_ELSEWHERE = re.compile(
    r"\bsheriffs?(?: office)?\b|\bwater utility authority\b|\bhousing authority\b|\bschool board\b"
    r"|\bbernalillo county\b(?! courthouse)|\b(?:presbyterian|lovelace|unm)\b|\bnew mexico (?:state"
    r"|department|motor|human|corrections|taxation|children|health|secretary|public|environment)\b"
    r"|\bboard of education\b|\bpublic schools\b|\bcounty (?:of|clerk|assessor|sheriff|commission|detention"
    r"|jail|manager|treasurer|records)\b|\b(?:google|verizon|at&t|t-mobile|facebook|meta platforms"
    r"|wells fargo|bank of america|chase bank|apple inc|microsoft|comcast|yahoo|amazon|xfinity|uber|lyft"
    r"|western union|metropcs|pnm|walmart)\b"
    r"|\b[a-z]+ (?:county )?(?:school district|public schools|community college|state university"
    r"|credit union|national bank|hospital|medical center|health system|internet provider)\b"
    r"|\bstate of (?!new mexico)[a-z]+\b|\b(?:sheriff|county) of [a-z]+\b|\b[a-z]+ county (?:sheriff|clerk"
    r"|detention|records|jail|assessor|treasurer)\b|\b(?:motor vehicle division"
    r"|department of motor vehicles)\b|\buniversity of [a-z ]+\b"
)


_CITY = re.compile(
    r"\b(?:city|town|village|municipality|ciudad|villa) (?:clerk )?(?:of|de) (?P<city>[a-z]+(?: [a-z]+)?)"
    r"|\b(?P<force>(?:the )?[a-z]+(?: [a-z]+)?) (?:police department|fire department|city clerk|city hall"
    r"|municipal court|city attorney)\b"
)


_NO_NAME = frozenset(
    {
        "",
        "the",
        "said",
        "its",
        "city",
        "the city",
        "municipal",
        "local",
        "of the",
        "to the",
        "from the",
        "by the",
        "at the",
        "and the",
        "this",
        "that the",
        "metropolitan",
        "office of",
        "s",
        "citys",
        "the citys",
        "in the",
        "for the",
        "with the",
        "of",
        "to",
        "clerk",
    }
)


_CITY_WORDS = re.compile(r"\b(?:city|citys|ciudad|municipal|police department|fire department)\b")


_HOUSE = re.compile(
    r"\b(?:residence|private house|apartment|dwelling|home|cell(?:ular)? (?:tele)?phone|vehicle"
    r"|storage unit|iphone)\b"
)


_COMPANY = re.compile(
    r"\b(?:llc|inc|corp|corporation|lp|llp|bank|company|hospital|medical center|credit union|university)\b"
)


_STANDS_FOR = re.compile(r"\b(?:respondents?|the custodian(?! of| for| at)|defendant city)\b")


def elsewhere(facts: Facts, law: InstrumentType, cities: tuple[str, ...]) -> bool:
    """Addressed to somebody else: a company, another body, another city than the home ones."""
    if not (law.compels_records or law.id in handling().warrants) or law.id in (
        "unknown",
        "fed_civil_admin_search_warrant",
    ):
        return False
    named = _addressed(facts)
    if _home(named, cities):
        return (
            bool(_ELSEWHERE.search(facts.decree.bound))
            and not _home(facts.decree.bound, cities)
            and not _CITY_WORDS.search(facts.decree.bound)
        )
    if (
        law.id in ("fed_search_warrant", "state_search_warrant")
        and _HOUSE.search(named)
        and not re.search(r"\bcity (?:of|clerk)\b|\bdepartment\b|\bpolice\b|\bmunicipal\b", named)
    ):
        return True
    if _ELSEWHERE.search(named) or (
        _COMPANY.search(facts.decree.bound or named) and not _CITY_WORDS.search(named)
    ):
        return True
    return _other_city(named, cities)


def _other_city(named: str, cities: tuple[str, ...]) -> bool:
    """A city or its police by a name that is none of the home ones."""
    for match in _CITY.finditer(named):
        name = (match["city"] or match["force"]).removeprefix("the ").strip()
        if (
            name
            and name not in _NO_NAME
            and not any(name.startswith(city) or name.endswith(city) for city in cities)
        ):
            return True
    return False


def _home(named: str, cities: tuple[str, ...]) -> bool:
    return any(
        re.search(
            rf"\b(?:city|ciudad|municipality|town) (?:clerk )?(?:of|de) (?:the )?{city}\b|"
            rf"\b{city} (?:police|fire|public library|city|municipal|international|housing department"
            rf"|aviation|transit|office)\b",
            named,
        )
        for city in cities
    )


_MATTER = re.compile(
    r"\bin (?:the matter of|re:?) (?:the )?(?:search|tracking|entry|inspection)|\ben el asunto del registro"
)


def _caption_left(facts: Facts) -> str:
    """The left column of the caption and the title: parties, or the premises of a warrant."""
    view, part = facts.view, facts.part
    title = next((t.line for t in part.titles if t.line > part.first + 2), min(part.last, part.first + 14))
    numbers = list(range(part.first, min(part.last, title + 3)))
    matter = next((n for n in range(part.first, part.last) if _MATTER.search(view.line_text(n))), None)
    if matter is not None:
        numbers = list(range(matter, min(part.last, matter + 8)))
    return " ".join(cells[0].words for n in numbers if (cells := cells_of(view, n)))


def _addressed(facts: Facts) -> str:
    """The words that say whose records: premises of a warrant, addressee, who is ordered to produce."""
    view, part = facts.view, facts.part
    text = view.text[view.lines[part.first].at : view.lines[part.last - 1].end]
    plain = re.sub(r"[|)§*]", " ", text)
    parts = [" ".join(g.split()) for m in _TO.finditer(plain) for g in m.groupdict().values() if g]
    left = _caption_left(facts)
    if _MATTER.search(left) or ("in rem" in left and _RECORDS.search(left)):
        parts.append(left)
    parts += [
        " ".join(m.group(1).split())
        for m in re.finditer(
            r"\b(?:kept|held|maintained|stored) (?:by|at|in) (?:the )?([a-z][a-z \n]{4,60})", plain
        )
    ][:3]
    parts += [
        " ".join(m.group(1).split())
        for m in re.finditer(
            r"\b(?:property|files?|records|ledgers?|registers?|log ?books?|database) of (?:the )?"
            r"([a-z][a-z \n]{4,80})",
            plain,
        )
    ][:3]
    parts += [
        view.joined[view.lines[n].at : view.lines[min(part.last - 1, n + 3)].end]
        for n, mark in part.attachments
        if mark == "a"
    ]
    return " ; ".join([*parts, facts.decree.bound])


# Somebody who only has to do with the city, or another body beside it.
_BESIDE = (
    r"\b(?:near|outside|adjacent to) the city\b|\bworkforce solutions\b|\bpublic schools\b|\bcounty of\b"
    r"|\bnew mexico (?:state|department|motor|human|corrections|taxation|health|environment)\b"
    r"|\b[a-z]+ county\b(?! courthouse)"
)
_NOT_BOUND = re.compile(
    rf"{_BESIDE}|\b(?:llc|inc|corp|corporation|llp|company|contractor|vendor|lessee|operator|that runs"
    rf"|who runs"
    r"|on behalf of|archdiocese|federation)\b"
)
_NOT_SEARCHED = re.compile(
    # "Contractor badge records of the City" are the city's.
    rf"{_BESIDE}|\b(?:llc|inc|corp|company|contractor|vendor)\b"
    r"(?: (?!records?\b|files?\b|ledgers?\b)[a-z]+){0,3}"
    r" (?:of|for|to) the city of\b"
)


# What is searched is a home, a thing or a person, with no word of records beside it.
_A_PLACE = re.compile(
    r"\b(?:apartment|residence|dwelling|house|home|motel|hotel|room [0-9]|iphone|(?:cell |tele)?phone|van"
    r"|truck|person of|employee|bank|warehouse|business premises|restaurant|storage unit)\b"
)
_RECORDS = re.compile(
    r"\b(?:records?|files?|ledgers?|logs?|books?|database|servers?|data|permits?|footage|video|office|registry"
    r"|accounts? of users|documents?|cards?|slips?|reports?|archives?|leases?|contracts?)\b"
)


# Where a house stands, not whose it is.
_LIES_IN = re.compile(r"\b(?:located |situated )?(?:in|within) the (?:city|town|village) of [a-z]+")


def keeps_it(facts: Facts, cities: tuple[str, ...]) -> bool:
    """The paper names this city, or a body as a city has, as the one whose records it reaches."""
    bound = facts.decree.bound if facts.decree.compels else ""
    whose = bound or _caption_left(facts)
    premises = "" if bound else whose.partition(" warrant ")[0]
    if _A_PLACE.search(premises) and not _RECORDS.search(premises):
        return False
    if (_NOT_BOUND if bound else _NOT_SEARCHED).search(whose) or _other_city(whose, cities):
        return False
    if facts.decree.compels and facts.decree.bound:
        bound = facts.decree.bound
        if not _home(bound, cities) and (_other_city(bound, cities) or _ELSEWHERE.search(bound)):
            return False
        if _CITY_WORDS.search(bound) or _home(bound, cities):
            return True
        return bool(_STANDS_FOR.search(bound)) and _home(_caption_left(facts) + " " + bound, cities)
    named = _LIES_IN.sub(" ", _addressed(facts))
    return bool(_CITY_WORDS.search(named)) or _home(named, cities)
