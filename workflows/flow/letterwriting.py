"""The texts of letters change by two people: an administrator proposes, and another administrator or a lawyer
settles it. Nothing that was issued changes.

A text that leaves out what the letter has to say, or names what it does not have, is refused with every
reason before anything is stored (`notices/letter_markup.py`).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone, translation

from workflows.audit import log
from workflows.errors import Forbidden, GuardFailed, Invalid, NotVisible, Stale, WrongState
from workflows.flow.advance import require_step_up
from workflows.lawbook import in_force
from workflows.matters.access import is_active_in
from workflows.matters.acts import act
from workflows.notices import letter_markup, letter_samples, letter_texts, letters, places
from workflows.notices.letter_texts import Source
from workflows.notices.models import Letter, LetterText
from workflows.policy.guard_text import refuse_status
from workflows.policy.roles import ADMINISTRATOR, allowed
from workflows.proposals import open_one, settle


def letter_of(template: str, language: str) -> letters.Template:
    """The letter of this name that is written in this language. Raises NotVisible."""
    row = letters.templates().get(template)
    if row is None or language not in row.languages:
        raise NotVisible()
    return row


def examine(template: str, language: str, text: str) -> Source:
    """The text as a proposal would store it. Raises NotVisible, and Invalid with every reason why it is no
    text of this letter."""
    row = letter_of(template, language)
    text, ours = letter_markup.bare(text), row.shipped(language).text
    found = letter_markup.faults(text, row.places, ours)
    if not found:
        with translation.override(language):
            found = letter_markup.left_out(text, ours, _samples(row))
    if found:
        raise Invalid("Nothing has been stored. " + " ".join(found), code="letter_faults")
    refuse_status(text, like=ours)
    return Source(text, 0, timezone.localdate(), letter_texts.digest_of(text))


def look(template: str, language: str, text: str, *, actor: Any) -> Source:
    """What a proposal of this text would store; nothing is but that somebody looked. Raises as `examine`, and
    Forbidden."""
    with act("change_letter", actor=actor, matter_id=None):
        if not allowed(actor.role, "change_letter"):
            raise Forbidden("Administrators propose texts of letters.")
        source = examine(template, language, text)
        about = {"result": template}
        log.record("letter.text_examined", actor=actor, obj=("template", source.sha256), facts=about)
        return source


def _samples(row: letters.Template) -> list[tuple[dict[str, Any], dict[str, str]]]:
    policy, found = in_force(timezone.now()), []
    for spare in (False, True):
        values = places.filled(row.places, letter_samples.given(row.places, policy, spare=spare), policy)
        around = dict.fromkeys(letter_markup.EVERYWHERE, "Invented")
        found.append((around | values, letter_samples.words_of(values, row.places)))
    return found


def sample(template: str, language: str, source: Source, *, now: dt.datetime) -> Letter:
    """A letter of an invented matter, written from this text; it is stored nowhere and bears no code."""
    row, policy = letter_of(template, language), in_force(now)
    to = letters.Addressee(letter_samples.NOBODY, letter_samples.NUMBER, letter_samples.AGENCY, now)
    given = letter_samples.given(row.places, policy)
    missing = given.pop("missing", ())
    given.pop("received_on", None)
    body = letters.render(
        row, to, source, code=letter_samples.CODE, today=timezone.localdate(now), policy=policy,
        missing=missing, language=language, given=given,
    )  # fmt: skip
    return Letter(
        template=row.id, template_version=row.version, language=language, body=body,
        check_code=letter_samples.CODE, issued_at=now,
    )  # fmt: skip


def propose_text(
    template: str, language: str, text: str, *, actor: Any, stepped_up_at: dt.datetime | None
) -> LetterText:
    """Another person is asked whether letters of this kind are written from this text. None is, before.

    Raises Forbidden, StepUpNeeded, NotVisible for no such letter, Invalid with every reason, WrongState while
    a proposal for this letter and language is open.
    """
    with act("change_letter", actor=actor, matter_id=None):
        now = timezone.now()
        _may(actor, "change_letter", stepped_up_at, now)
        row, source = letter_of(template, language), examine(template, language, text)
        known = LetterText.objects.select_for_update().filter(template=template, language=language)
        if known.filter(settled_at=None).exists():
            raise WrongState(
                "Another text of this letter waits already. It has to be settled first.", code="letter_waits"
            )
        base = row.source(language)
        if source.text == base.text:
            raise Invalid("The letter says this already.", code="nothing_changes")
        number = max((one.number for one in known), default=0) + 1
        return LetterText.objects.create(
            template=template, language=language, number=number, base=base.number, shipped=row.version,
            text=source.text, sha256=source.sha256, proposed_by=actor, proposed_at=now,
            entry=_record("letter.text_proposed", template, number, source.sha256, actor),
        )  # fmt: skip


def settle_text(text_id: int, agrees: bool, *, actor: Any, stepped_up_at: dt.datetime | None) -> LetterText:
    """Letters of this kind are written from the text from now on, or never will be.

    The administrator who proposed it can take it back, and only another person agrees: an administrator or a
    lawyer. Raises Forbidden, StepUpNeeded, NotVisible for none that is open, GuardFailed for the one who
    proposed it, Stale where the letter has another text by now, Invalid where it is no text any more.
    """
    with act("settle_letter", actor=actor, matter_id=None):
        now = timezone.now()
        _may(actor, "settle_letter", stepped_up_at, now)
        row = open_one(LetterText.objects.all(), text_id)
        if agrees:
            _agreed(row, actor)
        event = "letter.text_changed" if agrees else "letter.text_declined"
        _record(event, row.template, row.number, row.sha256, actor)
        settle(row, agrees, actor=actor, now=now)
        return row


def _agreed(row: LetterText, actor: Any) -> None:
    if actor.pk == row.proposed_by_id or not is_active_in(row.proposed_by, ADMINISTRATOR):
        raise GuardFailed(
            "Another person agrees than the administrator who proposed it, who must be one still.",
            failed=[("letter.second_person", "Two people stand behind a text of a letter.")],
        )
    letter = letter_of(row.template, row.language)
    if letter.source(row.language).number != row.base or letter.version != row.shipped:
        raise Stale("The letter has another text since this was proposed. Decline it, and propose it anew.")
    examine(row.template, row.language, row.text)


def _record(event: str, template: str, number: int, sha256: str, actor: Any) -> Any:
    about = {"result": template, "counts": {"version": number}}
    return log.record(event, actor=actor, obj=("template", sha256), facts=about)


def _may(actor: Any, action: str, stepped_up_at: dt.datetime | None, now: dt.datetime) -> None:
    if not allowed(actor.role, action):
        raise Forbidden("Administrators propose texts of letters; administrators and counsel settle them.")
    require_step_up(action, stepped_up_at, now)
