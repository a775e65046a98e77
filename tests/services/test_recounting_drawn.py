"""Whatever changes, and whatever is open: the preview is all that moves, and all that it says."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.counts import count
from tests.installation import acting_for, deploy
from tests.servers.databases import on_a_drawn_database
from tests.services.conftest import NOON
from tests.services.errands import DATA, Office
from tests.services.slicing import a_slice
from workflow.core.acts.answers import Answers
from workflow.core.clocks import recount
from workflow.core.deadlines.calendar import CalendarDay, Closes, DayKind
from workflow.core.moving import all_clocks
from workflow.core.snapshot import ClockStatus
from workflow.services import cases, planning, plans, recounting
from workflow.services.plans import NothingChanges
from workflow.services.proposals import known_days, worlds_of
from workflow.services.verification import verify_all
from workflow.storage.case import Case, EventRow
from workflow.storage.queries.plans import Phase

FAIR = """
key: fair
version: 1
title: Feira
summary: Uma feira, com prazos de toda espécie.
owner: SCC
roles:
  proponent: {title: Órgão, bind: opener}
  treasury: {title: Fazenda, bind: SEF}
  legal: {title: Advocacia, bind: AGE}
data:
  - {key: held_on, title: Dia da feira, type: date, required: true}
opening: [held_on]
deadlines:
  - {key: whole, title: Tudo, term: 60 days, rule: lei_14184, from: opened}
states:
  - key: doing
    title: Em preparo
    deadline: {term: 2 months, rule: house}
    tasks:
      - {key: pay, title: Pagar, role: treasury, outcomes: [done], deadline: {term: 48 hours}}
      - key: plan
        title: Planejar
        role: treasury
        outcomes: [done]
        deadline: {term: 20 days, rule: lei_9784_42}
      - key: read
        title: Ler
        role: legal
        outcomes: [done]
        deadline: {term: 5 working days before, of: data.held_on, rule: house}
      - {key: sign, title: Assinar, role: legal, outcomes: [done], deadline: {due: data.held_on}}
  - {key: held, title: Feita, final: completed}
transitions:
  - {source: doing, target: held, when: all done}
acts:
  suspend: {by: proponent, review_within: 30 days}
  extend: {times: 2}
"""
KINDS = {
    DayKind.NATIONAL_HOLIDAY: (Closes.FULL,),
    DayKind.OPTIONAL_HOLIDAY: (Closes.FULL, Closes.HALF),
    DayKind.WORKING_DAY: (Closes.NOTHING,),
    DayKind.SUSPENSION: (Closes.NOTHING,),
    DayKind.OUTAGE: (Closes.NOTHING,),
}
LAYERS = ("BR", "MG-EXEC", "BH", "MG-EXEC-BH")


@pytest.fixture
def office(installation):
    office = Office(installation, NOON)
    deploy(office.uow(), [FAIR])
    return office


@on_a_drawn_database
@pytest.mark.exhaustive
def test_the_preview_is_what_happens(office, random, record_property):
    tries, lines = count(12, exhaustive=300), 0
    for n in range(tries):
        office.now = NOON + timedelta(days=3 * n + random.random())
        open_something(office, random)
        plan = drawn_plan(office, random, key=f"plan {n}")
        if plan is None:
            continue
        expected = by_hand(office, plan)
        assert previewed(office, plan, kept=False) == expected["moves"]
        # What an earlier change has left as it was is no business of this one.
        assert set(previewed(office, plan, kept=True)) <= set(expected["kept"])

        done = plans.apply_plan(office.uow(), plan.id)
        done = recounting.finish(office.uow, done, limit=a_slice(plan, random, 5))
        assert done.phase is Phase.DONE
        assert plans.failures_of(office.uow(), done.id) == []
        assert happened(office, plan) == expected["moves"]
        lines += len(expected["moves"])
    assert verify_all(office.uow()).is_sound
    record_property(f"{tries} drawn changes", f"{lines} deadlines moved as previewed")
    assert lines


def open_something(office, random):
    """Open a few cases, and let some of them rest or have more time."""
    for _ in range(random.randint(1, 3)):
        number = a_fair(office, random) if random.random() < 0.6 else office.open()
        opener = acting_for(office.uow(), office.opener, "SEDE")
        review = opener.today + timedelta(days=20)
        if random.random() < 0.2:
            cases.suspend(opener, number, "motivo", review_on=review, key=office.key())
        elif random.random() < 0.3:
            owner = acting_for(office.uow(), office.doer, "SEF")
            cases.extend(owner, number, "task:1", "3 days", "motivo", key=office.key())


def a_fair(office, random):
    held = office.uow().today + timedelta(days=random.randint(10, 60))
    answers = Answers(data={**DATA, "held_on": held.isoformat()})
    uow = acting_for(office.uow(), office.opener, "SEDE")
    return cases.open_case(uow, "fair", opener="SEDE", answers=answers, key=office.key()).number


def drawn_plan(office, random, *, key):
    """Plan to bring in some days, and to take some of the known ones away."""
    today = office.uow().today
    added = [a_day(today, random) for _ in range(random.randint(0, 4))]
    near = [d for d in known_days(office.uow()) if abs((d.day - today).days) < 60]
    removed = random.sample(near, min(len(near), random.randint(0, 2)))
    distinct = {(d.layer, d.day, d.kind): d for d in added}
    try:
        plan = planning.plan_days(
            office.uow(), key=key, source="Decreto", added=distinct.values(), removed=removed
        )
    except NothingChanges:
        return None
    return recounting.finish(office.uow, plan, limit=a_slice(plan, random, 7))


def a_day(today, random):
    kind = random.choice(list(KINDS))
    day = today + timedelta(days=random.randint(-10, 70))
    closes = random.choice(KINDS[kind])
    return CalendarDay(random.choice(LAYERS), day, kind, "Dia", "Decreto", closes=closes)


def by_hand(office, plan):
    """Count every open deadline anew, whatever the change may reach."""
    uow = office.uow()
    with uow.reading() as connection:
        world = worlds_of(uow, connection, plan).new
        numbers = list(connection.execute(select(Case.number)).scalars())
    found = {"moves": [], "kept": []}
    for number in numbers:
        case = office.case(number)
        for clock in all_clocks(case) if case.is_open else ():
            if clock.status is not ClockStatus.RUNNING:
                continue
            now = recount(clock, world)
            if (now.due_at, now.provisional) == (clock.due_at, clock.provisional):
                continue
            kept = min(clock.due_at, now.due_at) < office.now
            line = (number, clock.key, clock.due_on, now.due_on)
            found["kept" if kept else "moves"].append(line)
    return {which: sorted(lines) for which, lines in found.items()}


def previewed(office, plan, *, kept):
    return sorted(
        (line.number, line.clock_key, line.due_from, line.due_to)
        for line in plans.moves_of(office.uow(), plan.id)
        if (line.kept is not None) is kept
    )


def happened(office, plan):
    wanted = (
        select(Case.number, EventRow.body)
        .join(Case, Case.id == EventRow.case_id)
        .where(EventRow.kind == "deadline_recounted")
    )
    with office.uow().reading() as connection:
        found = [(n, b) for n, b in connection.execute(wanted) if b["because"]["plan"] == plan.id]
    return sorted(
        (n, b["clock"]["key"], date.fromisoformat(b["from"]), date.fromisoformat(b["to"]))
        for n, b in found
    )
