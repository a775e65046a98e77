"""Sets of valuations hold against sets of tuples."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from workflow.core.soundness.changes import Assign, Keep, backward, forward
from workflow.core.soundness.sets import EVERYTHING, NOTHING, Space

SIZES = (2, 3, 1, 2)
ALL = frozenset(product(*(range(size) for size in SIZES)))
members = st.frozensets(st.sampled_from(sorted(ALL)))


def build(space, tuples):
    found = NOTHING
    for values in tuples:
        found = space.either(found, space.exactly(dict(enumerate(values))))
    return found


def listed(space, a):
    levels = range(len(SIZES))
    return {tuple(chosen[n] for n in levels) for chosen, _ in space.split(a, levels)}


@given(members, members)
def test_sets_are_joined_met_and_taken_from_each_other(one, other):
    space = Space(SIZES)
    a, b = build(space, one), build(space, other)

    assert listed(space, space.both(a, b)) == one & other
    assert listed(space, space.either(a, b)) == one | other
    assert listed(space, space.without(a, b)) == one - other
    assert (a == b) is (one == other)


@given(members, st.integers(0, 3), st.data())
def test_an_assignment_leads_to_and_fro(one, level, data):
    space = Space(SIZES)
    values = frozenset(data.draw(st.sets(st.integers(0, SIZES[level] - 1), min_size=1)))
    a = build(space, one)
    after = {(*t[:level], v, *t[level + 1 :]) for t in one for v in values}
    before = {t for t in ALL if any((*t[:level], v, *t[level + 1 :]) in one for v in values)}

    assert listed(space, forward(space, (Assign(level, values),), a)) == after
    assert listed(space, backward(space, (Assign(level, values),), a)) == before
    assert listed(space, forward(space, (Assign(level, values, may=True),), a)) == after | one
    assert listed(space, backward(space, (Assign(level, values, may=True),), a)) == before | one


@given(members, members)
def test_what_is_kept_is_kept_both_ways(one, other):
    space = Space(SIZES)
    a, b = build(space, one), build(space, other)

    assert forward(space, (Keep(b),), a) == backward(space, (Keep(b),), a) == space.both(a, b)


@given(members.filter(bool))
def test_a_member_is_picked_and_told_by_its_levels(one):
    space = Space(SIZES)
    a = build(space, one)
    picked = space.pick(a)

    assert tuple(picked[n] for n in range(len(SIZES))) in one
    assert space.both(space.exactly(picked), a) == space.exactly(picked)


def test_a_question_is_asked_of_a_few_variables():
    space = Space(SIZES)
    a = space.where([1, 3], lambda chosen: chosen[1] == 2 and chosen[3] == 0)

    assert listed(space, a) == {t for t in ALL if t[1] == 2 and t[3] == 0}
    assert space.levels(a) == {1, 3}
    assert space.where([], lambda chosen: not chosen) == EVERYTHING
