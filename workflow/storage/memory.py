"""What a case remembers for later decisions, as the JSON that its row keeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import starmap
from operator import is_, itemgetter
from typing import Any, Final

from workflow.core.canonical import spelled
from workflow.core.imported import read_imported, spell_imported
from workflow.core.joins import VisitTask
from workflow.core.snapshot import CaseSnapshot, Reminded, Scheduled
from workflow.core.spelling import read_day, read_suspension, spell_suspension

REMEMBERED: Final = (
    *("entered", "scheduled", "in_turn", "ended", "latest", "doers", "completed_on", "lapsed_on"),
    *("filed", "suspension", "agencies", "readers", "extensions", "imported", "reminded"),
)
"""The parts of a case that are its memory."""
_remembered = itemgetter(*REMEMBERED)


def remembers_the_same(before: CaseSnapshot, after: CaseSnapshot) -> bool:
    """Say whether an act left what a case remembers as it was: not one of its parts was new."""
    return all(map(is_, _remembered(vars(before)), _remembered(vars(after))))


def spell_memory(case: CaseSnapshot) -> dict[str, Any]:
    """Write what a case remembers as JSON values.

    What seldom changes comes first: PostgreSQL logs what follows the first change.
    """
    return {
        "agencies": sorted(case.agencies),
        **({"imported": spell_imported(case.imported)} if case.imported else {}),
        **(_spell_readers(case) if case.readers else {}),
        "extensions": case.extensions,
        "suspension": spell_suspension(case.suspension),
        **({"filed": dict(case.filed)} if case.filed else {}),
        "lapsed_on": {task: day.isoformat() for task, day in case.lapsed_on.items()},
        "entered": sorted(case.entered),
        "scheduled": [_spell_scheduled(task) for task in case.scheduled],
        **({"in_turn": sorted(case.in_turn)} if case.in_turn else {}),
        **(_spell_reminded(case) if case.reminded else {}),
        "latest": [[task, slot, outcome] for (task, slot), outcome in case.latest.items()],
        "ended": [[t.key, t.slot, t.outcome, t.lapsed] for t in case.ended],
        "completed_on": {task: spelled(day) for task, day in case.completed_on.items()},
        "doers": {task: list(officers) for task, officers in case.doers.items()},
    }


def _spell_scheduled(task: Scheduled) -> list[Any]:
    """Write a task that is not yet open; what waits for its day alone is as it always was."""
    return [task.key, task.slot, task.agency, *([True] if task.in_turn else [])]


def _spell_readers(case: CaseSnapshot) -> dict[str, Any]:
    """Write who may read the case by name: few cases have such readers."""
    return {"readers": [[who, day.isoformat()] for who, day in sorted(case.readers.items())]}


def _spell_reminded(case: CaseSnapshot) -> dict[str, Any]:
    """Write who was reminded in this visit: few are."""
    found = sorted(case.reminded.items())
    return {
        "reminded": [[key, last.at.isoformat(), last.officer, last.agency] for key, last in found]
    }


def read_memory(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Read back what `spell_memory` wrote, as arguments of `CaseSnapshot`."""
    imported, reminded, readers = kept.get("imported"), kept.get("reminded"), kept.get("readers")
    scheduled, ended, suspension = kept["scheduled"], kept["ended"], kept["suspension"]
    return {
        "entered": frozenset(kept["entered"]),
        "scheduled": tuple(starmap(Scheduled, scheduled)) if scheduled else (),
        "in_turn": frozenset(kept.get("in_turn", ())),
        "ended": tuple(starmap(VisitTask, ended)) if ended else (),
        "latest": {(task, slot): outcome for task, slot, outcome in kept["latest"]},
        "doers": {task: tuple(officers) for task, officers in kept["doers"].items()},
        "completed_on": _read_days(kept["completed_on"]),
        "lapsed_on": _read_days(kept.get("lapsed_on", {})),
        "filed": dict(kept.get("filed", ())),
        "suspension": suspension and read_suspension(suspension),
        "agencies": frozenset(kept["agencies"]),
        "readers": _read_days(dict(readers)) if readers else {},
        "extensions": kept["extensions"],
        "imported": read_imported(imported) if imported else None,
        "reminded": _read_reminded(reminded) if reminded else {},
    }


def _read_days(kept: Mapping[Any, str]) -> dict[Any, date]:
    return dict(zip(kept, map(read_day, kept.values()), strict=True)) if kept else {}


def _read_reminded(kept: Iterable[Sequence[Any]]) -> dict[str, Reminded]:
    return {
        key: Reminded(datetime.fromisoformat(at), officer, agency)
        for key, at, officer, agency in kept
    }
