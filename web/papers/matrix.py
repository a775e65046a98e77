"""The answers of a round as one table: a row for each of those asked, a column for each field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from web.papers.lines import as_rows, name_of
from web.words.case_words import CaseWords
from web.words.field_values import fact_for
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.turns import turn_words
from web.words.wording import Due, day
from workflow.core.access import may_read_field
from workflow.core.answers import Standing
from workflow.core.definition import DataItem
from workflow.core.events import Event, Kind
from workflow.core.fields import Field, FieldType
from workflow.core.history import reveal
from workflow.core.snapshot import Scheduled, TaskStatus
from workflow.core.story import may_read_reasons
from workflow.core.track import TaskLine, state_of_task
from workflow.core.turns import turn_of
from workflow.services.rounds import Answer, RoundView

UNANSWERED = frozenset({Standing.SILENT, Standing.SPARED})
"""Nothing was handed in, in time or late."""
EXCERPT = 240
"""Characters of an answer that the page shows; the paper of the task has it whole."""
_WIDTH = 450


@dataclass(frozen=True, slots=True)
class Asked:
    """A field that those asked fill in: a column of the table."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A document that came with an answer."""

    field: str
    version: int
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """One of those asked, with all that became of the question."""

    no: int | None
    agency: str
    name: str
    task: str
    standing: Standing
    outcome: str
    """How it ended, or when its turn comes."""
    reason: str
    who: str
    asked_on: date | None
    due: Due | None
    due_on: date | None
    ended_at: datetime | None
    cells: tuple[str, ...]
    """In the order of the columns, whole."""
    documents: tuple[Kept, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """How many stand so; `start` and `width` are its part of a bar of 450."""

    standing: Standing
    n: int
    start: int
    width: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """The whole table, ready for a page or a file."""

    title: str
    asked: tuple[Asked, ...]
    rows: tuple[Row, ...]

    @property
    def counts(self) -> tuple[Count, ...]:
        """How many stand how, in the order in which standings are told."""
        found, before, counts = Counter(row.standing for row in self.rows), 0, []
        for standing in Standing:
            if found[standing]:
                after = before + found[standing]
                left, right = (round(_WIDTH * n / len(self.rows)) for n in (before, after))
                counts.append(Count(standing, found[standing], left, right - left))
                before = after
        return tuple(counts)


def words_of_round(view: RoundView, today: date) -> CaseWords:
    """Return the words for the parts of the case of a round."""
    keys = {task.no: (task.key, task.slot) for task in view.tasks}
    return CaseWords(view.case, view.world, view.names, today, keys, powers=view.powers)


def matrix(view: RoundView, words: CaseWords) -> Matrix:
    """Lay out the answers of a round, as far as the reader may read them."""
    asked = tuple(_columns(view, words))
    key = view.answers[0].asked.key
    return Matrix(
        title=words.state(state_of_task(words.definition, key).key),
        asked=asked,
        rows=tuple(_row(view, answer, asked, words) for answer in view.answers),
    )


def _columns(view: RoundView, words: CaseWords) -> Iterator[Asked]:
    """Go through the fields that the forms of the round ask for and the reader may read."""
    seen: set[str] = set()
    for task in dict.fromkeys(answer.asked.key for answer in view.answers):
        for field in _fields(task, words):
            readable = may_read_field(view.case, field, view.powers)
            if readable and field.type is not FieldType.DOCUMENT and field.key not in seen:
                seen.add(field.key)
                yield Asked(field.key, in_language(field.title))


def _fields(task: str, words: CaseWords) -> Iterator[Field]:
    for item in words.definition.task(task).form:
        if isinstance(item, Field):
            yield item
        elif isinstance(item, DataItem) and item.field in words.definition.data:
            yield words.definition.data[item.field]


def _row(view: RoundView, answer: Answer, asked: tuple[Asked, ...], words: CaseWords) -> Row:
    waiting, task = answer.asked, answer.task
    if task is None:
        return _later(waiting, asked, words)  # type: ignore[arg-type]  # what is no task waits
    said = dict(_said(view, answer, words))
    end = answer.end
    reasons = may_read_reasons(view.case, view.powers)
    return Row(
        no=task.no,
        agency=words.holder(task.slot),
        name=_name(task.slot, words, task.ended_at),
        task=words.task(task.key, task.slot),
        standing=answer.standing,
        outcome=_outcome(task, words),
        reason=(task.reason or "") if reasons else "",
        who=name_of(end.by, words) if end else words.officer(task.assignee),
        asked_on=words.world.day(task.opened_at),
        due=words.due(task.clock, ended_at=task.ended_at)
        if task.clock and answer.standing not in UNANSWERED
        else None,
        due_on=task.clock.due_on if task.clock else None,
        ended_at=task.ended_at,
        cells=tuple(said.get(one.key, "") for one in asked),
        documents=tuple(_documents(answer)),
    )


def _later(waiting: Scheduled, asked: tuple[Asked, ...], words: CaseWords) -> Row:
    """Return the row of somebody whose turn or day has not come."""
    turn = turn_of(words.case, waiting)
    return Row(
        no=None,
        agency=words.holder(waiting.slot),
        name=_name(waiting.slot, words, None),
        task=words.task(waiting.key, waiting.slot),
        standing=Standing.NOT_YET,
        outcome=turn_words(turn) if turn else "",
        reason="",
        who="",
        asked_on=None,
        due=None,
        due_on=None,
        ended_at=None,
        cells=("",) * len(asked),
    )


def _name(slot: str, words: CaseWords, at: datetime | None) -> str:
    return "" if slot.startswith("row:") else words.agency(slot, at)


def _outcome(task: TaskLine, words: CaseWords) -> str:
    if task.status is TaskStatus.CANCELLED or not task.outcome:
        return ""
    return words.outcome(task.key, task.outcome)


def _said(view: RoundView, answer: Answer, words: CaseWords) -> Iterator[tuple[str, str]]:
    """Go through the fields that were filled in, with what the reader may read of each."""
    fields = {field.key: field for field in _fields(answer.asked.key, words)}
    for event in (*answer.brought, *((answer.end,) if answer.end else ())):
        values = event.body.get("values") or event.body.get("answers") or {}
        for key, kept in values.items():
            if key in fields:
                yield key, _text(view, fields[key], event, kept)


def _text(view: RoundView, field: Field, event: Event, kept: object) -> str:
    value = reveal(kept, event.private)
    network = view.world.network_at(event.at)
    fact = fact_for(view.powers, view.case, field=field, value=value, network=network)
    return as_rows([fact])[0][1] if fact else ""


def _documents(answer: Answer) -> Iterator[Kept]:
    for event in answer.brought:
        document = event.body.get("document")
        if event.kind is Kind.DOCUMENT_ATTACHED and document and "name" in document:
            yield Kept(event.body["field"], document["version"], document["name"])


def standing_words(standing: Standing) -> str:
    """Say how somebody stands."""
    return phrase("rounds", "standing", standing.value)


HEADS = ("agency", "task", "answer", "reason", "who", "asked_on", "due", "ended", "standing")


def sheet_rows(laid: Matrix, words: CaseWords) -> Iterator[list[str]]:
    """Go through the same table for spreadsheets: heads, then each of those asked."""
    yield [*(phrase("papers", "label", head) for head in HEADS), *(one.title for one in laid.asked)]
    zone = words.world.zone
    for row in laid.rows:
        answer = row.outcome or standing_words(row.standing)
        ended = row.ended_at.astimezone(zone).strftime("%d/%m/%Y %H:%M") if row.ended_at else ""
        days = (day(on, year=True) if on else "" for on in (row.asked_on, row.due_on))
        told = [row.agency, row.task, answer, row.reason, row.who, *days, ended]
        yield [*told, standing_words(row.standing), *row.cells]
