"""The warnings of a deadline in words: when each is given, and who hears it."""

from __future__ import annotations

from web.words.field_values import term_words
from web.words.phrases import phrase
from workflow.catalogue.ladders import Rung, read_ladder
from workflow.catalogue.problems import Written
from workflow.core.definition import Reminder
from workflow.core.terms import Direction, Term, Unit


def when_words(reminder: Reminder) -> str:
    """Say when a warning is given."""
    if reminder.term is None:
        return phrase("ladder", "due_day", {})
    before = reminder.term.direction is Direction.BEFORE
    word = "before" if before else "every" if reminder.every else "after"
    return phrase("ladder", word, {"term": term_words(str(reminder.term))})


def rung_words(rung: Rung) -> str:
    """Say when a warning is given and to whom, where somebody is named."""
    direction = Direction.BEFORE if rung.when == "before" else Direction.AFTER
    term = None if rung.when == "due" else Term(rung.amount, Unit(rung.unit), direction)
    when = when_words(Reminder(term, every=rung.when == "every"))
    if not rung.to:
        return when
    heard = ", ".join(phrase("ladder", "audience", one) for one in rung.to)
    return phrase("ladder", "to", {"when": when, "heard": heard})


def warnings_in_words(written: Written) -> str:
    """Say the warnings of a deadline, or one of them, as a definition has them."""
    one = not isinstance(written, list) and written not in ("standard", "none")
    ladder = read_ladder([written] if one else written)
    if isinstance(ladder, str):
        return phrase("ladder", f"as_{ladder}", {})
    return "; ".join(map(rung_words, ladder))
