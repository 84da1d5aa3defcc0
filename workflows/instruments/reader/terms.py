"""The dates of a paper by what they are for: issued, execute by, return or compliance, end of force."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from workflows.instruments.cues import Cue
from workflows.instruments.reader.dates import Moment, clock, impossible, moments, spoken_number, time_in
from workflows.instruments.reader.parts import FAX_LINE, Part
from workflows.instruments.reader.view import View

_NUMBER = r"(?:[a-z]+(?:-[a-z]+)?\s*\(\s*)?\b(?P<n>[0-9]{1,3}|[a-z]+(?:-[a-z]+)?)\s*\)?"
_EXECUTE = re.compile(
    r"\b(?:execute|serve|search|executed|ejecutar|ejecutarse|registrar|cumplir|diligenciar)\b[^.;]{0,120}?\b(?:on or before|no later than|not later than|by|before|a mas tardar(?: el)?|antes del?|el o antes del?|hasta el)\b"
    r"|\bon or before\b|\ba mas tardar el\b|\bel o antes del\b|\bexecute by\b|\bmust be executed by\b|\bejecutar antes del\b"
)
_ISSUED = (
    re.compile(r"\b(?:date and time issued|date issued|date of issuance|time and date issued|issued at|fecha y hora de (?:emision|expedicion)|fecha de (?:emision|expedicion)|date of issu(?:e|ance)|issue date|emitid[ao](?: el)?|expedid[ao](?: el)?|emision)\b(?! by)\W*"),
    re.compile(r"\b(?:so ordered|ordered|entered|signed|dated|done|executed|given|issued|witness my hand|dad[oa]|fechad[oa]|firmad[oa]|emitid[oa]|hecho|attest)\b[^.\n]{0,130}?\b(?:this|on|at|the|el|a los|a|en|dia|día)\b[^.\n]{0,60}?"),
    re.compile(r"\b(?:dated|date|fecha|fechado|dated at|entered|signed|issued|witness)\b(?! and time| of birth|/time)\s*\)?\s*[:.]?\s*"),
)
_RETURN = (
    re.compile(r"\b(?:date and time|fecha y hora|date, time|date/time|time and date|date & time)\b(?! issued| warrant| de emision| de expedicion)\W*"),
    re.compile(r"\b(?:return date|return day|compliance date|date of compliance|production date|due date|response due|returnable|fecha de comparecencia|fecha de cumplimiento|fecha limite|date for (?:appearance|production|compliance)|place and time for appearance|appearance date|return on)\b\W*(?:on\s+|is\s+|the\s+)?"),
    re.compile(r"\b(?:no later than|not later than|on or before|by|before|due|a mas tardar(?: el)?|antes del?|until|hasta el)\b\s*(?:the close of business on |close of business on |close of business,? |5:00 p\.?m\.? on |[0-9:]{1,5} [ap]\.?m\.?,? (?:on )?|el |the end of business on )?"),
    re.compile(r"\b(?:appear|produce|testify|comparecer|producir|deliver|bring|comply|presentar|attend|report|furnish|provide)\b[^;]{0,220}?\b(?:on|el|the|dia)\b\s*(?:the\s+|dia\s+)?"),
    re.compile(r"(?:\([abc]\)\s*date\b|\bdate\s*:|\bon the\b)\W*"),
)
_ENDS = re.compile(
    r"\b(?:this|the|esta|este)\s+(?:order|warrant|authorization|consent|waiver|release|writ|subpoena|request|autorizacion|orden|consentimiento|permission|certification|agreement)\s+(?:shall |will |automatically |is valid and |remains? |shall remain |is )?"
    r"(?:expires?|expire|terminates?|terminate|ends?|lapses?|vence|expira|caduca|valid|in effect|in force|effective|es valid[ao]|good|vencera)\b[^.;]{0,60}?(?:on|until|through|el|hasta(?: el)?|at|after|:)?\s*"
    r"|\b(?:expires|expiration date|expiration|valid until|valid through|void after|good until|date of expiration|expiry date|fecha de vencimiento|vence(?: el)?|valid[ao] hasta(?: el)?|expira(?: el)?|vencimiento|expires on|not valid after|in force until|vigente hasta(?: el)?)\b\W*(?:on\s+|is\s+|el\s+)?"
)
_EFFECTIVE = re.compile(r"\b(?:effective|takes? effect|shall take effect|becomes? effective|in effect (?:from|beginning)|not (?:effective|to be executed) (?:until|before)|shall not be (?:executed|effective) (?:before|until)|entra(?:ra)? en vigor|surtira efecto|commencing|stayed until)\b[^.;\n]{0,30}?(?:on|until|as of|from|el|a partir del|before|at)?\s*")
_STRUCK = re.compile(r"\[\s*(?:struck|crossed out|stricken|tachado|deleted|overwritten)[^\]]*\]")
_FILED = re.compile(r"\bfiled\b\W*|\bentered\b\W*|\bfile stamp\b\W*|\bfiled in (?:my|the) office\b[^\n]{0,40}?|\bendorsed\b\W*|\bpresentad[oa] el\b\W*")
_WITHIN = re.compile(
    rf"\bwithin {_NUMBER}\s+(?P<unit>calendar days|business days|court days|working days|days|weeks|hours)\b(?P<anchor>[^.;]{{0,60}})|\bno later than {_NUMBER.replace('<n>', '<n2>')}\s+(?P<unit2>calendar days|business days|days)\b(?P<anchor2>[^.;]{{0,60}})"
    rf"|\bdentro de (?:los |un plazo de )?{_NUMBER.replace('<n>', '<n3>')}\s+(?P<unit3>dias)\b(?P<anchor3>[^.;]{{0,60}})"
)


@dataclass(frozen=True, slots=True)
class Terms:
    """Dates of one paper; None where none is printed for that purpose. `impossible` marks a date that
    no calendar has; `slip` a weekday that the date does not have."""

    issued: Moment | None = None
    execute_by: Moment | None = None
    return_date: Moment | None = None
    ends: Moment | None = None
    effective: Moment | None = None
    impossible: bool = False
    slip: bool = False
    cues: tuple[Cue, ...] = ()


def read_terms(view: View, part: Part, sign_line: int, *, family: str, letter: bool) -> Terms:
    """The dates of a part. `family` is warrant, order, subpoena, letter or other; a `letter` is dated at its head."""
    low, high = view.lines[part.first].at, view.lines[max(part.first, part.body_last - 1)].end
    printed = [m for m in moments(view, low, high) if not _struck(view, m)]
    dated = [m for m in printed if not FAX_LINE.search(view.line_text(view.line_of(m.at)))] or printed
    ends = _after(view, _ENDS, dated, low, high, 40) or _ends_in_sentence(view, dated, low, high)
    execute = _execute_by(view, dated, low, high) if family in ("warrant", "application") else None
    issued = _issued(view, part, dated, sign_line, low, high, execute, ends, "letter" if letter and family not in ("order", "warrant", "consent") else family)
    due = _return(view, dated, low, high, issued, family, execute, ends)
    if due is None and family in ("order", "subpoena", "demand", "notice"):
        due = _within(view, low, high, issued)
    effective = _after(view, _EFFECTIVE, dated, low, high, 30)
    used = [m for m in (issued, execute, due, ends) if m]
    wrong = impossible(view, low, high)
    return Terms(issued, execute, due, ends, effective, wrong, any(m.weekday_wrong for m in used), _cues(issued, execute, due, ends))


def _ends_in_sentence(view: View, dated: list[Moment], low: int, high: int) -> Moment | None:
    """"expires twelve months after ..., or on April 14, 2026, whichever is sooner"."""
    for match in re.finditer(r"\b(?:this|the|esta|este) (?:authorization|consent|waiver|release|order|autorizacion|consentimiento) (?:will |shall )?(?:expires?|vence)\b", view.joined[low:high]):
        at = low + match.end()
        for moment in dated:
            if at <= moment.at <= at + 160 and "." not in view.text[at : moment.at] and re.search(r"\b(?:on|el)\W*$", view.joined[moment.at - 8 : moment.at]):
                return moment
    return None


def _execute_by(view: View, dated: list[Moment], low: int, high: int) -> Moment | None:
    """The last day of a warrant: behind "execute ... on or before", else the first "by" of its command."""
    found = _after(view, _EXECUTE, dated, low, high, 30)
    if found:
        return found
    for command in re.finditer(r"\byou are (?:hereby |therefore )?(?:commanded|authorized)\b|\bse le ordena\b", view.joined[low:high]):
        at = low + command.start()
        for moment in dated:
            if at < moment.at < at + 420 and re.search(r"\b(?:by|before|until|el|no later than)\W*$", view.joined[moment.at - 14 : moment.at]):
                return moment
    return None


def _cues(issued: Moment | None, execute: Moment | None, due: Moment | None, ends: Moment | None) -> tuple[Cue, ...]:
    named = (("issued", issued), ("execute by", execute), ("return date", due), ("end date", ends))
    return tuple(Cue(name, m.at, m.end) for name, m in named if m and m.at < m.end)


def _after(view: View, pattern: re.Pattern[str], dated: list[Moment], low: int, high: int, reach: int) -> Moment | None:
    """The first date that follows one of these words closely, with nothing but blanks and articles between."""
    for match in pattern.finditer(view.joined, low, high):
        for moment in dated:
            between = _STRUCK.sub("", view.joined[match.end() : moment.at]) if moment.at >= match.end() else ""
            if match.end() <= moment.at and len(between) <= reach and _bare(between) and not _struck(view, moment):
                return _with_time_before(view, moment, match.end())
    return None


def _struck(view: View, moment: Moment) -> bool:
    """The date stands in a note that says it was struck out."""
    return bool(re.search(r"\[\s*(?:struck|crossed out|stricken|tachado|deleted|overwritten)[^\]]*$", view.joined[max(0, moment.at - 40) : moment.at]))


_TIME_BEFORE = re.compile(
    r"(?:(?P<h>[0-9]{1,2})\s?(?:[:.]\s?(?P<m>[0-9]{2}))?\s*(?:oclock\W*)?(?P<half>[ap]\s?\.?\s?(?:m|rn))|(?P<noon>noon|mediodia))\W*"
    r"(?:\(?(?:mst|mdt|mt|est|edt|cst|cdt|pst|pdt|mountain|local)\b\)?\W*(?:standard |daylight )?(?:time\W*)?)?(?:on|of|el|del)?\W*(?:the\W*)?(?:[a-z]+day\W*)?$"
)


def _with_time_before(view: View, moment: Moment, at: int) -> Moment:
    """"5:00 p.m. on March 3": the time stands before its date."""
    if moment.time is not None:
        return moment
    found = _TIME_BEFORE.search(view.joined, max(0, moment.at - 60), moment.at)
    if found is None:
        return moment
    time = dt.time(12) if found["noon"] else clock(found)
    return replace(moment, time=time) if time else moment


def _bare(between: str) -> bool:
    """Only small words, times and marks between a label and its date."""
    left = re.sub(
        r"\b(?:on|at|the|el|dia|of|day|this|monday|tuesday|wednesday|thursday|friday|saturday|sunday|lunes|martes|miercoles|jueves|viernes|sabado|domingo|noon|am|pm|by|cob|eod|close|following|business|end|a|las|las|m|p|date|time|"
        r"fecha|hora|and|y|midnight|mst|mdt|est|edt|issued|before|or|than|later|no|not|los|en|is|mountain|in|until|hasta|de|del|local)\b|[0-9:.,()\[\]_\s/x^-]+", "", between)  # fmt: skip
    return len(left.strip(" :;\"'-")) <= 2


def _issued(
    view: View, part: Part, dated: list[Moment], sign_line: int, low: int, high: int,
    execute: Moment | None, ends: Moment | None, family: str,
) -> Moment | None:  # fmt: skip
    """The date of the signature; of a letter the first date at its head; else the file stamp."""
    taken = {m.at for m in (execute, ends) if m}
    free = [m for m in dated if m.at not in taken]
    labelled = _after(view, _ISSUED[0], free, low, high, 40)
    if labelled and family != "letter":
        return _columns(view, labelled)
    if family == "letter":
        head = view.lines[min(part.last - 1, part.first + 22)].end
        first = next((m for m in free if m.at < head and _alone(view, m)), None)
        if first:
            return first.as_day()
    near = _near_signature(view, part, free, sign_line)
    if near is not None and not _short_line(view, near) and family in ("demand", "notice"):
        head = view.lines[min(part.last - 1, part.first + 20)].end
        near = next((m.as_day() for m in free if m.at < head and _alone(view, m) and not _due(view, m)), near)
    closing = _last_closing(view, free, low, high, sign_line)
    for found in (near, closing):
        if found:
            return found
    dated_line = _after(view, _ISSUED[2], free, low, high, 30)
    if dated_line and not _birth(view, dated_line):
        return _columns(view, dated_line)
    filed = _after(view, _FILED, free, low, high, 30) or _stamp(view, part, free, low)
    if filed:
        return filed.as_day()
    head = view.lines[min(part.last - 1, part.first + 20)].end
    first = next((m for m in free if m.at < head and _alone(view, m) and not _due(view, m)), None)
    if first is None:  # a date that is a sentence by itself at the end of the text
        own = [m for m in free if re.search(r"[.]\s*$", view.text[max(low, m.at - 4) : m.at]) and re.match(r"\s*(?:[.]|\n|\t|$)", view.text[m.end : m.end + 3])]
        first = own[-1] if own else None
    return first.as_day() if first else None


def _stamp(view: View, part: Part, free: list[Moment], low: int) -> Moment | None:
    """The date of a file stamp of several lines at the head of the paper."""
    head = view.lines[min(part.last - 1, part.first + 12)].end
    stamp = re.compile(r"\b(?:e-?filed|filed|endorsed|entered)\b").search(view.text, low, head)
    return next((m for m in free if stamp and 0 < m.at - stamp.end() <= 160), None)


def _columns(view: View, moment: Moment) -> Moment:
    return moment


def _birth(view: View, moment: Moment) -> bool:
    return bool(re.search(r"\b(?:birth|dob|born|nacimiento|nacid[oa]|service|served|executed)\W*$", view.text[max(0, moment.at - 24) : moment.at]))


def _alone(view: View, moment: Moment) -> bool:
    """A date with hardly a word beside it on its line, or after "Date:"."""
    line = view.lines[view.line_of(moment.at)]
    cell_at = max(line.at, view.text.rfind("\t", line.at, moment.at) + 1)
    before = view.text[cell_at : moment.at]
    if re.search(r"\b(?:by|before|than|until|through|from|hasta|del)\W*$", view.joined[max(0, moment.at - 14) : moment.at]):
        return False
    before = re.sub(r"\b(?:date|dated|fecha|sent|on|a|enviado|albuquerque|new|mexico|nuevo|santa fe|denver|el paso|monday|tuesday|wednesday|thursday|friday|saturday|sunday|lunes|martes|miercoles|jueves|viernes|sabado|domingo|de|el|d|nm|washington|dc|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun|lun|mar|mie|jue|vie|sab|dom|via|email|fax|hand|delivery|las cruces|enviado el|sent)\b", "", before)
    return len(re.findall(r"[a-z]+", before)) == 0


def _near_signature(view: View, part: Part, free: list[Moment], sign_line: int) -> Moment | None:
    """A date within the lines of the signature block: beside, above or right below the signer."""
    if sign_line < 0:
        return None
    first, last = max(part.first, sign_line - 5), min(part.last - 1, sign_line + 5)
    low, high = view.lines[first].at, view.lines[last].end
    inside = [m for m in free if low <= m.at <= high and not _birth(view, m)]
    ranked = [m for m in inside if _dated_here(view, m, low) and not _due(view, m)]
    if ranked:
        return min(ranked, key=lambda m: (not _short_line(view, m), abs(view.line_of(m.at) - sign_line), m.at))
    return None


def _due(view: View, moment: Moment) -> bool:
    """The date of a hearing or of compliance: behind "date and time", or with a time in a sentence."""
    before = view.joined[max(0, moment.at - 30) : moment.at]
    if re.search(r"\b(?:date and time|date/time|fecha y hora)\W*$", before):
        return True
    if re.match(r"\W*(?:\(?[abc]\)\W*)?(?:time|hora)\W*[0-9]", view.joined[moment.end : moment.end + 24]):
        return True
    if moment.time is None or not re.search(r"\b(?:on|el|by)\W*(?:the\W*)?(?:[a-z]+day\W*)?$", before):
        return False
    return not re.search(r"\b(?:signed|issued|entered|dated|done|given|executed|filed|ordered|firmad[oa]|emitid[oa]|dad[oa])\b", view.joined[max(0, moment.at - 60) : moment.at])


def _short_line(view: View, moment: Moment) -> bool:
    """Few words stand on the line, or in the column, of the date."""
    line = view.lines[view.line_of(moment.at)]
    cell_at = max(line.at, view.text.rfind("\t", line.at, moment.at) + 1)
    stop = view.text.find("\t", moment.end, line.end)
    words = re.findall(r"[a-z]{2,}", view.text[cell_at : moment.at] + " " + view.text[moment.end : stop if stop >= 0 else line.end])
    return len(words) <= 5


_HERE = re.compile(
    r"\b(?:dated?|fecha|fechad[oa]|entered|signed|issued|ordered|ordena|done|given|executed|day of|filed|emitid[oa]|dad[oa]|hereunto|firmad[oa]|hand|expedid[oa]|witness|approved|hecho|seal)\b[^;\n]{0,90}$"
)


def _dated_here(view: View, moment: Moment, low: int) -> bool:
    line = view.lines[view.line_of(moment.at)]
    start = max(low, line.at)
    before = view.text[start : moment.at]
    if re.search(r"\b(?:executed|served|received|born|dob|appeal due|due|expires|commission expires|on or before|no later than|before|until)\b[^\n]{0,30}$", before):
        return False
    if not before.strip(" _\t():,.-"):
        above = view.line_text(view.line_of(moment.at) - 1)
        return not re.search(r"\b(?:on or before|no later than|until|expires|from|through|between)\s*$", above)
    return bool(_HERE.search(before)) or _alone(view, moment) or before.rstrip().endswith(")")


def _last_closing(view: View, free: list[Moment], low: int, high: int, sign_line: int) -> Moment | None:
    """"Dated this ...", "Entered on ...": the last such date before the end of the paper."""
    best = None
    for match in _ISSUED[1].finditer(view.joined, low, high):
        for moment in free:
            between = view.text[match.start() : moment.at]
            flat = between.replace("\n", " ")
            if 0 <= moment.at - match.end() <= 70 and "." not in between.replace("n.m.", "").replace("p.m.", "").replace("a.m.", "") and between.count("\n") <= 2 and len(between) < 190:
                if re.search(r"\b(?:hearing|served|subpoena|motion|filed|argument|petition|doc|ecf|opinion|request|warrant issued|born|on or before|oral|by|produce|recording|shall|records|arrested|received|between|from|since|through|until)\b", flat):
                    continue
                best = moment
                break
    return best


def _return(
    view: View, dated: list[Moment], low: int, high: int, issued: Moment | None, family: str,
    execute: Moment | None, ends: Moment | None,
) -> Moment | None:  # fmt: skip
    """The day and place of compliance of a subpoena or summons; the day by which an order is to be obeyed."""
    if family in ("warrant", "letter", "application", "other", "consent"):
        return None
    taken = {m.at for m in (issued, execute, ends) if m}
    free = [m for m in dated if m.at not in taken and (issued is None or m.date >= issued.date)]
    patterns = _RETURN if family in ("subpoena", "demand", "notice") else (_RETURN[2],)
    for number, pattern in enumerate(patterns):
        for match in pattern.finditer(view.joined, low, high):
            for moment in free:
                gap = view.text[match.end() : moment.at]
                if moment.at < match.end():
                    continue
                if moment.at - match.end() > (400 if number == 0 and family == "subpoena" else 60):
                    break
                if number == 0 or _bare(gap):
                    if family == "order" and not _compels_near(view, match.start(), low):
                        continue
                    return _time_nearby(view, _with_time_before(view, moment, match.start()))
                break
    return _first_open(view, free, low) if family in ("subpoena", "demand", "notice") else None


def _first_open(view: View, free: list[Moment], low: int) -> Moment | None:
    """The first later date with a time of day beside it; else the first that is said to be a last day."""
    for moment in free:
        line_low = view.lines[max(0, view.line_of(moment.at) - 1)].at
        timed = _time_nearby(view, _with_time_before(view, moment, max(low, line_low, moment.at - 40)))
        if timed.time is not None and not re.search(r"\b(?:from|between|since|received|sent|faxed)\W*$", view.joined[max(low, moment.at - 16) : moment.at]):
            return timed
    for moment in free:
        if re.search(r"\b(?:by|on|before|than|el|until|hasta|date)\W*(?:the\W+)?(?:following date\W*)?$", view.joined[max(low, moment.at - 26) : moment.at]):
            return moment
    return None


def _compels_near(view: View, at: int, low: int) -> bool:
    sentence = view.joined[max(low, at - 300) : at + 260]
    return bool(re.search(r"\b(?:produce|comply|production|compliance|provide|deliver|furnish|disclose|turn over|make available|producir|entregar|cumplir|transmit|release|obey|send)\b", sentence)) and not re.search(
        r"\b(?:show cause|(?:were|was|or|and|records|documents) (?:made|created|dated|received)|between)\W+(?:on or )?(?:before|by)?\W*$", view.joined[max(low, at - 30) : at]
    )


def _time_nearby(view: View, moment: Moment) -> Moment:
    """A time in the next column or line of a form: "(C) Time 10:00 [X] a.m."."""
    if moment.time is not None:
        return moment
    line = view.line_of(moment.at)
    high = view.lines[min(len(view.lines) - 1, line + 2)].end
    label = re.compile(r"\b(?:time|hora|at|a las)\b\W*(?=[0-9])").search(view.text, moment.end, high)
    if label:
        half = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})\s*\[\s*([x^]?)\s*\]\s*a\.?m\.?\s*\[\s*([x^]?)\s*\]\s*p").match(view.text, label.end())
        if half:
            hour = int(half.group(1)) % 12 + (12 if half.group(4) else 0)
            return replace(moment, time=dt.time(hour, int(half.group(2)))) if hour < 24 else moment
        hours = re.compile(r"([01][0-9]|2[0-3])([0-5][0-9])\b(?!\s*[/-])").match(view.text, label.end())
        if hours:
            return replace(moment, time=dt.time(int(hours.group(1)), int(hours.group(2))))
        time = time_in(view.text, label.end(), min(high, label.end() + 24))
        if time:
            return replace(moment, time=time)
    below = re.compile(r"\s*(?=[0-9]{1,2}[:.][0-9]{2}\s*[ap])").match(view.text, moment.end, high)
    if below:
        time = time_in(view.text, below.end(), min(high, below.end() + 16))
        return replace(moment, time=time) if time else moment
    return moment


def _within(view: View, low: int, high: int, issued: Moment | None) -> Moment | None:
    """Days counted from the order itself; days from service cannot be counted from the paper."""
    if issued is None:
        return None
    for match in _WITHIN.finditer(view.joined, low, high):
        number = match["n"] or match["n2"] or match["n3"]
        unit = match["unit"] or match["unit2"] or match["unit3"]
        anchor = match["anchor"] or match["anchor2"] or match["anchor3"] or ""
        count = spoken_number(number) if number else None
        if not count or "business" in unit or "court" in unit or "working" in unit or "hour" in unit:
            continue
        if not re.match(r"\W*(?:of|from|after)\s+(?:the )?(?:date |entry |issuance |filing )?(?:of |and )?(?:this|the)? ?(?:order|date hereof|hereof|entry)", anchor):
            continue
        if not _compels_near(view, match.start(), low):
            continue
        days = count * (7 if unit == "weeks" else 1)
        return Moment(issued.date + dt.timedelta(days=days), None, match.start(), match.end())
    return None
