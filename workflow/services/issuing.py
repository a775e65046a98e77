"""Notices as the clock writes them: a row for each person and channel, a job for each mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflow.core.change import Job, JobKind
from workflow.core.snapshot import CaseSnapshot, Clock, Task
from workflow.storage.notices import Notice

APP, EMAIL = "app", "email"


@dataclass(frozen=True, slots=True)
class Occasion:
    """What people are told once: a rung of a clock, or something that happened in a case."""

    clock_key: str
    kind: str
    params: Mapping[str, Any]
    generation: int = 1
    rung: str = ""
    occurrence: int = 1
    task_no: int | None = None


@dataclass(slots=True)
class Batch:
    """Notices of one case that are written together."""

    number: str
    at: datetime
    mails: bool
    """Whether this installation sends mail at all."""
    notices: list[Notice] = field(default_factory=list)
    jobs: list[Job] = field(default_factory=list)

    def add(
        self, occasion: Occasion, officers: Iterable[int], *, mail_at: datetime | None = None
    ) -> None:
        """Tell these people of an occasion, by mail too, at once or at an instant."""
        for officer in officers:
            self.notices.append(self._notice(occasion, officer, APP))
            if self.mails:
                self.notices.append(self._notice(occasion, officer, EMAIL))
                self.jobs.append(self._mail(occasion, officer, mail_at))

    def _notice(self, occasion: Occasion, officer: int, channel: str) -> Notice:
        return Notice(
            clock_key=occasion.clock_key,
            generation=occasion.generation,
            rung=occasion.rung,
            occurrence=occasion.occurrence,
            officer_id=officer,
            channel=channel,
            kind=occasion.kind,
            params=occasion.params,
            issued_at=self.at,
            task_no=occasion.task_no,
        )

    def _mail(self, occasion: Occasion, officer: int, at: datetime | None) -> Job:
        key = (occasion.clock_key, occasion.generation, occasion.rung, occasion.occurrence)
        spelled = ":".join(map(str, (*key, officer)))
        return Job(
            JobKind.SEND_MAIL,
            f"{self.number}:{JobKind.SEND_MAIL}:{spelled}",
            {"key": list(key), "officer": officer},
            run_at=at,
        )


def about_task(case: CaseSnapshot, task: Task) -> dict[str, Any]:
    """Return what a notice keeps of a task: nothing personal, nothing that only some may read."""
    due = task.clock.due_on.isoformat() if task.clock else None
    return {"title": dict(case.spec(task).title), "agency": task.agency, "due_on": due}


def about_clock(case: CaseSnapshot, clock: Clock) -> dict[str, Any]:
    """Return what a notice keeps of a clock of the case or of its state."""
    scope, _, key = clock.key.partition(":")
    title = case.definition.deadlines[key].title if scope == "case" else case.state_spec.title
    return {"title": dict(title), "agency": clock.agency, "due_on": clock.due_on.isoformat()}
