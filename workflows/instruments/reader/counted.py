"""Last days that are counted or completed: "within 14 days of this order", "by the 20th inst."."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from workflows.instruments.reader.dates import (
    MONTHS,
    Moment,
    month_number,
    spoken_number,
)
from workflows.instruments.reader.nearby import (
    COUNT,
    LAST_DAY,
)
from workflows.instruments.reader.view import View

_INSTANT = re.compile(
    r"\b(?:" + LAST_DAY + r"|on|el|a mas tardar el) (?:the )?(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
    r" (?:day )?(?:inst(?:ant)?\b|(?:day )?of (?:this|the present|the current|the same) month\b"
    r"|del (?:corriente|presente mes|mes en curso)\b)"
)


def day_of_this_month(view: View, low: int, high: int, issued: Moment | None, family: str) -> Moment | None:
    """ "By the 20th inst.": a day of the month in which the paper was issued."""
    found = _INSTANT.search(view.joined, low, high)
    if issued is None or found is None or (family == "order" and not compels_near(view, found.start(), low)):
        return None
    try:
        day = issued.date.replace(day=int(found["day"]))
    except ValueError:
        return None  # no such day
    return Moment(day, None, found.start(), found.end()) if day >= issued.date else None


_NO_YEAR = re.compile(
    r"\b(?:" + LAST_DAY + r"|a mas tardar el|antes del?)\s"
    rf"(?:[a-z]+day,?\s)?(?:(?P<m>{MONTHS})\.?\s(?P<d>[0-9]{{1,2}})(?:st|nd|rd|th)?"
    rf"|(?:the\s)?(?P<d2>[0-9]{{1,2}})(?:st|nd|rd|th)?\s(?:day\s)?(?:of\s|de\s)?(?P<m2>{MONTHS}))\b"
    r"(?!\W{0,3}(?:of\s|de[l]?\s)?(?:19|20|two thousand|dos mil)[0-9 ])"
)


SOON_DAYS = 180  # a day without its year farther off than this is not taken for the next one


def without_year(view: View, low: int, high: int, issued: Moment | None, family: str) -> Moment | None:
    """ "By March 20": the next such day after the paper's own date, where it is not far off."""
    found = _NO_YEAR.search(view.joined, low, high)
    if issued is None or found is None or family not in ("order", "subpoena", "demand"):
        return None
    if family == "order" and not compels_near(view, found.start(), low):
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


def compels_near(view: View, at: int, low: int) -> bool:
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


_WITHIN = re.compile(
    rf"\bwithin {COUNT}\s+(?P<unit>calendar days|business days|court days|working days|days|weeks?|months?"
    rf"|hours)\b(?P<anchor>[^.;]{{0,60}})|\b(?:no|not) (?:later"
    rf"|more) than {COUNT.replace('<n>', '<n2>')}\s+"
    rf"(?P<unit2>calendar days|business days|court days|working days|days|weeks?"
    rf"|months?)\b(?P<anchor2>[^.;]{{0,60}})"
    rf"|\b(?:dentro de|en) (?:los |un plazo de |el plazo de |el termino de |un termino de )?"
    rf"{COUNT.replace('<n>', '<n3>')}\s+(?P<unit3>dias|semanas?|mes(?:es)?)\b"
    rf"(?P<anchor3>[^.;]{{0,60}})"
    rf"|(?<!than )(?<!least )(?<!every )(?<!within )(?<!for )(?<!of )(?<!exceed )(?<!exceeding )(?<!last )"
    rf""
    rf"{COUNT.replace('<n>', '<n4>')}\s+(?:calendar )?(?P<unit4>days|weeks)\b"
    rf"(?P<anchor4>\W*(?:hence\b|(?:from|after)\b[^.;]{{0,60}}))"
    rf"|\b(?:on|by|before|until|el|para el|al) (?:the )?(?P<n5>[0-9]{{1,2}}|[a-z]+(?:-[a-z]+)?)"
    rf"(?:st|nd|rd|th)?(?:\s*\([0-9]{{1,2}}(?:st|nd|rd|th)?\))? (?:calendar )?(?P<unit5>day|dia)"
    rf"(?P<anchor5>\W*(?:from|after|following|desde|a partir de|contado desde)\b[^.;]{{0,60}})"
)


def days_from_issue(view: View, low: int, high: int, issued: Moment | None) -> Moment | None:
    """Days counted from the order itself; days from service cannot be counted from the paper."""
    if issued is None:
        return None
    for match in _WITHIN.finditer(view.joined, low, high):
        which = next(k for k in ("", "2", "3", "4", "5") if match[f"unit{k}"])
        number, unit, anchor = match[f"n{which}"], match[f"unit{which}"], match[f"anchor{which}"] or ""
        count = 1 if number in ("a", "an", "un", "una") else spoken_number(number)
        if not count or "business" in unit or "court" in unit or "working" in unit or "hour" in unit:
            continue
        if not re.match(
            r"\W*(?:of|from|after|following)\s+(?:(?:the )?(?:date |entry |issuance |filing "
            r"|signing )?(?:of "
            r"|and )?(?:the )?(?:date |entry |issuance |filing |signing )?(?:of )?"
            r"(?:(?:this|the) (?:(?:memorandum|opinion|and|minute|stipulated|agreed|written|foregoing|above"
            r"|present|instant) ){1,3}order|(?:this|the)? ?(?:order|date hereof|hereof"
            r"|entry(?! of (?:a|an|any|judgment|final)\b)))"
            r"|(?:the )?date of (?:issue|issuance|signing|signature|entry) (?:below|above|hereof|shown"
            r"|stated|printed)"
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
        if not compels_near(view, match.start(), low) or _WHICHEVER.search(
            view.joined, max(low, match.start() - 160), match.start()
        ):
            continue
        return Moment(_later(issued.date, count, unit), None, match.start(), match.end())
    return None


def _later(day: dt.date, count: int, unit: str) -> dt.date:
    """So many days, weeks or months after a day; the last of a month where the later one is shorter."""
    if unit.startswith("m"):
        years, month = divmod(day.month - 1 + count, 12)
        last = calendar.monthrange(day.year + years, month + 1)[1]
        return dt.date(day.year + years, month + 1, min(day.day, last))
    return day + dt.timedelta(days=count * (7 if unit.startswith(("week", "sem")) else 1))
