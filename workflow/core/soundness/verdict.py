"""What a proof says: every fault of a definition, each with the shortest story that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

from workflow.core.definition import Definition
from workflow.core.fields import Field
from workflow.core.world import World

Path: TypeAlias = tuple[str | int, ...]
"""Where a fault stands in the file: keys of mappings and positions in lists."""


class FaultKind(StrEnum):
    """Everything that can be wrong with how a definition behaves."""

    UNREACHABLE_STATE = "unreachable_state"
    HANGS = "hangs"
    DEAD_TASK = "dead_task"
    DEAD_TRANSITION = "dead_transition"
    EMPTY_ROLE = "empty_role"
    IMPOSSIBLE_DUTIES = "impossible_duties"
    TERMS_DO_NOT_FIT = "terms_do_not_fit"
    UNDRAWABLE = "undrawable"
    RUNS_AWAY = "runs_away"
    NO_WAY_TO_THE_END = "no_way_to_the_end"
    GUARD_DEADLOCK = "guard_deadlock"
    TIME_NEVER = "time_never"
    CHILD_RESULT_UNHANDLED = "child_result_unhandled"
    AWAITED_UNHANDLED = "awaited_unhandled"
    AWAITED_UNKNOWN = "awaited_unknown"
    AWAITED_TOLD = "awaited_told"
    MANY_ROLE_OF_NONE = "many_role_of_none"
    OUTCOME_IGNORED = "outcome_ignored"
    MISSING_NAME = "missing_name"
    ENTRY_DOES_NOT_FIT = "entry_does_not_fit"
    TOO_LARGE = "too_large"


class Severity(StrEnum):
    """Whether a fault forbids the use of a definition."""

    ERROR = "error"
    WARNING = "warning"


class StepKind(StrEnum):
    """What can happen in a story."""

    OPENED = "opened"
    COMPLETED = "completed"
    LAPSED = "lapsed"
    TASK_OPENED = "task_opened"
    MOVED = "moved"
    ACT = "act"
    CHILD = "child"
    AWAITED = "awaited"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class StoryStep:
    """One thing that happens in a story, with the state that the case then stands in."""

    kind: StepKind
    state: str
    task: str | None = None
    holder: str | None = None
    """Agency code, or `row:N` of a table."""
    outcome: str | None = None
    act: str | None = None
    to: str | None = None
    """State that an act moves the case to; it may go on from there by itself."""
    transition: int | None = None
    """Position of the transition that time fires."""
    data: Mapping[str, Any] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


Story: TypeAlias = tuple[StoryStep, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, where it is written, and how it comes about."""

    kind: FaultKind
    subject: tuple[str, ...]
    """Keys of what it is about, the most important first."""
    path: Path
    severity: Severity = Severity.ERROR
    story: Story = ()
    about: Mapping[str, Any] = field(default_factory=dict)
    """Particulars that its sentence names."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How large the proof was."""

    positions: int = 0
    edges: int = 0
    regions: int = 0
    """Parts of the data that conditions can tell apart, multiplied out."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the proof found of one definition."""

    problems: tuple[Fault, ...]
    figures: Figures = field(default_factory=Figures)

    @property
    def sound(self) -> bool:
        """Whether the definition may be used: it has no errors."""
        return not any(fault.severity is Severity.ERROR for fault in self.problems)


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """What a proof may know of the installation: its network, its people, its other types."""

    world: World
    today: date
    officers: Mapping[str, int] | None = None
    """Officers by agency; None takes two or more everywhere for granted."""
    types: Mapping[str, Definition] = field(default_factory=dict)
    """Other deployed types, by key: what their cases can end with."""
    registers: Mapping[str, Mapping[str, Field]] = field(default_factory=dict)
    """The fields of each register, by key, that cases may write."""

    def is_active(self, code: str) -> bool:
        """Say whether an agency exists."""
        return self.world.network.is_active(code, self.today)
