"""A colour page as indices into a palette of at most 256 colours, black first and white second.

Pixels are blue, green, red and an unused byte, as PDFium draws them. Colours are told apart by the
upper four bits of each channel (a *code*); the palette is chosen from every third pixel of every
third row, so that the whole page is only read once, to look its indices up.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Colours = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]

BLACK, WHITE = 0, 1  # palette entries
SMALL, LARGE = 16, 256  # entries of 4 and of 8 bits
# How far (sum over the channels) a palette may miss a colour that covers an area, and one that does
# not: a shade between letter and paper. What is missed by more may be one pixel in 5,000.
AREA_ERROR, EDGE_ERROR = 48, 60
_AREA, _NOT_SEEN, _PAINTED = 1000, 5000, 200  # one pixel in so many
_ROUNDS = 4  # of moving a small palette's entries into the middle of what they stand for
_EDGES = np.array([[0, 0, 0], [255, 255, 255]], np.float32)


@cache
def _code_of() -> npt.NDArray[np.uint16]:
    """The code of each 16-bit colour (5, 6, 5 bits)."""
    bits = np.arange(1 << 16)
    return (bits >> 12 << 8 | (bits >> 7 & 15) << 4 | bits >> 1 & 15).astype(np.uint16)


def to_palette(colour: Pixels) -> tuple[Pixels, Pixels]:
    """Indices, and the palette (n, 3) as red, green, blue; 16 entries where they do, else up to 256.

    Every entry but black and white is that of some pixel.
    """
    short = cv2.cvtColor(colour, cv2.COLOR_BGRA2BGR565).view(np.uint16).reshape(colour.shape[:2])
    sample = np.ascontiguousarray(colour.view(np.uint32)[::3, ::3, 0]).ravel()
    means, counts = _means(sample, _code_of()[short[::3, ::3].ravel()])
    used = np.flatnonzero(counts)
    palette = _choose(means[used], counts[used])
    nearest = _apart(means, palette).argmin(axis=1)
    kept = np.union1d(nearest[used], [BLACK, WHITE])
    table = np.searchsorted(kept, nearest).astype(np.uint8)
    indices = cv2.LUT(short, table[_code_of()])
    return np.asarray(indices, np.uint8), np.rint(palette[kept]).astype(np.uint8)


def _means(sample: npt.NDArray[np.uint32], codes: npt.NDArray[np.uint16]) -> tuple[Colours, Counts]:
    """The mean colour of each code, from one sampled pixel in four (of the code's own cell, where it
    has none there), and how many pixels have it."""
    counts = np.bincount(codes, minlength=4096)
    sample, codes = sample[::4], codes[::4]
    held = np.bincount(codes, minlength=4096)
    used = np.flatnonzero(held)
    bits = np.arange(4096)
    means = np.stack([bits >> 8, bits >> 4 & 15, bits & 15], axis=1) * np.float32(17)
    for channel, shift in enumerate((16, 8, 0)):
        means[used, channel] = np.bincount(codes, sample >> shift & 255, 4096)[used] / held[used]
    return means, counts


def _choose(means: Colours, counts: Counts) -> Colours:
    """Sixteen entries where those serve, else up to 256.

    One entry after the other, each the colour most missed so far (by distance, weighted a little by
    frequency), as in Gonzalez's clustering. Sixteen that do not serve may once they have moved into
    the middle of their colours.
    """
    total = int(counts.sum())
    area = counts * _AREA >= total
    spare = total // _NOT_SEEN

    def serves(apart: Colours) -> bool:
        return apart[area].max(initial=0) <= AREA_ERROR and counts[apart > EDGE_ERROR].sum() <= spare

    order = np.argsort(counts, kind="stable")
    rare = order[np.cumsum(counts[order]) <= spare]
    weights = np.sqrt(np.sqrt(counts, dtype=np.float32))
    weights[rare] = 0
    chosen, painted = list(_EDGES), [True, True]
    apart = _apart(means, _EDGES).min(axis=1)
    while len(chosen) < LARGE:
        if len(chosen) == SMALL:
            if serves(apart):
                break
            moved = _moved(means, weights, np.array(chosen), np.flatnonzero(~np.array(painted)))
            if serves(_apart(means, moved).min(axis=1)):
                return moved
            weights = np.sqrt(counts, dtype=np.float32)
        missed = apart * weights
        at = int(missed.argmax())
        if missed[at] <= 0:
            break
        chosen.append(means[at])
        painted.append(bool(counts[at] * _PAINTED >= total))
        apart = np.minimum(apart, np.abs(means - means[at]).sum(axis=1))
    return np.array(chosen)


def _moved(means: Colours, weights: Colours, palette: Colours, shades: npt.NDArray[np.int64]) -> Colours:
    """The palette with its `shades` in the middle of the colours they stand for; what is painted over an
    area keeps its very colour."""
    for _ in range(_ROUNDS):
        nearest = _apart(means, palette).argmin(axis=1)
        held = np.bincount(nearest, weights, len(palette))
        free = shades[held[shades] > 0]
        for channel in range(3):
            sums = np.bincount(nearest, weights * means[:, channel], len(palette))
            palette[free, channel] = sums[free] / held[free]
    return palette


def _apart(colours: Colours, others: Colours) -> Colours:
    """Distance (sum over the channels) of each colour from each of the others."""
    apart = np.zeros((len(colours), len(others)), np.float32)
    for channel in range(3):
        apart += np.abs(np.subtract.outer(colours[:, channel], others[:, channel]))
    return apart
