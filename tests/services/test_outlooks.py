"""What the radar says will happen, in a case and in those that do its tasks, and what then does."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from tests.installation import acting_for, deploy
from tests.services.errands import PARENT, Office
from workflow.core.family import MOST_CASES
from workflow.core.radar import Foretold, foresee
from workflow.services import falling_due
from workflow.services.falling_due import View
from workflow.services.outlooks import outlook, outlooks

START = datetime(2026, 3, 2, 15, tzinfo=UTC)
SILENT = PARENT.replace("key: household", "key: silent").replace("type: errand", "type: silence")
LATER = (
    SILENT.replace("key: silent", "key: later")
    .replace(
        "states:\n",
        """states:
  - key: waiting
    title: Espera
    tasks:
      - key: wait
        title: Esperar
        role: doer
        outcomes: [done_waiting]
        deadline: {term: 5 working days, rule: house}
        lapse: {outcome: silent, title: Sem resposta}
""",
        1,
    )
    .replace(
        "transitions:\n",
        "transitions:\n  - {source: waiting, target: doing, when: any done_waiting or silent}\n",
    )
)
ENDLESS = LATER.replace("key: later", "key: endless").replace("type: silence", "type: endless")


@pytest.fixture
def desk(installation):
    made = Office(installation, START)
    deploy(made.uow(), [SILENT, LATER, ENDLESS])
    return made


def foreseen(desk, number):
    uow = acting_for(desk.uow(), desk.doer, "SEF")
    return outlook(uow, desk.case(number), uow.world()).foreseen


def test_what_the_radar_says_is_what_the_clock_does(desk):
    number = desk.open("silence")
    uow = acting_for(desk.uow(), desk.doer, "SEF")
    reader = falling_due.reader(uow, agency="SEF", agencies=("SEF",))
    [found], following = outlooks(uow, reader.whose(View.AGENCY))
    assert following is None
    assert found.case.number == number
    for one in found.foreseen:
        desk.turn(one.at)
    case = desk.case(number)

    last = found.foreseen[-1]
    assert (last.what, last.result, last.at) == (Foretold.CLOSES, case.result, case.closed_at)
    warned = Counter(str(one.warning) for one in found.foreseen if one.warning)
    told = Counter(kind for kind, officer in desk.told() if officer == desk.doer and kind in warned)
    assert told <= warned
    assert foresee(case, desk.uow().world(), now=desk.now) == []


@pytest.mark.parametrize("type_key", ["silent", "later"])
def test_a_case_that_does_a_task_is_played_to_its_end_and_ends_that_task(desk, type_key):
    number = desk.open(type_key)
    desk.turn()
    told = foreseen(desk, number)
    inside = [one for one in told if one.child]

    assert {one.child.definition.key for one in inside} == {"silence"}
    assert Foretold.LAPSE in {one.what for one in inside}
    assert {one.agency for one in inside if one.what is Foretold.FALLS_DUE} == {"SEF"}
    assert [one.at for one in told] == sorted(one.at for one in told)
    for at in dict.fromkeys(one.at for one in told):
        desk.turn(at)
        desk.turn(at)
    case = desk.case(number)
    last = told[-1]
    assert (last.what, last.child) == (Foretold.CLOSES, None)
    assert (last.result, last.at) == (case.result, case.closed_at)


def test_cases_that_open_one_another_without_end_are_played_only_so_far(desk):
    told = foreseen(desk, desk.open("endless"))

    assert len({one.child.number for one in told if one.child}) == MOST_CASES - 1
    assert [one.what for one in told].count(Foretold.OPENS_CHILD) == MOST_CASES
