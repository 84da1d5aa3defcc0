"""Letters from versioned templates with typed placeholders; issued once, checkable by code.

No letter holds text of a record. All but the production letter, the certificate of search and the
recall neither confirm nor deny that records exist (policy 13.2).
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.utils import timezone, translation

from workflows.audit import log
from workflows.lawbook import in_force
from workflows.notices import letter_texts, places
from workflows.notices.check_codes import new_code
from workflows.notices.letter_markup import drawn
from workflows.notices.letter_texts import Source
from workflows.notices.models import Letter
from workflows.notices.places import Paper, Searched, known_codes
from workflows.policy.document import Policy

__all__ = ["Addressee", "Paper", "Searched", "issue", "known_codes", "templates"]

DATA = Path(__file__).parent / "data" / "letters.yaml"
ENGLISH, SPANISH = "en", "es"
RESIDENT = "resident"


@dataclass(frozen=True, slots=True)
class Template:
    """One version of one letter. `places` names what it may say and of which type that is."""

    id: str
    version: int
    since: dt.date
    reader: str
    titles: Mapping[str, str]
    places: Mapping[str, str]

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages it is written in: both where a resident reads it."""
        return (ENGLISH, SPANISH) if self.reader == RESIDENT else (ENGLISH,)

    def file(self, language: str) -> str:
        """The template's file in one language."""
        return f"letters/{self.id}.{language}.txt"

    def shipped(self, language: str) -> Source:
        """The program's own text in one language."""
        return letter_texts.shipped(self.id, language, self.since)

    def source(self, language: str) -> Source:
        """The text that letters are written from now: the city's own, else the program's."""
        own = letter_texts.agreed(self.id, language)
        return letter_texts.as_source(own) if own else self.shipped(language)

    def digest(self, language: str) -> str:
        """SHA-256 of the program's text and of the frame around it, so that a changed text shows."""
        sha = hashlib.sha256()
        for name in (self.file(language), f"letters/frame.{language}.txt"):
            sha.update(get_template(name).template.source.encode())  # type: ignore[attr-defined]
        return sha.hexdigest()


@functools.cache
def templates() -> Mapping[str, Template]:
    """Every letter by id, in its version in force. Raises ValueError for a place of an unknown type."""
    rows = [Template(**row) for row in yaml.safe_load(DATA.read_text(encoding="utf-8"))["letters"]]
    for row in rows:
        if unknown := set(row.places.values()) - places.TYPES.keys() - places.WORDED.keys():
            raise ValueError(f"letter {row.id}: no such type of place: {', '.join(sorted(unknown))}")
    return {row.id: row for row in rows}


@dataclass(frozen=True, slots=True)
class Addressee:
    """The matter a letter belongs to and the agency it goes to."""

    matter_id: UUID
    number: str
    agency: str
    received_at: dt.datetime


def issue(
    template: str,
    to: Addressee,
    *,
    actor: Any,
    now: dt.datetime,
    missing: Sequence[str] = (),
    language: str = ENGLISH,
    **given: Any,
) -> Letter:
    """Write, number and record one letter inside the caller's transaction, and return it.

    `missing` are codes of the closed list of reasons; everything else in `given` must be what the
    template names, of the types that it names. Raises Invalid for a code outside a closed list.
    """
    code, policy = new_code(), in_force(now)
    row = templates()[template]
    source = row.source(language)
    body = render(
        row, to, source, code=code, today=timezone.localdate(now), policy=policy, missing=missing,
        language=language, given=given,
    )  # fmt: skip
    entry = log.record(
        "letter.issued",
        actor=actor,
        matter=to.matter_id,
        obj=("template", source.sha256),
        reason=template,
        facts={"counts": {"version": row.version}, "policy": policy.label},
    )
    return Letter.objects.create(
        matter_id=to.matter_id,
        template=template,
        template_version=row.version,
        text_number=source.number,
        language=language,
        body=body,
        missing=list(missing),
        check_code=code,
        issued_at=now,
        entry=entry,
    )


def render(
    row: Template,
    to: Addressee,
    source: Source,
    *,
    code: str,
    today: dt.date,
    policy: Policy,
    missing: Sequence[str] = (),
    language: str = ENGLISH,
    given: Mapping[str, Any],
) -> str:
    """The whole text of the letter: what is stored, and what HTML and PDF are drawn from. It is written
    from `source`."""
    if language not in row.languages:
        raise ValueError(f"letter {row.id} is not written in {language}")
    values = dict(given)
    if "received_on" in row.places:
        values["received_on"] = timezone.localdate(to.received_at)
    if "missing" in row.places:
        values["missing"] = missing
    with translation.override(language):
        words = {
            "number": places.one_line(to.number),
            "agency": places.one_line(to.agency),
            "city": places.one_line(settings.CITY_NAME),
            "today": today,
            "source": policy.source.line(language),
            "check_code": code,
            "check_at": settings.PUBLIC_URL.rstrip("/") + "/public/letters/",
            "title": row.titles[language],
            **places.filled(row.places, values, policy),
        }
        words["text"] = drawn(source.text, words)
        return render_to_string(f"letters/frame.{language}.txt", words).strip()
