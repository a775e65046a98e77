"""What stands around the tasks of an inbox: counts, filters, columns; all in one statement.

Every page of an inbox asks for all of it, so it is made once for each sort of reader,
and comes as one value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BindParameter,
    Date,
    Select,
    String,
    bindparam,
    func,
    null,
    select,
)

from workflow.core.powers import Powers
from workflow.core.tallies import ANY, Tally
from workflow.storage.base import BigId, UtcDateTime, decode
from workflow.storage.definitions import DefinitionRow
from workflow.storage.desk import AgencyLabel
from workflow.storage.dialect import object_as_json, rows_as_json
from workflow.storage.direct import Held, Question
from workflow.storage.queries.cases import SortOfReader, known_by_name, names_of, sort_of
from workflow.storage.queries.counted import TALLIES
from workflow.storage.queries.inbox import Week
from workflow.storage.queries.questions import asked_by_others
from workflow.storage.queries.registers import counted_due
from workflow.storage.queries.shelves import (
    Aside,
    QueueCounts,
    days_of,
    followed_by,
    put_aside,
    queue_sums,
)
from workflow.storage.saved_filters import arranged
from workflow.storage.several import among, several

AGENCY: Final[BindParameter[str]] = bindparam("agency", type_=String)
OFFICER: Final[BindParameter[int]] = bindparam("whose", type_=BigId)
TODAY: Final[Any] = bindparam("today", type_=Date)
_BEGINS: Final[Any] = bindparam("begins", type_=UtcDateTime)
SOON: Final[BindParameter[date]] = bindparam("soon", type_=Date)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose inbox is meant, and what of it is counted besides the usual."""

    officer: int
    agency: str
    shelves: Collection[str]
    """Whose counts are wanted: of all tasks, and of those that are narrowed."""
    type: str = ANY
    opener: str = ANY
    keeps: Collection[str] = ()
    """The agencies whose entries of registers the officer keeps."""

    @property
    def narrowed(self) -> tuple[bool, bool]:
        """Whether it is counted of one type alone, and of one opener alone."""
        return self.type != ANY, self.opener != ANY


@dataclass(frozen=True, slots=True)
class Glance:
    """What stands around the tasks of an inbox."""

    arranged: list[Mapping[str, Any]]
    """Each filter that is offered, and with each the columns that were chosen."""
    tallies: dict[Tally, int]
    aside: list[Aside]
    followed: int
    asked: int
    to_confirm: int
    due: QueueCounts
    deployed: int
    """How many versions of request types there are; none ever goes, nor is another."""
    has_labels: bool


def ask_glance(held: Held, asked: Asked, *, powers: Powers, week: Week, soon: timedelta) -> str:
    """Look at all that stands around the tasks of an inbox; `read_glance` reads what was told."""
    given = given_to(asked, powers=powers, week=week, soon=soon)
    return _question(sort_of(powers), asked.narrowed).told(held, **given)


def given_to(asked: Asked, *, powers: Powers, week: Week, soon: timedelta) -> dict[str, Any]:
    """Return what the parts of a glance are given."""
    return {
        "agency": asked.agency,
        "whose": asked.officer,
        "shelves": sorted(asked.shelves),
        "type": asked.type,
        "opener": asked.opener,
        "keeps": sorted(asked.keeps),
        "begins": week.begins[0],
        "soon": week.today + soon,
        **days_of(week.today),
        **names_of(powers),
    }


def read_glance(told: str, asked: Asked) -> Glance:
    """Read what the database told of what was asked."""
    kept = decode(told)
    return Glance(
        arranged=kept["arranged"] or [],
        tallies=_tallies(kept, asked),
        aside=[_aside(row) for row in kept["aside"] or ()],
        followed=kept["followed"],
        asked=kept["asked"],
        to_confirm=kept["to_confirm"],
        due=QueueCounts(**kept["due"]),
        deployed=kept["deployed"],
        has_labels=bool(kept["has_labels"]),
    )


def _tallies(kept: Mapping[str, Any], asked: Asked) -> dict[Tally, int]:
    """Return the counts of all shelves that were asked for; one that is not there is zero."""
    found: dict[Tally, int] = {}
    narrowed = asked.type, asked.opener
    for name, to in (("narrowed", narrowed), ("all", (ANY, ANY))):
        counted = {row["shelf"]: row["n"] for row in kept[name] or ()}
        found |= {Tally(asked.agency, one, *to): counted.get(one, 0) for one in asked.shelves}
    return found


def _aside(row: Mapping[str, Any]) -> Aside:
    return Aside(row["holder"], row["type"], row["opener"], bool(row["waits"]), row["n"])


@cache
def _question(sort: SortOfReader, narrowed: tuple[bool, bool]) -> Question:
    parts = parts_of(sort, narrowed)
    return Question(select(object_as_json(*(part.label(name) for name, part in parts.items()))))


def parts_of(sort: SortOfReader, narrowed: tuple[bool, bool]) -> dict[str, Any]:
    """Return what is asked for each part of a glance; what it is given has names."""
    visible = known_by_name(sort)
    deployed = select(func.count()).select_from(DefinitionRow)
    return {
        "arranged": rows_as_json(arranged(OFFICER, AGENCY)),
        "all": rows_as_json(_shelves((False, False))),
        "narrowed": rows_as_json(_shelves(narrowed)) if any(narrowed) else null(),
        "aside": rows_as_json(put_aside(AGENCY, week=Week(TODAY, (_BEGINS,)))),
        "followed": followed_by(OFFICER, visible=visible).scalar_subquery(),
        "asked": asked_by_others(AGENCY, visible=visible).scalar_subquery(),
        "to_confirm": counted_due(several("keeps"), today=TODAY, by=SOON).scalar_subquery(),
        "due": _row(queue_sums()),
        "deployed": deployed.scalar_subquery(),
        "has_labels": select(AgencyLabel.id).where(AgencyLabel.agency == AGENCY).exists(),
    }


def _shelves(narrowed: tuple[bool, bool]) -> Select[*tuple[Any, ...]]:
    kept = TALLIES.c
    wanted = select(kept.shelf, func.sum(kept.n).label("n")).group_by(kept.shelf)
    wanted = wanted.where(kept.agency == AGENCY, among(kept.shelf, several("shelves")))
    of_type, of_opener = narrowed
    wanted = wanted.where(kept.type == bindparam("type")) if of_type else wanted
    return wanted.where(kept.opener == bindparam("opener")) if of_opener else wanted


def _row(wanted: Select[*tuple[Any, ...]]) -> Any:  # noqa: ANN401 - a scalar subquery
    return select(object_as_json(*wanted.subquery().c)).scalar_subquery()
