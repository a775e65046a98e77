"""Whether the terms of the steps fit the term of the case, on the worst year of the calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from workflow.core.deadlines.counting import count_due
from workflow.core.definition import CaseClock, DeadlineSpec, Definition, State
from workflow.core.errors import Refusal
from workflow.core.soundness.main_path import main_path
from workflow.core.soundness.verdict import Facts, Fault, FaultKind, Severity
from workflow.core.terms import Direction, Unit

_MONTHS = 12


def terms_that_do_not_fit(definition: Definition, facts: Facts) -> Iterator[Fault]:
    """Warn of the clocks of the case that the straight way alone would overrun.

    Both are counted from the first day of each month of two years; the worst start is told.
    """
    path = main_path(definition)
    if not path:
        return
    for number, clock in enumerate(definition.deadlines.values()):
        if not _counts_forward(clock.deadline) or clock.deadline.start != "opened":
            continue
        years = (facts.today.year, facts.today.year + 1)
        starts = [date(year, month + 1, 1) for year in years for month in range(_MONTHS)]
        measured = [m for start in starts if (m := _measure(definition, facts, clock, path, start))]
        worst = max(measured, key=lambda m: (m[1] - m[2]).days, default=None)
        if worst and worst[1] > worst[2]:
            about = {"start": worst[0], "ends": worst[1], "due": worst[2], "path": tuple(path)}
            yield Fault(
                FaultKind.TERMS_DO_NOT_FIT,
                (clock.key,),
                ("deadlines", number),
                Severity.WARNING,
                about=about,
            )


def _counts_forward(spec: DeadlineSpec | None) -> bool:
    term = spec.term if spec else None
    return bool(
        spec
        and term
        and term.direction is Direction.AFTER
        and term.unit is not Unit.HOURS
        and not spec.due
        and not spec.of
    )


def _measure(
    definition: Definition, facts: Facts, clock: CaseClock, path: list[str], start: date
) -> tuple[date, date, date] | None:
    """Return the start, the day the steps end if each takes its term, and when the clock falls."""
    try:
        due = _end(definition, facts, clock.deadline, start)
        day = start
        for state in path:
            if state in clock.stops_on_entering:
                break
            if state not in clock.pauses_in:
                day = _leave(definition, facts, definition.state(state), day)
    except Refusal:
        return None
    return start, day, due


def _leave(definition: Definition, facts: Facts, state: State, day: date) -> date:
    """Return the day a state is left when every task that always opens takes its whole term."""
    specs = [task.deadline for task in state.tasks.values() if not task.needed_if]
    ends = [_end(definition, facts, s, day) for s in specs if s and _counts_forward(s)]
    return max(ends, default=day)


def _end(definition: Definition, facts: Facts, spec: DeadlineSpec, start: date) -> date:
    assert spec.term
    world = facts.world
    rule, calendar = world.rule(spec.rule), world.calendar(definition.owner)
    return count_due(start, spec.term, rule, calendar, zone=world.zone)[0]
