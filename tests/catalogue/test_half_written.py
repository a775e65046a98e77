"""A definition of which something is missing, or is of another kind, is refused with its place."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import pytest
import yaml

from tests.counts import count
from tests.world import shipped
from workflow.catalogue.loader import load_definition
from workflow.catalogue.problems import Refused

Path = tuple[str | int, ...]
GONE: Final = object()
INSTEAD: Final = (GONE, 5, "x", [], {})
PLACES: Final = count(40, exhaustive=10_000)


@cache
def trees() -> dict[str, Any]:
    return {one.stem: yaml.safe_load(one.read_text(encoding="utf-8")) for one in shipped()}


def paths(tree: object, above: Path = ()) -> Iterator[Path]:
    items = (
        tree.items() if isinstance(tree, dict) else enumerate(tree if type(tree) is list else ())
    )
    for key, held in items:
        yield (*above, key)
        yield from paths(held, (*above, key))


def places() -> list[tuple[str, Path]]:
    """Return one place of each kind that there is in any definition, wherever in a list it is."""
    kinds: dict[Path, tuple[str, Path]] = {}
    for stem, tree in trees().items():
        for path in paths(tree):
            kinds.setdefault(tuple("" if type(key) is int else key for key in path), (stem, path))
    return list(kinds.values())


def spoilt(stem: str, path: Path, instead: object) -> str:
    tree = held = copy.deepcopy(trees()[stem])
    for key in path[:-1]:
        held = held[key]
    if instead is GONE:
        del held[path[-1]]
    else:
        held[path[-1]] = instead
    return json.dumps(tree)


def refusal_of(text: str) -> str:
    try:
        load_definition(text)
    except Refused as refused:
        return "\n".join(map(str, refused.problems))
    return ""


@pytest.mark.exhaustive
def test_whatever_is_missing_or_misplaced_is_taken_or_refused(random, record_property):
    every = places()
    drawn = random.sample(every, min(PLACES, len(every)))
    refused = sum(
        bool(refusal_of(spoilt(stem, path, instead))) for stem, path in drawn for instead in INSTEAD
    )
    record_property("places spoilt, each in five ways; refused", (len(drawn), refused))
    assert refused > len(drawn) * len(INSTEAD) / 2


@pytest.mark.parametrize(
    ("stem", "path", "instead", "said"),
    [
        ("course_class", ("places", "hours", "table"), GONE, "'table' is missing"),
        ("course_class", ("places", "hours", "begins"), 5, "5"),
        ("course_class", ("places", "hours", "ends"), [], "[]"),
        ("course_class", ("places", "given_in"), 5, "a list is needed here"),
        ("academic_partnership", ("states", 0, "tasks"), 5, "a list is needed here"),
        ("academic_partnership", ("guards", 0, "hold_if"), GONE, "'hold_if' is missing"),
    ],
)
def test_what_is_half_written_is_named(stem, path, instead, said):
    assert said in refusal_of(spoilt(stem, path, instead))


@pytest.mark.parametrize(
    ("test", "mend"),
    [
        ({}, "task, any, all, none"),
        ({"task": "scope"}, "is, one_of"),
        ({"task": "scope", "is": "x", "one_of": ["y"]}, "is and one_of exclude each other"),
    ],
)
def test_a_question_about_outcomes_says_of_what_and_which(test, mend):
    guard = ("guards", 0, "hold_if")
    assert mend in refusal_of(spoilt("academic_partnership", guard, {"outcome_of": test}))
