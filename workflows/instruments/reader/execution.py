"""The last day of a warrant: printed, counted from its issue, or on a line of its own."""

from __future__ import annotations

import datetime as dt
import re

from workflows.instruments.reader.dates import (
    Moment,
    spoken_number,
)
from workflows.instruments.reader.nearby import (
    COUNT,
    LAST_DAY,
    ON_OR_BEFORE,
    after,
)
from workflows.instruments.reader.view import View

_EXECUTE = re.compile(
    r"\b(?:execute|serve|served|search|searched|execution|enter|entry|inspect\w*|executed|ejecutar"
    r"|ejecutarse|registrar|cumplir"
    r"|diligenciar)\b[^.;]{0,120}?\b(?:"
    + LAST_DAY
    + r"|a mas tardar(?: el)?|en o antes del?|antes del?|el o antes del?|hasta el)\b"
    r"|\b(?:last day (?:for|of|to) (?:execut\w+|serv\w+|search\w*)|execution (?:deadline|period|window)"
    r"|execution)"
    r"\b[^.;0-9]{0,24}\b(?:is|on|ends|by|no ?later ?than)\b"
    r"|\bnot (?:to )?be (?:executed|served) (?:after|later than)\b|\buntil\b(?=[^.;]{5,60}\bto (?:make"
    r"|conduct|execute|complete) )"
    r"|\bdays \((?:that is|i\.?e\.?),? (?:" + LAST_DAY + r"|until)\b"
    r"|\b" + ON_OR_BEFORE + r"\b|\bup to and including\b|\bhasta e? ?inclusive el\b|\ba mas tardar el\b"
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


# "It was to be executed by February 17": another warrant's last day, told. What commands tells nothing.
_OF_IT = r"(?:(?!\b(?:you|commanded|this warrant|hereby|usted|esta orden)\b)[^.;])"
_TOLD = re.compile(
    rf"\b(?:was|were|had been|has been|fue|debia)\b{_OF_IT}{{0,40}}"
    rf"\b(?:execut|serv|search|return|ejecut)\w*\b{_OF_IT}{{0,40}}$"
)


def execute_by(view: View, dated: list[Moment], low: int, high: int) -> Moment | None:
    """The last day of a warrant: behind "execute ... on or before", else the first "by" of its command."""
    # A line left open is not filled by the date of issue that the form prints below it.
    own = [m for m in dated if not _TOLD.search(view.joined, max(low, m.at - 110), m.at)]
    found = after(view, _EXECUTE, [m for m in own if not _says_issued(view, m)], low, high, 30)
    if found:
        return found
    for command in re.finditer(
        r"\byou are (?:hereby |therefore )?(?:commanded|authorized)\b"
        r"|\bse le ordena\b",
        view.joined[low:high],
    ):
        at = low + command.start()
        for moment in own:
            if at < moment.at < at + 420 and re.search(
                r"\b(?:by|before|until|el|no ?later ?than)\W*$", view.joined[moment.at - 14 : moment.at]
            ):
                return moment
    return None


def _says_issued(view: View, moment: Moment) -> bool:
    before = view.joined[max(0, moment.at - 30) : moment.at]
    return bool(re.search(r"\b(?:issued|emision|expedicion|dated|signed|filed)\W*$", before))


_EXECUTE_DAYS = re.compile(
    r"\b(?:execut\w+|serv(?:e|ed)|search(?:ed)?|ejecut\w+|diligenci\w+)\b[^.;]{0,60}\b(?:within"
    r"|on or before|(?:not"
    r"|no) (?:more|later) than|dentro de(?: los)?)"
    rf" {COUNT}\s+(?:calendar )?(?:days|dias)\b[^.;]{{0,20}}?\b(?:of|from|after|since|de|desde"
    rf"|siguientes a)\b[^.;]{{0,24}}?"
    r"\b(?:issu\w+|date|its date|hereof|emision|expedicion|fecha)\b"
    rf"|\b(?:commanded|ordered|authorized|directed)\b[^.;]{{3,400}}?\bwithin {COUNT.replace('<n>', '<n3>')}"
    r"\s+(?:calendar )?days\b[^.;]{0,12}?\b(?:of|from|after)\b[^.;]{0,20}?"
    r"\b(?:issu\w+|date|its date|hereof)\b"
    rf"|\b(?:this|the) (?:search )?warrant (?:shall |will )?(?:expires?|is (?:void|valid|good)|becomes void"
    rf"|lapses?)\b"
    rf"[^.;]{{0,40}}?\b{COUNT.replace('<n>', '<n2>')}\s+(?:calendar )?days (?:of|from"
    rf"|after)\b[^.;]{{0,24}}?"
    r"\b(?:issu\w+|date|its date|hereof)\b"
    rf"|\bwarrant (?:shall |will )?(?:be |is |becomes? )?(?:null and )?void (?:if"
    rf"|unless) (?:it is )?(?:not )?"
    rf"(?:executed|served)[^.;]{{0,20}}? within {COUNT.replace('<n>', '<n4>')}\s+(?:calendar )?days\b"
    r"(?! (?:of|from|after) (?:service|receipt))"
)


_EXECUTE_HOURS = re.compile(
    rf"\b(?:execute|executed)\b[^.;]{{0,60}}\bwithin {COUNT}\s+hours\b[^.;]{{0,12}}?\b(?:of|from|after)\b"
    r"[^.;]{0,30}?\b(?:issu\w+|indicated|its date|hereof)\b"
)


def days_to_execute(view: View, issued: Moment | None, low: int, high: int) -> Moment | None:
    """ "Not more than five days from its issuance": counted from the warrant's own date."""
    hours = _EXECUTE_HOURS.search(view.joined, low, high)
    if hours and issued and (count := spoken_number(hours["n"])) and count % 24 == 0:
        day = issued.date + dt.timedelta(days=count // 24)
        return Moment(day, issued.time, hours.start(), hours.end())
    found = _EXECUTE_DAYS.search(view.joined, low, high)
    count = spoken_number(found["n"] or found["n2"] or found["n3"] or found["n4"]) if found else None
    if found is None or issued is None or not count or re.search(r"\breturn\w*\b", found.group()):
        return None
    return Moment(issued.date + dt.timedelta(days=count), None, found.start(), found.end())


_LEFT_EMPTY = re.compile(r"\bexecute this warrant " + ON_OR_BEFORE + r"\W*\n|\ba mas tardar(?: el)?\W*\n")


DAYS_TO_EXECUTE = 45  # more than any warrant has; what is farther off was printed for something else


def torn_off(view: View, dated: list[Moment], issued: Moment | None, low: int, high: int) -> Moment | None:
    """The only date that fills a line of its own below an "on or before" with nothing behind it: a form whose
    fields came out apart from their labels."""
    label = _LEFT_EMPTY.search(view.text, low, high)
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
