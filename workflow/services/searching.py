"""Finding cases: by a number at once, by words in whatever the reader may read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import Any, Final

from sqlalchemy import Row

from workflow.core.definition import Definition
from workflow.core.fields import Access
from workflow.core.folding import Piece, excerpt, searched_words
from workflow.core.numbers import ReadNumber, read_case_number
from workflow.core.passages import NUMBER, SUBJECT
from workflow.services.installation import Installation, UnknownDefinition
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.queries.cases import find_case, known_to
from workflow.storage.queries.search import (
    Narrowing,
    found_page,
    lacks_texts,
    texts_found,
)
from workflow.storage.queries.search_plan import MOST_COUNTED, plan

PAGE: Final = 20
_WHOLE_NUMBER: Final = 10
"""How many digits a number of another system has at least, to be taken for a whole one."""
_PLACES_SHOWN: Final = 3
_SUBJECT_SHOWN: Final = 1_000


class Facet(StrEnum):
    """A way of narrowing what was found."""

    TYPE = "type"
    PHASE = "phase"
    """Of the chosen type; without one there is nothing to choose from."""
    STANDING = "standing"
    AGENCY = "agency"
    ACCESS = "access"
    YEAR = "year"


OPEN, ENDED = "open", "ended"
"""The values of `Facet.STANDING`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody searches for."""

    typed: str
    chosen: Mapping[Facet, str]
    before_id: int | None = None
    """The last id of the page before."""

    @property
    def words(self) -> tuple[str, ...]:
        """The beginnings of words that are searched for."""
        return searched_words(self.typed)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Where in a case a word stands, and the words around it."""

    place: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A case that was found."""

    id: int
    number: str
    subject: tuple[Piece, ...]
    definition: Definition
    state: str
    opener: str
    opened_at: datetime
    closed_at: datetime | None
    access: str
    is_announced: bool
    excerpts: tuple[Excerpt, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: a page of cases, and how many there are of which sort."""

    hits: tuple[Hit, ...]
    following: int | None
    """Where the next page begins, or None where there is none."""
    counts: Mapping[Facet, tuple[tuple[str, int], ...]]
    """By facet: its values with how many cases each would leave, the most first."""
    total: int
    counted: int
    """How many cases were counted, whatever is chosen: the newest ones."""
    more: bool
    """Whether there are more cases than were counted."""
    is_partial: bool
    """Whether older cases are not in the index yet."""


def case_named(uow: UnitOfWork, typed: str) -> str | None:
    """Return the number of the case that a text names, ours or another system's, if it exists."""
    with uow.reading() as connection:
        for read in _numbers_in(typed):
            if find_case(connection, read.number, visible=known_to(uow.powers)):
                return read.number
        words = searched_words(typed)
        if len(words) != 1 or not words[0].isdigit() or len(words[0]) < _WHOLE_NUMBER:
            return None
        planned = plan(connection, words)
        rows = found_page(connection, planned, powers=uow.powers, limit=2)
    return str(rows[0].number) if len(rows) == 1 else None


def is_mistyped(typed: str) -> bool:
    """Say whether a text is the number of a case but for the two digits that check it."""
    read = read_case_number(typed)
    return bool(read and not read.checks)


def _numbers_in(typed: str) -> Iterable[ReadNumber]:
    parts = (typed, *(part.strip(".,;:()") for part in typed.split()))
    return dict.fromkeys(read for part in parts if (read := read_case_number(part)))


def search(uow: UnitOfWork, asked: Asked) -> Found:
    """Find the cases that have every word that was typed in a text that the person may read."""
    words, powers = asked.words, uow.powers
    with uow.reading() as connection:
        planned = plan(connection, words)
        newest = found_page(connection, planned, powers=powers, limit=MOST_COUNTED + 1)
        counted, rows = newest[:MOST_COUNTED], newest[: PAGE + 1]
        if asked.chosen or asked.before_id is not None:
            rows = found_page(
                connection,
                planned,
                powers=powers,
                narrowed=_narrowing(uow.installation, asked.chosen),
                before_id=asked.before_id,
                limit=PAGE + 1,
            )
        page = rows[:PAGE]
        texts = texts_found(connection, [row.id for row in page], words, powers=powers)
        is_partial = lacks_texts(connection)
    uow.sealed |= {row.id for row in page if _only_few_know(row)}
    sorts = [_sorts(uow.installation, row) for row in counted]
    excerpts = _excerpts(texts, words)
    return Found(
        hits=tuple(_hit(uow.installation, row, words, excerpts[row.id]) for row in page),
        following=page[-1].id if len(rows) > PAGE else None,
        counts={facet: _counts(sorts, facet, asked.chosen) for facet in _offered(asked.chosen)},
        total=len(_left_by(asked.chosen, sorts)),
        counted=len(counted),
        more=len(newest) > MOST_COUNTED,
        is_partial=is_partial,
    )


def _only_few_know(row: Row[Any]) -> bool:
    """Say of a row what `core.access.is_sealed` says of a case."""
    return not row.announced or row.access == Access.RESTRICTED.value


def _narrowing(installation: Installation, chosen: Mapping[Facet, str]) -> Narrowing:
    type_key, phase = chosen.get(Facet.TYPE), chosen.get(Facet.PHASE)
    standing = chosen.get(Facet.STANDING)
    return Narrowing(
        type=type_key,
        states=_states(installation, type_key, phase) if type_key and phase else None,
        agency=chosen.get(Facet.AGENCY),
        access=chosen.get(Facet.ACCESS),
        is_open=None if standing is None else standing == OPEN,
        year=chosen.get(Facet.YEAR),
    )


def _states(installation: Installation, type_key: str, phase: str) -> frozenset[str]:
    """Return the states that are of a phase in any version of a type."""
    newest = installation.latest().get(type_key)
    versions = range(1, newest.version + 1) if newest else ()
    definitions = (_version(installation, type_key, version) for version in versions)
    return frozenset(
        state.key
        for definition in definitions
        if definition
        for state in definition.states.values()
        if state.phase == phase
    )


def _version(installation: Installation, key: str, version: int) -> Definition | None:
    try:
        return installation.definition(key, version)
    except UnknownDefinition:
        return None


def _sorts(installation: Installation, row: Row[Any]) -> Mapping[Facet, Collection[str]]:
    """Return what a case counts as in each facet."""
    definition = installation.definition(row.definition_key, row.definition_version)
    phase = definition.state(row.state).phase
    return {
        Facet.TYPE: (row.definition_key,),
        Facet.PHASE: (phase,) if phase else (),
        Facet.STANDING: (ENDED if row.closed_at else OPEN,),
        Facet.AGENCY: row.agencies,
        Facet.ACCESS: (row.access,),
        Facet.YEAR: (row.number[:4],),
    }


def _offered(chosen: Mapping[Facet, str]) -> list[Facet]:
    return [facet for facet in Facet if facet is not Facet.PHASE or Facet.TYPE in chosen]


def _counts(
    sorts: Sequence[Mapping[Facet, Collection[str]]], facet: Facet, chosen: Mapping[Facet, str]
) -> tuple[tuple[str, int], ...]:
    """Count what each value of a facet would leave, with all that is chosen of the others."""
    others = {other: value for other, value in chosen.items() if other is not facet}
    found = Counter(chain.from_iterable(sort[facet] for sort in _left_by(others, sorts)))
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _left_by(
    chosen: Mapping[Facet, str], sorts: Sequence[Mapping[Facet, Collection[str]]]
) -> Sequence[Mapping[Facet, Collection[str]]]:
    if not chosen:
        return sorts
    return [s for s in sorts if all(value in s[facet] for facet, value in chosen.items())]


def _excerpts(texts: Iterable[Row[Any]], words: Sequence[str]) -> Mapping[int, tuple[Excerpt, ...]]:
    found: defaultdict[int, tuple[Excerpt, ...]] = defaultdict(tuple)
    for row in texts:
        if row.place not in (NUMBER, SUBJECT) and len(found[row.case_id]) < _PLACES_SHOWN:
            found[row.case_id] += (Excerpt(row.place, excerpt(row.text, words)),)
    return found


def _hit(
    installation: Installation,
    row: Row[Any],
    words: Sequence[str],
    excerpts: tuple[Excerpt, ...],
) -> Hit:
    return Hit(
        id=row.id,
        number=row.number,
        subject=excerpt(row.subject, words, length=_SUBJECT_SHOWN),
        definition=installation.definition(row.definition_key, row.definition_version),
        state=row.state,
        opener=row.opener,
        opened_at=row.opened_at,
        closed_at=row.closed_at,
        access=row.access,
        is_announced=bool(row.announced),
        excerpts=excerpts,
    )
