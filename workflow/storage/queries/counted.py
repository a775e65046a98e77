"""The counts of inboxes as they are now: those kept, and what acts moved since they were counted.

Each act adds rows of its own and changes none that another act changes, so acts in different cases
never wait for each other over a count. The clock counts moves in and takes them away, as does who
opens every so many requests where no clock runs; whoever reads adds up both, at any moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Select,
    String,
    case,
    cast,
    delete,
    func,
    literal,
    select,
    true,
    union_all,
)

from workflow.core.tallies import DONE, EVERY, FREE, WAITING, Tally
from workflow.storage import dialect
from workflow.storage.base import NOBODY
from workflow.storage.projections import QueueCount, QueueMove, QueueTally

_COUNT: Final = ("agency", "assignee", "due_on")


def _shelves(moves: Any) -> list[Select[Any]]:  # noqa: ANN401 - columns of moves
    """Select on which shelves moves stand, as `core.tallies` says."""
    officer = cast(moves.officer, String)
    shared = (moves.type, moves.opener, moves.n)
    whose = case((moves.officer == NOBODY, FREE), else_=officer)
    is_open, by_somebody = ~moves.done, moves.officer != NOBODY
    return [
        select(moves.agency, literal(EVERY).label("shelf"), *shared).where(is_open),
        select(moves.agency, whose.label("shelf"), *shared).where(is_open),
        select(moves.agency, literal(WAITING).label("shelf"), *shared).where(is_open, moves.waits),
        select(moves.agency, literal(DONE).label("shelf"), *shared).where(moves.done),
        select(moves.agency, (literal(f"{DONE}:") + officer).label("shelf"), *shared).where(
            moves.done, by_somebody
        ),
    ]


COUNTS: Final = union_all(
    select(QueueCount.agency, QueueCount.assignee, QueueCount.due_on, QueueCount.n),
    select(QueueMove.agency, QueueMove.officer, QueueMove.due_on, QueueMove.n).where(
        ~QueueMove.done
    ),
).subquery("counts")
"""As `QueueCount`, with as many rows for each count as there are parts of it."""

TALLIES: Final = union_all(
    select(
        *(QueueTally.agency, QueueTally.shelf),
        *(QueueTally.type, QueueTally.opener, QueueTally.n),
    ),
    *_shelves(QueueMove),
).subquery("tallies")
"""As `QueueTally`, with as many rows for each count as there are parts of it."""


def count_in(connection: Connection) -> int:
    """Count in what acts have moved so far, and take it away; return how much that was."""
    insert = dialect.insert(connection)
    if dialect.is_sqlite(connection):  # nobody else writes meanwhile
        for added in _additions(insert, QueueMove):
            connection.execute(added)
        return connection.execute(delete(QueueMove)).rowcount
    gone = delete(QueueMove).returning(*QueueMove.__table__.c).cte("gone")
    additions = (added.cte(f"added_{n}") for n, added in enumerate(_additions(insert, gone.c)))
    counted = select(func.count()).select_from(gone).add_cte(*additions)
    return int(connection.execute(counted).scalar_one())


def _additions(insert: Any, moves: Any) -> Iterator[Any]:  # noqa: ANN401 - of either database
    """Make what adds moves to the counts that are kept, all in the same order."""
    place = (moves.agency, moves.officer, moves.due_on)
    total = func.sum(moves.n)
    summed = select(*place, total).where(~moves.done).group_by(*place).having(total != 0)
    yield _added(insert(QueueCount), _COUNT, summed.order_by(*place))
    on = union_all(*_shelves(moves)).subquery("moved").c
    shelf = (on.agency, on.shelf, on.type, on.opener)
    total = func.sum(on.n)
    summed = select(*shelf, total).where(true()).group_by(*shelf).having(total != 0)
    yield _added(insert(QueueTally), Tally._fields, summed.order_by(*shelf))


def _added(into: Any, names: tuple[str, ...], summed: Select[Any]) -> Any:  # noqa: ANN401
    added = into.from_select([*names, "n"], summed)
    more = {"n": into.table.c.n + added.excluded.n}
    return added.on_conflict_do_update(index_elements=list(names), set_=more)
