"""Words on papers: finding printed cues with their place, whatever the line breaks, case and quotes."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

DATA = Path(__file__).parent / "data" / "cues.yaml"


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue as found: `text[start:end]` is the quote, offsets in code points."""

    cue: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Kind:
    """The printed words of one kind of paper, by where they stand."""

    id: str
    forms: tuple[str, ...]
    titles: tuple[str, ...]
    captions: tuple[str, ...]
    phrases: tuple[str, ...]
    signature: tuple[str, ...]


@functools.cache
def kinds() -> tuple[Kind, ...]:
    """Every kind that has cues, in the order of the data file."""
    rows = yaml.safe_load(DATA.read_text(encoding="utf-8"))["kinds"]
    return tuple(
        Kind(
            id=row["id"],
            **{part: tuple(row[part]) for part in ("forms", "titles", "captions", "phrases", "signature")},
        )
        for row in rows
    )


@functools.lru_cache(maxsize=2048)
def pattern(words: str) -> re.Pattern[str]:
    """A cue as a pattern: any white space between words, straight or curly quotes, any dash."""
    parts = []
    for word in words.split():
        escaped = re.escape(word)
        escaped = escaped.replace("'", "['’‘]").replace(r"\-", "[-–—]")
        parts.append(escaped)
    joined = r"\s+".join(parts)
    return re.compile(rf"(?<!\w){joined}(?!\w)", re.IGNORECASE)


def find(words: str, text: str) -> Cue | None:
    """The first place of the cue, or None."""
    match = pattern(words).search(text)
    return Cue(words, match.start(), match.end()) if match else None


def find_line(words: str, text: str) -> Cue | None:
    """The first place where the cue fills a line, give or take five characters of other print."""
    for match in pattern(words).finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        end = text.find("\n", match.end())
        line = text[start : end if end >= 0 else len(text)].strip()
        if len(line) <= match.end() - match.start() + 5:
            return Cue(words, match.start(), match.end())
    return None
