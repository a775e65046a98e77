"""What agencies were called, on any day, and what became of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.world import world
from workflow.core.agency_story import Enacted, Turn, story_of
from workflow.core.network import Agency, FormerName, Network
from workflow.core.reform import End, Ending, Move, Reform

SEDE = Agency("SEDE", "Desenvolvimento", valid_from=date(2011, 1, 1))
OLD = FormerName("SEDE", date(2019, 5, 22), "Indústria", "Lei 1")
MIDDLE = FormerName("SEDE", date(2023, 1, 31), "Economia", "Lei 2")
SECTES = Agency("SECTES", "Ciência", valid_to=date(2016, 7, 21), successor="SEDE")
NETWORK = Network([SEDE, SECTES], names=[MIDDLE, OLD])


def test_a_name_holds_to_its_last_day_and_the_next_from_the_day_after():
    said = [NETWORK.name_on("SEDE", date(2019, 5, day)) for day in (22, 23)]
    assert said == ["Indústria", "Economia"]
    assert NETWORK.name_on("SEDE", date(2023, 2, 1)) == "Desenvolvimento"
    assert NETWORK.name_on("SEDE", date(1900, 1, 1)) == "Indústria"
    assert NETWORK.name_on("SECTES", date(2026, 1, 1)) == "Ciência"
    assert NETWORK.name_on("GONE", date(2026, 1, 1)) == "GONE"


def test_a_network_of_a_day_bears_the_names_of_that_day_and_is_else_the_same():
    then = NETWORK.named_on(date(2020, 1, 1))
    assert [agency.name for agency in then] == ["Economia", "Ciência"]
    assert then.agency("SECTES") == SECTES
    assert NETWORK.named_on(date(2023, 2, 1)) is NETWORK
    noon = datetime(2020, 1, 1, 15, tzinfo=UTC)
    assert world().network_at(noon) is world().network
    assert world().network_at(None) is world().network


def test_the_names_between_two_days_are_told_with_their_last_days():
    names = NETWORK.names_between("SEDE", date(2019, 1, 1), date(2026, 1, 1))
    assert names == [
        ("Indústria", OLD.valid_to),
        ("Economia", MIDDLE.valid_to),
        ("Desenvolvimento", None),
    ]
    assert NETWORK.names_between("SEDE", date(2020, 1, 1), MIDDLE.valid_to) == [("Economia", None)]


@given(
    st.lists(st.integers(0, 40), unique=True, max_size=5), st.integers(-5, 45), st.integers(0, 9)
)
def test_the_names_of_a_span_are_those_of_its_days(ends, first, length):
    start = date(2026, 1, 1)
    names = [FormerName("SEDE", start + timedelta(days=n), f"name {n}") for n in ends]
    network = Network([SEDE], names=names)
    days = [start + timedelta(days=first + n) for n in range(length + 1)]
    told = [name for name, _ in network.names_between("SEDE", days[0], days[-1])]
    assert told == list(dict.fromkeys(network.name_on("SEDE", day) for day in days))
    assert all(network.named_on(day).agency("SEDE").name in told for day in days)


def test_the_story_of_an_agency_is_told_from_its_end_to_its_beginning():
    told = [(one.on, one.turn, one.was, one.name, one.act) for one in story_of(NETWORK, "SEDE")]
    assert told == [
        (date(2023, 2, 1), Turn.RENAMED, "Economia", "Desenvolvimento", "Lei 2"),
        (date(2019, 5, 23), Turn.RENAMED, "Indústria", "Economia", "Lei 1"),
        (date(2016, 7, 22), Turn.TOOK_OVER, "", "Ciência", ""),
        (date(2011, 1, 1), Turn.BEGAN, "", "Indústria", ""),
    ]
    (end,) = story_of(NETWORK, "SECTES")
    assert (end.turn, end.other, end.name) == (Turn.ENDED, "SEDE", "Indústria")


def test_reforms_tell_by_which_act_and_what_else_they_did():
    day = date(2016, 7, 22)
    split = End("SECTES", Ending.SPLIT, "SEDE", share={"errand": "OTHER"})
    moved = Move("SEDE", parent="GOV")
    network = Network([SEDE, SECTES, Agency("OTHER", "Outra")], names=[OLD])
    told = [Enacted(Reform(day, (split, moved)), "Lei 3", {"SEDE": "SEGOV"})]
    place, took_over, *_ = (one for one in story_of(network, "SEDE", told) if one.on == day)
    assert {(one.turn, one.act) for one in (place, took_over)} == {
        (Turn.TOOK_OVER, "Lei 3"),
        (Turn.MOVED, "Lei 3"),
    }
    (end,) = story_of(network, "SECTES", told)
    assert end.act == "Lei 3"
    (shared,) = story_of(network, "OTHER", told)
    assert (shared.turn, shared.other, shared.name) == (Turn.SHARED, "SECTES", "Ciência")
