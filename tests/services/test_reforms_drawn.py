"""Whatever agencies become and whatever is open: the preview is all that happens, and no more."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from tests.counts import count
from tests.installation import acting_for, deploy, employ
from tests.services.conftest import NOON
from tests.services.errands import DATA, Office
from tests.services.slicing import a_slice
from workflow.core.acts.answers import Answers
from workflow.core.events import Kind
from workflow.core.reform import Create, End, Ending, Move, Reform, Rename
from workflow.core.reforming import ReformUnsound
from workflow.services import cases, liveness, plans, recounting, reforms, tasks
from workflow.services.network import NameOutOfTurn
from workflow.services.verification import verify_all
from workflow.storage.case import Case, EventRow
from workflow.storage.plans import RecountPlan
from workflow.storage.queries.counted import COUNTS
from workflow.storage.queries.plans import Phase

ROUND = """
key: round
version: 1
title: Rodada
summary: Uma pergunta a muitos órgãos.
owner: SCC
roles:
  proponent: {title: Órgão, bind: opener}
  asked: {title: Consultados, many: true, bind: [SEF, AGE, SCC]}
  legal: {title: Advocacia, bind: AGE}
data:
  - {key: held_on, title: Dia, type: date, required: true}
opening: [held_on]
deadlines:
  - {key: whole, title: Tudo, term: 60 days, rule: lei_14184, from: opened}
states:
  - key: doing
    title: Em análise
    deadline: {term: 2 months, rule: house}
    tasks:
      - key: opine
        title: Opinar
        each: asked
        outcomes: [fine, wrong]
        binding: true
        deadline: {term: 10 working days, rule: house}
      - key: sign
        title: Assinar
        role: legal
        outcomes: [fine]
        opens_when: {of: data.held_on}
        deadline: {due: data.held_on}
  - {key: held, title: Feita, final: completed}
  - {key: refused, title: Recusada, final: refused}
transitions:
  - {source: doing, target: held, when: all fine}
  - {source: doing, target: refused, when: majority wrong}
acts:
  suspend: {by: proponent, review_within: 30 days}
"""
BEGINNING = ("SEDE", "SEF", "AGE", "SCC")
"""Who has a part in what is opened, as they are called at first."""
CALENDARS = ("BH", "MG", "")
LINE = {
    Kind.TASK_REASSIGNED: lambda b: (
        "task",
        str(b["no"]),
        b["from"],
        b["agency"],
        _due(b["clock"]),
    ),
    Kind.ROLE_BOUND: lambda b: ("role", b["role"], *min(b["heirs"].items()), None),
    Kind.TASK_SCHEDULED: lambda b: (
        *("scheduled", f"{b['task']}:{b['was']}", b["from"], b["agency"]),
        None,
    ),
    Kind.INFORMATION_REDIRECTED: lambda b: (
        *("question", str(b["no"]), b["from"], b["request"]["of"]),
        _due(b["request"]["clock"]),
    ),
    Kind.DEADLINE_RECOUNTED: lambda b: (
        *("deadline", b["clock"]["key"], None, b["clock"]["agency"]),
        _due(b["clock"]),
    ),
}


def _due(clock):
    return date.fromisoformat(clock["due_on"]) if clock else None


@pytest.fixture
def office(installation):
    office = Office(installation, NOON)
    deploy(office.uow(), [ROUND])
    employ(office.uow(), "ana@example.org", AGE="officer")
    return office


@pytest.mark.exhaustive
def test_the_preview_is_what_happens(office, random, record_property):
    tries, lines = count(4, exhaustive=300), 0
    for n in range(tries):
        office.now = NOON + timedelta(days=2 * n + random.random())
        for _ in range(random.randint(1, 3)):
            open_something(office, random)
        close_the_oldest(office)
        plan = drawn_plan(office, random, n)
        if plan is None:
            continue
        before, stood = open_tasks(open_cases(office)), standing_still(office)
        expected = previewed(office, plan)
        begun = reforms.apply_reform(office.uow(), plan.id)
        done = finish(office, begun, random)
        assert done.phase is Phase.DONE
        assert plans.failures_of(office.uow(), done.id) == []
        assert happened(office, plan) == expected
        now = open_cases(office)
        assert_whole(office, now, before, expected)
        assert standing_still(office) - stood <= without_people(office, now, plan)
        lines += sum(expected.values())
    assert verify_all(office.uow()).is_sound
    record_property(f"{tries} drawn reforms", f"{lines} lines happened as previewed")
    assert lines


# --- What is drawn -----------------------------------------------------------------------------


def now_called(office, code):
    return office.uow().world().network.succeeded(code, office.uow().today)


def open_something(office, random):
    opener = now_called(office, "SEDE")
    uow = acting_for(office.uow(), office.opener, opener)
    held = uow.today + timedelta(days=random.randint(2, 40))
    data = {**DATA, "held_on": held.isoformat()}
    key, number = random.choice(("round", "round", "errand")), office.key()
    answers = Answers(data=data if key == "round" else DATA)
    number = cases.open_case(uow, key, opener=opener, answers=answers, key=number).number
    first = office.case(number).tasks[0]
    doer = acting_for(office.uow(), office.doer, first.agency)
    if random.random() < 0.4:
        tasks.claim(doer, number, first.no, key=office.key())
    if random.random() < 0.4:
        of = random.choice((now_called(office, "AGE"), None, opener))
        tasks.ask_information(doer, number, first.no, "Quando?", of=of, key=office.key())
    elif random.random() < 0.2:
        review = uow.today + timedelta(days=20)
        cases.suspend(uow, number, "motivo", review_on=review, key=office.key())


def close_the_oldest(office, most=20):
    """Refuse old cases that wait for no answer, so that long runs stay short."""
    for number, case in [*open_cases(office).items()][:-most]:
        waits = case.suspension or any(task.request for task in case.tasks)
        for task in () if waits else case.tasks:
            if office.case(number).is_open:
                doer = acting_for(office.uow(), office.doer, task.agency)
                outcome = "wrong" if task.key == "opine" else case.spec(task).endings[-1]
                end = {"answers": Answers(), "key": office.key()}
                tasks.complete_task(doer, number, task.no, outcome, **end)


def drawn_plan(office, random, n):
    today = office.uow().today
    alive = sorted({now_called(office, code) for code in BEGINNING})
    steps, made = [], f"N{n}"
    for code in random.sample(alive, random.randint(1, min(2, len(alive)))):
        match random.choice(("rename", "move", "merge", "merge", "split", "end")):
            case "rename":
                steps.append(Rename(code, f"{code} {n}"))
            case "move":
                steps.append(Move(code, calendar=random.choice(CALENDARS)))
            case "split":
                share = {"round.opine": f"{made}B", "errand": random.choice((made, f"{made}B"))}
                steps += _new(steps, made, random) + _new(steps, f"{made}B", random)
                steps.append(End(code, Ending.SPLIT, made, share=share, units_along=True))
            case "merge":
                steps += _new(steps, made, random)
                steps.append(End(code, Ending.MERGED, made, units_along=True))
            case _:
                heir = random.choice([*alive, "SEPLAG"])
                steps.append(End(code, heir=heir, units_along=True))
    reform = Reform(today - timedelta(days=random.randint(0, 1)), tuple(steps))
    try:
        plan = reforms.plan_reform(office.uow(), reform, key=f"plan {n}", source="Lei 1/2026")
    except (ReformUnsound, NameOutOfTurn):
        return None
    return recounting.finish(office.uow, plan, limit=a_slice(plan, random, 7))


def _new(steps, code, random):
    made = Create(code, f"Órgão {code}", "secretaria", "GOV", calendar=random.choice(CALENDARS))
    return [] if any(step.agency == code for step in steps) else [made]


def finish(office, plan, random):
    """Go on to the end; now and then somebody is killed before a slice is noted."""
    while plan.works:
        before = plan
        plan = recounting.advance(office.uow(), plan.id, limit=a_slice(plan, random, 5))
        if plan.works and random.random() < 0.3:
            forgotten = {"cursor": before.cursor, "gone": before.gone, "moved": before.moved}
            with office.uow().writing() as connection:
                row = update(RecountPlan).where(RecountPlan.id == plan.id)
                connection.execute(row.values(forgotten))
    return plan


# --- What is looked at -------------------------------------------------------------------------


def previewed(office, plan):
    return Counter(
        (
            line.number,
            *(line.kind, line.key, None if line.kind == "deadline" else line.agency, line.heir),
            line.due_to,
        )
        for line in reforms.lines_of(office.uow(), plan.id)
        if line.case_id
    )


def happened(office, plan):
    wanted = select(Case.number, EventRow.kind, EventRow.body).join(
        Case, Case.id == EventRow.case_id
    )
    with office.uow().reading() as connection:
        found = [
            (number, LINE[Kind(kind)](body))
            for number, kind, body in connection.execute(wanted)
            if isinstance(body.get("because"), dict) and body["because"].get("plan") == plan.id
        ]
    return Counter((number, *line) for number, line in found)


def open_cases(office):
    """Load every case that is open, by its number; the others have nothing that could move."""
    with office.uow().reading() as connection:
        wanted = select(Case.number).where(Case.closed_at.is_(None)).order_by(Case.id)
        numbers = list(connection.execute(wanted).scalars())
    return {number: office.case(number) for number in numbers}


def open_tasks(standing):
    return {
        (number, task.no): (task.key, task.visit, task.opened_at, task.clock and task.clock.due_on)
        for number, case in standing.items()
        for task in case.tasks
    }


def assert_whole(office, standing, before, expected):
    """No task is lost or doubled, each is due as previewed, and nobody is named who is gone."""
    uow = office.uow()
    network, today = uow.world().network, uow.today
    now = open_tasks(standing)
    assert {place: parts[:3] for place, parts in now.items()} == {
        place: parts[:3] for place, parts in before.items()
    }
    moved = {(line[0], line[2]): line[-1] for line in expected if line[1] == "task"}
    moved |= {
        (line[0], line[2].removeprefix("task:")): line[-1]
        for line in expected
        if line[1] == "deadline" and line[2].startswith("task:")
    }
    for (number, no), parts in now.items():
        assert parts[3] == moved.get((number, str(no)), before[(number, no)][3])
    held = Counter(task.agency for case in standing.values() for task in case.tasks)
    with uow.reading() as connection:
        sums = select(COUNTS.c.agency, func.sum(COUNTS.c.n)).group_by(COUNTS.c.agency)
        assert {agency: n for agency, n in connection.execute(sums) if n} == held
    for case in standing.values():
        asked = {t.request.of for t in case.tasks if t.request and t.request.of}
        named = {*(t.agency for t in (*case.tasks, *case.scheduled)), *asked}
        named |= {code for held in case.participants.values() for code in held}
        named |= {clock.agency for clock in recounting_clocks(case)}
        gone = [code for code in sorted(named) if not network.is_active(code, today)]
        assert gone == [], case
        slots = [(t.key, t.slot) for t in case.visit_tasks()]
        assert len(slots) == len(set(slots))


def recounting_clocks(case):
    return [clock for clock in case.clocks if clock.status != "stopped"]


def without_people(office, standing, plan):
    """Return what the preview said would stand still, for want of people where it goes."""
    told = {n.agency for n in reforms.lines_of(office.uow(), plan.id) if n.kind == "unstaffed"}
    every = [(number, task) for number, case in standing.items() for task in case.tasks]
    asked = [(number, task) for number, task in every if task.request]
    return {
        *((number, "no_officer", task.no) for number, task in every if task.agency in told),
        *((n, "asked_of_nobody", task.no) for n, task in asked if task.request.of in told),
    }


def standing_still(office):
    return {
        (stuck.loaded.snapshot.number, fault.kind.value, fault.task_no)
        for stuck in liveness.all_stuck(office.uow())
        for fault in stuck.faults
    }
