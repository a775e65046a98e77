"""Tasks through the services: each act once, on the case as it is, by who may know of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.installation import acting_as, deploy
from tests.servers.installed import ZONE
from tests.services.rounds import DATA, OPENER, ROUND, START, open_round
from tests.stories import case_now
from workflow.core.acts import tasks as acts
from workflow.core.acts.answers import Answers
from workflow.core.acts.record import Relation
from workflow.core.errors import (
    AnswersRefused,
    CaseMoved,
    NotReversible,
    TaskNotOpen,
    UnknownCase,
    UnknownTask,
)
from workflow.core.events import Kind
from workflow.core.fields import Access
from workflow.core.story import Readers
from workflow.services import cases, tasks
from workflow.services.access_codes import new_access_code
from workflow.services.installation import Installation, UnknownDefinition
from workflow.services.requester import as_holder, give_pass
from workflow.services.unit_of_work import TRIES, UnitOfWork
from workflow.services.verification import verify, verify_all
from workflow.storage.beginning import number_of_act
from workflow.storage.engine import make_engine

pytestmark = pytest.mark.at_work

FORMLESS = Answers()


@pytest.fixture
def rounds(installed):
    deploy(UnitOfWork(installed, now=START), [ROUND])
    yield installed
    assert verify_all(UnitOfWork(installed, now=START)).is_sound


@pytest.fixture
def opened(rounds):
    return open_round(rounds, "opened")


@pytest.fixture
def number(opened):
    return opened.number


def of(installation, agency, officer="first", *, minutes=0):
    now = START + timedelta(minutes=minutes)
    return acting_as(installation, agency, now=now, officer=officer)


def sent(installation, number):
    tasks.complete_task(of(installation, OPENER), number, 1, "sent", answers=FORMLESS, key="sent")


def test_an_act_sent_twice_is_done_once(rounds, number):
    uow = of(rounds, OPENER)
    first = tasks.complete_task(uow, number, 1, "sent", answers=FORMLESS, key="k")
    again = tasks.complete_task(uow, number, 1, "sent", answers=FORMLESS, key="k")
    assert (first.repeated, again.repeated) == (False, True)
    assert verify(uow, number).events == first.change.after.seq
    with pytest.raises(UnknownTask):
        tasks.complete_task(uow, number, 1, "sent", answers=FORMLESS, key="another")


def test_a_refused_act_leaves_no_trace_and_may_be_tried_again(rounds, number):
    uow = of(rounds, OPENER, "second")
    tasks.claim(of(rounds, OPENER), number, 1, key="claimed")
    with pytest.raises(TaskNotOpen):
        tasks.complete_task(uow, number, 1, "sent", answers=FORMLESS, key="k")
    with uow.reading() as connection:
        assert number_of_act(connection, "k") is None
    tasks.release(of(rounds, OPENER), number, 1, key="released")
    done = tasks.complete_task(uow, number, 1, "sent", answers=FORMLESS, key="k")
    assert done.change.after.state == "answering"


def test_an_opening_sent_twice_opens_one_case(rounds, opened):
    again = open_round(rounds, "opened")
    assert (again.number, again.access_code, again.change) == (opened.number, None, None)
    assert open_round(rounds, "another").number > opened.number


def test_an_opening_that_is_refused_opens_nothing(rounds):
    uow = of(rounds, OPENER)
    with pytest.raises(AnswersRefused):
        cases.open_case(uow, "round", opener=OPENER, answers=FORMLESS, key="k")
    with pytest.raises(UnknownDefinition):
        cases.open_case(uow, "never", opener=OPENER, answers=Answers(data=DATA), key="k")
    assert verify_all(uow).cases == 0


def test_what_may_not_be_read_does_not_exist(rounds, number):
    outside = of(rounds, "SEE")
    assert outside.load(number).snapshot.number == number
    cases.change_access(
        of(rounds, "SCC"), number, Access.RESTRICTED, "sigilo_fiscal", "Sigilo.", key="hidden"
    )
    for hidden in (number, "2026-999999-00"):
        with pytest.raises(UnknownCase):
            outside.load(hidden)
        with pytest.raises(UnknownCase):
            tasks.claim(outside, hidden, 1, key="k")
    assert of(rounds, OPENER).load(number).snapshot.access is Access.RESTRICTED


def test_a_whole_round_is_worked(rounds, number):
    sent(rounds, number)
    tasks.complete_task(of(rounds, "AGE"), number, 2, "favourable", answers=FORMLESS, key="age")
    tasks.reassign(of(rounds, "SEF"), number, 3, "SEE", "É da educação.", key="moved")
    tasks.complete_task(of(rounds, "SEE"), number, 3, "favourable", answers=FORMLESS, key="see")
    tasks.remove_agency(of(rounds, "SCC"), number, 4, "Basta.", key="fewer")
    tasks.add_agency(of(rounds, "SCC"), number, "answer", "SES", key="more")
    tasks.assign(of(rounds, "SCC"), number, 5, of(rounds, "SCC", "second").powers.officer, key="a")
    tasks.complete_task(
        of(rounds, "SCC", "second"), number, 5, "completed", answers=FORMLESS, key="studied"
    )
    tasks.receive(of(rounds, "SES"), number, 6, key="seen")
    tasks.complete_task(of(rounds, "SES"), number, 6, "favourable", answers=FORMLESS, key="ses")
    tasks.complete_task(
        of(rounds, "SCC", "second"), number, 7, "accept", answers=FORMLESS, key="proposed"
    )
    assert case_now(rounds, number).state == "deciding"
    tasks.return_proposal(of(rounds, "SCC"), number, 7, "Falta um ponto.", key="returned")
    tasks.complete_task(
        of(rounds, "SCC", "second"), number, 7, "accept", answers=FORMLESS, key="proposed again"
    )
    tasks.release_proposal(of(rounds, "SCC"), number, 7, key="released")
    assert case_now(rounds, number).result == "completed"


def test_a_question_is_answered_by_whoever_holds_the_access_code(rounds):
    opened = open_round(rounds, "coded", access_code=new_access_code())
    uow = of(rounds, OPENER)
    tasks.ask_information(uow, opened.number, 1, "Quando?", of=None, key="asked")
    with pytest.raises(UnknownCase):
        give_pass(uow, opened.number, "AAAA-AAAA-AAAA", address="10.0.0.1")
    typed = opened.access_code.lower().replace("-", " ")
    guest = as_holder(uow, give_pass(uow, opened.number, typed, address="10.0.0.1"))
    done = tasks.answer_information(guest, opened.number, 1, "Em junho.", key="answered")
    assert done.change.events[0].by.guest == "requester"
    other = open_round(rounds, "other").number
    with pytest.raises(UnknownCase):
        cases.comment(guest, other, "Oi.", readers=Readers.REQUESTER, key="elsewhere")


def test_a_claim_is_undone(rounds, number):
    uow = of(rounds, OPENER)
    tasks.claim(uow, number, 1, key="claimed")
    with pytest.raises(NotReversible):
        cases.undo(of(rounds, OPENER, "second"), number, key="not mine")
    with pytest.raises(NotReversible):
        cases.undo(of(rounds, OPENER, minutes=11), number, key="late")
    cases.undo(uow, number, key="undone")
    assert case_now(rounds, number).task(1).assignee is None


def test_cases_belong_together(rounds, number):
    other = open_round(rounds, "other").number
    uow = of(rounds, OPENER)
    cases.relate(uow, number, other, Relation.PRECEDES, key="tied")
    with pytest.raises(UnknownCase):
        cases.relate(uow, number, "2026-999999-00", Relation.FOLLOWS, key="k")


# --- On a case that moves ------------------------------------------------------------------------


@pytest.fixture
def shared(installed_postgresql_url):
    """On PostgreSQL nobody waits while another decides; on SQLite a decision holds the file."""
    engine = make_engine(installed_postgresql_url)
    made = Installation(engine, ZONE)
    deploy(UnitOfWork(made, now=START), [ROUND])
    yield made
    engine.dispose()


def interrupted(installation, number, *, times):
    """Decide to claim a task, while somebody comments on the case as often as is said."""
    said = []

    def decide(case, now):
        if len(said) < times:
            said.append(case.revision)
            uow, key = of(installation, OPENER, "second"), f"said {len(said)}"
            cases.comment(uow, number, "Nota.", readers=Readers.AGENCIES, key=key)
        return acts.claim(case, 1, now=now)

    return decide, said


def test_an_act_is_decided_anew_on_the_case_as_it_is(shared):
    number = open_round(shared, "opened").number
    decide, said = interrupted(shared, number, times=TRIES - 1)
    done = of(shared, OPENER).act(number, decide, key="claimed")
    assert len(said) == TRIES - 1
    kinds = [event.kind for event in done.change.events]
    assert (kinds, done.change.before.revision) == ([Kind.TASK_CLAIMED], said[-1] + 1)


def test_a_case_that_moves_again_and_again_is_left_to_the_others(shared):
    number = open_round(shared, "opened").number
    decide, _ = interrupted(shared, number, times=TRIES)
    with pytest.raises(CaseMoved):
        of(shared, OPENER).act(number, decide, key="claimed")
    assert case_now(shared, number).task(1).assignee is None
    assert verify_all(UnitOfWork(shared, now=START)).is_sound
