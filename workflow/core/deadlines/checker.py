"""An independent check of deadlines: the due day, rebuilt from the trace by none of its code."""

from __future__ import annotations

from datetime import date, timedelta

from workflow.core.deadlines.errors import TraceBroken
from workflow.core.deadlines.values import Step

_DAY = timedelta(days=1)


def rebuild(trace: tuple[Step, ...]) -> date:
    """Follow a trace to the day it ends on; raise `TraceBroken` where it cannot be followed."""
    ends = trace and trace[0].why in ("start", "event") and trace[-1].why in ("due", "elapsed")
    if not ends:
        raise TraceBroken("there is no start or no end")
    walk = _Walk(trace[0], way=_DAY if trace[0].why == "start" else -_DAY)
    for step in trace[1:]:
        if not getattr(walk, step.why, lambda _: False)(step):
            raise TraceBroken(f"{step.day} cannot be '{step.why}' there")
    return walk.at


class _Walk:
    """A finger on the day reached so far: each sort of step moves it, and says if it can."""

    def __init__(self, first: Step, *, way: timedelta) -> None:
        self.at = self.base = first.day
        self.unit, self.owed, self.n, self.way = first.kind, first.n, 0, way

    def closed(self, step: Step) -> bool:
        self.at += self.way
        return step.day == self.at

    def interrupted(self, step: Step) -> bool:
        before, self.at = self.at, step.day
        return before <= self.at

    def extended(self, step: Step) -> bool:
        if ends := bool(self.n or step.kind != self.unit or not self.owed):
            ends = not self.due(step)
            self.unit, self.owed, self.n, self.way = step.kind, 0, 0, _DAY
        self.owed += step.n
        return not ends

    def counted(self, step: Step) -> bool:
        self.n, opens = self.n + 1, step.day.weekday() < 5 or self.unit != "working days"
        return self.closed(step) and step.n == self.n and opens

    def paused(self, step: Step) -> bool:
        if self.unit == "months" and step.day <= self.at:
            before, self.base, self.owed = self.base, step.day, self.owed + 1
            return before < step.day
        self.owed += 24 if self.unit == "hours" else 0
        return self.unit == "hours" or self.closed(step)

    def same_date(self, step: Step) -> bool:
        months = (step.day.year - self.at.year) * 12 + step.day.month - self.at.month
        last = (step.day + _DAY).day == 1 and step.day.day < self.at.day
        same = months * self.way.days == self.owed and (step.day.day == self.at.day or last)
        self.base, self.at, self.owed = self.at, step.day, 0
        return same

    def eve(self, step: Step) -> bool:
        self.at -= _DAY
        return step.day == self.at

    def elapsed(self, step: Step) -> bool:
        hours, self.at = (step.day - self.at) / self.way * 24, step.day
        return abs(hours - self.owed) <= 25  # the rest of a day, and a clock put forward

    def due(self, step: Step) -> bool:
        return self.n == self.owed and step.day == self.at

    def rolled(self, step: Step) -> bool:
        here, self.at = self.due(step), self.at + step.n * _DAY
        return here and step.n in (1, -1)

    start_moved, outage = closed, rolled
