"""Bringing cases that were under way before the system: placed in their state, as old as they are.

Nobody is told of what is past: neither of the import nor of any warning that was due before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from typing import Final

from workflow.core.acts.answers import Answers, Values, attach, check_answers, document_fields
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.finishing import finish
from workflow.core.acts.opening import defaults, demand_may_open, parts, record_opening
from workflow.core.change import Change
from workflow.core.definition import DataItem, Definition, FormItem, RoleItem
from workflow.core.draft import Draft
from workflow.core.errors import AgencyUnknown, ImportActedOn, ImportRefused
from workflow.core.events import By, Event, Kind
from workflow.core.fields import FieldType
from workflow.core.following import follow_data
from workflow.core.imported import Imported, spell_imported
from workflow.core.moving import cancel_task, enter, start_case_clocks, stop_clock
from workflow.core.passed import passed_before
from workflow.core.roles import ToChosen
from workflow.core.snapshot import CaseSnapshot
from workflow.core.timers import waits_for_nothing
from workflow.core.world import World

_BEGINS: Final = time(8)
"""At what hour that day a thing is taken to have begun of which only the day is known."""
MAY_LACK: Final = frozenset({FieldType.DOCUMENT, FieldType.TABLE})
"""What the opening may ask and an import need not bring: it can be added on the case later."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who has a case: an agency, or an officer who acts for some."""

    agencies: tuple[str, ...]
    officer: int | None = None


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A case as it stood before the system."""

    opener: str
    state: str
    opened_on: date
    entered_on: date
    answers: Answers
    holder: Holder | None = None
    """None leaves its tasks to whom the request type gives them."""
    completed_on: Mapping[str, date] = field(default_factory=dict)
    """By task: the day it was done, where something hangs on that."""
    documents: Mapping[str, tuple[Values, ...]] = field(default_factory=dict)
    """By field: its versions, the oldest first, as the store keeps them."""


def import_case(
    definition: Definition,
    number: str,
    wish: UnderWay,
    *,
    batch: int,
    by: By,
    now: Circumstances,
) -> Change:
    """Open a case that was under way and place it in its state, for whoever holds it.

    Its deadlines count from the days on which they really began. Raise `ImportRefused`,
    `AgencyUnknown`, `ActNotAllowed` or `AnswersRefused`.
    """
    _demand_days(wish, now)
    if definition.state(wish.state).final:
        raise ImportRefused(why="final", part="state")
    demand_may_open(definition, wish.opener, now)
    at = now.at.astimezone(UTC)
    case = CaseSnapshot(
        number=number,
        definition=definition,
        opener=wish.opener,
        opened_by=None,
        opened_at=at,
        noticed_until=at,
        data=defaults(definition),
    )
    draft = now.draft(case, by, new=True, silent=True)
    answers = _with_holder(draft, wish)
    check_answers(case, _asked(definition, answers), answers, asked=frozenset())
    record_opening(draft, answers, imported=True)
    _record_origin(draft, wish, batch)
    for key, document in ((key, one) for key, all_ in wish.documents.items() for one in all_):
        attach(draft, key, document, no=None)
    _place(draft, wish)
    _give(draft, wish.holder)
    change = finish(draft)
    _demand_stays(change.after, wish, now.world)
    return change


def _demand_days(wish: UnderWay, now: Circumstances) -> None:
    today = now.world.day(now.at)
    done = max(wish.completed_on.values(), default=today)
    days = {"opened_on": wish.opened_on, "entered_on": wish.entered_on, "completed_on": done}
    for part, day in days.items():
        if day > today:
            raise ImportRefused(why="future", part=part, latest=today)
    if wish.entered_on < wish.opened_on:
        raise ImportRefused(why="order", part="entered_on", earliest=wish.opened_on)


def _asked(definition: Definition, answers: Answers) -> list[FormItem]:
    """Return what the opening asks and may not lack, with whatever else the line gives."""
    data = definition.data
    opening: list[FormItem] = [
        item
        for item in definition.opening
        if not (isinstance(item, DataItem) and data[item.field].type in MAY_LACK)
    ]
    given: list[FormItem] = [*map(DataItem, answers.data), *map(RoleItem, answers.roles)]
    return opening + [item for item in given if item not in opening]


# --- Who has it ----------------------------------------------------------------------------------


def _with_holder(draft: Draft, wish: UnderWay) -> Answers:
    """Return the answers with the part of the state given to whoever holds the case.

    A part falls to the holder where nobody was chosen for it yet, or where the holder is a unit
    of the agency to whom it falls. Raise `AgencyUnknown` or `ImportRefused`.
    """
    answers, network = wish.answers, draft.world.network
    for code in (c for codes in answers.roles.values() for c in codes):
        if not network.is_active(code, draft.today):
            raise AgencyUnknown(agency=code)
    if wish.holder is None:
        return answers
    held = parts(draft, answers)
    tasks = draft.case.definition.state(wish.state).tasks.values()
    roles = [key for spec in tasks if (key := spec.role_key) is not None]
    ours = [c for c in wish.holder.agencies if network.is_active(c, draft.today)]
    if any(code in held.get(role, ()) for role in roles for code in ours):
        return answers
    for role in roles:
        for code in ours:
            if _may_fall(draft, role, code, held.get(role)):
                return replace(answers, roles={**answers.roles, role: (code,)})
    return answers


def _may_fall(draft: Draft, role: str, code: str, held: tuple[str, ...] | None) -> bool:
    if held is None:
        return isinstance(draft.case.definition.roles[role].bind, ToChosen)
    return len(held) == 1 and code in draft.world.network.below(held[0])


def _give(draft: Draft, holder: Holder | None) -> None:
    """Let the officer who holds the case have its tasks; raise `ImportRefused`."""
    if holder is None:
        return
    ours = [task for task in draft.case.tasks if task.agency in holder.agencies]
    if not ours:
        others = tuple(dict.fromkeys(task.agency for task in draft.case.tasks))
        why = "holder" if others else "no_task"
        raise ImportRefused(why=why, part="holder", agencies=others)
    if holder.officer is not None:
        for task in ours:
            body = {"no": task.no, "officer": holder.officer, "from": None}
            draft.emit(Kind.TASK_ASSIGNED, body)


# --- Where it stands -----------------------------------------------------------------------------


def _record_origin(draft: Draft, wish: UnderWay, batch: int) -> None:
    origin = Imported(batch, wish.opened_on, wish.entered_on)
    body = {
        "imported": spell_imported(origin),
        "since": _instant(wish.opened_on, draft).isoformat(),
        "opener": wish.opener,
        "passed": sorted(passed_before(draft.case.definition, wish.state)),
        "completed_on": {task: day.isoformat() for task, day in wish.completed_on.items()},
    }
    draft.emit(Kind.CASE_IMPORTED, body)
    follow_data(draft)


def _place(draft: Draft, wish: UnderWay) -> None:
    """Start the clocks of the case on its first day, and enter its state on the day it did."""
    passed = passed_before(draft.case.definition, wish.state)
    draft.counts_from = _instant(wish.opened_on, draft)
    start_case_clocks(draft)
    for clock in draft.case.clocks:
        spec = draft.case.definition.deadlines[clock.key.removeprefix("case:")]
        if passed.intersection(spec.stops_on_entering):
            stop_clock(draft, clock)
    draft.counts_from = _instant(wish.entered_on, draft)
    enter(draft, wish.state)


def _instant(day: date, draft: Draft) -> datetime:
    morning = datetime.combine(day, _BEGINS, draft.world.zone).astimezone(UTC)
    return min(morning, draft.at)


def _demand_stays(case: CaseSnapshot, wish: UnderWay, world: World) -> None:
    """Raise `ImportRefused` where the case would not wait in its state for anything."""
    if case.state != wish.state:
        raise ImportRefused(why="moves_on", part="state", state=case.state)
    if waits_for_nothing(case, world):
        raise ImportRefused(why="nobody", part="state")


# --- Undoing -------------------------------------------------------------------------------------


def acted_on(events: Iterable[Event]) -> bool:
    """Say whether anybody, or another case, made something of a case since it was brought."""
    return any(e.by.officer or e.by.guest or e.kind is Kind.CHILD_OPENED for e in events)


def undo_import(
    case: CaseSnapshot, since: Iterable[Event], *, by: By, now: Circumstances
) -> Change:
    """End a case that an import brought and nobody acted on; raise `ImportActedOn`.

    Nobody hears that what they never heard of was a mistake. `since` is what happened to it
    after the import.
    """
    if case.imported is None or not case.is_open or acted_on(since):
        raise ImportActedOn(numbers=(case.number,))
    draft = now.draft(case, by, silent=True)
    draft.emit(Kind.IMPORT_UNDONE, {"batch": case.imported.batch})
    for key in sorted(key for key in document_fields(case) if case.data.get(key)):
        draft.emit(Kind.DOCUMENT_WITHDRAWN, {"field": key, "document": None, "no": None})
    for task in case.tasks:
        cancel_task(draft, task, because="import_undone")
    for clock in draft.case.clocks:
        stop_clock(draft, clock)
    draft.emit(Kind.CASE_CLOSED, {"result": "cancelled"})
    return finish(draft)
