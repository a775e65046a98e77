"""What is foreseen if nobody acts, against what then happens when nobody does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.desk import LOAN, Desk
from tests.core.soundness.drawn import drawn_definition
from tests.core.soundness.play import Player
from tests.counts import count
from tests.world import DEFINITIONS, facts, loaded, world
from workflow.catalogue.scenarios import read_scenario
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.standing_still import suspend
from workflow.core.acts.time import wake
from workflow.core.errors import AnswersRefused, DefinitionRunsAway, OutcomeHeld
from workflow.core.events import Kind
from workflow.core.ladder import WarningKind
from workflow.core.moving import all_clocks
from workflow.core.playing import play
from workflow.core.powers import Powers
from workflow.core.radar import HORIZON, MOST, Foretold, foresee
from workflow.services.warning import next_look, owed

SCENARIOS = sorted((DEFINITIONS / "scenarios").rglob("*.yaml"))
TOLD = {
    Kind.TASK_LAPSED: "lapse",
    Kind.TASK_OPENED: "opens",
    Kind.TASK_CANCELLED: "cancelled",
    Kind.TASK_REVIEWED: "review",
    Kind.STATE_ENTERED: "enters",
    Kind.CASE_CLOSED: "closes",
}
SEEN_BY_NOBODY = {Foretold.SUSPENSION_REVIEW, Foretold.OPENS_CHILD}
"""What leaves neither a line of history nor a warning of a clock, nor is a deadline."""


def lived(case, *, now, until):
    """Let the clock process look at a case whenever the case asks for it, and note what it did."""
    found = []
    case = replace(case, noticed_until=now)
    at = now
    while at is not None and at <= until and len(found) < MOST:
        change = wake(case, now=Circumstances(Powers(), at, world(), b"the clock"))
        if change:
            case = replace(change.after, noticed_until=case.noticed_until)
            found += [_event(event) for event in change.events if event.kind in TOLD]
        if at > now and case.is_open:
            found += [
                (at, "warning", w.clock.key, w.rung.kind) for w in owed(case, world(), now=at)
            ]
        case = replace(case, noticed_until=at)
        following = next_look(case, world(), now=at) if case.is_open else None
        found += fallen_due(case, after=at, until=min(following or until, until))
        at = following
    return found


def fallen_due(case, *, after, until):
    """List the deadlines whose instant passes while nothing happens."""
    counting = (clock for clock in all_clocks(case) if clock.status == "running" and case.is_open)
    return [
        (clock.due_at, "falls_due", clock.key, None)
        for clock in counting
        if after < clock.due_at <= until
    ]


def _event(event):
    body = event.body
    about = body.get("no") or body.get("state") or body.get("result")
    return event.at, TOLD[event.kind], about, body.get("outcome")


def said(foreseen):
    """Return what is foreseen in the words of `lived`."""
    return [_said(one) for one in foreseen if one.what not in SEEN_BY_NOBODY]


def _said(one):
    if one.what is Foretold.WARNING:
        return one.at, "warning", one.clock, one.warning
    if one.what is Foretold.FALLS_DUE:
        return one.at, "falls_due", one.clock, None
    return one.at, one.what.value, one.task_no or one.state or one.result, one.outcome


def assert_comes_true(case, *, now):
    foreseen = foresee(case, world(), now=now)
    happened = lived(case, now=now, until=now + HORIZON)
    if len(foreseen) < MOST and len(happened) < MOST:
        assert sorted(map(str, said(foreseen))) == sorted(map(str, happened))
    assert [one.at for one in foreseen] == sorted(one.at for one in foreseen)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_is_foreseen_in_a_scenario_happens_if_nobody_goes_on(path):
    scenario = read_scenario(path, zone=world().zone)
    definition = loaded(DEFINITIONS / f"{scenario.definition}.yaml").definition
    changes = play(scenario, definition, world()).changes

    step = max(1, len(changes) // count(3, exhaustive=100))
    for change in changes[::step]:
        assert_comes_true(change.after, now=change.events[-1].at)


@settings(max_examples=count(40, exhaustive=2000), deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 12))
def test_what_is_foreseen_in_a_drawn_definition_happens_if_nobody_acts(seed, steps):
    random = Random(seed)
    player = Player(drawn_definition(random), facts(), random, in_turn=seed % 2 == 0)
    try:
        case = played(player, steps)
        if case:
            assert_comes_true(case, now=player.at)
    except DefinitionRunsAway:
        return


def played(player, steps):
    """Return a case that something has happened in, or None if nobody could open it."""
    try:
        case = player.open()
    except AnswersRefused:
        return None
    for _ in range(steps):
        try:
            case = player.step(case) or case
        except (AnswersRefused, OutcomeHeld):
            continue
    return case


def days(foreseen, what):
    return [world().day(one.at) for one in foreseen if one.what is what]


def test_silence_is_foreseen_with_all_that_follows_from_it():
    desk = Desk(day=date(2026, 3, 2))
    desk.complete("draft", "sent")
    foreseen = foresee(desk.case, world(), now=desk.at)

    assert days(foreseen, Foretold.LAPSE) == [date(2026, 3, 17)] * 2
    lapses = [one for one in foreseen if one.what is Foretold.LAPSE]
    assert {(one.agency, one.outcome) for one in lapses} == {
        ("SEF", "silent"),
        ("SEPLAG", "silent"),
    }
    due = [(one.agency, one.task) for one in foreseen if one.what is Foretold.FALLS_DUE]
    assert ("AGE", "legal_opinion") in due
    assert Foretold.ENTERS not in {one.what for one in foreseen}  # the legal service must answer


def test_nothing_is_foreseen_of_a_case_that_is_over():
    desk = Desk()
    desk.complete("draft", "refused", reason="Não é mais preciso.")

    assert foresee(desk.case, world(), now=desk.at) == []


def test_while_a_case_rests_only_its_review_is_foreseen():
    desk = Desk(shown_on="2027-06-01")
    desk.do(suspend, "Espera-se o decreto.", review_on=date(2026, 3, 20))
    foreseen = foresee(desk.case, world(), now=desk.at)

    assert [one.what for one in foreseen] == [Foretold.SUSPENSION_REVIEW]
    assert days(foreseen, Foretold.SUSPENSION_REVIEW) == [date(2026, 3, 20)]


def test_what_the_clock_has_yet_to_catch_up_with_is_foreseen_for_now():
    desk = Desk(day=date(2026, 3, 2))
    desk.complete("draft", "sent")
    late = datetime(2026, 3, 25, 12, tzinfo=UTC)
    foreseen = foresee(desk.case, world(), now=late)

    assert [one.at for one in foreseen if one.what is Foretold.LAPSE] == [late, late]


def test_it_looks_no_further_than_its_horizon():
    desk = Desk(day=date(2026, 3, 2))
    near = foresee(desk.case, world(), now=desk.at, horizon=timedelta(days=10))

    assert near
    assert max(one.at for one in near) <= desk.at + timedelta(days=10)


@pytest.mark.parametrize("to", ["holder", "[holder, head]"])
def test_it_says_whether_the_head_hears_of_a_delay(to):
    late = f"rule: house, escalate: [{{when: 1 working day after, to: {to}}}]}}"
    desk = Desk(LOAN.replace("10 working days, rule: house}", f"10 working days, {late}", 1))
    foreseen = foresee(desk.case, world(), now=desk.at)
    heard = [o for o in foreseen if o.task == "draft" and o.warning is WarningKind.OVERDUE]
    assert [one.to_head for one in heard] == ["head" in to]
