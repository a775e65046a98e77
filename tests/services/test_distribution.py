"""Tasks that the clock gives out by the rule of their agency: once, and to whom it says."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.installation import acting_for, deploy, employ
from tests.services.conftest import NOON
from tests.services.errands import ERRAND, Office
from tests.storage.counting import counted
from workflow.core.acts.answers import Answers
from workflow.core.change import JobKind
from workflow.core.distribution import Distribution
from workflow.core.network import UnknownAgency
from workflow.core.offices import NotInCharge
from workflow.core.offices import Office as Reach
from workflow.services import absence, distribution, tasks
from workflow.services.absence import Wish
from workflow.services.distribution import BITE
from workflow.services.liveness import all_stuck
from workflow.services.network import replace_network
from workflow.services.verification import verify_all
from workflow.storage.dialect import is_sqlite
from workflow.storage.jobs import claim, fail
from workflow.storage.queries.events import case_id_of, events_of
from workflow.storage.work import JobRow

BY_HAND, SAME, SHORTEST = Distribution

TWICE = (
    ERRAND.replace("key: errand", "key: twice")
    .replace(
        "rule: house}\n",
        "rule: house}\n"
        "      - {key: check, title: Conferir, role: doer, outcomes: [seen], not_by: [run]}\n",
    )
    .replace("when: any completed", "when: all completed or seen")
)
"""An errand that a second person checks."""


@pytest.fixture
def office(installation):
    made = Office(installation, NOON)
    made.colleague = employ(made.uow(), "caio@example.org", SEF="officer")
    employ(made.uow(), "fabio@example.org", SEF="focal_point")
    employ(made.uow(), "ada@example.org", SEF="auditor")
    return made


def as_head(office):
    return acting_for(office.uow(), office.head, "SEF", head=True)


def reach(uow):
    return Reach(uow.powers, uow.world().network)


def declare(office, rule, agency="SEF"):
    uow = as_head(office)
    return distribution.declare(uow, agency, rule, office=reach(uow))


def ask_for_free(office, key="k"):
    uow = as_head(office)
    return distribution.ask_for_free(uow, "SEF", office=reach(uow), key=key)


def holder(office, number, no=1):
    return office.case(number).task(no).assignee


def history(office, number):
    with office.uow().reading() as connection:
        return events_of(connection, case_id_of(connection, number))


def jobs(office, kind=JobKind.DISTRIBUTE):
    with office.uow().reading() as connection:
        rows = connection.execute(select(JobRow).where(JobRow.kind == kind))
        return list(rows.mappings())


def test_where_nothing_is_declared_no_task_is_given_out(office):
    number = office.open()
    assert jobs(office) == []
    office.work()
    assert holder(office, number) is None
    assert ask_for_free(office) is False


def test_the_shortest_queue_gets_the_task_and_its_officer_is_told_as_by_a_head(office):
    office.claim(office.open())
    declare(office, SHORTEST)
    number = office.open()
    (job,) = jobs(office)
    assert (job["payload"], job["done_at"]) == ({"number": number, "no": 1}, None)
    assert holder(office, number) is None
    office.work()

    assert holder(office, number) == office.colleague
    last = history(office, number)[-1]
    assert (last.kind, last.by.officer, last.body["rule"]) == (
        "task_assigned",
        None,
        "shortest_queue",
    )
    assert ("task_assigned", office.colleague) in office.told(case_id=job["case_id"])
    assert not [t for t in office.told(case_id=job["case_id"]) if t[0] == "task_opened"]
    assert verify_all(office.uow()).is_sound


def test_a_job_that_is_tried_twice_gives_out_once(office):
    declare(office, SHORTEST)
    number = office.open()
    with office.uow().writing() as connection:
        job = next(j for j in claim(connection, "dying") if j.kind == JobKind.DISTRIBUTE)
    distribution.give_out(office.uow(), job)
    first = holder(office, number)
    tasks.release(acting_for(office.uow(), first, "SEF"), number, 1, key="back")
    with office.uow().writing() as connection:
        fail(connection, job, error="the clock died")
    office.hurry()
    office.work()
    assert holder(office, number) is None
    assert [event.kind for event in history(office, number)].count("task_assigned") == 1


def test_what_somebody_took_meanwhile_is_left_alone_and_what_is_given_back_stays(office):
    declare(office, SHORTEST)
    number = office.open()
    office.claim(number)
    office.work()
    assert holder(office, number) == office.doer
    tasks.release(office.as_doer(), number, 1, key="back")
    office.work()
    assert holder(office, number) is None


def test_neither_who_is_away_nor_focal_points_nor_the_head_get_tasks(office):
    declare(office, SHORTEST)
    away = Wish(office.colleague, office.head, NOON.date(), NOON.date() + timedelta(days=3))
    absence.arrange(office.uow(), away, office=None, key="away")
    numbers = [office.open() for _ in range(3)]
    office.work()
    assert {holder(office, number) for number in numbers} == {office.doer}

    also = Wish(office.doer, office.head, NOON.date(), NOON.date())
    absence.arrange(office.uow(), also, office=None, key="also")
    number = office.open()
    office.work()
    assert holder(office, number) is None
    assert set(office.waiting()) <= {"send_mail"}
    assert list(all_stuck(office.uow())) == []


def test_two_tasks_that_are_kept_apart_go_to_two_people(office):
    deploy(office.uow(), [TWICE])
    declare(office, SHORTEST)
    number = office.open("twice")
    office.work()
    assert {holder(office, number, no) for no in (1, 2)} == {office.doer, office.colleague}


def test_whoever_did_it_before_gets_it_and_else_the_shortest_queue(office):
    declare(office, SAME)
    again = ERRAND.replace("key: errand", "key: again").replace(
        "target: denied, when: any refused", "target: doing, when: any refused"
    )
    deploy(
        office.uow(), [again.replace("  - {key: denied, title: Recusado, final: refused}\n", "")]
    )
    first, other = office.open("again"), office.open("again")
    office.work()
    assert {holder(office, first), holder(office, other)} == {office.doer, office.colleague}
    mine = first if holder(office, first) == office.doer else other
    for _ in range(3):
        office.claim(office.open())
    office.complete(mine, outcome="refused")
    office.work()
    assert holder(office, mine, 2) == office.doer
    rules = [e.body["rule"] for e in history(office, mine) if e.kind == "task_assigned"]
    assert rules == ["shortest_queue", "same_officer"]


def test_twelve_tasks_over_four_officers_are_three_each_and_who_is_done_gets_more(office):
    for name in ("nara", "otto"):
        employ(office.uow(), f"{name}@example.org", SEF="officer")
    declare(office, SHORTEST)
    numbers = [office.open() for _ in range(12)]
    office.work()
    counts = Counter(holder(office, number) for number in numbers)
    assert set(counts.values()) == {3}
    done = [number for number in numbers if holder(office, number) == office.doer]
    for number in done:
        office.complete(number)
    again = [office.open() for _ in done]
    office.work()
    assert {holder(office, number) for number in again} == {office.doer}


def test_two_clocks_at_once_give_out_as_evenly_as_one(office):
    declare(office, SHORTEST)
    numbers = [office.open() for _ in range(10)]
    with ThreadPoolExecutor(2) as clocks:
        list(clocks.map(office.work, ("one", "two")))
    counts = Counter(holder(office, number) for number in numbers)
    assert sum(counts.values()) == 10
    assert None not in counts
    uneven = abs(counts[office.doer] - counts[office.colleague])
    assert uneven == 0 or office.installation.engine.dialect.name == "sqlite"


def test_where_all_queues_are_empty_turns_are_taken(office):
    declare(office, SHORTEST)
    got = []
    for n in range(4):
        office.now = NOON + timedelta(minutes=n)
        number = office.open()
        office.work()
        got.append(holder(office, number))
        uow = acting_for(office.uow(), got[-1], "SEF")
        tasks.complete_task(uow, number, 1, "completed", answers=Answers(), key=office.key())
    assert got == [office.doer, office.colleague] * 2


def test_a_head_has_what_nobody_has_given_out_at_once(office):
    numbers = [office.open() for _ in range(BITE + 3)]
    office.claim(numbers[0])
    declare(office, SHORTEST)
    office.work()
    assert holder(office, numbers[1]) is None

    assert ask_for_free(office)
    assert ask_for_free(office)
    assert len(jobs(office, JobKind.DISTRIBUTE_FREE)) == 1
    office.work()
    counts = Counter(holder(office, number) for number in numbers)
    assert set(counts) == {office.doer, office.colleague}
    assert abs(counts[office.doer] - counts[office.colleague]) <= 1
    assert set(office.waiting()) <= {"send_mail"}


def test_only_who_administers_an_agency_declares_its_rule_and_an_import_leaves_it(office):
    assert declare(office, SAME) is True
    assert declare(office, SAME) is False
    with pytest.raises(NotInCharge):
        declare(office, SAME, agency="SEDE")
    with pytest.raises(UnknownAgency):
        declare(office, SAME, agency="NOWHERE")
    doer = office.as_doer()
    with pytest.raises(NotInCharge):
        distribution.declare(doer, "SEF", BY_HAND, office=reach(doer))

    network = office.uow().world().network
    undeclared = [replace(agency, distribution=BY_HAND) for agency in network]
    assert not replace_network(office.uow(), undeclared).touches
    assert office.uow().world().network.agency("SEF").distribution == SAME


def test_giving_out_costs_the_same_however_much_there_is_to_do(office):
    declare(office, SHORTEST)

    def cost():
        office.open()
        office.uow().world()
        with office.uow().writing() as connection:
            job = next(j for j in claim(connection, "one") if j.kind == JobKind.DISTRIBUTE)
        with counted(office.installation.engine) as sent:
            distribution.give_out(office.uow(), job)
        office.hurry()
        office.work()
        return sent

    few = cost()
    for _ in range(8):
        office.open()
    office.work()
    assert len(cost()) == len(few)


def test_the_act_that_opens_a_task_gives_it_out_in_the_statement_that_writes_it(office):
    def cost():
        office.uow().world()
        with counted(office.installation.engine) as sent:
            office.open()
        return len([one for one in sent if "INSERT" in one or "UPDATE" in one])

    office.open()
    without = cost()
    declare(office, SHORTEST)
    office.open()
    # On SQLite each table has a statement of its own.
    assert cost() - without == is_sqlite(office.installation.engine)
    assert len(jobs(office)) == 2
