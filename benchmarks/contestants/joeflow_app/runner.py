"""What joeflow's broker does with a task of the machine, done at once: the broker is left out."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import transaction


def run(*, task_pk: int, workflow_pk: int, **_later: Any) -> None:  # noqa: ANN401
    """Do a task of the machine."""
    tasks = apps.get_model("joeflow", "Task").objects
    with transaction.atomic():
        task = tasks.filter(pk=task_pk, completed=None).select_for_update(nowait=True).get()
        workflows = task.content_type.model_class().objects
        workflow = workflows.filter(pk=workflow_pk).select_for_update(nowait=True).get()
        given = {"task": task} if getattr(task.node, "with_task", False) else {}
        result = task.node(workflow, **given)
        if result is False:
            return  # a join that waits: its last parent brings it here again
        task.start_next_tasks(next_nodes=None if result is True else result)
        task.finish()
