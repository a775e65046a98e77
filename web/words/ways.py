"""The outcomes of a task to choose from: where each leads, or why it is held back."""

from __future__ import annotations

from dataclasses import dataclass

from web.words.case_words import CaseWords
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.wording import day
from workflow.core.acts.circumstances import Circumstances
from workflow.core.acts.tasks import barred_by
from workflow.core.consequences import Consequence, Handed, consequence
from workflow.core.snapshot import CaseSnapshot, Task


@dataclass(frozen=True, slots=True)
class Way:
    """An outcome to choose: its words, where it leads, or why it is held back."""

    key: str
    title: str
    leads: str
    held: str
    asks_reason: bool


def way(words: CaseWords, task: Task, key: str, *, case: CaseSnapshot, now: Circumstances) -> Way:
    """Return an outcome of a task that says where it leads.

    `case` is the case as it would be with what stands in the form.
    """
    outcome = words.case.spec(task).outcomes[key]
    guard = barred_by(words.case, words.case.spec(task), key)
    said = [in_language(outcome.consequence)] if outcome.consequence else []
    found = None if guard else consequence(case, task, outcome, now=now)
    if found:
        said += _led(found, words)
    if outcome.form_optional:
        said.append(phrase("consequences", "form_optional", {}))
    return Way(
        key=key,
        title=in_language(outcome.title),
        leads=" ".join(said),
        held=in_language(guard.because) if guard else "",
        asks_reason=outcome.asks_reason,
    )


def _led(found: Consequence, words: CaseWords) -> list[str]:
    """Say where an outcome leads."""
    said = [phrase("consequences", "head", {})] if found.released_by_head else []
    if found.result:
        said.append(phrase("consequences", "ends", {"result": found.result.value}))
    elif found.state:
        said.append(phrase("consequences", "moves", {"state": words.state(found.state)}))
        said += [_handed("handed", one, words) for one in found.handed[:6]]
        if found.in_turn:
            last = day(found.last_due, today=words.today) if found.last_due else ""
            facts = {"agencies": ", ".join(found.in_turn), "last": last}
            said.append(phrase("consequences", "in_turn", facts))
    elif found.waits_for:
        said += [_handed("next", one, words) for one in found.handed]
        facts = {"agencies": ", ".join(found.waits_for)}
        said.append(phrase("consequences", "waits", facts))
    else:
        said.append(phrase("consequences", "stays", {}))
    if found.opens:
        said.append(phrase("consequences", "opens", {}))
    return said


def _handed(how: str, handed: Handed, words: CaseWords) -> str:
    due = day(handed.due_on, today=words.today) if handed.due_on else ""
    facts = {"agency": handed.agency, "task": words.task(handed.key), "due": due}
    return phrase("consequences", how, facts)
