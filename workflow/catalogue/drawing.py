"""Lays out the map of a definition, once, when it is deployed; `map` draws it ever after."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import graphlay

from workflow.catalogue.labelling import Box, place_labels
from workflow.catalogue.labels import cause, holders, in_every_language
from workflow.core.definition import Definition, State
from workflow.core.fields import Text, words

Layout: TypeAlias = dict[str, Any]
"""Plain JSON: nodes, edges with their polylines, size; texts in every language."""

TITLE_WIDTH = 24
LABEL_WIDTH = 22
MOST_LINES = 2
CHARACTER, LINE, PADDING, LEAST = 7.3, 17, 14, 96
SMALL_CHARACTER, SMALL_LINE = 6.1, 13
MARGIN = 14
_OPTIONS = {"spacing": {"layer_gap": 34, "node_gap": 40}}

Lines: TypeAlias = dict[str, list[str]]


def lay_out(definition: Definition) -> Layout:
    """Place the states of a definition and the ways between them.

    The order in which the author wrote the states is the way down; what leads to a state written
    earlier goes up.
    """
    nodes = [_node(definition, state) for state in definition.states.values()]
    edges = _edges(definition)
    graph = graphlay.Graph()
    for node in nodes:
        graph.node(node["key"], width=node["width"], height=node["height"])
    order = {node["key"]: place for place, node in enumerate(nodes)}
    for edge in edges:
        ends = sorted((edge["source"], edge["target"]), key=order.__getitem__)
        graph.edge(*ends, label_size=_size_of_label(edge["label"]))
    placed = graphlay.layout(graph, preset="process_map", options=_OPTIONS)
    positions = placed.positions()
    for node in nodes:
        node["x"], node["y"] = (round(value, 1) for value in positions[node["key"]])
    for edge, drawn in zip(edges, placed.edges, strict=True):
        points = [[round(p["x"], 1), round(p["y"], 1)] for p in drawn["points"]]
        goes_back = order[edge["source"]] > order[edge["target"]]
        edge["points"] = points[::-1] if goes_back else points
    _label(nodes, edges)
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


def _label(nodes: Sequence[Mapping[str, Any]], edges: Sequence[dict[str, Any]]) -> None:
    """Give the label of each edge its place."""
    taken = [Box(node["x"], node["y"], node["width"], node["height"]) for node in nodes]
    sizes = [_size_of_label(edge["label"]) for edge in edges]
    ways = [edge["points"] for edge in edges]
    found = place_labels(ways, [(size["width"], size["height"]) for size in sizes], taken)
    for edge, box in zip(edges, found, strict=True):
        edge["at"] = [round(box.x, 1), round(box.y, 1)]


def _size_of_label(label: Lines) -> dict[str, float]:
    lines = max(map(len, label.values()))
    return {"width": _longest(label.values()) * SMALL_CHARACTER + 8, "height": lines * SMALL_LINE}


def _box(nodes: Iterable[Mapping[str, Any]], edges: Iterable[Mapping[str, Any]]) -> list[int]:
    """Return what the drawing covers: left, top, width, height."""
    xs, ys = [], []
    for node in nodes:
        half, tall = node["width"] / 2, node["height"] / 2
        xs += [node["x"] - half, node["x"] + half]
        ys += [node["y"] - tall, node["y"] + tall]
    for edge in edges:
        (x, y), size = edge["at"], _size_of_label(edge["label"])
        xs += [x - size["width"] / 2, x + size["width"] / 2, *(x for x, _ in edge["points"])]
        ys += [y - size["height"] / 2, y + size["height"] / 2, *(y for _, y in edge["points"])]
    left, top = min(xs) - MARGIN, min(ys) - MARGIN
    return [round(v) for v in (left, top, max(xs) + MARGIN - left, max(ys) + MARGIN - top)]
