"""An independent check of deadlines: the due day, rebuilt from the trace by none of its code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from workflow.core.deadlines.errors import TraceBroken
from workflow.core.deadlines.values import Step


def rebuild(trace: Sequence[Step]) -> date:
    """Follow a trace to the day it ends on; raise `TraceBroken` where it cannot be followed."""
    ends = trace and trace[0].why in ("start", "event") and trace[-1].why in ("due", "elapsed")
    _hold(bool(ends), "there is no start or no end")
    walk = _Walk(trace[0], back=trace[0].why == "event", ends=trace[-1].day)
    for step in trace[1:]:
        getattr(walk, step.why)(step)
    return walk.at


class _Walk:
    """A finger on the day reached so far, one method for each sort of step."""

    def __init__(self, first: Step, *, back: bool, ends: date) -> None:
        self.at = self.base = first.day
        self.unit, self.owed, self.n, self.ends = first.kind, first.n, 0, ends
        self.way = timedelta(days=-1 if back else 1)

    def closed(self, step: Step) -> None:
        _hold(step.day == self.at + self.way, f"{step.day} does not follow {self.at}")
        self.at = step.day

    def interrupted(self, step: Step) -> None:
        self.at = self.base = step.day

    def extended(self, step: Step) -> None:
        if self.n or step.kind != self.unit or not self.owed:
            self.due(step)
            self.unit, self.owed, self.n, self.way = step.kind, 0, 0, timedelta(days=1)
        self.owed += step.n

    def counted(self, step: Step) -> None:
        self.closed(step)
        self.n += 1
        working = self.unit != "working days" or step.day.isoweekday() < 6
        _hold(step.n == self.n and working, f"{step.day} is not number {self.n}")

    def paused(self, step: Step) -> None:
        if self.unit == "months" and step.day <= self.at:
            _hold(step.day > self.base, f"{step.day} is paused twice")
            self.base, self.owed = step.day, self.owed + 1
        elif self.unit != "hours":
            self.closed(step)

    def same_date(self, step: Step) -> None:
        months = (step.day.year - self.at.year) * 12 + step.day.month - self.at.month
        last = (step.day + timedelta(days=1)).day == 1 and step.day.day < self.at.day
        same = months * self.way.days == self.owed and (step.day.day == self.at.day or last)
        _hold(same, f"{step.day} is not the date {self.owed} months on")
        self.base, self.at, self.owed = self.at, step.day, 0

    def eve(self, step: Step) -> None:
        _hold((self.at - step.day).days == 1, f"{step.day} is not the eve")
        self.at = step.day

    def due(self, step: Step) -> None:
        _hold(self.n == self.owed and step.day == self.at, f"{step.day} is no end")

    def rolled(self, step: Step) -> None:
        self.due(step)
        back = self.way.days < 0 or self.ends < step.day
        self.at += timedelta(days=-1 if back else 1)

    start_moved, elapsed, outage = closed, interrupted, rolled


def _hold(true: bool, wrong: str) -> None:
    if not true:
        raise TraceBroken(wrong)
