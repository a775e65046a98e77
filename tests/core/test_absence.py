"""Who may answer for whom, as the rules judge it, and who administers which people."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.world import world
from workflow.core.absence import (
    LONGEST,
    NoSubstitute,
    SubstituteAbsent,
    Substitution,
    demand_substitute,
)
from workflow.core.offices import NotInCharge, Office, Post
from workflow.core.powers import Powers, Standing

MONDAY = date(2026, 3, 2)
ANA, BIA, CAIO = 1, 2, 3


def lent(absent, substitute, first=0, last=4, **position):
    span = (MONDAY + timedelta(days=first), MONDAY + timedelta(days=last))
    return Substitution(frozenset({absent}), substitute, *span, **position)


def why(wanted, *known):
    with pytest.raises(NoSubstitute) as refused:
        demand_substitute(wanted, known)
    return refused.value.particulars["why"]


def test_one_colleague_answers_for_another():
    demand_substitute(lent(ANA, BIA), [])
    demand_substitute(lent(ANA, BIA, 5, 9), [lent(ANA, CAIO, 0, 4), lent(BIA, ANA, 0, 4)])
    demand_substitute(lent(ANA, BIA, agency="SEF"), [lent(ANA, CAIO, agency="SEDE")])


def test_nobody_answers_for_themselves_too_long_or_backwards():
    assert why(lent(ANA, ANA)) == "itself"
    assert why(lent(ANA, BIA, 4, 0)) == "ends_first"
    assert why(lent(ANA, BIA, 0, LONGEST.days)) == "too_long"


def test_two_do_not_answer_for_the_same_person_at_once():
    assert why(lent(ANA, BIA), lent(ANA, CAIO, 4, 9)) == "twice"
    assert why(lent(ANA, BIA, agency="SEF"), lent(ANA, CAIO)) == "twice"
    of_the_head = {"agency": "SEF", "role": "head"}
    assert why(lent(ANA, BIA, **of_the_head), lent(CAIO, BIA, **of_the_head)) == "twice"


def test_nobody_answers_in_turns_not_even_through_others():
    assert why(lent(ANA, BIA), lent(BIA, ANA)) == "in_turns"
    assert why(lent(ANA, BIA), lent(BIA, CAIO), lent(CAIO, ANA)) == "in_turns"


def test_a_substitute_who_is_absent_too_has_to_be_confirmed():
    with pytest.raises(SubstituteAbsent):
        demand_substitute(lent(ANA, BIA), [lent(BIA, CAIO)])
    demand_substitute(lent(ANA, BIA), [lent(BIA, CAIO)], confirmed=True)


def test_what_was_called_off_before_it_began_is_in_nobodys_way():
    demand_substitute(lent(ANA, BIA), [lent(ANA, CAIO, 2, 1), lent(BIA, ANA, 2, 1)])


# --- Who administers ---------------------------------------------------------------------------


def office(officer=ANA, *, heads=(), lent_heads=(), coordinates=()):
    network = world().network
    below = frozenset().union(*map(network.below, heads))
    borrowed = frozenset(lent_heads)
    substituted = {CAIO: Standing(borrowed, borrowed)} if lent_heads else {}
    powers = Powers(
        officer=officer,
        own=Standing(below, below),
        substituted=substituted,
        coordinates=frozenset(coordinates),
    )
    return Office(powers, network)


def a_unit():
    network = world().network
    return next(a for a in network if a.unit_role and a.parent and network.below(a.parent))


def test_a_head_makes_people_below_and_heads_only_of_the_units():
    unit = a_unit()
    chief = office(heads=[unit.parent])
    assert chief.posts(unit.code) == (Post.OFFICER, Post.HEAD, Post.FOCAL_POINT)
    assert chief.posts(unit.parent) == (Post.OFFICER, Post.FOCAL_POINT)
    assert not chief.administers("GOV")
    chief.demand(unit.code)
    with pytest.raises(NotInCharge):
        chief.demand("GOV")


def test_the_head_of_a_unit_says_nothing_of_the_body():
    unit = a_unit()
    below = office(heads=[unit.code])
    assert below.administers(unit.code)
    assert not below.administers(unit.parent)
    assert Post.HEAD not in below.posts(unit.code)


def test_the_coordinator_of_the_network_says_who_audits_but_nothing_of_themselves():
    chief = office(coordinates=[world().network.root])
    assert chief.administers("SEF")
    assert chief.posts("SEF") == tuple(Post)
    with pytest.raises(NotInCharge):
        chief.demand_post(Post.AUDITOR, "SEF", to=ANA)


def test_who_coordinates_a_type_or_keeps_the_machine_administers_nobody():
    assert not office(coordinates=["SCC"]).administers_any
    assert not office().administers_any


def test_who_answers_for_a_head_administers_too_but_never_themselves():
    answering = office(BIA, lent_heads=["SEF"])
    assert answering.may_give(Post.OFFICER, "SEF", to=ANA)
    assert not answering.may_give(Post.OFFICER, "SEF", to=BIA)
