"""Places: who gets one, in which order; what a type says of them; what a proof makes of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.counts import count as how_many
from tests.hosting import EXCURSION, RIDER
from tests.world import facts, world
from workflow.catalogue.loader import load_definition
from workflow.core.acts.places import count_places
from workflow.core.computed import _COMPUTATIONS, reaches
from workflow.core.conditions import FieldTest, Op
from workflow.core.fields import Computation, Computed
from workflow.core.places import HOLDING, Asking, PlaceStatus, Taken, allot, count
from workflow.core.playing import play
from workflow.core.scenario import Scenario, Step
from workflow.core.soundness.proof import prove
from workflow.core.soundness.verdict import FaultKind

START = datetime(2026, 3, 2, 12, tzinfo=UTC)

askings = some.lists(
    some.builds(
        Asking,
        case=some.integers(1, 10_000),
        body=some.sampled_from("ABC"),
        since=some.integers(0, 20).map(lambda n: START + timedelta(hours=n)),
        status=some.sampled_from([s for s in PlaceStatus if s is not PlaceStatus.LEFT]),
    ),
    max_size=25,
    unique_by=lambda asking: asking.case,
)


@given(some.integers(0, 20), some.none() | some.integers(0, 6), askings)
@settings(max_examples=how_many(200, exhaustive=20_000))
def test_places_are_given_to_as_many_as_fit_in_order_below_the_quota_first(seats, quota, asked):
    got = allot(seats, quota, asked)
    holding = [asking for asking in asked if asking.status in HOLDING]
    waiting = [asking for asking in asked if asking.status is PlaceStatus.WAITING]
    left = sorted(set(waiting) - set(got), key=lambda asking: asking.turn)

    assert set(got) <= set(waiting)
    assert len(got) == min(len(waiting), max(seats - len(holding), 0))
    for body in "ABC":
        mine = [asking.turn for asking in got if asking.body == body]
        assert mine == sorted(mine)
        assert all(turn < asking.turn for asking in left if asking.body == body for turn in mine)
    held = Counter(asking.body for asking in (*holding, *got))
    for asking in left:
        if quota and held[asking.body] < quota:
            beyond = Counter(other.body for other in holding)
            for other in got:  # whoever got one before was below a quota too
                beyond[other.body] += 1
                assert beyond[other.body] <= quota
    assert allot(seats, quota, reversed(asked)) == got


@given(some.integers(0, 20), some.none() | some.integers(0, 6), askings)
@settings(max_examples=how_many(100, exhaustive=20_000))
def test_once_given_nothing_more_is_given_and_a_place_that_falls_free_goes_to_one(
    seats, quota, asked
):
    got = allot(seats, quota, asked)
    after = [replace(a, status=PlaceStatus.GIVEN) if a in got else a for a in asked]
    assert allot(seats, quota, after) == ()
    told = count(after)
    assert told.taken <= max(seats, sum(a.status in HOLDING for a in asked))
    if got:
        freed = [a for a in after if a.case != got[0].case]
        assert len(allot(seats, quota, freed)) == min(told.waiting, 1)


def test_nobody_gets_a_place_twice_or_while_they_have_one_at_the_same_hours():
    ana, bia = frozenset({"ana", "a@x"}), frozenset({"bia"})
    first = Asking(1, "A", START, persons=ana)
    again = Asking(2, "B", START, persons=frozenset({"a@x"}))
    elsewhere = Asking(3, "C", START, persons=bia, barred_by="2026-000009-00")
    last = Asking(4, "C", START)

    assert allot(9, None, [first, again, elsewhere, last]) == (first, last)


@pytest.mark.parametrize(
    ("came", "share"),
    [((True, True, False), 80), ((True, None, True), None), ((False, False, False), 0), ((), None)],
)
def test_a_share_of_rows_is_never_rounded_up_and_nothing_while_a_row_is_silent(came, share):
    rows = [{"hours": str(h), "came": c} for h, c in zip(("4", "0.5", "1.1"), came, strict=False)]
    where = FieldTest("came", Op.IS, value=True)
    computed = Computed(Computation.SHARE, ("rows", "hours"), where=where)
    assert _COMPUTATIONS[Computation.SHARE](computed, {"rows": rows}, {}, world()) == share


@pytest.mark.parametrize(
    ("part", "share", "whole", "said"),
    [
        ("15", 75, "20", True),
        ("14.99", 75, "20", False),
        (0, 100, 0, True),
        (None, 75, "20", None),
        (1, "33.34", 3, False),
        ({"amount": "1.00", "currency": "BRL"}, 50, {"amount": "2.00", "currency": "BRL"}, True),
    ],
)
def test_a_part_reaches_its_share_of_a_whole_to_the_last_digit(part, share, whole, said):
    assert reaches(part, share, whole) is said


# --- Definitions -----------------------------------------------------------------------------

TYPES = {
    key: load_definition(text).definition
    for key, text in {"excursion": EXCURSION, "rider": RIDER}.items()
}


def proven(text, **types):
    return prove(load_definition(text).definition, replace(facts(), types={**TYPES, **types}))


@pytest.mark.parametrize("text", [EXCURSION, RIDER])
def test_with_a_place_and_without_one_every_case_comes_to_an_end(text):
    assert proven(text).problems == ()


@pytest.mark.parametrize(
    ("was", "becomes", "kind"),
    [
        ("left_behind: [gone]", "left_behind: [boarding]", "awaited_unhandled"),
        ("brings: {hours: hours}", "brings: {hours: minutes}", "awaited_unknown"),
        ("left_behind: [gone]", "left_behind: [gone, sunk]", "awaited_unknown"),
        ("{rode: {is: true}}", "{rode: {is: false}}", None),
        ("percent: 75", "percent: 20000", "unreachable_state"),
    ],
)
def test_what_is_awaited_of_another_type_must_be_what_it_gives(was, becomes, kind):
    text = RIDER.replace(was, becomes)
    found = {fault.kind for fault in proven(text).problems}
    assert (FaultKind(kind) in found) if kind else not found


@pytest.mark.parametrize("hidden", ["access: restricted", "personal: true"])
def test_what_is_brought_from_another_case_stays_as_hidden_as_it_is_there(hidden):
    kept = EXCURSION.replace("title: Horas, type", f"title: Horas, {hidden}, type")
    host = load_definition(kept).definition
    assert [f.kind for f in proven(RIDER, excursion=host).problems] == [FaultKind.AWAITED_TOLD]


def test_a_case_that_moves_only_if_others_take_its_places_is_told_to_hang():
    waits = EXCURSION.replace("  - {source: boarding, target: called_off, when: any go}\n", "")
    assert {fault.kind for fault in proven(waits).problems} == {FaultKind.HANGS}


# --- Scenarios -------------------------------------------------------------------------------


def step(hour, **said):
    return Step(START + timedelta(hours=hour), **said)


DATA = {"subject": "Passeio", "description": "Ao museu."}


def test_a_scenario_plays_the_place_given_with_what_it_brings():
    opening = step(0, agency="SEDE", data={**DATA, "excursion": "2026-000001-71"})
    steps = [
        step(1, task="seat", act="awaited", data={"hours": "20"}, arguments={"result": "seated"},
             expect={"state": "riding", "data": {"hours": "20"}}),
        step(2, agency="SEDE", task="depart", outcome="departed", refused="OutcomeNotOffered"),
        step(3, task="depart", act="awaited", arguments={"result": "departed"}),
        step(4, agency="SEDE", task="tell", outcome="back", data={"ridden": "14.5"},
             expect={"state": "dropped", "data": {"rode": False}}),
    ]  # fmt: skip
    played = play(Scenario("rider", "", opening, tuple(steps)), TYPES["rider"], world())
    assert played.unmet == ()


def test_a_scenario_plays_how_many_took_places_and_the_case_follows():
    opening = step(0, agency="SCC", data={**DATA, "seats": 4, "fewest": 3})
    steps = [
        step(1, agency="SCC", task="open_doors", outcome="board"),
        step(2, act="counted", data={"taken": 3, "waiting": 1}, expect={"data": {"riders": 3}}),
        step(3, act="counted", data={"taken": 3, "waiting": 1}, refused="UnknownTask"),
        step(4, agency="SCC", task="leave", outcome="go", expect={"state": "gone"}),
    ]
    played = play(Scenario("excursion", "", opening, tuple(steps)), TYPES["excursion"], world())
    assert played.unmet == ()
    case = played.case
    assert case is not None
    assert case.data["queue"] == 1
    assert count_places(case, Taken(9, 9), now=None) is None  # it has ended
