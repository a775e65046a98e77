"""Pauses as a count sees them: those the rule admits, laid together so that a day stops once."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from workflow.core.deadlines.calendar import Calendar
from workflow.core.deadlines.errors import ClockStopped
from workflow.core.deadlines.rules import PauseMode, Rule
from workflow.core.deadlines.values import Pause

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spans:
    """Spans of days, in order and apart from each other."""

    spans: tuple[tuple[date, date], ...] = ()

    def holding(self, day: date) -> tuple[date, date] | None:
        """Give the span that a day lies in, if any; raise `ClockStopped` if it has no end."""
        place = bisect_right(self.spans, (day, date.max)) - 1
        if place < 0 or day > self.spans[place][1]:
            return None
        first, last = self.spans[place]
        if last == date.max:
            raise ClockStopped(first)
        return first, last

    def after(self, start: date, days: int) -> date:
        """Count so many days on from a start, skipping the spans."""
        end = start + timedelta(days=days)
        for first, last in self.spans:
            if last <= start:
                continue
            first = max(first, start + _DAY)  # noqa: PLW2901 - only what lies ahead stops the clock
            if first > end:
                break
            if last == date.max:
                raise ClockStopped(first)
            end += last - first + _DAY
        return end


@dataclass(frozen=True, slots=True)
class Standstill:
    """What stops one clock: days not counted, and windows that push their ends out."""

    stopped: Spans = Spans()
    windows: Spans = Spans()
    pauses: tuple[Pause, ...] = ()
    """Those that count, for the words of the trace."""

    def named(self, day: date) -> Pause | None:
        """Find the first pause that covers a day."""
        for pause in self.pauses:
            if pause.first <= day and (pause.last is None or day <= pause.last):
                return pause
        return None


NEVER = Standstill()


def standstill(pauses: Sequence[Pause], rule: Rule, calendar: Calendar) -> Standstill:
    """Lay together the pauses that a rule admits; interruptions are not among them."""
    admitted = tuple(
        sorted(
            (p for p in pauses if p.ground is None or p.ground in rule.suspended_by),
            key=lambda pause: pause.first,
        )
    )
    stopped, windows = [], []
    for pause in admitted:
        mode = pause.mode or rule.pause_mode
        span = (pause.first, pause.last or date.max)
        if mode is PauseMode.TO_FIRST_OPEN_DAY:
            windows.append(span)
            continue
        if mode is PauseMode.REMAINING_FROM_OPEN_DAY and pause.last:
            span = (pause.first, next_open(pause.last, rule, calendar) - _DAY)
        stopped.append(span)
    return Standstill(_union(stopped), _union(windows), admitted)


def next_open(day: date, rule: Rule, calendar: Calendar) -> date:
    """Give the first open day after a day."""
    day += _DAY
    while not calendar.is_open(day, rule):
        day += _DAY
    return day


def _union(spans: Sequence[tuple[date, date]]) -> Spans:
    """Join spans that overlap or touch."""
    joined: list[tuple[date, date]] = []
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return Spans(tuple(joined))
