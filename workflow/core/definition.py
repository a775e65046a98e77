"""A request type as a value: what `catalogue` reads from YAML and everything else obeys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, TypeAlias

from workflow.core.act_rules import ActName, ActRule
from workflow.core.audience import Audience
from workflow.core.conditions import Condition
from workflow.core.entries import EntrySpec
from workflow.core.fields import Access, Field, Text
from workflow.core.joins import Join
from workflow.core.places import AwaitsSpec, PlacesSpec
from workflow.core.retention import Retention
from workflow.core.roles import Role
from workflow.core.terms import Term


class Result(StrEnum):
    """How a closed case ended."""

    COMPLETED = "completed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


class PublicStatus(StrEnum):
    """What the public page says of a state, in one word of a closed list."""

    RECEIVED = "received"
    CHECKING = "checking"
    ASSESSMENT = "assessment"
    NEEDS_ACTION = "needs_action"
    WAITING_THIRD_PARTY = "waiting_third_party"
    DECISION = "decision"
    SIGNING = "signing"
    IN_FORCE = "in_force"
    COMPLETED = "completed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One warning: a term before or after the due day, the day itself, or again and again."""

    term: Term | None = None
    """None is the due day."""
    every: bool = False
    to: tuple[Audience, ...] = ()
    """Nobody named is the usual audience."""


@dataclass(frozen=True, slots=True)
class DeadlineSpec:
    """How a clock counts: a term from a start, back from a date, or a date itself."""

    term: Term | None = None
    rule: str = "house"
    start: str = "opened"
    """`opened` (the task, state or case), `received`, or `data.FIELD`."""
    of: str | None = None
    """`data.FIELD` or `row.COLUMN` that a term `before` counts back from."""
    due: str | None = None
    """`data.FIELD` or `row.COLUMN` that is the due day itself."""
    target: Term | None = None
    """How long the agency gives itself, within the term that binds it."""
    remind: tuple[Reminder, ...] | None = None
    """None is the standard ladder."""
    escalate: tuple[Reminder, ...] | None = None
    """Who hears of delay, and when; None is the standard ladder."""

    def __hash__(self) -> int:
        # Enough to tell most apart: that of every part is slow, and acts look specs up often.
        return hash((self.rule, self.start, self.term.amount if self.term else None))


@dataclass(frozen=True, slots=True, eq=False)
class CaseClock:
    """A clock of the whole case."""

    key: str
    title: Text
    deadline: DeadlineSpec
    stops_on_entering: tuple[str, ...] = ()
    pauses_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChildSpec:
    """A case that another case opens."""

    type: str
    relation: str = "child"
    fixed: Mapping[str, Any] = field(default_factory=dict)
    """Data given to the child as written."""
    copied: Mapping[str, str] = field(default_factory=dict)
    """Data of the child taken from data of the parent: child field to parent field."""

    def __hash__(self) -> int:
        return hash((self.type, self.relation))


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """One way a task may end."""

    key: str
    title: Text
    asks_reason: bool = False
    stays: bool = False
    """It causes no transition and says so."""
    opens: ChildSpec | None = None
    """A child case that nobody here waits for."""
    consequence: Text | None = None
    form_optional: bool = False
    """What the form requires, and the documents needed, may be left blank with it."""


@dataclass(frozen=True, slots=True)
class DataItem:
    """A form item that confirms or fills case data."""

    field: str


@dataclass(frozen=True, slots=True)
class RoleItem:
    """A form item that chooses the agencies of a role."""

    role: str


FormItem: TypeAlias = DataItem | RoleItem | Field
"""A `Field` is an answer of the task itself, kept with its outcome."""


@dataclass(frozen=True, slots=True)
class OpensWhen:
    """A task that opens on a day reckoned from a date of the case."""

    of: str
    term: Term | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TaskSpec:
    """A task as the definition describes it."""

    key: str
    title: Text
    outcomes: Mapping[str, Outcome]
    role: str | None = None
    each: str | None = None
    """A role (one task per agency) or `data.TABLE` (one per row)."""
    to: str | None = None
    """With `each: data.TABLE`, the column that names the agency, as `row.agency`."""
    subject: str | None = None
    """With `each: data.TABLE`, the column whose text tells the tasks apart."""
    instructions: Text | None = None
    form: tuple[FormItem, ...] = ()
    needs: tuple[str, ...] = ()
    deadline: DeadlineSpec | None = None
    lapse: str | None = None
    """What time itself answers: one of the outcomes, or a name of its own."""
    lapse_title: Text | None = None
    needed_if: Condition | None = None
    not_by: tuple[str, ...] = ()
    binding: bool = False
    released_by_head: bool = False
    opens_when: OpensWhen | None = None
    review_every: Term | None = None
    child: ChildSpec | None = None
    """A case that does this task: it opens with it, and its result is the outcome."""
    awaits: AwaitsSpec | None = None
    """What another case gives, and so ends this task."""

    @property
    def done_elsewhere(self) -> bool:
        """Whether another case ends it, and no officer can."""
        return bool(self.child or self.awaits)

    @property
    def endings(self) -> tuple[str, ...]:
        """Every outcome, the lapse included."""
        return tuple(dict.fromkeys((*self.outcomes, *([self.lapse] if self.lapse else ()))))

    @property
    def role_key(self) -> str | None:
        """The role that holds it, if a role does and not the rows of a table."""
        return self.role or (None if self.by_rows else self.each)

    @property
    def by_rows(self) -> bool:
        """Whether there is one task per row of a table."""
        return bool(self.each and self.each.startswith("data."))


@dataclass(frozen=True, slots=True, eq=False)
class PublicLabel:
    """What the public reads of a state."""

    label: Text
    description: Text | None = None
    status: PublicStatus = PublicStatus.ASSESSMENT


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """Where a case can stand."""

    key: str
    title: Text
    public: PublicLabel
    phase: str | None = None
    tasks: Mapping[str, TaskSpec] = field(default_factory=dict)
    final: Result | None = None
    waits_for: str | None = None
    """An outside role whose move is awaited."""
    review_every: Term | None = None
    deadline: DeadlineSpec | None = None
    records: tuple[EntrySpec, ...] = ()
    """What entering it does to registers."""


@dataclass(frozen=True, slots=True, eq=False)
class Transition:
    """A rule that moves the case: when tasks end so, or when a day comes, if the data says so."""

    source: str
    target: str
    when: Join | None = None
    condition: Condition | None = None
    at: str | None = None
    """A date field: it fires when that day has come."""
    after: DeadlineSpec | None = None
    """It fires when this term since the entering of the state has passed."""

    @property
    def by_time(self) -> bool:
        """Whether a day fires it rather than an outcome."""
        return bool(self.at or self.after)


@dataclass(frozen=True, slots=True, eq=False)
class Guard:
    """What holds an outcome back, and the words that say why."""

    task: str
    outcomes: tuple[str, ...]
    hold_if: Condition
    because: Text


@dataclass(frozen=True, slots=True, eq=False)
class Phase:
    """A part of the public main path."""

    key: str
    title: Text


@dataclass(frozen=True, eq=False)
class Definition:
    """One immutable version of one request type; what follows from it alone is found out once."""

    key: str
    version: int
    title: Text
    summary: Text
    owner: str
    initial: str
    states: Mapping[str, State]
    transitions: tuple[Transition, ...]
    roles: Mapping[str, Role] = field(default_factory=dict)
    data: Mapping[str, Field] = field(default_factory=dict)
    """Common fields of every type first, then the type's own."""
    opening: tuple[DataItem | RoleItem, ...] = ()
    opened_by: tuple[str, ...] = ("any agency",)
    """`any agency`, `public`, or agency kinds and codes."""
    access: Access = Access.PUBLIC
    ground: str | None = None
    unannounced: bool = False
    deadlines: Mapping[str, CaseClock] = field(default_factory=dict)
    phases: Mapping[str, Phase] = field(default_factory=dict)
    guards: tuple[Guard, ...] = ()
    acts: Mapping[ActName, ActRule] = field(default_factory=dict)
    places: PlacesSpec | None = None
    """What its cases give to the cases that await them; None is nothing."""
    retention: Retention | None = None
    """How long what its ended cases tell of persons is kept; None is always."""
    hash: str = ""
    """SHA-256 of the normal form, given by whoever read it."""

    def state(self, key: str) -> State:
        """Return a state."""
        return self.states[key]

    def task(self, key: str) -> TaskSpec:
        """Return a task, whatever state it is in; task names are unique in a definition."""
        return self.task_by_key[key]

    @cached_property
    def task_by_key(self) -> Mapping[str, TaskSpec]:
        """Every task, whatever state it is in."""
        return {task.key: task for _, task in self.tasks()}

    def tasks(self) -> Iterator[tuple[State, TaskSpec]]:
        """Go through every task with its state, in the order written."""
        for state in self.states.values():
            for task in state.tasks.values():
                yield state, task

    @cached_property
    def awaited(self) -> tuple[AwaitsSpec, ...]:
        """What other cases give that end tasks of this type, in the order written."""
        return tuple(task.awaits for _, task in self.tasks() if task.awaits)

    @cached_property
    def to_be_done(self) -> frozenset[str]:
        """The tasks that officers have to end, not merely may."""
        here = (task for _, task in self.tasks() if not task.done_elsewhere)
        return frozenset(t.key for t in here if not all(o.stays for o in t.outcomes.values()))

    def leaving(self, state: str) -> tuple[Transition, ...]:
        """Return the transitions out of a state in the order they are tried."""
        return self._leaving.get(state, ())

    @cached_property
    def _leaving(self) -> Mapping[str, tuple[Transition, ...]]:
        sources = {t.source for t in self.transitions}
        return {one: tuple(t for t in self.transitions if t.source == one) for one in sources}

    @cached_property
    def computed_fields(self) -> tuple[Field, ...]:
        """The fields that follow from others, in the order written."""
        return tuple(f for f in self.data.values() if f.computed)


def fleeting(definition: Definition) -> dict[str, str]:
    """Return why fields are erased once the case has ended, of those that are."""
    fields = definition.data.items()
    return {key: field.erased_at_end for key, field in fields if field.erased_at_end}
