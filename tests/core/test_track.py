"""Where a case is, its history as acts, its deadlines explained, and what may be done with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from tests.core.desk import LOAN, Desk
from tests.world import DEFINITIONS, loaded, world
from workflow.catalogue.scenarios import read_scenario
from workflow.core.act_rules import ActName
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.possible import PlainAct, possible_acts
from workflow.core.acts.record import comment
from workflow.core.acts.standing_still import suspend
from workflow.core.change import Change
from workflow.core.clock_traces import trace_of
from workflow.core.consequences import consequence
from workflow.core.events import Kind
from workflow.core.moving import all_clocks
from workflow.core.playing import play, powers_of
from workflow.core.story import Readers, headline, is_bookkeeping, story, told, visible
from workflow.core.track import (
    StepState,
    TaskLine,
    lanes,
    parallel_round,
    place_of,
    track,
)

JIANGSU = DEFINITIONS / "scenarios" / "agreement_review" / "jiangsu_protocol.yaml"


def played(path, steps: int | None = None):
    scenario = read_scenario(path, zone=world().zone)
    definition = loaded(DEFINITIONS / f"{scenario.definition}.yaml").definition
    return play(replace(scenario, steps=scenario.steps[:steps]), definition, world())


def lines(changes: tuple[Change, ...]) -> list[TaskLine]:
    found: dict[int, TaskLine] = {}
    for change in changes:
        for record in change.tasks:
            task = record.task
            found[task.no] = TaskLine(
                *(task.no, task.key, task.slot, task.agency, task.visit),
                record.status,
                task.opened_at,
                clock=task.clock,
                outcome=record.outcome,
                ended_at=record.ended_at,
            )
        for task in change.after.tasks:
            found[task.no] = TaskLine(
                *(task.no, task.key, task.slot, task.agency, task.visit),
                task.status,
                task.opened_at,
                clock=task.clock,
            )
    return [found[no] for no in sorted(found)]


@pytest.fixture(scope="module")
def reviews():
    """Play the protocol with Jiangsu until four of six reviews are there."""
    return played(JIANGSU, 6)


def test_the_phase_of_a_case_lies_between_what_is_done_and_what_is_ahead(reviews):
    steps = track(reviews.case, lines(reviews.changes))

    assert [step.state for step in steps] == [
        StepState.DONE,
        StepState.NOW,
        *[StepState.AHEAD] * 4,
    ]
    assert place_of(reviews.case, steps) == 2
    assert steps[0].agencies == ("SEDE",)
    assert set(steps[1].agencies) == {"SEF", "SEPLAG"}


def test_each_agency_has_a_lane_with_all_that_it_does(reviews):
    found = {
        lane.agency: (lane.state, [step.key for step in lane.steps])
        for lane in lanes(reviews.case, lines(reviews.changes))
    }

    assert found["SEDE"] == (StepState.DONE, ["technical_review", "provide_translation"])
    assert found["SEF"] == (StepState.NOW, ["tax_review"])


def test_the_latest_round_is_shown_after_it_has_ended():
    later = played(JIANGSU, 9)

    found = parallel_round(later.case, lines(later.changes))

    assert later.case.state != "assessment"
    assert {task.key for task in found} >= {"technical_review", "tax_review", "budget_review"}


def test_every_step_of_a_case_that_ended_well_is_done_or_was_not_needed():
    whole = played(JIANGSU)

    states = {step.state for step in track(whole.case, lines(whole.changes))}

    assert whole.case.result
    assert states <= {StepState.DONE, StepState.SKIPPED}


def test_history_lays_together_what_one_act_has_caused(reviews):
    events = [event for change in reviews.changes for event in change.events]

    acts = [headline(entry) for act in story(events) if (entry := told(act))]

    assert [act.head.kind for act in acts][-1] is Kind.CASE_OPENED
    screened = acts[-2]
    assert screened.head.kind is Kind.TASK_COMPLETED
    assert Kind.STATE_ENTERED in {event.kind for event in screened.followed}
    assert not any(is_bookkeeping(e) for act in acts for e in (act.head, *act.followed))


def test_a_comment_for_the_agencies_is_not_for_others():
    desk = Desk()
    now = desk.now(powers_of("SEDE"))
    change = comment(desk.case, "Só entre nós.", readers=Readers.AGENCIES, now=now)
    said = change.events[-1]

    assert visible(said, change.after, powers_of("SEDE"))
    assert not visible(said, change.after, powers_of("SES"))


def test_the_trace_of_a_deadline_ends_on_its_day(reviews):
    for clock in all_clocks(reviews.case):
        counted = trace_of(clock, world())

        assert counted is not None
        assert counted.on == clock.due_on
        assert counted.trace[-1].day == clock.due_on


def test_an_outcome_says_where_it_leads_without_being_given():
    desk = Desk()
    task = desk.case.tasks[0]
    spec = desk.case.spec(task)
    now = desk.now(powers_of("SEDE"))

    sent = consequence(desk.case, task, spec.outcomes["sent"], now=now)
    refused = consequence(desk.case, task, spec.outcomes["refused"], now=now)

    assert sent.state == "opinions"
    assert {handed.agency for handed in sent.handed} == {"SEF", "SEPLAG", "AGE"}
    assert refused.result == "refused"
    assert desk.case.state == "drafting"


def test_an_outcome_that_waits_for_others_names_them(reviews):
    task = next(task for task in reviews.case.tasks if task.agency == "SEF")
    now = Circumstances(powers_of("SEF"), reviews.changes[-1].events[-1].at, world(), b"")

    found = consequence(reviews.case, task, reviews.case.spec(task).outcomes["favourable"], now=now)

    assert found.state is None
    assert found.waits_for == ("SEPLAG",)


def test_whoever_may_not_act_is_told_who_may(reviews):
    acts = {possible.act: possible for possible in possible_acts(reviews.case, powers_of("SEF"))}

    assert acts[PlainAct.ASK_OPINION].allowed
    assert acts[PlainAct.ATTACH].refused.particulars["why"] == "document"
    assert acts[ActName.EXTEND].allowed
    assert not acts[ActName.SUSPEND].allowed
    assert acts[ActName.SUSPEND].who == ("SEDE",)
    assert ActName.REOPEN not in acts
    assert ActName.RESUME not in acts


def test_a_stranger_may_do_nothing_with_a_case(reviews):
    assert not any(p.allowed for p in possible_acts(reviews.case, powers_of("SES")))


def test_of_a_suspended_case_only_what_stands_still_is_marked_so():
    """The legal service's rule admits no rest on this ground; the others' does."""
    text = LOAN.replace(
        "form: [data.carrier]\n        deadline: {term: 10 working days, rule: house}",
        "form: [data.carrier]\n        deadline: {term: 10 days, rule: lei_14184}",
    )
    assert text != LOAN
    desk = Desk(text)
    desk.drafted()
    desk.on(3, 4).do(suspend, "Greve.", review_on=date(2026, 3, 20))
    found = lanes(desk.case, lines(tuple(desk.changes)))

    assert {lane.agency: lane.state for lane in found} == {
        "SEF": StepState.PAUSED,
        "SEPLAG": StepState.PAUSED,
        "AGE": StepState.NOW,
    }
