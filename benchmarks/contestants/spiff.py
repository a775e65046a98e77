"""SpiffWorkflow as its manual says: the workflow is read as JSON, moved, and written again.

What was parsed from BPMN is kept in the process and left out of the JSON, as a careful user of it
would; lists, claims, due dates and history are tables beside it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.default.workflow import (
    BpmnWorkflowConverter,
    WorkflowConverter,
)
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

from benchmarks.contestants.side import Side
from benchmarks.work import FORM, Ended, Open, officer

_PROCESS = Path(__file__).with_name("agreement.bpmn")
_SHARED = "@shared"


def _sharing(spec: Any) -> type[BpmnWorkflowConverter]:  # noqa: ANN401 - the engine's own
    """Make a converter that leaves out what all workflows share."""

    class Converter(BpmnWorkflowConverter):  # type: ignore[misc]
        def to_dict(self, workflow: Any) -> Any:  # noqa: ANN401
            kept = WorkflowConverter.to_dict(self, workflow)
            kept["bpmn_events"] = self.registry.convert(workflow.bpmn_events)
            kept["subprocesses"] = {}
            return kept

        def from_dict(self, kept: Any) -> Any:  # noqa: ANN401
            restore = self.registry.restore

            def shared(value: Any, *rest: Any, **more: Any) -> Any:  # noqa: ANN401
                return spec if value == _SHARED else restore(value, *rest, **more)

            self.registry.restore = shared
            try:
                kept["spec"], kept["subprocess_specs"] = _SHARED, {}
                return BpmnWorkflowConverter.from_dict(self, kept)
            finally:
                del self.registry.restore

    return Converter


class Contestant:
    """SpiffWorkflow beside its tables."""

    def __init__(self, url: str) -> None:
        self.side = Side(url)

    def prepare(self) -> None:
        """Make the tables."""
        self.side.prepare()

    def connect(self) -> None:
        """Parse the process and connect."""
        parser = BpmnParser()
        parser.add_bpmn_file(str(_PROCESS))
        self.spec = parser.get_spec("agreement")
        converters = {**DEFAULT_CONFIG, BpmnWorkflow: _sharing(self.spec)}
        registry = BpmnWorkflowSerializer.configure(converters)
        self.serializer = BpmnWorkflowSerializer(registry)
        self.side.connect()

    def start(self, payload: dict[str, Any], i: int) -> tuple[int, list[Open]]:
        """Open a case."""
        now = datetime.now(UTC)
        workflow = BpmnWorkflow(self.spec)
        next(iter(workflow.get_tasks(state=TaskState.READY))).data.update(payload)
        workflow.do_engine_steps()
        self.side.begin()
        case = self.side.add_case({}, self.serializer.serialize_json(workflow), now)
        opened = self.side.open_case(case, i, _ready(workflow), now)
        self.side.commit()
        return case, opened

    def claim(self, task: int, node: str, i: int) -> None:
        """Claim a task."""
        self.side.claim(task, officer(i, node))

    def complete(self, task: int, node: str, i: int) -> list[Open]:
        """Complete a task."""
        now = datetime.now(UTC)
        self.side.begin()
        case, was, place, blob = self.side.load(task)
        workflow = self.serializer.deserialize_json(blob)
        before = _ready(workflow)
        at = workflow.get_task_from_id(UUID(place))
        at.data[was] = FORM
        at.run()
        workflow.do_engine_steps()
        opened = self.side.go_on(
            case,
            i,
            done=(task, node),
            places=[one for one in _ready(workflow) if one not in before],
            blob=self.serializer.serialize_json(workflow),
            ended=bool(workflow.is_completed()),
            now=now,
        )
        self.side.commit()
        return opened

    def ended(self, case: int) -> Ended:
        """Say how a case stands."""
        return self.side.ended(case)

    def history(self, case: int) -> int:
        """Count the events of a case."""
        return self.side.history(case)

    def close(self) -> None:
        """Disconnect."""
        self.side.close()


def _ready(workflow: Any) -> list[tuple[str, str]]:  # noqa: ANN401
    """Return the tasks that wait for people: the node of each, and its place in the workflow."""
    waiting = workflow.get_tasks(state=TaskState.READY, manual=True)
    return [(task.task_spec.name, str(task.id)) for task in waiting]
