"""A case and the cases that do its tasks, held together while time alone plays them forward."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from workflow.core.acts.answers import Answers
from workflow.core.acts.children import child_closed, child_opened
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.opening import open_case
from workflow.core.acts.time import wake
from workflow.core.change import Change, Job, JobKind
from workflow.core.definition import Definition
from workflow.core.errors import Refusal
from workflow.core.powers import Powers
from workflow.core.snapshot import CaseSnapshot
from workflow.core.timers import timers
from workflow.core.world import World

MOST_CASES = 8
"""Cases that are played together; those that would open beyond are only said to open."""

Definitions = Callable[[str], Definition]
"""Gives the version of a type that a case opened now would have; may raise a refusal."""


class Family:
    """A case, the cases that do its tasks, and those that will be opened to do them."""

    def __init__(
        self,
        cases: Iterable[CaseSnapshot],
        world: World,
        *,
        definitions: Definitions | None = None,
    ) -> None:
        self._cases = {case.number: case for case in cases}
        self._first = next(iter(self._cases))
        self._world = world
        self._definitions = definitions

    @property
    def first(self) -> CaseSnapshot:
        """The case that was asked about."""
        return self._cases[self._first]

    def open(self) -> list[CaseSnapshot]:
        """Return the cases in which anything can still happen, the first one first."""
        return [case for case in self._cases.values() if case.is_open]

    def next_instant(self, after: datetime) -> datetime | None:
        """Return when time next acts in any of the cases."""
        coming = (t.at for case in self.open() for t in timers(case, self._world))
        return min((at for at in coming if at > after), default=None)

    def wake(self, at: datetime) -> Iterator[Change]:
        """Let time do its part in every case, and give each change with all that it causes."""
        for number in list(self._cases):
            change = wake(self._cases[number], now=self._now(at))
            if change:
                yield from self._take(change, at)

    def _take(self, change: Change, at: datetime) -> Iterator[Change]:
        self._cases[change.number] = change.after
        yield change
        for job in change.jobs:
            if job.kind is JobKind.OPEN_CHILD and job.payload["no"] is not None:
                yield from self._open_child(job, at)
            elif job.kind is JobKind.CHILD_CLOSED:
                yield from self._end_task(change.number, str(job.payload["result"]), at)

    def _open_child(self, job: Job, at: datetime) -> Iterator[Change]:
        """Open the case that is to do a task, and note it there; nothing where it is refused."""
        if self._definitions is None or len(self._cases) >= MOST_CASES:
            return
        wanted, now = job.payload, self._now(at)
        parent, no = wanted["parent"], wanted["no"]
        number = f"{parent}:{no}"
        try:
            opened = open_case(
                self._definitions(wanted["type"]),
                number,
                opener=wanted["opener"],
                answers=Answers(data=wanted["data"]),
                now=now,
                parent=parent,
            )
        except Refusal:
            return
        noted = child_opened(
            self._cases[parent], number, relation=wanted["relation"], no=no, now=now
        )
        yield from self._take(noted, at)
        yield from self._take(opened, at)

    def _end_task(self, child: str, result: str, at: datetime) -> Iterator[Change]:
        for parent in self.open():
            if any(task.child == child for task in parent.tasks):
                try:
                    change = child_closed(parent, child, result, now=self._now(at))
                except Refusal:
                    return
                yield from self._take(change, at)
                return

    def _now(self, at: datetime) -> Circumstances:
        return Circumstances(Powers(), at, self._world, seed=b"")
