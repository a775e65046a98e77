"""How each of those asked stands: answered, by another, not concerned, silent, not yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from workflow.core.answers import Standing, standing_of
from workflow.core.events import CLOCK, By, Event, Kind
from workflow.core.snapshot import TaskStatus
from workflow.core.track import TaskLine

AT = datetime(2026, 3, 10, tzinfo=UTC)
ASKED = TaskLine(1, "answer", "SES", "SES", 2, TaskStatus.CLAIMED, AT)
OFFICER = By(7, "SES")


@pytest.mark.parametrize(
    ("status", "outcome", "by", "slot", "standing"),
    [
        (TaskStatus.OPEN, None, None, "SES", Standing.WAITING),
        (TaskStatus.CLAIMED, None, None, "SES", Standing.WAITING),
        (TaskStatus.CANCELLED, None, None, "SES", Standing.SPARED),
        (TaskStatus.LAPSED, "silent", CLOCK, "SES", Standing.SILENT),
        (TaskStatus.COMPLETED, "replied", OFFICER, "SES", Standing.ANSWERED),
        (TaskStatus.COMPLETED, "not_applicable", OFFICER, "SES", Standing.NOT_CONCERNED),
        (TaskStatus.COMPLETED, "not_ours", By(7, "SES", 8), "SES", Standing.NOT_CONCERNED),
        (TaskStatus.COMPLETED, "replied", By(7, "SES", 8), "SES", Standing.BY_SUBSTITUTE),
        (TaskStatus.COMPLETED, "replied", By(guest="row:1"), "row:1", Standing.BY_GUEST),
        (TaskStatus.COMPLETED, "replied", OFFICER, "row:1", Standing.RECORDED),
        (TaskStatus.COMPLETED, "replied", None, "SES", Standing.ANSWERED),
    ],
)
def test_each_way_to_answer_is_told_apart(status, outcome, by, slot, standing):
    task = replace(ASKED, status=status, outcome=outcome, slot=slot)
    end = Event(9, Kind.TASK_COMPLETED, AT, by, {"no": 1}, "") if by else None

    assert standing_of(task, end) is standing
