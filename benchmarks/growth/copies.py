"""Many cases out of a few, by COPY: what the same acts would have written, a thousand a second.

Each copy has a number, an id and a chain of hashes of its own, its words are found by the index,
its acts have their keys, and its lines have their places in the log of all events.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final, cast

import psycopg
from sqlalchemy import Connection, Engine

from benchmarks.growth.town import Town
from tests.storage.copying import count_again
from workflow.core.events import Event, seal
from workflow.core.folding import words_of
from workflow.core.merkle import grown
from workflow.core.numbers import case_number
from workflow.core.receipts import leaf_of
from workflow.storage import history_log
from workflow.storage.engine import make_engine, writing
from workflow.storage.queries.events import events_of

BATCH: Final = 2_000
"""Cases that are copied in one transaction."""
FROM: Final = 100_000
"""Copies have numbers from here on, so that new cases go on with the small ones."""
MANY: Final = 20_000
"""For so many new cases it pays to make the indexes anew afterwards."""
ID, NUMBER, WORDS = "\x01", "\x02", "\x03"
"""What stands in a mould for what each copy has of its own."""
BY_CASE: Final = {
    "case": "id",
    "task": "case_id",
    "event": "case_id",
    "private_value": "case_id",
    "act_key": "case_id",
    "case_agency": "case_id",
    "case_deadline": "case_id",
    "passage": "case_id",
    "notice": "case_id",
    "job": "case_id",
}
"""The tables with rows of a case, with the column that names it."""
COUNTED: Final = ("passage", "notice", "job")
"""The tables whose ids the database gives itself."""
ONCE: Final = ("act_key", "job")
"""The tables whose keys are unique in the whole installation."""

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class _Mould:
    """A case as the lines that COPY reads, with blanks for what is its own."""

    number: str
    events: tuple[Event, ...]
    hashes: tuple[str, ...]
    lines: dict[str, str]

    def seals(self, number: str) -> list[str]:
        """Return the chain of hashes of a copy."""
        chain, previous = [], ""
        for event in self.events:
            previous = seal(number, previous, event)
            chain.append(previous)
        return chain

    def pour(
        self, id_: int, number: str, seals: Sequence[str], into: dict[str, io.StringIO]
    ) -> None:
        """Write the lines of a copy."""
        words = " ".join(sorted(words_of(number)))
        for table, lines in self.lines.items():
            own = lines.replace(ID, str(id_)).replace(NUMBER, number)
            if table == "passage":
                own = own.replace(WORDS, words)
            elif table in ("event", "case"):
                for old, new in zip(self.hashes, seals, strict=True):
                    own = own.replace(old, new)
            into[table].write(own)


def grow(town: Town, *, have: int, upto: int, tell: Tell) -> None:
    """Copy the moulds of a town until it has so many cases."""
    engine = make_engine(town.url)
    with writing(engine) as connection:
        raw = _driver(connection)
        columns = {table: _columns(raw, table) for table in BY_CASE}
        moulds = [_mould(connection, columns, id_) for id_ in town.moulds]
    rebuilt = _without_indexes(engine) if upto - have >= MANY else []
    first = FROM + have
    for low in range(first, FROM + upto, BATCH):
        with writing(engine) as connection:
            ids = range(low, min(low + BATCH, FROM + upto))
            _pour(connection, columns, [(id_, moulds[id_ % len(moulds)]) for id_ in ids])
        tell(ids[-1] + 1 - first, upto - have)
    _finish(engine, rebuilt)
    engine.dispose()


def _pour(
    connection: Connection, columns: dict[str, list[str]], cases: list[tuple[int, _Mould]]
) -> None:
    raw = _driver(connection)
    # All rows are copies of rows that have been checked.
    raw.execute("SET LOCAL session_replication_role = replica")
    into = {table: io.StringIO() for table in BY_CASE}
    leaves = []
    for id_, mould in cases:
        number = case_number(2026, id_)
        seals = mould.seals(number)
        mould.pour(id_, number, seals, into)
        leaves += [(id_, seq, one) for seq, one in enumerate(seals, 1)]
    for table, names in columns.items():
        _copy(raw, table, names, into[table].getvalue())
    _log(connection, leaves)


def _log(connection: Connection, leaves: list[tuple[int, int, str]]) -> None:
    """Give lines the next places in the log of all events, as the clock does."""
    raw = _driver(connection)
    size = history_log.size_of(connection)
    text = "".join(
        f"{place}\t{case}\t{seq}\t{seal_}\n"
        for place, (case, seq, seal_) in enumerate(leaves, size)
    )
    _copy(raw, "log_leaf", ["place", "case_id", "seq", "seal"], text)
    hashes = history_log.hashes_from(connection)
    new = partial(grown, size, hashes=hashes)(leaf_of(one) for _, _, one in leaves)
    text = "".join(
        f"{level}\t{place}\t{value.hex()}\n" for (level, place), value in new.items() if level
    )
    _copy(raw, "log_node", ["level", "place", "hash"], text)
    raw.execute("UPDATE log_size SET size = %s", (size + len(leaves),))


def _copy(raw: psycopg.Connection[Any], table: str, names: list[str], text: str) -> None:
    listed = ", ".join(f'"{name}"' for name in names)
    with raw.cursor().copy(f'COPY "{table}" ({listed}) FROM STDIN') as out:
        out.write(text)


def _mould(connection: Connection, columns: dict[str, list[str]], id_: int) -> _Mould:
    raw = _driver(connection)
    events = sorted(events_of(connection, id_), key=lambda event: event.seq)
    number = str(raw.execute('SELECT number FROM "case" WHERE id = %s', (id_,)).fetchall()[0][0])
    lines = {
        table: _blanked(_written(raw, table, names, id_), table, names, number)
        for table, names in columns.items()
    }
    sealed = tuple(event.hash for event in events)
    return _Mould(number, tuple(replace(event, hash="") for event in events), sealed, lines)


def _written(raw: psycopg.Connection[Any], table: str, names: list[str], id_: int) -> str:
    """Have the database write the rows of a case as COPY reads them."""
    listed = ", ".join(f'"{name}"' for name in names)
    rows = f'SELECT {listed} FROM "{table}" WHERE "{BY_CASE[table]}" = {id_}'
    with raw.cursor().copy(f"COPY ({rows}) TO STDOUT") as out:
        return b"".join(bytes(piece) for piece in out).decode()


def _blanked(text: str, table: str, names: list[str], number: str) -> str:
    old = " ".join(sorted(words_of(number)))
    lines = []
    for line in text.splitlines(keepends=True):
        cells = line.rstrip("\n").split("\t")
        cells[names.index(BY_CASE[table])] = ID
        if table in ONCE:
            cells[names.index("key")] += f":{ID}"
        if table == "passage" and cells[names.index("place")] == "number":
            assert cells[names.index("words")] == old
            cells[names.index("words")] = WORDS
        lines.append("\t".join(cells) + "\n")
    return "".join(lines).replace(number, NUMBER)


def _columns(raw: psycopg.Connection[Any], table: str) -> list[str]:
    wanted = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
    rows = raw.execute(f"{wanted} AND NOT attisdropped ORDER BY attnum", (f'"{table}"',))
    names = [name for (name,) in rows.fetchall()]
    return [name for name in names if not (table in COUNTED and name == "id")]


def _without_indexes(engine: Engine) -> list[str]:
    """Take away the indexes that no constraint needs; return what makes them again."""
    wanted = (
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = ANY (%s::regclass[])"
        " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)"
    )
    with writing(engine) as connection:
        raw = _driver(connection)
        found = raw.execute(wanted, ([f'"{table}"' for table in BY_CASE],)).fetchall()
        for name, _ in found:
            raw.execute(f"DROP INDEX {name}")
    return [definition for _, definition in found]


def _finish(engine: Engine, rebuilt: Sequence[str]) -> None:
    """Make the indexes, count what stands on every shelf, and clean up as the server does."""
    for definition in rebuilt:
        with writing(engine) as connection:
            _driver(connection).execute("SET LOCAL maintenance_work_mem = '512MB'")
            _driver(connection).execute(definition)
    with writing(engine) as connection:
        raw = _driver(connection)
        raw.execute(
            "SELECT setval(pg_get_serial_sequence('\"case\"', 'id'), max(id)) FROM \"case\""
        )
        count_again(connection)
    with engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        alone.exec_driver_sql("VACUUM ANALYZE")


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)
