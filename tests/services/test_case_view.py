"""What the page of a case tells, to whom: nothing of a case that does not exist for the reader."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.installation import acting_as, deploy
from tests.services.rounds import OPENER, OWNER, ROUND, START, open_round
from workflow.core.acts.record import Relation
from workflow.core.events import Kind
from workflow.core.fields import Access
from workflow.services import cases
from workflow.services.case_view import case_view
from workflow.services.task_view import since
from workflow.services.unit_of_work import UnitOfWork


@pytest.fixture
def related(installed):
    """Relate an open case to another, which is then restricted; give the first one's number."""
    deploy(UnitOfWork(installed, now=START), [ROUND])
    number, other = (open_round(installed, key).number for key in ("one", "other"))
    opener = acting_as(installed, OPENER, now=START + timedelta(minutes=1))
    cases.relate(opener, number, other, Relation.FOLLOWS, key="related")
    owner = acting_as(installed, OWNER, now=START + timedelta(minutes=2))
    ground = "documento_preparatorio"
    cases.change_access(owner, other, Access.RESTRICTED, ground, "Sigilo.", key="restricted")
    return number


def kinds_told(uow, number):
    lines = case_view(uow, number, tab="all").story.entries
    page = {event.kind for entry in lines for event in (entry.head, *entry.followed)}
    events, _ = since(uow, uow.load(number), 0)
    assert page == {event.kind for event in events}
    return page


def test_history_does_not_name_a_case_that_its_reader_may_not_know(installed, related):
    inside = acting_as(installed, OPENER, now=START)
    outside = acting_as(installed, "SEE", now=START)
    assert Kind.CASE_RELATED in kinds_told(inside, related)
    assert kinds_told(outside, related) == kinds_told(inside, related) - {Kind.CASE_RELATED}


@pytest.mark.parametrize("relation", Relation)
def test_two_related_cases_tell_what_each_is_to_the_other(installed, relation):
    deploy(UnitOfWork(installed, now=START), [ROUND])
    number, other = (open_round(installed, key).number for key in ("one", "other"))
    opener = acting_as(installed, OPENER, now=START + timedelta(minutes=1))
    cases.relate(opener, number, other, relation, key="related")

    (there,), (back,) = (case_view(opener, n).related for n in (number, other))

    assert (there.number, there.relation) == (other, relation)
    assert back.number == number
    assert (back.relation == relation) is (relation is Relation.DUPLICATE)
