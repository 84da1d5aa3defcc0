"""Show text, without the glyphs whose core meets a zone.

Most text stands nowhere near a box: a string is looked at glyph by glyph only when the whole of
it, roughly bounded, meets a zone. Else the instruction is kept as it was parsed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

import pikepdf

from redaction.burn import fonts
from redaction.burn.fonts import Unreadable
from redaction.burn.walk import State, Walk, keep, write
from redaction.burn.zones import CORE_HIGH, CORE_INSET, CORE_LOW, Matrix, multiply, shifted
from redaction.types import Box

ACCENT = (-0.25, 0.05)  # ems around the pen: a glyph without an advance stands on the one before
Read = Sequence[Sequence[fonts.Code] | float]  # the parts of an instruction: glyphs, or a gap


def show_parts(walk: Walk, parts: Sequence[Any], first: Sequence[tuple[list[Any], str]]) -> None:
    """Show the parts. Where one may meet a zone they are written again without its glyphs, after
    the instructions `first` that the one under way stands for."""
    if walk.state.font is None:
        raise Unreadable
    codes = walk.state.font.codes
    read: list[Sequence[fonts.Code] | float] = []
    for part in parts:
        if isinstance(part, pikepdf.String | str | bytes):
            read.append(
                codes(bytes(part) if isinstance(part, pikepdf.String) else str(part).encode("latin-1"))
            )
        else:
            read.append(float(part))
    stops = list(accumulate(_steps(walk.state, read), initial=0.0))
    near = walk.zones.near(_around(walk, read, stops))
    if not near:
        walk.text = shifted(stops[-1], walk.text)
        keep(walk)
        return
    for operands, operator in first:
        write(walk, operands, operator)
    _show_glyphs(walk, read, stops, near)


def _steps(state: State, read: Read) -> list[float]:
    """How far the pen moves in text space, glyph by glyph and gap by gap."""
    size, scale, char_space, word_space = state.size, state.scale, state.char_space, state.word_space
    steps: list[float] = []
    for part in read:
        if isinstance(part, float):
            steps.append(-part / 1000 * size * scale)
        else:
            steps += [
                (advance * size + char_space + (word_space if is_space else 0.0)) * scale
                for _, advance, is_space in part
            ]
    return steps


def _around(walk: Walk, read: Read, stops: Sequence[float]) -> Box:
    """A box that holds the core of every glyph shown: the pen's way, and a widest glyph and an
    accent's reach more on each side."""
    state = walk.state
    widest = max((abs(code[1]) for part in read if not isinstance(part, float) for code in part), default=0.0)
    margin = (widest - ACCENT[0]) * abs(state.size * state.scale)
    left, right = min(stops) - margin, max(stops) + margin
    return Box(*_bounds(_to_page(walk), left, right))


def _to_page(walk: Walk) -> Matrix:
    """The pen's way (text space across, ems up) to the page."""
    state = walk.state
    return multiply((1, 0, 0, state.size, 0, state.rise), multiply(walk.text, state.ctm))


def _bounds(to_page: Matrix, left: float, right: float) -> tuple[float, float, float, float]:
    """What holds the band of cores between two places of the pen: x0, y0, x1, y1."""
    a, b, c, d, e, f = to_page
    xs = a * left + e, a * right + e
    ys = b * left + f, b * right + f
    low_x, high_x, low_y, high_y = c * CORE_LOW, c * CORE_HIGH, d * CORE_LOW, d * CORE_HIGH
    x0, x1 = min(xs) + min(low_x, high_x), max(xs) + max(low_x, high_x)
    y0, y1 = min(ys) + min(low_y, high_y), max(ys) + max(low_y, high_y)
    if not math.isfinite(x0 + y0 + x1 + y1):
        raise Unreadable
    return x0, y0, x1, y1


def _show_glyphs(walk: Walk, read: Read, stops: Sequence[float], near: Sequence[Box]) -> None:
    """Write the parts again, each dropped glyph replaced by the distance it covered. No zone but those
    that are `near` can meet a glyph of these."""
    state = walk.state
    em, meets = state.size * state.scale, _meets(_to_page(walk), near)
    new: list[Any] = []
    kept = bytearray()
    gap = 0.0  # in thousandths of the size, positive to the right
    places = iter(stops)
    for part in read:
        if isinstance(part, float):
            gap -= part
            next(places)
            continue
        for code, advance, is_space in part:
            inset = CORE_INSET * advance
            left, right = (inset, advance - inset) if advance > 0.02 else ACCENT
            pen = next(places)
            if meets(pen + left * em, pen + right * em):
                spacing = state.char_space + (state.word_space if is_space else 0.0)
                gap += _thousandths(state.size, advance, spacing)
                walk.dropped += 1
                walk.changed = True
            else:
                if gap:
                    _flush(new, kept)
                    new.append(round(-gap, 3))
                    gap = 0.0
                kept += code
    _flush(new, kept)
    if gap:
        new.append(round(-gap, 3))
    walk.text = shifted(stops[-1], walk.text)
    write(walk, [pikepdf.Array(new)], "TJ")


def _meets(to_page: Matrix, zones: Sequence[Box]) -> Callable[[float, float], bool]:
    """Tells of two places of the pen whether the core between them shares more than an edge with a zone.
    Of text that runs along the x axis all cores have the same height, so that it is only asked once."""
    a, b, c, _, e, _ = to_page
    if b == c == 0:
        _, y0, _, y1 = _bounds(to_page, 0.0, 0.0)
        spans = [(zone.x0, zone.x1) for zone in zones if y0 < zone.y1 and zone.y0 < y1]

        def level(left: float, right: float) -> bool:
            x0, x1 = a * left + e, a * right + e
            if x0 > x1:
                x0, x1 = x1, x0
            return bool([low for low, high in spans if x0 < high and low < x1])

        return level

    def turned(left: float, right: float) -> bool:
        x0, y0, x1, y1 = _bounds(to_page, left, right)
        return any(x0 < zone.x1 and zone.x0 < x1 and y0 < zone.y1 and zone.y0 < y1 for zone in zones)

    return turned


def _flush(new: list[Any], kept: bytearray) -> None:
    if kept:
        new.append(pikepdf.String(bytes(kept)))
        kept.clear()


def _thousandths(size: float, advance: float, spacing: float) -> float:
    if not size:
        raise Unreadable  # spacing at size zero moves the pen in a way no number in TJ can
    return 1000 * (advance + spacing / size)
