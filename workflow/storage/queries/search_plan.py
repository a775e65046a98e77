"""How cases with some words are come upon, so that it costs what is shown and not what there is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf, isqrt
from typing import Any, Final

from sqlalchemy import CTE, ColumnElement, Connection, Select, case, func, select

from workflow.storage.case import Case
from workflow.storage.queries.cases import ONE_BY_ONE
from workflow.storage.search import Passage
from workflow.storage.word_index import (
    BLOCK,
    blocks_between,
    how_many,
    newest_blocks,
)

MOST_COUNTED: Final = 500
"""Over how many of the newest cases found the counts are taken."""
_NEWEST, _OFTEN = 100, 20
"""Of so many newest cases: in how many of them words stand that are looked for from there on."""
_WALKED: Final = 4_096
"""Through how many cases one goes at least before the index is asked after all."""
_RARE: Final = 200
"""Fewer texts than these are gone through without asking whether another word has fewer."""
_SELDOM: Final = 20
"""Fewer texts in the newest blocks than these tell nothing of how many there are in older ones."""
_COUNTED: Final = 1_000
"""Up to how many texts of the newest blocks are counted."""
_SPARE: Final = 1.25
"""By how much more a window is widened than what it should find asks for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How the cases that have some words are come upon."""

    words: tuple[str, ...]
    """The rarest first."""
    walks: bool
    """Whether even that one is so common that going through the newest cases finds enough."""
    newest: int
    """The id of the newest case."""
    spread: float = inf
    """In how many cases there should be one that has the rarest word."""

    @property
    def everything(self) -> Window:
        """All cases."""
        return Window(0, self.newest + 1)

    def first(self, before: int | None, *, wanted: int) -> Window:
        """Return where so many cases before an id are looked for first.

        An address may name any id: whatever lies above the newest case is not looked at.
        """
        width = max(wanted * self.spread * _SPARE, _WALKED * self.walks)
        high = self.newest + 1
        return _below(high if before is None else min(before, high), width=width)


@dataclass(frozen=True, slots=True)
class Window:
    """The cases from one id to before another, among which is looked."""

    low: int
    high: int

    @property
    def blocks(self) -> str:
        """What names them to the index."""
        return blocks_between(self.low, self.high)

    def next(self, *, found: int, wanted: int) -> Window:
        """Return the one below, where cases were found in this and so many more are wanted.

        Each is at least four times as wide as the one before, so that however many it takes, what
        they cost together follows the last.
        """
        width = self.high - self.low
        expected = wanted * width * _SPARE / found if found else 0
        return _below(self.low, width=max(4 * width, expected))


def _below(high: int, *, width: float) -> Window:
    return Window(0 if width >= high else high - ceil(width), high)


def plan(connection: Connection, words: Sequence[str]) -> Plan:
    """Choose how to look for one word or more, by how many texts have each.

    Words that the newest cases are full of are found by going through those: the index, which
    would gather all that have them, is not even asked. Else it is asked for the rarest word only,
    and each case that has it for the others: what a search costs follows from its rarest word. It
    is asked for the newest cases first, as far back as should do by how often the word stands in
    the last ones, and only then for older ones. Where it hardly stands there, it is asked for all.
    """
    longest = sorted(words, key=len, reverse=True)
    newest, often, *counts = connection.execute(_counts(longest)).one()
    if often >= _OFTEN:
        return Plan(tuple(longest), walks=True, newest=newest, spread=0)
    asked = sorted((n, word) for n, word in zip(counts, longest, strict=True) if n is not None)
    if few := [word for n, word in asked if n < _SELDOM]:
        first = _first_with_few(connection, few if len(asked) > 1 else longest, newest)
        others = (word for word in longest if word != first)
        return Plan((first, *others), walks=False, newest=newest)
    cases = newest + 1 - max(0, newest // BLOCK - 1) * BLOCK
    spread = cases / asked[0][0]
    return Plan(tuple(word for _, word in asked), walks=False, newest=newest, spread=spread)


def plan_anywhere(connection: Connection, words: Sequence[str]) -> Plan:
    """Choose how to look for some words among cases that are not listed the newest first."""
    planned = plan(connection, words)
    return planned if planned.walks else plan_by_count(connection, planned)


def plan_by_count(connection: Connection, planned: Plan) -> Plan:
    """Plan anew where the newest cases tell nothing of those that are to be found.

    Where the rarest word is in so many texts that going through the cases takes fewer steps to
    find as many as are counted, that is done.
    """
    if planned.spread == inf:
        return planned
    most = max(_RARE, isqrt(MOST_COUNTED * planned.newest))
    ranked = sorted(
        (_texts_with(connection, word, planned.newest, most=most), word) for word in planned.words
    )
    walks = ranked[0][0] >= most
    return Plan(tuple(word for _, word in ranked), walks=walks, newest=planned.newest)


def stands_in(word: str) -> ColumnElement[bool]:
    """Select the texts that have a word, without the index: for the few of a case."""
    return (" " + Passage.words).like(f"% {word}%")


def _counts(words: Sequence[str]) -> Select[Any]:
    """Select the newest case, in how many of the newest all words stand, and the texts with each.

    Those are of the last blocks, and counted so far as they tell something: not where the words
    stand often, and only those with the first word where there are few of these.
    """
    newest = select(Case.id).order_by(Case.id.desc()).limit(_NEWEST).subquery()
    of_case = select(Passage.id).where(Passage.case_id == newest.c.id)
    having = (of_case.where(stands_in(word)).correlate(newest) for word in words)
    often = select(func.count()).select_from(newest)
    often = often.where(*(texts.offset(ONE_BY_ONE).exists() for texts in having))
    last = select(func.coalesce(func.max(Case.id), 0)).scalar_subquery()
    known = _once(select(last.label("id"), often.scalar_subquery().label("often")), "known")
    first = how_many(words[0], newest_blocks(known.c.id), most=_COUNTED)
    asked = _once(select(known, case((known.c.often < _OFTEN, first)).label("n")), "asked")
    blocks = newest_blocks(asked.c.id)
    others = (how_many(word, blocks, most=_COUNTED) for word in words[1:])
    return select(asked, *(case((asked.c.n >= _SELDOM, one)) for one in others))


def _once(wanted: Select[Any], name: str) -> CTE:
    """Have what was selected found once, however often it is named."""
    return wanted.cte(name).prefix_with("MATERIALIZED", dialect="postgresql")


def _first_with_few(connection: Connection, words: Sequence[str], newest: int) -> str:
    """Return the first word that is in few texts, or else the last."""
    for word in words[:-1]:
        if _texts_with(connection, word, newest, most=_RARE) < _RARE:
            return word
    return words[-1]


def _texts_with(connection: Connection, word: str, newest: int, *, most: int) -> int:
    counted = how_many(word, blocks_between(0, newest + 1), most=most)
    return int(connection.execute(select(counted)).scalar_one())
