"""Show text, without the glyphs whose core meets a zone.

Most text stands nowhere near a box: a string is looked at glyph by glyph only when the whole of
it, roughly bounded, meets a zone. Else the instruction is kept as it was parsed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
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
    to_page, em = _to_page(walk), state.size * state.scale
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
            if _meet(near, *_bounds(to_page, pen + left * em, pen + right * em)):
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


def _meet(zones: Sequence[Box], x0: float, y0: float, x1: float, y1: float) -> bool:
    """True when the rectangle shares more than an edge with any of the zones."""
    return bool([zone for zone in zones if x0 < zone[2] and zone[0] < x1 and y0 < zone[3] and zone[1] < y1])


def _flush(new: list[Any], kept: bytearray) -> None:
    if kept:
        new.append(pikepdf.String(bytes(kept)))
        kept.clear()


def _thousandths(size: float, advance: float, spacing: float) -> float:
    if not size:
        raise Unreadable  # spacing at size zero moves the pen in a way no number in TJ can
    return 1000 * (advance + spacing / size)
