"""Remove every glyph whose cell meets a box, from a scratch copy of the normalised PDF.

The scratch copy is only ever rendered; no byte of it reaches an output file. Dropping comes
before rendering because PDFium places kept glyphs by their hidden neighbours, which would
tell the hidden word's width (redaction.md, section 2).

A page whose content cannot be followed for certain is *refused*: it stays as it was, and the
caller hides one kept word on each side of every box as well.
"""

from __future__ import annotations

from typing import Any

import pikepdf

from redaction.burn import fonts
from redaction.burn.fonts import Unreadable
from redaction.burn.show import show_parts
from redaction.burn.walk import Fonts, State, Walk, keep, matrix_of, next_line, numbers, operands_of, write
from redaction.burn.zones import IDENTITY, Matrix, Zones, multiply

MAX_DEPTH = 12
MAX_INSTRUCTIONS = 2_000_000  # a page, forms counted each time they are drawn: nested forms multiply


def drop_page(
    pdf: pikepdf.Pdf, page: pikepdf.Page, to_reader: Matrix, zones: Zones, known: Fonts | None = None
) -> int:
    """No glyph of the page has its core in a zone; the number of glyphs that went.

    `to_reader` maps user space to points from the top left as a reader sees the page, the
    space of `zones`. `known` are fonts of this `pdf` read before, and learns new ones. Raises
    `Unreadable` and changes nothing where the content cannot be followed for certain.
    """
    walk = Walk(
        pdf, page.resources, zones, State(to_reader), 0, {} if known is None else known, [MAX_INSTRUCTIONS]
    )
    try:
        _run(walk, page)
    except (
        pikepdf.PdfError,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        OverflowError,
        RecursionError,
    ) as error:
        # Whatever is wrong with the content, the answer is the same: this page is refused.
        raise Unreadable from error
    page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(walk.out))
    page.Resources = walk.resources
    return walk.dropped


def _run(walk: Walk, content: pikepdf.Page | pikepdf.Object) -> None:
    instructions = pikepdf.parse_content_stream(content)
    walk.budget[0] -= len(instructions)
    if walk.budget[0] < 0:
        raise Unreadable
    handlers, put = _OPERATORS, walk.out.append
    for instruction in instructions:
        if isinstance(instruction, pikepdf.ContentStreamInlineImage):
            put(instruction)
            continue
        operator = str(instruction.operator)
        handler = handlers.get(operator)
        if handler is None:
            put(instruction)
        else:
            walk.now = instruction
            handler(walk, operator)


def _save(walk: Walk, operator: str) -> None:
    walk.stack.append(walk.state)
    keep(walk)


def _restore(walk: Walk, operator: str) -> None:
    if walk.stack:  # an unmatched Q is ignored, as PDFium does
        walk.state = walk.stack.pop()
    keep(walk)


def _concat(walk: Walk, operator: str) -> None:
    walk.state = walk.state._replace(ctm=multiply(matrix_of(operands_of(walk)), walk.state.ctm))
    keep(walk)


def _begin_text(walk: Walk, operator: str) -> None:
    walk.text = walk.line = IDENTITY
    keep(walk)


_STATE_FIELDS = {"Tc": "char_space", "Tw": "word_space", "TL": "leading", "Ts": "rise"}


def _set_number(walk: Walk, operator: str) -> None:
    (value,) = numbers(operands_of(walk), 1)
    if operator == "Tz":
        walk.state = walk.state._replace(scale=value / 100)
    else:
        walk.state = walk.state._replace(**{_STATE_FIELDS[operator]: value})  # type: ignore[arg-type]
    keep(walk)


def _set_font(walk: Walk, operator: str) -> None:
    name, size = operands_of(walk)[-2:]
    key = str(name)
    if key not in walk.by_name:
        font = walk.resources.get("/Font", pikepdf.Dictionary()).get(key)
        walk.by_name[key] = None if font is None else _load(walk, font)
    walk.state = walk.state._replace(font=walk.by_name[key], size=float(size))
    keep(walk)


def _load(walk: Walk, font: pikepdf.Object) -> fonts.Font:
    """Fonts are read once per copy; an inline font dictionary has no number to remember it by."""
    if not font.is_indirect:
        return fonts.load(font)
    if font.objgen not in walk.fonts:
        walk.fonts[font.objgen] = fonts.load(font)
    return walk.fonts[font.objgen]


def _external_state(walk: Walk, operator: str) -> None:
    entry = walk.resources.get("/ExtGState", pikepdf.Dictionary()).get(str(operands_of(walk)[-1]))
    if entry is not None and "/Font" in entry:
        font, size = entry.Font.as_list()
        walk.state = walk.state._replace(font=_load(walk, font), size=float(size))
    keep(walk)


def _move(walk: Walk, operator: str) -> None:
    x, y = numbers(operands_of(walk), 2)
    if operator == "TD":
        walk.state = walk.state._replace(leading=-y)
    next_line(walk, x, y)
    keep(walk)


def _set_text_matrix(walk: Walk, operator: str) -> None:
    walk.text = walk.line = matrix_of(operands_of(walk))
    keep(walk)


def _star(walk: Walk, operator: str) -> None:
    next_line(walk, 0, -walk.state.leading)
    keep(walk)


def _show(walk: Walk, operator: str) -> None:
    show_parts(walk, [operands_of(walk)[-1]], [])


def _show_array(walk: Walk, operator: str) -> None:
    show_parts(walk, operands_of(walk)[-1].as_list(), [])


def _show_on_next_line(walk: Walk, operator: str) -> None:
    operands = operands_of(walk)
    first: list[tuple[list[Any], str]] = [([], "T*")]
    if operator == '"':
        word_space, char_space = numbers(operands[:2], 2)
        walk.state = walk.state._replace(word_space=word_space, char_space=char_space)
        first = [([word_space], "Tw"), ([char_space], "Tc"), *first]
    next_line(walk, 0, -walk.state.leading)
    show_parts(walk, [operands[-1]], first)


def _mark(walk: Walk, operator: str) -> None:
    """Marked content keeps its nesting and loses its words.

    ActualText, Alt and E are read as text by PDFium whether or not the glyphs are still there.
    Optional content keeps its properties: they decide what is visible.
    """
    operands = operands_of(walk)
    tag = operands[0] if operands else pikepdf.Name("/Span")
    if str(tag) == "/OC":
        keep(walk)
    else:
        walk.changed = True
        write(walk, [tag], "BMC")


def _point_mark(walk: Walk, operator: str) -> None:
    """Marked points show nothing and may carry text: they go."""


def _draw(walk: Walk, operator: str) -> None:
    """Forms are walked too, and replaced by their own copy where a glyph went."""
    name = str(operands_of(walk)[-1])
    form = walk.resources.get("/XObject", pikepdf.Dictionary()).get(name)
    if form is None or str(form.get("/Subtype", "")) != "/Form":
        keep(walk)
        return
    if walk.depth >= MAX_DEPTH:
        raise Unreadable
    matrix = matrix_of(list(form.Matrix.as_list())) if "/Matrix" in form else IDENTITY
    inner = Walk(
        walk.pdf,
        form.get("/Resources", walk.resources),
        walk.zones,
        walk.state._replace(ctm=multiply(matrix, walk.state.ctm)),
        walk.depth + 1,
        walk.fonts,
        walk.budget,
    )
    _run(inner, form)
    if not inner.changed:
        keep(walk)
        return
    walk.dropped += inner.dropped
    walk.changed = True
    write(walk, [pikepdf.Name(_add_copy(walk, form, inner))], operator)


def _add_copy(walk: Walk, form: pikepdf.Object, inner: Walk) -> str:
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
