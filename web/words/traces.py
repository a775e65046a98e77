"""A deadline's count told day by day, with the act behind each day that one moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from web.words.field_values import term_words
from web.words.languages import language
from web.words.phrases import phrase
from web.words.wording import day as say_day
from workflow.core.clock_traces import unannounced_years
from workflow.core.deadlines.values import Step, Why
from workflow.core.snapshot import Clock, ClockExtension, ClockPause, StartMoved
from workflow.core.world import World


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the count: its day, what it was, and the running number where it counts."""

    day: date
    kind: str
    n: int
    words: str
    source: str
    about: str = ""
    """The act behind it: who, when, and why where the reader may know."""


def provisional_words(clock: Clock | None, world: World) -> str:
    """Say that a date is provisional, and for want of which years' calendars; else nothing."""
    if clock is None or not clock.provisional:
        return ""
    return _for_want_of(language(), tuple(unannounced_years(clock, world)))


@lru_cache(maxsize=256)
def _for_want_of(_language: str, years: tuple[int, ...]) -> str:
    return phrase("due", "provisional", {"years": ", ".join(map(str, years)), "n": len(years)})


def told_trace(steps: tuple[Step, ...], clock: Clock, *, reasons: bool) -> list[Told]:
    """Return the days of a count in words; each act is told once, at the first of its days."""
    acts = _Acts(clock, reasons=reasons)
    return [_told(step, acts) for step in steps]


class _Acts:
    """The acts that shaped a count, each given away once."""

    def __init__(self, clock: Clock, *, reasons: bool) -> None:
        self._pauses = list(clock.pauses)
        self._extensions = list(clock.extensions)
        self._start = clock.start_moved
        self._reasons = reasons

    def behind(self, step: Step) -> str:
        """Say which act is behind a step, if one is and it was not told before."""
        if step.why is Why.START and self._start:
            return phrase("trace", "start_corrected", self._facts(self._start))
        if step.why is Why.EXTENDED and self._extensions:
            return self._extension(self._extensions.pop(0))
        if step.why in (Why.PAUSED, Why.ROLLED, Why.INTERRUPTED):
            return " ".join(map(self._pause, self._begun(step.day)))
        return ""

    def _begun(self, day: date) -> list[ClockPause]:
        begun = [p for p in self._pauses if p.first <= day and (not p.last or day <= p.last)]
        self._pauses = [p for p in self._pauses if p not in begun]
        return [p for p in begun if p.by or p.recorded_on or p.end_recorded_on]

    def _pause(self, held: ClockPause) -> str:
        facts = self._facts(held)
        return phrase("trace", "rested", {**facts, "agencies": ", ".join(held.ended_by)})

    def _extension(self, given: ClockExtension) -> str:
        return phrase("trace", "granted", self._facts(given)) if given.by else ""

    def _facts(self, act: ClockPause | ClockExtension | StartMoved) -> dict[str, str]:
        named = ("first", "last", "recorded_on", "end_recorded_on", "review_on", "granted_on")
        days = {name: getattr(act, name, None) for name in (*named, "was")}
        said = {name: say_day(day, year=True) if day else "" for name, day in days.items()}
        return {**said, "by": act.by, "note": act.note if self._reasons else ""}


def _told(step: Step, acts: _Acts) -> Told:
    facts = {"n": step.n, "note": step.note, "kind": step.kind, "term": ""}
    if step.why in (Why.START, Why.EVENT, Why.EXTENDED, Why.SAME_DATE):
        unit = step.kind or "months"
        facts["term"] = term_words(f"{step.n} {unit}") if step.n else ""
    words = phrase("trace", step.why.value, facts)
    n = step.n if step.why is Why.COUNTED else 0
    source = "" if step.why is Why.EXTENDED else step.source
    return Told(step.day, step.why.value, n, words, source, acts.behind(step))
