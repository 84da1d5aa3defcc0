"""Which counts of an edition may be printed, so that none of the small ones can be worked out. Pure.

The counts of one edition are read as flows in a network: a cell is an arc from one node to another,
and at every node as much goes in as comes out. A total stands against its parts at a node, so rows,
columns, grand totals and tables that share a total are all the same thing here, and nothing that adds
up is left out of the account.

A reader who knows all these sums knows of a cell printed as a number that number, of SMALL one to
four (or to what policy says instead), of MORE above that, of NOTHING only that it is no negative
number. `ranges` says exactly what that reader can still think possible for each cell: by the theorem
of maximal flows the possible values of one arc are all whole numbers between its two ends, and how far
the true flow can be shifted each way is how much fits through the rest of the network.

`suppress` hides all small cells and then, one by one, the further cells without which a small one
would be narrowed down: the fewest cells first, among them those with the smallest counts. Zero is shown
(policy 11.2). Where even that leaves a cell with one possible value, nothing of the edition is printed.

Not covered: what somebody knows from elsewhere (an agency knows its own requests), and what the choice
of hidden cells says to one who runs this program backwards over all tables that could have led to it.
"""

from __future__ import annotations

import heapq
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

SMALLEST, LARGEST_SMALL = 1, 4  # policy 11.2; a version of the policy may hide more
NO_END = 10**12  # more than any count; an upper end from here on means: none


class Mark(StrEnum):
    """What stands in a cell instead of its number."""

    SMALL = "small"  # printed as <5
    MORE = "withheld"  # above what is small
    NOTHING = "none"  # nothing of this edition is printed


Shown = int | Mark


@dataclass(frozen=True, slots=True)
class Arc:
    """One cell: `value` goes from node `tail` to node `head`. All of an edition have one `largest_small`."""

    key: Hashable
    tail: str
    head: str
    value: int
    largest_small: int = LARGEST_SMALL


def suppress(arcs: Sequence[Arc]) -> dict[Hashable, Shown]:
    """What to print for each cell. Raises ValueError when keys repeat or the counts do not add up."""
    _check(arcs)
    shown: dict[Hashable, Shown] = {
        arc.key: Mark.SMALL if SMALLEST <= arc.value <= arc.largest_small else arc.value for arc in arcs
    }
    given_up: set[tuple[int, bool]] = set()
    while (lacking := _first_lacking(arcs, shown, given_up)) is not None:
        index, upwards = lacking
        more = _cells_to_hide(arcs, shown, index, upwards)
        if not more:  # the sums themselves bound this cell, whatever is hidden
            given_up.add(lacking)
        for other in more:
            shown[arcs[other].key] = Mark.MORE
    possible = ranges(arcs, shown)
    if any(shown[key] in tuple(Mark) and low == high for key, (low, high) in possible.items()):
        return {arc.key: Mark.NOTHING for arc in arcs}
    return shown


def ranges(arcs: Sequence[Arc], shown: Mapping[Hashable, Shown]) -> dict[Hashable, tuple[int, int]]:
    """Smallest and largest value that a reader of what is printed must think possible, for each cell."""
    found = {}
    for index, arc in enumerate(arcs):
        up = _slack(arcs, shown, index, upwards=True, most=NO_END)
        down = _slack(arcs, shown, index, upwards=False, most=NO_END)
        found[arc.key] = (arc.value - down, NO_END if up >= NO_END else arc.value + up)
    return found


def _check(arcs: Sequence[Arc]) -> None:
    if len({arc.key for arc in arcs}) != len(arcs) or any(arc.value < 0 for arc in arcs):
        raise ValueError("a cell stands twice, or is negative")
    balance: dict[str, int] = {}
    for arc in arcs:
        balance[arc.tail] = balance.get(arc.tail, 0) - arc.value
        balance[arc.head] = balance.get(arc.head, 0) + arc.value
    if any(balance.values()):
        raise ValueError(f"parts and totals differ at {sorted(n for n, b in balance.items() if b)}")


def _bounds(arc: Arc, shown: Shown) -> tuple[int, int]:
    if shown == Mark.SMALL:
        return SMALLEST, arc.largest_small
    if shown == Mark.MORE:
        return arc.largest_small + 1, NO_END
    if shown == Mark.NOTHING:
        return 0, NO_END
    return arc.value, arc.value


def _first_lacking(
    arcs: Sequence[Arc], shown: Mapping[Hashable, Shown], given_up: set[tuple[int, bool]]
) -> tuple[int, bool] | None:
    """The first hidden cell that is not as open as its mark says, and the direction in which it is not.

    A small cell must be able to be anything that is small, another hidden one at least one thing else.
    """
    for index, arc in enumerate(arcs):
        mark = shown[arc.key]
        if mark == Mark.SMALL:
            wanted = {False: arc.value - SMALLEST, True: arc.largest_small - arc.value}
        elif mark == Mark.MORE:
            if _slack(arcs, shown, index, upwards=False, most=1):
                continue
            wanted = {True: 1}
        else:
            continue
        for upwards, needed in wanted.items():
            if (index, upwards) in given_up or not needed:
                continue
            if _slack(arcs, shown, index, upwards=upwards, most=needed) < needed:
                return index, upwards
    return None


def _room(arc: Arc, shown: Shown) -> tuple[int, int]:
    """How far a cell may go up and down, as far as the reader knows."""
    low, high = _bounds(arc, shown)
    return (NO_END if high == NO_END else high - arc.value), arc.value - low


Links = dict[str, dict[int, tuple[str, int]]]  # node -> residual arc -> (other end, capacity)


def _slack(
    arcs: Sequence[Arc], shown: Mapping[Hashable, Shown], index: int, *, upwards: bool, most: int
) -> int:
    """By how much a cell can be larger (or smaller) with all else that is printed as it is, up to `most`."""
    return _shifted(arcs, shown, index, upwards=upwards, most=most)[0]


def _ends(arc: Arc, upwards: bool) -> tuple[str, str]:
    """From where to where the rest of the network must carry what this cell carries more, or less."""
    return (arc.head, arc.tail) if upwards else (arc.tail, arc.head)


def _shifted(
    arcs: Sequence[Arc], shown: Mapping[Hashable, Shown], index: int, *, upwards: bool, most: int
) -> tuple[int, Links]:
    """How far the cell could be shifted, and the room that is left in the network after that."""
    arc = arcs[index]
    source, sink = _ends(arc, upwards)
    links: Links = {}
    for other, one in enumerate(arcs):
        if other != index:
            up, down = _room(one, shown[one.key])
            links.setdefault(one.tail, {})[2 * other] = (one.head, up)
            links.setdefault(one.head, {})[2 * other + 1] = (one.tail, down)
    wanted, moved = min(most, _room(arc, shown[arc.key])[0 if upwards else 1]), 0
    while moved < wanted and (path := _path(links, source, sink)):
        step = min([wanted - moved, *(links[node][number][1] for node, number in path)])
        for node, number in path:
            end, capacity = links[node][number]
            links[node][number] = (end, capacity - step)
            back, room = links[end][number ^ 1]
            links[end][number ^ 1] = (back, room + step)
        moved += step
    return moved, links


def _path(
    links: Mapping[str, Mapping[int, tuple[str, int]]], source: str, sink: str
) -> list[tuple[str, int]]:
    """The shortest way with room on it, as pairs of node and residual arc; empty when there is none."""
    came: dict[str, tuple[str, int]] = {source: ("", -1)}
    waiting = [source]
    for node in waiting:
        for number, (end, capacity) in links.get(node, {}).items():
            if capacity > 0 and end not in came:
                came[end] = (node, number)
                waiting.append(end)
    return _walked(came, source, sink)


def _walked(came: Mapping[str, tuple[str, int]], source: str, sink: str) -> list[tuple[str, int]]:
    if sink not in came or sink == source:
        return []
    path, node = [], sink
    while node != source:
        before, number = came[node]
        path.append((before, number))
        node = before
    return path[::-1]


def _cells_to_hide(
    arcs: Sequence[Arc], shown: Mapping[Hashable, Shown], index: int, upwards: bool
) -> list[int]:
    """The printed cells on the cheapest way round along which this cell could move by one more.

    Ways that hidden cells offer are used up first, so that each way left costs at least one cell; the
    fewest cells are the cheapest, then the smallest counts. Empty when there is no way.
    """
    source, sink = _ends(arcs[index], upwards)
    _, links = _shifted(arcs, shown, index, upwards=upwards, most=NO_END)
    steps: dict[str, list[tuple[str, int, int]]] = {}
    for node, onward in links.items():
        for number, (end, capacity) in onward.items():
            one = arcs[number // 2]
            if capacity > 0:
                steps.setdefault(node, []).append((end, number // 2, 0))
            elif shown[one.key] == one.value and one.value and _room(one, Mark.MORE)[number % 2]:
                steps.setdefault(node, []).append((end, number // 2, NO_END + one.value))
    came: dict[str, tuple[str, int]] = {}
    queue: list[tuple[int, str, str, int]] = [(0, source, "", -1)]
    while queue:
        so_far, node, before, number = heapq.heappop(queue)
        if node in came:
            continue
        came[node] = (before, number)
        for end, other, cost in steps.get(node, ()):
            if end not in came:
                heapq.heappush(queue, (so_far + cost, end, node, other))
    found = _walked(came, source, sink)
    return [other for _, other in found if shown[arcs[other].key] not in tuple(Mark)]
