"""Working tasks: one function for each thing an officer does with one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from workflow.core.acts import information, priority, reminding, routing
from workflow.core.acts import tasks as acts
from workflow.core.acts.answers import Answers
from workflow.core.acts.circumstances import Circumstances
from workflow.core.change import Change
from workflow.core.snapshot import CaseSnapshot
from workflow.core.world import World
from workflow.services.held_hours import demand_still_free
from workflow.services.named_cases import demand_named_cases
from workflow.services.named_rows import with_named_rows
from workflow.services.unit_of_work import Done, UnitOfWork


def receive(uow: UnitOfWork, number: str, no: int, *, key: str) -> Done:
    """Note that an agency has seen a task."""
    return uow.act(number, lambda case, now: acts.receive(case, no, now=now), key=key)


def claim(uow: UnitOfWork, number: str, no: int, *, key: str) -> Done:
    """Take a task for oneself."""
    return uow.act(number, lambda case, now: acts.claim(case, no, now=now), key=key)


def release(uow: UnitOfWork, number: str, no: int, *, key: str) -> Done:
    """Give a task back to the agency."""
    return uow.act(number, lambda case, now: acts.release(case, no, now=now), key=key)


def assign(uow: UnitOfWork, number: str, no: int, officer: int, *, key: str) -> Done:
    """Hand a task to a colleague."""
    return uow.act(number, lambda case, now: acts.assign(case, no, officer, now=now), key=key)


def prioritise(uow: UnitOfWork, number: str, no: int, reason: str, *, key: str) -> Done:
    """Put a task before the others of its agency, with the reason."""
    return uow.act(
        number, lambda case, now: priority.prioritise(case, no, reason, now=now), key=key
    )


def drop_priority(uow: UnitOfWork, number: str, no: int, *, key: str) -> Done:
    """Let a task stand among the others of its agency again."""
    return uow.act(number, lambda case, now: priority.drop_priority(case, no, now=now), key=key)


def complete_task(
    uow: UnitOfWork, number: str, no: int, outcome: str, *, answers: Answers, key: str
) -> Done:
    """Complete a task for the acting person; done again with the same key, change nothing.

    Raise what `acts.tasks.complete_task` raises, or `CaseMoved`.
    """

    def decide(case: CaseSnapshot, now: Circumstances) -> Change:
        return _complete(uow, case, no, outcome, answers=answers, now=now)

    return uow.act(number, decide, key=key)


def complete_from_form(
    uow: UnitOfWork,
    number: str,
    no: int,
    outcome: str,
    *,
    read: Callable[[CaseSnapshot, World], Answers],
    key: str,
) -> Done:
    """Complete a task with answers that are read once the case is loaded, so it is loaded once.

    Raise what `read` and `acts.tasks.complete_task` raise, or `CaseMoved`.
    """

    def decide(case: CaseSnapshot, now: Circumstances) -> Change:
        answers = read(case, now.world)
        return _complete(uow, case, no, outcome, answers=answers, now=now)

    return uow.act(number, decide, key=key)


def _complete(
    uow: UnitOfWork,
    case: CaseSnapshot,
    no: int,
    outcome: str,
    *,
    answers: Answers,
    now: Circumstances,
) -> Change:
    """Complete a task once what its answers name elsewhere is there and free."""
    demand_named_cases(uow, case.definition.data, answers.data)
    demand_still_free(uow, case, answers.data)
    said = with_named_rows(uow, case.definition.data, answers.data, case.data)
    filled = answers if said == answers.data else replace(answers, data=said)
    return acts.complete_task(case, no, outcome, answers=filled, now=now)


def release_proposal(uow: UnitOfWork, number: str, no: int, *, key: str) -> Done:
    """Let a proposed outcome take effect, as head."""
    return uow.act(number, lambda case, now: acts.release_proposal(case, no, now=now), key=key)


def return_proposal(uow: UnitOfWork, number: str, no: int, reason: str, *, key: str) -> Done:
    """Give a proposed outcome back, as head, with the reason."""
    return uow.act(
        number, lambda case, now: acts.return_proposal(case, no, reason, now=now), key=key
    )


def reassign(uow: UnitOfWork, number: str, no: int, agency: str, reason: str, *, key: str) -> Done:
    """Hand a task to another agency."""
    return uow.act(
        number, lambda case, now: routing.reassign(case, no, agency, reason, now=now), key=key
    )


def add_agency(
    uow: UnitOfWork, number: str, task: str, agency: str, *, key: str, knowingly: bool = False
) -> Done:
    """Ask one agency more in a running round; raise `BeyondOwnDeadline` unless `knowingly`."""
    return uow.act(
        number,
        lambda case, now: routing.add_agency(case, task, agency, now=now, knowingly=knowingly),
        key=key,
    )


def remove_agency(uow: UnitOfWork, number: str, no: int, reason: str, *, key: str) -> Done:
    """Spare one agency of a running round."""
    return uow.act(
        number, lambda case, now: routing.remove_agency(case, no, reason, now=now), key=key
    )


def remove_waiting(
    uow: UnitOfWork, number: str, task: str, slot: str, reason: str, *, key: str
) -> Done:
    """Spare one agency whose turn has not come."""
    return uow.act(
        number,
        lambda case, now: routing.remove_waiting(case, task, slot, reason, now=now),
        key=key,
    )


def remind(uow: UnitOfWork, number: str, nos: Sequence[int] | None, *, key: str) -> Done:
    """Remind those who have these tasks, or everybody who is waited for.

    Raise what `acts.reminding.remind` raises.
    """
    return uow.act(number, lambda case, now: reminding.remind(case, nos, now=now), key=key)


def ask_information(
    uow: UnitOfWork,
    number: str,
    no: int,
    question: str,
    *,
    of: str | None,
    key: str,
    **about: Any,  # noqa: ANN401 - fields, term, day, knowingly: as the act takes them
) -> Done:
    """Ask an agency, or the requester, for what a task needs by a day.

    Raise what `acts.information.ask_information` raises, `BeyondOwnDeadline` among it.
    """
    return uow.act(
        number,
        lambda case, now: information.ask_information(case, no, question, of=of, now=now, **about),
        key=key,
    )


def answer_information(
    uow: UnitOfWork,
    number: str,
    no: int,
    answer: str,
    *,
    key: str,
    documents: Mapping[str, Mapping[str, Any]] | None = None,
) -> Done:
    """Answer what was asked, with documents that are already in the store."""
    return uow.act(
        number,
        lambda case, now: information.answer_information(
            case, no, answer, documents=documents, now=now
        ),
        key=key,
    )


def withdraw_question(uow: UnitOfWork, number: str, no: int, *, key: str) -> Done:
    """Take a question back."""
    return uow.act(
        number, lambda case, now: information.withdraw_question(case, no, now=now), key=key
    )
