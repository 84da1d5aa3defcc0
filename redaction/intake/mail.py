"""A message as text and the files it carries. Inside the cage.

Every header field is shown. Of a message with several forms of one text each form that says
something else is shown. Files in it are not opened here: each enters intake again by itself.
"""

from __future__ import annotations

import email
import email.policy
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage, Message

from redaction.errors import Rejected
from redaction.intake.aside import Asides
from redaction.intake.html_text import text_of
from redaction.intake.limits import Limits
from redaction.intake.pages import decode

SIGNATURES = frozenset(
    {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
)
REPORTS = frozenset({"message/delivery-status", "message/disposition-notification"})  # header fields only
# What odd header fields make the library raise.
_DAMAGE = (ValueError, IndexError, AttributeError, TypeError, LookupError)


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A file in a message. `data` is None when it cannot be had (kept elsewhere, damaged)."""

    untrusted_name: str
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Letter:
    """What a message shows, and the files in it in order."""

    text: str
    files: tuple[Enclosed, ...]


def read(data: bytes, found: Asides, limits: Limits) -> Letter:
    """Raises Rejected(`malformed`, `over_limits`)."""
    try:
        message = email.message_from_bytes(data, policy=email.policy.default)
        heads = [f"{name}: {_in_one_line(str(value))}" for name, value in message.items()]
        bodies: list[str] = []
        files: list[Enclosed] = []
        _read_part(message, bodies, files, found, limits)
    except RecursionError:
        raise Rejected("over_limits") from None
    except _DAMAGE:
        raise Rejected("malformed") from None
    found.count("attached_files", len(files))
    return Letter(as_text(heads, bodies, files), tuple(files))


def as_text(heads: list[str], bodies: list[str], files: list[Enclosed]) -> str:
    """The sheet a message becomes: header fields, the list of its files, its text."""
    listed = [
        f"File {number} in this message: {_in_one_line(file.untrusted_name) or 'without a name'}"
        + (f" ({len(file.data)} bytes)" if file.data is not None else " (not readable)")
        for number, file in enumerate(files, 1)
    ]
    blocks = ["\n".join(heads), "\n".join(listed), *bodies]
    return "\n\n".join(block for block in blocks if block)


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _read_part(
    part: Message, bodies: list[str], files: list[Enclosed], found: Asides, limits: Limits
) -> None:
    for leaf, alternative in _leaves(part, found, False):
        if len(files) > limits.members:
            raise Rejected("over_limits")
        kind = leaf.get_content_type()
        if kind in SIGNATURES:
            found.count("signatures")
        elif kind in ("text/plain", "text/html") and not _is_file(leaf):
            _take_body(leaf, kind, alternative, bodies, found)
        else:
            files.append(Enclosed(str(leaf.get_filename() or ""), _bytes_of(leaf)))


def _leaves(part: Message, found: Asides, alternative: bool) -> Iterator[tuple[Message, bool]]:
    """Every part that holds something itself, and whether it is one of several forms of one text.
    A message inside the message is one part: a file of its own."""
    for text in (part.preamble, part.epilogue) if part.is_multipart() else ():
        found.add("hidden_text", text or "")
    if part.get_content_maintype() == "multipart":
        if not part.is_multipart():
            raise Rejected("malformed")  # its boundary never comes
        inner = alternative or part.get_content_subtype() == "alternative"
        for child in _inside(part):
            yield from _leaves(child, found, inner)
    elif part.is_multipart() and part.get_content_type() in REPORTS:
        for block in _inside(part):
            report = EmailMessage(policy=email.policy.default)
            more = block.get_payload()
            lines = [f"{name}: {value}" for name, value in block.items()]
            report.set_content("\n".join([*lines, more if isinstance(more, str) else ""]))
            yield report, False
    else:
        yield part, alternative


def _inside(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _take_body(part: Message, kind: str, alternative: bool, bodies: list[str], found: Asides) -> None:
    text = _decoded(part)
    if kind == "text/html":
        text = text_of(text, found)
    text = text.replace("\r\n", "\n").strip("\n")
    if alternative and _letters(text) in {_letters(body) for body in bodies}:
        return  # another form of the same words
    if text.strip():
        bodies.append(text)


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        raise Rejected("malformed")
    try:
        return payload.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return decode(payload)


def _bytes_of(part: Message) -> bytes | None:
    """The file as it was before it was packed into the message."""
    if part.is_multipart():
        inner = _inside(part)
        return inner[0].as_bytes() if len(inner) == 1 else None
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else None


def _letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())
