"""The parts of a letter's text, so that page and PDF can show them as what they are.

The text is the letter; nothing is added or left out here. Blocks stand apart by an empty line:
`Label: value` lines form a table, lines that begin with "- " a list, a line by itself that is no
sentence is a heading.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HEADING, TABLE, LIST, PARAGRAPH, LINES = "heading", "table", "list", "paragraph", "lines"
_LABELLED = re.compile(r"([^\s:][^:\n]{0,28}):\s+(\S.*)\Z")


@dataclass(frozen=True, slots=True)
class Block:
    """One part. `lines` are its words: of a table pairs of label and value, else one text each."""

    kind: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The words of a paragraph or a heading."""
        return " ".join(self.lines)

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Label and value of each line of a table."""
        return [(match[1], match[2]) for line in self.lines if (match := _LABELLED.match(line))]


def blocks_of(body: str) -> list[Block]:
    """The blocks of a letter's text, in their order. Every word of the text is in one of them."""
    return [_block(part.strip("\n")) for part in re.split(r"\n{2,}", body.strip()) if part.strip()]


def _block(part: str) -> Block:
    lines = tuple(line.strip() for line in part.split("\n"))
    if all(line.startswith("- ") for line in lines):
        return Block(LIST, tuple(line[2:] for line in lines))
    labels = [match[1] if (match := _LABELLED.match(line)) else "" for line in lines]
    if all(labels) and (len(lines) > 1 or " " not in labels[0]):  # a sentence with a colon is no table
        return Block(TABLE, lines)
    if len(lines) > 1:
        return Block(LINES, lines)
    if lines[0][-1].isalnum() and lines[0][0].isalpha() and not set(":,;") & set(lines[0]):
        return Block(HEADING, lines)
    return Block(PARAGRAPH, lines)
