"""A deadline's count told day by day, runs of like days laid together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from web.words.field_values import term_words
from web.words.phrases import phrase
from workflow.core.deadlines.values import Step, Why


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the count: its day, what it was, and the running number where it counts."""

    day: date
    kind: str
    n: int
    words: str
    source: str


def told_trace(steps: tuple[Step, ...]) -> list[Told]:
    """Return the days of a count in words."""
    return [_told(step) for step in steps]


def _told(step: Step) -> Told:
    facts = {"n": step.n, "note": step.note, "kind": step.kind, "term": ""}
    if step.why in (Why.START, Why.EVENT, Why.EXTENDED, Why.SAME_DATE):
        unit = step.kind or "months"
        facts["term"] = term_words(f"{step.n} {unit}") if step.n else ""
    words = phrase("trace", step.why.value, facts)
    n = step.n if step.why is Why.COUNTED else 0
    return Told(step.day, step.why.value, n, words, step.source)
