"""The log of all events of cases and register entries: each has one place, given once.

Acts write no row of it, so that they wait for nobody: the key of an act on a case, and the row of
an entry, say that there are lines without a place, and one clock at a time gives out the next.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Index,
    Row,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.orm import Mapped, aliased, mapped_column

from workflow.core.merkle import Node
from workflow.core.receipts import leaf_of
from workflow.storage.base import Base, BigId

ONLY: Final = 1
_AT_ONCE: Final = 500
"""How many nodes one statement names."""
_OF_AN_ENTRY: Final = text("entry_id IS NOT NULL")


class LogLeaf(Base):
    """The place of an event in the log, with the seal it had when it was given the place.

    It is of a case or of a register entry, and refers to no other row, so that it outlives
    whatever becomes of them.
    """

    __tablename__ = "log_leaf"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        Index(
            "uq_log_leaf_entry_id_seq",
            *("entry_id", "seq"),
            unique=True,
            postgresql_where=_OF_AN_ENTRY,
            sqlite_where=_OF_AN_ENTRY,
        ),
    )

    place: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    case_id: Mapped[int | None] = mapped_column(BigId)
    seq: Mapped[int]
    seal: Mapped[str]
    """What is hashed, as `logged_as` returns it."""
    entry_id: Mapped[int | None] = mapped_column(BigId)


class LogNode(Base):
    """The hash of a complete subtree above the leaves."""

    __tablename__ = "log_node"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    place: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    hash: Mapped[str]


class LogSize(Base):
    """How many events have a place: the one row that whoever gives out places holds."""

    __tablename__ = "log_size"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigId)


class LogHead(Base):
    """What the log hashed to at an instant, as it was signed."""

    __tablename__ = "log_head"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    size: Mapped[int] = mapped_column(BigId, index=True)
    at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime | None]
    """When it had reached every place outside that the settings name."""


def lock(connection: Connection) -> int | None:
    """Take the giving out of places until the transaction ends: the size, None if it is taken."""
    row = select(LogSize.size).where(LogSize.id == ONLY).with_for_update(skip_locked=True)
    size: int | None = connection.execute(row).scalar_one_or_none()
    return size


def hashes_from(connection: Connection) -> Callable[[Collection[Node]], dict[Node, bytes]]:
    """Return what reads complete subtrees of the log; it raises `LookupError` for what lacks."""

    def hashes(nodes: Collection[Node]) -> dict[Node, bytes]:
        found: dict[Node, bytes] = {
            **_leaves(connection, [place for level, place in nodes if not level]),
            **stored_nodes(connection, [node for node in nodes if node[0]]),
        }
        missing = set(nodes) - set(found)
        if missing:
            raise LookupError(f"the log lacks its nodes {sorted(missing)}")
        return found

    return hashes


def _leaves(connection: Connection, places: Sequence[int]) -> dict[Node, bytes]:
    wanted = select(LogLeaf.place, LogLeaf.seal)
    found = (
        row
        for low in range(0, len(places), _AT_ONCE)
        for row in connection.execute(wanted.where(LogLeaf.place.in_(places[low : low + _AT_ONCE])))
    )
    return {(0, row.place): leaf_of(row.seal) for row in found}


def stored_nodes(connection: Connection, nodes: Sequence[Node]) -> dict[Node, bytes]:
    """Return the nodes above the leaves that there are of these."""
    key = tuple_(LogNode.level, LogNode.place)
    wanted = select(LogNode.level, LogNode.place, LogNode.hash)
    found = (
        row
        for low in range(0, len(nodes), _AT_ONCE)
        for row in connection.execute(wanted.where(key.in_(nodes[low : low + _AT_ONCE])))
    )
    return {(row.level, row.place): _bytes(row.hash) for row in found}


def _bytes(text: str) -> bytes:
    """Read a hash; what somebody made of it otherwise is none, and equals none."""
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def size_of(connection: Connection) -> int:
    """Return how many events have a place."""
    return connection.execute(select(LogSize.size).where(LogSize.id == ONLY)).scalar_one()


# --- Heads ---------------------------------------------------------------------------------------


def last_head(connection: Connection) -> Row[int, datetime] | None:
    """Return size and instant of the head that was signed last."""
    heads = select(LogHead.size, LogHead.at).order_by(LogHead.id.desc())
    return connection.execute(heads.limit(1)).first()


def head_over(connection: Connection, place: int) -> Row[int, str] | None:
    """Return the first head that covers a place."""
    heads = select(LogHead.size, LogHead.note).where(LogHead.size > place)
    return connection.execute(heads.order_by(LogHead.size, LogHead.id).limit(1)).first()


def add_head(connection: Connection, size: int, note: str, *, at: datetime) -> None:
    """Keep a signed head under the next number: whoever holds the log is alone in that."""
    number = select(func.coalesce(func.max(LogHead.id), 0) + 1).scalar_subquery()
    connection.execute(insert(LogHead).values(id=number, size=size, at=at, note=note))


def unpublished(connection: Connection) -> Row[Any] | None:
    """Return the oldest head that is not known outside, with the size of the one before it."""
    earlier = aliased(LogHead)
    before = select(func.max(earlier.size)).where(earlier.id < LogHead.id).scalar_subquery()
    heads = select(
        *(LogHead.id, LogHead.size, LogHead.at, LogHead.note),
        func.coalesce(before, 0).label("before"),
    )
    waiting_ones = heads.where(LogHead.published_at.is_(None)).order_by(LogHead.id)
    return connection.execute(waiting_ones.limit(1)).first()


def note_published(connection: Connection, head: int, *, at: datetime) -> None:
    """Note that a head is known outside."""
    connection.execute(update(LogHead).where(LogHead.id == head).values(published_at=at))


def seals_between(connection: Connection, low: int, high: int) -> list[str]:
    """Return the seals of the events at these places."""
    leaves = select(LogLeaf.seal).where(LogLeaf.place >= low, LogLeaf.place < high)
    return list(connection.execute(leaves.order_by(LogLeaf.place)).scalars())


def place_of(connection: Connection, case_id: int, seq: int) -> Row[int, str] | None:
    """Return place and seal of an event in the log, None before it has one."""
    leaf = select(LogLeaf.place, LogLeaf.seal)
    return connection.execute(leaf.where(LogLeaf.case_id == case_id, LogLeaf.seq == seq)).first()


def place_of_entry(connection: Connection, entry_id: int, seq: int) -> Row[int, str] | None:
    """Return place and seal of an event of a register entry, None before it has one."""
    leaf = select(LogLeaf.place, LogLeaf.seal)
    return connection.execute(leaf.where(LogLeaf.entry_id == entry_id, LogLeaf.seq == seq)).first()
