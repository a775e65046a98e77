"""The page of a partner in words: what happened, who is in touch, what is pending."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from web.words.case_words import CaseWords
from web.words.field_values import value_words
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.wording import Due, due
from web.words.wording import day as short_day
from workflow.core.deadlines.counting import working_days_between
from workflow.core.deadlines.rules import HOUSE
from workflow.core.partnering import Talker, Touch, TouchKind, last_contact, talkers, unanswered
from workflow.core.registers.types import EntryType
from workflow.core.snapshot import CaseSnapshot
from workflow.core.waiting import since
from workflow.services.partners import PartnerView


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of the story of a partner."""

    on: date
    number: str
    title: str
    what: str
    """What sort of thing it was."""
    agency: str
    is_case: bool


@dataclass(frozen=True, slots=True)
class Pending:
    """Something that somebody still has to do for a partner."""

    agency: str
    what: str
    about: str
    number: str
    no: int | None
    """Of the task of a case."""
    since: date
    due: Due | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """An agreement with a partner."""

    number: str
    title: str
    agency: str
    on: date | None
    due: Due | None
    standing: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The whole page, ready for its template."""

    name: str
    number: str
    register: str
    plural: str
    """What the whole register is called."""
    holder: str
    facts: tuple[tuple[str, str], ...]
    last: Happened | None
    pending: tuple[Pending, ...]
    agreements: tuple[Agreement, ...]
    talkers: tuple[Talker, ...]
    story: tuple[Happened, ...]


def shown(view: PartnerView, today: date) -> Shown:
    """Return the page of a partner in words."""
    kind, entry, network = view.kind, view.entry, view.world.network
    facts = (
        (in_language(field.title), value_words(field, entry.values.get(key), network))
        for key, field in kind.fields.items()
        if key != kind.name
    )
    last = last_contact(view.touches, today)
    return Shown(
        name=kind.name_of(entry.values),
        number=entry.number,
        register=kind.key,
        plural=in_language(kind.plural),
        holder=entry.holder,
        facts=tuple(fact for fact in facts if fact[1]),
        last=_happened(last) if last else None,
        pending=tuple(sorted(_pending(view, today), key=lambda one: (one.since, one.number))),
        agreements=tuple(_agreements(view, today)),
        talkers=tuple(talkers(view.touches)),
        story=tuple(_happened(touch) for touch in view.touches),
    )


def _happened(touch: Touch) -> Happened:
    return Happened(
        on=touch.on,
        number=touch.number,
        title=touch.title or touch.number,
        what=_what(touch),
        agency=touch.agency,
        is_case=isinstance(touch.about, CaseSnapshot),
    )


def _what(touch: Touch) -> str:
    if isinstance(touch.about, CaseSnapshot):
        return phrase("panels", touch.kind.value, in_language(touch.about.definition.title))
    kind: EntryType = touch.about
    if touch.kind is TouchKind.LETTER:
        field = kind.fields.get("direction")
        value = touch.values.get("direction")
        if field and value in {choice.key for choice in field.choices}:
            return in_language(field.choice(str(value)).title)
    return in_language(kind.title)


def _pending(view: PartnerView, today: date) -> Iterator[Pending]:
    letters = view.panels.letters
    for touch in view.touches:
        by, action = unanswered(touch, letters), touch.values.get(letters.next_action)
        if by:
            due_on = _due(by, today, touch.agency, view)
            what = phrase("panels", "to_answer")
            yield Pending(touch.agency, what, touch.title, touch.number, None, touch.on, due_on)
        if touch.kind is TouchKind.LETTER and action:
            told = str(action)
            yield Pending(touch.agency, told, touch.title, touch.number, None, touch.on, None)
    for case in view.cases:
        words = CaseWords(case, view.world, {}, today)
        for task in case.tasks:
            yield Pending(
                agency=words.holder(task.agency),
                what=words.task(task.key, task.slot),
                about=words.subject,
                number=case.number,
                no=task.no,
                since=view.world.day(since(task)),
                due=words.due(task.clock) if task.clock else None,
            )


def _agreements(view: PartnerView, today: date) -> Iterator[Agreement]:
    kinds = {kind.key: kind for kind, _ in view.entries}
    for entry in view.agreements:
        on = entry.ends_on
        yield Agreement(
            number=entry.number,
            title=kinds[view.panels.agreements].name_of(entry.values),
            agency=entry.holder,
            on=on,
            due=_due(on, today, entry.holder, view) if on and on >= today else None,
            standing=entry.standing(today).value,
        )


def _due(on: date, today: date, agency: str, view: PartnerView) -> Due:
    left = working_days_between(today, on, view.world.calendar(agency), HOUSE)
    return due(on, today=today, working_days=left, of="case")


HEADS = ("on", "number", "subject", "what", "agency")


def sheet_rows(page: Shown) -> Iterator[list[str]]:
    """Go through the story of a partner for spreadsheets."""
    yield [phrase("panels", "head", head) for head in HEADS]
    for one in page.story:
        yield [short_day(one.on, year=True), one.number, one.title, one.what, one.agency]
