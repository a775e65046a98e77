"""What an act on deadlines would do, told before it is done: decided alike, and not written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from workflow.core.acts import standing_still, starts
from workflow.core.acts.circumstances import Circumstances
from workflow.core.change import Change
from workflow.core.clock_moves import ClockMove, clock_moves
from workflow.core.events import Kind
from workflow.core.snapshot import CaseSnapshot
from workflow.core.story import Entry, headline, story
from workflow.core.story import told as without_books
from workflow.core.terms import parse_term
from workflow.core.track import TaskLine
from workflow.core.world import World
from workflow.services.case_view import PAGE, officers_named, readable, world_of
from workflow.services.task_view import names_of, task_lines
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.events import events_of


@dataclass(frozen=True, slots=True, eq=False)
class Foreseen:
    """An act as it would be: where each deadline would fall, and what it would not undo."""

    change: Change
    world: World
    moves: tuple[ClockMove, ...]
    done_since: tuple[Entry, ...] = ()
    """Acts done since the day of a suspension written down late; they stand. The latest first."""
    tasks: tuple[TaskLine, ...] = ()
    """Every task of the case, to name those that they ended."""
    names: Mapping[int, str] = field(default_factory=dict)
    """Officers by id."""

    @property
    def case(self) -> CaseSnapshot:
        """The case as it would be."""
        return self.change.after

    @property
    def stays(self) -> Sequence[str]:
        """Tasks that silence has answered since the day of a suspension; the answer stays."""
        suspended = (e for e in self.change.events if e.kind is Kind.CASE_SUSPENDED)
        return next((event.body.get("stays", ()) for event in suspended), ())


def foresee_suspension(
    uow: UnitOfWork,
    number: str,
    reason: str,
    *,
    review_on: date,
    **about: Any,  # noqa: ANN401 - what `cases.suspend` takes besides
) -> Foreseen:
    """Say what a suspension would do if the case went on on the day of its review.

    One written down late leaves standing all that was done since its day: that is told too.
    Raise what `cases.suspend` raises.
    """
    told = _foresee(
        uow,
        number,
        lambda case, now: standing_still.suspend(
            case, reason, review_on=review_on, now=now, **about
        ),
        goes_on=review_on,
    )
    rest = told.case.suspension
    return _with_acts(uow, told, rest.since) if rest and rest.recorded_on else told


def _with_acts(uow: UnitOfWork, told: Foreseen, since: date) -> Foreseen:
    """Add what was done in a case since a day, as far as the person may read it."""
    loaded = uow.load(told.case.number)
    began = datetime.combine(since, time(), uow.installation.zone)
    with uow.reading() as connection:
        found = events_of(connection, loaded.case_id, since=began, limit=PAGE)
        events = readable(connection, found, loaded.snapshot, uow.powers)
    lines = task_lines(uow, loaded.case_id)
    entries = tuple(headline(entry) for act in story(events) if (entry := without_books(act)))
    officers = {n for one in entries for e in (one.head, *one.followed) for n in officers_named(e)}
    return replace(told, done_since=entries, tasks=lines, names=names_of(uow, officers))


def foresee_resumption(
    uow: UnitOfWork, number: str, *, reason: str = "", on: date | None = None
) -> Foreseen:
    """Say where the deadlines of a case would fall; raise what `cases.resume` raises."""
    return _foresee(
        uow,
        number,
        lambda case, now: standing_still.resume_case(case, now=now, reason=reason, on=on),
    )


def foresee_extension(uow: UnitOfWork, number: str, clock: str, term: str, reason: str) -> Foreseen:
    """Say where an extended deadline would fall; raise what `cases.extend` raises."""
    longer = parse_term(term)
    return _foresee(
        uow,
        number,
        lambda case, now: standing_still.extend_deadline(case, clock, longer, reason, now=now),
    )


def foresee_start(uow: UnitOfWork, number: str, clock: str, start: date, reason: str) -> Foreseen:
    """Say where a deadline would fall that began on another day; raise as `cases.move_start`."""
    return _foresee(
        uow, number, lambda case, now: starts.move_start(case, clock, start, reason, now=now)
    )


def _foresee(
    uow: UnitOfWork,
    number: str,
    decide: Callable[[CaseSnapshot, Circumstances], Change],
    *,
    goes_on: date | None = None,
) -> Foreseen:
    loaded = uow.load(number)
    world = world_of(uow, loaded)
    change = decide(loaded.snapshot, uow.circumstances(world))
    return Foreseen(change, world, clock_moves(change, world, goes_on=goes_on))
