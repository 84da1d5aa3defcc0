"""Labelled values: "Place of birth: ...", "POB <gap> ...", a label above its value, a table column.

Labels are found on the joined view, so that a label broken over two lines is still one; where
its value ends is read from `shape`, which keeps line ends and column gaps. The printed label
stays and the value goes, whatever it says: a line of underscores and "none" are values (P5). A
label that heads a column of a table governs the cells below it.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from redaction.detect.engine import RawHit, Rule, RuleSet, compile_pattern
from redaction.detect.fields import OTHER_MATTER, Field, FieldBook, box_group
from redaction.detect.grid import Line
from redaction.detect.heads import TELLING, Head, HeadBook
from redaction.detect.names import NameBook
from redaction.detect.spans import Hit
from redaction.detect.tables import Cell, TableBook, Tables
from redaction.detect.views import Views, fold_text
from redaction.errors import DetectorError

# Of a value that is none: told all the same (P5).
_ABSENT = compile_pattern(
    r"^(?:none|n/?a|unk|unknown|ref|refus|declin|pending|lost|not |illeg|see |same|blank|left blank|never|"
    r"does not|doesn't|no\b|yes|y\b|n\b|[-_.~]|ningun|no tiene|desc|se nego|pend)"
)
_MARKED = re.compile(rb" ?(?:\([^()\n]{0,20}\) ?)?[:=#]")  # right behind words that are a label in a row
_NAME_ENDS = re.compile(rb" ?(?:[:=\t\n]|$)")  # behind the name of a field
# Before a name that begins its line or cell, and what makes a name one person's.
_OPENS = re.compile(rb"(?:^|[\n\t])[0-9a-z]{0,2}[ .)(*-]{0,3}\Z")
# A box before a name that is an option of the group itself.
_BOX_BEFORE = re.compile(rb"(?:\[ ?[x_/*^v-]{0,2} ?\]|\( ?[x*^]{0,2} ?\)|[~^]) ?\Z")
_OWNER = re.compile(rb"(?:his|her|their|my|sus?|mi) ")
_ITEM_BEFORE = re.compile(rb"[\n\t|;:.,=]")
UNLESS = 24  # view characters before a label in which words may make it another one
UNSURE = 0.45  # for labels that other records have as well
SENTENCE_WORDS, SENTENCE_LEAST = 5, 24  # words and view characters from which a value is a sentence
CODED_CELLS, CODED_SHARE = 2, 0.75  # cells of a column, and the part of them that are codes
OTHERS = 6  # further persons whose values may follow the first
_OF_PERSONS = frozenset({"COUNTRY_OF_BIRTH", "CITIZENSHIP", "LANGUAGE_PROXY"})
_OTHER_PERSON = re.compile(
    rb"[ ,;./\t]{1,4}(?:and |y )?(?:the |la |el |his |her |su )?("
    rb"(?:mother|father|mom|dad|mum|madre|padre|mama|papa|"
    rb"sister|brother|hermano|hermana|spouse|husband|wife|esposo|esposa|groom|bride|novio|novia|child|son|daughter|"
    rb"hijo|hija|abuel[oa]|grandmother|grandfather|self|applicant|solicitante|tutora?|guardian|party [ab]|"
    rb"conyuge|nin[oa]|baby|bebe)(?:'s)?)(?= ?[:=])"
)
_OF_GOODS = compile_pattern(  # among the names of columns: the table is of things, not of persons
    r"\b(?:qty|quantity|cantidad|cant|part|sku|items?|price|precio|vendor|supplier|proveedor|model|modelo|make|"
    r"species|especie|stock|products?|producto|units?|unidades|costs?|costo|pieces|brand|marca|hts|tariff|freight|"
    r"titles?|titulo|isbn|vin|breed|raza|variety|seed|semilla)\b"
)
LABEL_LIMIT = 60  # view characters that a label may have
VALUE_LIMIT = 80  # view characters; a longer value is a sentence, its first part is taken
_ALLOWED = {
    "id", "version", "type", "why", "labels", "unsure", "colon", "value", "refuse", "unless", "score",
    "columns", "weak_columns", "column_words", "weak_column_words", "asks", "matter", "codes",
}  # fmt: skip
OTHER_FIELDS = "other_fields.txt"  # names of fields that are none of ours
OTHER_COLUMNS = "columns_other.txt"  # the same of columns
PEOPLE_COLUMNS = "columns_people.txt"  # names of columns about persons
FIELD = ".field"  # ends the rule of a field known by what its name looks like
COLUMN_WHY = "Cell below the name of a column; taken whole, as for everyone"
_PROSE = compile_pattern(  # words of a sentence that no name of a place or person has
    r"(?:^| )(?:is|are|was|were|has|have|had|to|for|per|at|on|in|with|from|not|but|if|need|each|any|all|"
    r"que|para|se|por|con|es|son|hay|esta|estan|fue|=)(?: |$|,)"
)
# Words of which one at least stands in a sentence about someone's status.
_OF_STATUS = compile_pattern(
    r"im+igr|inmigr|migra|visa|citizen|ciudadan|resident|residen|asyl|asil|refug|deport|uscis|\bice\b|papers|papel|"
    r"status|estatus|daca|\btps\b|\bi-?[0-9]{2,3}|alien|\bborn\b|naci[od]|countr|\bpais|legal|lawful|permit|"
    r"permis|pend|approv|aprob|expir|venc|deni|neg(?:o|ad)|grant|filed|submit|renew|renov|valid|vigen|lawyer|abogad|"
    r"eligib|elegib|califi|\bssn\b|social|never|nunca|notif|avis[ao]|contact|claim|appl|solicit|"
    r"judge|juez|jueza|court|corte|hearing|audiencia|\b(?:19|20)[0-9]{2}\b|consul|passport|pasaport|border|fronter"
)
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
    matter: str
    codes: Any

    def worth(self, value: bytes, field: bool) -> float:
        """The score of a value that is told for certain. One that is a sentence, behind the name of a
        matter ("TPS: ...") instead of a question ("Place of birth: ..."), is shown to a person if it
        speaks of status at all: the words in it that tell are taken by their own rules."""
        asked = self.matter in ("always", "whole") or (field and self.matter == "fields")
        if asked and _is_sentence(value):
            shown = self.matter == "whole" or _OF_STATUS.search(value) or not _PROSE.search(value)
            return UNSURE if shown else 0.0
        return self.score

    def takes(self, value: bytes) -> bool:
        """True when the value looks as this label's must, and is not one that tells that the words
        before it are no label ("USC = University of Southern California")."""
        if self.refuse is not None and self.refuse.fullmatch(value):
            return False
        return self.value is None or bool(self.value.search(value))


class LabelBook:
    """All labels, found in one pass; longer labels win over the shorter ones inside them."""

    def __init__(
        self,
        entries: list[dict[str, Any]],
        others: Iterable[str] = (),
        columns: Iterable[str] = (),
        people: Iterable[str] = (),
        *,
        composed: NameBook | None = None,
    ) -> None:
        self._others = frozenset(_key(name) for name in others)
        names = HeadBook(_heads(entries), _head_words(entries), columns, people, composed)
        self.names = names
        self._tables = TableBook(names)
        self._fields = FieldBook(names, {e["id"]: e["asks"] for e in entries if "asks" in e})
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
                entry.get("matter", ""),
                compile_pattern(f"(?:{entry['codes']})") if "codes" in entry else None,
            )
            terms = sorted({fold_text(term) for term in entry["labels"]}, reverse=True)
            rules.append(Rule(entry["id"], 1, "any", entry["type"], 0.0, "joined", _label_pattern(terms)))
        self._rules = RuleSet(rules)

    def is_other(self, words: str) -> bool:
        """True for the name of a field or column."""
        return (
            _key(words) in self._others or self.names.known(words) or bool(self.names.cell(words, "", True))
        )

    def tables(self, lines: Sequence[Line]) -> Tables:
        """The cells that column heads govern, the header lines and the rows, in code points of the text
        that these are the lines of."""
        return self._tables.find(lines)

    def cell_hits(self, text: str, tables: Tables, told: Sequence[tuple[int, int]]) -> Iterator[Hit]:
        """A hit for each governed cell, in code points of the source. Those below a doubtful head count
        where one of the spans `told`, sorted, lies in that column or one like it beside it."""
        starts = [start for start, _ in told]
        shown = {_topic(cell) for cell in tables.cells if cell.doubt and _meets(told, starts, cell)}
        shown |= self._coded(text, tables)
        for cell in tables.cells:
            label = self._labels[cell.head.label]
            value = fold_text(text[cell.start : cell.end]).encode("ascii")
            if (cell.doubt and _topic(cell) not in shown) or not (
                label.takes(value) or _ABSENT.search(value)
            ):
                continue
            score = UNSURE if cell.head.weak or cell.head.doubt or cell.doubt else label.score
            yield Hit(
                cell.start, cell.end, label.type, score, f"{cell.head.label}.column", label.version,
                "label", COLUMN_WHY, evidence=((cell.head_start, cell.head_end),),
            )  # fmt: skip

    def _coded(self, text: str, tables: Tables) -> set[tuple[int, str]]:
        """Doubtful columns that hold hardly anything but codes of what their head may mean."""
        columns: dict[tuple[int, str, int], list[bool]] = {}
        goods: dict[int, bool] = {}  # by head: the same for every cell below it
        for cell in tables.cells:
            codes = self._labels[cell.head.label].codes
            value = fold_text(text[cell.start : cell.end]).encode("ascii").strip(b" .()-_")
            if not cell.doubt or codes is None or not value or _ABSENT.search(value):
                continue
            if cell.head_start not in goods:
                names = fold_text(_line_around(text, cell.head_start)).encode("ascii")
                goods[cell.head_start] = bool(_OF_GOODS.search(names))
            if not goods[cell.head_start]:
                columns.setdefault((*_topic(cell), cell.head_start), []).append(bool(codes.fullmatch(value)))
        return {
            (table, topic)
            for (table, topic, _), said in columns.items()
            if len(said) >= CODED_CELLS and sum(said) >= CODED_SHARE * len(said)
        }

    def find(
        self,
        views: Views,
        headers: Sequence[tuple[int, int]] = (),
        rows: Sequence[tuple[int, int]] = (),
        numbers: Sequence[int] = (),
    ) -> Iterator[Hit]:
        """Hits of labelled values, in joined offsets, and for each printed label a hard negative
        that keeps the label itself (P4). `headers` are header lines of tables, in joined offsets:
        their labels govern columns and have no value beside them. In `rows` the words of a label are
        what a cell says, unless a colon follows. `numbers` are the starts of sure identifiers: beside one
        of them weak names of fields count."""
        every = list(self._labels_of(views))
        found = [
            raw
            for raw in every
            if not _inside(raw.start, headers)
            and (not _inside(raw.start, rows) or _MARKED.match(views.shape, raw.end))
        ]
        yield from (_printed(raw, self._labels[raw.rule.id]) for raw in every if _inside(raw.start, headers))
        starts = [raw.start for raw in found]
        covered = -1
        for raw in found:
            if raw.end <= covered:
                continue  # "visa" inside "visa type"
            covered = max(covered, raw.end)
            label = self._labels[raw.rule.id]
            if label.unless and label.unless.search(views.joined[max(0, raw.start - UNLESS) : raw.end]):
                continue  # "CAD event number"
            if OTHER_MATTER.search(
                _ITEM_BEFORE.split(views.shape[max(0, raw.start - UNLESS) : raw.start])[-1]
            ):
                continue  # "reading passport", "pet's place of birth"
            name = _key(views.joined[raw.start : raw.end].decode("ascii"))
            spans = self._spans(views.shape, raw, starts, name in label.colon)
            spans = [span for span in spans if label.takes(views.joined[slice(*span)])]
            if spans and not _OWNED.search(views.joined[max(0, raw.start - 12) : raw.start]):
                yield _printed(raw, label)
            if label.type in _OF_PERSONS and spans:
                spans += self._of_others(views.shape, spans[-1][1], starts)
            for start, end in spans:
                boxes = box_group(views.shape, start)
                worth = label.score if boxes else label.worth(views.joined[start:end], field=False)
                start, end = boxes or (start, end)
                score = min(worth, UNSURE) if name in label.unsure else worth
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
        yield from self._field_hits(views, found, headers, rows, numbers)

    def _field_hits(
        self,
        views: Views,
        found: Sequence[RawHit],
        headers: Sequence[tuple[int, int]],
        rows: Sequence[tuple[int, int]],
        numbers: Sequence[int],
    ) -> Iterator[Hit]:
        """Hits of the fields that are known by what their names look like."""
        telling = sorted([*numbers, *(raw.start for raw in found if raw.rule.id in TELLING)])
        names = {raw.start: raw.rule.id for raw in found}
        starts = [raw.start for raw in found if _NAME_ENDS.match(views.shape, raw.end)]
        for field in self._fields.find(views.shape, telling):
            field = _before_next(field, starts, views.shape)
            label = self._labels[field.label]
            value = views.joined[slice(*field.value)]
            if _inside(field.key[0], headers) or self._is_other(views.shape, field.value):
                continue
            if _inside(field.key[0], rows) and not _MARKED.match(views.shape, field.key[1]):
                continue
            if names.get(field.value[0], field.label) != field.label:
                continue  # the name of the next field, where this one is blank
            if not label.takes(value) and not _ABSENT.search(value):
                continue
            if label.unless and label.unless.search(
                views.joined[max(0, field.key[0] - UNLESS) : field.key[1]]
            ):
                continue
            if field.sure and not field.doubtful and _is_printed(views.shape, field.key):
                yield _printed_name(*field.key, f"{field.label}.label", label.version)
            boxed = box_group(views.shape, field.value[0])
            if boxed and (option := _BOX_BEFORE.search(views.shape, max(0, field.key[0] - 6), field.key[0])):
                field = replace(field, value=(option.start(), field.value[1]), key=(option.start(),) * 2)
            worth = label.score if boxed else label.worth(value, field=True)
            unsure = _key(views.joined[slice(*field.key)].decode("ascii")) in label.unsure
            score = worth if field.sure and not field.doubtful and not unsure else min(worth, UNSURE)
            yield Hit(
                *field.value, label.type, score, f"{field.label}{FIELD}", label.version, "label", label.why,
                evidence=(field.key,),
            )  # fmt: skip

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
        """The values of a label: what follows it, else the cell below it in a row of names. The name
        of another field is no value: what stands before it is blank."""
        span = _value(shape, raw.start, raw.end, starts, colon)
        if span and not self._is_other(shape, span):
            return [span]
        below = None if colon else _below(shape, raw.start, raw.end)
        return [below] if below and not self._is_other(shape, below) else []

    def _of_others(self, shape: bytes, at: int, starts: list[int]) -> list[tuple[int, int]]:
        """The values that go on behind one for further persons ("POB: Hatch; father: Silao")."""
        found: list[tuple[int, int]] = []
        while len(found) < OTHERS and (match := _OTHER_PERSON.match(shape, at)):
            span = _value(shape, match.start(1), match.end(1), starts, True)
            if span is None or self._is_other(shape, span):
                break
            found.append(span)
            at = span[1]
        return found

    def _is_other(self, shape: bytes, span: tuple[int, int]) -> bool:
        """True when a whole cell or line, up to its colon, is the name of another field."""
        if shape[max(0, span[0] - 3) : span[0]].rstrip(b" ")[-1:] not in (b"\n", b"\t", b"|"):
            return False
        words, colon, _ = shape[slice(*span)].decode("ascii").partition(":")
        return _key(words) in self._others or (not colon and self.names.is_other(words))


def _is_sentence(value: bytes) -> bool:
    return len(value) > SENTENCE_LEAST and len(value.split()) >= SENTENCE_WORDS


def _is_printed(shape: bytes, key: tuple[int, int]) -> bool:
    """True for a field's name that begins its line or cell and is nobody's own."""
    return not _OWNER.match(shape, key[0]) and _OPENS.search(shape, max(0, key[0] - 8), key[0]) is not None


def _before_next(field: Field, starts: Sequence[int], shape: bytes) -> Field:
    """The field without the name of the next one behind its value."""
    at = bisect.bisect_right(starts, field.value[0])
    if at == len(starts) or starts[at] >= field.value[1]:
        return field
    end = field.value[0] + len(shape[field.value[0] : starts[at]].rstrip(b" ,;\t\n"))
    return replace(field, value=(field.value[0], end))


def _line_around(text: str, at: int) -> str:
    first, last = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    return text[first : last if last >= 0 else len(text)]


def _topic(cell: Cell) -> tuple[int, str]:
    """The table of a cell, and what its column is about."""
    return cell.table, cell.head.label


def _meets(told: Sequence[tuple[int, int]], starts: Sequence[int], cell: Cell) -> bool:
    """True when one of the spans begins in the cell or reaches into it."""
    at = bisect.bisect_left(starts, cell.start - LABEL_LIMIT)
    while at < len(told) and told[at][0] < cell.end:
        if told[at][1] > cell.start:
            return True
        at += 1
    return False


def _inside(at: int, spans: Sequence[tuple[int, int]]) -> bool:
    """True when the offset lies in one of the spans, which are in order."""
    index = bisect.bisect_right(spans, (at, at + VALUE_LIMIT**3)) - 1
    return index >= 0 and spans[index][0] <= at < spans[index][1]


def _heads(entries: Iterable[dict[str, Any]]) -> dict[str, Head]:
    """Every name of a column. A label that counts elsewhere only with a colon is a weak one."""
    heads: dict[str, Head] = {}
    for entry in entries:
        doubted = {_key(term) for term in (*entry.get("unsure", ()), *entry.get("colon", ()))}
        for term in entry["labels"]:
            heads.setdefault(term, Head(entry["id"], _key(term) in doubted))
    for name, weak in (("columns", False), ("weak_columns", True)):
        for entry in entries:
            heads.update({term: Head(entry["id"], weak) for term in entry.get(name, ())})
    return heads


def _head_words(entries: Iterable[dict[str, Any]]) -> dict[str, Head]:
    """Words that tell in any name of a column."""
    return {
        word: Head(entry["id"], weak)
        for name, weak in (("weak_column_words", True), ("column_words", False))
        for entry in entries
        for word in entry.get(name, ())
    }


def _printed(raw: RawHit, label: _Label) -> Hit:
    """The hard negative that keeps a printed label."""
    return _printed_name(raw.start, raw.end, f"{raw.rule.id}.label", label.version)


def _printed_name(start: int, end: int, rule: str, version: int) -> Hit:
    why = "Printed label of a field; its value is taken"
    return Hit(start, end, "", 0.0, rule, version, "hard_negative", why, cancels=("*",))


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
