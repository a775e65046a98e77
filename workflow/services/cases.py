"""Opening, ending and looking after cases: one function for each thing a person does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from workflow.catalogue.common import common
from workflow.core.acts import documents, ending, record, routing, standing_still, starts
from workflow.core.acts.answers import Answers
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.opening import Secrecy
from workflow.core.acts.opening import open_case as decide_opening
from workflow.core.acts.record import Relation
from workflow.core.acts.undo import undo as decide_undo
from workflow.core.cascade import demand_opinion_inside
from workflow.core.change import Change
from workflow.core.definition import Definition
from workflow.core.errors import AnswersRefused, CaseMoved, NotReversible
from workflow.core.fields import Access
from workflow.core.numbers import case_number
from workflow.core.snapshot import CaseSnapshot
from workflow.core.story import Readers
from workflow.core.terms import parse_term
from workflow.services.access_codes import access_code_hash
from workflow.services.held_hours import demand_free_hours, demand_still_free
from workflow.services.mentions import called
from workflow.services.named_cases import demand_named_cases
from workflow.services.named_rows import with_named_rows
from workflow.services.unit_of_work import Done, UnitOfWork
from workflow.storage.apply import write
from workflow.storage.beginning import beginning, number_of_act, take_number
from workflow.storage.engine import acting
from workflow.storage.failures import UNREACHABLE
from workflow.storage.queries.counted import count_in
from workflow.storage.queries.events import last_event
from workflow.storage.sight import EVERYTHING

COUNTED_IN: Final = 250
"""After so many requests whoever opens one counts in what has moved, if no clock did."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A case just opened."""

    number: str
    access_code: str | None
    """The code its requester is to be told; None without one, and when it was opened before."""
    change: Change | None


def open_case(
    uow: UnitOfWork,
    type_key: str,
    *,
    opener: str,
    answers: Answers,
    key: str,
    parent: str | None = None,
    secrecy: Secrecy | None = None,
    access_code: str = "",
) -> Opened:
    """Open a case of the newest version of a type for an agency.

    `access_code` is what `new_access_code` drew for the requester; without it nobody follows the
    case by a code. Done again with the same key, return the case that was opened, without its
    code. Raise `UnknownDefinition` or what `acts.opening.open_case` raises.
    """
    sealed = access_code_hash(access_code) if access_code else None
    year = uow.today.year
    with acting(uow.installation.engine, EVERYTHING) as connection:
        begun = beginning(connection, type_key, key=key)
        definition = uow.installation.definition(type_key, begun.version)
        if begun.done:
            return Opened(begun.done, None, None)
        answers = _judged(uow, definition, answers)
        taken = take_number(connection, year)
        number = case_number(year, taken)
        now = uow.circumstances(uow.installation.world(begun.versions))
        change = decide_opening(
            definition,
            number,
            opener=opener,
            answers=answers,
            now=now,
            parent=parent,
            secrecy=secrecy,
        )
        written = write(connection, change, case_id=None, key=key, access_code_hash=sealed)
        done = None if written else number_of_act(connection, key)
    if written:
        _tell(uow, change, taken)
        return Opened(number, access_code or None, change)
    if done is None:
        raise CaseMoved(number=number)
    return Opened(done, None, None)


def _judged(uow: UnitOfWork, definition: Definition, answers: Answers) -> Answers:
    """Return what is answered with the rows of the cases it names; raise what refuses these."""
    demand_named_cases(uow, definition.data, answers.data)
    said = with_named_rows(uow, definition.data, answers.data, {})
    demand_free_hours(uow, definition, said)
    return replace(answers, data=said)


def _tell(uow: UnitOfWork, change: Change, taken: int) -> None:
    """Tell this process of a new case; every so often, count in what moved in inboxes."""
    uow.installation.tell(change)
    if taken % COUNTED_IN:
        return
    # The case is open by now: what cannot be counted in at this moment will be later.
    with suppress(*UNREACHABLE), uow.writing() as connection:
        count_in(connection)


def withdraw(uow: UnitOfWork, number: str, reason: str, *, key: str) -> Done:
    """Take a request back."""
    return uow.act(number, lambda case, now: ending.withdraw(case, reason, now=now), key=key)


def cancel(uow: UnitOfWork, number: str, reason: str, *, key: str) -> Done:
    """End a case that should not go on."""
    return uow.act(number, lambda case, now: ending.cancel(case, reason, now=now), key=key)


def terminate(uow: UnitOfWork, number: str, reason: str, *, key: str) -> Done:
    """End what is in force before its term."""
    return uow.act(number, lambda case, now: ending.terminate(case, reason, now=now), key=key)


def reopen(uow: UnitOfWork, number: str, reason: str, *, key: str) -> Done:
    """Open an ended case again."""
    return uow.act(number, lambda case, now: ending.reopen(case, reason, now=now), key=key)


def send_back(uow: UnitOfWork, number: str, target: str, reason: str, *, key: str) -> Done:
    """Send a case back to an earlier state."""
    return uow.act(
        number, lambda case, now: routing.send_back(case, target, reason, now=now), key=key
    )


def suspend(
    uow: UnitOfWork,
    number: str,
    reason: str,
    *,
    review_on: date,
    key: str,
    **about: Any,  # noqa: ANN401 - since, ground, source, ended_by: as the act takes them
) -> Done:
    """Let a case rest until a review date, from today or from a day that has passed."""
    return uow.act(
        number,
        lambda case, now: standing_still.suspend(
            case, reason, review_on=review_on, now=now, **about
        ),
        key=key,
    )


def resume(
    uow: UnitOfWork, number: str, *, key: str, reason: str = "", on: date | None = None
) -> Done:
    """End the rest of a suspended case, today or on a day that has passed."""
    return uow.act(
        number,
        lambda case, now: standing_still.resume_case(case, now=now, reason=reason, on=on),
        key=key,
    )


def move_start(
    uow: UnitOfWork, number: str, clock: str, start: date, reason: str, *, key: str
) -> Done:
    """Count a deadline from the day on which it really began."""
    return uow.act(
        number,
        lambda case, now: starts.move_start(case, clock, start, reason, now=now),
        key=key,
    )


def extend(uow: UnitOfWork, number: str, clock: str, term: str, reason: str, *, key: str) -> Done:
    """Give a deadline more time; `clock` is its key, as `task:7`. Raise `MalformedTerm` too."""
    longer = parse_term(term)
    return uow.act(
        number,
        lambda case, now: standing_still.extend_deadline(case, clock, longer, reason, now=now),
        key=key,
    )


def comment(
    uow: UnitOfWork,
    number: str,
    text: str,
    *,
    readers: Readers,
    key: str,
    mentioned: Collection[int] = (),
    answered: Collection[str] = (),
) -> Done:
    """Leave a comment on a case, and call to it whom the person chose or named in the text.

    Raise what `mentions.called` raises, or `MentionNotRead`.
    """
    who = called(uow, number, text, chosen=mentioned, answered=answered)
    return uow.act(
        number,
        lambda case, now: record.comment(case, text, readers=readers, mentioned=who, now=now),
        key=key,
    )


def attach(
    uow: UnitOfWork, number: str, field: str, document: Mapping[str, Any], *, key: str
) -> Done:
    """Attach a document that is already in the store to a field of the case."""
    return uow.act(
        number,
        lambda case, now: documents.attach_document(case, field, document, now=now),
        key=key,
    )


def correct(
    uow: UnitOfWork, number: str, values: Mapping[str, Any], reason: str, *, key: str
) -> Done:
    """Correct data of a case, with the reason."""

    def decide(case: CaseSnapshot, now: Circumstances) -> Change:
        demand_named_cases(uow, case.definition.data, values)
        demand_still_free(uow, case, values)
        said = with_named_rows(uow, case.definition.data, values, case.data)
        return record.correct_data(case, said, reason, now=now)

    return uow.act(number, decide, key=key)


def relate(uow: UnitOfWork, number: str, other: str, relation: Relation, *, key: str) -> Done:
    """Note that another case, which the person may read, belongs to this one."""
    uow.load(other)
    return uow.act(number, lambda case, now: record.relate(case, other, relation, now=now), key=key)


def change_access(
    uow: UnitOfWork, number: str, access: Access, ground: str | None, reason: str, *, key: str
) -> Done:
    """Open or restrict a case; raise `AnswersRefused` for a ground that no law gives."""
    if ground is not None and ground not in common().grounds:
        raise AnswersRefused(problems={"ground": "not_a_choice"})
    return uow.act(
        number,
        lambda case, now: record.change_access(case, access, ground, reason, now=now),
        key=key,
    )


def announce(uow: UnitOfWork, number: str, *, key: str) -> Done:
    """Let it be known that an unannounced case exists."""
    return uow.act(number, lambda case, now: record.announce(case, now=now), key=key)


def undo(uow: UnitOfWork, number: str, *, key: str) -> Done:
    """Take back one's own last act on a case; raise `NotReversible`."""
    loaded = uow.load(number)
    with uow.reading() as connection:
        last = last_event(connection, loaded.case_id)
    if last is None:
        raise NotReversible(why="kind", number=number)
    return uow.act(number, lambda case, now: decide_undo(case, last, now=now), key=key)


def ask_opinion(
    uow: UnitOfWork,
    number: str,
    type_key: str,
    *,
    answers: Answers,
    key: str,
    knowingly: bool = False,
) -> Opened:
    """Ask another agency for an opinion on a case, as a child case of its own.

    Raise `BeyondOwnDeadline` if the answer would come too late for whoever asks, unless they ask
    `knowingly`.
    """
    case = uow.load(number).snapshot
    opener = uow.powers.agency
    if not knowingly:
        asked = decide_opening(
            uow.installation.newest(type_key),
            number,
            opener=opener,
            answers=answers,
            now=uow.circumstances(),
        )
        demand_opinion_inside(case, opener, asked=asked.after)
    opened = open_case(uow, type_key, opener=opener, answers=answers, key=f"{key}:child")
    relate(uow, number, opened.number, Relation.CHILD, key=f"{key}:parent")
    relate(uow, opened.number, number, Relation.PARENT, key=f"{key}:back")
    return opened
