"""The counts of inboxes as they are now: those kept, and what acts moved since they were counted.

Each act adds rows of its own and changes none that another act changes, so acts in different cases
never wait for each other over a count. The clock counts moves in and takes them away, as does who
opens every so many requests where no clock runs; whoever reads adds up both, at any moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final, NamedTuple, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    case,
    cast,
    delete,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from workflow.core.tallies import DONE, EVERY, FREE, OPEN, WAITING, Tally
from workflow.storage import dialect
from workflow.storage.base import NOBODY, BigId
from workflow.storage.projections import QUEUE_MOVE, QueueCount, QueueTally

_COUNT: Final = ("agency", "assignee", "due_on")
_Placed: TypeAlias = tuple[ColumnElement[str], ColumnElement[int], tuple[ColumnElement[bool], ...]]
"""A shelf, how many tasks are brought to it, and by which moves."""


def _said(word: str) -> ColumnElement[str]:
    """Write a word of ours into statements, which then need not be given it by each page."""
    return literal_column(f"'{word}'", String)


_NOBODY: Final = literal_column(str(NOBODY), BigId)


class _Side(NamedTuple):
    """What moves say of the tasks that they take away, or bring."""

    kind: ColumnElement[str]
    officer: ColumnElement[int]
    due_on: ColumnElement[date]
    n: ColumnElement[int]

    @property
    def is_open(self) -> ColumnElement[bool]:
        """Select tasks that are open there; a side that is not told is none."""
        return or_(self.kind == _said(OPEN), self.kind == _said(WAITING))


def _sides(moves: Any) -> tuple[_Side, _Side]:  # noqa: ANN401 - columns of moves
    gone = _Side(moves.gone_as, moves.gone_officer, moves.gone_due_on, literal_column("-1"))
    come = _Side(moves.come_as, moves.come_officer, moves.come_due_on, literal_column("1"))
    return gone, come


def _days(moves: Any) -> list[Select[Any]]:  # noqa: ANN401 - columns of moves
    """Select for whom and for which day moves count open tasks."""
    return [
        select(
            moves.agency,
            side.officer.label("assignee"),
            side.due_on.label("due_on"),
            side.n.label("n"),
        ).where(side.is_open)
        for side in _sides(moves)
    ]


def _shelves(moves: Any) -> list[Select[Any]]:  # noqa: ANN401 - columns of moves
    """Select on which shelves moves count tasks, as `core.tallies` says."""
    gone, come = _sides(moves)
    done, of_whom = _said(DONE), _said(f"{DONE}:") + cast(come.officer, String)
    is_done, by_somebody = come.kind == done, come.officer != _NOBODY
    placed = [
        *(place for side in (gone, come) for place in _open_shelves(side)),
        (done, come.n, (is_done,)),
        (of_whom, come.n, (is_done, by_somebody)),
    ]
    return [
        select(moves.agency, shelf.label("shelf"), moves.type, moves.opener, n.label("n")).where(
            *which
        )
        for shelf, n, which in placed
    ]


def _open_shelves(side: _Side) -> Iterator[_Placed]:
    whose = case((side.officer == _NOBODY, _said(FREE)), else_=cast(side.officer, String))
    yield _said(EVERY), side.n, (side.is_open,)
    yield whose, side.n, (side.is_open,)
    yield _said(WAITING), side.n, (side.kind == _said(WAITING),)


COUNTS: Final = union_all(
    select(QueueCount.agency, QueueCount.assignee, QueueCount.due_on, QueueCount.n),
    *_days(QUEUE_MOVE.c),
).subquery("counts")
"""As `QueueCount`, with as many rows for each count as there are parts of it."""

TALLIES: Final = union_all(
    select(
        *(QueueTally.agency, QueueTally.shelf),
        *(QueueTally.type, QueueTally.opener, QueueTally.n),
    ),
    *_shelves(QUEUE_MOVE.c),
).subquery("tallies")
"""As `QueueTally`, with as many rows for each count as there are parts of it."""


def count_in(connection: Connection) -> int:
    """Count in what acts have moved so far, and take it away; return how much that was."""
    insert = dialect.insert(connection)
    if dialect.is_sqlite(connection):  # nobody else writes meanwhile
        for added in _additions(insert, QUEUE_MOVE.c):
            connection.execute(added)
        return connection.execute(delete(QUEUE_MOVE)).rowcount
    taken = delete(QUEUE_MOVE).returning(*QUEUE_MOVE.c).cte("taken")
    additions = (added.cte(f"added_{n}") for n, added in enumerate(_additions(insert, taken.c)))
    counted = select(func.count()).select_from(taken).add_cte(*additions)
    return int(connection.execute(counted).scalar_one())


def _additions(insert: Any, moves: Any) -> Iterator[Any]:  # noqa: ANN401 - of either database
    """Make what adds moves to the counts that are kept, all in the same order."""
    yield _added(insert(QueueCount), _COUNT, _days(moves))
    yield _added(insert(QueueTally), Tally._fields, _shelves(moves))


def _added(into: Any, names: tuple[str, ...], moved: list[Select[Any]]) -> Any:  # noqa: ANN401
    on = union_all(*moved).subquery("moved").c
    place, total = [on[name] for name in names], func.sum(on.n)
    summed = select(*place, total).where(true()).group_by(*place).having(total != 0)
    added = into.from_select([*names, "n"], summed.order_by(*place))
    more = {"n": into.table.c.n + added.excluded.n}
    return added.on_conflict_do_update(index_elements=list(names), set_=more)
