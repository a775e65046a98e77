"""What a question would do, told before it is asked: decided alike, and not written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from workflow.core.acts.information import ask_information
from workflow.core.clock_moves import ClockMove, clock_moves
from workflow.core.snapshot import CaseSnapshot, InformationRequest
from workflow.services.case_view import world_of
from workflow.services.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True, eq=False)
class AskedThen:
    """A question as it would be: the day of its answer, and the deadline of who asks."""

    case: CaseSnapshot
    request: InformationRequest
    move: ClockMove | None
    """Where the deadline of the task would fall if the answer came on its last day; None where
    the task has none."""


def foresee_question(
    uow: UnitOfWork,
    number: str,
    no: int,
    question: str,
    **about: Any,  # noqa: ANN401 - what `tasks.ask_information` takes besides
) -> AskedThen:
    """Say until when a question would be answered and what it would do to the task that asks.

    Raise what `tasks.ask_information` raises, `BeyondOwnDeadline` among it.
    """
    loaded = uow.load(number)
    world = world_of(uow, loaded)
    now = uow.circumstances(world)
    change = ask_information(loaded.snapshot, no, question, now=now, **about)
    request = change.after.task(no).request
    assert request is not None
    answered = request.clock.due_on if request.clock else None
    moves = clock_moves(change, world, goes_on=answered)
    return AskedThen(change.after, request, {m.key: m for m in moves}.get(f"task:{no}"))
