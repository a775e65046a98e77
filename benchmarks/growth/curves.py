"""Ratios as lines over sizes ten times as large each, in one SVG without a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import log2
from typing import Final

LEFT, TOP, WIDE, HIGH, KEY = 60, 20, 330, 250, 360
"""Measures of the field of lines, and the width of their names beside it."""
MOST: Final = 4.0
"""The greatest ratio drawn; what is beyond runs along the edge."""
_COLOURS: Final = ("#0b6e4f", "#c0392b", "#2c5f9e", "#b7791f", "#6b46a1", "#3d8b8b", "#777777")
_STYLE: Final = """
text { font: 12px system-ui, sans-serif; fill: #1b1b1b }
.rule { stroke: #8a99ab; stroke-width: .5 } .bound { stroke: #c0392b; stroke-dasharray: 3 3 }
polyline { fill: none; stroke-width: 1.6 } .other { stroke-dasharray: 5 2 }
@media (prefers-color-scheme: dark) { text { fill: #eee } }
"""


def curves(ratios: Mapping[str, Sequence[float]]) -> str:
    """Draw a line for each name, over sizes from a thousand on, with the bounds."""
    places = max(len(found) for found in ratios.values())
    drawn = [*_grid(places)]
    for n, (name, found) in enumerate(ratios.items()):
        style = f'stroke="{_COLOURS[n % len(_COLOURS)]}"'
        style += ' class="other"' if n >= len(_COLOURS) else ""
        points = " ".join(f"{_x(i, places):.0f},{_y(one):.1f}" for i, one in enumerate(found))
        y = TOP + 10 + n * 19
        drawn.append(f'<polyline points="{points}" {style}/>')
        drawn.append(f'<polyline points="{LEFT + WIDE + 14},{y} {LEFT + WIDE + 40},{y}" {style}/>')
        drawn.append(
            f'<text x="{LEFT + WIDE + 46}" y="{y + 4}">{escape(name)} ({found[-1]:.2f})</text>'
        )
    width, height = LEFT + WIDE + KEY, TOP + HIGH + 34
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        ' aria-label="CPU time as a multiple of that of a thousand cases">'
        f"<style>{_STYLE}</style>{''.join(drawn)}</svg>\n"
    )


def _grid(places: int) -> list[str]:
    drawn = []
    for ratio, kind in ((0.5, "rule"), (1, "rule"), (1.5, "bound"), (3, "bound"), (MOST, "rule")):
        y = _y(ratio)
        drawn.append(f'<line class="{kind}" x1="{LEFT}" x2="{LEFT + WIDE}" y1="{y}" y2="{y}"/>')
        drawn.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{ratio:g}</text>')
    for place in range(places):
        x = _x(place, places)
        drawn.append(
            f'<text x="{x:.0f}" y="{TOP + HIGH + 20}" text-anchor="middle">{10 ** (place + 3):,}'
            "</text>"
        )
    return drawn


def _x(place: int, places: int) -> float:
    return LEFT + WIDE * place / max(1, places - 1)


def _y(ratio: float) -> float:
    """Return how far down a ratio stands: twice as much is always as far."""
    kept = min(max(ratio, 0.5), MOST)
    return round(TOP + HIGH * (1 - log2(kept / 0.5) / log2(MOST / 0.5)), 1)
