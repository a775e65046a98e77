"""Where the parts of a definition were written, by what they are and their names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from workflow.catalogue.normal_form import Json
from workflow.catalogue.problems import Path

Part: TypeAlias = tuple[str, str | int]
"""A kind and a name, as ("task", "screen"); guards and transitions go by number, from 0."""

_LISTS = {"field": "data", "state": "states", "phase": "phases", "clock": "deadlines"}


def places(data: Json) -> dict[Part, Path]:
    """Return the path of every named part of a well-shaped definition as it was written."""
    return {**dict(_top_parts(data)), **dict(_tasks_and_outcomes(data))}


def _top_parts(data: Json) -> Iterator[tuple[Part, Path]]:
    for kind, key in _LISTS.items():
        for at, part in enumerate(data.get(key, ())):
            yield (kind, part if isinstance(part, str) else part["key"]), (key, at)
    for kind, key in (("role", "roles"), ("act", "acts")):
        for name in data.get(key, {}):
            yield (kind, name), (key, name)
    for kind, key in (("transition", "transitions"), ("guard", "guards")):
        for at in range(len(data.get(key, ()))):
            yield (kind, at), (key, at)


def _tasks_and_outcomes(data: Json) -> Iterator[tuple[Part, Path]]:
    for at, state in enumerate(data["states"]):
        for number, task in enumerate(state.get("tasks", ())):
            path = ("states", at, "tasks", number)
            yield ("task", task["key"]), path
            for outcome in task["outcomes"]:
                yield ("outcome", f"{task['key']}.{outcome}"), (*path, "outcomes", outcome)
