"""Places that the clock gives: in order and once; and who leads others moves them on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, update

from tests.hosting import EXCURSION, RIDER
from tests.installation import acting_for, deploy, employ
from tests.services.errands import DATA
from tests.services.school import Crowd
from workflow.core.acts.answers import Answers
from workflow.core.errors import AnswersRefused
from workflow.services import cases, clock, tasks
from workflow.services.places_view import places_of
from workflow.services.verification import verify_all
from workflow.storage.case import Case
from workflow.storage.projections import Place, PlacePerson


class Station(Crowd):
    """An office with excursions, and people of three agencies who want to ride."""

    def __init__(self, installation, now):
        super().__init__(installation, now)
        deploy(self.uow(), [EXCURSION, RIDER])
        self.riders = {"SEDE": self.opener, "SEF": self.doer}
        self.riders["SECULT"] = employ(self.uow(), "sonia@example.org", SECULT="officer")

    def excursion(self, seats, **data):
        given = {**DATA, "seats": seats, **data}
        uow = acting_for(self.uow(), self.coordinator, "SCC")
        answers = Answers(data=given)
        return cases.open_case(
            uow, "excursion", opener="SCC", answers=answers, key=self.key()
        ).number

    def ride(self, excursion, agency="SEDE"):
        self.now += timedelta(minutes=1)
        uow = acting_for(self.uow(), self.riders[agency], agency)
        answers = Answers(data={**DATA, "excursion": excursion})
        return cases.open_case(uow, "rider", opener=agency, answers=answers, key=self.key()).number

    def guide(self, excursion, outcome, **data):
        uow = acting_for(self.uow(), self.coordinator, "SCC")
        (task,) = self.case(excursion).tasks
        answers = Answers(data=data)
        tasks.complete_task(uow, excursion, task.no, outcome, answers=answers, key=self.key())

    def give_up(self, rider, agency="SEDE"):
        uow = acting_for(self.uow(), self.riders[agency], agency)
        cases.withdraw(uow, rider, "Mudei de ideia.", key=self.key())


@pytest.fixture
def station(installation, uow):
    return Station(installation, uow.now)


def test_places_go_below_the_quota_first_then_in_order_and_a_place_left_goes_to_the_next(station):
    excursion = station.excursion(3, share=1, hours="20", fewest=2)
    riders = [station.ride(excursion) for _ in range(3)]
    riders += [station.ride(excursion, "SEF"), station.ride(excursion, "SECULT")]
    station.turn()
    assert station.states(riders) == ["queueing"] * 5  # nothing is given before the doors open
    station.guide(excursion, "board")
    station.turn()
    assert station.states(riders) == ["riding", "queueing", "queueing", "riding", "riding"]
    assert station.case(riders[0]).data["hours"] == "20"
    station.give_up(riders[4], "SECULT")
    station.turn()
    assert station.states(riders)[1:3] == ["riding", "queueing"]
    case = station.case(excursion)
    assert (case.data["riders"], case.data["queue"], case.data["enough"]) == (3, 1, True)
    station.guide(excursion, "more", seats=4)
    station.turn()
    assert station.states(riders)[2] == "riding"
    station.give_up(riders[0])
    station.guide(excursion, "go")
    station.turn()
    assert station.states(riders[:4]) == ["changed_mind", "after", "after", "after"]
    assert station.waiting() == []
    assert verify_all(station.uow()).is_sound


def test_a_place_and_a_person_put_in_past_the_program_are_named(station):
    excursion = station.excursion(3)
    number = station.ride(excursion)
    with station.uow().writing() as connection:
        (rider,) = connection.execute(
            update(Place).values(status="placed").returning(Place.case_id)
        )
        said = {"host": excursion, "field": "hours", "person": "0" * 64}
        connection.execute(insert(PlacePerson).values(case_id=rider.case_id, **said))
    (found,) = verify_all(station.uow()).unsound
    assert found.number == number
    assert set(found.differs) == {f"place.{excursion}.status", f"place_person.{excursion}.hours"}


def test_numbers_by_agency_tell_nobody_of_a_sealed_case_but_who_organises_or_coordinates(station):
    excursion = station.excursion(2)
    riders = [station.ride(excursion), station.ride(excursion, "SEF")]
    with station.uow().writing() as connection:
        sealed = update(Case).where(Case.number.in_(riders)).values(access="restricted")
        connection.execute(sealed)

    def told(uow):
        view = places_of(uow, excursion)
        return view.whole, [(one.code, one.waiting) for one in view.agencies], view.unseen

    everybody = [("SEDE", 1), ("SEF", 1)]
    organiser = acting_for(station.uow(), station.coordinator, "SCC")
    assert told(organiser)[:2] == (True, everybody)
    rider = acting_for(station.uow(), station.riders["SEDE"], "SEDE")
    assert told(rider) == (False, [("SEDE", 1)], 1)
    stranger = acting_for(station.uow(), station.riders["SECULT"], "SECULT")
    assert told(stranger) == (False, [], 2)
    chief = replace(stranger.powers, coordinates=frozenset({"GOV"}))
    assert told(stranger.as_powers(chief)) == (True, everybody, 2)


def test_when_a_case_is_called_off_all_who_await_it_hear_of_it_and_nobody_else_can_say_so(station):
    excursion = station.excursion(1)
    station.guide(excursion, "board")
    riders = [station.ride(excursion) for _ in range(2)]
    station.turn()
    assert station.states(riders) == ["riding", "queueing"]
    uow = acting_for(station.uow(), station.coordinator, "SCC")
    cases.cancel(uow, excursion, "Chove.", key=station.key())
    station.turn()
    assert station.states(riders) == ["nothing", "nothing"]
    with pytest.raises(AnswersRefused) as refused:
        station.ride(excursion)
    assert refused.value.particulars["problems"] == {"excursion": "not_standing"}
    for wrong, why in ((riders[0], "other_type"), ("2026-000099-01", "unknown_case")):
        with pytest.raises(AnswersRefused) as refused:
            station.ride(wrong)
        assert refused.value.particulars["problems"] == {"excursion": why}
    uow = acting_for(station.uow(), station.coordinator, "SCC")
    for values in ({"excursion": riders[1]}, {"excursion": excursion}):
        with pytest.raises(AnswersRefused):  # who waits in one queue stays in it
            cases.correct(uow, riders[0], values, "Engano.", key=station.key())
    assert verify_all(station.uow()).is_sound


def test_two_clocks_and_two_who_leave_at_once_never_give_one_place_twice(station):
    excursion = station.excursion(5)
    riders = [station.ride(excursion, ("SEDE", "SEF")[n % 2]) for n in range(12)]
    station.guide(excursion, "board")

    def work(name):
        return clock.work_off(station.uow, owner=name, courier=station.courier)

    def leave(n):
        station.give_up(riders[n], ("SEDE", "SEF")[n % 2])

    with ThreadPoolExecutor(4) as at_once:
        done = [at_once.submit(work, "one"), at_once.submit(work, "two")]
        done += [at_once.submit(leave, 0), at_once.submit(leave, 7)]
        for one in done:
            one.result()
    for _ in range(3):
        station.hurry()
        station.turn()
    left = {0, 7}
    ridden = {n for n, state in enumerate(station.states(riders)) if state == "riding"}
    assert len(ridden) == 5
    assert not ridden & left
    assert max(ridden) <= 7
    case = station.case(excursion)
    assert (case.data["riders"], case.data["queue"]) == (5, 5)
    assert station.waiting() == []
    assert verify_all(station.uow()).is_sound


def test_a_place_given_before_a_clock_died_is_told_by_the_next_and_no_more(station):
    excursion = station.excursion(1)
    riders = [station.ride(excursion) for _ in range(2)]
    station.guide(excursion, "board")
    uow = station.uow().as_powers(clock.CLOCK_POWERS)
    definition = uow.load(excursion).snapshot.definition
    clock.places._give(uow, excursion, definition)
    clock.places._give(uow, excursion, definition)
    station.turn()
    assert station.states(riders) == ["riding", "queueing"]
