"""Cases that belong together: their ties and one story, as far as the reader may know of them."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from tests.installation import acting_for
from tests.services.conftest import NOON
from tests.services.errands import Office
from tests.storage.counting import counted
from workflow.core.acts.record import Relation
from workflow.core.kinship import INVERSE, Link, link, ranks
from workflow.services.cases import relate
from workflow.services.kindred import MOST, kindred, mark_duplicate, story_of
from workflow.storage.case import Case

STRANGER = "SES"


@pytest.fixture
def office(installation):
    return Office(installation, NOON)


def opener(office):
    return acting_for(office.uow(), office.opener, "SEDE")


def stranger(office):
    return acting_for(office.uow(), office.opener, STRANGER)


def tie(office, number, other, relation):
    relate(opener(office), number, other, relation, key=office.key())


def seal(office, number):
    with office.uow().writing() as connection:
        sealed = update(Case).where(Case.number == number).values(access="restricted")
        connection.execute(sealed)


def numbers(family):
    return [case.number for case in family.snapshots]


def test_whichever_case_notes_a_tie_it_is_the_same():
    for relation, back in INVERSE.items():
        assert link("a", "b", relation) == link("b", "a", back)
    assert link("child", "mother", Relation.PARENT) == Link("mother", "child", Relation.PARENT)


def test_what_comes_from_a_case_is_drawn_after_it_and_circles_end():
    ties = [
        Link("a", "b", Relation.PARENT),
        Link("b", "a", Relation.SUPPORTS),
        Link("b", "c", Relation.PRECEDES),
        Link("c", "d", Relation.DUPLICATE),
    ]
    assert ranks("abcde", ties) == {"a": 0, "b": 1, "c": 2, "d": 2, "e": 0}
    circle = [Link("a", "b", Relation.PRECEDES), Link("b", "a", Relation.PRECEDES)]
    assert set(ranks("ab", circle)) == {"a", "b"}


def test_a_family_is_found_from_any_of_its_cases(office):
    a, b, c, d = (office.open() for _ in range(4))
    tie(office, a, b, Relation.PRECEDES)
    tie(office, c, b, Relation.AMENDED_BY)
    for number in (a, b, c):
        found = kindred(opener(office), number)
        assert numbers(found) == [a, b, c]
        assert set(found.links) == {
            Link(b, a, Relation.PRECEDES),
            Link(c, b, Relation.AMENDS),
        }
    assert numbers(kindred(opener(office), d)) == [d]


def test_a_case_that_one_may_not_see_is_not_there_nor_what_lies_behind_it(office):
    a, b, c = (office.open() for _ in range(3))
    tie(office, a, b, Relation.PRECEDES)
    tie(office, b, c, Relation.PRECEDES)
    seal(office, b)
    seen = kindred(stranger(office), a)
    assert (numbers(seen), seen.links, seen.more) == ([a], (), False)
    told = story_of(stranger(office), seen)
    assert b not in str(told.acts)
    assert numbers(kindred(opener(office), a)) == [a, b, c]
    mine = opener(office)
    assert b in str(story_of(mine, kindred(mine, a)).acts)
    assert mine.sealed


def test_one_story_tells_all_cases_the_latest_first_and_goes_on_where_it_ended(office):
    a, b = office.open(), office.open()
    tie(office, a, b, Relation.DUPLICATE)
    for _ in range(40):
        for number in (a, b):
            tie(office, number, b if number == a else a, Relation.PRECEDES)
    reader = opener(office)
    family, before, told = kindred(reader, a), None, []
    while True:
        stretch = story_of(reader, family, before=before)
        told += [(act.case.number, act.entry.head.seq) for act in stretch.acts]
        before = stretch.before
        if before is None:
            break
    assert len(told) == len(set(told))
    assert {number for number, _ in told} == {a, b}
    assert {(a, 1), (b, 1)} <= set(told)
    alone = story_of(reader, family, only=b)
    assert {act.case.number for act in alone.acts} == {b}


def test_a_duplicate_is_noted_in_both_cases_and_taken_back(office):
    a, b = office.open(), office.open()
    mark_duplicate(opener(office), a, b, key="twice")
    mark_duplicate(opener(office), a, b, key="twice")
    assert kindred(opener(office), b).links == (Link(a, b, Relation.DUPLICATE),)


def test_a_large_family_is_bounded_and_costs_the_same_statements(office):
    first = office.open()
    for _ in range(3):
        tie(office, first, office.open(), Relation.CHILD)
    reader, sent = opener(office), []
    for _ in range(2):
        with counted(office.installation.engine) as statements:
            story_of(reader, kindred(reader, first))
        sent.append(len(statements))
        for _ in range(MOST):
            tie(office, first, office.open(), Relation.CHILD)
    found = kindred(reader, first)
    assert len(found.cases) == MOST
    assert found.more
    with counted(office.installation.engine) as statements:
        story_of(reader, kindred(reader, first))
    assert len(statements) <= sent[0] <= 12
