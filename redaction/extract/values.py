"""PDF objects as text, and what is inherited along a tree. Runs inside the cage."""

from __future__ import annotations

import re
from typing import Any

from pikepdf import Array, Dictionary, Name, Stream, String

DEEPEST = 64
_TAG = re.compile(r"<[^<>]*>")


def text_of(value: Any) -> str:
    """A PDF string or name as text; streams are read, anything else is empty."""
    if isinstance(value, String):
        return str(value)
    if isinstance(value, Name):
        return str(value)[1:]
    if isinstance(value, Stream):
        return decoded_text(value.read_bytes())
    if isinstance(value, Array):
        return "\n".join(filter(None, (text_of(entry) for entry in value)))
    return ""


def decoded_text(data: bytes) -> str:
    """Bytes of a text stream: UTF-16 or UTF-8 by their mark, else UTF-8."""
    if data[:2] in (b"\xfe\xff", b"\xff\xfe"):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8-sig", "replace")


def entries(value: Any) -> list[Any]:
    """The entries of an array; none where there is no array."""
    return list(value) if isinstance(value, Array) else []


def inherited(widget: Dictionary, key: Name) -> Any:
    """A field attribute, taken from the nearest ancestor that has it."""
    node: Any = widget
    for _ in range(DEEPEST):
        if not isinstance(node, Dictionary):
            return None
        if key in node:
            return node.get(key)
        node = node.get(Name.Parent)
    return None


def without_tags(text: str) -> str:
    """Text of an XML packet or rich text value; tags become line ends, values of attributes stay."""
    if "<" not in text:
        return text
    told = _TAG.sub(lambda tag: "\n" + "\n".join(_ATTRIBUTE.findall(tag.group())) + "\n", text)
    return "\n".join(filter(None, map(str.strip, told.splitlines())))


# Namespaces and identifiers are not words of anybody.
_ATTRIBUTE = re.compile(r"\s(?!xmlns|xml:|rdf:|x:xmptk|style=|id=)[\w:.-]+\s*=\s*[\"']([^\"'<>]{2,})[\"']")


def is_readable(text: str) -> bool:
    """True for what could be words or a number; False for keys, digests and other binary strings."""
    if sum(character.isalnum() for character in text[:400]) < 2:
        return False
    head = text[:400]
    strange = sum(not (c.isprintable() or c in "\n\r\t") or c == "\ufffd" for c in head)
    return strange * 10 <= len(head)
