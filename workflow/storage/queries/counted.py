"""The counts of inboxes as they are now: those kept, and what acts moved since they were counted.

Each act adds rows of its own and changes none that another act changes, so acts in different cases
never wait for each other over a count. The clock counts moves in and takes them away, as does who
opens every so many requests where no clock runs; whoever reads adds up both, at any moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import Connection, String, case, cast, delete, literal, select, union_all

from workflow.core.tallies import DONE, EVERY, FREE, WAITING, Tally, done_shelves, open_shelves
from workflow.storage import dialect
from workflow.storage.base import NOBODY
from workflow.storage.projections import QueueCount, QueueMove, QueueTally

_OFFICER: Final = cast(QueueMove.officer, String)
_SHARED: Final = (QueueMove.type, QueueMove.opener, QueueMove.n)
_OPEN, _DONE = ~QueueMove.done, QueueMove.done

COUNTS: Final = union_all(
    select(QueueCount.agency, QueueCount.assignee, QueueCount.due_on, QueueCount.n),
    select(QueueMove.agency, QueueMove.officer, QueueMove.due_on, QueueMove.n).where(_OPEN),
).subquery("counts")
"""As `QueueCount`, with as many rows for each count as there are parts of it."""

TALLIES: Final = union_all(
    select(
        *(QueueTally.agency, QueueTally.shelf),
        *(QueueTally.type, QueueTally.opener, QueueTally.n),
    ),
    select(QueueMove.agency, literal(EVERY), *_SHARED).where(_OPEN),
    select(
        QueueMove.agency,
        case((QueueMove.officer == NOBODY, FREE), else_=_OFFICER),
        *_SHARED,
    ).where(_OPEN),
    select(QueueMove.agency, literal(WAITING), *_SHARED).where(_OPEN, QueueMove.waits),
    select(QueueMove.agency, literal(DONE), *_SHARED).where(_DONE),
    select(QueueMove.agency, literal(f"{DONE}:") + _OFFICER, *_SHARED).where(
        _DONE, QueueMove.officer != NOBODY
    ),
).subquery("tallies")
"""As `QueueTally`, with as many rows for each count as there are parts of it."""


def count_in(connection: Connection) -> int:
    """Count in what acts have moved so far, and take it away; return how much that was."""
    rows = (QueueMove.agency, QueueMove.officer, QueueMove.due_on, QueueMove.waits)
    gone = delete(QueueMove).returning(*rows, QueueMove.done, *_SHARED)
    counts: Counter[tuple[object, ...]] = Counter()
    tallies: Counter[Tally] = Counter()
    moved = connection.execute(gone).all()
    for agency, officer, due_on, waits, done, of_type, opener, n in moved:
        whose = None if officer == NOBODY else officer
        if not done:
            counts[agency, officer, due_on] += n
        shelves = done_shelves(whose) if done else open_shelves(whose, waits=waits)
        for shelf in shelves:
            tallies[Tally(agency, shelf, of_type, opener)] += n
    _add(connection, QueueCount, ("agency", "assignee", "due_on"), counts)
    _add(connection, QueueTally, Tally._fields, tallies)
    return len(moved)


def _add(
    connection: Connection,
    to: type[QueueCount] | type[QueueTally],
    names: tuple[str, ...],
    sums: Mapping[Any, int],
) -> None:
    """Add to the counts that are kept, which have these names, all in the same order."""
    places = sorted(place for place, n in sums.items() if n)
    if not places:
        return
    added = dialect.insert(connection)(to)
    added = added.on_conflict_do_update(
        index_elements=list(names), set_={"n": to.n + added.excluded.n}
    )
    rows = [{**dict(zip(names, place, strict=True)), "n": sums[place]} for place in places]
    connection.execute(added, rows)
