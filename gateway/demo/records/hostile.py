"""Files that must be turned away with a plain word and leave no half state."""

from __future__ import annotations

from functools import partial

from gateway.demo.sheet import Sheet, build


def not_a_pdf() -> bytes:
    """Plain text under the name of a PDF."""
    return b"This file ends in .pdf and is none.\r\nThe custodian exported the wrong thing.\r\n"


def empty() -> bytes:
    """No bytes at all."""
    return b""


def encrypted() -> bytes:
    """A PDF that opens only with a password nobody sent."""
    return build(
        partial(_one_line, words="Locked by the sender."), title="Locked", author="", password="sesame-0199"
    )


def truncated() -> bytes:
    """A PDF whose end was lost on the way."""
    whole = build(partial(_one_line, words="The end of this file is missing."), title="Cut", author="")
    return whole[: len(whole) * 2 // 5]


def _one_line(sheet: Sheet, *, words: str) -> None:
    sheet.line(words, "Times-Roman", 12)
