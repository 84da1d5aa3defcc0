"""Files that must be turned away with a plain word and leave no half state."""

from __future__ import annotations

from functools import partial

from gateway.demo.sheet import Sheet, build


def not_a_pdf() -> bytes:
    """The block of a database export under the name of a PDF: no kind of file that is taken in."""
    return b"CLERKDB2\x00\x01\x00\x00" + bytes(range(256)) * 8


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
