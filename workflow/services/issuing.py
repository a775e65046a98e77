"""What people are to be told, gathered; and as rows: one for each person and channel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workflow.core.change import Job, JobKind
from workflow.core.questions import answering, is_answering
from workflow.core.snapshot import CaseSnapshot, Clock, Task
from workflow.core.topics import Topic, topic_of
from workflow.storage.notices import Notice

APP, EMAIL, DIGEST = "app", "email", "digest"


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
    about: Topic | None = None
    """Where the kind alone does not tell it."""

    @property
    def topic(self) -> Topic:
        """What it is about, for whoever chooses how to be told."""
        return self.about or topic_of(self.kind)


@dataclass(frozen=True, slots=True)
class Told:
    """One occasion for one officer."""

    occasion: Occasion
    officer: int
    mail_at: datetime | None = None
    """When a mail may go at the earliest, by the database's clock; None is at once."""
    in_hours: bool = False
    """Whether a mail waits until the officer's agency is at work."""


@dataclass(slots=True)
class Batch:
    """Notices of one case that are written together."""

    number: str
    at: datetime
    mails: bool
    """Whether this installation sends mail at all."""
    told: list[Told] = field(default_factory=list)

    def add(
        self,
        occasion: Occasion,
        officers: Iterable[int],
        *,
        mail_at: datetime | None = None,
        in_hours: bool = False,
    ) -> None:
        """Tell these people of an occasion, each in the way that person wishes."""
        self.told += (Told(occasion, officer, mail_at, in_hours) for officer in officers)

    def notice(self, told: Told, channel: str) -> Notice:
        """Return an occasion as the row of one person and one channel."""
        occasion = told.occasion
        return Notice(
            clock_key=occasion.clock_key,
            generation=occasion.generation,
            rung=occasion.rung,
            occurrence=occasion.occurrence,
            officer_id=told.officer,
            channel=channel,
            kind=occasion.kind,
            params=occasion.params,
            issued_at=self.at,
            task_no=occasion.task_no,
        )

    def mail(self, told: Told, *, at: datetime | None) -> Job:
        """Return the work of sending an occasion to one person by mail."""
        occasion = told.occasion
        key = (occasion.clock_key, occasion.generation, occasion.rung, occasion.occurrence)
        spelled = ":".join(map(str, (*key, told.officer)))
        return Job(
            JobKind.SEND_MAIL,
            f"{self.number}:{JobKind.SEND_MAIL}:{spelled}",
            {"key": list(key), "officer": told.officer},
            run_at=at,
        )


def waiting_key(task_no: int) -> str:
    """Return what stands for a clock where it is told that nobody takes up a task."""
    return f"waiting:{task_no}"


def about_task(case: CaseSnapshot, task: Task) -> dict[str, Any]:
    """Return what a notice keeps of a task: nothing personal, nothing that only some may read.

    Of a question seen as a task, who asks.
    """
    due = task.clock.due_on.isoformat() if task.clock else None
    about = {"title": dict(case.spec(task).title), "agency": task.agency, "due_on": due}
    if task.request and is_answering(task):
        return {**about, "asks": task.request.asked_by}
    return {**about, "silence": _silence(case, task)} if _falls_silent(case, task) else about


def _falls_silent(case: CaseSnapshot, task: Task) -> bool:
    return bool(case.spec(task).lapse and task.clock)


def _silence(case: CaseSnapshot, task: Task) -> dict[str, str]:
    """Return what silence will be taken for, in the words of the definition."""
    spec = case.spec(task)
    if spec.lapse and spec.lapse in spec.outcomes:
        return dict(spec.outcomes[spec.lapse].title)
    return dict(spec.lapse_title or {})


def about_clock(case: CaseSnapshot, clock: Clock) -> dict[str, Any]:
    """Return what a notice keeps of a clock of the case, of its state or of a question."""
    if asked := answering(case, clock.key):
        return about_task(case, asked)
    scope, _, key = clock.key.partition(":")
    title = case.definition.deadlines[key].title if scope == "case" else case.state_spec.title
    return {"title": dict(title), "agency": clock.agency, "due_on": clock.due_on.isoformat()}
