"""Cases found by the words of their texts, none by a word that its reader may not read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)

from workflow.core.passages import Readership, of_agency
from workflow.core.powers import Powers
from workflow.storage.case import Case
from workflow.storage.dialect import passages_with
from workflow.storage.projections import CaseAgency
from workflow.storage.queries.cases import known_to, read_inside_by
from workflow.storage.search import Passage

MOST_COUNTED: Final = 500
"""Over how many of the newest cases found the counts are taken."""
_LISTED: Final[tuple[Any, ...]] = (
    *(Case.id, Case.number, Case.subject, Case.definition_key, Case.definition_version),
    *(Case.state, Case.opener, Case.opened_at, Case.closed_at, Case.access, Case.announced),
)
_NEWEST, _OFTEN = 100, 20
"""Of so many newest cases: in how many of them words stand that are looked for from there on."""
_RARE: Final = 200
"""Fewer texts than these are gone through without asking whether another word has fewer."""
_ONE_BY_ONE: Final = 0
"""An offset has PostgreSQL look into each case by itself, and never read the table for all."""
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


@dataclass(frozen=True, slots=True)
class Plan:
    """How the cases that have some words are come upon."""

    words: tuple[str, ...]
    """The rarest first."""
    walks: bool
    """Whether even that one is so common that going through the newest cases finds enough."""


def plan(connection: Connection, words: Sequence[str]) -> Plan:
    """Choose how to look for some words, by how many texts have each.

    Words that the newest cases are full of are found by going through those: the index, which
    would gather all that have them, is not even asked. Else it is asked for the rarest word only,
    and each case that has it for the others: what a search costs follows from its rarest word. The
    longest word is most often rare enough. Where even the rarest is in so many texts that going
    through the newest cases takes fewer steps to find as many as are counted, that is done.
    """
    longest = sorted(words, key=len, reverse=True)
    if longest:
        found = connection.execute(select(_unless_often(longest))).scalar_one()
        if found is None:
            return Plan(tuple(longest), walks=True)
        if found < _RARE:
            return Plan(tuple(longest), walks=False)
    for word in longest[1:]:
        if _texts_with(connection, word, most=_RARE) < _RARE:
            return Plan((word, *(other for other in longest if other != word)), walks=False)
    cases = connection.execute(select(func.max(Case.id))).scalar_one() or 0
    most = max(_RARE, isqrt(MOST_COUNTED * cases))
    ranked = sorted((_texts_with(connection, word, most=most), word) for word in words)
    return Plan(tuple(word for _, word in ranked), walks=ranked[0][0] >= most)


def _unless_often(words: Sequence[str]) -> ColumnElement[int | None]:
    """Count the texts with the first word, or give nothing where the newest cases have them all."""
    newest = select(Case.id).order_by(Case.id.desc()).limit(_NEWEST).subquery()
    of_case = select(Passage.id).where(Passage.case_id == newest.c.id)
    having = (of_case.where(_stands_in(word)).correlate(newest) for word in words)
    often = select(func.count()).select_from(newest)
    often = often.where(*(texts.offset(_ONE_BY_ONE).exists() for texts in having))
    counted = select(passages_with(literal(words[0]), literal(_RARE))).scalar_subquery()
    return case((often.scalar_subquery() < _OFTEN, counted))


def _texts_with(connection: Connection, word: str, *, most: int) -> int:
    counted = select(passages_with(literal(word), literal(most)))
    return int(connection.execute(counted).scalar_one())


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
    wanted = _found(planned, powers).where(*_narrowed(narrowed or Narrowing()))
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
        .where(Passage.case_id.in_(case_ids), _readable(powers))
        .where(or_(*map(_stands_in, words)))
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


def says_all(planned: Plan, powers: Powers) -> tuple[ColumnElement[bool], ...]:
    """Return what a case must meet to have every word in a text that the reader may read."""
    driving = () if planned.walks else planned.words[:1]
    indexed = (Case.id.in_(_with_word(word, powers)) for word in driving)
    probed = (_says(word, powers) for word in planned.words[len(driving) :])
    return (*indexed, *probed)


def _found(planned: Plan, powers: Powers) -> Select[Any]:
    return select(*_LISTED).where(known_to(powers), *says_all(planned, powers))


def _says(word: str, powers: Powers) -> ColumnElement[bool]:
    """Select the cases that have a word in a text that the reader may read, case by case."""
    texts = select(Passage.id).where(Passage.case_id == Case.id, _stands_in(word))
    inside = Passage.readers == Readership.AGENCIES.value
    if powers.auditor:
        return _looked_into(texts)
    return or_(
        _looked_into(texts.where(_readable_by_all(powers))),
        and_(read_inside_by(powers), _looked_into(texts.where(inside))),
    )


def _looked_into(texts: Select[Any]) -> ColumnElement[bool]:
    return texts.correlate(Case).offset(_ONE_BY_ONE).exists()


def _is_among(found: passages_with) -> ColumnElement[bool]:
    return Passage.id.op("IN", is_comparison=True)(found)


def _stands_in(word: str) -> ColumnElement[bool]:
    """Select the texts that have a word, without the index: for the few of a case."""
    return (" " + Passage.words).like(f"% {word}%")


def _with_word(word: str, powers: Powers) -> Select[Any]:
    """Select the cases that have a word in a text that the reader may read."""
    return (
        select(Passage.case_id)
        .where(_is_among(passages_with(literal(word))), _readable(powers))
        .correlate(None)
    )


def _readable(powers: Powers) -> ColumnElement[bool]:
    """Select the texts that a person may read of the cases that exist for them."""
    if powers.auditor:
        return true()
    inside = Passage.readers == Readership.AGENCIES.value
    return or_(_readable_by_all(powers), and_(inside, read_inside_by(powers, Passage.case_id)))


def _readable_by_all(powers: Powers) -> ColumnElement[bool]:
    """Select the texts that a person reads whatever part they have in a case they know of."""
    own = [of_agency(code) for code in sorted(powers.agencies)]
    return Passage.readers.in_([Readership.NETWORK.value, *own])


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
        conditions.append(part.correlate(Case).offset(_ONE_BY_ONE).exists())
    if to.access is not None:
        conditions.append(Case.access == to.access)
    if to.is_open is not None:
        conditions.append(Case.closed_at.is_(None) if to.is_open else Case.closed_at.is_not(None))
    if to.year is not None:
        conditions.append(Case.number.startswith(f"{to.year}-", autoescape=True))
    return conditions
