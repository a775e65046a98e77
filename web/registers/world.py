"""A map of the world of dots: every country where it is, those with entries as large as they have.

It shows where, roughly; how many stands in the table below it, which says the same.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import sqrt
from typing import Final

WIDTH: Final = 720
HEIGHT: Final = 252
_NORTH: Final = 78
"""Degrees of latitude at the upper edge; nobody is in touch with what lies beyond."""
_PER_DEGREE: Final = 2
_SMALLEST: Final = 3.0
_FOR_ONE: Final = 3.5
"""How much the first entry adds to the radius; the surface grows with the number."""
_LARGEST: Final = 20.0


@dataclass(frozen=True, slots=True)
class Dot:
    """A country on the map."""

    code: str
    x: float
    y: float
    radius: float = 0.0
    """Zero where the register has nothing of it."""
    n: int = 0


@dataclass(frozen=True, slots=True)
class WorldMap:
    """What is drawn: all countries, and those with entries over them, the largest first."""

    dots: tuple[Dot, ...]
    here: tuple[Dot, ...]
    left_out: int
    """How many entries are of countries that the map does not know."""
    width: int = WIDTH
    height: int = HEIGHT


def world_map(counts: Mapping[str, int]) -> WorldMap:
    """Draw how many entries each country has; the surface of a dot grows with their number."""
    known = _countries()
    here = [
        Dot(code, *known[code], min(_SMALLEST + _FOR_ONE * sqrt(n), _LARGEST), n)
        for code, n in counts.items()
        if code in known
    ]
    here.sort(key=lambda dot: (-dot.radius, dot.code))
    left_out = sum(n for code, n in counts.items() if code not in known)
    return WorldMap(tuple(Dot(code, *at) for code, at in known.items()), tuple(here), left_out)


@cache
def _countries() -> dict[str, tuple[float, float]]:
    """Return where each country lies on the map: its middle, to the degree."""
    text = (files("web.registers") / "centroids.csv").read_text("utf-8")
    return {row["code"]: _place(row) for row in csv.DictReader(text.splitlines())}


def _place(row: Mapping[str, str]) -> tuple[float, float]:
    east, south = float(row["lon"]) + 180, _NORTH - float(row["lat"])
    return east * _PER_DEGREE, south * _PER_DEGREE
