"""Reads stories of registers from YAML: what is done with one entry, day by day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path as FilePath
from typing import Any

from workflow.catalogue.holders import Keyed, ListOf, MapOf, strict
from workflow.catalogue.problems import Marks, Path, Problem, Refused
from workflow.catalogue.rules import Sentence
from workflow.catalogue.shape import check_shape
from workflow.catalogue.shapes import Anything, OneOf, Word
from workflow.catalogue.source import compose, read_text
from workflow.catalogue.vocabulary import Code, Name
from workflow.core.registers.entries import Standing
from workflow.core.registers.playing import ACTS, CREATE, LOOK, Step, Story


class Day(Word):
    """A day."""

    pattern = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
    what = "a day"
    written = "year, month and day, as in 2026-03-02"


class RefusalName(Word):
    """The name of a refusal."""

    pattern = "[A-Z][A-Za-z]+"
    what = "the name of a refusal"
    written = "as in EntryEnded"


_Expect = strict(
    "Expect",
    {
        "standing": OneOf(Standing, optional=True),
        "holder": Code(optional=True),
        "due_on": Day(optional=True),
        "ends_on": Day(optional=True),
        "values": MapOf(Name(), Anything(), optional=True),
    },
)
_Step = strict(
    "Step",
    {
        "on": Day(),
        "by": Code(),
        "do": OneOf((CREATE, LOOK, *ACTS)),
        "values": MapOf(Name(), Anything(), optional=True),
        "to": Code(optional=True),
        "reason": Sentence(optional=True),
        "refused": RefusalName(optional=True),
        "expect": Keyed(_Expect, optional=True),
    },
)
_File = strict(
    "Story",
    {"register": Name(), "title": Sentence(), "steps": ListOf(Keyed(_Step), least=1)},
)


def read_story(path: FilePath) -> Story:
    """Read one story; raise `Refused` with everything that is wrong in the file."""
    source = compose(read_text(path), file=path.name)
    shaped = check_shape(source, _File)
    problems = [*shaped.problems] or list(_impossible(shaped.data["steps"], source.marks))
    if problems:
        raise Refused(problems)
    steps = tuple(
        _step(written, source.marks.at(("steps", place))[0])
        for place, written in enumerate(shaped.data["steps"])
    )
    return Story(shaped.data["register"], shaped.data["title"], steps)


def _step(written: Mapping[str, Any], line: int) -> Step:
    return Step(
        on=date.fromisoformat(written["on"]),
        agency=written["by"],
        act=written["do"],
        values=written.get("values", {}),
        to=written.get("to", ""),
        reason=written.get("reason", ""),
        refused=written.get("refused"),
        expect=written.get("expect", {}),
        line=line,
    )


def _impossible(steps: list[Mapping[str, Any]], marks: Marks) -> Iterator[Problem]:
    """Find days that no calendar has, and days that go backwards."""
    before = date.min
    for place, step in enumerate(steps):
        path: Path = ("steps", place, "on")
        try:
            day = date.fromisoformat(step["on"])
        except ValueError:
            yield marks.problem(path, f"no calendar has {step['on']}", "correct the day")
            continue
        if day < before:
            yield marks.problem(path, "this step comes before the one above", "put them in order")
        before = day
