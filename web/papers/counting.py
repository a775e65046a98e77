"""Why a deadline falls on its day, short enough for paper: the days that were not ordinary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from web.papers.lines import say
from web.words.case_words import CaseWords
from web.words.languages import in_language
from web.words.traces import Told, told_trace
from web.words.wording import day
from workflow.core.clock_traces import trace_of
from workflow.core.deadlines.values import Why
from workflow.core.snapshot import Clock, ClockStatus

_ORDINARY = frozenset({Why.COUNTED, Why.DUE})
_A_DAY = timedelta(days=1)


def told_clock(clock: Clock, words: CaseWords, *, reasons: bool) -> str:
    """Tell a deadline: its day, the rule and calendar behind it, and the days that moved it."""
    rule, calendar = words.world.rule(clock.rule), words.world.calendar(clock.agency)
    source = rule.source or (in_language(rule.title) if rule.title else rule.key)
    lines = [_standing(clock), say("rule", source, calendar.title or calendar.key)]
    return "\n".join((*lines, *_days(clock, words, reasons=reasons)))


def _standing(clock: Clock) -> str:
    if clock.still_since:
        return say("paused", day(clock.still_since, year=True))
    said = "stopped" if clock.status is ClockStatus.STOPPED else "falls_on"
    return say(said, day(clock.due_on, year=True))


def _days(clock: Clock, words: CaseWords, *, reasons: bool) -> Iterator[str]:
    """Go through the days of a count that are not as all others: no weekend, no counted day."""
    if clock.term is None:
        yield say("fixed_day")
        return
    counted = trace_of(clock, words.world)
    steps = counted.trace if counted else ()
    telling = tuple(s for s in steps if s.why not in _ORDINARY and s.kind != "weekend")
    told = told_trace(telling, clock, reasons=reasons)
    for first, last in _runs(told):
        said = " ".join(part for part in (first.words, _source(first), first.about) if part)
        yield say("day_line", day(first.day, year=True), day(last.day, year=True), said)


def _source(told: Told) -> str:
    return f"({told.source})" if told.source else ""


def _runs(told: Sequence[Told]) -> list[tuple[Told, Told]]:
    """Lay together neighbouring days that say the same."""
    runs: list[tuple[Told, Told]] = []
    for n, one in enumerate(told):
        if n and runs and _same(told[n - 1], one):
            runs[-1] = (runs[-1][0], one)
        else:
            runs.append((one, one))
    return runs


def _same(before: Told, after: Told) -> bool:
    bare = replace(after, day=before.day, about=before.about)
    return bare == before and not after.about and after.day - before.day <= 3 * _A_DAY
