"""What an agency was asked stands in a list of its own, at a cost that the rest does not move."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert

from tests.installation import acting_for
from tests.services.test_answer_days import DUE, answer, ask, office
from tests.storage.metering import metered
from workflow.core.snapshot import ClockStatus
from workflow.services import cases, tasks
from workflow.services.asked import asked_of, count_asked_of
from workflow.services.inbox import Reader, View, Wanted, count_all
from workflow.storage.base import in_utc
from workflow.storage.projections import CaseDeadline

pytestmark = pytest.mark.at_work

__all__ = ["office"]

MANY = 3_000
FEW_MORE = 60
"""What a deeper index may read more."""


def asked(office, agency="SEPLAG", officer=None, **page):
    uow = acting_for(office.uow(), officer or office.asked, agency)
    return asked_of(uow, agency, **page)


def counted_of(office, agency="SEPLAG"):
    """Count as the inbox does and as the list does."""
    uow = acting_for(office.uow(), office.asked, agency)
    wanted, followed = Wanted(View.ASKED), Wanted(View.FOLLOWING, type="errand", text="x")
    counts = count_all(uow, Reader(office.asked, agency), [wanted, followed])
    assert counts[followed].n == 0
    found = counts[wanted]
    assert found.exact
    assert found.n == count_asked_of(uow, agency)
    return found.n


def test_what_was_asked_is_listed_by_the_day_of_its_answer_until_it_is_answered(office):
    late, soon = office.open(), office.open()
    ask(office, late)
    ask(office, soon, day=date(2026, 3, 5))

    first, second = asked(office)
    assert (first.number, second.number) == (soon, late)
    assert (second.no, second.task) == (1, "run")
    assert second.request["question"] == "Qual o endereço?"
    assert second.request["asked_by"] == "SEF"
    assert date.fromisoformat(second.request["clock"]["due_on"]) == DUE
    assert counted_of(office) == 2
    assert asked(office, limit=1) == [first]
    assert asked(office, after=first.place) == [second]

    answer(office, soon)
    tasks.withdraw_question(office.as_doer(), late, 1, key=office.key())
    assert asked(office) == []
    assert counted_of(office) == 0


def test_a_question_to_the_requester_is_for_whoever_opened_the_case(office):
    number = office.open()
    ask(office, number, of=None)

    assert [item.number for item in asked(office, "SEDE", office.opener)] == [number]
    assert asked(office) == []


def test_a_question_of_a_case_that_rests_is_still_there(office):
    number = office.open()
    ask(office, number)
    opener = acting_for(office.uow(), office.opener, "SEDE")
    cases.suspend(opener, number, "Aguarda", review_on=date(2026, 3, 20), key=office.key())

    (item,) = asked(office)
    assert item.request["clock"]["status"] == ClockStatus.PAUSED
    assert counted_of(office) == 1


def test_who_does_not_act_for_an_agency_reads_nothing_of_what_it_was_asked(office):
    ask(office, office.open())
    stranger = acting_for(office.uow(), office.asked, "SES")

    assert asked_of(stranger, "SEPLAG") == []
    assert count_asked_of(stranger, "SEPLAG") == 0


def test_a_second_page_begins_where_the_first_ended_on_the_same_instant(office):
    numbers = [office.open() for _ in range(3)]
    for number in numbers:
        ask(office, number)
    first = asked(office, limit=2)
    rest = asked(office, after=first[-1].place)

    assert [item.number for item in (*first, *rest)] == numbers


def test_the_list_costs_the_same_however_many_deadlines_and_answers_there_are(
    office, engine, database_url
):
    ask(office, office.open())
    usual = cost(office, engine, database_url)
    with office.uow().writing() as connection:
        kept = {"case_id": 1, "agency": "SEPLAG", "due_on": DUE, "generation": 1}
        at = in_utc(office.now)
        rows = [
            {**kept, "due_at": at, "key": f"state:{n}", "status": "running"} for n in range(MANY)
        ]
        rows += [
            {**kept, "due_at": at, "key": f"question:9{n}", "status": "stopped"}
            for n in range(MANY)
        ]
        connection.execute(insert(CaseDeadline), rows)
        connection.exec_driver_sql("ANALYZE")

    assert cost(office, engine, database_url) <= usual + FEW_MORE


def cost(office, engine, url):
    with metered(engine, url) as reading:
        assert len(asked(office)) == 1
        assert counted_of(office) == 1
    return reading.amount
