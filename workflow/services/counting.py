"""Counts deadlines outside any case, for whoever checks a date: one question, one answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workflow.catalogue.questions import Reader
from workflow.core.deadlines.asking import Answer, answered
from workflow.core.deadlines.values import Step, Why
from workflow.core.terms import Unit
from workflow.core.world import World


def count_deadline(written: Mapping[str, Any], reader: Reader) -> Answer:
    """Answer a question about a deadline; raise whatever makes it unanswerable."""
    return answered(reader.read(written))


def spell_answer(written: Mapping[str, Any], answer: Answer, *, world: World) -> dict[str, Any]:
    """Give the question back as JSON values, with its answer."""
    question, due = answer.question, answer.due
    known = question.calendar.key in world.calendars.keys
    spelt = {
        **written,
        "due": due.on.isoformat(),
        "due_at": due.at.astimezone(question.zone).isoformat(),
        "raw": due.raw.isoformat(),
        "provisional": due.provisional,
        "provisional_years": list(due.unannounced),
        "rule_version": question.rule.version,
        "rule_source": question.rule.source,
        "calendar_version": world.calendars.version if known else None,
        "trace": [spell_step(step) for step in due.trace],
    }
    return spelt if answer.on_time is None else spelt | {"on_time": answer.on_time}


def spell_step(step: Step) -> dict[str, Any]:
    """Write one day of a trace as JSON values, in words too."""
    told = {"n": step.n, "kind": step.kind, "note": step.note, "source": step.source}
    return {
        "day": step.day.isoformat(),
        "why": step.why.value,
        **{name: value for name, value in told.items() if value},
        "words": step_words(step),
    }


def step_words(step: Step) -> str:
    """Say in plain English what a day is in a trace."""
    return _SAID.get(step.why, _NOT_COUNTED).format(
        length=_length(step),
        because=_because(step),
        n=step.n,
        how=_FROM.get(step.kind, "this day is not counted"),
        note=step.note,
        goes="on to the next day" if step.n > 0 else "back to the day before",
    )


_NOT_COUNTED = "Not counted: {because}"
_FROM = {
    Unit.MONTHS.value: "from date to date",
    Unit.HOURS.value: "from instant to instant",
}
_SAID = {
    Why.START: "Start of {length}: {how}",
    Why.EVENT: "The event that {length} are counted back from: {how}",
    Why.START_MOVED: "The start moves on: {because}",
    Why.INTERRUPTED: "The gap is cured: the whole term begins again",
    Why.EXTENDED: "Extended by {length}: {note}",
    Why.COUNTED: "Day {n}",
    Why.PAUSED: "Not counted, the clock stands still: {because}",
    Why.SAME_DATE: "The same date {length} away, or the last day of a shorter month",
    Why.EVE: "The first day was counted too, so the term ends on the eve",
    Why.ELAPSED: "The hours are over at {note}",
    Why.ROLLED: "The term would end here, but no office hours: {because}; it goes {goes}",
    Why.OUTAGE: "The term would end here, but the system was down; it goes {goes}",
    Why.DUE: "Last day of the term",
}


def _length(step: Step) -> str:
    unit = Unit.MONTHS.value if step.why is Why.SAME_DATE else step.kind or Unit.DAYS.value
    return f"{step.n} {unit if step.n != 1 else unit.removesuffix('s')}"


def _because(step: Step) -> str:
    """Name the holiday, the act or the state of things that kept a day from counting."""
    kind = step.kind.replace("_", " ")
    if step.note and kind and kind != "weekend":
        return f"{step.note} ({kind})"
    return step.note or kind or "closed or paused"


def provisional_words(answer: Answer) -> str:
    """Say on which missing lists a date rests, or nothing."""
    if not answer.due.provisional:
        return ""
    years = ", ".join(map(str, answer.due.unannounced))
    where = answer.question.calendar.key
    return f"Provisional: no official list of {years} on calendar {where} yet; it may change"


def runs_out(answer: Answer) -> str:
    """Say until when an act is on time, on the clock of the legal zone."""
    zone = answer.question.zone
    last = answer.due.at.astimezone(zone)
    return f"{last:%A, %Y-%m-%d}, until {last:%H:%M:%S} ({zone.key})"
