"""Pictures of counts as plain geometry: the template only prints them. No script, no style in them.

What is not printed as a number has no height of its own: it is drawn as a block of one fixed height,
hatched for "fewer than five", dashed for "withheld", so that a picture says no more than its table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT, TOP, LEFT, STEP, BAR = 180.0, 20.0, 20.0, 76.0, 46.0
UNKNOWN = 16.0  # height of what is not printed as a number
LEAST = 2.0  # so that a number above zero is never invisible
ROOM = 14.0  # a block at least this high bears its number


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a bar. `kind` is `known`, `small`, `withheld` or `none`."""

    name: str
    kind: str
    x: float
    y: float
    width: float
    height: float
    says: str
    value: int | None = None

    @property
    def has_room(self) -> bool:
        """True when it has a number, and that fits inside."""
        return self.value is not None and self.height >= ROOM

    @property
    def number_x(self) -> float:
        """The middle of its number."""
        return round(self.x + self.width / 2, 1)

    @property
    def number_y(self) -> float:
        """The base line of its number."""
        return round(self.y + self.height / 2 + 4, 1)


@dataclass(frozen=True, slots=True)
class Bar:
    """One quarter: its label and its blocks from bottom to top; `total` is None where a number is hidden."""

    label: str
    x: float
    blocks: tuple[Block, ...]
    total: int | None
    total_y: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars side by side, and how large the picture is."""

    width: float
    height: float
    base: float
    bars: tuple[Bar, ...]

    @property
    def empty(self) -> bool:
        """True when no bar has a part."""
        return not any(bar.blocks for bar in self.bars)

    @property
    def label_y(self) -> float:
        """Where the names of the bars stand."""
        return self.base + 18


Part = tuple[str, int | None, str, str]  # name, number if printed, kind of what is not, words


def stacked(columns: Sequence[tuple[str, Sequence[Part]]]) -> Chart:
    """A bar for each column, its parts one on the other."""
    most = max((sum(value or 0 for _, value, _, _ in parts) for _, parts in columns), default=0)
    hidden = max((sum(value is None for _, value, _, _ in parts) for _, parts in columns), default=0)
    scale = (HEIGHT - hidden * UNKNOWN) / most if most else 0.0
    bars = []
    for number, (label, parts) in enumerate(columns):
        x, y, blocks = LEFT + number * STEP, TOP + HEIGHT, []
        for name, value, kind, says in parts:
            if value == 0:
                continue
            height = UNKNOWN if value is None else max(LEAST, value * scale)
            y -= height
            blocks.append(
                Block(
                    name,
                    kind if value is None else "known",
                    x,
                    round(y, 1),
                    BAR,
                    round(height, 1),
                    says,
                    value,
                )
            )
        values = [value for _, value, _, _ in parts]
        total = None if None in values else sum(value or 0 for value in values)
        bars.append(Bar(label, round(x + BAR / 2, 1), tuple(blocks), total, round(y - 5, 1)))
    width = LEFT + max(1, len(columns)) * STEP
    return Chart(width, TOP + HEIGHT + 28, TOP + HEIGHT, tuple(bars))
