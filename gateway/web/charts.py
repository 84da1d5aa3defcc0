"""Pictures of counts as plain geometry, drawn by `partials/chart.html`: no script, no style in them.

A chart is a row of bars lying on their side, each made of parts, with the number written beside the
picture and a table that says the same. Picture, sentence and table come from the same values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, LEFT, RIGHT, TOP, STEP, BAR = 640.0, 190.0, 48.0, 6.0, 30.0, 20.0
LEAST = 3.0  # so that a number above zero is never invisible
ROOM = 22.0  # a part at least this wide bears its number


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
    end: float
    values: tuple[int, ...]

    @property
    def text_y(self) -> float:
        """The base line of its words."""
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
    left: float = LEFT
    bar: float = BAR
    width: float = WIDTH

    @property
    def height(self) -> float:
        """How tall the picture is."""
        return TOP * 2 + STEP * len(self.bars)

    @property
    def label_x(self) -> float:
        """Where the names of the rows end."""
        return self.left - 8


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
    scale = (WIDTH - LEFT - RIGHT) / most if most else 0.0
    bars = []
    for number, (label, values) in enumerate(rows if most else ()):  # of nothing there is no picture
        x, parts = LEFT, []
        for place, (name, value) in enumerate(zip(series, values, strict=True)):
            if value == 0:
                continue
            width = max(LEAST, value * scale)
            parts.append(Part(place, value, round(x, 1), round(width, 1), f"{label}. {name}: {value}"))
            x += width
        bars.append(
            Bar(label, TOP + number * STEP, tuple(parts), sum(values), round(x + 6, 1), tuple(values))
        )
    return Chart(key, title, reading, head, tuple(series), tuple(bars))
