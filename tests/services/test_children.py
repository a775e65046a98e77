"""A case that another needs and cannot have: told with why, tried again, opened once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from tests.installation import acting_for, deploy
from tests.services.errands import ERRAND, PARENT, Office
from workflow.core.acts.children import open_again
from workflow.core.errors import ActNotAllowed, NotAssigned, UnknownTask
from workflow.core.events import Kind
from workflow.services import children
from workflow.services.verification import verify_all
from workflow.storage.queries.events import events_of
from workflow.storage.work import JobRow

LENDING = PARENT.replace("key: household", "key: lending").replace("type: errand", "type: loan")
OPENING = (
    PARENT.replace("key: household", "key: errands")
    .replace(
        "outcomes: [completed, refused]\n"
        "        child: {type: errand, copies: [subject, description]}",
        """outcomes:
          completed: Feito
          another: {title: Mais um, stays: true, opens: *child}
          last: {title: O último, opens: *child}
          refused: Recusado""".replace("*child", "{type: loan, copies: [subject, description]}"),
    )
    .replace("when: any completed}", "when: any completed or last}")
)
LOAN = ERRAND.replace("key: errand", "key: loan")
SHUT = LOAN.replace("owner: SCC\n", "owner: SCC\nopened_by: [AGE]\n")


class Desk(Office):
    """An office in which some cases need others of a type that nobody has deployed yet."""

    def __init__(self, installation, now):
        super().__init__(installation, now)
        deploy(self.uow(), [LENDING, OPENING])

    def refused(self, number):
        return children.refusals(self.uow().as_powers(self.as_doer().powers), number)

    def again(self, number, *, uow=None, key="again"):
        return children.try_again(
            uow or self.as_doer(), number, self.refused(number)[0].seq, key=key
        )

    def failed_jobs(self):
        with self.uow().reading() as connection:
            failed = select(JobRow.key).where(JobRow.done_at.is_(None))
            return list(connection.execute(failed).scalars())


@pytest.fixture
def office(installation, uow):
    return Desk(installation, uow.now)


def test_the_case_that_asked_tells_why_and_who_can_mend_it_is_told(office):
    parent = office.open("lending")
    office.turn()
    (event,) = office.refused(parent)
    assert event.body["no"] == 1
    assert event.body["why"]["refusal"] == "UnknownDefinition"
    assert event.body["why"]["particulars"]["key"] == "loan"
    told = {officer for kind, officer in office.told() if kind == "child_refused"}
    assert told == {office.doer, office.head, office.coordinator}
    assert office.failed_jobs() == []
    assert verify_all(office.uow()).is_sound


def test_tried_again_the_case_is_opened_once_and_ends_the_task(office):
    parent = office.open("lending")
    office.turn()
    deploy(office.uow(), [LOAN])
    first = office.refused(parent)[0].seq
    for repeated in (False, True):
        done = children.try_again(office.as_doer(), parent, first, key="again")
        assert done.repeated is repeated
    office.turn()
    child = office.case(parent).tasks[0].child
    assert child is not None
    assert office.refused(parent) == []
    assert office.how_many_cases() == 2
    assert verify_all(office.uow()).is_sound, "the task is counted among those that wait"
    office.complete(child)
    office.turn()
    assert office.case(parent).result == "completed"
    assert verify_all(office.uow()).is_sound


def test_two_who_try_at_once_get_one_case(office):
    parent = office.open("lending")
    office.turn()
    seq = office.refused(parent)[0].seq
    deploy(office.uow(), [LOAN])
    refused = office.refused(parent)[0]
    coordinator = acting_for(office.uow(), office.coordinator, "SCC")
    for uow in (office.as_doer(), coordinator):
        uow.act(
            parent,
            lambda case, now: open_again(case, refused, now=now),
            key=office.key(),
        )
    office.turn()
    assert office.how_many_cases() == 2
    with pytest.raises(UnknownTask):
        children.try_again(office.as_doer(), parent, seq, key="late")


def test_what_is_refused_again_is_told_again_with_the_new_reason(office):
    parent = office.open("lending")
    office.turn()
    deploy(office.uow(), [SHUT])
    office.again(parent)
    assert office.refused(parent) == []
    office.turn()
    (event,) = office.refused(parent)
    assert event.body["why"]["refusal"] == "ActNotAllowed"
    assert event.body["why"]["particulars"]["why"] == "opener"


def test_only_the_holder_and_the_coordinator_try_again(office):
    parent = office.open("lending")
    office.turn()
    opener = acting_for(office.uow(), office.opener, "SEDE")
    with pytest.raises(NotAssigned):
        office.again(parent, uow=opener)
    office.again(parent, uow=acting_for(office.uow(), office.coordinator, "SCC"))


def test_a_case_that_an_outcome_opens_is_told_and_tried_again_too(office):
    parent = office.open("errands")
    office.complete(parent, outcome="another")
    office.turn()
    assert office.refused(parent)[0].body["no"] is None
    deploy(office.uow(), [LOAN])
    office.again(parent)
    office.turn()
    assert office.refused(parent) == []
    assert office.how_many_cases() == 2


def test_a_case_that_has_ended_is_left_as_it_is(office):
    parent = office.open("errands")
    office.complete(parent, outcome="last")
    office.turn()
    assert office.case(parent).result == "completed"
    assert (office.refused(parent), office.failed_jobs()) == ([], [])


def test_a_child_that_cannot_end_its_task_does_not_hang_it_in_silence(office):
    strict = (
        PARENT.replace("key: household", "key: strict")
        .replace("outcomes: [completed, refused]\n", "outcomes: [completed]\n")
        .replace("  - {source: doing, target: denied, when: any refused}\n", "")
        .replace("  - {key: denied, title: Recusado, final: refused}\n", "")
    )
    deploy(office.uow(), [strict])
    parent = office.open("strict")
    office.turn()
    child = office.case(parent).tasks[0].child
    office.complete(child, outcome="refused")
    office.turn()
    (event,) = office.refused(parent)
    assert event.body["why"]["particulars"]["result"] == "refused"
    assert office.failed_jobs() == []


def test_nothing_else_in_history_can_be_tried_again(office):
    parent = office.open("household")
    office.turn()
    opened = next(e for e in _history(office, parent) if e.kind is Kind.CHILD_OPENED)
    with pytest.raises(UnknownTask):
        children.try_again(office.as_doer(), parent, opened.seq, key="x")
    with pytest.raises(ActNotAllowed):
        office.as_doer().act(
            parent,
            lambda case, now: open_again(case, opened, now=now),
            key="y",
        )


def _history(office, number):
    loaded = office.as_doer().load(number)
    with office.uow().reading() as connection:
        return events_of(connection, loaded.case_id)
