"""The head of a paper: who it comes from, which court, which number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflows.instruments.cues import home
from workflows.instruments.reader.layout import Heading
from workflows.instruments.reader.names import readable
from workflows.instruments.reader.parts import Part
from workflows.instruments.reader.view import View

COURTS = frozenset({"us_district", "us_appeals", "us_special", "state", "tribal"})
AGENCIES = frozenset(
    {"dhs", "eoir", "ocaho", "doj", "dea", "irs", "oig", "fbi", "parole", "agency", "us_attorney", "congress"}
)
_CLOSER = {  # a second heading within a few lines says which office of the first it is
    "doj": ("eoir", "ocaho", "dea", "fbi", "oig", "us_attorney", "parole"),
    "dhs": ("oig",),
    "agency": ("oig", "irs", "ocaho"),
    "city": tuple(COURTS | AGENCIES | {"foreign"}),
    "law_enforcement": tuple(COURTS | AGENCIES | {"foreign"}),
    "us_attorney": ("us_district",),
    "foreign": ("tribal",),
}
_STATE_NAMES = (
    "alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho"
    "|illinois|indiana|iowa|kansas"
    "|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|montana"
    "|nebraska|nevada|new hampshire"
    "|new jersey|new mexico|new york|north carolina|north dakota|ohio|oklahoma|oregon|pennsylvania"
    "|rhode island|south carolina"
    "|south dakota|tennessee|texas|utah|vermont|virginia|washington|west virginia|wisconsin|wyoming"
    "|columbia|puerto rico|guam"
    "|nuevo mexico|nueva york|nueva jersey"
).replace(" ", r"\s+")
_SIDE = "northern|southern|eastern|western|central|middle|norte|sur|este|oeste|occidental|oriental"
_DISTRICT = re.compile(
    rf"(?:(?:({_SIDE})\s+)?(?:district|distrito)\s*(?:({_SIDE}|meridional|septentrional)\s+)?"
    rf"(?:of|de|del estado de)(?:\s|_)+|(?<![a-z])d\.\s*)({_STATE_NAMES})\b"
)
_STATE = re.compile(
    rf"(?:state|commonwealth|estado|people of the state|estado libre asociado)"
    rf"\s+(?:of|de)\s+({_STATE_NAMES})\b|\b(?:superior"
    rf"|circuit|supreme|district)\s+court\s+of\s+(?:the\s+(?:state|district)\s+of\s+)?({_STATE_NAMES})\b"
    rf"|\bcounty,\s+({_STATE_NAMES})\b|\bthe\s+state\s+of\s+({_STATE_NAMES})\b"
)
_STATE_ALONE = re.compile(
    rf"\b(?:county|city)\b[a-z ]{{0,30}},?\s+({_STATE_NAMES})\b"
    rf"|\b({_STATE_NAMES})\s+(?:[a-z]+\s+)?(?:superior"
    rf"|district|supreme|circuit|municipal|court|judicial)\b"
)
_CIRCUIT = re.compile(
    r"\b(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|[0-9]{1,2}(?:st|nd|rd"
    r"|th)|federal|district of columbia|decimo)\s+(?:circuit|circuito)\b"
)


@dataclass(frozen=True, slots=True)
class Caption:
    """What the head says. `origin` is an id of courts.yaml, "us_court" where only the words of a court
    form remain, "none" where nobody is named. `away` names another district or state."""

    origin: str
    heading: Heading | None
    court: str | None
    away: str | None
    home: bool


def read_caption(view: View, part: Part) -> Caption:
    """The origin of a part by its first headings, with the name of the court."""
    top = [h for h in part.headings if _near_top(view, part, h)]
    heading = top[0] if top else None
    for later in top[1:]:
        if heading and later.origin in _CLOSER.get(heading.origin, ()) and later.line - heading.line <= 8:
            heading = later
    origin = heading.origin if heading else "none"
    if origin in ("city", "law_enforcement", "none") and _court_form(view, part):
        origin = "us_court"
    court, away, at_home = _court(view, part, origin, heading)
    return Caption(origin, heading, court, away, at_home)


def _near_top(view: View, part: Part, heading: Heading) -> bool:
    seen = 0
    for n in range(part.first, heading.line):
        seen += view.lines[n].first < view.lines[n].last
    return seen <= 16


def _court_form(view: View, part: Part) -> bool:
    """Form numbers of the federal courts, where the heading itself cannot be read."""
    low, high = view.lines[part.first].at, view.lines[min(part.last - 1, part.first + 4)].end
    return bool(re.search(r"\bao\s?-?[0-9]{2,3}[a-d]?\b", view.text[low:high]))


def _court(
    view: View, part: Part, origin: str, heading: Heading | None
) -> tuple[str | None, str | None, bool]:
    """(name of the court, another district or state, says it is ours)."""
    if origin not in COURTS and origin != "us_court":
        return None, None, False
    first = heading.line if heading else part.first
    low, high = view.lines[max(part.first, first - 3)].at, view.lines[min(part.last - 1, first + 9)].end
    text = view.text[low:high]
    if origin in ("us_district", "us_court"):
        after = view.joined[view.lines[first].at : view.lines[min(part.last - 1, first + 6)].end]
        found = _DISTRICT.search(after) or _DISTRICT.search(view.joined[low:high])
        if found is None:
            return ("United States District Court" if heading else None), None, False
        place = " ".join(found.group(3).split())
        side = found.group(1) or found.group(2) or ""
        name = f"United States District Court for the {(side + ' ') if side else ''}District of {place}"
        ours = place in home()["districts"] and not side
        return _cased(name.replace("nuevo mexico", "new mexico")), (None if ours else place), ours
    if origin == "us_appeals":
        circuit = _CIRCUIT.search(text)
        name = (
            "United States Court of Appeals"
            if "supreme" not in (heading.words if heading else "")
            else "Supreme Court of the United States"
        )
        if circuit is None:
            return name, None, False
        ours = circuit.group(1) in home()["circuits"]
        return (
            _cased(f"{name} for the {circuit.group(1)} Circuit"),
            (None if ours else circuit.group(1)),
            ours,
        )
    printed = _printed_heading(view, heading)
    if origin == "state":
        near = view.joined[
            view.lines[max(part.first, first - 3)].at : view.lines[min(part.last - 1, first + 4)].end
        ]
        found = _STATE.search(near) or _STATE.search(view.joined[low:high]) or _STATE_ALONE.search(near)
        place = " ".join(next((g for g in found.groups() if g), "").split()) if found else ""
        ours = place in home()["states"]
        known = not place and bool(re.search(r"\bbernalillo\b|\bmetropolitan court\b|\bnew mexico\b", text))
        return (
            _state_name(view, part, printed),
            (place if place and not ours and not known else None),
            ours or known,
        )
    if origin == "us_special":
        found = _DISTRICT.search(text)
        away = None
        if found and " ".join(found.group(3).split()) not in (*home()["districts"], "columbia"):
            away = found.group(3)
        if found and heading and "bankruptcy" in heading.words:
            side = found.group(1) or found.group(2) or ""
            place = " ".join(found.group(3).split())
            printed = _cased(
                f"United States Bankruptcy Court for the {(side + ' ') if side else ''}District of {place}"
            )
        return printed, away, not away
    return printed, None, True


def other_district(text: str) -> bool:
    """The text names a federal district that is not the home one."""
    found = _DISTRICT.search(text)
    return found is not None and " ".join(found.group(3).split()) not in home()["districts"]


def _state_name(view: View, part: Part, printed: str | None) -> str | None:
    """The heading that says "court", rather than the state above it."""
    for heading in part.headings:
        if heading.origin == "state" and "court" in heading.words:
            return _printed_heading(view, heading)
    return printed


def _printed_heading(view: View, heading: Heading | None) -> str | None:
    if heading is None:
        return None
    line = view.lines[heading.line]
    cell = re.split(r"\t|\s[)|§]\s?", view.printed(line.at, line.end))
    best = max(
        (c for c in re.split(r"\s{3,}|\s[)|§](?:\s|$)", view.printed(line.at, line.end)) if c.strip()),
        key=len,
        default=cell[0],
    )
    text = readable(" ".join(best.strip(" ,;:.-_").split()))
    text = re.sub(r"^in the ", "", text, flags=re.IGNORECASE)
    return _cased(text) if text.isupper() or text.islower() else text


def _cased(text: str) -> str:
    small = {"of", "for", "the", "and", "in", "de", "la", "del"}
    words = [w if w in small and i else w.capitalize() for i, w in enumerate(text.lower().split())]
    return " ".join(words)
