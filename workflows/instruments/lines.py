"""One line of `manage.py classify_instrument`: JSON in, JSON out (workflow.md 3.6).

A line that cannot be read gives `{"id", "error"}` and never an exception: what is on the other side of
a pipe is not trusted, and a reading that fell over must not look like one that found nothing.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from workflows.instruments.classify import KEYS, classify
from workflows.instruments.cues import HOME_CLOCKS
from workflows.instruments.reader.bounds import MOST_CHARACTERS

MOST_LINE = 4 * MOST_CHARACTERS


class BadLine(ValueError):
    """What is wrong with one line, in words that hold nothing of it."""


def read_line(line: str, *, now: dt.datetime, home: str | None = None) -> dict[str, Any]:
    """The reading of one line, or its error. Never raises for any text."""
    identity: Any = None
    try:
        row = _row(line)
        identity = row.get("id")
        if not isinstance(identity, (str, int)) or isinstance(identity, bool):
            identity = None
            raise BadLine("id is missing or is neither text nor a number")
        return {
            "id": identity,
            **reading(row.get("text"), row.get("as_of"), row.get("request_subject"), now=now, home=home),
        }
    except BadLine as bad:
        return {"id": identity, "error": str(bad)}


def _row(line: str) -> dict[str, Any]:
    if len(line) > MOST_LINE:
        raise BadLine("line is too long")
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine("not a JSON object") from None
    if not isinstance(row, dict):
        raise BadLine("not a JSON object")
    return row


def reading(
    text: Any, as_of: Any, request_subject: Any, *, now: dt.datetime, home: str | None = None
) -> dict[str, Any]:
    """The contract's keys for one text; `home` names the city whose records are asked for. Raises BadLine."""
    if not isinstance(text, str):
        raise BadLine("text is missing or is not text")
    if len(text) > MOST_CHARACTERS:
        raise BadLine("text is too long")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadLine("text holds half a character")
    if "\x00" in text:
        raise BadLine("text holds a NUL character")
    moment = as_of_moment(as_of, now)
    try:
        whole = classify(
            text, as_of=moment, request_subjects=[request_subject] if request_subject else [], home_city=home
        )
    except ValueError:
        raise BadLine("request_subject is neither a name nor an object with one") from None
    return {key: whole[key] for key in KEYS}


def as_of_moment(as_of: Any, now: dt.datetime) -> dt.datetime:
    """The moment that "expired" is asked for: a date (its whole day), a time (by the clocks of the home
    courts where it names no zone), or now. Raises BadLine."""
    if as_of is None:
        return now
    if not isinstance(as_of, str):
        raise BadLine("as_of is not an ISO date or time")
    try:
        moment = dt.datetime.fromisoformat(as_of.strip())
    except ValueError:
        raise BadLine("as_of is not an ISO date or time") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=HOME_CLOCKS)
