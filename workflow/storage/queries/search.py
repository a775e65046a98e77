"""Cases found by the words of their texts, none by a word that its reader may not read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, or_, select, true

from workflow.core.passages import Readership, of_agency
from workflow.core.powers import Powers
from workflow.storage.case import Case
from workflow.storage.dialect import has_word
from workflow.storage.projections import CaseAgency
from workflow.storage.queries.cases import known_to, read_inside_by
from workflow.storage.search import Passage

MOST_COUNTED: Final = 1_000
"""Over how many of the newest cases found the counts are taken."""
_LISTED: Final[tuple[Any, ...]] = (
    *(Case.id, Case.number, Case.subject, Case.definition_key, Case.definition_version),
    *(Case.state, Case.opener, Case.opened_at, Case.closed_at, Case.access, Case.announced),
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
    words: Sequence[str],
    *,
    powers: Powers,
    narrowed: Narrowing | None = None,
    before_id: int | None = None,
    limit: int,
) -> list[Row[Any]]:
    """List the cases that have every word, the latest opened first.

    `before_id` is the last id of the page before.
    """
    wanted = _found(words, powers).where(*_narrowed(narrowed or Narrowing()))
    if before_id is not None:
        wanted = wanted.where(Case.id < before_id)
    return list(connection.execute(wanted.order_by(Case.id.desc()).limit(limit)))


def agencies_among(connection: Connection, case_ids: Collection[int]) -> list[tuple[int, str]]:
    """List the agencies with a part in some cases, as pairs of the case's id and a code."""
    wanted = select(CaseAgency.case_id, CaseAgency.agency).where(CaseAgency.case_id.in_(case_ids))
    return [(row.case_id, row.agency) for row in connection.execute(wanted)]


def texts_found(
    connection: Connection, case_ids: Collection[int], words: Sequence[str], *, powers: Powers
) -> list[Row[Any]]:
    """List the texts of some cases in which any of the words stands, as they stand in the case."""
    wanted = (
        select(Passage.case_id, Passage.place, Passage.text)
        .join(Case, Case.id == Passage.case_id)
        .where(Passage.case_id.in_(case_ids), _readable(powers))
        .where(or_(*(has_word(word) for word in words)))
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


def _found(words: Sequence[str], powers: Powers) -> Select[Any]:
    having = (Case.id.in_(_with_word(word, powers)) for word in words)
    return select(*_LISTED).where(known_to(powers), *having)


def _with_word(word: str, powers: Powers) -> Select[Any]:
    """Select the cases that have a word in a text that the reader may read."""
    return (
        select(Passage.case_id)
        .join(Case, Case.id == Passage.case_id)
        .where(has_word(word), _readable(powers))
        .correlate(None)
    )


def _readable(powers: Powers) -> ColumnElement[bool]:
    """Select the texts that a person may read of the cases that exist for them."""
    if powers.auditor:
        return true()
    own = [of_agency(code) for code in sorted(powers.agencies)]
    return or_(
        Passage.readers == Readership.NETWORK.value,
        and_(Passage.readers == Readership.AGENCIES.value, read_inside_by(powers)),
        Passage.readers.in_(own),
    )


def _narrowed(to: Narrowing) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if to.type is not None:
        conditions.append(Case.definition_key == to.type)
    if to.states is not None:
        conditions.append(Case.state.in_(sorted(to.states)))
    if to.agency is not None:
        part = select(CaseAgency.case_id).where(CaseAgency.agency == to.agency)
        conditions.append(Case.id.in_(part))
    if to.access is not None:
        conditions.append(Case.access == to.access)
    if to.is_open is not None:
        conditions.append(Case.closed_at.is_(None) if to.is_open else Case.closed_at.is_not(None))
    if to.year is not None:
        conditions.append(Case.number.startswith(f"{to.year}-", autoescape=True))
    return conditions
