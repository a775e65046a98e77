"""The engine against a second one, over a database that fails: both must come to the same.

Drawn people do drawn things to cases of drawn request types. Connections break before or after a
drawn statement, answers get lost, requests come twice, processes start anew; whoever was not
answered asks again under the same key. After each step the case is compared, at the end of each
story its history is verified.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import count as running

import pytest
from hypothesis import Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, get_state_machine_test, initialize, rule
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.counts import count
from tests.faults.reference import FINALS, ForbiddenError, Reference, Who
from tests.faults.sketches import AGENCIES, OPENER, OUTCOMES, OWNER, sketched, written
from tests.installation import furnish
from tests.servers.installed import ZONE
from tests.stories import case_now
from workflow.core.acts.answers import Answers
from workflow.core.acts.time import wake
from workflow.core.deadlines.rules import HOUSE
from workflow.core.errors import Refusal
from workflow.core.playing import powers_of
from workflow.services import cases, tasks
from workflow.services.installation import Installation
from workflow.services.notices import CLOCK_POWERS
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import verify
from workflow.storage.engine import make_engine

START = datetime(2026, 3, 2, 15, tzinfo=UTC)
STEPS = 50
TYPES = 20
ALL = count(2_500, exhaustive=100_000)
"""How many steps on each of the two databases."""
DATA = {"subject": "Empréstimo de um quadro", "description": "Para a exposição."}
PEOPLE = [(agency, name) for agency in (OPENER, OWNER, *AGENCIES) for name in ("first", "second")]
KEYS = map(str, running())
"""Of acts: all stories are told in one database, where none may come twice."""
FAULTS = (*["none"] * 10, *["before", "after"] * 3, "twice", "twice", "restart")


class Cable:
    """The line to a database, which can be cut before or after one of the next statements."""

    def __init__(self, engine) -> None:
        self.left, self.cut_after = None, False
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)

    def _before(self, *_about) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0 and not self.cut_after:
                self._cut()

    def _after(self, *_about) -> None:
        if self.left is not None and self.left < 0:
            self._cut()

    def _cut(self) -> None:
        self.left = None
        raise OperationalError("cut", None, Exception("the line was cut"))


class Process:
    """What a process of the product has: connections, over a cable, and what it has read."""

    def __init__(self, url) -> None:
        self.engine = make_engine(url)
        self.cable = Cable(self.engine)
        self.start_anew()

    def start_anew(self) -> None:
        """Forget every connection and all that was read, but not how statements are compiled."""
        self.engine.dispose()
        self.installation = Installation(self.engine, ZONE)


class Beside(RuleBasedStateMachine):
    """One case in the product and in the reference, and everything that may be done to it."""

    def __init__(self, process, sketches, tally) -> None:
        super().__init__()
        self.process, self.sketches, self.tally = process, sketches, tally
        self.now = START

    def teardown(self) -> None:
        if hasattr(self, "number"):
            audited = verify(self.uow(CLOCK_POWERS), self.number)
            assert audited.is_sound, audited
            self.tally["events"] += audited.events

    def uow(self, powers) -> UnitOfWork:
        return UnitOfWork(self.process.installation, now=self.now, powers=powers)

    @property
    def today(self):
        return self.now.astimezone(ZONE).date()

    def is_closed(self, day) -> bool:
        return not self.process.installation.world().calendar(OWNER).is_open(day, HOUSE)

    @initialize(data=st.data())
    def begin(self, data) -> None:
        sketch = data.draw(st.sampled_from(self.sketches))
        asked = data.draw(st.lists(st.sampled_from(AGENCIES), min_size=1, max_size=4, unique=True))
        answers = Answers(data=DATA, roles={"asked": tuple(asked)})
        try:
            self.expected = Reference(sketch, list(asked), self.today, self.is_closed)
        except ForbiddenError:
            self.expected = None
        try:
            opened = cases.open_case(
                self.uow(powers_of(OPENER)),
                sketch.key,
                opener=OPENER,
                answers=answers,
                key=next(KEYS),
            )
        except Refusal:
            assert self.expected is None
        else:
            self.number = opened.number
            self.compare()

    @rule(
        data=st.data(),
        person=st.sampled_from(PEOPLE),
        what=st.sampled_from(("claim", "release", "receive", "complete", "complete", "reassign")),
        at_home=st.integers(0, 4),
    )
    def work(self, data, person, what, at_home) -> None:
        """Let somebody, mostly of the agency that has it, do something to a task."""
        piece = self.drawn(data)
        if piece is None:
            return
        if at_home and what != "answer":
            person = (piece.agency, person[1])
        more = {
            "complete": lambda: (data.draw(st.sampled_from((*OUTCOMES, *OUTCOMES, "what"))),),
            "reassign": lambda: (data.draw(st.sampled_from(AGENCIES)),),
        }.get(what, tuple)()
        self.act(data, what, person, piece.no, *more)

    @rule(data=st.data(), person=st.sampled_from(PEOPLE), answers=st.booleans())
    def ask(self, data, person, answers) -> None:
        piece = self.drawn(data)
        if piece is None:
            return
        if piece.question and answers:
            whose = piece.question if data.draw(st.integers(0, 3)) else person[0]
            self.act(data, "answer", (whose, person[1]), piece.no)
        else:
            of = data.draw(st.sampled_from((OPENER, *AGENCIES)))
            self.act(data, "ask", (piece.agency, person[1]), piece.no, of)

    @rule(data=st.data(), who=st.sampled_from((OWNER, OWNER, OWNER, "SEF")), more=st.booleans())
    def change_round(self, data, who, more) -> None:
        piece = self.drawn(data)
        if piece is None:
            return
        if more:
            agency = data.draw(st.sampled_from(AGENCIES))
            self.act(data, "add_agency", (who, "first"), piece.key, agency)
        else:
            self.act(data, "remove_agency", (who, "first"), piece.no)

    @rule(
        data=st.data(),
        who=st.sampled_from((OPENER, OWNER, "SEF")),
        what=st.sampled_from(("suspend", "resume", "resume", "resume", "reopen", "withdraw")),
    )
    def move_case(self, data, who, what) -> None:
        if self.expected is None or (what == "withdraw" and data.draw(st.integers(0, 3))):
            return
        self.act(data, what, (who, "first"))

    @rule(data=st.data(), hours=st.sampled_from((1, 7, 24, 24, 60, 200)))
    def pass_time(self, data, hours) -> None:
        if self.expected is None or data.draw(st.booleans()):
            return
        self.now += timedelta(hours=hours)
        self.expected.today = self.today
        self.expected.wake()
        self.endure(
            data,
            lambda key: self.uow(CLOCK_POWERS).act(
                self.number, lambda case, now: wake(case, now=now), key=key
            ),
        )
        self.tally["time"] += 1
        self.compare()

    def drawn(self, data):
        if self.expected is None or not self.expected.pieces:
            return None
        return data.draw(st.sampled_from(self.expected.pieces))

    def act(self, data, what, person, *given) -> None:
        """Do the same to both, through whatever fault is drawn, and compare what came of it."""
        self.now += timedelta(seconds=1)
        self.expected.today = self.today
        after, powers = self.expected.twin(), powers_of(*person)
        who = Who(person[0], powers.officer, person[1] == "first")
        try:
            getattr(after, what)(who, *given)
        except ForbiddenError:
            after = None
        done = self.endure(data, lambda key: ACTS[what](self.uow(powers), self.number, *given, key))
        assert done is (after is not None), (what, person, given)
        self.expected = after or self.expected
        self.tally["done" if done else "refused"] += 1
        self.compare()

    def endure(self, data, request) -> bool:
        """Send a request until it is answered; say whether it was done."""
        fault, key = data.draw(st.sampled_from(FAULTS)), next(KEYS)
        if fault in ("before", "after"):
            self.process.cable.left = data.draw(st.integers(0, 4))
            self.process.cable.cut_after = fault == "after"
        elif fault == "restart":
            self.process.start_anew()
        try:
            request(key)
            if fault != "twice":
                return True
        except OperationalError:
            self.tally["cut"] += 1
        except Refusal:
            return False
        finally:
            self.process.cable.left = None
        return self.again(request, key)

    def again(self, request, key) -> bool:
        try:
            request(key)
        except Refusal:
            return False
        return True

    def compare(self) -> None:
        case, expected = case_now(self.process.installation, self.number), self.expected
        clocks = {task.no: task.clock for task in case.tasks}
        for piece in expected.pieces:  # how pauses count has an oracle of its own
            if piece.due is None and piece.question is None and not expected.rests:
                piece.due = clocks[piece.no].due_on
        assert (case.state, case.visit) == (expected.state, expected.visit)
        assert bool(case.suspension) is expected.rests
        assert list(case.participants["asked"]) == expected.asked
        assert [seen(task) for task in case.tasks] == [foreseen(p) for p in expected.pieces]
        ended = [(e.key, e.slot, e.outcome, e.lapsed) for e in case.ended]
        assert case.state in FINALS or ended == expected.ended
        self.tally["compared"] += 1


def seen(task):
    question = task.request.of if task.request else None
    due = task.clock.due_on if task.clock.status == "running" else None
    about = (task.no, task.key, task.slot, task.agency, task.assignee, bool(task.received_at))
    return (*about, question, due)


def foreseen(piece):
    about = (piece.no, piece.key, piece.slot, piece.agency, piece.holder, piece.received)
    return (*about, piece.question, piece.due)


ACTS = {
    "claim": lambda u, n, no, k: tasks.claim(u, n, no, key=k),
    "release": lambda u, n, no, k: tasks.release(u, n, no, key=k),
    "receive": lambda u, n, no, k: tasks.receive(u, n, no, key=k),
    "complete": lambda u, n, no, outcome, k: tasks.complete_task(
        u, n, no, outcome, answers=Answers(), key=k
    ),
    "reassign": lambda u, n, no, to, k: tasks.reassign(u, n, no, to, "É deles.", key=k),
    "ask": lambda u, n, no, of, k: tasks.ask_information(
        u, n, no, "Quando?", of=of, key=k, knowingly=True
    ),
    "answer": lambda u, n, no, k: tasks.answer_information(u, n, no, "Sim.", key=k),
    "add_agency": lambda u, n, key, agency, k: tasks.add_agency(
        u, n, key, agency, key=k, knowingly=True
    ),
    "remove_agency": lambda u, n, no, k: tasks.remove_agency(u, n, no, "Basta.", key=k),
    "suspend": lambda u, n, k: cases.suspend(
        u, n, "Espera.", review_on=u.today + timedelta(days=20), key=k
    ),
    "resume": lambda u, n, k: cases.resume(u, n, key=k),
    "withdraw": lambda u, n, k: cases.withdraw(u, n, "Desistência.", key=k),
    "reopen": lambda u, n, k: cases.reopen(u, n, "Há mais a dizer.", key=k),
}


@pytest.fixture
def drawn_types(database_url, random):
    """Keep an installation with drawn request types, and start a process for it."""
    sketches = [sketched(random, f"drawn_{n}") for n in range(TYPES)]
    process = Process(database_url)
    uow = UnitOfWork(process.installation, now=START)
    furnish(uow, types=[written(sketch) for sketch in sketches])
    process.start_anew()
    yield process, sketches
    process.engine.dispose()


@pytest.mark.exhaustive
def test_both_engines_come_to_the_same(drawn_types, random, record_property):
    tally = Counter()
    drawn = settings(max_examples=20, stateful_step_count=STEPS, phases=[Phase.generate])
    while tally["done"] + tally["refused"] + tally["time"] < ALL:
        play = get_state_machine_test(lambda: Beside(*drawn_types, tally), settings=drawn)
        seed(random.getrandbits(64))(play)()
    record_property("steps in both engines", ", ".join(f"{n} {w}" for w, n in tally.items()))
    assert tally["done"] > ALL / 6
    assert tally["cut"] > ALL / 50
