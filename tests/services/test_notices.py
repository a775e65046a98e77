"""Who is told of an act, by what channel, and what becomes of it when it is read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.installation import acting_for
from tests.services.conftest import NOON
from tests.services.errands import Office, Sink
from tests.storage.counting import counted
from workflow.core.errors import AlreadyReminded
from workflow.core.story import Readers
from workflow.services import cases, notices, tasks
from workflow.storage.load import load_case
from workflow.storage.queries.notices import deliveries_of

pytestmark = pytest.mark.at_work


@pytest.fixture
def office(installation):
    return Office(installation, NOON)


def test_a_new_task_calls_everybody_of_its_agency_but_not_who_opened_it(office):
    office.open()
    office.turn()

    assert office.told() == [("task_opened", office.doer), ("task_opened", office.head)]
    assert {letter.address for letter in office.courier.letters} == {
        "dario@example.org",
        "helena@example.org",
    }


def test_a_mail_costs_five_statements(office):
    """The mail itself, its case, the hold on the work; then the log and the end of the work."""
    marks = []

    class Meter(Sink):
        def deliver(self, letter):
            marks.append(len(statements))

    office.courier = Meter()
    office.open()
    with counted(office.installation.engine) as statements:
        office.turn()

    first, second = marks
    assert second - first == 5, statements[first:second]


def test_nobody_is_told_of_their_own_act(office):
    number = office.open()
    office.turn()
    tasks.assign(office.as_doer(), number, 1, office.doer, key="mine")
    office.turn()

    assert ("task_assigned", office.doer) not in office.told()


def test_mail_about_what_can_be_undone_waits_and_is_never_sent_once_it_was(office):
    number = office.open()
    office.turn()
    office.courier.letters.clear()
    tasks.assign(office.as_doer(), number, 1, office.head, key="yours")
    office.turn()
    assert ("task_assigned", office.head) in office.told()
    assert office.courier.letters == []
    assert office.waiting() == ["send_mail"]

    cases.undo(office.as_doer(), number, key="no, mine")
    office.hurry()
    office.work()
    assert office.courier.letters == []
    assert ("task_assigned", office.head) not in office.told("email")


def test_mail_that_waited_is_sent_when_the_act_stands(office):
    number = office.open()
    office.turn()
    office.courier.letters.clear()
    tasks.assign(office.as_doer(), number, 1, office.head, key="yours")
    office.work()
    office.hurry()
    office.work()

    assert [letter.kind for letter in office.courier.letters] == ["task_assigned"]


def test_a_question_reaches_who_is_asked_and_its_answer_who_asked(office):
    number = office.open()
    tasks.claim(office.as_doer(), number, 1, key="mine")
    tasks.ask_information(office.as_doer(), number, 1, "Qual o endereço?", of=None, key="ask")
    office.turn()
    assert ("information_asked", office.opener) in office.told()

    opener = acting_for(office.uow(), office.opener, "SEDE")
    tasks.answer_information(opener, number, 1, "Rua da Bahia", key="answer")
    office.turn()
    assert office.told()[-1] == ("information_answered", office.doer)


def test_a_reminder_reaches_the_head_of_a_free_task_and_the_holder_of_one_that_is_held(office):
    number = office.open()
    office.turn()
    opener = acting_for(office.uow(), office.opener, "SEDE")
    tasks.remind(opener, number, [1], key="remind")
    office.turn()
    assert office.told()[-1] == ("reminder_sent", office.head)

    tasks.claim(office.as_doer(), number, 1, key="mine")
    with pytest.raises(AlreadyReminded):
        tasks.remind(opener, number, [1], key="too soon")
    office.now += timedelta(days=1)
    opener = acting_for(office.uow(), office.opener, "SEDE")
    tasks.remind(opener, number, [1], key="again")
    tasks.remind(opener, number, [1], key="again")  # the same click, sent twice
    office.turn()
    assert office.told()[-2:] == [("reminder_sent", office.head), ("reminder_sent", office.doer)]
    assert [letter.kind for letter in office.courier.letters][-1] == "reminder_sent"


def test_whoever_owes_an_answer_is_reminded_of_the_question(office):
    number = office.open()
    tasks.claim(office.as_doer(), number, 1, key="mine")
    tasks.ask_information(office.as_doer(), number, 1, "Qual o endereço?", of=None, key="ask")
    tasks.remind(office.as_doer(), number, [1], key="remind")
    office.turn()
    assert ("reminder_sent", office.opener) in office.told()


def test_a_comment_reaches_who_works_on_the_case(office):
    number = office.open()
    tasks.claim(office.as_doer(), number, 1, key="mine")
    opener = acting_for(office.uow(), office.opener, "SEDE")
    cases.comment(opener, number, "Há pressa", readers=Readers.AGENCIES, key="say")
    office.turn()

    assert office.told() == [("comment_added", office.doer)]


def test_a_task_without_people_reaches_the_heads_above_or_the_coordinators(office):
    number = office.open()
    tasks.reassign(office.as_doer(), number, 1, "SEE", "É deles", key="theirs")
    office.turn()

    assert office.told() == [("task_reassigned", office.coordinator)]


def test_without_a_mail_server_notices_stay_on_the_pages(office):
    office.courier = None
    office.open()
    office.turn()

    assert len(office.told()) == 2
    assert office.told("email") == []
    assert office.waiting() == []


def test_a_server_that_is_down_delays_and_loses_nothing(office):
    office.courier.fail(times=2)
    office.open()
    office.turn()
    assert office.deliveries() == ["delayed", "delayed"]
    assert office.waiting() == ["send_mail"] * 2

    office.work()
    assert len(office.courier.letters) == 0
    office.hurry()
    office.work()
    assert office.deliveries() == ["delayed", "delayed", "sent", "sent"]
    assert office.waiting() == []


def test_a_recipient_refused_for_good_is_logged_and_not_tried_again(office):
    office.courier.fail(for_good=True)
    number = office.open()
    office.turn()
    office.hurry()
    office.work()

    assert office.deliveries() == ["refused", "sent"]
    assert office.waiting() == []
    with office.uow().reading() as connection:
        case = load_case(connection, number=number, definitions=office.installation.definition)
        sent, refused = deliveries_of(connection, case.case_id)
    assert (refused.result, refused.kind, refused.detail) == ("refused", "task_opened", "451 later")
    assert {sent.officer_id, refused.officer_id} == {office.doer, office.head}


def test_an_officer_reads_notices_one_by_one_or_all_at_once(office):
    for _ in range(3):
        office.open()
    office.turn()
    uow = office.uow()

    assert notices.unread_count(uow, office.doer) == 3
    first, second, third = notices.notices_of(uow, office.doer)
    assert first.id > second.id > third.id
    assert [row.id for row in notices.notices_of(uow, office.doer, before=second.id)] == [third.id]

    assert notices.mark_read(uow, office.doer, notice_id=first.id) == 1
    assert notices.mark_read(uow, office.head, notice_id=second.id) == 0
    assert notices.mark_read(uow, office.doer) == 2
    assert notices.unread_count(uow, office.doer) == 0
    assert notices.unread_count(uow, office.head) == 3


def test_a_case_about_which_not_everybody_may_know_is_named_by_number_only(office):
    number = office.open()
    uow = office.uow()
    with uow.writing() as connection:
        connection.exec_driver_sql("UPDATE \"case\" SET access = 'restricted'")
    office.turn(NOON + timedelta(minutes=1))

    letter = office.courier.letters[0]
    assert (letter.number, letter.subject) == (number, "")
