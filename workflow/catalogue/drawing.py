"""Lays out the map of a definition, once, when it is deployed; `map` draws it ever after."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Any, TypeAlias

import graphlay

from workflow.catalogue.labels import cause, holders, in_every_language
from workflow.core.definition import Definition, State
from workflow.core.fields import Text, words

Layout: TypeAlias = dict[str, Any]
"""Plain JSON: nodes, edges with their polylines, size; texts in every language."""

TITLE_WIDTH = 24
LABEL_WIDTH = 26
MOST_LINES = 2
CHARACTER, LINE, PADDING, LEAST = 7.3, 17, 14, 96
MARGIN = 14
_OPTIONS = {"spacing": {"layer_gap": 46, "node_gap": 56}}

Lines: TypeAlias = dict[str, list[str]]


def lay_out(definition: Definition) -> Layout:
    """Place the states of a definition and the ways between them."""
    nodes = [_node(definition, state) for state in definition.states.values()]
    edges = _edges(definition)
    graph = graphlay.Graph()
    for node in nodes:
        graph.node(node["key"], width=node["width"], height=node["height"])
    for edge in edges:
        graph.edge(edge["source"], edge["target"])
    placed = graphlay.layout(graph, preset="process_map", options=_OPTIONS)
    positions = placed.positions()
    for node in nodes:
        node["x"], node["y"] = (round(value, 1) for value in positions[node["key"]])
    for edge, drawn in zip(edges, placed.edges, strict=True):
        edge["points"] = [[round(p["x"], 1), round(p["y"], 1)] for p in drawn["points"]]
        edge["at"] = _place_of_label(edge["points"])
    return {
        "key": definition.key,
        "title": dict(definition.title),
        "initial": definition.initial,
        "nodes": nodes,
        "edges": edges,
        "box": _box(nodes, edges),
    }


def _node(definition: Definition, state: State) -> dict[str, Any]:
    title = _wrapped(state.title, TITLE_WIDTH)
    held = in_every_language(partial(holders, definition, state))
    held = {
        language: textwrap.shorten(text, 34, placeholder=" …") for language, text in held.items()
    }
    longest = max(_longest(title.values()), 0.88 * max(map(len, held.values())))
    lines = max(map(len, title.values())) + any(held.values())
    return {
        "key": state.key,
        "title": title,
        "held": held,
        "final": bool(state.final),
        "width": round(max(LEAST, longest * CHARACTER + 2 * PADDING)),
        "height": lines * LINE + PADDING,
    }


def _edges(definition: Definition) -> list[dict[str, Any]]:
    """Make one edge for all transitions between the same two states."""
    causes: dict[tuple[str, str], list[Text]] = {}
    for transition in definition.transitions:
        if transition.source != transition.target:
            said = in_every_language(partial(cause, definition, transition))
            causes.setdefault((transition.source, transition.target), []).append(said)
    return [
        {"source": source, "target": target, "label": _joined(said)}
        for (source, target), said in causes.items()
    ]


def _joined(said: Sequence[Text]) -> Lines:
    """Join the causes of one edge, each once, cut to what the eye takes in."""
    return {
        language: _lines(" / ".join(dict.fromkeys(text[language] for text in said)), LABEL_WIDTH)
        for language in said[0]
    }


def _wrapped(text: Text, width: int) -> Lines:
    """Break a text into lines, in every language."""
    said = in_every_language(partial(words, text))
    return {language: _lines(spoken, width) for language, spoken in said.items()}


def _lines(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, max_lines=MOST_LINES, placeholder=" …") or [text]


def _longest(titles: Iterable[Sequence[str]]) -> int:
    return max(len(line) for lines in titles for line in lines)


def _place_of_label(points: Sequence[Sequence[float]]) -> dict[str, Any]:
    """Choose where a label stands: beside the longest upright piece, or above a level one."""
    pieces = list(pairwise(points))
    (ax, ay), (bx, by) = max(
        pieces, key=lambda p: abs(p[0][0] - p[1][0]) + 1.6 * abs(p[0][1] - p[1][1])
    )
    if abs(ax - bx) < 1:
        return {"x": round(ax - 7, 1), "y": round((ay + by) / 2 + 4, 1), "anchor": "end"}
    rises = by < ay or points[-1][1] < points[0][1]
    return {
        "x": round(min(ax, bx) + 10, 1),
        "y": round(ay - 5 if rises else ay + 13, 1),
        "anchor": "start",
    }


def _box(nodes: Iterable[Mapping[str, Any]], edges: Iterable[Mapping[str, Any]]) -> list[int]:
    """Return what the drawing covers: left, top, width, height."""
    xs, ys = [], []
    for node in nodes:
        half, tall = node["width"] / 2, node["height"] / 2
        xs += [node["x"] - half, node["x"] + half]
        ys += [node["y"] - tall, node["y"] + tall]
    for edge in edges:
        at, lines = edge["at"], list(edge["label"].values())
        wide = _longest(lines) * 6.2
        xs += [at["x"] - wide, at["x"]] if at["anchor"] == "end" else [at["x"], at["x"] + wide]
        xs += [x for x, _ in edge["points"]]
        ys += [y for _, y in edge["points"]] + [at["y"] - 10, at["y"] + 14]
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    return [round(v) for v in (left, top, max(xs) + MARGIN - left, max(ys) + MARGIN - top)]
