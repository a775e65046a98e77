"""The flow, with a due date kept in the data of each task, since its tasks have none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from viewflow import this
from viewflow.workflow import flow, lock
from viewflow.workflow.models import Process
from viewflow.workflow.nodes.view import ViewActivation

from benchmarks.work import AMOUNT_LIMIT, DUE_DAYS, agency


class DueActivation(ViewActivation):  # type: ignore[misc]
    """A task with its due date, written by the same statement."""

    @classmethod
    def create(cls, flow_task: Any, *given: Any, data: Any = None, **more: Any) -> Any:  # noqa: ANN401, ARG003
        """Create the task."""
        due = datetime.now(UTC) + timedelta(days=DUE_DAYS[flow_task.name])
        return super().create(flow_task, *given, data={"due": due.isoformat()}, **more)


class DueView(flow.View):  # type: ignore[misc]
    """A task for people."""

    activation_class = DueActivation


def _permission(node: str) -> Callable[[Any], str]:
    return lambda activation: f"auth.agency_{agency(activation.process.data['i'], node)}"


def _task(node: str, after: Any) -> Any:  # noqa: ANN401
    return DueView(None).Permission(_permission(node)).Next(after)


class Agreement(flow.Flow):  # type: ignore[misc]
    """The way of an agreement."""

    process_class = Process
    lock_impl = lock.SelectForUpdateLock(nowait=False)

    start = flow.StartHandle().Next(this.intake)
    intake = _task("intake", this.fork)
    fork = flow.Split().Always(this.opinion_a).Always(this.opinion_b).Always(this.opinion_c)
    opinion_a = _task("opinion_a", this.join)
    opinion_b = _task("opinion_b", this.join)
    opinion_c = _task("opinion_c", this.join)
    join = flow.Join().Next(this.decide)
    decide = (
        flow.If(lambda activation: activation.process.data["amount"] > AMOUNT_LIMIT)
        .Then(this.approval)
        .Else(this.end)
    )
    approval = _task("approval", this.end)
    end = flow.End()
