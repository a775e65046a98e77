"""Cases found by the words of their texts, none by a word that its reader may not read."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import InstrumentedAttribute

from workflow.core.passages import Readership, of_agency
from workflow.core.powers import Powers
from workflow.storage.case import Case
from workflow.storage.projections import CaseAgency
from workflow.storage.queries.cases import ONE_BY_ONE, known_to, read_inside_by
from workflow.storage.queries.search_plan import (
    Plan,
    Window,
    plan_by_count,
    stands_in,
)
from workflow.storage.search import Passage
from workflow.storage.word_index import found

_LISTED: Final[tuple[Any, ...]] = (
    *(Case.id, Case.number, Case.subject, Case.definition_key, Case.definition_version),
    *(Case.state, Case.opener, Case.opened_at, Case.closed_at, Case.access, Case.announced),
    Case.memory["agencies"].label("agencies"),
)
_TEXTS_SHOWN: Final = 400
"""How many texts are read at most to show where the words of a page of cases stand."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a search is narrowed to beside its words; None leaves it as it is."""

    type: str | None = None
    states: frozenset[str] | None = None
    """The states of a phase of that type."""
    agency: str | None = None
    """An agency that has or had a part."""
    access: str | None = None
    is_open: bool | None = None
    year: str | None = None


def found_page(
    connection: Connection,
    planned: Plan,
    *,
    powers: Powers,
    narrowed: Narrowing | None = None,
    before_id: int | None = None,
    limit: int,
) -> list[Row[Any]]:
    """List the cases that have every word, the latest opened first.

    `before_id` is the last id of the page before.
    """
    wanted = select(*_LISTED).where(known_to(powers), *_narrowed(narrowed or Narrowing()))
    wanted = wanted.order_by(Case.id.desc())
    rows: list[Row[Any]] = []
    for planned_here, window in _windows(connection, planned, before_id, rows, limit):
        having = says_all(planned_here, powers, window)
        more = wanted.where(*having).limit(limit - len(rows))
        rows += connection.execute(more)
    return rows


def _windows(
    connection: Connection,
    planned: Plan,
    before_id: int | None,
    rows: list[Row[Any]],
    limit: int,
) -> Iterator[tuple[Plan, Window]]:
    """Go back through the cases until enough are found, each time over many more of them."""
    window, before = planned.first(before_id, wanted=limit), 0
    yield planned, window
    if planned.walks and window.low and len(rows) < limit:
        yield plan_by_count(connection, planned), Window(0, window.low)
        return
    while window.low and len(rows) < limit:
        window = window.next(found=len(rows) - before, wanted=limit - len(rows))
        before = len(rows)
        yield planned, window


def texts_found(
    connection: Connection, case_ids: Collection[int], words: Sequence[str], *, powers: Powers
) -> list[Row[Any]]:
    """List the texts of some cases in which any of the words stands, as they stand in the case."""
    wanted = (
        select(Passage.case_id, Passage.place, Passage.text)
        .where(Passage.case_id.in_(case_ids), _readable(powers))
        .where(or_(*map(stands_in, words)))
        .order_by(Passage.case_id, Passage.id)
        .limit(_TEXTS_SHOWN)
    )
    return list(connection.execute(wanted))


def lacks_texts(connection: Connection) -> bool:
    """Say whether the oldest case has no texts yet: those are made from the newest case back."""
    oldest = select(func.min(Case.id)).scalar_subquery()
    texts = exists().where(Passage.case_id == oldest)
    wanted = select(and_(exists(select(Case.id)), ~texts))
    return bool(connection.execute(wanted).scalar_one())


def says_all(
    planned: Plan, powers: Powers, window: Window | None = None
) -> tuple[ColumnElement[bool], ...]:
    """Return what a case must meet to have every word in a text that the reader may read.

    Given a window, none meets it that is not of it.
    """
    among = window or planned.everything
    if planned.walks:
        within = _within(among, Case.id) if window else ()
        return (*within, *(_says(word, powers) for word in planned.words))
    first, *others = planned.words
    indexed = Case.id.in_(_with_word(first, powers, among))
    return (indexed, *(_says(word, powers) for word in others))


def _says(word: str, powers: Powers) -> ColumnElement[bool]:
    """Select the cases that have a word in a text that the reader may read, case by case."""
    texts = select(Passage.id).where(Passage.case_id == Case.id, stands_in(word))
    inside = Passage.readers == Readership.AGENCIES.value
    if powers.auditor:
        return _looked_into(texts)
    return or_(
        _looked_into(texts.where(_readable_by_all(powers))),
        and_(read_inside_by(powers), _looked_into(texts.where(inside))),
    )


def _looked_into(texts: Select[Any]) -> ColumnElement[bool]:
    return texts.correlate(Case).offset(ONE_BY_ONE).exists()


def _with_word(word: str, powers: Powers, window: Window) -> Select[Any]:
    """Select the cases of a window that have a word in a text that the reader may read."""
    texts = found(word, window.blocks)
    readable = _readable(powers, readers=texts.c.readers, case_id=texts.c.case_id)
    within = _within(window, texts.c.case_id)
    return select(texts.c.case_id).where(*within, readable).correlate(None)


def _within(
    window: Window, case_id: InstrumentedAttribute[int] | ColumnElement[int]
) -> tuple[ColumnElement[bool], ...]:
    below = case_id < window.high
    return (below, case_id >= window.low) if window.low else (below,)


def _readable(
    powers: Powers,
    *,
    readers: InstrumentedAttribute[str] | ColumnElement[str] = Passage.readers,
    case_id: InstrumentedAttribute[int] | ColumnElement[int] = Passage.case_id,
) -> ColumnElement[bool]:
    """Select the texts that a person may read of the cases that exist for them."""
    if powers.auditor:
        return true()
    inside = readers == Readership.AGENCIES.value
    by_all = _readable_by_all(powers, readers)
    return or_(by_all, and_(inside, read_inside_by(powers, case_id)))


def _readable_by_all(
    powers: Powers, readers: InstrumentedAttribute[str] | ColumnElement[str] = Passage.readers
) -> ColumnElement[bool]:
    """Select the texts that a person reads whatever part they have in a case they know of."""
    own = [of_agency(code) for code in sorted(powers.agencies)]
    return readers.in_([Readership.NETWORK.value, *own])


def _narrowed(to: Narrowing) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if to.type is not None:
        conditions.append(Case.definition_key == to.type)
    if to.states is not None:
        conditions.append(Case.state.in_(sorted(to.states)))
    if to.agency is not None:
        part = select(CaseAgency.case_id).where(
            CaseAgency.case_id == Case.id, CaseAgency.agency == to.agency
        )
        conditions.append(part.correlate(Case).offset(ONE_BY_ONE).exists())
    if to.access is not None:
        conditions.append(Case.access == to.access)
    if to.is_open is not None:
        conditions.append(Case.closed_at.is_(None) if to.is_open else Case.closed_at.is_not(None))
    if to.year is not None:
        conditions.append(Case.number.startswith(f"{to.year}-", autoescape=True))
    return conditions
