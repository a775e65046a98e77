"""What a round waits for in sentences, and how many gave which answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from web.words.case_words import CaseWords
from web.words.phrases import phrase
from web.words.wording import day
from workflow.core.quorum import APART, Needs, Quorum, Silence, Veto, quorums, silences, vetoes
from workflow.core.snapshot import TaskStatus
from workflow.core.track import TaskLine
from workflow.core.turns import last_due, queue

WORDS = "rounds"
_WIDTH = 450


@dataclass(frozen=True, slots=True)
class Tally:
    """One answer, how many gave it and who; `start` and `width` are its part of a bar of 450."""

    text: str
    kind: str
    """`done`, `warn`, or nothing."""
    agencies: tuple[str, ...]
    counted: bool = True
    """Whether it counts among those asked."""
    start: int = 0
    width: int = 0

    @property
    def who(self) -> list[str]:
        """Name each agency once, with how many of the answers are its if several are."""
        return [f"{code} ({n})" if n > 1 else code for code, n in Counter(self.agencies).items()]


def rules(words: CaseWords) -> list[str]:
    """Say what the present round waits for."""
    case = words.case
    said = [_quorum(one, words) for one in quorums(case) if _tells(one)]
    said += [_veto(one, words) for one in vetoes(case)]
    silent = silences(case)
    said += [_silence(one, words) for one in silent if one.outcome is not None]
    must = [agency for one in silent if one.outcome is None for agency in one.agencies]
    if must:
        said.append(phrase(WORDS, "no_silence", {"agencies": ", ".join(dict.fromkeys(must))}))
    return [*said, *_turns(words)]


def _turns(words: CaseWords) -> Iterator[str]:
    """Say of each task that is asked in turn who comes after, and until when that may take."""
    for key in words.case.state_spec.tasks:
        later = queue(words.case, key)
        if later:
            last = last_due(words.case, key, words.world)
            on = day(last, today=words.today, year=True) if last else ""
            facts = {"agencies": ", ".join(one.agency for one in later), "last": on}
            yield phrase(WORDS, "in_turn", facts)


def _tells(quorum: Quorum) -> bool:
    """Leave out what says nothing: that the answer of one who is alone decides."""
    return quorum.asked > 1


def _quorum(quorum: Quorum, words: CaseWords) -> str:
    facts = {
        "state": words.state(quorum.target),
        "answers": _answers(quorum.outcomes, words),
        "needed": quorum.needed,
        "asked": quorum.asked,
        "given": quorum.given,
        "missing": quorum.missing,
        "possible": quorum.possible,
    }
    return phrase(WORDS, _macro(quorum), facts)


def _macro(quorum: Quorum) -> str:
    if quorum.needs is Needs.ALL:
        return "all" if quorum.outcomes else "all_answers"
    return f"{quorum.needs}_so" if quorum.outcomes else quorum.needs.value


def _answers(outcomes: Sequence[tuple[str, str]], words: CaseWords) -> list[str]:
    return list(dict.fromkeys(words.outcome(task, outcome) for task, outcome in outcomes))


def _veto(veto: Veto, words: CaseWords) -> str:
    guard = veto.guard
    tasks = dict.fromkeys(words.task(task) for task, _ in veto.answers)
    facts = {
        "answers": _answers(veto.answers, words),
        "task": ", ".join(tasks),
        "held": _answers([(guard.task, one) for one in guard.outcomes], words),
        "later": words.task(guard.task),
        "binding": veto.binding,
        "stands": veto.stands,
    }
    return phrase(WORDS, "veto", facts)


def _silence(silence: Silence, words: CaseWords) -> str:
    facts = {"agencies": ", ".join(silence.agencies)}
    due = day(silence.due_on, today=words.today, year=True) if silence.due_on else ""
    outcome = words.outcome(silence.task, silence.outcome or "")
    return phrase(WORDS, "silence", {**facts, "day": due, "outcome": outcome})


# --- Who answered what ---------------------------------------------------------------------------


def tallies(tasks: Sequence[TaskLine], later: Sequence[str], words: CaseWords) -> list[Tally]:
    """Count the answers of a round: each with who gave it, then who has yet to, then who need not.

    `later` are those whose turn has not come.
    """
    found: dict[tuple[str, str, bool], list[str]] = {}
    for task in tasks:
        found.setdefault(_answer(task, words), []).append(words.holder(task.slot))
    if later:
        found[phrase(WORDS, "later"), "", True] = list(later)
    order = sorted(found, key=lambda one: (not one[2], not one[1]))
    return list(
        _drawn(
            [
                Tally(text, kind, tuple(found[text, kind, counted]), counted)
                for text, kind, counted in order
            ]
        )
    )


def _answer(task: TaskLine, words: CaseWords) -> tuple[str, str, bool]:
    """Return what an agency answered, how it is shown, and whether it counts."""
    if task.status is TaskStatus.CANCELLED:
        return phrase(WORDS, "spared"), "", False
    if not task.outcome:
        return phrase(WORDS, "unanswered"), "", True
    spec = words.definition.task(task.key).outcomes.get(task.outcome)
    kind = "warn" if spec is None or spec.asks_reason else "done"
    return words.outcome(task.key, task.outcome), kind, task.outcome != APART


def _drawn(tallies: Sequence[Tally]) -> Iterator[Tally]:
    """Lay the answers that count side by side in one bar."""
    whole = sum(len(one.agencies) for one in tallies if one.counted) or 1
    before = 0
    for one in tallies:
        if not one.counted:
            yield one
            continue
        start, before = before, before + len(one.agencies)
        left, right = round(_WIDTH * start / whole), round(_WIDTH * before / whole)
        yield Tally(one.text, one.kind, one.agencies, start=left, width=right - left)
