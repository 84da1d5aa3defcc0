"""Dates that stand behind certain words, and times that stand beside their dates."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from workflows.instruments.reader.dates import Moment, clock, time_in
from workflows.instruments.reader.view import View

# Words of a last day as recognition runs them together, and the number in front of "days".
ON_OR_BEFORE = r"on ?or ?before"
LAST_DAY = ON_OR_BEFORE + r"|no ?later ?than|not later than|by|before"
COUNT = r"(?:[a-z]+(?:-[a-z]+)?\s*\(\s*)?\b(?P<n>[0-9]{1,3}|[a-z]+(?:-[a-z]+)?)\s*\)?"

_STRUCK = re.compile(r"\[\s*(?:struck|crossed out|stricken|tachado|deleted|overwritten)[^\]]*\]")


def after(
    view: View, pattern: re.Pattern[str], dated: list[Moment], low: int, high: int, reach: int
) -> Moment | None:
    """The first date that follows one of these words closely, blanks and articles between."""
    for match in pattern.finditer(view.joined, low, high):
        for moment in dated:
            between = (
                _STRUCK.sub("", view.joined[match.end() : moment.at]) if moment.at >= match.end() else ""
            )
            if (
                match.end() <= moment.at
                and len(between) <= reach
                and bare(between)
                and not struck(view, moment)
            ):
                return with_time_before(view, moment, match.end())
    return None


# A stop that ends no sentence: "Ave. SW", "P. Lind", "No. 12", "a.m.".
_NO_END = re.compile(
    r"(?:(?<![a-z])[a-z]|\b(?:ave|blvd|st|rd|dr|ste|no|nos|mt|ft|jr|sr|hon|mr|mrs|ms|doc|dept|fed|civ|crim|cv|cr"
    r"|inc|co|corp|ltd|vs?|u\.?s|d\.?c|sec|art|num|sra?|lic|ene|feb|mar|abr|jun|jul|ago|sept?|oct|nov|dic|jan|apr"
    r"|aug|dec))$"
)


def sentence_start(view: View, at: int, low: int) -> int:
    """Where the sentence begins in which a place of the view stands; 900 characters back at most."""
    start = max(low, at - 900)
    for stop in range(at - 1, start, -1):
        if view.text[stop] == ";" or view.text.startswith("\n\n", stop):
            return stop + 1
        ends = view.text[stop] == "." and view.text[stop + 1 : stop + 2].isspace()
        if ends and not _NO_END.search(view.text[max(0, stop - 6) : stop]):
            return stop + 1
    return start


def struck(view: View, moment: Moment) -> bool:
    """The date stands in a note that says it was struck out."""
    return bool(
        re.search(
            r"\[\s*(?:struck|crossed out|stricken|tachado|deleted|overwritten)[^\]]*$",
            view.joined[max(0, moment.at - 40) : moment.at],
        )
    )


_TIME_BEFORE = re.compile(
    r"(?:(?P<h>[0-9]{1,2})\s?(?:[:.]\s?(?P<m>[0-9]{2}))?\s*(?:oclock\W*)?(?P<half>[ap]\s?\.?\s?(?:m|rn))"
    r"|(?<![0-9:])(?P<h24>[01][0-9]|2[0-3])(?::(?P<m24>[0-5][0-9])|(?P<mil>[0-5][0-9])(?=\W{0,2}h))"
    r"(?:\W{0,2}(?:hours|horas|hrs|h))?"
    r"|(?P<noon>noon|mediodia))\W*"
    r"(?:\(?(?:mst|mdt|mt|est|edt|cst|cdt|pst|pdt|mountain|local)\b\)?\W*(?:standard "
    r"|daylight )?(?:time\W*)?)?(?:on|of|el|del)?\W*(?:the\W*)?(?:[a-z]+day\W*)?$"
)


def with_time_before(view: View, moment: Moment, at: int) -> Moment:
    """ "5:00 p.m. on March 3": the time stands before its date."""
    if moment.time is not None:
        return moment
    found = _TIME_BEFORE.search(view.joined, max(0, moment.at - 60), moment.at)
    if found is None:
        return moment
    if found["h24"]:
        time: dt.time | None = dt.time(int(found["h24"]), int(found["m24"] or found["mil"]))
    else:
        time = dt.time(12) if found["noon"] else clock(found)
    return replace(moment, time=time) if time else moment


def bare(between: str) -> bool:
    """Only small words, times and marks between a label and its date."""
    left = re.sub(
        r"\b(?:on|at|the|el|dia|of|day|this|monday|tuesday|wednesday|thursday|friday|saturday|sunday|lunes"
        r"|martes|miercoles|jueves|viernes|sabado|domingo|noon|am|pm|by|cob|eod|close|following|business"
        r"|end|a|las|las|m|p|date|time|"
        r"fecha|hora|and|y|midnight|mst|mdt|est|edt|issued|before|or|than|later|no|not|los|en|is|mountain"
        r"|in|until|hasta|de|del|local|hours|horas|hrs|h|oclock|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b|[0-9:.,()\[\]_\s/x^-]+",
        "",
        between,
    )
    return len(left.strip(" :;\"'-")) <= 2


def time_nearby(view: View, moment: Moment) -> Moment:
    """A time in the next column or line of a form: "(C) Time 10:00 [X] a.m."."""
    if moment.time is not None:
        return moment
    line = view.line_of(moment.at)
    high = view.lines[min(len(view.lines) - 1, line + 2)].end
    label = re.compile(r"\b(?:time|hora|at|a las)\b\W*(?=[0-9])").search(view.text, moment.end, high)
    if label and not re.search(r"\.\s+[a-z]+\s[a-z]{2,}", view.text[moment.end : label.start()]):
        half = re.compile(
            r"([0-9]{1,2})[:.]([0-9]{2})\s*\[\s*([x^]?)\s*\]\s*a\.?m\.?\s*\[\s*([x^]?)\s*\]\s*p"
        ).match(view.text, label.end())
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
