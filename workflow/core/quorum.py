"""What a round waits for, read from the definition: its quorum, what forbids, what silence says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from workflow.core.conditions import OutcomeTest, Quantity, holds, tests_in
from workflow.core.definition import Guard, Transition
from workflow.core.engine import View
from workflow.core.joins import ANSWERED, Join, Quantifier, VisitTask
from workflow.core.snapshot import CaseSnapshot, ClockStatus

APART: Final = "not_applicable"
"""The outcome that says that the question does not concern an agency; it is counted apart."""


class Needs(StrEnum):
    """How much of a round must have been answered for the case to go on."""

    EVERYBODY = "everybody"
    """All have ended, however."""
    ALL = "all"
    """All have ended so."""
    SOME = "some"
    """So many have ended so."""
    MAJORITY = "majority"
    ONE = "one"


@dataclass(frozen=True, slots=True)
class Quorum:
    """One way on: how many of how many must answer so, and how many have."""

    needs: Needs
    target: str
    """The state it leads to."""
    outcomes: tuple[tuple[str, str], ...]
    """Task and outcome of each answer that counts; none where every answer does."""
    needed: int
    asked: int
    given: int
    possible: bool
    """Whether those who have not answered can still bring it about."""

    @property
    def missing(self) -> int:
        """How many are still needed."""
        return max(0, self.needed - self.given)


@dataclass(frozen=True, slots=True)
class Veto:
    """What an answer to a task of this round forbids later, by a guard."""

    guard: Guard
    answers: tuple[tuple[str, str], ...]
    """Task and outcome of the answers that forbid it."""
    binding: bool
    stands: bool
    """Whether it forbids as matters stand."""


@dataclass(frozen=True, slots=True)
class Silence:
    """What becomes of those who do not answer."""

    task: str
    outcome: str | None
    """What silence is taken for; None where the case waits."""
    due_on: date | None
    """By when; None while the deadline stands still or there is none."""
    agencies: tuple[str, ...]


def quorums(case: CaseSnapshot) -> tuple[Quorum, ...]:
    """Return the ways on that answers open from here, in the order in which they are tried."""
    found: dict[tuple[object, ...], Quorum] = {}
    for transition in case.definition.leaving(case.state):
        if transition.when and not transition.by_time and _may_fire(case, transition):
            quorum = _quorum(case, transition, transition.when)
            found.setdefault((quorum.needs, quorum.outcomes, quorum.needed), quorum)
    return tuple(found.values())


def _may_fire(case: CaseSnapshot, transition: Transition) -> bool:
    """Leave out what the data forbids, unless an answer may yet change that."""
    if any(isinstance(test, OutcomeTest) for test in tests_in(transition.condition)):
        return True
    return holds(transition.condition, case.data, View(case.visit_tasks(), case.data).outcomes())


def _quorum(case: CaseSnapshot, transition: Transition, join: Join) -> Quorum:
    counted = [t for t in case.visit_tasks() if not join.tasks or t.key in join.tasks]
    keys = tuple(dict.fromkeys(t.key for t in counted))
    endings = [(key, one) for key in keys for one in case.definition.task(key).endings]
    wanted = tuple((key, one) for key, one in endings if _counts(case, join, key, one))
    whole = wanted == tuple(endings)
    needs, needed = _needed(join, len(counted), whole=whole)
    given = sum(_agrees(join, task) for task in counted)
    still_open = sum(task.outcome is None for task in counted)
    any_answer = whole or ANSWERED in join.outcomes
    return Quorum(
        needs=needs,
        target=transition.target,
        outcomes=() if any_answer else wanted,
        needed=needed,
        asked=len(counted),
        given=given,
        possible=given + still_open >= needed,
    )


def _counts(case: CaseSnapshot, join: Join, key: str, outcome: str) -> bool:
    lapsed = outcome == case.definition.task(key).lapse
    return _agrees(join, VisitTask(key, "", outcome, lapsed))


def _agrees(join: Join, task: VisitTask) -> bool:
    return Join(Quantifier.ANY, join.outcomes).is_met([task])


def _needed(join: Join, asked: int, *, whole: bool) -> tuple[Needs, int]:
    match join.quantifier:
        case Quantifier.ALL:
            return (Needs.EVERYBODY if whole else Needs.ALL), asked
        case Quantifier.AT_LEAST:
            return Needs.SOME, join.count
        case Quantifier.MAJORITY:
            return Needs.MAJORITY, asked // 2 + 1
        case Quantifier.ANY:
            return Needs.ONE, 1


def vetoes(case: CaseSnapshot) -> Iterator[Veto]:
    """Go through what answers of this round forbid, and whether one of them does now."""
    here = case.state_spec.tasks
    for guard in case.definition.guards:
        tests = [test for test in tests_in(guard.hold_if) if isinstance(test, OutcomeTest)]
        answers = tuple(
            (task, outcome)
            for test in tests
            if test.quantity is Quantity.ANY
            for task in test.tasks
            if task in here
            for outcome in here[task].endings
            if outcome in test.outcomes
        )
        if answers:
            yield Veto(
                guard=guard,
                answers=answers,
                binding=any(here[task].binding for task, _ in answers),
                stands=any((key, o) in answers for (key, _), o in case.latest.items()),
            )


def silences(case: CaseSnapshot) -> tuple[Silence, ...]:
    """Return what becomes of those whose answers are missing, those of one day together."""
    found: dict[tuple[str, str | None, date | None], list[str]] = {}
    for task in case.tasks:
        spec, clock = case.spec(task), task.clock
        runs = clock is not None and clock.status is ClockStatus.RUNNING
        due_on = clock.due_on if clock and runs and spec.lapse else None
        found.setdefault((task.key, spec.lapse, due_on), []).append(task.agency)
    return tuple(Silence(*what, tuple(dict.fromkeys(who))) for what, who in found.items())
