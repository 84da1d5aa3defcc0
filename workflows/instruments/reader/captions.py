"""The head of a paper: who it comes from, which court, which number."""

from __future__ import annotations

import re
from dataclasses import dataclass

from workflows.instruments.cues import Cue, home
from workflows.instruments.reader.layout import Heading
from workflows.instruments.reader.parts import Part
from workflows.instruments.reader.view import View

COURTS = frozenset({"us_district", "us_appeals", "us_special", "state", "tribal"})
AGENCIES = frozenset({"dhs", "eoir", "ocaho", "doj", "dea", "irs", "oig", "fbi", "parole", "agency", "us_attorney", "congress"})
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
    "alabama|alaska|arizona|arkansas|california|colorado|connecticut|delaware|florida|georgia|hawaii|idaho|illinois|indiana|iowa|kansas"
    "|kentucky|louisiana|maine|maryland|massachusetts|michigan|minnesota|mississippi|missouri|montana|nebraska|nevada|new hampshire"
    "|new jersey|new mexico|new york|north carolina|north dakota|ohio|oklahoma|oregon|pennsylvania|rhode island|south carolina"
    "|south dakota|tennessee|texas|utah|vermont|virginia|washington|west virginia|wisconsin|wyoming|columbia|puerto rico|guam"
    "|nuevo mexico|nueva york|nueva jersey"
).replace(" ", r"\s+")
_DISTRICT = re.compile(
    rf"(?:(northern|southern|eastern|western|central|middle|norte|sur|este|oeste|occidental|oriental|central)\s+)?"
    rf"(?:district|distrito)\s*(?:(norte|sur|este|oeste|occidental|oriental|central|meridional|septentrional)\s+)?(?:of|de|del estado de)(?:\s|_)+({_STATE_NAMES})\b"
)
_STATE = re.compile(
    rf"(?:state|commonwealth|estado|people of the state)\s+(?:of|de)\s+({_STATE_NAMES})\b|\b(?:superior|circuit|supreme|district)\s+court\s+of\s+(?:the\s+state\s+of\s+)?({_STATE_NAMES})\b"
    rf"|\bcounty,\s+({_STATE_NAMES})\b|\bthe\s+state\s+of\s+({_STATE_NAMES})\b"
)
_STATE_ALONE = re.compile(rf"\b(?:county|city)\b[a-z ]{{0,30}},?\s+({_STATE_NAMES})\b|\b({_STATE_NAMES})\s+(?:superior|district|supreme|circuit|municipal|court|judicial)\b")
_CIRCUIT = re.compile(r"\b(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|[0-9]{1,2}(?:st|nd|rd|th)|federal|district of columbia|decimo)\s+(?:circuit|circuito)\b")
_D = r"[0-9OolI|SB]"
_KIND = r"(?:cv|rnj|rnc|rnr|rns|rnisc|pr|ev|er|me|mi|ml|cr|mj|mc|sw|gj|md|po|ms|mr|misc|civ|dm|pb|lr|jr|jq|jc|fr|dw|ap|bk|rs|at|op|mi|cm|tr|te)"
_AS_LETTERS = str.maketrans("0158", "OISB")
_AS_DIGITS = str.maketrans("OolI|", "00111")
_STRUCTURED = (
    re.compile(rf"(?<![\w:.]){_D}\s?[:;]\s?{_D}{{2}}\s?[-–—_]\s?{_KIND}\s?[-–—_]\s?{_D}{{3,6}}(?:[-–—](?:[A-Za-z]{{1,4}}|[A-Z0-9]{{0,3}}[A-Z][A-Z0-9]{{0,3}})(?:/[A-Z]{{2,4}})?|-[0-9]{{1,2}}(?![0-9])){{0,3}}(?![\w])", re.I),
    re.compile(rf"(?<![\w-])[DMTLCA]\s?[-–]\s?{_D}{{1,4}}\s?[-–]\s?[A-Z]{{2}}\s?[-–]\s?(?:19|2[0O]){_D}{{2}}\s?[-–]?\s?{_D}{{3,6}}(?![\w])", re.I),
    re.compile(rf"(?<![\w:-]){_D}{{2}}[- ]?(?:MJ|MR|CR|CV|MC|SW|GJ|PO|MISC|RNJ|RNC|RNR)[- ]?{_D}{{2,6}}(?:[- ][A-Z]{{2,4}}(?:/[A-Z]{{2,4}})?)?(?:-[A-Z]{{2,4}})?(?![\w])", re.I),
    re.compile(rf"(?<![\w:-]){_D}{{2}}-{_D}{{2,6}}-(?:SW|MJ|MR|CR|CV|MC|GJ)(?:-[A-Z]{{2,4}}){{0,2}}(?![\w])", re.I),
    re.compile(rf"(?<![\w-])(?:CIV|CR|MR|MC|MISC|MJ|GJ|SW|CV|CRIM)\.?[\s-]?(?:No\.?\s?)?{_D}{{2}}[- ]{_D}{{2,6}}(?:[ -][A-Z]{{2,4}}(?:/[A-Z]{{2,4}})?)?(?![\w/])", re.I),
    re.compile(r"(?<![\w-])\d{2}-\d{4,6}-[a-z]{1,3}\d{0,2}(?![\w])"),
)  # fmt: skip
_LABEL = re.compile(
    r"(?P<label>(?:(?:case|docket|cause|civil action|civ|crim|criminal|misc|miscellaneous|magistrate|civil|matter|grand jury|gj|court file|index|appeal|"
    r"adversary proceeding|adv|adversary|caso|causa|expediente|accion civil|subpoena|summons|cid|file|event|control|reference|request|nsl|our file|"
    r"our ref|ref|warrant|expediente penal|asunto|numero de caso|citacion|notice|investigation)\W{0,3}(?:file\W{0,2})?)?"
    r"(?:no|nos|number|num|numero|nro|#)\.?|(?:our (?:file|reference)|docket|case|causa|expediente|file)(?=\s*:))\s*[:.#]*\s*"
)
_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9:./-]*\d[A-Za-z0-9:/-]*(?:[ ](?:\d[A-Z0-9/-]*|[A-Z]{2,4}(?:/[A-Z]{2,4})?)(?![a-z\w]))*")
_A_NUMBER = re.compile(rf"(?<![\w])A\s?#?\s?[-.]?\s?{_D}{{2,3}}\s?[- ]?\s?{_D}{{3}}\s?[- ]?\s?{_D}{{3}}(?![\w-])")
_AGENCY_NO = re.compile(r"(?<![\w-])(?:HSI|ICE|ERO|DEN|ELP|ABQ|CBP|DHS|PHX|SEA|FNU)-[A-Z]{0,4}-?\d{2,4}-\d{4,8}(?![\w])|(?<![\w-])[A-Z]{2,5}(?:-[A-Z]{2,4})?-\d{2,4}-\d{3,8}(?![\w-])")
_BLANK_LABEL = re.compile(r"\s*(?:_{2,}|\[|$)")


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


def _court(view: View, part: Part, origin: str, heading: Heading | None) -> tuple[str | None, str | None, bool]:
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
        name = "United States Court of Appeals" if "supreme" not in (heading.words if heading else "") else "Supreme Court of the United States"
        if circuit is None:
            return name, None, False
        ours = circuit.group(1) in home()["circuits"]
        return _cased(f"{name} for the {circuit.group(1)} Circuit"), (None if ours else circuit.group(1)), ours
    printed = _printed_heading(view, heading)
    if origin == "state":
        near = view.joined[view.lines[max(part.first, first - 3)].at : view.lines[min(part.last - 1, first + 4)].end]
        found = _STATE.search(near) or _STATE.search(view.joined[low:high]) or _STATE_ALONE.search(near)
        place = " ".join(next((g for g in found.groups() if g), "").split()) if found else ""
        ours = place in home()["states"]
        known = not place and bool(re.search(r"\bbernalillo\b|\bmetropolitan court\b|\bnew mexico\b", text))
        return _state_name(view, part, printed), (place if place and not ours and not known else None), ours or known
    if origin == "us_special":
        found = _DISTRICT.search(text)
        away = None
        if found and " ".join(found.group(3).split()) not in (*home()["districts"], "columbia"):
            away = found.group(3)
        return printed, away, not away
    return printed, None, True


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
    best = max((c for c in re.split(r"\s{3,}|\s[)|§](?:\s|$)", view.printed(line.at, line.end)) if c.strip()), key=len, default=cell[0])
    text = " ".join(best.strip(" ,;:.-_").split())
    text = re.sub(r"^in the ", "", text, flags=re.IGNORECASE)
    return _cased(text) if text.isupper() or text.islower() else text


def _cased(text: str) -> str:
    small = {"of", "for", "the", "and", "in", "de", "la", "del"}
    words = [w if w in small and i else w.capitalize() for i, w in enumerate(text.lower().split())]
    return " ".join(words)


# --- numbers ---------------------------------------------------------------------------------------


def _digits(value: str) -> str:
    """A number with look-alike letters in digit places taken for digits."""
    def fix(match: re.Match[str]) -> str:
        return match.group().translate(_AS_DIGITS)

    value = re.sub(r"^(?:civ|cr|crim|misc|mag)\.?\s?no\.?\s?(?=\d)", "", " ".join(value.split()), flags=re.IGNORECASE)
    value = re.sub(r"\s?[-–]\s?", "-", value)
    value = re.sub(r"^[lI|](?=:)", "1", value)
    value = re.sub(r"(?<![A-Za-z])rn(?=[jcrs])", "m", re.sub(r"(?<![A-Za-z])RN(?=[JCRS])", "M", value))
    value = re.sub(r"(?<=[0-9]-)(ev|er|me|mi|ml)(?=-[0-9OolI|])", lambda m: {"ev": "cv", "er": "cr", "me": "mc", "mi": "mj", "ml": "mj"}[m.group().lower()], value, flags=re.IGNORECASE)
    value = re.sub(r"^([0-9OolI|])\s?[:;]\s?", r"\1:", value.replace("—", "-").replace("_", "-"))
    if re.match(r"[0-9OolI|]:", value):
        value = re.sub(r"(?<=-)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{2,4}(?=$|-|/)", lambda m: m.group() if re.fullmatch(r"[A-Z]+|[0-9]+|(?:MJ|MC|CR|CV|SW|GJ|MR)", m.group()) else m.group().translate(_AS_LETTERS), value)
    value = re.sub(r"(?<=\d)[SB](?=\d)", lambda m: {"S": "5", "B": "8"}[m.group()], value)
    return re.sub(r"(?<![A-Za-z])[0-9OolI|]*[0-9][0-9OolI|]*(?![A-Za-z])", fix, value)


def structured(view: View, low: int, high: int) -> list[tuple[int, str]]:
    """Court numbers between two places of the source, in order: (place in the source, number)."""
    found: dict[int, tuple[int, str]] = {}
    for pattern in _STRUCTURED:
        for match in pattern.finditer(view.source, low, high):
            if not any(at < match.end() and match.start() < end for at, (end, _) in found.items()):
                found[match.start()] = (match.end(), _digits(match.group()))
    return [(at, value) for at, (_, value) in sorted(found.items())]


def read_docket(view: View, part: Part, origin: str, letter: bool) -> tuple[str | None, Cue | None]:
    """The number of the paper: of its caption first, then labelled, then of the agency's file."""
    low, _ = view.span(view.lines[part.first].at, view.lines[part.first].at + 1)
    body_end = view.lines[max(part.first, part.body_last - 1)].end
    _, high = view.span(view.lines[part.first].at, body_end)
    courtly = origin in COURTS or origin in ("us_court", "foreign")
    labels = _labelled(view, part)
    if courtly and (not letter or origin in COURTS):
        if origin == "us_appeals" and (own := next((row for row in labels if re.fullmatch(r"\d{2}-\d{3,5}", row[2])), None)):
            return own[2], _cue(view, own[1], own[2])
        numbers = structured(view, low, high)
        chosen = next((n for n in numbers if not _running_head(view, n[0]) and not _in_prose(view, n[0])), None)
        chosen = chosen or next(iter(numbers), None)
        if chosen:
            return chosen[1], _cue(view, chosen[0], chosen[1])
    for wanted in (("subpoena", "summons", "cid", "case", "docket", "cause", "civil", "charge", "adversary", "appeal", "nsl", "caso", "matter", "expediente", "causa", "control"),
                   ("file", "event", "reference", "ref", "no", "number", "request", "warrant", "#", "notice", "citacion", "numero", "num", "investigation")):  # fmt: skip
        for label, at, value in labels:
            if any(word in label for word in wanted) and not (letter and courtly and origin not in COURTS):
                return value, _cue(view, at, value)
    if not courtly:
        anumber = _A_NUMBER.search(view.source, low, high)
        if anumber and origin in ("eoir", "dhs"):
            return _digits(" ".join(anumber.group().split())), _cue(view, anumber.start(), anumber.group())
    return None, None


def _labelled(view: View, part: Part) -> list[tuple[str, int, str]]:
    """(label, place in the source, number) for every labelled number outside running prose."""
    found = []
    low = view.lines[part.first].at
    high = view.lines[max(part.first, part.body_last - 1)].end
    for match in _LABEL.finditer(view.text, low, high):
        if match.end() >= len(view.starts) or match.start() == match.end():
            continue
        if match.start() > 0 and view.text[match.start() - 1].isalnum():
            continue
        at = view.starts[match.end()]
        value = _A_NUMBER.match(view.source, at) or _VALUE.match(view.source, at)
        if value and sum(c.isdigit() for c in value.group()) >= 2 and not re.fullmatch(r"\d{1,2}/\d{1,2}/\d{2,4}|\d{2}:\d{2}", value.group()):
            label = match["label"].strip()
            if _in_prose(view, at):
                continue
            found.append((label, at, _digits(value.group().rstrip(".,:"))))
    return found


def _in_prose(view: View, at: int) -> bool:
    """Words of a sentence stand before the number on its line."""
    line_start = view.source.rfind("\n", 0, at) + 1
    before = re.split(r"\s{3,}|\s[)|]\s|\t", view.source[line_start:at])[-1]
    words = re.findall(r"[A-Za-z]+", before)
    return len([w for w in words if w.islower()]) >= 5


def _running_head(view: View, at: int) -> bool:
    line_start = view.source.rfind("\n", 0, at) + 1
    line_end = view.source.find("\n", at)
    line = view.source[line_start : line_end if line_end >= 0 else len(view.source)]
    return bool(re.search(r"\bDoc(?:ument)?\b.*\bFiled\b|\bPage\s+\d+\s+of\b", line, re.IGNORECASE))


def _cue(view: View, at: int, value: str) -> Cue:
    """A place of the source as a cue: places of cues are places of the view."""
    import bisect

    first = bisect.bisect_left(view.starts, at)
    last = bisect.bisect_left(view.starts, at + len(value))
    return Cue("number", first, max(first + 1, last))


def base_number(value: str) -> str:
    """A court number without judges' initials, for telling two cases apart."""
    digits = re.sub(r"[^a-z0-9]", "", value.lower())
    return re.sub(r"[a-z]+$", "", digits).lstrip("0")


def conflicting_numbers(view: View, part: Part) -> list[str]:
    """Different court numbers in captions and at the heads of pages of one paper."""
    found: dict[str, str] = {}
    for n in range(part.first, part.body_last if part.body_last > part.first else part.last):
        _note_numbers(view, n, found)
    for n in part.returns:
        for m in range(n, min(part.last, n + 4)):
            _note_numbers(view, m, found)
    for n, _ in part.attachments:
        for m in range(max(part.first, n - 2), min(part.last, n + 3)):
            _note_numbers(view, m, found)
    return list(found.values())


def _note_numbers(view: View, n: int, found: dict[str, str]) -> None:
    line = view.lines[n]
    if line.first == line.last:
        return
    low, high = view.span(line.at, line.end)
    for at, value in structured(view, low, high):
        if not _in_prose(view, at) and not re.search(r"\brelated\b|\bprior\b|\bsee\b|\bconsolidated\b|\brelacionad", view.line_text(n)):
            key = re.sub(r"^\d(?=\d{2}(?:cv|cr|mj|mc|sw|gj|mr))", "", base_number(value))
            digits = re.sub(r"\D", "", key)
            found.setdefault(digits.lstrip("0"), value)
