"""An act being decided: the case as it changes, and the history that the change adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from workflow.core.altering import altered, made
from workflow.core.change import ENDINGS, Change, Job, JobKind, TaskRecord, ended_task
from workflow.core.distribution import Distribution
from workflow.core.events import By, Event, Kind, Private, sealed
from workflow.core.feeding import following
from workflow.core.fields import Field
from workflow.core.history import evolve
from workflow.core.place_moves import place_jobs
from workflow.core.questions import ended_clocks
from workflow.core.salting import Salt
from workflow.core.snapshot import CaseSnapshot, Clock
from workflow.core.world import World

_ARRIVALS: Final = frozenset({Kind.TASK_OPENED, Kind.TASK_REASSIGNED})


class Draft:
    """A decision under way; lives for one act and ends as a `Change`.

    `seed` is randomness drawn by the caller, from which the salts of personal values follow,
    so that deciding stays a pure function. Nobody is told of a `silent` act.
    """

    def __init__(
        self,
        case: CaseSnapshot,
        *,
        by: By,
        at: datetime,
        world: World,
        seed: bytes,
        new: bool = False,
        silent: bool = False,
    ) -> None:
        self._before = None if new else case
        self._new_from = case.tasks_opened + 1
        self.case = case
        self.by = by
        self.at = at.astimezone(UTC)
        self.world = world
        self.today: date = world.day(at)
        self.counts_from = self.at
        """From when deadlines run that the act starts: earlier where the case was here before."""
        self._silent = silent
        self._salt = Salt(seed)
        self._events: list[Event] = []
        self._records: dict[int, TaskRecord] = {}
        self._jobs: list[Job] = []
        self._ended_clocks: tuple[Clock, ...] = ()

    def emit(
        self,
        kind: Kind,
        body: Mapping[str, Any],
        *,
        by: By | None = None,
        private: Mapping[str, Private] | None = None,
    ) -> Event:
        """Add a line of history and let it change the case."""
        before, seq, by = self.case, self.case.seq + 1, self.by if by is None else by
        event = made(
            Event,
            {
                "seq": seq,
                "kind": kind,
                "at": self.at,
                "by": by,
                "body": body,
                "hash": sealed(before.number, before.head, seq, kind, self.at, by, body),
                "private": private or {},
            },
        )
        if kind in ENDINGS:
            ended = ended_task(before, event, new_from=self._new_from)
            self._records[ended.task.no] = ended
        self.case = evolve(before, event)
        self._ended_clocks += ended_clocks(before, self.case)
        self._events.append(event)
        return event

    def protect(
        self, values: Mapping[str, Any], fields: Mapping[str, Field] | None = None
    ) -> tuple[dict[str, Any], dict[str, Private]]:
        """Return field values as history may keep them, and the personal ones to keep beside.

        The fields are those of the case, unless others are given.
        """
        known = self.case.definition.data if fields is None else fields
        private: dict[str, Private] = {}
        return self._salt.protect(values, known, private), private

    def commit(self, value: object, private: dict[str, Private]) -> dict[str, str]:
        """Put a personal value aside and return what stands for it in history."""
        return self._salt.commit(value, private)

    def after_this(self, kind: JobKind, key: str, payload: Mapping[str, Any]) -> None:
        """Ask for work to be done once the act is written; its key makes it happen once."""
        self._jobs.append(Job(kind, f"{self.case.number}:{kind}:{key}", payload))

    def since(self) -> dict[str, str]:
        """Return what an event adds of something that was so before the act."""
        return {"since": self.counts_from.isoformat()} if self.counts_from != self.at else {}

    def ask(self, jobs: Iterable[Job]) -> None:
        """Ask for work that has keys of its own."""
        self._jobs += jobs

    @property
    def is_empty(self) -> bool:
        """Whether nothing has happened yet."""
        return not self._events

    def change(self, *, wake_at: datetime | None) -> Change:
        """End the decision: what the case becomes, with everything that must be written."""
        if self._before:
            self.ask(following(self._before, self.case, self.today))
        given_out = [] if self._silent else self._given_out()
        change = made(
            Change,
            {
                "before": self._before,
                "after": altered(self.case, revision=self.case.revision + 1),
                "events": tuple(self._events),
                "tasks": (*self._records.values(), *self._touched()),
                # What has a holder by the time it is told is told to that one alone.
                "jobs": (*given_out, *([self._telling()] if given_out else ()), *self._jobs),
                "ended_clocks": self._ended_clocks,
                "wake_at": wake_at,
                "to_tell": not (self._silent or given_out),
            },
        )
        places = tuple(place_jobs(change))
        return altered(change, jobs=(*change.jobs, *places)) if places else change

    def _touched(self) -> list[TaskRecord]:
        """Return the open tasks that are not as they were before the act."""
        known = {t.no: t for t in self._before.tasks} if self._before else {}
        touched = []
        for task in self.case.tasks:
            was = known.get(task.no)
            if was is not task and (was is None or vars(was) != vars(task)):
                touched.append(TaskRecord(task, task.no >= self._new_from, task.status))
        return touched

    def _telling(self) -> Job:
        first, last = self._events[0].seq, self._events[-1].seq
        key = f"{self.case.number}:{JobKind.TELL}:{first}"
        return Job(JobKind.TELL, key, {"from_seq": first, "to_seq": last})

    def _given_out(self) -> list[Job]:
        """Return what gives out the tasks that came to agencies which do that by a rule."""
        arrived = {e.body["no"]: e.seq for e in self._events if e.kind in _ARRIVALS}
        jobs: list[Job] = []
        for task in self.case.tasks if arrived else ():
            if task.no not in arrived:
                continue
            agency = self.world.network.get(task.agency)
            by_rule = agency and agency.distribution != Distribution.BY_HAND
            free = task.assignee is None and not self.case.spec(task).done_elsewhere
            if by_rule and free:
                number, kind = self.case.number, JobKind.DISTRIBUTE
                key = f"{number}:{kind}:{task.no}:{arrived[task.no]}"
                jobs.append(Job(kind, key, {"number": number, "no": task.no}))
        return jobs
