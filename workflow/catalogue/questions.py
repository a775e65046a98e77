"""Reads questions about deadlines, as a command line or a line of JSON asks them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from pathlib import Path as FilePath
from typing import Any

from workflow.catalogue.closed_days import calendar_of_lines, read_closed_days
from workflow.catalogue.problems import nearest, quoted
from workflow.catalogue.term_words import read_term
from workflow.catalogue.written import Unclear, choice, day, instant, items, moment, text, varied
from workflow.core.deadlines.asking import Question
from workflow.core.deadlines.calendar import Calendar, CalendarDay, Closes, DayKind
from workflow.core.deadlines.rules import HOUSE, Ground, PauseMode, Rule, StartsOn
from workflow.core.deadlines.values import Extension, Outage, Pause
from workflow.core.errors import Refusal
from workflow.core.terms import Direction, Term
from workflow.core.world import World

PARTS = (
    *("from", "received", "event", "term", "rule", "settings", "calendar", "agency", "closed"),
    *("early_close", "pauses", "extensions", "outages", "interrupted_on", "filed_at"),
)
"""What a question may say; anything else passes through it, unless it resembles one of these."""
ALSO = {"pause": "pauses", "extend": "extensions", "outage": "outages", "set": "settings"}
"""The same parts as the options of the command line are called."""
_SPAN = "write two days, as in 2026-03-05..2026-03-12, or leave the second out"
_ENDS = ("first", "last")
_ALSO_ENDS = {"from": "first", "to": "last", "start": "first", "end": "last"}
_DOWN = "write two instants, as in 2026-02-26T15:00..2026-02-27T10:00"


class UnknownName(Refusal):
    """No rule, calendar or agency has this name."""


class Reader:
    """Reads questions against one world; files of closed days are read once."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._files: dict[str, Calendar] = {}

    def read(self, written: Mapping[str, Any]) -> Question:
        """Read a question; raise `Unclear`, `UnknownName`, `Refused` or `UnreadableTerm`."""
        told = {ALSO.get(key, key): value for key, value in written.items() if value is not None}
        _refuse_misspelt(told)
        rule = varied(self._rule(told), told.get("settings"))
        term, start = self._span_of(told, rule)
        interrupted, filed = told.get("interrupted_on"), told.get("filed_at")
        return Question(
            start=start,
            term=term,
            rule=rule,
            calendar=self._calendar(told),
            pauses=tuple(_pause(each) for each in _pairs("pauses", told.get("pauses"))),
            extensions=tuple(
                _extension(e, start) for e in items("extensions", told.get("extensions"))
            ),
            outages=tuple(self._outage(each) for each in _pairs("outages", told.get("outages"))),
            interrupted_on=day("interrupted_on", interrupted) if interrupted else None,
            filed_at=instant("filed_at", filed, zone=self.world.zone) if filed else None,
            zone=self.world.zone,
        )

    def _rule(self, told: Mapping[str, Any]) -> Rule:
        key = told.get("rule", HOUSE.key)
        if not isinstance(key, str) or key not in self.world.rules:
            raise _unknown("rule", key, self.world.rules, "tramita rules list")
        return self.world.rules[key]

    def _span_of(self, told: Mapping[str, Any], rule: Rule) -> tuple[Term, date]:
        """Read the term and what it is counted from, or back from."""
        if "term" not in told and rule.term is None:
            raise Unclear("term", "", f"rule {rule.key} gives none; write '10 working days'")
        term = read_term(text("term", told.get("term", str(rule.term))))
        if "event" in told:
            if "from" in told or "received" in told:
                raise Unclear("event", told["event"], "give either 'from' or 'event', not both")
            term = Term(term.amount, term.unit, Direction.BEFORE)
            return term, moment("event", told["event"], zone=self.world.zone)
        first = "received" if rule.starts_on is StartsOn.RECEIPT else "from"
        for part in (first, "from", "received"):
            if part in told:
                return term, moment(part, told[part], zone=self.world.zone)
        raise Unclear("from", "", "say the day the term starts by, or the 'event' it comes before")

    def _calendar(self, told: Mapping[str, Any]) -> Calendar:
        calendar = self._named(told)
        closed = [_closing(each, Closes.FULL) for each in items("closed", told.get("closed"))]
        early = [_closing(e, Closes.HALF) for e in items("early_close", told.get("early_close"))]
        if not closed and not early:
            return calendar
        more = {day.day: day for day in closed}
        return replace(
            calendar,
            holidays={**calendar.holidays, **more},
            closed={**calendar.closed, **more},
            early={**calendar.early, **{day.day: day for day in early}},
        )

    def _named(self, told: Mapping[str, Any]) -> Calendar:
        """Find the calendar that a question names, or its agency keeps, or a file lists."""
        name, agency = told.get("calendar"), told.get("agency")
        if isinstance(name, list):
            return calendar_of_lines([text("calendar", line) for line in name], file="the list")
        if name is not None:
            return self._by_name(text("calendar", name))
        if agency is None:
            names = ", ".join(self.world.calendars.keys)
            raise Unclear("calendar", "", f"name a calendar ({names}), a file or an 'agency'")
        codes = [a.code for a in self.world.network]
        if agency not in codes:
            raise _unknown("agency", agency, codes, "write its code")
        return self.world.calendar(agency)

    def _by_name(self, name: str) -> Calendar:
        if name in self.world.calendars.keys:
            return self.world.calendars.of(name)
        if name not in self._files:
            path = FilePath(name)
            if not path.is_file():
                known = self.world.calendars.keys
                raise _unknown("calendar", name, known, "or the path of a file of closed days")
            self._files[name] = read_closed_days(path)
        return self._files[name]

    def _outage(self, told: Any) -> Outage:  # noqa: ANN401 - whatever was written
        values = _ends(told) if isinstance(told, dict) else dict(zip(_ENDS, told, strict=False))
        if not values.get("first") or not values.get("last"):
            raise Unclear("outages", told, _DOWN)
        down, up = (instant("outages", values[end], zone=self.world.zone) for end in _ENDS)
        certified = values.get("certified", True) is not False
        return Outage(down, up, certified, text("outages", values.get("source", "")))


def _ends(told: Mapping[str, Any]) -> dict[str, Any]:
    """Name the two ends of a span as we do, whichever usual pair of names was written."""
    return {_ALSO_ENDS.get(key, key): value for key, value in told.items()}


def _refuse_misspelt(told: Mapping[str, Any]) -> None:
    """Refuse what is meant as a part of the question and misses its name by a letter."""
    for key in told:
        if key in PARTS:
            continue
        turned = [part for part in PARTS if sorted(part) == sorted(key)]
        if close := turned or get_close_matches(key, PARTS, n=1, cutoff=0.85):
            raise Unclear("question", key, f"did you mean '{close[0]}'?")


def _unknown(what: str, name: object, known: Any, more: str) -> UnknownName:  # noqa: ANN401
    return UnknownName(f"no {what} is called {quoted(name)}; {nearest(name, known)} ({more})")


def _closing(value: object, closes: Closes) -> CalendarDay:
    part = "closed" if closes is Closes.FULL else "early_close"
    name = "closed" if closes is Closes.FULL else "closes early"
    kind = DayKind.AGENCY_CLOSING
    return CalendarDay("", day(part, value), kind, name, "the question", closes=closes)


def _pairs(part: str, value: object) -> list[Any]:
    """Read spans, each as `A..B`, as two values or as a mapping; one alone needs no list."""
    mend = _DOWN if part == "outages" else _SPAN
    listed = items(part, value)
    if len(listed) == 2 and all(isinstance(one, str) and ".." not in one for one in listed):
        listed = [listed]
    spans: list[Any] = []
    for one in listed:
        if isinstance(one, str):
            first, dots, rest = one.partition("..")
            if not dots:
                raise Unclear(part, one, mend)
            spans.append([first.strip(), *(rest.split() or [""])])
        elif isinstance(one, dict) or (isinstance(one, list | tuple) and 2 <= len(one) <= 4):
            spans.append(one if isinstance(one, dict) else list(one))
        else:
            raise Unclear(part, one, mend)
    return spans


def _pause(told: Any) -> Pause:  # noqa: ANN401 - whatever was written
    """Read a pause: first and last day, and in words after them its ground and its mode."""
    if isinstance(told, dict):
        values = _ends(told)
    else:
        values = {"first": told[0], "last": told[1] or None, **_words(told[2:])}
    first, last = values.get("first"), values.get("last")
    ground, mode = values.get("ground"), values.get("mode")
    return Pause(
        day("pauses", first),
        day("pauses", last) if last else None,
        reason=text("pauses", values.get("reason", "")),
        ground=choice("pauses", ground, Ground) if ground else None,
        mode=choice("pauses", mode, PauseMode) if mode else None,
        source=text("pauses", values.get("source", "")),
    )


def _words(words: list[Any]) -> dict[str, str]:
    """Tell the words after a span apart: a mode of pausing, or a ground."""
    modes = PauseMode.__members__.values()
    return {"mode" if word in modes else "ground": word for word in words}


def _extension(told: object, start: date) -> Extension:
    """Read an extension; without a day it was granted as the term began."""
    values: dict[str, Any] = told if isinstance(told, dict) else {"term": told}
    granted = values.get("granted_on")
    term = read_term(text("extensions", values.get("term")))
    reason = text("extensions", values.get("reason", "as asked"))
    by = text("extensions", values.get("by", ""))
    first = date(start.year, start.month, start.day)
    return Extension(term, reason, day("extensions", granted) if granted else first, by)
