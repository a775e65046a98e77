"""Rests, starts and questions through the services: told before they are done, on each database.

The errand of every test is opened on Monday 2 March 2026 and is due on Monday 16 March.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.installation import acting_for, deploy
from tests.services.conftest import NOON
from tests.services.errands import Office
from tests.world import DEFINITIONS
from workflow.core.acts.answers import Answers
from workflow.core.deadlines.rules import Ground
from workflow.core.errors import ActNotAllowed, BeyondOwnDeadline
from workflow.core.snapshot import ClockStatus
from workflow.services import cases, tasks
from workflow.services.resting import (
    foresee_extension,
    foresee_resumption,
    foresee_start,
    foresee_suspension,
)
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import AllVerified, verify_all

REVIEW = date(2026, 3, 20)
QUESTION = Answers(
    data={"subject": "Seguro", "description": "Que seguro cobre?", "question": "Que seguro cobre?"},
    roles={"adviser": ("AGE",)},
)


@pytest.fixture
def office(installation):
    return Office(installation, NOON)


def opener(office) -> UnitOfWork:
    return acting_for(office.uow(), office.opener, "SEDE")


def owner(office) -> UnitOfWork:
    return acting_for(office.uow(), office.coordinator, "SCC")


def after(office, *, days) -> None:
    office.now = NOON + timedelta(days=days)


def due(office, number):
    return office.case(number).tasks[0].clock.due_on


def test_a_rest_with_all_that_is_known_of_it_is_kept_and_told_from_its_history(office):
    number = office.open()
    after(office, days=8)
    about = {"since": date(2026, 3, 4), "ground": Ground.DECREE, "source": "Decreto 48.155/2021"}
    cases.suspend(
        opener(office),
        number,
        "Calamidade.",
        review_on=REVIEW,
        key="rest",
        ended_by=("SEDE",),
        **about,
    )
    kept = office.case(number)
    assert (kept.suspension.ground, kept.suspension.source) == (
        Ground.DECREE,
        "Decreto 48.155/2021",
    )
    held = kept.tasks[0].clock.pauses[0]
    assert (held.first, held.recorded_on, held.ended_by, held.review_on) == (
        date(2026, 3, 4),
        date(2026, 3, 10),
        ("SEDE",),
        REVIEW,
    )
    after(office, days=9)
    cases.resume(opener(office), number, key="again", on=date(2026, 3, 9))
    assert due(office, number) == date(2026, 3, 19)
    assert verify_all(office.uow()) == AllVerified(cases=1, events=office.case(number).seq)


def test_what_a_suspension_would_do_is_told_and_not_done(office):
    number = office.open()
    after(office, days=2)
    told = foresee_suspension(opener(office), number, "Obras.", review_on=date(2026, 3, 11))
    assert [(m.key, m.was, m.becomes) for m in told.moves] == [
        ("task:1", date(2026, 3, 16), date(2026, 3, 23))
    ]
    assert office.case(number).suspension is None
    cases.suspend(opener(office), number, "Obras.", review_on=date(2026, 3, 11), key="rest")
    after(office, days=9)
    again = foresee_resumption(owner(office), number)
    cases.resume(owner(office), number, key="again")
    assert again.moves[0].becomes == due(office, number) == told.moves[0].becomes


def test_the_day_on_which_silence_answered_is_kept(office):
    number = office.open("silence")
    office.turn(NOON + timedelta(days=15))
    ended = office.case(number)
    assert ended.result is not None
    assert ended.lapsed_on == {"run": date(2026, 3, 17)}


def test_an_extension_and_a_start_move_a_deadline_as_was_told(office):
    number = office.open()
    after(office, days=2)
    more = ("task:1", "5 working days", "Falta o laudo.")
    told = foresee_extension(owner(office), number, *more)
    assert told.moves[0].becomes == date(2026, 3, 23)
    cases.extend(owner(office), number, *more, key="more")
    assert due(office, number) == date(2026, 3, 23)

    earlier = ("task:1", date(2026, 2, 27), "Chegou antes.")
    told = foresee_start(owner(office), number, *earlier)
    assert told.moves[0].becomes == date(2026, 3, 20)
    cases.move_start(owner(office), number, *earlier, key="start")
    assert due(office, number) == date(2026, 3, 20)


def test_what_would_be_refused_is_refused_when_it_is_foreseen(office):
    number = office.open()
    with pytest.raises(ActNotAllowed):
        foresee_suspension(
            opener(office), number, "Obras.", review_on=REVIEW, since=date(2026, 3, 1)
        )


# --- Cascade --------------------------------------------------------------------------------------


@pytest.fixture
def asking(office):
    """An office in which opinions can be asked; one asked on the second is due on the 17th."""
    deploy(office.uow(), [DEFINITIONS / "opinion_request.yaml"])
    return office


def test_an_opinion_that_would_come_after_ones_own_deadline_is_asked_only_knowingly(asking):
    number = asking.open()
    with pytest.raises(BeyondOwnDeadline) as refused:
        cases.ask_opinion(asking.as_doer(), number, "opinion_request", answers=QUESTION, key="ask")
    told = refused.value.particulars
    assert (told["own"], told["answer"]) == (date(2026, 3, 16), date(2026, 3, 17))
    assert asking.how_many_cases() == 1
    asked = cases.ask_opinion(
        asking.as_doer(), number, "opinion_request", answers=QUESTION, key="ask", knowingly=True
    )
    assert asking.case(asked.number).opener == "SEF"


def test_an_opinion_that_comes_in_time_is_just_asked(asking):
    number = asking.open()
    cases.extend(owner(asking), number, "task:1", "5 working days", "Falta o laudo.", key="more")
    asked = cases.ask_opinion(
        asking.as_doer(), number, "opinion_request", answers=QUESTION, key="ask"
    )
    assert asked.change is not None


def test_a_deadline_that_stands_still_limits_nothing_that_is_asked(asking):
    number = asking.open()
    tasks.ask_information(asking.as_doer(), number, 1, "Que seguro?", of="SEDE", key="question")
    assert asking.case(number).tasks[0].clock.status is ClockStatus.PAUSED
    cases.ask_opinion(asking.as_doer(), number, "opinion_request", answers=QUESTION, key="ask")
    assert asking.how_many_cases() == 2
