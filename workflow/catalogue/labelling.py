"""Finds a place for the label of each way on a map: on it or beside it, over nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

Point: TypeAlias = Sequence[float]

BESIDE = 4
OVER_A_BOX, OVER_A_WAY, OFF_THE_WAY, AWAY = 100.0, 8.0, 1.0, 0.01
"""What makes a place worse, in this order: hiding text, hiding ways, standing beside, far off."""


class Box(NamedTuple):
    """A rectangle by its middle."""

    x: float
    y: float
    width: float
    height: float

    def meets(self, other: Box) -> bool:
        """Say whether two rectangles share any ground."""
        near = abs(self.x - other.x) * 2 < self.width + other.width
        return near and abs(self.y - other.y) * 2 < self.height + other.height

    def crossed_by(self, a: Point, b: Point) -> bool:
        """Say whether a level or upright line runs through."""
        middle = Box((a[0] + b[0]) / 2, (a[1] + b[1]) / 2, abs(a[0] - b[0]), abs(a[1] - b[1]))
        return self.meets(middle)


def place_labels(
    ways: Sequence[Sequence[Point]], sizes: Sequence[tuple[float, float]], taken: Sequence[Box]
) -> list[Box]:
    """Return where each label stands, given its way, its size and the boxes that are there.

    Short ways choose first, since they have the least room.
    """
    placed: dict[int, Box] = {}
    for number in sorted(range(len(ways)), key=lambda n: (_length(ways[n]), n)):
        boxes = [*taken, *placed.values()]
        others = [way for other, way in enumerate(ways) if other != number]
        options = _options(ways[number], *sizes[number])
        placed[number] = min(
            ((_cost(box, boxes, others) + extra, box) for extra, box in options),
            key=lambda option: option[0],
        )[1]
    return [placed[number] for number in range(len(ways))]


def _options(way: Sequence[Point], width: float, height: float) -> Iterator[tuple[float, Box]]:
    """Go through the places along a way, with what each costs by itself."""
    gone = 0.0
    for (ax, ay), (bx, by) in pairwise(way):
        upright = abs(ax - bx) < 1
        for part in (0.5, 0.25, 0.75):
            x, y = ax + (bx - ax) * part, ay + (by - ay) * part
            away = AWAY * (gone + part * (abs(ax - bx) + abs(ay - by)))
            yield away, Box(x, y, width, height)
            aside = (width / 2 if upright else height / 2) + BESIDE
            for side in (-aside, aside):
                at = Box(x + side, y, width, height) if upright else Box(x, y + side, width, height)
                yield away + OFF_THE_WAY, at
        gone += abs(ax - bx) + abs(ay - by)


def _cost(box: Box, boxes: Sequence[Box], ways: Sequence[Sequence[Point]]) -> float:
    hidden = sum(box.meets(other) for other in boxes)
    crossed = sum(box.crossed_by(a, b) for way in ways for a, b in pairwise(way))
    return OVER_A_BOX * hidden + OVER_A_WAY * crossed


def _length(way: Sequence[Point]) -> float:
    return sum(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a, b in pairwise(way))
