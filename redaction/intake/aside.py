"""What a file says beside the pages a reader sees: found at intake, listed by kind, searched by detection.

The kinds are a closed list. None of this reaches an output, but it names what must be found on
the pages as well, and a reviewer has to know that it is there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from redaction.errors import Quarantined, Rejected
from redaction.types import PageText, TextSource

KINDS: Mapping[str, TextSource] = {
    "alternative_texts": TextSource.ACTUAL_TEXT,
    "comments": TextSource.ANNOTATION,
    "custom_data": TextSource.METADATA,
    "defined_names": TextSource.METADATA,
    "embedded_objects": TextSource.ATTACHMENT_NAME,
    "external_links": TextSource.METADATA,
    "field_codes": TextSource.METADATA,
    "formulas": TextSource.METADATA,
    "headers_footers": TextSource.HIDDEN,
    "hidden_columns": TextSource.HIDDEN,
    "hidden_rows": TextSource.HIDDEN,
    "hidden_sheets": TextSource.HIDDEN,
    "hidden_slides": TextSource.HIDDEN,
    "hidden_text": TextSource.HIDDEN,
    "macros": TextSource.METADATA,
    "mail_headers": TextSource.METADATA,
    "metadata": TextSource.METADATA,
    "notes": TextSource.HIDDEN,
    "other_parts": TextSource.METADATA,
    "scripts": TextSource.METADATA,
    "tracked_changes": TextSource.HIDDEN,
}
INDEXED_WORDS = 8  # longer texts are looked up by their first words, then compared
MOST_STARTS = 1_000  # a text that begins as often as this and was not among them counts as unseen
COUNTED_ONLY = frozenset({"attached_files", "signatures", "thumbnails", "remote_references"})


@dataclass(frozen=True, slots=True)
class Aside:
    """One text beside the pages. `doubtful` when a reader may well see it on a page: then it counts
    only if the pages do not say it."""

    kind: str
    text: str
    doubtful: bool = False


@dataclass(slots=True)
class Asides:
    """Collects texts and counts of one file, within a bound on characters."""

    most: int
    found: list[Aside] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    _characters: int = 0

    def add(self, kind: str, text: str, *, doubtful: bool = False, count: int | None = None) -> None:
        """One text of a kind; blank texts add nothing. `count` is what it adds to the list of what
        is dropped (1 unless doubtful). Raises Rejected("over_limits")."""
        text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
        if text:
            self._characters += len(text)
            if self._characters > self.most:
                raise Rejected("over_limits")
            self.found.append(Aside(kind, text, doubtful))
        elif count is None:
            return
        self.count(kind, (0 if doubtful else 1) if count is None else count)

    def count(self, kind: str, number: int = 1) -> None:
        """So much more of a kind is dropped."""
        if kind not in KINDS and kind not in COUNTED_ONLY:
            raise ValueError(f"{kind} is no kind of the list")
        self.counts[kind] += number

    def as_json(self) -> dict[str, Any]:
        """For the way back to the parent."""
        rows = [[aside.kind, aside.text, aside.doubtful] for aside in self.found]
        return {"asides": rows, "counts": {kind: n for kind, n in sorted(self.counts.items()) if n}}


def unpack(body: Mapping[str, Any]) -> tuple[tuple[Aside, ...], dict[str, int]]:
    """What a child reported. Raises Quarantined("child_failed") for anything but the closed list."""
    asides = tuple(Aside(str(kind), str(text), bool(doubtful)) for kind, text, doubtful in body["asides"])
    counts = {str(kind): int(n) for kind, n in body["counts"].items()}
    if not {aside.kind for aside in asides} <= KINDS.keys():
        raise Quarantined("child_failed")
    if not counts.keys() <= KINDS.keys() | COUNTED_ONLY or any(n < 0 for n in counts.values()):
        raise Quarantined("child_failed")
    return asides, counts


def unseen(asides: Iterable[Aside], page_texts: Iterable[str]) -> tuple[tuple[Aside, ...], dict[str, int]]:
    """The asides that the pages do not say, and how many of each kind were doubtful and stayed.

    A doubtful text is seen when its words stand on the pages in the same order, whole words only.
    Time grows with the words of both, not with their product.
    """
    every = list(asides)
    wanted = {at: tuple(one.text.split()) for at, one in enumerate(every) if one.doubtful}
    seen = _shown(wanted, [word for text in page_texts for word in text.split()])
    kept = [one for at, one in enumerate(every) if at not in seen]
    return tuple(kept), dict(Counter(one.kind for one in kept if one.doubtful))


def _shown(wanted: Mapping[int, tuple[str, ...]], words: Sequence[str]) -> set[int]:
    """Keys of the runs of words that stand in `words`."""
    by_length: dict[int, list[int]] = {}
    for key, run in wanted.items():
        by_length.setdefault(min(len(run), INDEXED_WORDS), []).append(key)
    found: set[int] = set()
    for length, keys in by_length.items():  # one index at a time: each is as large as the text
        asked = {wanted[key][:length] for key in keys}
        places: dict[tuple[str, ...], list[int]] = {}
        for at in range(len(words) - length + 1):
            begins = tuple(words[at : at + length])
            if begins in asked:
                places.setdefault(begins, []).append(at)
        for key in keys:
            run = wanted[key]
            starts = places.get(run[:length], [])
            if len(run) == length:
                found |= {key} if starts else set()
            elif any(tuple(words[at : at + len(run)]) == run for at in starts[:MOST_STARTS]):
                found.add(key)
    return found


def as_texts(asides: Iterable[Aside]) -> list[PageText]:
    """For the union of texts that detection searches."""
    return [PageText(KINDS[aside.kind], None, aside.text) for aside in asides]
