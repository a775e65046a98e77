"""The first look at a file: whether every value is of the kind that may stand there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from marshmallow import ValidationError

from workflow.catalogue.holders import Strict
from workflow.catalogue.problems import Path, Problem, Written
from workflow.catalogue.shapes import Fault
from workflow.catalogue.source import Source


@dataclass(frozen=True, slots=True)
class Shaped:
    """What could be made of a file, and what was wrong with its shape."""

    data: dict[str, Written]
    problems: tuple[Problem, ...]
    wrong: frozenset[Path]
    """Where the shape is wrong; nothing more is asked of what stands there."""


def check_shape(source: Source, schema: type[Strict]) -> Shaped:
    """Hold a file against a schema and list every value that does not fit."""
    marks = source.marks
    if not isinstance(source.data, dict):
        problem = marks.problem((), "the file is not a mapping", "begin with `key: NAME`")
        return Shaped({}, (problem,), frozenset({()}))
    try:
        return Shaped(schema.only_instance().load(source.data), (), frozenset())
    except ValidationError as error:
        found = [(path, message) for path, message in _flat(error.messages)]
        problems = tuple(marks.problem(path, str(m), getattr(m, "mend", "")) for path, m in found)
        valid = error.valid_data if isinstance(error.valid_data, dict) else {}
        return Shaped(valid, problems, frozenset(path for path, _ in found))


def _flat(messages: Written, path: Path = ()) -> Iterator[tuple[Path, Fault]]:
    """Go through marshmallow's nested messages with the path of each."""
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _flat(inner, path if key == "_schema" else (*path, key))
        return
    for message in messages:
        yield path, message
