r"""Sentences with marks in them, as people write them, read as gold lines.

A file `AUTHOR/REGISTER.LANG.txt` holds one item a line; `#` begins a comment. An item begins
with its sign:

    + text with [[TYPE:the telling phrase]] in it
    ~ text whose sentence tells without a telling phrase, [[STATUS_IMPLICIT:its shortest clause]] marked
    - TYPE | text that resembles this type and tells nothing (a hard negative)
    = ordinary text that tells nothing

An `o` after the sign says that the text went through character recognition. `\n` and `\t` stand
for a line end and a tab.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ITEM = re.compile(r"([+~=-])(o?)\s+(.*)")
MARK = re.compile(r"\[\[([A-Z_0-9]+):(.*?)\]\]", re.DOTALL)
RESEMBLES = re.compile(r"([A-Z_0-9]+(?:\s*[,/]\s*[A-Z_0-9]+)*)\s*\|\s*(.*)", re.DOTALL)


class Unmarked(ValueError):
    """A line that is no item of the format; the message names file and line number, never its text."""


def read_folder(folder: Path, tiers: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Gold lines of every file below a folder, in the order of path and line. Raises Unmarked, OSError."""
    for path in sorted(folder.rglob("*.txt")):
        yield from read_file(path, tiers)


def read_file(path: Path, tiers: dict[str, int]) -> Iterator[dict[str, Any]]:
    """Gold lines of one file. `tiers` gives the tier of every type. Raises Unmarked, OSError."""
    register, lang = path.stem.rsplit(".", 1)
    author = path.parent.name
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        where = f"{author}/{path.name}:{number}"
        yield {
            "id": where,
            "lang": lang,
            "register": register,
            "author": author,
            **read_item(line, tiers, where),
        }


def read_item(line: str, tiers: dict[str, int], where: str) -> dict[str, Any]:
    """One item as text, spans, ocr and hard_negative. Raises Unmarked."""
    item = ITEM.fullmatch(line.strip())
    if item is None:
        raise Unmarked(f"{where}: no sign")
    sign, ocr, rest = item.groups()
    resembles = None
    if sign == "-":
        named = RESEMBLES.fullmatch(rest)
        if named is None:
            raise Unmarked(f"{where}: a hard negative names the type it resembles")
        resembles, rest = named.groups()
    text, spans = unmark(rest.replace(r"\n", "\n").replace(r"\t", "\t"))
    if unknown := sorted({span["type"] for span in spans} - tiers.keys()):
        raise Unmarked(f"{where}: unknown type {unknown[0]}")
    if bool(spans) != (sign in "+~") or "[[" in text or "]]" in text:
        raise Unmarked(f"{where}: the sign and the marks do not agree")
    return {
        "text": text,
        "spans": [{**span, "tier": tiers[span["type"]]} for span in spans],
        "ocr": bool(ocr),
        "label": {"+": "says", "~": "implies"}.get(sign, "none"),
        "hard_negative": resembles,
    }


def unmark(marked: str) -> tuple[str, list[dict[str, Any]]]:
    """The text without its marks, and the spans that they covered, in code points."""
    parts: list[str] = []
    spans: list[dict[str, Any]] = []
    length = last = 0
    for mark in MARK.finditer(marked):
        before, (kind, phrase) = marked[last : mark.start()], mark.groups()
        start = length + len(before)
        parts += [before, phrase]
        length = start + len(phrase)
        spans.append({"start": start, "end": length, "type": kind})
        last = mark.end()
    parts.append(marked[last:])
    return "".join(parts), spans
