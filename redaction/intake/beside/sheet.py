"""What a workbook (XLSX) says beside its pages. Formulas are text here and are never evaluated:
what leaves for the converter holds the stored values only.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from redaction.errors import Rejected
from redaction.intake.archive import Archive
from redaction.intake.aside import Asides
from redaction.intake.beside import parts, widths
from redaction.intake.limits import Limits
from redaction.intake.xml import attribute, name_of, parse, space_of

_SHEET = re.compile(r"^xl/worksheets/[^/]+\.xml$", re.IGNORECASE)
_ON = frozenset({"1", "true", "on"})
_PRINTED = re.compile(r"^(?:odd|even|first)(?:Header|Footer)$")
_LAYOUT = re.compile(r'&"[^"]*"|&K[0-9A-Fa-f]{6}|&\d+|&[BIUESXYDTPNFAZGH]')
ROWS_TO_A_PAGE, CELLS_TO_A_PAGE = 60, 600
MOST_COLUMNS = 16_384  # of the format


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that says something. `column` counts from 1; `formula` is empty or begins with `=`;
    `words` tells text from numbers, which pages show in another form than the file; `style` is its number."""

    column: int
    text: str
    formula: str
    words: bool
    style: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its cells."""

    hidden: bool
    cells: tuple[Cell, ...]


def read(archive: Archive, main: str, found: Asides, limits: Limits) -> None:
    """Raises Rejected(`malformed`, `over_limits`)."""
    workbook = parse(archive.read(main), limits)
    shared = _shared_texts(archive, limits)
    hidden = _hidden_sheets(archive, main, workbook, limits)
    for element in workbook.iter():
        if name_of(element) == "definedName":
            found.add("defined_names", f"{attribute(element, 'name')}: {element.text or ''}")

    def own(name: str, root: Element) -> bool:
        if _SHEET.match(name):
            _check_extent(root, limits)
            _read_sheet(root, shared, name in hidden, found)
            found.add("headers_footers", "\n".join(_header_texts(root)), doubtful=True)
        elif name.startswith("xl/revisions/"):
            found.add("tracked_changes", "\n".join(filter(None, map(str.strip, root.itertext()))), count=1)
        return bool(_SHEET.match(name)) or name in (main, "xl/sharedStrings.xml")

    parts.read_parts(archive, found, limits, own)


def _hidden_sheets(archive: Archive, main: str, workbook: Element, limits: Limits) -> set[str]:
    """Paths of sheets that are hidden, or that no sheet of the workbook names."""
    folder = posixpath.dirname(main)
    relations_name = f"{folder}/_rels/{posixpath.basename(main)}.rels"
    targets: dict[str, str] = {}
    if relations_name in archive.names:
        for relation in parse(archive.read(relations_name), limits):
            target = attribute(relation, "Target")
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            targets[attribute(relation, "Id")] = posixpath.normpath(path)
    shown = set()
    for element in workbook.iter():
        if name_of(element) == "sheet" and attribute(element, "state", "visible") == "visible":
            relation_id = next((v for k, v in element.attrib.items() if k.endswith("}id")), "")
            shown.add(targets.get(relation_id, ""))
    return {name for name in archive.names if _SHEET.match(name)} - shown


def _shared_texts(archive: Archive, limits: Limits) -> list[str]:
    if "xl/sharedStrings.xml" not in archive.names:
        return []
    root = parse(archive.read("xl/sharedStrings.xml"), limits)
    return [_rich(entry) for entry in root if name_of(entry) == "si"]


def _rich(entry: Element) -> str:
    """Runs of a shared or inline text, phonetic guides left out of the reading."""
    return "".join(e.text or "" for e in entry.iter() if name_of(e) == "t")


def rows(root: Element, shared: list[str]) -> Iterator[Row]:
    """The rows of one sheet that hold cells. Raises Rejected("malformed")."""
    default_hidden = any(
        name_of(e) == "sheetFormatPr" and attribute(e, "zeroHeight") in _ON for e in root.iter()
    )
    for element in root.iter():
        if name_of(element) != "row":
            continue
        flag = attribute(element, "hidden")
        height = attribute(element, "ht", "1")
        hidden = flag in _ON or (not flag and default_hidden) or height in ("0", "0.0")
        yield Row(hidden, tuple(_cells(element, shared)))


def _cells(row: Element, shared: list[str]) -> Iterator[Cell]:
    column = 0
    for element in row:
        if name_of(element) != "c":
            continue
        column = _column(attribute(element, "r")) or column + 1
        kind = attribute(element, "t", "n")
        value = next((e.text or "" for e in element if name_of(e) == "v"), "")
        formula = next((f"={e.text or ''}" for e in element if name_of(e) == "f"), "")
        if kind == "s":
            if not value.strip().isdigit() or int(value) >= len(shared):
                raise Rejected("malformed")
            value = shared[int(value)]
        elif kind == "inlineStr":
            value = "".join(_rich(e) for e in element if name_of(e) == "is")
        if value or formula:
            style = attribute(element, "s")
            words = kind in ("s", "inlineStr", "str")
            yield Cell(column, value, formula, words, int(style) if style.isdigit() else 0)


def _column(reference: str) -> int:
    """27 for `AA5`, 0 for none."""
    number = 0
    for letter in reference:
        if not ("A" <= letter <= "Z"):
            break
        number = number * 26 + ord(letter) - 64
    if number > MOST_COLUMNS:
        raise Rejected("malformed")
    return number


def _check_extent(root: Element, limits: Limits) -> None:
    """A cell far out makes a converter walk through everything before it. Raises
    Rejected("over_limits") for a sheet whose used part cannot fit the pages allowed."""
    last_row = last_column = row_number = 0
    for element in root.iter():
        kind = name_of(element)
        if kind == "row":
            said = attribute(element, "r")
            row_number = int(said) if said.isdigit() else row_number + 1
        elif kind == "c" and len(element):
            last_row = max(last_row, row_number)
            last_column = max(last_column, _column(attribute(element, "r")))
    if last_row > limits.pages * ROWS_TO_A_PAGE or last_row * last_column > limits.pages * CELLS_TO_A_PAGE:
        raise Rejected("over_limits")


def _hidden_columns(root: Element) -> list[range]:
    spans = []
    for element in root.iter():
        if name_of(element) == "col" and (
            attribute(element, "hidden") in _ON or attribute(element, "width", "1") in ("0", "0.0")
        ):
            first, last = attribute(element, "min", "1"), attribute(element, "max", "1")
            if not (first.isdigit() and last.isdigit()):
                raise Rejected("malformed")
            spans.append(range(int(first), int(last) + 1))
    return spans


def _read_sheet(root: Element, shared: list[str], hidden: bool, found: Asides) -> None:
    spans = _hidden_columns(root)
    every = list(rows(root, shared))
    headings = {cell.column: cell.text for cell in every[0].cells} if every else {}
    unseen_columns = set()
    for row in every:
        for cell in row.cells:
            found.add("formulas", cell.formula)
        if hidden:
            found.add("hidden_sheets", "\t".join(cell.text for cell in row.cells), count=0)
            continue
        if row.hidden:
            found.add("hidden_rows", "\t".join(cell.text for cell in row.cells))
            continue
        for cell in row.cells:
            if any(cell.column in span for span in spans):
                unseen_columns.add(cell.column)
                label = headings.get(cell.column, "")
                said = cell.text if row is every[0] or not label else f"{label}: {cell.text}"
                found.add("hidden_columns", said, count=0)
            elif cell.words:
                found.add("hidden_text", cell.text, doubtful=True)
    found.count("hidden_columns", len(unseen_columns))
    found.count("hidden_sheets", 1 if hidden else 0)


def _header_texts(root: Element) -> Iterator[str]:
    """Printed headers and footers without their layout codes (ECMA-376 18.3.1.46)."""
    for element in root.iter():
        if _PRINTED.match(name_of(element)):
            for section in re.split(r"&[LCR]", _LAYOUT.sub("", element.text or "")):
                if section.strip():
                    yield section.strip()


def printable(archive: Archive, limits: Limits) -> Callable[[str, bytes], bytes]:
    """What the parts of a workbook become before they are printed: (path, bytes) -> bytes.

    In a sheet every formula gives way to its stored value, and to its own text where none is
    stored; columns are as wide as what stands in them. Raises Rejected(`malformed`, `over_limits`).
    """
    shared, sizes = _shared_texts(archive, limits), widths.sizes(archive, limits)

    def change(name: str, data: bytes) -> bytes:
        if not _SHEET.match(name):
            return data
        root = parse(data, limits)
        changed = _without_formulas(root)
        needed = _widths(root, shared, sizes)
        if not widths.widened(root, needed, _hidden_columns(root)) and not changed:
            return data
        for key in [k for k in root.attrib if k.endswith("}Ignorable")]:
            del root.attrib[key]  # it names prefixes, and writing chooses new ones
        return b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + tostring(root)

    return change


def _without_formulas(root: Element) -> bool:
    space = space_of(root)
    changed = False
    for cell in [e for e in root.iter() if name_of(e) == "c"]:
        formulas = [e for e in cell if name_of(e) == "f"]
        for formula in formulas:
            cell.remove(formula)
        changed = changed or bool(formulas)
        if formulas and not any(name_of(e) in ("v", "is") for e in cell):
            cell.set("t", "inlineStr")
            SubElement(SubElement(cell, f"{space}is"), f"{space}t").text = f"={formulas[0].text or ''}"
    return changed


def _widths(root: Element, shared: list[str], sizes: Sequence[float]) -> dict[int, float]:
    """For each column the most that a cell with a neighbour takes: any other has room beside it."""
    needed: dict[int, float] = {}
    for row in rows(root, shared):
        held = {cell.column for cell in row.cells}
        for cell in row.cells:
            if cell.words and not held & {cell.column - 1, cell.column + 1}:
                continue
            size = sizes[cell.style] if cell.style < len(sizes) else 1.0
            width = size * widths.digits(cell.text, cell.words)
            needed[cell.column] = max(needed.get(cell.column, 0.0), width)
    return needed
