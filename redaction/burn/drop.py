"""Remove every glyph whose cell meets a box, from a scratch copy of the normalised PDF.

The scratch copy is only ever rendered; no byte of it reaches an output file. Dropping comes
before rendering because PDFium places kept glyphs by their hidden neighbours, which would
tell the hidden word's width (redaction.md, section 2).

A page whose content cannot be followed for certain is *refused*: it stays as it was, and the
caller hides one kept word on each side of every box as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf

from redaction.burn import fonts
from redaction.burn.fonts import Unreadable
from redaction.burn.zones import CORE_HIGH, CORE_INSET, CORE_LOW, IDENTITY, Matrix, Zones, multiply, place
from redaction.types import Box

MAX_DEPTH = 12
MAX_INSTRUCTIONS = 2_000_000  # a page, forms counted each time they are drawn: nested forms multiply


@dataclass(frozen=True, slots=True)
class _State:
    """The part of the graphics state that moves glyphs."""

    ctm: Matrix
    font: fonts.Font | None = None
    size: float = 0.0
    char_space: float = 0.0
    word_space: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


@dataclass(slots=True)
class _Walk:
    """One content stream under way. `out` collects the instructions of the new stream."""

    pdf: pikepdf.Pdf
    resources: pikepdf.Object
    zones: Zones
    state: _State
    depth: int
    fonts: dict[tuple[int, int], fonts.Font]
    budget: list[int]  # instructions left, shared with the forms of the page
    stack: list[_State] = field(default_factory=list)
    text: Matrix = IDENTITY
    line: Matrix = IDENTITY
    out: list[Any] = field(default_factory=list)
    dropped: int = 0
    changed: bool = False


def drop_page(pdf: pikepdf.Pdf, page: pikepdf.Page, to_reader: Matrix, zones: Zones) -> int:
    """No glyph of the page has its core in a zone; the number of glyphs that went.

    `to_reader` maps user space to points from the top left as a reader sees the page, the
    space of `zones`. Raises `Unreadable` and changes nothing where the content cannot be
    followed for certain.
    """
    walk = _Walk(pdf, page.resources, zones, _State(to_reader), 0, {}, [MAX_INSTRUCTIONS])
    try:
        _run(walk, page)
    except (
        pikepdf.PdfError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
    ) as error:
        # Whatever is wrong with the content, the answer is the same: this page is refused.
        raise Unreadable from error
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(walk.out))
    page.Resources = walk.resources
    return walk.dropped


def _run(walk: _Walk, content: pikepdf.Page | pikepdf.Object) -> None:
    instructions = pikepdf.parse_content_stream(content)
    walk.budget[0] -= len(instructions)
    if walk.budget[0] < 0:
        raise Unreadable
    for instruction in instructions:
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            walk.out.append(instruction)
            continue
        operator = str(instruction.operator)
        handler = _OPERATORS.get(operator)
        if handler is None:
            walk.out.append(instruction)
        else:
            handler(walk, list(instruction.operands), operator)


def _keep(walk: _Walk, operands: list[Any], operator: str) -> None:
    walk.out.append((operands, pikepdf.Operator(operator)))


def _numbers(operands: list[Any], count: int) -> list[float]:
    if len(operands) < count:
        raise Unreadable
    return [float(value) for value in operands[-count:]]


def _save(walk: _Walk, operands: list[Any], operator: str) -> None:
    walk.stack.append(walk.state)
    _keep(walk, operands, operator)


def _restore(walk: _Walk, operands: list[Any], operator: str) -> None:
    if walk.stack:  # an unmatched Q is ignored, as PDFium does
        walk.state = walk.stack.pop()
    _keep(walk, operands, operator)


def _concat(walk: _Walk, operands: list[Any], operator: str) -> None:
    matrix = _matrix(operands)
    walk.state = replace(walk.state, ctm=multiply(matrix, walk.state.ctm))
    _keep(walk, operands, operator)


def _matrix(operands: Sequence[Any]) -> Matrix:
    a, b, c, d, e, f = _numbers(list(operands), 6)
    return a, b, c, d, e, f


def _begin_text(walk: _Walk, operands: list[Any], operator: str) -> None:
    walk.text = walk.line = IDENTITY
    _keep(walk, operands, operator)


_STATE_FIELDS = {"Tc": "char_space", "Tw": "word_space", "TL": "leading", "Ts": "rise"}


def _set_number(walk: _Walk, operands: list[Any], operator: str) -> None:
    (value,) = _numbers(operands, 1)
    if operator == "Tz":
        walk.state = replace(walk.state, scale=value / 100)
    else:
        walk.state = replace(walk.state, **{_STATE_FIELDS[operator]: value})  # type: ignore[arg-type]
    _keep(walk, operands, operator)


def _set_font(walk: _Walk, operands: list[Any], operator: str) -> None:
    name, size = operands[-2:]
    font = walk.resources.get("/Font", pikepdf.Dictionary()).get(str(name))
    walk.state = replace(walk.state, font=None if font is None else _load(walk, font), size=float(size))
    _keep(walk, operands, operator)


def _load(walk: _Walk, font: pikepdf.Object) -> fonts.Font:
    """Fonts are read once per page; an inline font dictionary has no number to remember it by."""
    if not font.is_indirect:
        return fonts.load(font)
    if font.objgen not in walk.fonts:
        walk.fonts[font.objgen] = fonts.load(font)
    return walk.fonts[font.objgen]


def _external_state(walk: _Walk, operands: list[Any], operator: str) -> None:
    entry = walk.resources.get("/ExtGState", pikepdf.Dictionary()).get(str(operands[-1]))
    if entry is not None and "/Font" in entry:
        font, size = entry.Font.as_list()
        walk.state = replace(walk.state, font=_load(walk, font), size=float(size))
    _keep(walk, operands, operator)


def _next_line(walk: _Walk, x: float, y: float) -> None:
    walk.line = multiply((1, 0, 0, 1, x, y), walk.line)
    walk.text = walk.line


def _move(walk: _Walk, operands: list[Any], operator: str) -> None:
    x, y = _numbers(operands, 2)
    if operator == "TD":
        walk.state = replace(walk.state, leading=-y)
    _next_line(walk, x, y)
    _keep(walk, operands, operator)


def _set_text_matrix(walk: _Walk, operands: list[Any], operator: str) -> None:
    walk.text = walk.line = _matrix(operands)
    _keep(walk, operands, operator)


def _star(walk: _Walk, operands: list[Any], operator: str) -> None:
    _next_line(walk, 0, -walk.state.leading)
    _keep(walk, operands, operator)


def _show(walk: _Walk, operands: list[Any], operator: str) -> None:
    _show_parts(walk, [operands[-1]])


def _show_array(walk: _Walk, operands: list[Any], operator: str) -> None:
    _show_parts(walk, operands[-1].as_list())


def _show_on_next_line(walk: _Walk, operands: list[Any], operator: str) -> None:
    if operator == '"':
        word_space, char_space = _numbers(operands[:2], 2)
        _set_number(walk, [word_space], "Tw")
        _set_number(walk, [char_space], "Tc")
    _star(walk, [], "T*")
    _show_parts(walk, [operands[-1]])


def _show_parts(walk: _Walk, parts: list[Any]) -> None:
    """Write the parts again, each dropped glyph replaced by the distance it covered."""
    state = walk.state
    if state.font is None:
        raise Unreadable
    new: list[Any] = []
    kept = bytearray()
    gap = 0.0  # in thousandths of the size, positive to the right
    for part in parts:
        if not isinstance(part, pikepdf.String | str | bytes):
            gap -= float(part)
            walk.text = multiply((1, 0, 0, 1, -float(part) / 1000 * state.size * state.scale, 0), walk.text)
            continue
        raw = bytes(part) if isinstance(part, pikepdf.String) else str(part).encode("latin-1")
        for code, advance, is_space in state.font.codes(raw):
            spacing = state.char_space + (state.word_space if is_space else 0.0)
            if _meets(walk, advance):
                gap += _thousandths(state.size, advance, spacing)
                walk.dropped += 1
                walk.changed = True
            else:
                if gap:
                    _flush(new, kept)
                    new.append(round(-gap, 3))
                    gap = 0.0
                kept += code
            step = (advance * state.size + spacing) * state.scale
            walk.text = multiply((1, 0, 0, 1, step, 0), walk.text)
    _flush(new, kept)
    if gap:
        new.append(round(-gap, 3))
    walk.out.append(([pikepdf.Array(new)], pikepdf.Operator("TJ")))


def _flush(new: list[Any], kept: bytearray) -> None:
    if kept:
        new.append(pikepdf.String(bytes(kept)))
        kept.clear()


def _thousandths(size: float, advance: float, spacing: float) -> float:
    if not size:
        raise Unreadable  # spacing at size zero moves the pen in a way no number in TJ can
    return 1000 * (advance + spacing / size)


def _meets(walk: _Walk, advance: float) -> bool:
    """True when the glyph's core meets a zone."""
    state = walk.state
    inset = CORE_INSET * advance
    left, right = (
        (inset, advance - inset) if advance > 0.02 else (-0.25, 0.05)
    )  # accents stand on the glyph before
    to_page = multiply(
        (state.size * state.scale, 0, 0, state.size, 0, state.rise), multiply(walk.text, state.ctm)
    )
    (ax, ay), (bx, by) = place(to_page, left, CORE_LOW), place(to_page, right, CORE_HIGH)
    (cx, cy), (dx, dy) = place(to_page, left, CORE_HIGH), place(to_page, right, CORE_LOW)
    core = Box(min(ax, bx, cx, dx), min(ay, by, cy, dy), max(ax, bx, cx, dx), max(ay, by, cy, dy))
    return walk.zones.meet(core)


def _mark(walk: _Walk, operands: list[Any], operator: str) -> None:
    """Marked content keeps its nesting and loses its words.

    ActualText, Alt and E are read as text by PDFium whether or not the glyphs are still there.
    Optional content keeps its properties: they decide what is visible.
    """
    tag = operands[0] if operands else pikepdf.Name("/Span")
    if str(tag) == "/OC":
        _keep(walk, operands, operator)
    else:
        walk.changed = True
        walk.out.append(([tag], pikepdf.Operator("BMC")))


def _point_mark(walk: _Walk, operands: list[Any], operator: str) -> None:
    """Marked points show nothing and may carry text: they go."""


def _draw(walk: _Walk, operands: list[Any], operator: str) -> None:
    """Forms are walked too, and replaced by their own copy where a glyph went."""
    name = str(operands[-1])
    form = walk.resources.get("/XObject", pikepdf.Dictionary()).get(name)
    if form is None or str(form.get("/Subtype", "")) != "/Form":
        _keep(walk, operands, operator)
        return
    if walk.depth >= MAX_DEPTH:
        raise Unreadable
    matrix = _matrix(list(form.Matrix.as_list())) if "/Matrix" in form else IDENTITY
    inner = _Walk(
        walk.pdf,
        form.get("/Resources", walk.resources),
        walk.zones,
        replace(walk.state, ctm=multiply(matrix, walk.state.ctm)),
        walk.depth + 1,
        walk.fonts,
        walk.budget,
    )
    _run(inner, form)
    if not inner.changed:
        _keep(walk, operands, operator)
        return
    walk.dropped += inner.dropped
    walk.changed = True
    _keep(walk, [pikepdf.Name(_add_copy(walk, form, inner))], operator)


def _add_copy(walk: _Walk, form: pikepdf.Object, inner: _Walk) -> str:
    """A new form with the instructions of `inner`, known to `walk.resources` by the name returned."""
    copy = walk.pdf.make_stream(pikepdf.unparse_content_stream(inner.out))
    for key, value in form.items():
        if key not in (
            "/Length",
            "/Filter",
            "/DecodeParms",
            "/F",
            "/FFilter",
            "/FDecodeParms",
            "/ActualText",
        ):
            copy[key] = value
    copy["/Resources"] = inner.resources
    resources = pikepdf.Dictionary(dict(walk.resources.items()))
    forms = pikepdf.Dictionary(dict(resources.get("/XObject", pikepdf.Dictionary()).items()))
    name = f"/Dropped{len(forms)}"
    while name in forms:
        name += "x"
    forms[name] = walk.pdf.make_indirect(copy)
    resources["/XObject"] = forms
    walk.resources = resources
    return name


_OPERATORS = {
    "q": _save,
    "Q": _restore,
    "cm": _concat,
    "BT": _begin_text,
    **dict.fromkeys(("Tc", "Tw", "TL", "Ts", "Tz"), _set_number),
    "Tf": _set_font,
    "gs": _external_state,
    **dict.fromkeys(("Td", "TD"), _move),
    "Tm": _set_text_matrix,
    "T*": _star,
    "Tj": _show,
    "TJ": _show_array,
    **dict.fromkeys(("'", '"'), _show_on_next_line),
    **dict.fromkeys(("BDC", "BMC"), _mark),
    **dict.fromkeys(("MP", "DP"), _point_mark),
    "Do": _draw,
}
