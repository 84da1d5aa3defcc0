"""One content stream under way: the graphics state that moves glyphs, and the new stream."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pikepdf

from redaction.burn.fonts import Font, Unreadable
from redaction.burn.zones import IDENTITY, Matrix, Zones, multiply

Fonts = dict[tuple[int, int], Font]


class State(NamedTuple):
    """The part of the graphics state that moves glyphs."""

    ctm: Matrix
    font: Font | None = None
    size: float = 0.0
    char_space: float = 0.0
    word_space: float = 0.0
    scale: float = 1.0
    leading: float = 0.0
    rise: float = 0.0


@dataclass(slots=True)
class Walk:
    """One content stream under way. `out` collects the instructions of the new stream, `now` is
    the one under way as it was parsed, `by_name` remembers the fonts of `resources`."""

    pdf: pikepdf.Pdf
    resources: pikepdf.Object
    zones: Zones
    state: State
    depth: int
    fonts: Fonts
    budget: list[int]  # instructions left, shared with the forms of the page
    stack: list[State] = field(default_factory=list)
    text: Matrix = IDENTITY
    line: Matrix = IDENTITY
    out: list[Any] = field(default_factory=list)
    now: Any = None
    by_name: dict[str, Font | None] = field(default_factory=dict)
    dropped: int = 0
    changed: bool = False


def operands_of(walk: Walk) -> list[Any]:
    """Operands of the instruction under way."""
    return list(walk.now.operands)


def keep(walk: Walk) -> None:
    """The instruction under way stays as it was parsed."""
    walk.out.append(walk.now)


def write(walk: Walk, operands: list[Any], operator: str) -> None:
    """One instruction of ours joins the new stream."""
    walk.out.append((operands, pikepdf.Operator(operator)))


def numbers(operands: Sequence[Any], count: int) -> list[float]:
    """The last `count` operands as numbers. Raises Unreadable, ValueError, TypeError."""
    if len(operands) < count:
        raise Unreadable
    return [float(value) for value in operands[-count:]]


def matrix_of(operands: Sequence[Any]) -> Matrix:
    """The last six operands as a matrix. Raises as `numbers`."""
    a, b, c, d, e, f = numbers(operands, 6)
    return a, b, c, d, e, f


def next_line(walk: Walk, x: float, y: float) -> None:
    """A new line begins, moved by x and y from the start of the one before."""
    walk.line = multiply((1, 0, 0, 1, x, y), walk.line)
    walk.text = walk.line
