"""Cases that were under way before the system: placed in their state, as old as they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.core.desk import DATA, HISTORY, LOAN, Desk, definition
from tests.world import world
from workflow.core.acts.answers import Answers
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.importing import Holder, UnderWay, import_case, undo_import
from workflow.core.acts.tasks import claim
from workflow.core.acts.time import wake
from workflow.core.errors import (
    ActNotAllowed,
    AgencyUnknown,
    AnswersRefused,
    ImportActedOn,
    ImportRefused,
)
from workflow.core.events import CLOCK, By, Kind
from workflow.core.history import broken_seal, rebuild
from workflow.core.passed import passed_before
from workflow.core.playing import powers_of
from workflow.core.snapshot import ClockStatus
from workflow.core.spelling import spell_clock
from workflow.storage.memory import read_memory, spell_memory

DESK = Desk()
BY = By(7, "SCC")
OPINIONS = UnderWay(
    opener="SEDE",
    state="opinions",
    opened_on=date(2025, 12, 1),
    entered_on=date(2026, 2, 24),
    answers=Answers(data=DATA, roles={"asked": ("SEF",)}),
)


def brought(wish=OPINIONS, *, text=LOAN, at=DESK.at):
    now = Circumstances(powers_of("SCC"), at, world(), b"seed")
    change = import_case(definition(text), "2026-000009-20", wish, batch=3, by=BY, now=now)
    case = change.after
    again = rebuild(case.number, case.definition, change.events)
    assert broken_seal(case.number, change.events) is None
    origin = ("opened_at", "opened_by", "entered_at", "entered", "imported")
    assert [p for p in (*HISTORY, *origin) if getattr(again, p) != getattr(case, p)] == []
    assert read_memory(spell_memory(case))["imported"] == case.imported
    return change


def refused(wish, **more):
    with pytest.raises(ImportRefused) as found:
        brought(wish, **more)
    return found.value.particulars


def test_a_case_stands_in_its_state_as_old_as_it_is():
    change = brought()
    case = change.after
    assert (case.state, case.visit, case.opener, case.opened_by) == ("opinions", 1, "SEDE", None)
    assert world().day(case.opened_at) == date(2025, 12, 1)
    assert world().day(case.entered_at) == date(2026, 2, 24)
    assert case.entered == {"drafting", "opinions"}
    kinds = [event.kind for event in change.events]
    assert kinds[:2] == [Kind.CASE_OPENED, Kind.CASE_IMPORTED]
    assert {event.at for event in change.events} == {DESK.at}  # written down today


def test_deadlines_count_from_the_days_on_which_they_began():
    """Sixty days from 1 December, and ten working days from 24 February."""
    case = brought().after
    assert [(c.key, c.due_on) for c in case.clocks] == [("case:whole", date(2026, 1, 30))]
    assert {t.clock.due_on for t in case.tasks} == {date(2026, 3, 10)}
    opened = Desk(asked=("SEF",), day=date(2026, 2, 24)).drafted()
    assert {spell_clock(t.clock)["due_on"] for t in opened.case.tasks} == {"2026-03-10"}


def test_a_clock_that_stops_on_the_way_has_stopped_and_one_that_rests_in_the_state_rests():
    packing = replace(OPINIONS, state="packing")
    [clock] = brought(packing).after.clocks
    assert (clock.status, clock.still_since) == (ClockStatus.PAUSED, date(2026, 2, 24))
    stopping = LOAN.replace("pauses_in: [packing]", "stops_on_entering: [opinions]")
    [clock] = brought(packing, text=stopping).after.clocks
    assert clock.status is ClockStatus.STOPPED


def test_nobody_is_told_of_what_is_past_nor_given_work_by_a_rule():
    change = brought()
    assert change.jobs == ()
    assert change.after.noticed_until == DESK.at
    assert {task.reached_at for task in change.after.tasks} == {DESK.at}


def test_the_tasks_of_the_state_are_the_holders():
    legal = brought(replace(OPINIONS, holder=Holder(("AGE",), officer=42))).after
    assert [(t.key, t.assignee) for t in legal.tasks] == [("opinion", None), ("legal_opinion", 42)]
    bare = replace(OPINIONS, answers=Answers(data=DATA), holder=Holder(("SEPLAG",)))
    assert ("opinion", "SEPLAG") in [(t.key, t.agency) for t in brought(bare).after.tasks]
    inside = next(unit.code for unit in world().network.units("AGE"))
    unit = brought(replace(OPINIONS, holder=Holder((inside,)))).after
    assert unit.participants["legal"] == (inside,)


def test_a_line_that_does_not_fit_is_refused_with_why():
    said = refused(replace(OPINIONS, holder=Holder(("SES",))))
    assert (said["why"], said["agencies"]) == ("holder", ("SEF", "AGE"))
    assert refused(replace(OPINIONS, state="done"))["why"] == "final"
    assert refused(replace(OPINIONS, opened_on=date(2026, 3, 1)))["why"] == "order"
    assert refused(replace(OPINIONS, entered_on=date(2026, 3, 3)))["why"] == "future"
    for wish, refusal in (
        (replace(OPINIONS, opener="NADA"), AgencyUnknown),
        (replace(OPINIONS, answers=Answers(data=DATA, roles={"asked": ("NADA",)})), AgencyUnknown),
        (replace(OPINIONS, answers=Answers(data={"subject": "Sem mais"})), AnswersRefused),
    ):
        with pytest.raises(refusal):
            brought(wish)
    with pytest.raises(ActNotAllowed):
        brought(text=LOAN.replace("access: network\n", "access: network\nopened_by: [SEF]\n", 1))


def test_a_state_that_the_case_would_leave_at_once_is_no_place_for_it():
    unneeded = LOAN.replace(
        "role: proponent\n        outcomes: [packed]",
        "role: proponent\n        needed_if: {days: {over: 60}}\n        outcomes: [packed]",
    ).replace("when: any packed", "when: all packed")
    said = refused(replace(OPINIONS, state="packing"), text=unneeded)
    assert (said["why"], said["state"]) == ("moves_on", "deciding")


def test_what_no_way_goes_around_has_been_passed():
    assert passed_before(definition(), "drafting") == frozenset()
    assert passed_before(definition(), "deciding") == {"drafting", "opinions", "packing"}
    assert passed_before(definition(), "withdrawn") == {"drafting"}


def test_silence_answers_by_the_ordinary_rules():
    late = brought(replace(OPINIONS, entered_on=date(2026, 2, 2))).after
    now = Circumstances(powers_of("SCC"), DESK.at, world(), b"later")
    change = wake(late, now=now)
    assert [e.kind for e in change.events] == [Kind.TASK_LAPSED]


def test_an_import_is_undone_until_somebody_acts():
    case = brought().after
    now = Circumstances(powers_of("SCC"), DESK.at, world(), b"undo")
    undone = undo_import(case, (), by=BY, now=now)
    kinds = [event.kind for event in undone.events]
    assert (kinds[0], kinds[-1]) == (Kind.IMPORT_UNDONE, Kind.CASE_CLOSED)
    assert (undone.after.result, undone.after.tasks) == ("cancelled", ())
    taken = claim(case, 1, now=replace(now, powers=powers_of("SEF")))
    with pytest.raises(ImportActedOn) as acted:
        undo_import(taken.after, taken.events, by=BY, now=now)
    assert acted.value.particulars["numbers"] == (case.number,)
    by_time = [replace(event, by=CLOCK) for event in taken.events]
    assert undo_import(taken.after, by_time, by=BY, now=now).after.result == "cancelled"
