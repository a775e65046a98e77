"""joeflow with its own models; tasks of the machine are done at once instead of by a broker."""

from __future__ import annotations

import importlib
from typing import Any

from benchmarks.contestants import django_setting
from benchmarks.work import FORM, Ended, Open, officer

_APP = "benchmarks.contestants.joeflow_app"


class Contestant:
    """joeflow."""

    def __init__(self, url: str) -> None:
        django_setting.configure(url, "joeflow", _APP, JOEFLOW_TASK_RUNNER=f"{_APP}.runner.run")
        self.database = importlib.import_module("django.db")
        self.user_model = importlib.import_module("django.contrib.auth.models").User
        self.task_model = importlib.import_module("joeflow.models").Task
        self.models = importlib.import_module(f"{_APP}.models")

    def prepare(self) -> None:
        """Make the tables and the officers."""
        django_setting.migrate()
        users = [self.user_model(username=name) for name in django_setting.officers()]
        self.user_model.objects.bulk_create(users)
        django_setting.close()

    def connect(self) -> None:
        """Read who there is, as a session would know."""
        self.ids = dict(self.user_model.objects.values_list("username", "id"))

    def start(self, payload: dict[str, Any], i: int) -> tuple[int, list[Open]]:
        """Open a case."""
        with self.database.transaction.atomic():
            workflow = self.models.Agreement.start(payload=payload, i=i)
        return workflow.pk, self._open(workflow.pk)

    def claim(self, task: tuple[int, int], node: str, i: int) -> None:
        """Claim a task."""
        by = self._officer(i, node)
        with self.database.transaction.atomic():
            self.task_model.objects.select_for_update().get(pk=task[0]).assignees.add(by)

    def complete(self, task: tuple[int, int], node: str, i: int) -> list[Open]:
        """Complete a task, as its view does with a form that holds."""
        number, process = task
        by = self._officer(i, node)
        with self.database.transaction.atomic():
            found = self.task_model.objects.get(pk=number, completed=None)
            workflows = self.models.Agreement._base_manager
            workflow = workflows.select_for_update().get(pk=found._workflow_id)
            workflow.forms[found.name] = FORM
            workflow.save(update_fields=["forms"])
            found.workflow = workflow
            found.finish(by)
            found.start_next_tasks()
        left = self._open(process)
        waiting_for_others = node.startswith("opinion") and left[-1].node != "approval"
        return [] if waiting_for_others else left

    def _officer(self, i: int, node: str) -> Any:  # noqa: ANN401 - a user
        return self.user_model.objects.get(pk=self.ids[officer(i, node)])

    def _open(self, process: int) -> list[Open]:
        left = self._tasks(process).filter(type="human", completed__isnull=True).order_by("id")
        return [Open((task.pk, process), task.name) for task in left]

    def _tasks(self, process: int) -> Any:  # noqa: ANN401 - a query
        return self.task_model.objects.filter(_workflow_id=process)

    def ended(self, case: int) -> Ended:
        """Say how a case stands."""
        human = self._tasks(case).filter(type="human")
        done = sorted(one.name for one in human.filter(completed__isnull=False))
        left = human.filter(completed__isnull=True).count()
        return Ended(self._tasks(case).filter(name="end").exists(), tuple(done), left)

    def history(self, case: int) -> int:
        """Count its tasks."""
        return int(self._tasks(case).count())

    def close(self) -> None:
        """Disconnect."""
        django_setting.close()
