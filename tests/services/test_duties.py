"""Separation of duties, tried by drawn people who do whatever they may: nobody gets around it.

They take turns as themselves, as substitutes, as heads who release and return; they act on one
task or on many at once, hand tasks on, send cases back, and are moved between agencies meanwhile.
What was done is judged by the lines of history alone, by a notebook that shares no code with the
rule.
"""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count as running

import pytest
from hypothesis import Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    get_state_machine_test,
    initialize,
    rule,
)
from sqlalchemy import select

from tests.counts import count
from tests.installation import DAY_ONE, employ, furnish
from tests.servers.installed import ZONE
from tests.services.guarded import AGENCIES, GUARDED, PEOPLE, TOKENS
from tests.services.judging import NOT_BY, judged
from workflow.core.acts.answers import Answers
from workflow.core.errors import Refusal
from workflow.services import absence, bulk, cases, tasks
from workflow.services.installation import Installation
from workflow.services.sign_in import Limits, digest, principal
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.case import Case, EventRow, TaskRow
from workflow.storage.engine import make_engine
from workflow.storage.officers import add_memberships
from workflow.storage.sessions import add_session

START = datetime(2026, 3, 2, 15, tzinfo=UTC)
LIMITS = Limits(idle=timedelta(days=9_999), absolute=timedelta(days=9_999))
STEPS = 100
ACTS = count(500, exhaustive=100_000)
RUNS = 25


@pytest.fixture
def furnished(sqlite_url, tmp_path):
    """Keep a database with the type, two people in each agency, and a session for each."""
    installation = Installation(make_engine(sqlite_url), ZONE)
    uow = UnitOfWork(installation, now=START)
    furnish(uow, types=[GUARDED])
    officers = [employ(uow, f"{role}@{at}.example", **{at: role}) for at, role in PEOPLE]
    with uow.writing() as connection:
        for n, officer in enumerate(officers):
            add_session(
                connection,
                digest(str(n)),
                officer_id=officer,
                csrf="",
                at=START,
                expires_at=START + timedelta(days=9_999),
            )
    installation.engine.dispose()
    kept = tmp_path / "furnished.sqlite"
    shutil.copyfile(sqlite_url.removeprefix("sqlite:///"), kept)
    # One engine for all that is drawn: it knows how statements are compiled.
    engine = make_engine(f"sqlite:///{kept.with_name('drawn.sqlite')}")
    yield kept, engine, officers
    engine.dispose()


class Offices(RuleBasedStateMachine):
    """Eight people, some cases, and everything that may be done."""

    def __init__(self, kept, engine, officers, tally):
        super().__init__()
        self.officers, self.tally = officers, tally
        engine.dispose()
        path = kept.with_name("drawn.sqlite")
        for beside in ("", "-wal", "-shm"):
            path.with_name(path.name + beside).unlink(missing_ok=True)
        shutil.copyfile(kept, path)
        self.installation = Installation(engine, ZONE)
        self.now, self.keys, self.numbers = START, running(), []

    def teardown(self):
        self.judge()

    def uow(self, who=None):
        uow = UnitOfWork(self.installation, now=self.now)
        if who is None:
            return uow
        return uow.as_powers(principal(uow, str(who), limits=LIMITS).powers)

    def key(self):
        return f"key-{next(self.keys)}"

    def attempt(self, name, act, *given):
        """Do something if it is allowed, and count what came of it."""
        self.now += timedelta(seconds=1)
        try:
            act(*given)
        except Refusal as refusal:
            self.tally[name, type(refusal).__name__] += 1
        else:
            self.tally[name, "done"] += 1

    def open_tasks(self):
        columns = Case.number, TaskRow.no, TaskRow.key, TaskRow.agency
        wanted = select(*columns).join(Case, Case.id == TaskRow.case_id)
        still = TaskRow.status.in_(("open", "claimed"))
        with self.uow().reading() as connection:
            return list(connection.execute(wanted.where(still).order_by(Case.id, TaskRow.no)))

    @initialize()
    def begin(self):
        self.open_case(0)

    @rule(who=st.sampled_from(TOKENS))
    def open_case(self, who):
        if len(self.numbers) < 3:
            uow = self.uow(who)
            answers = Answers(data={"subject": "Contrato", "description": "De compra e venda."})
            opener = uow.powers.agency
            opened = cases.open_case(uow, "guarded", opener=opener, answers=answers, key=self.key())
            self.numbers.append(opened.number)

    @rule(data=st.data(), who=st.sampled_from(TOKENS), good=st.integers(0, 5))
    def complete(self, data, who, good):
        task = self.drawn(data)
        if task:
            outcome = "sent" if task.key == "draft" else "good" if good else "bad"
            self.attempt("complete", self.end, who, task.number, task.no, outcome)

    @rule(data=st.data(), good=st.integers(0, 5))
    def complete_at_home(self, data, good):
        """Let somebody end a task who belongs to its agency from the beginning."""
        task = self.drawn(data)
        if task:
            at_home = [n for n, (agency, _) in enumerate(PEOPLE) if agency == task.agency]
            self.complete(data, data.draw(st.sampled_from(at_home)), good)

    @rule(data=st.data())
    def release_at_home(self, data):
        """Let the first head of an agency release what lies there, or give it back."""
        waiting = [task for task in self.open_tasks() if task.key == "legal"]
        if waiting:
            task = data.draw(st.sampled_from(waiting))
            head = PEOPLE.index((task.agency, "head"))
            act = tasks.release_proposal
            self.attempt(
                "release_proposal",
                lambda: act(self.uow(head), task.number, task.no, key=self.key()),
            )

    @rule(who=st.sampled_from(TOKENS), outcome=st.sampled_from(("sent", "good")))
    def complete_many(self, who, outcome):
        items = [bulk.Item(task.number, task.no) for task in self.open_tasks()]
        uow, key = self.uow(who), self.key()

        def act(number, no, its_key):
            tasks.complete_task(uow, number, no, outcome, answers=Answers(), key=its_key)

        for result in bulk.do_each(items, act, key=key):
            came = type(result.refusal).__name__ if result.refusal else "done"
            self.tally["complete in bulk", came] += 1

    @rule(
        data=st.data(),
        who=st.sampled_from(TOKENS),
        what=st.sampled_from(("claim", "release", "release_proposal", "return_proposal")),
    )
    def handle(self, data, who, what):
        task = self.drawn(data)
        if task:
            reason = ("De novo.",) if what == "return_proposal" else ()
            act = getattr(tasks, what)
            self.attempt(
                what, lambda: act(self.uow(who), task.number, task.no, *reason, key=self.key())
            )

    @rule(data=st.data(), who=st.sampled_from(TOKENS), whom=st.sampled_from(TOKENS))
    def hand_over(self, data, who, whom):
        task = self.drawn(data)
        if task:
            officer = self.officers[whom]
            self.attempt(
                "assign",
                lambda: tasks.assign(self.uow(who), task.number, task.no, officer, key=self.key()),
            )

    @rule(data=st.data(), who=st.sampled_from(TOKENS), agency=st.sampled_from(AGENCIES))
    def reassign(self, data, who, agency):
        task = self.drawn(data)
        if task and data.draw(st.integers(0, 3)) == 0:
            self.attempt(
                "reassign",
                lambda: tasks.reassign(
                    self.uow(who), task.number, task.no, agency, "Cabe a eles.", key=self.key()
                ),
            )

    @rule(
        data=st.data(),
        who=st.sampled_from(TOKENS),
        what=st.sampled_from(("undo", "send_back", "withdraw", "reopen")),
    )
    def move_case(self, data, who, what):
        if data.draw(st.integers(0, 3)):
            return
        number = data.draw(st.sampled_from(self.numbers))
        more = {"undo": (), "send_back": ("drafting", "De novo.")}.get(what, ("Sim.",))
        act = getattr(cases, what)
        self.attempt(what, lambda: act(self.uow(who), number, *more, key=self.key()))

    @rule(absent=st.sampled_from(TOKENS), by=st.sampled_from(TOKENS), days=st.integers(0, 3))
    def substitute(self, absent, by, days):
        first = self.uow().today
        wish = absence.Wish(
            self.officers[absent],
            self.officers[by],
            first,
            first + timedelta(days=days),
            confirmed=True,
        )
        self.attempt(
            "substitute", lambda: absence.arrange(self.uow(), wish, office=None, key=self.key())
        )

    @rule(
        who=st.sampled_from(TOKENS),
        agency=st.sampled_from(AGENCIES),
        role=st.sampled_from(("officer", "head")),
    )
    def employ(self, who, agency, role):
        """Give somebody a place in an agency, as who administers the network may."""
        member = {"officer_id": self.officers[who], "agency": agency, "role": role}
        with self.uow().writing() as connection:
            add_memberships(connection, [{**member, "valid_from": DAY_ONE, "valid_to": None}])
        self.tally["employ", "done"] += 1

    @rule(data=st.data(), who=st.sampled_from(TOKENS))
    def stand_in_for_a_doer(self, data, who):
        """Let somebody decide in the name of a person who did what the task is kept apart from."""
        apart = [task for task in self.open_tasks() if task.key in NOT_BY]
        if not apart:
            return
        task = data.draw(st.sampled_from(apart))
        doers = self.doers(task.number, NOT_BY[task.key])
        if doers:
            absent = data.draw(st.sampled_from(doers))
            self.employ(who=absent, agency=task.agency, role="officer")
            self.substitute(absent=absent, by=who, days=1)
            self.attempt("complete in a name", self.end, who, task.number, task.no, "good")

    def doers(self, number, keys):
        """Return who ended some tasks of a case, as history tells it."""
        ended = select(EventRow.officer, EventRow.body).join(Case, Case.id == EventRow.case_id)
        ended = ended.where(Case.number == number, EventRow.kind == "task_completed")
        with self.uow().reading() as connection:
            lines = connection.execute(ended.order_by(EventRow.seq)).all()
        return sorted({self.officers.index(o) for o, body in lines if body["task"] in keys})

    @rule(days=st.integers(1, 4))
    def pass_days(self, days):
        self.now += timedelta(days=days)

    def drawn(self, data):
        found = self.open_tasks()
        return data.draw(st.sampled_from(found)) if found else None

    def end(self, who, number, no, outcome):
        tasks.complete_task(self.uow(who), number, no, outcome, answers=Answers(), key=self.key())

    def judge(self):
        with self.uow().reading() as connection:
            rows = connection.execute(
                select(
                    EventRow.case_id,
                    EventRow.kind,
                    EventRow.officer,
                    EventRow.on_behalf_of,
                    EventRow.body,
                ).order_by(EventRow.case_id, EventRow.seq)
            ).all()
        for number in {row.case_id for row in rows}:
            self.tally["cases", "judged"] += 1
            self.tally["ends", "judged"] += judged([r for r in rows if r.case_id == number])


@pytest.mark.exhaustive
def test_nobody_gets_around_it(furnished, record_property, random):
    tally = Counter()
    drawn = settings(max_examples=RUNS, stateful_step_count=STEPS, phases=[Phase.generate])
    while tried(tally) < ACTS:  # what has been drawn is remembered, so short turns cost less
        play = get_state_machine_test(lambda: Offices(*furnished, tally), settings=drawn)
        seed(random.getrandbits(64))(play)()
    refused = sum(n for (_, came), n in tally.items() if came == "DutiesNotSeparate")
    record_property("acts tried", tried(tally))
    record_property("of them done", sum(n for (_, came), n in tally.items() if came == "done"))
    record_property("refused for the separation of duties", refused)
    record_property("ends of tasks judged", tally["ends", "judged"])
    assert tally["ends", "judged"]


def tried(tally):
    return sum(n for (name, _), n in tally.items() if name not in {"cases", "ends"})


def test_the_notebook_sees_a_bypass():
    def line(kind, officer, behalf=None, **body):
        return type(
            "Line", (), {"kind": kind, "officer": officer, "on_behalf_of": behalf, "body": body}
        )

    draft = line("task_completed", 1, None, no=1, task="draft")
    own = line("task_completed", 1, None, no=2, task="check")
    lent = line("task_completed", 2, 1, no=2, task="check")
    passed = line("outcome_proposed", 1, None, no=3)
    released = line("task_completed", 3, None, no=3, task="legal")
    back = line("task_reassigned", 4, None, no=3)
    assert judged([draft, passed, back, released]) == 2
    for caught in ([draft, own], [draft, lent], [draft, passed, released]):
        with pytest.raises(AssertionError):
            judged(caught)
