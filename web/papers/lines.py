"""The parts that several papers share: who acted, fields, documents, seals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from web.cases.divergences import divergences
from web.cases.page import access_words, words_of
from web.papers.sheets import Seal, Table
from web.settings import current_settings
from web.words.case_words import CaseWords
from web.words.field_values import Fact, fact_for
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.wording import moment
from workflow.catalogue.common import common
from workflow.core.access import may_read_field
from workflow.core.dissent import departs
from workflow.core.events import By, Event, Kind
from workflow.core.fields import Access, Field
from workflow.core.history import reveal
from workflow.core.snapshot import TaskStatus
from workflow.core.story import may_read_reasons
from workflow.core.track import TaskLine
from workflow.services.case_view import CaseView
from workflow.services.papers import WholeCase


def say(word: str, *facts: object) -> str:
    """Say a word or sentence of a paper."""
    return phrase("papers", word, *facts)


def label(word: str) -> str:
    """Return what a fact or a column is called."""
    return phrase("papers", "label", word)


def dated_words(view: CaseView) -> CaseWords:
    """Return words that give every day its year: a paper is read long after."""
    return replace(words_of(view, date.max), today=date.min)


def author() -> str:
    """Return who makes the papers."""
    return current_settings().display_name


def name_of(by: By, words: CaseWords) -> str:
    """Return who acted, and in whose name."""
    if by.officer is None:
        return words.holder(by.guest) if by.guest and by.guest.startswith("row:") else ""
    name = words.officer(by.officer)
    absent = words.officer(by.on_behalf_of) if by.on_behalf_of is not None else ""
    return f"{name} {phrase('events', 'acting_for', absent)}" if absent else name


def answer_of(task: TaskLine, words: CaseWords, *, reasons: bool) -> str:
    """Say how a task ended, with the reason where the reader may know it."""
    if not task.outcome:
        return "" if task.is_open else phrase("case", "not_needed")
    said = words.outcome(task.key, task.outcome)
    if task.status is TaskStatus.LAPSED:
        said = say("by_silence", said)
    if departs(words.definition, task):
        said = say("dissent", said)
    return f"{said}\n{task.reason}" if task.reason and reasons else said


def reasons_shown(view: CaseView) -> bool:
    """Say whether the reader may know why agencies decided as they did."""
    return may_read_reasons(view.case, view.powers)


def warning_of(view: CaseView, fields: Iterable[str], *, why: bool) -> str:
    """Say who alone may read a paper that tells these fields, and on what ground, or nothing.

    `why` says whether it tells the reasons of agencies.
    """
    case = view.case
    by_ground: dict[str, list[str]] = {}
    for field in (case.definition.data[key] for key in fields):
        if field.access is Access.RESTRICTED:
            by_ground.setdefault(field.ground or "", []).append(in_language(field.title))
    whole = [access_words(view)] if case.access is Access.RESTRICTED else []
    parts = [say("restricted", ground_words(g), "; ".join(by_ground[g])) for g in by_ground]
    return "\n".join((*whole, *parts, *([say("reasons_told")] if why else [])))


def ground_words(key: str | None) -> str:
    """Return a legal ground with its law."""
    ground = common().grounds.get(key or "")
    return f"{in_language(ground.title)}, {ground.law}" if ground else key or ""


def written_facts(
    fields: Mapping[str, Field], values: Mapping[str, Any], event: Event, view: CaseView
) -> list[tuple[str, str]]:
    """Return what an act filled in, in words, as far as the reader may read it."""
    network, found = view.world.network_at(event.at), []
    for key, kept in values.items():
        field = fields.get(key)
        value = reveal(kept, event.private)
        fact = (
            fact_for(view.powers, view.case, field=field, value=value, network=network)
            if field
            else None
        )
        if fact:
            found.append(fact)
    return as_rows(found)


def as_rows(facts: Iterable[Fact]) -> list[tuple[str, str]]:
    """Return facts as names and texts, the rows of a table one below the other."""
    return [(fact.title, _text(fact)) for fact in facts]


def _text(fact: Fact) -> str:
    if fact.table is None:
        return fact.text
    rows = (" · ".join(cell for cell in row if cell) for row in fact.table.rows)
    return "\n".join(filter(None, (*rows, fact.withheld)))


def divergence_table(view: CaseView, words: CaseWords) -> Table | None:
    """Return the answers that departed, with their reasons, those overtaken told apart."""
    found = divergences(words, view.tasks, view.powers)
    rows = [
        (
            moment(one.at) if one.at else "",
            f"{one.agency}\n{one.title}",
            one.who,
            "\n".join(filter(None, (one.outcome, one.reason, one.overtaken))),
        )
        for one in found
    ]
    heads = (label("when"), label("agency_task"), label("who"), label("answer"))
    return Table(heads, tuple(rows), (4, 5, 4, 7)) if rows else None


def document_table(rows: Iterable[tuple[str, ...]]) -> Table:
    """Return documents with what proves that a copy is the same."""
    heads = (label("document"), label("brought"), label("sha256"))
    return Table(heads, tuple(rows), (5, 4, 5))


def attached(event: Event, view: CaseView, words: CaseWords) -> tuple[str, ...] | None:
    """Return the row of a document that an act attached, if the reader may read it."""
    field = view.case.definition.data.get(event.body["field"])
    document = event.body["document"] or {}
    if event.kind is not Kind.DOCUMENT_ATTACHED or field is None:
        return None
    if not may_read_field(view.case, field, view.powers):
        return None
    title = f"{words.field(field.key)}\n{document.get('name', '')}"
    return title, f"{event.by.agency or ''}\n{moment(event.at)}", document.get("sha256", "")


def seal_of(event: Event) -> Seal:
    """Return what proves a line of history."""
    return Seal(say("sealed", event.seq), event.hash)


def last_seal(whole: WholeCase) -> Seal:
    """Return what proves the whole history up to now."""
    case = whole.view.case
    return Seal(say("sealed", case.seq), case.head)
