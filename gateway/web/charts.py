"""Pictures of counts as plain geometry, drawn by `partials/chart.html`: no script, no style in them.

A chart is a row of bars lying on their side, each made of parts, with their sum beside the name and a table
that says the same. Picture, sentence and table come from the same values. What lies sideways is in hundredths
of the width that there is, so that words keep their size on a telephone and in a doubled window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, TOP, BAR = 100.0, 4.0, 18.0
LEAST = 1.0  # so that a number above zero is never invisible
ROOM = 9.0  # a part at least this wide bears its number
SHORT = 6  # names of at most so many signs stand beside their bars, longer ones above
BESIDE, ABOVE = (20.0, 10.0, 26.0, 0.0), (0.0, 0.0, 48.0, 20.0)  # left, right; then down: step, first bar


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: which series, how many, where it lies."""

    series: int
    value: int
    x: float
    width: float
    says: str

    @property
    def middle(self) -> float:
        """Where its number stands."""
        return self.x + self.width / 2

    @property
    def has_room(self) -> bool:
        """True when its number fits inside."""
        return self.width >= ROOM


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: its name, its parts, their sum."""

    label: str
    y: float
    parts: tuple[Part, ...]
    total: int
    values: tuple[int, ...]
    label_y: float  # base line of its name and of its sum

    @property
    def text_y(self) -> float:
        """The base line of the numbers in it."""
        return self.y + BAR - 5


@dataclass(frozen=True, slots=True)
class Chart:
    """A whole picture. `reading` says in one sentence what is seen; `head` names the rows in the table."""

    key: str
    title: str
    reading: str
    head: str
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    left: float
    step: float
    bar: float = BAR
    width: float = WIDTH

    @property
    def height(self) -> float:
        """How tall the picture is."""
        return TOP * 2 + self.step * len(self.bars)


def lying(
    key: str,
    title: str,
    reading: str,
    *,
    head: str,
    series: Sequence[str],
    rows: Sequence[tuple[str, Sequence[int]]],
) -> Chart:
    """A bar for each row, its parts side by side in the order of `series`. No value is below zero.

    `key` is a word that no other chart of the page has. Raises ValueError where a row has too few values.
    """
    most = max((sum(values) for _, values in rows), default=0)
    is_short = all(len(label) <= SHORT for label, _ in rows)
    left, right, step, below = BESIDE if is_short else ABOVE
    scale = (WIDTH - left - right) / most if most else 0.0
    bars = []
    for number, (label, values) in enumerate(rows if most else ()):  # of nothing there is no picture
        x, parts, y = left, [], TOP + number * step + below
        for place, (name, value) in enumerate(zip(series, values, strict=True)):
            if value == 0:
                continue
            width = min(max(LEAST, value * scale), WIDTH - right - x)
            parts.append(Part(place, value, round(x, 2), round(width, 2), f"{label}. {name}: {value}"))
            x += width
        named = y + BAR - 5 if is_short else y - 6
        bars.append(Bar(label, y, tuple(parts), sum(values), tuple(values), named))
    return Chart(key, title, reading, head, tuple(series), tuple(bars), left, step)
