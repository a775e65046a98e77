"""Random officers who play a request type on the real acts, knowing nothing of its proof."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from tests.world import TODAY
from workflow.core.act_rules import MOVING_ACTS, ActName
from workflow.core.acts.allowed import agencies_for, rule_of
from workflow.core.acts.answers import Answers
from workflow.core.acts.children import child_closed, child_opened
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.ending import cancel, reopen, terminate, withdraw
from workflow.core.acts.opening import open_case
from workflow.core.acts.places import count_places, end_awaited
from workflow.core.acts.routing import send_back
from workflow.core.acts.tasks import barred_by, complete_task
from workflow.core.acts.time import wake
from workflow.core.binding import may_open
from workflow.core.change import Change
from workflow.core.conditions import holds
from workflow.core.definition import DataItem, Definition, RoleItem
from workflow.core.engine import View, is_met
from workflow.core.errors import ActNotAllowed, AnswersRefused, OutcomeHeld
from workflow.core.events import Kind
from workflow.core.fields import Field, FieldType
from workflow.core.places import Taken
from workflow.core.powers import Powers, Standing
from workflow.core.snapshot import CaseSnapshot, Task
from workflow.core.soundness.verdict import Facts
from workflow.core.timers import timers

AGENCIES = ("SEF", "SEPLAG", "SEGOV", "SES", "SEE")
DOCUMENT = {"sha256": "0" * 64, "name": "a.pdf", "media_type": "application/pdf", "size": 1}
ENDING = {
    ActName.WITHDRAW: withdraw,
    ActName.CANCEL: cancel,
    ActName.TERMINATE: terminate,
    ActName.REOPEN: reopen,
}


@dataclass
class Record:
    """What happened in a play."""

    states: set[str] = field(default_factory=set)
    tasks: set[str] = field(default_factory=set)
    endings: set[tuple[str, str]] = field(default_factory=set)
    moves: set[tuple[str, str]] = field(default_factory=set)
    """States left for others by outcomes or by time."""
    acted: bool = False


class Player:
    """Plays one case by drawing what happens next."""

    def __init__(
        self, definition: Definition, facts: Facts, random: Random, *, in_turn: bool = False
    ) -> None:
        self.definition, self.facts, self.random = definition, facts, random
        self.in_turn = in_turn
        """Whether the agencies that are chosen are asked one after another."""
        self.at = datetime.combine(TODAY, time(12), facts.world.zone).astimezone(UTC)
        self.record = Record()
        self.officer = 0

    def now(self, agency: str | None = None) -> Circumstances:
        self.officer += 1
        own = frozenset({agency}) if agency else frozenset()
        powers = Powers(self.officer, agency or "", Standing(own, own))
        return Circumstances(powers, self.at, self.facts.world, b"seed")

    def open(self) -> CaseSnapshot | None:
        """Open a case, or find out that nobody can."""
        answers = self.answers(self.definition.opening, {}, held={})
        opener = self.random.choice(self.openers())
        return self.note(
            open_case(
                self.definition,
                "2026-000001-00",
                opener=opener,
                answers=answers,
                now=self.now(opener),
            )
        )

    def openers(self) -> list[str]:
        """List the agencies that may open a case: of the few that play, where one of them may."""
        network, day = self.facts.world.network, self.facts.world.day(self.at)
        able = [a.code for a in network if may_open(self.definition, a, network, day)]
        return [code for code in AGENCIES if code in able] or able

    def note(self, change: Change) -> CaseSnapshot:
        for event in change.events:
            body = event.body
            if event.kind is Kind.STATE_ENTERED:
                self.record.states.add(body["state"])
                if body["from"] and not self.record.acted:
                    self.record.moves.add((body["from"], body["state"]))
                self.record.acted = False
            elif event.kind in (Kind.TASK_COMPLETED, Kind.TASK_LAPSED):
                self.record.endings.add((body["task"], body["outcome"]))
        self.record.tasks |= {task.key for task in change.after.tasks}
        assert idle_queues(change.after) == []
        return change.after

    # --- Steps ---------------------------------------------------------------------------

    def possible(self, case: CaseSnapshot) -> list[tuple[str, object, str]]:
        """Return what officers, other cases and time may do."""
        found: list[tuple[str, object, str]] = []
        for task in case.tasks:
            for outcome in case.spec(task).outcomes:
                if barred_by(case, case.spec(task), outcome) is None:
                    spec = case.spec(task)
                    what = "child" if spec.child else "awaited" if spec.awaits else "complete"
                    found.append((what, task, outcome))
        if any(self.leads_on(case, timer) for timer in timers(case, self.facts.world)):
            found.append(("time", None, ""))
        return found

    def leads_on(self, case: CaseSnapshot, timer) -> bool:
        transition = timer.transition
        return transition is None or is_met(transition, View(case.visit_tasks(), case.data))

    def acts(self, case: CaseSnapshot) -> list[tuple[str, object, str]]:
        return [
            ("act", rule.act, to)
            for rule in case.definition.acts.values()
            if rule.act in MOVING_ACTS and (rule.act is ActName.REOPEN) is not case.is_open
            for to in rule.to
        ]

    def step(self, case: CaseSnapshot) -> CaseSnapshot | None:
        """Let one thing happen; None when nothing but an act could."""
        possible = self.possible(case) if case.is_open else []
        if case.is_open and not possible:
            return None
        if case.is_open and any(field.counted for field in case.definition.computed_fields):
            possible.append(("count", None, ""))
        acts = self.acts(case)
        if acts and (not possible or self.random.random() < 0.1):
            possible = acts
        if not possible:
            return None
        what, which, outcome = self.random.choice(possible)
        return self.do(case, what, which, outcome)

    def do(self, case: CaseSnapshot, what: str, which, outcome: str) -> CaseSnapshot | None:
        if what == "complete":
            spec = case.spec(which)
            held = case.participants
            answers = self.answers(spec.form, case.data, held=held, needs=spec.needs)
            if spec.outcomes[outcome].form_optional:
                answers = self.partly_blank(answers)
            now = self.now(which.agency)
            return self.note(complete_task(case, which.no, outcome, answers=answers, now=now))
        if what == "child":
            return self.end_child(case, which, outcome)
        if what == "awaited":
            return self.end_awaited(case, which, outcome)
        if what == "count":
            change = count_places(case, Taken(*self.taken), now=self.now())
            return self.note(change) if change else case
        if what == "time":
            return self.wait(case)
        return self.act(case, which, outcome)

    def end_child(self, case: CaseSnapshot, task: Task, outcome: str) -> CaseSnapshot:
        number = f"2026-{self.officer + 100:06}-00"
        opened = child_opened(case, number, relation="child", no=task.no, now=self.now())
        return self.note(child_closed(self.note(opened), number, outcome, now=self.now()))

    def end_awaited(self, case: CaseSnapshot, task: Task, outcome: str) -> CaseSnapshot:
        """Let another case give what it has; what must be there, it has."""
        given: dict[str, object] = {}
        for ours, theirs in case.spec(task).awaits.brings.items():
            drawn = self.maybe(self.definition.data[ours], {})
            given[theirs] = drawn.get(ours)
        change = end_awaited(case, task.no, outcome, given=given, now=self.now())
        return self.note(change)

    @property
    def taken(self) -> tuple[int, int]:
        return self.random.choice((0, 1, 2, 5, 100, 500)), self.random.choice((0, 1, 7))

    def wait(self, case: CaseSnapshot) -> CaseSnapshot:
        """Let time pass until something happens, or a few days longer."""
        for timer in timers(case, self.facts.world):
            late = timedelta(days=self.random.choice((0, 0, 0, 9)))
            self.at = max(self.at, timer.at + timedelta(seconds=1) + late)
            change = wake(case, now=self.now())
            if change:
                return self.note(change)
        return case

    def act(self, case: CaseSnapshot, act: ActName, to: str) -> CaseSnapshot:
        now = self.now(agencies_for(case, rule_of(case, act))[0])
        try:
            if act is ActName.SEND_BACK:
                change = send_back(case, to, "why", now=now)
            else:
                change = ENDING[act](case, "why", now=now)
        except ActNotAllowed:
            return case
        self.record.acted = True
        return self.note(change)

    # --- Answers ---------------------------------------------------------------------------

    def answers(self, form, known, *, held, needs=()) -> Answers:
        data, own, roles = {}, {}, {}
        for item in form:
            if isinstance(item, DataItem):
                data |= self.maybe(self.definition.data[item.field], {**known, **data})
            elif isinstance(item, RoleItem):
                roles |= self.choose(item.role)
            elif isinstance(item, Field):
                own |= self.maybe(item, {**known, **data, **own})
        for key in needs:
            data[key] = self.value(self.definition.data[key])
        kinds = {key: self.definition.data[key].type for key in data}
        documents = {k: v for k, v in data.items() if kinds[k] is FieldType.DOCUMENT and v}
        given = {k: v for k, v in data.items() if k not in documents}
        in_turn = frozenset(roles) if self.in_turn else frozenset()
        return Answers(
            data=given, roles=roles, in_turn=in_turn, own=own, documents=documents, reason="why"
        )

    def partly_blank(self, answers: Answers) -> Answers:
        """Leave out, or send empty, what a form asks, as whoever may leave it blank does."""
        chance = self.random.random
        return replace(
            answers,
            data={
                key: value if chance() < 0.5 else None
                for key, value in answers.data.items()
                if chance() < 0.5
            },
            roles={
                role: held if chance() < 0.5 else ()
                for role, held in answers.roles.items()
                if chance() < 0.5
            },
            documents={k: v for k, v in answers.documents.items() if chance() < 0.5},
        )

    def choose(self, role: str) -> dict[str, tuple[str, ...]]:
        count = self.random.choice((0, 1, 1, 2, 3)) if self.definition.roles[role].many else 1
        return {role: tuple(self.random.sample(AGENCIES, count))}

    def maybe(self, spec: Field, known) -> dict[str, object]:
        wanted = spec.required and holds(spec.shown_if, known)
        if spec.computed or not (wanted or self.random.random() < 0.7):
            return {}
        return {spec.key: self.value(spec)}

    def value(self, spec: Field) -> object:
        """Draw a value of a field; nothing here knows which values matter."""
        draw, choices = self.random, [choice.key for choice in spec.choices]
        drawn = {
            FieldType.INTEGER: lambda: self.number(spec),
            FieldType.DECIMAL: lambda: str(self.number(spec)),
            FieldType.MONEY: lambda: {"amount": f"{self.number(spec)}.00", "currency": "BRL"},
            FieldType.YES_NO: lambda: draw.random() < 0.5,
            FieldType.CHOICE: lambda: draw.choice(choices),
            FieldType.CHOICES: lambda: draw.sample(choices, draw.randint(1, len(choices))),
            FieldType.DATE: lambda: str(date(2026, 3, 1) + timedelta(days=draw.randint(0, 40))),
            FieldType.AGENCY: lambda: draw.choice(AGENCIES),
            FieldType.AGENCIES: lambda: draw.sample(AGENCIES, draw.randint(1, 3)),
            FieldType.TABLE: lambda: self.rows(spec),
            FieldType.COUNTRY: lambda: draw.choice(("BR", "CN")),
            FieldType.TERM: lambda: "12 months",
            FieldType.DOCUMENT: lambda: dict(DOCUMENT),
        }
        return drawn.get(spec.type, lambda: "text")()

    def number(self, spec: Field) -> int:
        low, high = int(spec.minimum or 0), int(spec.maximum or 1000)
        near = [n for n in (0, 1, 15, 16, 99, 100, 101) if low <= n <= high]
        return self.random.choice([low, high, self.random.randint(low, high), *near])

    def rows(self, spec: Field) -> list[dict[str, object]]:
        low, high = spec.rows or (0, 3)
        count = self.random.randint(max(low, 1), min(high, max(low, 1) + 2))
        return [{c.key: self.value(c) for c in spec.columns} for _ in range(count)]


def idle_queues(case: CaseSnapshot) -> list[str]:
    """List the tasks that somebody waits for the turn to do although nobody does them now."""
    busy = {task.key for task in case.tasks}
    return [
        waiting.key
        for waiting in case.scheduled
        if waiting.in_turn
        and waiting.key not in busy
        and not case.definition.task(waiting.key).opens_when
    ]


def play(
    definition: Definition, facts: Facts, random: Random, *, steps: int, in_turn: bool = False
):
    """Play one case; return what happened, the case and whether it is stuck."""
    player = Player(definition, facts, random, in_turn=in_turn)
    try:
        case = player.open()
    except AnswersRefused:
        return player.record, None, False
    for _ in range(steps):
        try:
            after = player.step(case)
        except (AnswersRefused, OutcomeHeld):
            continue
        if after is None:
            return player.record, case, case.is_open
        case = after
    return player.record, case, False
