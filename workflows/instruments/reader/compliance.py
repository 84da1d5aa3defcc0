"""The day of compliance: of a subpoena or summons, or the day by which an order is to be obeyed."""

from __future__ import annotations

import re

from workflows.instruments.reader.counted import compels_near, day_of_this_month, without_year
from workflows.instruments.reader.dates import (
    Moment,
)
from workflows.instruments.reader.nearby import (
    LAST_DAY,
    bare,
    sentence_start,
    time_nearby,
    with_time_before,
)
from workflows.instruments.reader.view import View

_RETURN = (
    re.compile(
        r"\b(?:date and time|fecha y hora|date, time|date/time|time and date|date & time)\b(?! issued"
        r"| warrant| de emision| de expedicion)\W*"
    ),
    re.compile(
        r"\b(?:return date|return day|deadline(?: for (?:production|compliance))?|compliance date"
        r"|date of compliance|production date|due date"
        # A motion is returnable on the day of its hearing.
        r"|response due|(?<!motion )(?<!motions )(?<!motion is )(?<!motion was )returnable"
        r"|fecha de comparecencia|fecha de cumplimiento|fecha limite"
        r"|date (?:for|of) (?:appearance|production|compliance)|date required|required by|needed by"
        r"|fecha de (?:entrega|presentacion)|place and time for appearance|appearance date|records? due"
        r"|time (?:for|of) (?:production|compliance|appearance)|respond by|production (?:is )?due"
        r"|(?:when|cuando|plazo|vence|due|appearance|comparecencia)(?=\W{0,3}[:|])"
        r"|return on)\b\W*(?:on\s+|is\s+|the\s+)?"
    ),
    re.compile(r"\(\s*[a-e]\s*\)\s*date\b(?! of)\W*"),
    re.compile(
        r"\b(?:" + LAST_DAY + r"|prior to|due|a mas tardar(?: el)?"
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
    re.compile(r"(?:\([abc]\)\s*date\b|\b(?:date|fecha|day|dia)\s*:|\bon the\b)\W*"),
)


# A day for somebody else's step: an appeal, an objection, a question.
_NOT_DUE = re.compile(
    r"\b(?:appeal\w*|questions?|objections?|object|motions? to quash|move to quash|petition (?:to|for)"
    r"|(?<!camera )review|fees?|apelacion|preguntas)\b[^.;]{0,60}$"
)


# "Shall not disclose ... until": how long an order holds, not when something is due.
_UNTIL = re.compile(r"until\b|hasta\b")


_HOLDS = re.compile(
    r"\b(?:not|no|seal\w*|remain\w*|effect\w*|force|valid\w*|delay\w*|stay\w*|vigente|sellad\w*|secret\w*)\b[^.;]*$"
)


def day_of_compliance(
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
    if family in ("warrant", "letter", "application", "other", "consent", "hearing"):
        return None
    taken = {m.at for m in (issued, execute, ends) if m}
    free = [m for m in dated if m.at not in taken and (issued is None or m.date >= issued.date)]
    asks = family in ("subpoena", "demand", "notice")
    for found in (_labelled(view, free, low, high, family), _under_label(view, free, low, high)):
        if found:
            return time_nearby(view, found)
    if family == "order" and (day := _on_as_ordered(view, free, low)):
        return time_nearby(view, day)
    if asks and (day := _on_in_sentence(view, free, low)):
        return time_nearby(view, day)
    told = day_of_this_month(view, low, high, issued, family) or without_year(view, low, high, issued, family)
    if told is not None:
        return told
    return _first_open(view, free, low) if asks else None


def _labelled(view: View, free: list[Moment], low: int, high: int, family: str) -> Moment | None:
    """The first date behind words of a last day: a form's words, of an order only where they compel."""
    for pattern in (_RETURN[1], _RETURN[3]) if family == "order" else _RETURN:
        of_a_form = pattern is _RETURN[0]  # "Date and Time:", whatever the form prints before the date
        reach = 400 if of_a_form and family == "subpoena" else 60
        for match in pattern.finditer(view.joined, low, high):
            moment = next((m for m in free if m.at >= match.end()), None)
            while moment is not None and moment.at - match.end() <= reach:
                if _NOT_DUE.search(view.joined, max(low, match.start() - 70), match.start()):
                    break
                if not (of_a_form or bare(view.text[match.end() : moment.at])):
                    break
                if family != "order" or _binds(view, match, low):
                    return with_time_before(view, moment, match.start())
                moment = next((m for m in free if m.at > moment.at), None)
    return None


def _binds(view: View, match: re.Match[str], low: int) -> bool:
    """Words near by compel, and the date is not how long an order holds."""
    holds = _UNTIL.match(match.group()) and _HOLDS.search(
        view.joined, max(low, match.start() - 160), match.start()
    )
    return compels_near(view, match.start(), low) and not holds


def _under_label(view: View, free: list[Moment], low: int, high: int) -> Moment | None:
    """The date in the column of a table whose head says what it is: "| Return date | Place |"."""
    for label in _RETURN[1].finditer(view.joined, low, high):
        number = view.line_of(label.start())
        if not _edges(view, number):
            continue
        column = len(_edges(view, number, label.start()))
        for n in range(number + 1, min(len(view.lines), number + 4)):
            for moment in free:
                if view.line_of(moment.at) == n and len(_edges(view, n, moment.at)) == column:
                    return moment
    return None


def _edges(view: View, number: int, stop: int | None = None) -> list[int]:
    """Where columns end on a line, up to a place of it."""
    line = view.lines[number]
    end = line.end if stop is None else stop
    return [n for n in range(line.at, end) if view.text[n] in "|\t"]


_ORDERS = re.compile(
    r"\b(?:shall|must|ordered|orders|directed|directs|commanded|commands|required|compelled|debera\w*|ordena\w*"
    r"|entreg\w+|exhib\w+|present\w+|produzca\w*)\b[^;]*$"
)
_HANDS_OVER = re.compile(
    r"\b(?:produc\w+|compl(?:y\w*|iance|eted?)|deliver\w*|provid\w+|furnish\w*|bring\w*|make available"
    r"|mak\w+ available|hand\w* over|turn\w* over|entreg\w+|exhib\w+|present\w+|appear\w*"
    r"|transmit\w*|send\w*)\b"
)
_OTHER_DAY = re.compile(r"\b(?:hearing|conference|trial|argument|sentencing|deposition|audiencia)\b")


def _on_as_ordered(view: View, free: list[Moment], low: int) -> Moment | None:
    """ "Ordered to comply by producing to Agent P. Lind, at 500 Gold Ave., on March 20": the day of one
    sentence that orders to hand over, not that of what is handed over or of a hearing."""
    for moment in free:
        start = sentence_start(view, moment.at, low)
        on = _ON.search(view.joined, start, moment.at)
        told = view.joined[start : moment.at]
        if (
            on
            and not _MADE.fullmatch(on["before"])
            and _ORDERS.search(told)
            and _HANDS_OVER.search(told)
            and not _OTHER_DAY.search(told)
            and not _NOT_DUE.search(told[:-4])
        ):
            return with_time_before(view, moment, start)
    return None


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
    r"|crash|events?|calls?|arrest(?:ed)?|began|employed|born|taken|recorded|prepared|ending|ended|beginning"
    r"|starting|commencing|held|posted|entered|executed|written|made|received|seen|captured|filmed|detained)"
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
