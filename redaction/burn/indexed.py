"""A colour page as indices into a palette of at most 256 colours, black first and white second.

Pixels are blue, green, red and an unused byte, as PDFium draws them. Colours are told apart by the
upper four bits of each channel (a *code*); the palette is chosen from every third pixel of every
third row, so that the whole page is only read once, to look its indices up. White paper, most of a
page, is counted and not looked at.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Levels = npt.NDArray[np.int16]  # red, green, blue, a row each and a colour a column
Counts = npt.NDArray[np.int64]
Weights = npt.NDArray[np.float32]

BLACK, WHITE = 0, 1  # palette entries
SMALL, LARGE = 16, 256  # entries of 4 and of 8 bits
# How far (sum over the channels) a palette may miss a colour that covers an area, and one that does
# not: a shade between letter and paper. What is missed by more may be one pixel in 5,000.
AREA_ERROR, EDGE_ERROR = 48, 60
_AREA, _NOT_SEEN, _PAINTED = 1000, 5000, 200  # one pixel in so many
_ROUNDS = 4  # of moving a small palette's entries into the middle of what they stand for
_EDGES = np.array([[0, 255]] * 3, np.int16)
_CODES, _PAPER = 1 << 12, np.uint32(0xFFFFFF)
_ENOUGH = 1 << 17  # pixels that tell the means of the codes; of more, one in so many
_ROWS_AT_ONCE = 512  # of distances: they stay in the cache


@cache
def _code_of() -> npt.NDArray[np.uint16]:
    """The code of each 16-bit colour (5, 6, 5 bits)."""
    bits = np.arange(1 << 16)
    return (bits >> 12 << 8 | (bits >> 7 & 15) << 4 | bits >> 1 & 15).astype(np.uint16)


def to_palette(colour: Pixels) -> tuple[Pixels, Pixels]:
    """Indices, and the palette (n, 3) as red, green, blue; 16 entries where they do, else up to 256.

    Every entry but black and white is that of some pixel.
    """
    sample = np.ascontiguousarray(colour.view(np.uint32)[::3, ::3, 0]).ravel()
    means, counts = _means(np.bitwise_and(sample, _PAPER, dtype=np.uint32))
    used = np.flatnonzero(counts)
    palette = _choose(means[:, used], counts[used])
    nearest = _nearest(means, palette)
    kept = np.union1d(nearest[used], [BLACK, WHITE])
    table = np.searchsorted(kept, nearest).astype(np.uint8)
    short = cv2.cvtColor(colour, cv2.COLOR_BGRA2BGR565).view(np.uint16).reshape(colour.shape[:2])
    indices = cv2.LUT(short, table[_code_of()])
    return np.asarray(indices, np.uint8), palette.T[kept].astype(np.uint8)


def _means(sample: npt.NDArray[np.uint32]) -> tuple[Levels, Counts]:
    """The mean colour of each code (the middle of its own cell, where the sample has none), and how many
    pixels have it."""
    shades = sample[sample != _PAPER]
    paper = len(sample) - len(shades)
    codes = shades >> 12 & 0xF00 | shades >> 8 & 0xF0 | shades >> 4 & 0xF
    counts = np.bincount(codes, minlength=_CODES)
    every = 1 + len(shades) // _ENOUGH
    shades, codes = shades[::every], codes[::every]
    held = np.bincount(codes, minlength=_CODES).astype(np.float64)
    held[-1] += paper / every
    counts[-1] += paper
    used = np.flatnonzero(held)
    bits = np.arange(_CODES)
    means = np.stack([bits >> 8, bits >> 4 & 15, bits & 15]).astype(np.int16) * np.int16(17)
    for channel, shift in enumerate((16, 8, 0)):
        sums = np.bincount(codes, shades >> shift & 255, _CODES)
        sums[-1] += 255 * paper / every
        means[channel, used] = np.rint(sums[used] / held[used])
    return means, counts


def _choose(means: Levels, counts: Counts) -> Levels:
    """Sixteen entries where those serve, else up to 256.

    One entry after the other, each the colour most missed so far (by distance, weighted a little by
    frequency), as in Gonzalez's clustering. Sixteen that do not serve may once they have moved into
    the middle of their colours.
    """
    total = int(counts.sum())
    area = counts * _AREA >= total
    spare = total // _NOT_SEEN

    def serves(palette: Levels) -> bool:
        apart = _apart(means, palette).min(axis=1)
        return bool(apart[area].max(initial=0) <= AREA_ERROR and counts[apart > EDGE_ERROR].sum() <= spare)

    order = np.argsort(counts, kind="stable")
    rare = order[np.cumsum(counts[order]) <= spare]
    weights = np.sqrt(np.sqrt(counts, dtype=np.float32))
    weights[rare] = 0
    few, at = _most_missed(means, weights, _EDGES, SMALL)
    if serves(few):
        return few
    shades = np.flatnonzero(np.append([False, False], counts[at] * _PAINTED < total))
    moved = _moved(means, weights, few, shades)
    if serves(moved):
        return moved
    if len(counts) + len(_EDGES.T) <= LARGE:
        return np.hstack([_EDGES, means])
    return _most_missed(means, np.sqrt(counts, dtype=np.float32), few, LARGE)[0]


def _most_missed(means: Levels, weights: Weights, palette: Levels, size: int) -> tuple[Levels, list[int]]:
    """The palette and what is missed most by it, until it has so many entries or misses none; and which
    of the colours were added."""
    apart = _apart(means, palette).min(axis=1)
    added: list[int] = []
    step, missed = np.empty_like(means), np.empty_like(weights)
    while palette.shape[1] + len(added) < size:
        np.multiply(apart, weights, out=missed)
        at = int(missed.argmax())
        if missed[at] <= 0:
            break
        added.append(at)
        np.subtract(means, means[:, at, None], out=step)
        np.abs(step, out=step)
        np.minimum(apart, step[0] + step[1] + step[2], out=apart)
    return np.hstack([palette, means[:, added]]), added


def _moved(means: Levels, weights: Weights, palette: Levels, shades: npt.NDArray[np.int64]) -> Levels:
    """The palette with its `shades` in the middle of the colours they stand for; what is painted over an
    area keeps its very colour."""
    palette = palette.copy()
    for _ in range(_ROUNDS):
        nearest = _nearest(means, palette)
        held = np.bincount(nearest, weights, palette.shape[1])
        free = shades[held[shades] > 0]
        for channel in range(3):
            sums = np.bincount(nearest, weights * means[channel], palette.shape[1])
            palette[channel, free] = np.rint(sums[free] / held[free])
    return palette


def _nearest(colours: Levels, palette: Levels) -> npt.NDArray[np.int64]:
    """The entry nearest to each of the colours."""
    firsts = range(0, colours.shape[1], _ROWS_AT_ONCE)
    return np.hstack(
        [_apart(colours[:, first : first + _ROWS_AT_ONCE], palette).argmin(axis=1) for first in firsts]
    )


def _apart(colours: Levels, others: Levels) -> Levels:
    """Distance (sum over the channels) of each colour from each of the others."""
    red, green, blue = (
        np.abs(np.subtract.outer(mine, other)) for mine, other in zip(colours, others, strict=True)
    )
    red += green
    red += blue
    return np.asarray(red, np.int16)
