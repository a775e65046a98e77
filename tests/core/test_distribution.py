"""Who gets a task where an agency gives its tasks out by a rule."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.desk import LOAN, Desk
from tests.counts import count
from workflow.core.acts.allowed import kept_from
from workflow.core.acts.distributing import give_out
from workflow.core.acts.routing import reassign
from workflow.core.acts.tasks import claim, release
from workflow.core.change import JobKind
from workflow.core.distribution import (
    Bench,
    Candidate,
    Choice,
    Distribution,
    Finished,
    choose,
)
from workflow.core.network import Network
from workflow.core.playing import powers_of
from workflow.core.powers import Powers

NOON = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
BY_HAND, SAME, SHORTEST = Distribution

people = st.builds(
    Candidate,
    officer=st.integers(1, 9),
    days=st.integers(0, 4),
    serves=st.booleans(),
    absent=st.booleans(),
    given_at=st.none() | st.integers(0, 3).map(lambda n: NOON + timedelta(hours=n)),
)
benches = st.builds(
    Bench,
    agency=st.just("SEF"),
    candidates=st.lists(people, max_size=6, unique_by=lambda one: one.officer).map(tuple),
    finished=st.lists(
        st.builds(
            Finished,
            task=st.sampled_from(["draft", "review"]),
            by=st.lists(st.integers(1, 9), max_size=2).map(tuple),
        ),
        max_size=4,
    ).map(tuple),
)


def bench(*candidates, finished=()):
    return Bench("SEF", candidates, tuple(finished))


@settings(max_examples=count(200, exhaustive=10_000), deadline=None)
@given(benches, st.sampled_from(Distribution), st.frozensets(st.integers(1, 9), max_size=5))
def test_nobody_gets_a_task_who_is_barred_absent_or_elsewhere(some, rule, barred):
    chosen = choose(rule, some, task="draft", barred=barred)
    serving = [one for one in some.candidates if one.serves] or some.candidates
    able = {o.officer: o for o in serving if not o.absent and o.officer not in barred}
    if chosen is None:
        assert rule is BY_HAND or not able
        return
    assert chosen.officer in able
    if chosen.rule is SHORTEST:
        assert able[chosen.officer].days == min(one.days for one in able.values())
        if rule is SAME:
            assert not any(who in able for done in some.finished for who in done.by)
    else:
        assert any(chosen.officer in done.by for done in some.finished)


def test_of_equal_queues_the_one_who_waited_longest_gets_it():
    long_ago, just_now = NOON - timedelta(days=2), NOON
    three = bench(
        Candidate(3, 5, given_at=just_now),
        Candidate(2, 5, given_at=long_ago),
        Candidate(1, 6),
    )
    assert choose(SHORTEST, three, task="draft") == Choice(2, SHORTEST)
    assert choose(SHORTEST, three, task="draft", barred={2}) == Choice(3, SHORTEST)
    assert choose(SHORTEST, bench(Candidate(9, 0), Candidate(4, 0)), task="x").officer == 4


def test_who_did_the_same_task_comes_before_who_did_another_and_else_the_queue_decides():
    done = [Finished("review", (2,)), Finished("draft", (1,)), Finished("draft", (3,))]
    four = [Candidate(n, 10 - n) for n in (1, 2, 3, 4)]
    assert choose(SAME, bench(*four, finished=done), task="draft") == Choice(1, SAME)
    assert choose(SAME, bench(*four[1:], finished=done), task="draft") == Choice(3, SAME)
    assert choose(SAME, bench(*four, finished=done), task="other") == Choice(2, SAME)
    assert choose(SAME, bench(*four), task="draft") == Choice(4, SHORTEST)
    away = [replace(one, absent=one.officer < 4) for one in four]
    assert choose(SAME, bench(*away, finished=done), task="draft") == Choice(4, SHORTEST)


def test_a_head_gets_tasks_only_where_nobody_is_there_to_do_them():
    head, officer = Candidate(1, 0, serves=False), Candidate(2, 99)
    assert choose(SHORTEST, bench(head, officer), task="x").officer == 2
    assert choose(SHORTEST, bench(head), task="x").officer == 1
    assert choose(SHORTEST, bench(head, replace(officer, absent=True)), task="x") is None


def test_sixty_tasks_over_four_officers_differ_by_one_at_most():
    held, given_at = Counter(dict.fromkeys((11, 12, 13, 14), 0)), {}
    for n in range(60):
        four = (Candidate(who, 10 * held[who], given_at=given_at.get(who)) for who in held)
        chosen = choose(SHORTEST, bench(*four), task="x").officer
        held[chosen] += 1
        given_at[chosen] = NOON + timedelta(minutes=n)
    assert set(held.values()) == {15}


# --- In a case -----------------------------------------------------------------------------------


APART = LOAN.replace("released_by: head\n", "released_by: head\n        not_by: [opinion]\n")
"""The loan, with the two tasks of the state of opinions kept apart."""


class Ruled(Desk):
    """A desk in whose world some agencies give out their tasks by a rule."""

    def __init__(self, *agencies, rule=SHORTEST, text=LOAN):
        self.rule, self.agencies = rule, agencies
        super().__init__(text)

    def now(self, powers):
        now = super().now(powers)
        network = now.world.network
        declared = [
            replace(one, distribution=self.rule) if one.code in self.agencies else one
            for one in network
        ]
        return replace(now, world=replace(now.world, network=Network(declared)))

    def asked(self):
        """List the tasks that the last act asked to be given out, and check they come first."""
        kinds = [job.kind for job in self.changes[-1].jobs]
        wanted = [job for job in self.changes[-1].jobs if job.kind is JobKind.DISTRIBUTE]
        assert kinds[: len(wanted)] == [JobKind.DISTRIBUTE] * len(wanted)
        return [job.payload["no"] for job in wanted]

    def give_out(self, no, *officers, agency="SEF"):
        candidates = tuple(Candidate(who, n) for n, who in enumerate(officers))
        time = self.now(Powers(auditor=True))
        change = give_out(self.case, no, Bench(agency, candidates), now=time)
        return self.take(change) if change else None


def test_what_comes_to_an_agency_with_a_rule_is_to_be_given_out():
    desk = Ruled("SEF", "SCC")
    assert desk.asked() == []
    desk.drafted()
    (no,) = desk.asked()
    assert desk.case.task(no).agency == "SEF"
    assert len({job.key for change in desk.changes for job in change.jobs}) == len(
        [job for change in desk.changes for job in change.jobs]
    )
    seplag = desk.task("opinion", of="SEPLAG").no
    desk.do(reassign, seplag, "SCC", "É com eles.", by="SEPLAG")
    assert desk.asked() == [seplag]
    desk.do(claim, no, by="SEF")
    assert desk.asked() == []


def test_no_job_is_written_where_work_is_handed_out_by_people():
    desk = Ruled("SEF", "SEPLAG", rule=BY_HAND)
    desk.packed()
    assert not any(j.kind is JobKind.DISTRIBUTE for c in desk.changes for j in c.jobs)


def test_the_line_of_history_is_times_own_and_names_the_rule():
    desk = Ruled("SEF").drafted()
    (no,) = desk.asked()
    change = desk.give_out(no, 7, 8)
    (event,) = change.events
    assert event.by.officer is None
    assert event.body == {"no": no, "officer": 7, "from": None, "rule": "shortest_queue"}
    assert desk.case.task(no).assignee == 7
    assert desk.give_out(no, 8) is None


def test_what_is_taken_given_back_elsewhere_or_ended_is_left_alone():
    desk = Ruled("SEF").drafted()
    (no,) = desk.asked()
    assert desk.give_out(no, 7, agency="SEPLAG") is None
    assert desk.give_out(99, 7) is None
    assert desk.give_out(no) is None
    desk.rule = BY_HAND
    assert desk.give_out(no, 7) is None
    desk.do(claim, no, by="SEF")
    desk.rule = SHORTEST
    assert desk.give_out(no, 7) is None
    desk.do(release, no, by="SEF")
    assert desk.asked() == []


def test_who_did_or_holds_what_is_kept_apart_gets_nothing():
    desk = Ruled("SEF", "AGE", text=APART).drafted()
    opinion, legal = desk.task("opinion", of="SEF"), desk.task("legal_opinion")
    drafter = powers_of("SEDE").officer
    assert kept_from(desk.case, desk.case.spec(opinion)) == {drafter}
    assert desk.give_out(opinion.no, drafter) is None
    desk.give_out(opinion.no, 7)
    assert kept_from(desk.case, desk.case.spec(legal)) == {7}
    assert desk.give_out(legal.no, 7, agency="AGE") is None
    desk.give_out(legal.no, 7, 8, agency="AGE")
    assert desk.case.task(legal.no).assignee == 8
