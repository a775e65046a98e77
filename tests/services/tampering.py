"""The rows of a database as somebody writes them past the product, and put back afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, Final

from sqlalchemy import (
    Connection,
    Engine,
    and_,
    cast,
    delete,
    insert,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.exc import DBAPIError, NoResultFound

from workflow.core.canonical import canonical
from workflow.storage.dialect import is_sqlite
from workflow.storage.models import METADATA

OF_A_CASE: Final = (
    *("private_value", "event", "task", "case_agency", "case_reader", "case_deadline"),
    *("document", "relation", "passage", "place", "place_person", "case"),
)
"""Tables with rows of one case; erased values take their texts for searching along."""
OF_ENTRIES: Final = ("register_event", "register_private", "register_entry", "register_number")
OF_ALL: Final = (
    *("log_leaf", "log_node", "log_size", "log_head"),
    *("queue_count", "queue_tally", "queue_move"),
    *OF_ENTRIES,
)
NOT_HISTORY: Final = frozenset(
    {
        *(("case", "id"), ("passage", "id"), ("log_head", "id")),  # numbers that no event tells
        ("case", "revision"),  # counts acts, guards against two at once
        *(("case", "wake_at"), ("case", "noticed_until")),  # what the clock does next
        ("case", "access_code_hash"),  # a secret, given anew at will
        ("log_head", "published_at"),  # whether it was sent
        *(("register_entry", "id"), ("register_event", "key"), ("register_private", "erased_at")),
        *(("register_entry", "warned_until"), ("register_entry", "wake_at")),
    }
)
"""Columns that no event tells of."""
Row = Mapping[str, Any]


LOG: Final = "the log"
BY_ITSELF: Final = set[str]()
"""What is done to the database with nothing else beside it."""


@dataclass(frozen=True)
class Found:
    """Where something should be found: any of these places will do."""

    places: tuple[tuple[str | None, Any], ...]
    alone: bool = True
    """Whether nothing may be named but the cases of these places."""

    def cases(self) -> set[str]:
        return {number for number, _ in self.places if number not in (LOG, None)}

    @property
    def tells_apart(self) -> bool:
        """Whether it says of which cases or entries it is, and of these alone."""
        return self.alone and None not in dict(self.places)


def at(number: str, *where: Any) -> Found:
    return Found(tuple((number, one) for one in where))


def wherever(found: Found, column: str) -> Found:
    """Let the other case or entry be named too where a byte brought a row into it."""
    return replace(found, alone=found.alone and column not in ("case_id", "entry_id"))


def by_itself(way: Callable[..., Found]) -> Callable[..., Found]:
    """Mark what nothing is done beside: it is about the whole log, or counts of many cases."""
    BY_ITSELF.add(way.__name__)
    return way


def in_log(*places: int) -> Found:
    """Name places in the log; what stands there may be of any case."""
    return Found(tuple((LOG, place) for place in places), alone=False)


def _ours(table: str) -> str:
    return "id" if table == "case" else "case_id"


@dataclass
class Database:
    """A database, a copy of each row in it, and what was done to it since."""

    engine: Engine
    draw: Random
    kept: dict[str, list[Row]] = field(default_factory=dict)
    touched: set[tuple[str, int | None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        with self.engine.begin() as connection:
            for name in (*OF_A_CASE, *OF_ALL):
                table = METADATA.tables[name]
                self.kept[name] = [
                    dict(row) for row in connection.execute(select(table)).mappings()
                ]
                connection.execute(text(f'CREATE TABLE "kept_{name}" AS SELECT * FROM "{name}"'))
        self.numbers = {case["id"]: case["number"] for case in self.kept["case"]}

    def begin(self) -> Connection:
        """Return a connection whose writes nothing holds to anything."""
        connection = self.engine.connect()
        if is_sqlite(connection):
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        else:
            connection.execute(text("SET session_replication_role = replica"))
        return connection

    def restore(self) -> None:
        """Put back whatever was written."""
        with self.begin() as connection:
            for name in (*OF_A_CASE, *OF_ALL):
                cases = {case for table, case in self.touched if table == name}
                if cases:
                    self._put_back(connection, name, cases)
            connection.commit()
        self.touched.clear()

    def tidy(self) -> None:
        """Clear away what was written over, as the server does by itself where it is let."""
        if is_sqlite(self.engine):
            return
        with self.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            names = ", ".join(f'"{name}"' for name in (*OF_A_CASE, *OF_ALL))
            connection.execute(text(f"VACUUM ANALYZE {names}"))

    def _put_back(self, connection: Connection, name: str, cases: set[int | None]) -> None:
        where = ""
        if name in OF_A_CASE and None not in cases:
            where = f" WHERE {_ours(name)} IN ({', '.join(map(str, cases))})"
        columns = ", ".join(f'"{column.name}"' for column in METADATA.tables[name].c)
        connection.execute(text(f'DELETE FROM "{name}"{where}'))
        copy = f'INSERT INTO "{name}" ({columns}) SELECT {columns} FROM "kept_{name}"{where}'
        connection.execute(text(copy))

    # --- Writing ---

    def _touch(self, name: str, *rows: Row) -> None:
        for row in rows:
            self.touched.add((name, row[_ours(name)] if name in OF_A_CASE else None))
            if name == "private_value":
                self.touched.add(("passage", row["case_id"]))

    def _where(self, name: str, row: Row) -> Any:
        table = METADATA.tables[name]
        told_apart_by = list(table.primary_key) or list(table.c)
        return and_(*(column == row[column.name] for column in told_apart_by))

    def change(self, connection: Connection, name: str, row: Row, **values: Any) -> None:
        self._touch(name, row, {**row, **values})
        where = self._where(name, row)
        connection.execute(update(METADATA.tables[name]).where(where).values(**values))

    def remove(self, connection: Connection, name: str, *rows: Row) -> None:
        self._touch(name, *rows)
        for row in rows:
            connection.execute(delete(METADATA.tables[name]).where(self._where(name, row)))

    def add(self, connection: Connection, name: str, *rows: Row) -> None:
        self._touch(name, *rows)
        if rows:
            connection.execute(insert(METADATA.tables[name]), list(rows))

    def empty(self, connection: Connection, name: str) -> None:
        self.touched.add((name, None))
        connection.execute(delete(METADATA.tables[name]))

    def of_case(self, name: str, case_id: int) -> list[Row]:
        """Return the rows of a case as they were kept."""
        return [row for row in self.kept[name] if row[_ours(name)] == case_id]

    # --- One byte ---

    def flip(self, connection: Connection, name: str, row: Row) -> str:
        """Change one byte of one column of a row, so that it says something else; name it."""
        columns = [c.name for c in METADATA.tables[name].c if (name, c.name) not in NOT_HISTORY]
        while True:
            column = self.draw.choice(columns)
            try:
                with connection.begin_nested():
                    if self._flipped(connection, name, row, column):
                        return column
                    raise LookupError("it says the same as before")
            except (LookupError, DBAPIError):  # the database itself refuses some
                continue

    def _flipped(self, connection: Connection, name: str, row: Row, column: str) -> bool:
        table, where = METADATA.tables[name], self._where(name, row)
        raw = "BLOB" if is_sqlite(connection) else "text"
        wanted = select(literal_column(f'CAST("{column}" AS {raw})')).select_from(table)
        written = connection.execute(wanted.where(where)).scalar_one()
        new = text("CAST(:new AS TEXT)").bindparams(new=self._otherwise(written))
        value = new if is_sqlite(connection) else cast(new, table.c[column].type)
        self._touch(name, row)
        if column == "case_id":  # it is in another case now, or in none
            self.touched |= {(name, None), ("passage", None)}
        connection.execute(update(table).where(where).values({column: value}))
        return self._says_otherwise(connection, name, row, column)

    def _otherwise(self, written: Any) -> Any:
        """Change one byte: any on SQLite, which takes all, a letter where texts must be text."""
        if isinstance(written, str):
            at = self.draw.randrange(len(written) or 1)
            return written[:at] + chr(self.draw.randrange(32, 127)) + written[at + 1 :]
        at = self.draw.randrange(len(written or b"") or 1)
        return (written or b"")[:at] + self.draw.randbytes(1) + (written or b"")[at + 1 :]

    def _says_otherwise(self, connection: Connection, name: str, row: Row, column: str) -> bool:
        wanted = select(METADATA.tables[name].c[column]).where(self._where(name, row))
        try:
            found = connection.execute(wanted).scalar_one()
        except (ValueError, TypeError, DBAPIError, NoResultFound):
            return True
        return canonical(found) != canonical(row[column])
