"""Scenarios told through the services, on a database, as people and the clock would."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from tests.world import DEFINITIONS, world
from workflow.core.acts.circumstances import Circumstances
from workflow.core.change import Job, JobKind
from workflow.core.errors import Refusal
from workflow.core.expectations import disappointments
from workflow.core.fields import FieldType
from workflow.core.playing import powers_of, stand_in
from workflow.core.scenario import Scenario, Step, answers_of, decide
from workflow.core.snapshot import CaseSnapshot
from workflow.core.world import World
from workflow.services.cases import open_case
from workflow.services.clock import wake_due
from workflow.services.installation import Installation
from workflow.services.notices import CLOCK_POWERS
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import reading
from workflow.storage.load import Loaded
from workflow.storage.queries.due import longest_due
from workflow.storage.work import JobRow

SCENARIOS = sorted((DEFINITIONS / "scenarios").rglob("*.yaml"))


def named(path: Path) -> str:
    """Name a scenario as test reports show it."""
    return f"{path.parent.name}/{path.stem}"


class Foretold(UnitOfWork):
    """A unit of work of one step, with the salts that playing in memory gives it."""

    def __init__(self, installation: Installation, step: Step) -> None:
        powers = powers_of(step.agency, step.officer) if step.agency else CLOCK_POWERS
        super().__init__(installation, now=step.at, powers=powers)
        self._seed = f"{step.at.isoformat()}{step.line}".encode()
        self.others: dict[str, Loaded] = {}

    def load(self, number: str) -> Loaded:
        return self.others[number] if number in self.others else super().load(number)

    def circumstances(self, world: World | None = None) -> Circumstances:
        return replace(super().circumstances(world), seed=self._seed)


def _named_by(scenario: Scenario, installation: Installation) -> dict[str, Loaded]:
    """Return the other cases that a scenario names, which it takes to stand as they must."""
    step, found = scenario.opening, {}
    fields = installation.newest(scenario.definition).data
    for key, field in fields.items():
        if field.type is FieldType.CASE and (number := step.data.get(key)):
            other = installation.newest(field.of or "")
            state = next(iter(field.standing), other.initial)
            taken = {
                one.rows_of.table: step.data.get(theirs, ())
                for theirs, one in fields.items()
                if one.rows_of and one.rows_of.case == key
            }
            case = CaseSnapshot(number, other, other.owner, None, step.at, state=state, data=taken)
            found[number] = Loaded(case, 0, False, None, None, 1, 1)
    return found


def play_through(scenario: Scenario, installation: Installation) -> str:
    """Play a scenario on a database; return the number of its case.

    Raise `AssertionError` where it does not go as it is told.
    """
    uow = Foretold(installation, scenario.opening)
    uow.others = _named_by(scenario, installation)
    number = open_case(
        uow,
        scenario.definition,
        opener=scenario.opening.agency,
        answers=answers_of(scenario.opening, stand_in),
        key=f"{scenario.definition}/{scenario.file}:opened",
    ).number
    left = _check(scenario.opening, number, installation, seen=0)
    go_on(number, scenario.steps, installation, seen=left)
    return number


def go_on(number: str, steps: Sequence[Step], installation: Installation, *, seen: int = 0) -> None:
    """Play steps of a scenario on its case; raise `AssertionError` where it goes otherwise."""
    for step in steps:
        pass_time(installation, until=step.at)
        if step.act or step.task:
            _perform(Foretold(installation, step), step, number, key=f"{number}:{step.line}")
        seen = _check(step, number, installation, seen=seen)


def _perform(uow: UnitOfWork, step: Step, number: str, *, key: str) -> None:
    met = None
    try:
        uow.act(number, lambda case, now: decide(step, case, now, stand_in), key=key)
    except Refusal as refusal:
        met = type(refusal).__name__
    assert met == step.refused, f"line {step.line}: {met}"


def _check(step: Step, number: str, installation: Installation, *, seen: int) -> int:
    """Hold a case to what a step expects; return how often it has fed registers by now."""
    asked = _feedings(installation, number)
    case = case_now(installation, number)
    unmet = disappointments(step, case, world(), jobs=asked[seen:])
    assert list(unmet) == [], f"line {step.line}"
    return len(asked)


def _feedings(installation: Installation, number: str) -> list[Job]:
    named = JobRow.key.startswith(f"{number}:{JobKind.KEEP_ENTRY}:")
    with reading(installation.engine) as connection:
        rows = connection.execute(
            select(JobRow.key, JobRow.payload).where(named).order_by(JobRow.id)
        )
        return [Job(JobKind.KEEP_ENTRY, row.key, row.payload) for row in rows]


def pass_time(installation: Installation, *, until: datetime) -> None:
    """Let the clock look at every instant at which it asked to be woken."""
    while (at := _next_wake(installation)) is not None and at <= until:
        swept = wake_due(lambda at=at: UnitOfWork(installation, now=at), mails=False)
        assert (swept.failed, swept.cases > 0) == (0, True)


def _next_wake(installation: Installation) -> datetime | None:
    with reading(installation.engine) as connection:
        return longest_due(connection)


def case_now(installation: Installation, number: str) -> CaseSnapshot:
    """Load a case as an auditor sees it."""
    uow = UnitOfWork(installation, now=datetime.fromisoformat("2026-01-01T12:00Z"))
    return uow.as_powers(CLOCK_POWERS).load(number).snapshot
