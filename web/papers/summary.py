"""The summary of a case: where it stands, who decided what in whose name, and all that happened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import starmap

from web.cases import page as case_page
from web.cases.history import line
from web.papers.counting import told_clock
from web.papers.lines import (
    answer_of,
    as_rows,
    author,
    dated_words,
    divergence_table,
    document_table,
    label,
    last_seal,
    name_of,
    reasons_shown,
    say,
    warning_of,
)
from web.papers.sheets import Facts, Prose, Section, Sheet, Steps, Table, facts, section
from web.words.case_words import CaseWords
from web.words.languages import in_language, language_tag
from web.words.paper_words import paper_words
from web.words.wording import day, moment
from workflow.core.access import readable_data
from workflow.core.conditions import is_present
from workflow.core.moving import all_clocks
from workflow.core.snapshot import Clock
from workflow.services.case_view import CaseView, DocumentVersion
from workflow.services.papers import WholeCase, opinions


def summary(whole: WholeCase, *, at: datetime) -> Sheet:
    """Return the summary of a case as it stands at an instant."""
    view = whole.view
    words = dated_words(view)
    return Sheet(
        title=words.subject,
        about=say("summary_of", view.case.number),
        author=author(),
        language=language_tag(),
        at=at,
        foot=say("told_at", moment(at)),
        page=say("page"),
        warning=warning_of(view, _told_fields(view), why=reasons_shown(view)),
        sections=tuple(_sections(whole, words)),
    )


def _sections(whole: WholeCase, words: CaseWords) -> Iterator[Section]:
    view = whole.view
    shown = (fact for fact in case_page.facts(view) if fact.key != "subject")
    filed = [(paper_words(key, words), number) for key, number in view.case.filed.items()]
    clocks = [(words.clock(c.key), _told(c, words, view)) for c in all_clocks(view.case)]
    yield from section(say("section", "identity"), _identity(view, words))
    yield from section(say("section", "data"), facts(as_rows(shown)))
    yield from section(say("section", "way"), _way(view, words))
    yield from section(say("section", "deadlines"), facts(clocks))
    yield from section(say("section", "decided"), _decided(whole, words))
    yield from section(say("section", "divergences"), divergence_table(view, words))
    documents = [_document(document, whole, words) for document in view.documents]
    yield from section(
        say("section", "documents"), document_table(documents) if documents else None
    )
    yield from section(say("section", "filed"), facts(filed))
    yield from section(say("section", "history"), _history(whole, words))
    yield from section(say("section", "agencies"), _agencies(whole, words))
    number = view.case.number
    yield from section(say("section", "proof"), Prose(say("proof", number)), last_seal(whole))


def _agencies(whole: WholeCase, words: CaseWords) -> Facts:
    """Tell what each agency of the case was called while the case ran."""
    view, world = whole.view, words.world
    first, closed = world.day(view.case.opened_at), view.case.closed_at
    last = world.day(closed) if closed else date.max
    codes = dict.fromkeys((view.case.opener, *(task.agency for task in view.tasks)))
    rows = [
        (code, world.network.names_between(code, first, last))
        for code in sorted(codes)
        if world.network.get(code)
    ]
    return facts([(code, "\n".join(starmap(_called, names))) for code, names in rows])


def _called(name: str, until: date | None) -> str:
    return say("called_until", name, day(until, year=True)) if until else name


def _told_fields(view: CaseView) -> list[str]:
    held = readable_data(view.case, view.powers)
    return [key for key in view.case.definition.data if is_present(held.get(key))]


def _told(clock: Clock, words: CaseWords, view: CaseView) -> str:
    return told_clock(clock, words, reasons=reasons_shown(view))


def _identity(view: CaseView, words: CaseWords) -> Facts:
    case = view.case
    process = readable_data(case, view.powers).get("external_number")
    type_words = in_language(case.definition.title)
    rows = [
        ("number", case.number),
        ("process", str(process or "")),
        ("type", say("type_version", type_words, case.definition.version)),
        ("opener", f"{case.opener}, {words.agency(case.opener)}"),
        ("opened", day(case.opened_at, year=True)),
        ("closed", day(case.closed_at, year=True) if case.closed_at else ""),
        ("standing", case_page.badge_of(view, words).text),
        ("where", case_page.where(view)),
        ("holders", _holders(view, words)),
        ("parties", _parties(view, words)),
        ("access", case_page.access_words(view)),
    ]
    return facts([(label(key), value) for key, value in rows])


def _holders(view: CaseView, words: CaseWords) -> str:
    """Say with whom each open task is."""
    return "\n".join(
        f"{words.holder(task.slot) if task.slot.startswith('row:') else task.agency}: "
        f"{words.task(task.key, task.slot)} ({words.officer(task.assignee) or say('nobody')})"
        for task in view.tasks
        if task.is_open
    )


def _parties(view: CaseView, words: CaseWords) -> str:
    return "\n".join(
        f"{words.role(role)}: {', '.join(words.holder(slot) for slot in held)}"
        for role, held in view.case.participants.items()
        if held and role in view.case.definition.roles
    )


def _way(view: CaseView, words: CaseWords) -> Steps:
    steps = case_page.steps(view, words)
    return Steps(tuple((step["state"], step["name"], _step_words(step)) for step in steps))


def _step_words(step: dict[str, str]) -> str:
    return "; ".join(part for part in (say("step", step["state"]), step["who"]) if part)


def _decided(whole: WholeCase, words: CaseWords) -> Table | None:
    reasons = reasons_shown(whole.view)
    rows = []
    for task in sorted(opinions(whole.view), key=lambda one: str(one.ended_at)):
        end = whole.end_of(task.no)
        who = name_of(end.by, words) if end else words.officer(task.ended_by)
        when = moment(task.ended_at) if task.ended_at else ""
        what = f"{words.holder(task.slot)}\n{words.task(task.key, task.slot)}"
        rows.append((when, what, who, answer_of(task, words, reasons=reasons)))
    heads = (label("when"), label("agency_task"), label("who"), label("result"))
    return Table(heads, tuple(rows), (5, 6, 4, 5)) if rows else None


def _document(document: DocumentVersion, whole: WholeCase, words: CaseWords) -> tuple[str, ...]:
    title = in_language(document.field.title)
    if document.version > 1 or not document.newest:
        title = say("version_of", title, document.version)
    if document.withdrawn:
        title = say("withdrawn", title)
    officer = words.officer(document.officer)
    brought = ", ".join(part for part in (document.agency or say("requester"), officer) if part)
    digest = whole.hashes.get((document.field.key, document.version), "")
    return f"{title}\n{document.name}", f"{brought}\n{moment(document.at)}", digest


def _history(whole: WholeCase, words: CaseWords) -> Table:
    reasons = reasons_shown(whole.view)
    told = [line(entry, words, reasons=reasons) for entry in whole.view.story.entries]
    rows = tuple(
        (moment(one.at), one.who, "\n".join(filter(None, (one.sentence, one.quote, *one.followed))))
        for one in told
    )
    return Table((label("when"), label("who"), label("what")), rows, (5, 3, 12))
