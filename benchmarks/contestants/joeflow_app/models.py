"""The workflow, with agency and due date in a table beside, since its tasks have neither."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models
from joeflow import tasks
from joeflow.models import Task, Workflow

from benchmarks.work import AMOUNT_LIMIT, DUE_DAYS, agency


class TaskPlace(models.Model):  # type: ignore[misc]
    """Where a task is, and until when."""

    task = models.OneToOneField(Task, on_delete=models.CASCADE, primary_key=True)
    agency = models.IntegerField()
    due_at = models.DateTimeField()

    class Meta:
        """The index of the inbox."""

        app_label = "joeflow_app"
        indexes = (models.Index(fields=["agency", "due_at"], name="task_place_inbox"),)


class Human(tasks.UpdateView):  # type: ignore[misc]
    """A task for people."""

    def create_task(self, workflow: Any, prev_task: Any) -> Any:  # noqa: ANN401
        """Create the task and its place."""
        task = super().create_task(workflow, prev_task)
        due = datetime.now(UTC) + timedelta(days=DUE_DAYS[self.name])
        TaskPlace.objects.create(task=task, agency=agency(workflow.i, self.name), due_at=due)
        return task


class Agreement(Workflow):  # type: ignore[misc]
    """The way of an agreement."""

    payload = models.JSONField()
    i = models.BigIntegerField()
    forms = models.JSONField(default=dict)

    class Meta:
        """Where it belongs."""

        app_label = "joeflow_app"

    start = tasks.Start()
    intake = Human(fields=["forms"])

    def fork(self) -> list[Any]:
        """Ask all three at once."""
        return [self.opinion_a, self.opinion_b, self.opinion_c]

    opinion_a = Human(fields=["forms"])
    opinion_b = Human(fields=["forms"])
    opinion_c = Human(fields=["forms"])
    join = tasks.Join("opinion_a", "opinion_b", "opinion_c")

    def decide(self) -> list[Any]:
        """Decide by the amount."""
        return [self.approval] if self.payload["amount"] > AMOUNT_LIMIT else [self.end]

    approval = Human(fields=["forms"])

    def end(self) -> None:
        """Have nothing left to do."""

    edges = (
        (start, intake),
        (intake, fork),
        (fork, opinion_a),
        (fork, opinion_b),
        (fork, opinion_c),
        (opinion_a, join),
        (opinion_b, join),
        (opinion_c, join),
        (join, decide),
        (decide, approval),
        (decide, end),
        (approval, end),
    )
