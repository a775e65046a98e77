"""The ratios as bars, in one SVG that needs no script and reads in light and in dark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

LEFT, RIGHT, LINE, HEAD = 300, 420, 26, 34
OURS: Final = "Tramita"

_STYLE: Final = """
text { font: 13px system-ui, sans-serif; fill: #1b1b1b }
.head { font-weight: 600 } .bar { fill: #8a99ab } .ours { fill: #0b6e4f }
.limit { stroke: #c0392b; stroke-dasharray: 3 3 }
@media (prefers-color-scheme: dark) { text { fill: #eee } }
"""


def bars(panels: Mapping[str, Sequence[tuple[str, float]]]) -> str:
    """Draw one panel for each run, with a bar for each contestant and a line at the limit."""
    most = max(ratio for panel in panels.values() for _, ratio in panel)
    drawn, y = [], 8
    for title, panel in panels.items():
        drawn.append(f'<text class="head" x="8" y="{y + 16}">{escape(title)}</text>')
        y += HEAD
        top = y - 6
        for name, ratio in panel:
            drawn += _bar(name, ratio, y, RIGHT / most)
            y += LINE
        x = LEFT + RIGHT / most
        drawn.append(f'<line class="limit" x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{y}"/>')
        y += 14
    width = LEFT + RIGHT + 60
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {y}" role="img"'
        ' aria-label="CPU time for one case, as a multiple of the limit">'
        f"<style>{_STYLE}</style>{''.join(drawn)}</svg>\n"
    )


def _bar(name: str, ratio: float, y: int, scale: float) -> list[str]:
    kind = "ours" if name.startswith(OURS) else "bar"
    return [
        f'<text x="{LEFT - 8}" y="{y + 14}" text-anchor="end">{escape(name)}</text>',
        f'<rect class="{kind}" x="{LEFT}" y="{y}" height="18" width="{ratio * scale:.1f}"/>',
        f'<text x="{LEFT + ratio * scale + 6:.1f}" y="{y + 14}">{ratio:.1f}</text>',
    ]
