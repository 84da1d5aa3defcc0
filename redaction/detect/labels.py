"""Labelled values: "Place of birth: ...", "POB <gap> ...", a label above its value, a table column.

Labels are found on the joined view, so that a label broken over two lines is still one; where
its value ends is read from `shape`, which keeps line ends and column gaps. The printed label
stays and the value goes, whatever it says: a line of underscores and "none" are values (P5). A
label that heads a column of a table governs the cells below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from redaction.detect.engine import RawHit, Rule, RuleSet, compile_pattern
from redaction.detect.spans import Hit
from redaction.detect.views import Views, fold_text
from redaction.errors import DetectorError

UNLESS = 24  # view characters before a label in which words may make it another one
COLUMN_LIMIT = 4_000  # view characters of a table below its header
UNSURE = 0.45  # for labels that other records have as well
LABEL_LIMIT = 60  # view characters that a label may have
VALUE_LIMIT = 80  # view characters; a longer value is a sentence, its first part is taken
_ALLOWED = {"id", "version", "type", "why", "labels", "unsure", "colon", "value", "refuse", "unless", "score"}
OTHER_FIELDS = "other_fields.txt"  # names of fields that are none of ours
# After a label: a colon or its like, or nothing but a gap. The separator may hold a parenthesis.
_AFTER = compile_pattern(
    r"^(?: ?\([^()\n]{0,40}\))?(?: ?\??)(?:[ \t]*(?:[:=#>]|[.]{2,}|-{1,2}[>: \t]| ?\| ?)[:=>.#\-\t ]*)"
)
PROSE_BEFORE = 24  # view characters before a label without a colon at a line end: then it is prose
_GAP = compile_pattern(r"^(?: ?\([^()\n]{0,40}\))?(?: ?\??)[\t]")
_LINE_END = compile_pattern(r"^(?: ?\([^()\n]{0,40}\))?(?: ?[?:])?[ \t]*\n")
# A label that belongs to one person ("her A-number: ...") tells by itself and is not a printed one.
_OWNED = compile_pattern(r"(?:^|[^a-z])(?:his|her|their|my|'s|su|sus|mi) $")
# Where a value ends: line end, gap, bar, semicolon, a full stop before a new sentence, another label.
_STOP = compile_pattern(r"[\n\t|;]|[.!?] (?:[a-z]{3,}|[0-9])| [a-z/]{2,14}[:=] ?")
# Full stops that end no value: of an abbreviation or initial, and before the country of a state.
_ABBREVIATED = compile_pattern(
    r"(?:^|[^a-z])(?:[a-z]|cd|sta|sto|ste|st|gral|gob|pto|pte|pt|ft|mt|mun|mpio|edo|dto|dpto|dep|depto|"
    r"prov|rep|nva|nvo|col|dra?|lic|ing|hda|hac|rcho|no)$"
)
_COUNTRY_FOLLOWS = compile_pattern(
    r"^[.] (?:mex(?:ico)?|guatemala|honduras|el salvador|nicaragua|colombia|cuba|venezuela|ecuador|peru|"
    r"china|india|usa?|eeuu|estados unidos|republica)\b"
)


@dataclass(frozen=True, slots=True)
class _Label:
    type: str
    why: str
    version: int
    score: float
    unsure: frozenset[str]
    colon: frozenset[str]
    value: Any
    refuse: Any
    unless: Any

    def takes(self, value: bytes) -> bool:
        """True when the value looks as this label's must, and is not one that tells that the words
        before it are no label ("USC = University of Southern California")."""
        if self.refuse is not None and self.refuse.fullmatch(value):
            return False
        return self.value is None or bool(self.value.search(value))


class LabelBook:
    """All labels, found in one pass; longer labels win over the shorter ones inside them."""

    def __init__(self, entries: list[dict[str, Any]], others: Iterable[str] = ()) -> None:
        self._others = frozenset(_key(name) for name in others)
        self._labels: dict[str, _Label] = {}
        rules = []
        for entry in entries:
            if set(entry) - _ALLOWED:
                raise DetectorError("rule_invalid", f"{entry.get('id', '?')} is not well formed")
            self._labels[entry["id"]] = _Label(
                entry["type"],
                entry["why"],
                int(entry.get("version", 1)),
                float(entry.get("score", 0.95)),
                frozenset(_key(term) for term in entry.get("unsure", ())),
                frozenset(_key(term) for term in entry.get("colon", ())),
                compile_pattern(entry["value"]) if "value" in entry else None,
                compile_pattern(entry["refuse"]) if "refuse" in entry else None,
                compile_pattern(f"(?:{entry['unless']})$") if "unless" in entry else None,
            )
            terms = sorted({fold_text(term) for term in entry["labels"]}, reverse=True)
            rules.append(Rule(entry["id"], 1, "any", entry["type"], 0.0, "joined", _label_pattern(terms)))
        self._rules = RuleSet(rules)

    def find(self, views: Views) -> Iterator[Hit]:
        """Hits of labelled values, in joined offsets, and for each printed label a hard negative
        that keeps the label itself (P4)."""
        found = self._labels_of(views)
        starts = [raw.start for raw in found]
        covered = -1
        for raw in found:
            if raw.end <= covered:
                continue  # "visa" inside "visa type"
            covered = max(covered, raw.end)
            label = self._labels[raw.rule.id]
            if label.unless and label.unless.search(views.joined[max(0, raw.start - UNLESS) : raw.end]):
                continue  # "CAD event number"
            name = _key(views.joined[raw.start : raw.end].decode("ascii"))
            spans = self._spans(views.shape, raw, starts, name in label.colon)
            spans = [span for span in spans if label.takes(views.joined[slice(*span)])]
            if spans and not _OWNED.search(views.joined[max(0, raw.start - 12) : raw.start]):
                yield _printed(raw, label)
            score = UNSURE if name in label.unsure else label.score
            for start, end in spans:
                where = ((raw.start, raw.end),)
                yield Hit(
                    start,
                    end,
                    label.type,
                    score,
                    raw.rule.id,
                    label.version,
                    "label",
                    label.why,
                    evidence=where,
                )

    def _labels_of(self, views: Views) -> list[RawHit]:
        """Every label, longer ones first. Of one that a line end put together, by chance, of the end
        of an entry ("es") and the label of the next line ("Ciudadano de EE.UU."), only the latter."""
        found = []
        for raw in self._rules.run(views.joined):
            cut = views.shape.rfind(b"\n", raw.start, raw.end)
            rest = views.joined[cut + 1 : raw.end + LABEL_LIMIT] if cut >= 0 else b""
            later = [
                replace(one, start=one.start + cut + 1, end=one.end + cut + 1)
                for one in self._rules.run(rest)
                if one.start + cut + 1 < raw.end
            ]
            found += later or [raw]
        return sorted(found, key=lambda raw: (raw.start, -raw.end))

    def _spans(self, shape: bytes, raw: RawHit, starts: list[int], colon: bool) -> list[tuple[int, int]]:
        """The values of a label: its column, else what follows it, else the cell below it in a row
        of names. The name of another field is no value: what stands before it is blank."""
        if spans := _column(shape, raw.start, raw.end):
            return spans
        span = _value(shape, raw.start, raw.end, starts, colon)
        if span and not self._is_other(shape, span):
            return [span]
        below = None if colon else _below(shape, raw.start, raw.end)
        return [below] if below and not self._is_other(shape, below) else []

    def _is_other(self, shape: bytes, span: tuple[int, int]) -> bool:
        """True when a whole cell or line, up to its colon, is the name of another field."""
        words = shape[slice(*span)].split(b":", 1)[0]
        return _key(words.decode("ascii")) in self._others and shape[span[0] - 1 : span[0]] in (b"\n", b"\t")


def _printed(raw: RawHit, label: _Label) -> Hit:
    """The hard negative that keeps a printed label."""
    why = "Printed label of a field; its value is taken"
    rule = f"{raw.rule.id}.label"
    return Hit(raw.start, raw.end, "", 0.0, rule, label.version, "hard_negative", why, cancels=("*",))


def _column(shape: bytes, start: int, end: int) -> list[tuple[int, int]]:
    """The cells below a label that is one cell of a table's header: lines with as many cells as
    the header follow it at once. Empty when the label heads no column."""
    first = shape.rfind(b"\n", 0, start) + 1
    last = shape.find(b"\n", end)
    if last < 0 or b"\t" not in shape[first:last] or b":" in shape[first:last]:
        return []
    header = shape[first:last].split(b"\t")
    number = shape.count(b"\t", first, start)
    if header[number].strip(b" .#*") != shape[start:end].strip(b" .#*"):
        return []
    spans = []
    at = last + 1
    for line in shape[at : at + COLUMN_LIMIT].split(b"\n"):
        cells = line.split(b"\t")
        if len(cells) != len(header):
            break
        begin = at + sum(len(cell) + 1 for cell in cells[:number])
        if cells[number].strip():
            spans.append((begin, begin + len(cells[number])))
        at += len(line) + 1
    return spans


def _below(shape: bytes, start: int, end: int) -> tuple[int, int] | None:
    """The cell below a label that is one cell of a row of names, where the next line has as many
    cells to its left. Readers lose cells on the right of a row."""
    first = shape.rfind(b"\n", 0, start) + 1
    last = shape.find(b"\n", end)
    row = shape[first:last] if last >= 0 else b""
    number = shape.count(b"\t", first, start)
    if b"\t" not in row or b":" in row or row.split(b"\t")[number].strip(b" .#*") != shape[start:end]:
        return None
    cells = shape[last + 1 :].split(b"\n", 1)[0].split(b"\t")
    if len(cells) < 2 or len(cells) <= number or not cells[number].strip():
        return None
    begin = last + 1 + sum(len(cell) + 1 for cell in cells[:number])
    return begin, begin + len(cells[number])


def _key(term: str) -> str:
    return re.sub(r"[^a-z0-9]", "", fold_text(term))


def _label_pattern(terms: list[str]) -> str:
    parts = []
    for term in terms:
        body = re.escape(term).replace("\\ ", "[ /_-]?").replace("\\-", "[ -]?").replace("'", "'?")
        parts.append(body + (r"\b" if term[-1].isalnum() else ""))
    return r"\b(?:" + "|".join(parts) + ")"


def _in_prose(shape: bytes, start: int) -> bool:
    """True when more words stand before a label in its line or cell than a form has there."""
    before = shape[max(0, start - PROSE_BEFORE - 1) : start]
    return len(before) > PROSE_BEFORE and b"\n" not in before and b"\t" not in before


def _end(shape: bytes, start: int) -> int:
    """Where a value that begins at `start` ends at the latest. The stop of an abbreviation ends
    nothing ("Cd. Juarez", "St. Lucia")."""
    window = shape[start : start + VALUE_LIMIT]
    for stop in _STOP.finditer(window):
        at = stop.start()
        goes_on = _ABBREVIATED.search(window[:at]) or _COUNTRY_FOLLOWS.match(window[at:])
        if window[at : at + 1] != b"." or not goes_on:
            return start + at
    return min(len(shape), start + VALUE_LIMIT)


def _value(shape: bytes, first: int, at: int, label_starts: list[int], colon: bool) -> tuple[int, int] | None:
    """The span of the value after a label from `first` to `at`, or None when nothing marks one.

    `colon`: the label is a common word too, so only a colon or its like makes it a label.
    """
    rest = shape[at : at + 60]
    match = _AFTER.match(rest) or (None if colon else _GAP.match(rest))
    if match:
        start = at + match.end()
        if start < len(shape) and shape[start] == 10:
            start += 1
    elif not colon and (match := _LINE_END.match(rest)) and not _in_prose(shape, first):
        start = at + match.end()
    else:
        return None
    while start < len(shape) and shape[start] in b" \t*~":
        start += 1
    end = _end(shape, start)
    for other in label_starts:
        if start < other < end:
            end = other
            break
        if other == start:
            return None
    while end > start and shape[end - 1] in b" ,.\t":
        end -= 1
    return (start, end) if end > start else None
