"""Draws the map of a definition as SVG, with where a case has been and is; coloured by classes."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from workflow.catalogue.drawing import LINE, SMALL_LINE
from workflow.catalogue.labels import word
from workflow.core.fields import words

STYLE = (
    "text{font:500 13px sans-serif;fill:#222}.agency{font-size:11.5px;fill:#555}"
    "rect{fill:#f6f5f2;stroke:#777}path{fill:none;stroke:#777;stroke-width:1.5}"
    ".tip{fill:#777;stroke:none}.edge-label{font-size:11px;fill:#555;paint-order:stroke;"
    "stroke:#fff;stroke-width:4px}.final rect{stroke-width:2.5}"
    ".done rect{fill:#e3f1e5;stroke:#2c7a3f}.now rect{fill:#dce9fb;stroke:#1a56b0;stroke-width:3}"
    ".skipped rect{fill:none;stroke-dasharray:5 4}path.done{stroke:#2c7a3f;stroke-width:2}"
)
"""For a map in a file of its own; pages have their own style."""


def render_map(
    layout: Mapping[str, Any],
    *,
    visited: Collection[str] = (),
    current: str | None = None,
    language: str = "pt-BR",
    standalone: bool = False,
) -> str:
    """Draw a map; `visited` and `current` are states of a case, none for the bare definition.

    Classes tell states apart: `done`, `now`, and `skipped` for those it can no longer reach.
    """
    language = language.replace("_", "-")
    marks = _marks(layout, set(visited), current)
    left, top, width, height = layout["box"]
    name = f"map-{layout['key']}"
    return "".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {width} {height}"'
            f' width="{width}" height="{height}" role="img"'
            f' aria-labelledby="{name}-title {name}-desc">',
            f'<title id="{name}-title">{escape(_title(layout, language))}</title>',
            f'<desc id="{name}-desc">{escape(_description(layout, current, language))}</desc>',
            f"<style>{STYLE}</style>" if standalone else "",
            *(_way(edge, marks) for edge in layout["edges"]),
            *(_state(node, marks, language) for node in layout["nodes"]),
            *(part for edge in layout["edges"] for part in _label(edge, language)),
            "</svg>",
        )
    )


def _title(layout: Mapping[str, Any], language: str) -> str:
    return word("map", language).format(words(layout["title"], language))


def _description(layout: Mapping[str, Any], current: str | None, language: str) -> str:
    """Say in words what a drawing cannot tell those who do not see it."""
    titles = {n["key"]: " ".join(_spoken(n["title"], language)) for n in layout["nodes"]}
    where = word("now", language) if current else word("begins", language)
    leads = word("leads", language)
    ways = (
        leads.format(source=titles[e["source"]], target=titles[e["target"]])
        for e in layout["edges"]
    )
    return f"{where.format(titles[current or layout['initial']])} {'; '.join(ways)}."


def _marks(layout: Mapping[str, Any], visited: set[str], current: str | None) -> dict[str, str]:
    """Say of each state whether the case has been there, is there or can no longer come there."""
    if current is None:
        return {}
    ahead = _reachable(layout, current)
    marks = {}
    for node in layout["nodes"]:
        key = node["key"]
        if key == current:
            marks[key] = "now"
        elif key in visited:
            marks[key] = "done"
        elif key not in ahead:
            marks[key] = "skipped"
    return marks


def _reachable(layout: Mapping[str, Any], start: str) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        onward = {e["target"] for e in layout["edges"] if e["source"] == here} - found
        found |= onward
        waiting += onward
    return found


def _way(edge: Mapping[str, Any], marks: Mapping[str, str]) -> str:
    points: Sequence[Sequence[float]] = edge["points"]
    gone = marks.get(edge["source"]) == "done" and marks.get(edge["target"]) in ("done", "now")
    drawn = " L".join(f"{x:g} {y:g}" for x, y in points)
    kind = ' class="done"' if gone else ""
    return f'<path{kind} d="M{drawn}"/>{_tip(points)}'


def _tip(points: Sequence[Sequence[float]]) -> str:
    """Draw the head of an arrow at the end of a way."""
    (ax, ay), (x, y) = points[-2], points[-1]
    dx, dy = (x > ax) - (x < ax), (y > ay) - (y < ay)
    one = f"{x - 7 * dx - 4 * dy:g} {y - 7 * dy - 4 * dx:g}"
    other = f"{x - 7 * dx + 4 * dy:g} {y - 7 * dy + 4 * dx:g}"
    return f'<path class="tip" d="M{x:g} {y:g} L{one} L{other}Z"/>'


def _state(node: Mapping[str, Any], marks: Mapping[str, str], language: str) -> str:
    kinds = [marks.get(node["key"], ""), "final" if node["final"] else ""]
    kind = " ".join(filter(None, kinds))
    x, y, width, height = node["x"], node["y"], node["width"], node["height"]
    lines = _spoken(node["title"], language)
    held = node["held"].get(language) or ""
    first = y - (len(lines) + bool(held)) * LINE / 2 + 12.5
    texts = [
        f'<text x="{x:g}" y="{first + LINE * n:g}" text-anchor="middle">{escape(line)}</text>'
        for n, line in enumerate(lines)
    ]
    if held:
        below = first + LINE * len(lines)
        texts.append(
            f'<text class="agency" x="{x:g}" y="{below:g}" text-anchor="middle">'
            f"{escape(held)}</text>"
        )
    return (
        f"<g{f' class={chr(34)}{kind}{chr(34)}' if kind else ''}>"
        f'<rect x="{x - width / 2:g}" y="{y - height / 2:g}" width="{width:g}"'
        f' height="{height:g}" rx="6"/>{"".join(texts)}</g>'
    )


def _label(edge: Mapping[str, Any], language: str) -> Iterator[str]:
    lines = _spoken(edge["label"], language)
    x, y = edge["at"]
    first = y - (len(lines) - 1) * SMALL_LINE / 2 + 4
    for n, line in enumerate(lines):
        yield (
            f'<text class="edge-label" text-anchor="middle" x="{x:g}"'
            f' y="{first + SMALL_LINE * n:g}">{escape(line)}</text>'
        )


def _spoken(said: Mapping[str, list[str]], language: str) -> list[str]:
    return said.get(language) or next(iter(said.values()))
