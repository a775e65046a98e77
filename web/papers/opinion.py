"""The paper of one task that has ended: its answer, who gave it in whose name, and its proof."""

from __future__ import annotations

from collections.abc import Iterator

from web.papers.lines import (
    answer_of,
    attached,
    author,
    dated_words,
    document_table,
    label,
    name_of,
    reasons_shown,
    say,
    seal_of,
    warning_of,
    written_facts,
)
from web.papers.sheets import Facts, Prose, Section, Sheet, Table, facts, section
from web.words.case_words import CaseWords
from web.words.languages import language_tag
from web.words.wording import day, moment
from workflow.core.access import readable_data
from workflow.core.events import By, Event, Kind
from workflow.core.fields import Field
from workflow.core.track import TaskLine
from workflow.services.papers import WholeCase


def opinion(whole: WholeCase, task: TaskLine, end: Event) -> Sheet:
    """Return the paper of a task that has ended, as the line of its end tells it."""
    view = whole.view
    words = dated_words(view)
    why = bool(task.reason) and reasons_shown(view)
    return Sheet(
        title=words.task(task.key, task.slot),
        about=say("opinion_of", view.case.number),
        author=author(),
        language=language_tag(),
        at=end.at,
        foot=words.subject,
        page=say("page"),
        warning=warning_of(view, _fields(whole, end), why=why),
        sections=tuple(_sections(whole, task, end, words)),
    )


def _fields(whole: WholeCase, end: Event) -> list[str]:
    """Return the fields of the case that the act told, and that the reader may read."""
    brought = whole.brought_with(end)
    told = [event.body["field"] for event in brought if event.kind is Kind.DOCUMENT_ATTACHED]
    for event in brought:
        told += event.body.get("values", ())
    return [key for key in readable_data(whole.view.case, whole.view.powers) if key in told]


def _sections(whole: WholeCase, task: TaskLine, end: Event, words: CaseWords) -> Iterator[Section]:
    yield from section(say("section", "identity"), _identity(whole, task, words))
    yield from section(say("section", "result"), _result(whole, task, end, words))
    yield from section(say("section", "filled"), facts(_filled(whole, end, words)))
    yield from section(say("section", "documents"), _documents(whole, end, words))
    number = whole.view.case.number
    yield from section(say("section", "proof"), Prose(say("proof", number)), seal_of(end))


def _identity(whole: WholeCase, task: TaskLine, words: CaseWords) -> Facts:
    case = whole.view.case
    outside = words.holder(task.slot) if task.slot.startswith("row:") else ""
    agency = outside or f"{task.agency}, {words.agency(task.agency, task.ended_at)}"
    process = readable_data(case, whole.view.powers).get("external_number")
    return facts(
        [
            (label("number"), case.number),
            (label("process"), str(process or "")),
            (label("subject"), words.subject),
            (label("opener"), f"{case.opener}, {words.agency(case.opener, task.ended_at)}"),
            (label("agency"), agency),
        ]
    )


def _result(whole: WholeCase, task: TaskLine, end: Event, words: CaseWords) -> Facts:
    reasons = reasons_shown(whole.view)
    released = whole.released_in(end)
    acted = name_of(end.by, words)
    rows = [
        ("outcome", answer_of(task, words, reasons=False)),
        ("reason", task.reason or "" if reasons else ""),
        ("proposed", _proposer(released, words) if released else ""),
        ("released" if released else "by", acted),
        ("ended", moment(end.at)),
        ("due", day(task.clock.due_on, year=True) if task.clock else ""),
    ]
    return facts([(label(key), value) for key, value in rows])


def _proposer(released: Event, words: CaseWords) -> str:
    proposal = released.body["proposal"]
    by = By(proposal["by"], released.by.agency, proposal["for"])
    return f"{name_of(by, words)}, {moment(released.at)}"


def _filled(whole: WholeCase, end: Event, words: CaseWords) -> list[tuple[str, str]]:
    """Return what the form of the task was answered with, as far as the reader may read it."""
    view = whole.view
    spec = words.definition.task(end.body["task"])
    own = {item.key: item for item in spec.form if isinstance(item, Field)}
    found = written_facts(own, end.body.get("answers") or {}, end, view)
    for event in whole.brought_with(end):
        if event.kind is Kind.DATA_CHANGED and event.body.get("no") == end.body["no"]:
            found += written_facts(words.definition.data, event.body["values"], event, view)
    return found


def _documents(whole: WholeCase, end: Event, words: CaseWords) -> Table | None:
    rows = [
        row
        for event in whole.brought_with(end)
        if event.kind is Kind.DOCUMENT_ATTACHED and (row := attached(event, whole.view, words))
    ]
    return document_table(rows) if rows else None
