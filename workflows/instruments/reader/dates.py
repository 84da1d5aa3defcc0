"""Dates and times as papers print them: figures, words, English and Spanish.

A month and a day that do not exist give no date. What is computed ("within 14 days of entry") is
left to the caller, which knows the anchor.
"""

from __future__ import annotations

import calendar
import datetime as dt
import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from workflows.instruments.reader.mending import DATA
from workflows.instruments.reader.view import View


@functools.cache
def _words() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((DATA / "vocabulary.yaml").read_text(encoding="utf-8"))
    return data


@functools.cache
def _months() -> dict[str, int]:
    lists = _words()["months"]
    months = {name: n for key in lists for n, name in enumerate(lists[key], 1)}
    old = {"jany": 1, "feby": 2, "febr": 2, "octr": 10, "novr": 11, "decr": 12}  # as clerks still write them
    return {**months, **old, "sept": 9, "setiembre": 9}


def month_number(name: str) -> int:
    """1 to 12 of a month's name in English or Spanish, whole or short. KeyError for other words."""
    return _months()[name]


MONTHS = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))


ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
STATES = tuple(str(name) for name in _words()["states"])


@functools.cache
def _weekdays() -> dict[str, int]:
    return {name: n for key in ("en", "es") for n, name in enumerate(_words()["weekdays"][key])}


@functools.cache
def _numbers() -> dict[str, int]:
    return {**_words()["numbers"]["en"], **_words()["numbers"]["es"]}


@dataclass(frozen=True, slots=True)
class Moment:
    """A printed date with its place in the view's text; `time` only where one is printed with it.

    `weekday_wrong` is True when a weekday is printed that the date does not have.
    """

    date: dt.date
    time: dt.time | None
    at: int
    end: int
    weekday_wrong: bool = False

    def iso(self) -> str:
        """ISO 8601: the date, with hours and minutes where they are printed."""
        if self.time is None:
            return self.date.isoformat()
        return dt.datetime.combine(self.date, self.time).isoformat(timespec="minutes")  # noqa: DTZ

    def as_day(self) -> Moment:
        """The same without its time."""
        return Moment(self.date, None, self.at, self.end, self.weekday_wrong)


@functools.cache
def _pattern() -> re.Pattern[str]:
    month = "|".join(sorted(map(re.escape, _months()), key=len, reverse=True))
    number = "|".join(sorted(map(re.escape, _numbers()), key=len, reverse=True))
    spoken = rf"(?:{number})(?:[\s-]{{1,3}}(?:(?:and|y)[\s-]{{1,2}})?(?:{number})){{0,6}}"
    # "twentieth (20th)", "two thousand twenty-six (2026)": the figures repeat the words
    again = r"(?:\s?\(\s?[0-9]{1,2}(?:st|nd|rd|th|o|º)?\s?\))"
    ordinal = r"(?:\s?(?:st|nd|rd|th|t[bln]|[il]h|rcl|d(?=\s)|o|º|['\"*°]{1,2}))"
    day = rf"(?:[0-9]{{1,2}}{ordinal}?(?:\s?\(\s?{spoken}\s?\))?|{spoken}{again}?)"
    year = rf"(?:[12][0-9]{{3}}|20\s[0-9]{{2}}(?![0-9])|'\s?[0-9]{{2}}(?![0-9])|{spoken})"
    return re.compile(
        rf"(?P<iso>(?<![0-9/.-])(?:19|20)[0-9]{{2}}-[0-9]{{2}}-[0-9]{{2}}(?![0-9-]))"
        rf"|(?P<ymd>(?<![0-9/.-])(?:19|20)[0-9]{{2}}[./][0-9]{{1,2}}[./][0-9]{{1,2}}(?![0-9/.]?[0-9]))"
        rf"|(?P<us>(?<![0-9/.:-])[0-9]{{1,2}}(?:\s?/\s?[0-9]{{1,2}}\s?/\s?(?:(?:19|20)[0-9]{{2}}"
        rf"|[0-9]{{2}})|-[0-9]{{1,2}}-(?:19|20)[0-9]{{2}})(?![0-9/-]))"
        rf"|(?P<short>(?<![0-9/.:-])(?:0?[1-9]|1[0-2])-(?:0?[1-9]|[12][0-9]|3[01])-[0-9]{{2}}(?![\w/-]))"
        rf"|(?P<dots>(?<![0-9./-])[0-9]{{1,2}}\.[0-9]{{1,2}}\.(?:19|20)[0-9]{{2}}(?![0-9]))"
        rf"|(?P<mdy>(?<![a-z])(?P<m1>{month})(?:\b\.?[\s-]*|(?=[0-9]))(?P<d1>[0-9]{{1,2}}|[1-3]\s[0-9](?=\s?,?\s20[0-9]{{2}}))\s?(?:st|nd|rd"
        rf"|th)?\b\s{{0,4}}[,.-]?\s*(?:of\s+)?(?:a\.?\s?d\.?\s+)?(?P<y1>(?:19|20)[0-9]{{2}})(?![0-9]))"
        rf"|(?P<mdw>(?<![a-z])(?P<m4>{month})\b\s*(?:the\s+)?(?P<d4>{spoken}{again}?|[0-9]{{1,2}}\s?(?:st|nd|rd|th)?)"
        rf"\s?,\s*(?P<y4>{year}))"
        rf"|(?P<ctime>(?<![a-z])(?P<mu>{month})\s(?P<du>[0-9]{{1,2}})\s[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?"
        rf"\s(?:[a-z]{{3}}\s)?(?P<yu>20[0-9]{{2}})(?![0-9]))"
        rf"|(?P<run>(?<![a-z0-9])(?P<dr>[0-9]{{1,2}})(?P<mr>{month})(?P<yr>(?:20)?[0-9]{{2}})(?![a-z0-9]))"
        rf"|(?P<dmy>(?<![a-z0-9])(?P<d2>{day})\s*(?:c?l?d?ay\s*of\s*|dias?\s+del?\s+"
        rf"|dias?\s+del?\s+mes\s+de\s+|day\s+|of\s+|de\s+|-\s?|/)?"
        rf"(?:mes\s+de\s+|the\s+month\s+of\s+)?(?P<m2>{month})\b\s?\.?\s{{0,4}}[,/-]?\s*(?:(?:in\s+)?(?:the\s+)?(?:year\s+)?"
        rf"(?:of\s+our\s+lord,?\s+)?(?:a\.?\s?d\.?\s+)?|(?:de|del)\s+(?:ano\s+)?)(?P<y2>{year}))"
        rf"|(?P<wheel>(?:(?<![\w])'|(?<![0-9/:.-])(?=[0-9]{{2}}\s[a-z]{{3,9}}\s[0-9]{{1,2}}\s{{1,3}}[ap]\s?m?\W*[0-9]))"
        rf"(?P<y9>[0-9]{{2}})\s(?P<m9>{month})\b\.?\s(?P<d9>[0-9]{{1,2}})(?![0-9]))"
        rf"|(?P<short2>(?<![a-z])(?P<m0>{month})\b\.?\s?(?P<d0>[0-9]{{1,2}})(?:st|nd|rd|th)?\s?,?\s'(?P<y0>[0-9]{{2}})(?![0-9]))"
        rf"|(?P<mil>(?<![0-9/:-])(?P<d8>[0-9]{{1,2}})[\s-]{{1,2}}(?P<m8>{month})\b\.?[\s-]{{0,2}}(?:(?<=[\s-])|')(?P<y8>[0-9]{{2}})(?![0-9:/]|\s?[ap]\.?m))"
        rf"|(?P<roman>(?<![a-z0-9./-])(?P<do>[0-9]{{1,2}})\s?(?P<sep>[./-])\s?(?P<mo>{'|'.join(ROMAN)})\s?(?P=sep)\s?(?P<yo>20[0-9]{{2}})(?![0-9]))"
        rf"|(?P<last>\blast\s+day\s+of\s+(?P<m5>{month})\s?,?\s+(?P<y5>{year}))"
        rf"|(?P<clock>(?<![0-9/.-])(?P<y6>(?:19|20)[0-9]{{2}})[\s-]+(?P<m6>{month})\b\.?\s?-?\s?(?P<d6>[0-9]{{1,2}})(?![0-9:]))"
        rf"|(?P<boxes>\bmonth\W{{1,3}}(?P<m7>{month})\b\.?\s+(?:date"
        rf"|day)\W{{1,3}}(?P<d7>[0-9]{{1,2}})\s+year\W{{1,3}}"
        rf"(?P<y7>(?:19|20)[0-9]{{2}}))"
        rf"|(?P<sp>(?<![a-z])(?P<m3>{month})\s+(?P<d3>[0-9]{{1,2}})\s+del?\s+(?P<y3>(?:19|20)[0-9]{{2}}))",
    )


_TIME = re.compile(
    r"\s*[,;]?\s*(?:-\s*)?(?:\(?[a-z]{0,9}\)?\s+)??(?:at|by|a\s+las?|@|time:?|hora:?"
    r"|-)?\s*(?:approximately\s+)?"
    r"(?P<h>[0-9]{1,2})\s?(?:[:.]\s?(?P<m>[0-9]{2})(?::[0-9]{2})?)?\s*(?:oclock\s*,?\s*)?"
    r"(?:(?:\[\s*(?P<tick>[x^])?\s*\]\s*)?(?P<half>[ap]\s?\.?\s?(?:m|rn))\b\.?(?!\s*[a-z]+\s+to)"
    r"|(?P<h24>hours|hrs|h)\b|(?=\s|$|[^0-9a-z/%-]))"
)
_NOON = re.compile(
    r"\s*[,;]?\s*(?:at|by|a\s+las?|al?)?\s*(?:12:00\s+)?(?:o'?clock\s+)?(?P<w>noon|midnight|mediodia"
    r"|medianoche)\b"
)


def spoken_number(words: str) -> int | None:
    """ "two thousand twenty-six" as 2026, "third" as 3; None when a word is no number."""
    if short := re.fullmatch(r"'\s?([0-9]{2})", words.strip()):
        return 2000 + int(short[1])
    if re.fullmatch(r"20\s[0-9]{2}", words.strip()):
        return int(words.strip().replace(" ", "").replace("\t", "").replace("\n", ""))
    parts = [w for w in re.split(r"[\s-]+", words.strip()) if w and w not in ("and", "y")]
    if len(parts) == 1 and parts[0].isdigit():
        return int(parts[0])
    total, current = 0, 0
    for part in parts:
        value = _numbers().get(part)
        if value is None:
            return None
        if value == 1000:
            total, current = total + (current or 1) * 1000, 0
        elif value == 100:
            current = (current or 1) * 100
        else:
            current += value
    number = total + current
    # "twenty twenty-six" is said for 2026
    if number < 100 and len(parts) >= 2 and parts[0] == "twenty" and _numbers().get(parts[1], 0) >= 10:
        rest = sum(_numbers()[part] for part in parts[1:])
        return 2000 + rest
    return number


def _day(text: str) -> int | None:
    """The day, which figures and words must tell alike where both are printed."""
    read = {
        int(digits.group().replace(" ", ""))
        if (digits := re.match(r"[0-9]+(?: [0-9](?=$))?", half.strip()))
        else spoken_number(half)
        for half in re.split(r"[()]", text)
        if half.strip()
    }
    return read.pop() if len(read) == 1 else None


def _year(number: int | None) -> int | None:
    if number is None:
        return None
    if number < 100:
        return 2000 + number if number < 70 else 1900 + number
    return number


def _date_of(match: re.Match[str]) -> dt.date | None:
    kind = match.lastgroup
    try:
        if match["iso"]:
            return dt.date.fromisoformat(match["iso"])
        if match["ymd"]:
            year, month, day = (int(part) for part in re.split(r"[./]", match["ymd"]))
            return dt.date(year, month, day)
        if figures := match["us"] or match["dots"] or match["short"]:
            month, day, year = (int(part) for part in re.split(r"\s?[/.-]\s?", figures))
            if month > 12 >= day:  # a day before the month: Spanish usage, and unambiguous here
                month, day = day, month
            return dt.date(_year(year) or 0, month, day)
        for number in "1234567890ruo":
            if match[f"m{number}"]:
                year_number = _year(spoken_number(match[f"y{number}"]))
                if number == "5":  # the last day of a month
                    return _last_day(year_number, _months()[match["m5"]])
                day_number = _day(match[f"d{number}"])
                if not year_number or not day_number or not 1900 <= year_number <= 2199:
                    return None
                name = match[f"m{number}"]
                month = ROMAN.index(name) + 1 if number == "o" else _months()[name]
                return dt.date(year_number, month, day_number)
    except ValueError:
        return None  # no such day
    raise AssertionError(kind)


def _last_day(year: int | None, month: int) -> dt.date | None:
    return (
        dt.date(year, month, calendar.monthrange(year, month)[1]) if year and 1900 <= year <= 2199 else None
    )


def moments(view: View, at: int = 0, end: int | None = None) -> Iterator[Moment]:
    """Every date between two places of the view, in order. February 30 is none."""
    stop = len(view.text) if end is None else end
    yield from sorted((*_printed(view, at, stop), *_reckoned(view, at, stop)), key=lambda m: m.at)


def _reckoned(view: View, at: int, stop: int) -> Iterator[Moment]:
    for match in _NTH.finditer(view.joined, at, stop):
        time, finish = _time_after(view.text, match.end(), stop)
        yield Moment(_nth_weekday(match), time, match.start(), finish)


def _printed(view: View, at: int, stop: int) -> Iterator[Moment]:
    for match in _pattern().finditer(_unruled(view), at, stop):
        date = _date_of(match)
        if date is None:
            continue
        time, finish = _time_after(view.text, match.end(), stop)
        yield Moment(date, time, match.start(), finish, _weekday_wrong(view.text, match.start(), date))


_NTH = re.compile(
    rf"\b(?P<n>first|second|third|fourth|last|primer|segundo|tercer|cuarto|ultimo)"
    rf" (?P<w>{'|'.join(_weekdays())}) (?:in|of|de|del mes de) (?P<m>{MONTHS})\b"
    r",? (?:de |del )?(?P<y>20[0-9]{2})(?![0-9])"
)
_PLACES = ("first primer", "second segundo", "third tercer", "fourth cuarto")


def _nth_weekday(match: re.Match[str]) -> dt.date:
    """ "The third Friday of March, 2026"."""
    year, month = int(match["y"]), month_number(match["m"])
    wanted = _weekdays()[match["w"]]
    days = [
        d
        for d in range(1, calendar.monthrange(year, month)[1] + 1)
        if dt.date(year, month, d).weekday() == wanted
    ]
    place = next((n for n, words in enumerate(_PLACES) if match["n"] in words.split()), -1)
    return dt.date(year, month, days[place])


_RULES = str.maketrans("_[]", "   ")


def _unruled(view: View) -> str:
    """The text without the rules that a form prints under what is filled in: "this __20th__ day of"."""
    return view.text.translate(_RULES)


def impossible(view: View, at: int, end: int) -> bool:
    """True when a date is printed between two places that no calendar has."""
    return any(_date_of(match) is None for match in _pattern().finditer(_unruled(view), at, end))


def _weekday_wrong(text: str, at: int, date: dt.date) -> bool:
    before = re.search(r"([a-z]+)\s*,?\s*(?:the\s+|el\s+)?$", text[max(0, at - 20) : at])
    if before is None or before.group(1) not in _weekdays():
        return False
    return _weekdays()[before.group(1)] != date.weekday()


def _time_after(text: str, at: int, stop: int) -> tuple[dt.time | None, int]:
    """The time printed right after a date, and where it ends."""
    noon = _NOON.match(text, at, stop)
    if noon:
        hour = 12 if noon["w"] in ("noon", "mediodia") else 0
        # Midnight on a day is read as its end: nothing is lost by waiting, and nothing opens by it.
        return (dt.time(hour) if hour else dt.time(23, 59)), noon.end()
    military = re.compile(
        r"\W*(?:at\W*)?(?P<h>[01][0-9]|2[0-3]):?(?P<m>[0-5][0-9])\s?(?:hours|hrs|h)\b"
    ).match(text, at, min(stop, at + 24))
    if military:
        return dt.time(int(military["h"]), int(military["m"])), military.end()
    spoken = _SPOKEN_TIME.match(text, at, min(stop, at + 70))
    if spoken and (told := _spoken_hour(spoken)):
        return told, spoken.end()
    match = _TIME.match(text, at, min(stop, at + 60))
    if match is None or not (match["m"] or match["half"]):
        return None, at
    if match["half"] and (half := _ticked(text, match.end("m") if match["m"] else match.end("h"))):
        hour = int(match["h"]) % 12 + 12 * (half == "p")
        return dt.time(hour, int(match["m"] or 0)), match.end()
    time = clock(match)
    return (time, match.end()) if time else (None, at)


_HOURS = tuple(_words()["numbers"]["en"])[:12]  # one to twelve
_SPOKEN_TIME = re.compile(
    rf"\s*[,;]?\s*(?:at|by)\s*(?:the hour of\s*)?(?P<h>[0-9]{{1,2}}|{'|'.join(_HOURS)})\s*(?:oclock"
    rf"|o'clock)?,?\s*"
    r"(?:in the (?P<part>forenoon|morning|afternoon|evening)\b|(?P<half>[ap])\s?\.?\s?m\b)"
)


def _spoken_hour(match: re.Match[str]) -> dt.time | None:
    """ "At two o'clock in the afternoon", "at ten a.m."."""
    hour = int(match["h"]) if match["h"].isdigit() else _HOURS.index(match["h"]) + 1
    if not 1 <= hour <= 12:
        return None
    late = match["part"] in ("afternoon", "evening") or match["half"] == "p"
    return dt.time(hour % 12 + 12 * late)


_BOXES = re.compile(
    r"\W{0,2}(?:\[\s*(?P<a>[x^]?)\s*\]|(?P<a2>[~^]))\s*a\W?m\W{0,3}"
    r"(?:\[\s*(?P<p>[x^]?)\s*\]|(?P<p2>[~^]))\s*p\W?m\b"
)


def _ticked(text: str, at: int) -> str:
    """Of the boxes "[ ] a.m. [x] p.m." behind an hour the ticked one, "a" or "p"; "" where there are none."""
    boxes = _BOXES.match(text, at, at + 40)
    if boxes is None:
        return ""
    early, late = (
        (boxes["a"] or boxes["a2"] or "") in ("x", "^"),
        (boxes["p"] or boxes["p2"] or "") in ("x", "^"),
    )
    return "" if early == late else "p" if late else "a"


def clock(match: re.Match[str]) -> dt.time | None:
    """The time of a match of hours, minutes and half of the day."""
    hour, minute = int(match["h"]), int(match["m"] or 0)
    half = re.sub(r"[^a-z]", "", match["half"] or "")[:1]
    if half == "p" and hour < 12:
        hour += 12
    if half == "a" and hour == 12:
        hour = 0
    try:
        return dt.time(hour, minute)
    except ValueError:
        return None


_TIME_ALONE = re.compile(
    r"(?<![0-9:/])(?P<h>[0-9]{1,2})\s?[:.]\s?(?P<m>[0-9]{2})\s*(?:oclock\s*,?\s*)?(?:\[\s*[x^]?\s*\]\s*)?"
    r"(?P<half>[ap]\s?\.?\s?(?:m|rn))?\b"
)


def time_in(text: str, at: int, stop: int) -> dt.time | None:
    """The first time of day between two places."""
    match = _TIME_ALONE.search(text, at, stop)
    return clock(match) if match else None
