"""Reads a reform of agencies from YAML: one day, one act of law, and everything that changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path as FilePath
from typing import Any

from workflow.catalogue.holders import ByKey, Either, ListOf, MapOf, strict
from workflow.catalogue.problems import Marks, Path, Problem, Refused, nearest, quoted
from workflow.catalogue.shape import check_shape
from workflow.catalogue.shapes import OneOf, Word
from workflow.catalogue.source import compose, read_text
from workflow.core.reform import Create, End, Ending, Move, Reform, Rename, Step
from workflow.core.reforming import ReformUnsound, told_fault

OUT = "out"
"""Where somebody goes who goes along to no agency."""


class _Sentence(Word):
    """A text for people."""

    pattern = r"\S.*"
    what = "a text"
    max_length = 300


class _Code(Word):
    """The code of a body or of a unit."""

    pattern = "[A-Z][A-Z0-9-]*(?:/[A-Z0-9-]+)*"
    what = "the code of an agency"
    max_length = 60
    written = "a code of the network, as in SEF or SEDE/AEST"


class _Kind(Word):
    """What sort of agency it is, or what a unit is to its body."""

    pattern = "[a-z][a-z0-9_]*"
    what = "a kind"
    written = "small letters, as in secretaria or legal"


class _Calendar(Word):
    """The key of a calendar, or nothing for that of whoever is above."""

    pattern = "[A-Za-z0-9-]*"
    what = "the key of a calendar"


class _Day(Word):
    """A day."""

    pattern = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
    what = "a day"
    written = "the day as in 2026-12-01"


class _Address(Word):
    """The e-mail address of an officer."""

    pattern = r"[^@\s]+@[^@\s]+"
    what = "an e-mail address"


class _Share(Word):
    """What is shared out: a case, a type, or a task or a role of either."""

    pattern = r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?|[0-9][0-9/.-]*(?::[a-z0-9_]+)?"
    what = "something to share out"
    written = "a type, a task or a role as in agreement_review.legal_opinion, or NUMBER:TASK"


_PLACES = {
    "municipality": _Sentence(optional=True),
    "calendar": _Calendar(optional=True),
}
_PEOPLE = {"people": MapOf(_Address(), Either(OneOf([OUT]), _Code()), optional=True)}
_UNITS = {"units": OneOf(["along"], optional=True)}
_CHANGES = {
    "create": strict(
        "Create",
        {
            "create": _Code(),
            "name": _Sentence(),
            "kind": _Kind(),
            "parent": _Code(optional=True),
            "unit_role": _Kind(optional=True),
            "sei_code": _Sentence(optional=True),
            "email": _Address(optional=True),
            **_PLACES,
        },
    ),
    "rename": strict(
        "Rename", {"rename": _Code(), "name": _Sentence(), "sei_code": _Sentence(optional=True)}
    ),
    "move": strict("Move", {"move": _Code(), "parent": _Code(optional=True), **_PLACES}),
    "merge": strict(
        "Merge", {"merge": ListOf(_Code(), least=1), "into": _Code(), **_UNITS, **_PEOPLE}
    ),
    "split": strict(
        "Split",
        {
            "split": _Code(),
            "heir": _Code(),
            "share": MapOf(_Share(), _Code(), optional=True),
            **_UNITS,
            **_PEOPLE,
        },
    ),
    "extinguish": strict(
        "Extinguish",
        {"extinguish": _Code(), "heir": _Code(optional=True), **_UNITS, **_PEOPLE},
    ),
}
_File = strict(
    "ReformFile",
    {"source": _Sentence(), "day": _Day(), "changes": ListOf(ByKey(_CHANGES), least=1)},
)


@dataclass(frozen=True, slots=True)
class ReadReform:
    """A reform as a file tells it, with the place of each of its changes."""

    reform: Reform
    source: str
    marks: Marks
    places: tuple[Path, ...]
    """Where each step is written."""

    def problems(self, unsound: ReformUnsound) -> list[Problem]:
        """Return what is wrong with it, each with its line."""
        return [
            self.marks.problem(self.places[fault.step] if fault.step >= 0 else (), *said)
            for fault in unsound.faults
            for said in [told_fault(fault)]
        ]


def read_reform_file(path: FilePath, *, officers: Mapping[str, int]) -> ReadReform:
    """Read a reform; `officers` are ids by address. Raise `Refused` with all that is wrong."""
    source = compose(read_text(path), file=path.name)
    shaped = check_shape(source, _File)
    if shaped.problems:
        raise Refused(shaped.problems)
    problems: list[Problem] = []
    steps: list[Step] = []
    places: list[Path] = []
    for n, written in enumerate(shaped.data["changes"]):
        place = ("changes", n)
        people = dict(written.get("people") or {})
        problems += _strangers(source.marks, (*place, "people"), people, officers)
        made = list(_steps({**written, "people": _ids(people, officers)}))
        steps += made
        places += [place] * len(made)
    day = _day(shaped.data["day"])
    if day is None:
        what = f"{quoted(shaped.data['day'])} is no day of the calendar"
        problems.append(source.marks.problem(("day",), what, "write the day as in 2026-12-01"))
    if problems or day is None:
        raise Refused(problems)
    reform = Reform(day, tuple(steps))
    return ReadReform(reform, shaped.data["source"], source.marks, tuple(places))


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _strangers(
    marks: Marks, path: Path, people: Mapping[str, str], officers: Mapping[str, int]
) -> Iterator[Problem]:
    for address in people:
        if address.lower() not in officers:
            what = f"no officer has the address {quoted(address)}"
            yield marks.problem((*path, address), what, nearest(address, officers))


def _ids(people: Mapping[str, str], officers: Mapping[str, int]) -> dict[str, str]:
    known = {officers.get(address.lower()): to for address, to in people.items()}
    return {str(officer): "" if to == OUT else to for officer, to in known.items() if officer}


def _steps(written: Mapping[str, Any]) -> Iterator[Step]:
    """Make the steps of one change; agencies that merge end one by one."""
    parts = {key: value for key, value in written.items() if key not in (*_CHANGES, *_ENDING)}
    if "create" in written:
        yield Create(written["create"], **parts)
    elif "rename" in written:
        yield Rename(written["rename"], **parts)
    elif "move" in written:
        yield Move(written["move"], **parts)
    else:
        yield from _ends(written)


_ENDING = ("into", "heir", "share", "people", "units")


def _ends(written: Mapping[str, Any]) -> Iterator[End]:
    how = next(word for word in ("merge", "split", "extinguish") if word in written)
    codes = written[how] if how == "merge" else [written[how]]
    endings = {"merge": Ending.MERGED, "split": Ending.SPLIT, "extinguish": Ending.EXTINGUISHED}
    for code in codes:
        yield End(
            code,
            endings[how],
            written.get("into") or written.get("heir"),
            share=written.get("share") or {},
            people=written.get("people") or {},
            units_along=written.get("units") == "along",
        )
