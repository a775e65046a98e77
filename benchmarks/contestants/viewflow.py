"""django-viewflow with its own models, its activations driven without HTTP.

It locks the process as its manual advises for PostgreSQL. The agency of a task is a permission;
history is its tasks.
"""

from __future__ import annotations

import importlib
from types import SimpleNamespace
from typing import Any

from benchmarks.contestants import django_setting
from benchmarks.work import FORM, Ended, Open, officer

_APP = "benchmarks.contestants.viewflow_app"


class Contestant:
    """django-viewflow."""

    def __init__(self, url: str) -> None:
        django_setting.configure(url, "viewflow", "viewflow.workflow", _APP)
        auth = importlib.import_module("django.contrib.auth.models")
        models = importlib.import_module("viewflow.workflow.models")
        self.users, self.permissions = auth.User.objects, auth.Permission.objects
        self.tasks, self.processes = models.Task.objects, models.Process.objects
        self.user_model, self.group_model = auth.User, auth.Group

    def prepare(self) -> None:
        """Make the tables, and an officer for each agency who may do what comes to it."""
        django_setting.migrate()
        view = self.permissions.get(content_type__app_label="viewflow", codename="view_process")
        of_users = self.permissions.get(codename="view_user").content_type
        for number, name in enumerate(django_setting.officers()):
            code = f"agency_{number}"
            may = self.permissions.create(content_type=of_users, codename=code, name=code)
            group = self.group_model.objects.create(name=code)
            group.permissions.add(may, view)
            self.users.create(username=name).groups.add(group)
        django_setting.close()

    def connect(self) -> None:
        """Read who there is, as a session would know."""
        self.flow = importlib.import_module(f"{_APP}.flows").Agreement
        self.ids = dict(self.users.values_list("username", "id"))

    def start(self, payload: dict[str, Any], i: int) -> tuple[int, list[Open]]:
        """Open a case."""
        process = self.flow.start.run(_process_data={**payload, "i": i})
        return process.pk, self._open(process.pk)

    def claim(self, task: tuple[int, int], node: str, i: int) -> None:
        """Claim a task."""
        with self.tasks.get(pk=task[0]).activation() as activation:
            activation.assign(self._officer(i, node))

    def complete(self, task: tuple[int, int], node: str, i: int) -> list[Open]:
        """Complete a task."""
        number, process = task
        by = self._officer(i, node)
        with self.tasks.get(pk=number).activation() as activation:
            if activation.task.status == "NEW":
                activation.assign(by)
            activation.task.data["form"] = FORM
            activation.start(SimpleNamespace(user=by))
            activation.execute()
        left = self._open(process)
        waiting_for_others = node.startswith("opinion") and left[-1].node != "approval"
        return [] if waiting_for_others else left

    def _officer(self, i: int, node: str) -> Any:  # noqa: ANN401 - a user
        return self.users.get(pk=self.ids[officer(i, node)])

    def _open(self, process: int) -> list[Open]:
        left = self.tasks.filter(
            process_id=process, flow_task_type="HUMAN", finished__isnull=True
        ).order_by("id")
        return [Open((task.pk, process), task.flow_task.name) for task in left]

    def ended(self, case: int) -> Ended:
        """Say how a case stands."""
        human = self.tasks.filter(process_id=case, flow_task_type="HUMAN")
        done = sorted(one.flow_task.name for one in human.filter(finished__isnull=False))
        closed = self.processes.get(pk=case).status == "DONE"
        return Ended(closed, tuple(done), human.filter(finished__isnull=True).count())

    def history(self, case: int) -> int:
        """Count its tasks."""
        return int(self.tasks.filter(process_id=case).count())

    def close(self) -> None:
        """Disconnect."""
        django_setting.close()
