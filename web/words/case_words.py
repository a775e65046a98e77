"""The names and dates of one case in words: its tasks, outcomes, states, people and deadlines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache

from web.words.languages import in_language, language
from web.words.phrases import has_phrase, phrase
from web.words.wording import Due, due
from workflow.core.access import is_guarded, may_read_column
from workflow.core.deadlines.calendar import Calendar
from workflow.core.deadlines.counting import working_days_between
from workflow.core.deadlines.rules import HOUSE
from workflow.core.definition import Definition, Phase
from workflow.core.forgetting import forgetful
from workflow.core.powers import Powers
from workflow.core.questions import answering, is_question
from workflow.core.slots import row_of
from workflow.core.snapshot import CaseSnapshot, Clock, ClockStatus
from workflow.core.world import World


@dataclass(frozen=True, slots=True, eq=False)
class CaseWords:
    """What a page calls the parts of one case."""

    case: CaseSnapshot
    world: World
    names: Mapping[int, str]
    today: date
    task_keys: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    """Key and holder of every task by its number."""
    powers: Powers | None = None
    """Who reads; None where words go to whoever knows the case."""
    _titles: dict[tuple[str, str], str] = field(default_factory=dict, init=False, repr=False)
    """What tasks are called, for a page names the same ones again and again."""

    @property
    def definition(self) -> Definition:
        """The version of the type that the case is pinned to."""
        return self.case.definition

    @property
    def subject(self) -> str:
        """What the case is about, else its type."""
        return self.case.data.get("subject") or in_language(self.definition.title)

    def task(self, key: str, slot: str = "") -> str:
        """Return the title of a task, with the row it is for where there is one for each."""
        known = self._titles.get((key, slot))
        if known is None:
            known = self._titles[key, slot] = self._title(key, slot)
        return known

    def _title(self, key: str, slot: str) -> str:
        spec = self.definition.task(key)
        title = in_language(spec.title)
        row = row_of(self.case, spec, slot) if spec.by_rows and slot.startswith("row:") else None
        about = row.get((spec.subject or "").removeprefix("row.")) if row else None
        table = (spec.each or "").removeprefix("data.")
        column = (spec.subject or "").removeprefix("row.")
        return f"{title}: {about}" if about and self._tells(table, column) else title

    def _tells(self, table: str, column: str) -> bool:
        """Say whether the reader may know what stands in a column of a table."""
        spec = self.definition.data[table]
        cell = next((one for one in spec.columns if one.key == column), None)
        if cell is None:
            return False
        if self.powers is None:
            return not (is_guarded(self.case, spec) or is_guarded(self.case, cell))
        return may_read_column(self.case, spec, cell, powers=self.powers)

    def state(self, key: str) -> str:
        """Return the title of a state."""
        return in_language(self.definition.state(key).title)

    def label(self, key: str) -> str:
        """Return what the public is told of a state."""
        return in_language(self.definition.state(key).public.label)

    def phase(self, phase: Phase) -> str:
        """Return the title of a phase."""
        return in_language(phase.title)

    def outcome(self, task: str, key: str) -> str:
        """Return the title of an outcome of a task, its lapse included."""
        spec = self.definition.task(task)
        if key in spec.outcomes:
            return in_language(spec.outcomes[key].title)
        return in_language(spec.lapse_title) if spec.lapse_title else key

    def role(self, key: str) -> str:
        """Return the title of a part."""
        role = self.definition.roles.get(key)
        return in_language(role.title) if role else key

    def field(self, key: str) -> str:
        """Return the title of a field of the case."""
        found = self.definition.data.get(key)
        return in_language(found.title) if found else key

    def officer(self, number: int | None) -> str:
        """Return the name of an officer, or nothing."""
        return self.names.get(number, "") if number is not None else ""

    def holder(self, slot: str) -> str:
        """Return an agency's code, or the name of the outside party in a row."""
        if not slot.startswith("row:"):
            return slot
        n = int(slot.removeprefix("row:"))
        for spec in self.definition.data.values():
            rows = self.case.data.get(spec.key) if spec.columns else None
            name = rows[n - 1].get("name") if rows and len(rows) >= n else None
            if name and self._tells(spec.key, "name"):
                return str(name)
        return slot

    def agency(self, code: str, at: datetime | None = None) -> str:
        """Return what an agency is called, or was when the case closed, or at an instant."""
        return self.world.name_at(code, at or self.case.closed_at)

    def agency_now(self, code: str) -> str:
        """Return the present name of an agency where the case shows another one, or nothing."""
        now = self.world.name_at(code, None)
        return now if now != self.agency(code) else ""

    def ground(self, key: str) -> str:
        """Return on what ground a deadline stands still."""
        return words_for("grounds", key)

    def clock(self, key: str) -> str:
        """Return what a deadline is of: a task, the state or the whole case."""
        scope, _, rest = key.partition(":")
        if scope == "task":
            known = self.task_keys.get(int(rest))
            return self.task(*known) if known else phrase("events", "a_task")
        if scope == "case" and rest in self.definition.deadlines:
            return in_language(self.definition.deadlines[rest].title)
        if is_question(key):
            asked = answering(self.case, key)
            facts = {"agency": asked.request.asked_by} if asked and asked.request else {}
            return phrase("events", "an_answer", {"agency": "", **facts})
        return phrase("events", "this_stage")

    def due(
        self, clock: Clock | None, *, ended_at: datetime | None = None, of: str = "task"
    ) -> Due:
        """Say when a deadline falls, or how far from it the task ended."""
        stopped = clock is not None and of == "task" and clock.status is ClockStatus.STOPPED
        if clock is None or stopped:
            return due(None, today=self.today, working_days=0)
        left = self.left(clock, on=self.world.day(ended_at) if ended_at else None)
        if ended_at:
            on = self.world.day(ended_at)
            return due(clock.due_on, today=self.today, working_days=left, status="done", on=on)
        if clock.status is ClockStatus.PAUSED:
            since = clock.still_since
            return due(None, today=self.today, working_days=0, status="paused", on=since)
        return due(clock.due_on, today=self.today, working_days=left, of=of)

    def left(self, clock: Clock, *, on: date | None = None) -> int:
        """Return the working days that are left of a deadline on a day."""
        calendar = self.world.calendar(clock.agency)
        return _days_left(on or self.today, clock.due_on, calendar)


@forgetful
@lru_cache(maxsize=4096)
def _days_left(day: date, due_on: date, calendar: Calendar) -> int:
    return working_days_between(day, due_on, calendar, HOUSE)


def words_for(collection: str, key: str) -> str:
    """Return the words of a key of a closed list, else the key."""
    return _words_for(language(), collection, key)


@lru_cache(maxsize=1024)
def _words_for(_language: str, collection: str, key: str) -> str:
    return phrase(collection, key) if has_phrase(collection, key) else key
