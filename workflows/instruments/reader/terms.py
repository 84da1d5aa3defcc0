"""The dates of a paper by what they are for: issued, execute by, return or compliance, end of force."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from workflows.instruments.cues import Cue
from workflows.instruments.reader.dates import (
    MONTHS,
    Moment,
    impossible,
    moments,
    month_number,
    spoken_number,
)
from workflows.instruments.reader.issuing import date_of_issue
from workflows.instruments.reader.nearby import after, bare, struck, time_nearby, with_time_before
from workflows.instruments.reader.parts import FAX_LINE, Part
from workflows.instruments.reader.view import View

_NUMBER = r"(?:[a-z]+(?:-[a-z]+)?\s*\(\s*)?\b(?P<n>[0-9]{1,3}|[a-z]+(?:-[a-z]+)?)\s*\)?"
_EXECUTE = re.compile(
    r"\b(?:execute|serve|served|search|searched|execution|enter|entry|inspect\w*|executed|ejecutar"
    r"|ejecutarse|registrar|cumplir"
    r"|diligenciar)\b[^.;]{0,120}?\b(?:on ?or ?before|no ?later ?than|not later than|by|before"
    r"|a mas tardar(?: el)?|en o antes del?|antes del?|el o antes del?|hasta el)\b"
    r"|\b(?:last day (?:for|of|to) (?:execut\w+|serv\w+|search\w*)|execution (?:deadline|period|window)"
    r"|execution)"
    r"\b[^.;0-9]{0,24}\b(?:is|on|ends|by|no ?later ?than)\b"
    r"|\bnot (?:to )?be (?:executed|served) (?:after|later than)\b|\buntil\b(?=[^.;]{5,60}\bto (?:make"
    r"|conduct|execute|complete) )"
    r"|\bdays \((?:that is|i\.?e\.?),? (?:by|on ?or ?before|until)\b"
    r"|\bon ?or ?before\b|\bup to and including\b|\bhasta e? ?inclusive el\b|\ba mas tardar el\b"
    r"|\bel o antes del\b|\bexecute by\b|\bmust be executed by\b"
    r"|\bejecutar antes del\b"
    r"|\b(?:last|latest|final) (?:day|date|time) (?:to|of|for) (?:execut\w+|serv\w+|search\w*)\b"
    r"|\b(?:execution|service) (?:deadline|date limit)\b|\bdeadline (?:to|for) (?:execut\w+|serv\w+)\b"
    r"|\b(?:no|not) (?:be )?(?:execut\w+|serv\w+)(?: [a-z]+){0,3} after\b"
    r"|\b(?:serve|execute) (?:this|the) warrant not after\b"
    r"|\b(?:executed|served) at any time (?:through|until|up to|before)\b"
    r"|\btime (?:to|for) execut\w+ (?:is )?(?:hereby )?extended (?:to|until|through)\b"
    r"|\bgood (?:through|until)\b|\b(?:plazo|fecha limite) (?:de|para (?:la )?)(?:su )?ejecu\w+\b"
)
_RETURN = (
    re.compile(
        r"\b(?:date and time|fecha y hora|date, time|date/time|time and date|date & time)\b(?! issued"
        r"| warrant| de emision| de expedicion)\W*"
    ),
    re.compile(
        r"\b(?:return date|return day|deadline(?: for (?:production|compliance))?|compliance date"
        r"|date of compliance|production date|due date"
        r"|response due|returnable|fecha de comparecencia|fecha de cumplimiento|fecha limite"
        r"|date (?:for|of) (?:appearance|production|compliance)|date required|required by|needed by"
        r"|fecha de (?:entrega|presentacion)|place and time for appearance|appearance date"
        r"|return on)\b\W*(?:on\s+|is\s+|the\s+)?"
    ),
    re.compile(r"\(\s*[a-e]\s*\)\s*date\b(?! of)\W*"),
    re.compile(
        r"\b(?:no ?later ?than|not later than|on ?or ?before|by|before|prior to|due|a mas tardar(?: el)?"
        r"|no mas tarde del?|para el"
        r"|en o antes del?|antes del?"
        r"|until|hasta el|up to and including"
        r"|through and including)\b\s*(?:the close of business on |close of business on |close of business,? "
        r"|5:00 p\.?m\.? on |[0-9:]{1,5} [ap]\.?m\.?,? (?:on )?|[0-2]?[0-9]:?[0-5][0-9](?: hours| hrs"
        r"| h)?,? (?:on |of )?|el |the end of business on )?"
    ),
    re.compile(
        r"\b(?:appear|produce|testify|comparecer|producir|deliver|bring|comply|presentar|attend|report"
        r"|furnish|provide)\b[^;]{0,220}?\b(?:on|el|the|dia)\b\s*(?:the\s+|dia\s+)?"
    ),
    re.compile(r"(?:\([abc]\)\s*date\b|\b(?:date|fecha)\s*:|\bon the\b)\W*"),
)
# An order that names the day on which its papers are to be handed over.
_ON_A_DAY = re.compile(
    r"\b(?:shall|must|ordered to|directed to)\b[^.;]{0,40}\b(?:produce|deliver|provide|furnish|bring"
    r"|make available|hand over)\b"
    r"[^.;]{0,160}?\bon\b\s*(?:the\s+)?"
    r"|\b(?:entregue|entregar|produzca|producir|presente|presentar|exhiba"
    r"|exhibir)\b[^.;]{0,160}?\bel (?:dia )?"
)
_ENDS = re.compile(
    r"\b(?:this|the|esta|este)\s+(?:order|warrant|authorization|consent|waiver|release|permission"
    r"|certification"
    r"|autorizacion|orden|consentimiento|permiso|exencion)\b[^.;]{0,30}\b(?:valid[ao]?|effective|good|vigente"
    r"|in (?:effect|force)|en vigor|remains?|vale|rige)\b[^.;]{0,70}\b(?:until|through|hasta(?: el)?"
    r"|to and including)\b\s*|"
    r"\b(?:this|the|esta|este)\s+(?:order|warrant|authorization|consent|waiver|release|writ|subpoena"
    r"|request|autorizacion|orden|consentimiento|permission|certification|agreement)\s+(?:shall |will "
    r"|automatically |is valid and |remains? |shall remain |is )?"
    r"(?:expires?|expire|terminates?|terminate|ends?|lapses?|vence|expira|caduca|valid|in effect|in force"
    r"|effective|es valid[ao]|good|vencera)\b[^.;]{0,60}?(?:on|until|through|el|hasta(?: el)?|at|after"
    r"|:)?\s*"
    r"|\b(?:expires|expiration date|expiration|valid until|valid through|void after|good until"
    r"|date of expiration|expiry date|fecha de vencimiento|vence(?: el)?|valid[ao] hasta(?: el)?"
    r"|expira(?: el)?|vencimiento|expires on|not valid after|in force until"
    r"|vigente hasta(?: el)?)\b\W*(?:on\s+|is\s+|el\s+)?"
    r"|\bno (?:further |longer )?(?:(?:in|of) )?(?:further )?(?:effect|force|validity)\b"
    r"[^.;]{0,20}\bafter\b\s*"
    r"|\bceases? to (?:have effect|be in force|bind)\b[^.;]{0,20}\b(?:on|after)\b\s*"
    r"|\bif not (?:served|executed|presented)\b[^.;]{0,20}\b(?:by|on ?or ?before|before)\b\s*"
    r"|\b(?:authority|permission|force) (?:granted |of \w+ \w+ )?(?:ends?|lapses?|expires?)\b"
    r"[^.;]{0,20}\b(?:on|after|at)\b\s*"
)
_LASTS = re.compile(
    r"\b(?:this|the|esta|este) (?:order|warrant|authorization|consent|waiver|release|permission|orden"
    r"|autorizacion|consentimiento)\b[^.;]{0,40}"
    r"\b(?:expires?|remains?|shall remain|valid|effective|in (?:effect|force)|terminates?|lapses?|vence"
    r"|vigente)\b[^.;]{0,40}?"
    r"\b(?P<n>[0-9]{1,3}|[a-z]+(?:-[a-z]+)?)\)?\s+(?:calendar )?(?P<unit>days|months|years|dias|meses)\b"
)
_EFFECTIVE = re.compile(
    r"\b(?:effective|takes? effect|shall take effect|becomes? effective|in effect (?:from|beginning)"
    r"|not (?:effective|to be executed) (?:until|before)|shall not be (?:executed|effective) (?:before"
    r"|until)|entra(?:ra)? en vigor|surtira efecto|commencing|stayed until)\b[^.;\n]{0,30}?(?:on|until"
    r"|as of|from|el|a partir del|before|at)?\s*"
)
_WITHIN = re.compile(
    rf"\bwithin {_NUMBER}\s+(?P<unit>calendar days|business days|court days|working days|days|weeks?"
    rf"|hours)\b(?P<anchor>[^.;]{{0,60}})|\b(?:no|not) (?:later"
    rf"|more) than {_NUMBER.replace('<n>', '<n2>')}\s+"
    rf"(?P<unit2>calendar days|business days|days)\b(?P<anchor2>[^.;]{{0,60}})"
    rf"|\b(?:dentro de|en) (?:los |un plazo de |el plazo de |el termino de |un termino de )?"
    rf"{_NUMBER.replace('<n>', '<n3>')}\s+(?P<unit3>dias)\b"
    rf"(?P<anchor3>[^.;]{{0,60}})"
    rf"|(?<!than )(?<!least )(?<!every )(?<!within )(?<!for )(?<!of )(?<!exceed )(?<!exceeding )(?<!last )"
    rf""
    rf"{_NUMBER.replace('<n>', '<n4>')}\s+(?:calendar )?(?P<unit4>days|weeks)\b"
    rf"(?P<anchor4>\W*(?:hence\b|(?:from|after)\b[^.;]{{0,60}}))"
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


MOST_READ = 40_000  # characters at the head and at the foot of a part in which dates are looked for


def _dates(view: View, low: int, high: int) -> list[Moment]:
    """The dates of a part; of a very long one those near its head and its foot."""
    if high - low <= 2 * MOST_READ:
        found = list(moments(view, low, high))
    else:
        found = [*moments(view, low, low + MOST_READ), *moments(view, high - MOST_READ, high)]
    return found if len(found) <= 400 else [*found[:200], *found[-200:]]


def read_terms(view: View, part: Part, sign_line: int, *, family: str, letter: bool) -> Terms:
    """The dates of a part. `family` is warrant, order, subpoena, letter or other;
    a `letter` is dated at its head."""
    low, high = view.lines[part.first].at, view.lines[max(part.first, part.body_last - 1)].end
    printed = [m for m in _dates(view, low, high) if not struck(view, m)]
    dated = [m for m in printed if not FAX_LINE.search(view.line_text(view.line_of(m.at)))] or printed
    ends = after(view, _ENDS, dated, low, high, 40) or _ends_in_sentence(view, dated, low, high)
    execute = _execute_by(view, dated, low, high) if family in ("warrant", "application") else None
    issued = date_of_issue(
        view,
        part,
        dated,
        sign_line,
        low,
        high,
        execute,
        ends,
        "letter" if letter and family not in ("order", "warrant", "consent", "subpoena") else family,
    )
    if execute is None and family == "warrant":
        execute = (
            ends or _days_to_execute(view, issued, low, high) or _torn_off(view, dated, issued, low, high)
        )
    ends = ends or _lasts(view, issued, low, high)
    due = _return(view, dated, low, high, issued, family, execute, ends)
    if due is None and family in ("order", "subpoena", "demand", "notice"):
        due = _within(view, low, high, issued)
    effective = after(view, _EFFECTIVE, dated, low, high, 30)
    used = [m for m in (issued, execute, due, ends) if m]
    wrong = impossible(view, low, min(high, low + 2 * MOST_READ))
    return Terms(
        issued,
        execute,
        due,
        ends,
        effective,
        wrong,
        any(m.weekday_wrong for m in used),
        _cues(issued, execute, due, ends),
    )


def _ends_in_sentence(view: View, dated: list[Moment], low: int, high: int) -> Moment | None:
    """ "expires twelve months after ..., or on April 14, 2026, whichever is sooner"."""
    for match in re.finditer(
        r"\b(?:this|the|esta|este) (?:authorization|consent|waiver|release|order|autorizacion"
        r"|consentimiento) (?:will |shall )?(?:expires?|vence)\b",
        view.joined[low:high],
    ):
        at = low + match.end()
        for moment in dated:
            if (
                at <= moment.at <= at + 160
                and "." not in view.text[at : moment.at]
                and re.search(r"\b(?:on|el)\W*$", view.joined[moment.at - 8 : moment.at])
            ):
                return moment
    return None


def _lasts(view: View, issued: Moment | None, low: int, high: int) -> Moment | None:
    """ "This order remains in effect for sixty days": its end, counted from its date."""
    match = _LASTS.search(view.joined, low, high)
    count = spoken_number(match["n"]) if match else None
    if match is None or issued is None or not count:
        return None
    days = count * (1 if match["unit"].startswith("d") else 31 if match["unit"].startswith("m") else 366)
    return Moment(issued.date + dt.timedelta(days=days), None, match.start(), match.end())


_EXECUTE_DAYS = re.compile(
    r"\b(?:execut\w+|serv(?:e|ed)|search(?:ed)?|ejecut\w+|diligenci\w+)\b[^.;]{0,60}\b(?:within|(?:not"
    r"|no) (?:more|later) than|dentro de(?: los)?)"
    rf" {_NUMBER}\s+(?:calendar )?(?:days|dias)\b[^.;]{{0,20}}?\b(?:of|from|after|since|de|desde"
    rf"|siguientes a)\b[^.;]{{0,24}}?"
    r"\b(?:issu\w+|date|its date|hereof|emision|expedicion|fecha)\b"
    rf"|\b(?:commanded|ordered|authorized|directed)\b[^.;]{{3,400}}?\bwithin {_NUMBER.replace('<n>', '<n3>')}"
    r"\s+(?:calendar )?days\b[^.;]{0,12}?\b(?:of|from|after)\b[^.;]{0,20}?"
    r"\b(?:issu\w+|date|its date|hereof)\b"
    rf"|\b(?:this|the) (?:search )?warrant (?:shall |will )?(?:expires?|is (?:void|valid|good)|becomes void"
    rf"|lapses?)\b"
    rf"[^.;]{{0,40}}?\b{_NUMBER.replace('<n>', '<n2>')}\s+(?:calendar )?days (?:of|from"
    rf"|after)\b[^.;]{{0,24}}?"
    r"\b(?:issu\w+|date|its date|hereof)\b"
)


def _days_to_execute(view: View, issued: Moment | None, low: int, high: int) -> Moment | None:
    """ "Not more than five days from its issuance": counted from the warrant's own date."""
    found = _EXECUTE_DAYS.search(view.joined, low, high)
    count = spoken_number(found["n"] or found["n2"] or found["n3"]) if found else None
    if found is None or issued is None or not count or re.search(r"\breturn\w*\b", found.group()):
        return None
    return Moment(issued.date + dt.timedelta(days=count), None, found.start(), found.end())


def _execute_by(view: View, dated: list[Moment], low: int, high: int) -> Moment | None:
    """The last day of a warrant: behind "execute ... on or before", else the first "by" of its command."""
    # A line left open is not filled by the date of issue that the form prints below it.
    found = after(view, _EXECUTE, [m for m in dated if not _says_issued(view, m)], low, high, 30)
    if found:
        return found
    for command in re.finditer(
        r"\byou are (?:hereby |therefore )?(?:commanded|authorized)\b|\bse le ordena\b", view.joined[low:high]
    ):
        at = low + command.start()
        for moment in dated:
            if at < moment.at < at + 420 and re.search(
                r"\b(?:by|before|until|el|no ?later ?than)\W*$", view.joined[moment.at - 14 : moment.at]
            ):
                return moment
    return None


_ON_OR_BEFORE = re.compile(r"\bexecute this warrant on ?or ?before\W*\n|\ba mas tardar(?: el)?\W*\n")
DAYS_TO_EXECUTE = 45  # more than any warrant has; what is farther off was printed for something else


def _torn_off(view: View, dated: list[Moment], issued: Moment | None, low: int, high: int) -> Moment | None:
    """The only date that fills a line of its own below an "on or before" with nothing behind it: a form whose
    fields came out apart from their labels."""
    label = _ON_OR_BEFORE.search(view.text, low, high)
    if label is None or issued is None:
        return None
    alone = [
        m
        for m in dated
        if label.end() <= m.at <= label.end() + 1200
        and m.at != issued.at
        and not view.text[view.lines[view.line_of(m.at)].at : m.at].strip(" _\t:,.-")
        and not view.text[m.end : view.lines[view.line_of(m.at)].end].strip(" _\t:,.-")
        and 0 <= (m.date - issued.date).days <= DAYS_TO_EXECUTE
    ]
    return alone[0] if len({m.date for m in alone}) == 1 else None


def _says_issued(view: View, moment: Moment) -> bool:
    before = view.joined[max(0, moment.at - 30) : moment.at]
    return bool(re.search(r"\b(?:issued|emision|expedicion|dated|signed|filed)\W*$", before))


def _cues(
    issued: Moment | None, execute: Moment | None, due: Moment | None, ends: Moment | None
) -> tuple[Cue, ...]:
    named = (("issued", issued), ("execute by", execute), ("return date", due), ("end date", ends))
    return tuple(Cue(name, m.at, m.end) for name, m in named if m and m.at < m.end)


# A day for somebody else's step: an appeal, an objection, a question.
_NOT_DUE = re.compile(
    r"\b(?:appeal\w*|questions?|objections?|object|motions? to quash|move to quash|petition (?:to|for)|review"
    r"|fees?|apelacion|preguntas)\b[^.;]{0,60}$"
)
# "Shall not disclose ... until": how long an order holds, not when something is due.
_UNTIL = re.compile(r"until\b|hasta\b")
_HOLDS = re.compile(
    r"\b(?:not|no|seal\w*|remain\w*|effect\w*|force|valid\w*|delay\w*|stay\w*|vigente|sellad\w*|secret\w*)\b[^.;]*$"
)


def _return(
    view: View,
    dated: list[Moment],
    low: int,
    high: int,
    issued: Moment | None,
    family: str,
    execute: Moment | None,
    ends: Moment | None,
) -> Moment | None:
    """The day and place of compliance of a subpoena or summons; the day by which an order is to be obeyed."""
    if family in ("warrant", "letter", "application", "other", "consent"):
        return None
    taken = {m.at for m in (issued, execute, ends) if m}
    free = [m for m in dated if m.at not in taken and (issued is None or m.date >= issued.date)]
    patterns = _RETURN if family in ("subpoena", "demand", "notice") else (_RETURN[1], _RETURN[3], _ON_A_DAY)
    for pattern in patterns:
        of_a_form = pattern is _RETURN[0]  # "Date and Time:", whatever the form prints before the date
        for match in pattern.finditer(view.joined, low, high):
            for moment in free:
                gap = view.text[match.end() : moment.at]
                if moment.at < match.end():
                    continue
                if moment.at - match.end() > (400 if of_a_form and family == "subpoena" else 60):
                    break
                if _NOT_DUE.search(view.joined, max(low, match.start() - 70), match.start()):
                    break
                if of_a_form or bare(gap):
                    if family == "order" and (
                        not _compels_near(view, match.start(), low)
                        or (
                            _UNTIL.match(match.group())
                            and _HOLDS.search(view.joined, max(low, match.start() - 160), match.start())
                        )
                    ):
                        continue
                    return time_nearby(view, with_time_before(view, moment, match.start()))
                break
    if family in ("subpoena", "demand", "notice") and (day := _on_in_sentence(view, free, low)):
        return time_nearby(view, day)
    instant = _instant(view, low, high, issued, family) or _without_year(view, low, high, issued, family)
    if instant is not None:
        return instant
    return _first_open(view, free, low) if family in ("subpoena", "demand", "notice") else None


_BRING = re.compile(
    r"\b(?:appear|produce|testify|comparecer|producir|deliver|bring|comply|presentar|attend|report|furnish"
    r"|provide)\b[^;]{0,320}$"
)
_ON = re.compile(
    r"(?P<before>[a-z]*)\W+(?:on|el|el dia)\W+(?:the\W+)?(?:[a-z]+day\W+|lunes\W+|martes\W+|"
    r"miercoles\W+|jueves\W+|viernes\W+)?$"
)
_MADE = re.compile(
    r"(?:issued|dated|filed|served|created|sent|signed|made|occurred|happened|involving|incident|accident"
    r"|crash|events?|calls?|arrest(?:ed)?|began|employed|born|taken|recorded|prepared)"
)


def _on_in_sentence(view: View, free: list[Moment], low: int) -> Moment | None:
    """ "Produce the reports for July 4, 2025 at 201 Third Street, on October 14, 2025": the last "on" of one
    command, not the day of what is asked for."""
    for moment in free:
        told = (max(low, moment.at - 360), moment.at)
        on = _ON.search(view.joined, *told)
        if on and not _MADE.fullmatch(on["before"]) and _BRING.search(view.joined, *told):
            return with_time_before(view, moment, told[0])
    return None


_INSTANT = re.compile(
    r"\b(?:by|on ?or ?before|no ?later ?than|not later than|before|on|el"
    r"|a mas tardar el) (?:the )?(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
    r" (?:day )?(?:inst(?:ant)?\b|(?:day )?of (?:this|the present|the current|the same) month\b"
    r"|del (?:corriente|presente mes|mes en curso)\b)"
)


def _instant(view: View, low: int, high: int, issued: Moment | None, family: str) -> Moment | None:
    """ "By the 20th inst.": a day of the month in which the paper was issued."""
    found = _INSTANT.search(view.joined, low, high)
    if issued is None or found is None or (family == "order" and not _compels_near(view, found.start(), low)):
        return None
    try:
        day = issued.date.replace(day=int(found["day"]))
    except ValueError:
        return None  # no such day
    return Moment(day, None, found.start(), found.end()) if day >= issued.date else None


_NO_YEAR = re.compile(
    r"\b(?:by|on ?or ?before|no ?later ?than|not later than|before|a mas tardar el|antes del?)\s"
    rf"(?:[a-z]+day,?\s)?(?:(?P<m>{MONTHS})\.?\s(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?:the\s)?(?P<d2>[0-9]{{1,2}})(?:st|nd|rd|th)?\s(?:day\s)?(?:of\s|de\s)?(?P<m2>{MONTHS}))\b"
    r"(?!\W{0,3}(?:of\s|de[l]?\s)?(?:19|20|two thousand|dos mil)[0-9 ])"
)
SOON_DAYS = 180  # a day without its year farther off than this is not taken for the next one


def _without_year(view: View, low: int, high: int, issued: Moment | None, family: str) -> Moment | None:
    """ "By March 20": the next such day after the paper's own date, where it is not far off."""
    found = _NO_YEAR.search(view.joined, low, high)
    if issued is None or found is None or family not in ("order", "subpoena", "demand"):
        return None
    if family == "order" and not _compels_near(view, found.start(), low):
        return None
    month, day = month_number(found["m"] or found["m2"]), int(found["d"] or found["d2"])
    for year in (issued.date.year, issued.date.year + 1):
        try:
            date = dt.date(year, month, day)
        except ValueError:
            continue  # no such day in that year
        if 0 <= (date - issued.date).days <= SOON_DAYS:
            return Moment(date, None, found.start(), found.end())
    return None


def _first_open(view: View, free: list[Moment], low: int) -> Moment | None:
    """The first later date with a time of day beside it; else the first that is said to be a last day."""
    for moment in free:
        line_low = view.lines[max(0, view.line_of(moment.at) - 1)].at
        timed = time_nearby(view, with_time_before(view, moment, max(low, line_low, moment.at - 40)))
        if timed.time is not None and not re.search(
            r"\b(?:from|between|since|received|sent|faxed)\W*$",
            view.joined[max(low, moment.at - 16) : moment.at],
        ):
            return timed
    for moment in free:
        if re.search(
            r"\b(?:by|on|before|than|el|until|hasta|date)\W*(?:the\W+)?(?:following date\W*)?$",
            view.joined[max(low, moment.at - 26) : moment.at],
        ):
            return moment
    return None


def _compels_near(view: View, at: int, low: int) -> bool:
    sentence = view.joined[max(low, at - 420) : at + 260]
    return bool(
        re.search(
            r"\b(?:produce|comply|production|compliance|provide|deliver|furnish|disclose|turn over"
            r"|make available|producir|produzca|entreg\w+|presentar|presente|exhib\w+|cumplir|transmit"
            r"|release|obey|send|give)\b",
            sentence,
        )
    ) and not re.search(
        r"\b(?:show cause|(?:(?:were|was|or|and|records|documents) (?:made|sent)|created|dated|received"
        r"|existing|prepared|generated"
        r"|(?<!be )(?:made|sent|kept|opened|written|recorded|taken|issued))"
        r"|between)\W+(?:on or )?(?:before|by)?\W*$",
        view.joined[max(low, at - 30) : at],
    )


# Of two events the earlier one: the other cannot be known from the paper.
_WHICHEVER = re.compile(r"\b(?:earlier|later|sooner|first|last) (?:of|to occur)\b[^.;]*$")


def _within(view: View, low: int, high: int, issued: Moment | None) -> Moment | None:
    """Days counted from the order itself; days from service cannot be counted from the paper."""
    if issued is None:
        return None
    for match in _WITHIN.finditer(view.joined, low, high):
        number = match["n"] or match["n2"] or match["n3"] or match["n4"]
        unit = match["unit"] or match["unit2"] or match["unit3"] or match["unit4"]
        anchor = match["anchor"] or match["anchor2"] or match["anchor3"] or match["anchor4"] or ""
        count = spoken_number(number) if number else None
        if not count or "business" in unit or "court" in unit or "working" in unit or "hour" in unit:
            continue
        if not re.match(
            r"\W*(?:of|from|after)\s+(?:(?:the )?(?:date |entry |issuance |filing |signing )?(?:of "
            r"|and )?(?:the )?(?:date |entry |issuance |filing |signing )?(?:of )?"
            r"(?:(?:this|the) (?:(?:memorandum|opinion|and|minute|stipulated|agreed|written|foregoing|above"
            r"|present|instant) ){1,3}order|(?:this|the)? ?(?:order|date hereof|hereof"
            r"|entry(?! of (?:a|an|any|judgment|final)\b)))"
            r"|(?:the )?date (?:below|above|of signature|set (?:out|forth) (?:below|above))"
            r"|(?:the )?(?:date|day) (?:on which|when"
            r"|that) (?:this|the) order (?:is|was)"
            r" (?:filed|entered|signed|issued)|(?:the )?date (?:this|the) order (?:is|was) "
            r"(?:filed|entered|signed|issued)"
            r"|(?:the )?(?:date|issuance) (?:of|on) (?:this (?:subpoena|summons|demand|letter|notice"
            r"|request|writ)"
            r"|its face)\b|its (?:entry|date|filing|issuance)\b|todays?\b|this (?:date|day)\b"
            r"|the (?:date|day) (?:first )?(?:written|stated|shown|appearing) (?:above|below)\b)"
            r"|\W*(?:hence|hereof|herefrom)\b"
            r"|\W*(?:contados |siguientes |calendario |naturales )*(?:de|desde|a partir de|a) "
            r"(?:la )?(?:fecha de )?(?:la )?(?:emision de |expedicion de )?(?:est[ae]|la|su|la presente) ?"
            r"(?:orden|citacion|citatorio|fecha|emision|expedicion)\b",
            anchor,
        ):
            continue
        if not _compels_near(view, match.start(), low) or _WHICHEVER.search(
            view.joined, max(low, match.start() - 160), match.start()
        ):
            continue
        days = count * (7 if unit.startswith("week") else 1)
        return Moment(issued.date + dt.timedelta(days=days), None, match.start(), match.end())
    return None
