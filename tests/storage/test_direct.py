"""Statements that go to the drivers as they are: what goes wrong is told as SQLAlchemy tells it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    func,
    text,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DataError, OperationalError, ProgrammingError

from tests.storage.counting import counted
from workflow.storage.base import NEVER, NO_DAY, BigId, Json, UtcDateTime, WrittenJson
from workflow.storage.direct import directly
from workflow.storage.engine import acting, asking, make_engine, writing
from workflow.storage.statements import POSTGRESQL, Statement, adding
from workflow.storage.written import writer_for

ZONE = ZoneInfo("America/Sao_Paulo")


def test_a_lost_connection_is_told_and_dropped_and_the_next_one_works(postgresql_url):
    engine = make_engine(postgresql_url)
    with acting(engine) as connection:
        mine = connection.ask("SELECT pg_backend_pid()", ())
        with engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
        with pytest.raises(OperationalError) as lost:
            connection.ask("SELECT 1", ())
    assert lost.value.connection_invalidated
    with counted(engine) as statements, acting(engine) as connection:
        assert connection.ask("SELECT 2", ()) == "2"
    assert statements == ["SELECT 2"]
    engine.dispose()


def test_who_acts_again_is_given_the_connection_used_last(database_url):
    engine = make_engine(database_url)
    with acting(engine) as first, asking(engine):
        used = first.raw
    for _ in range(3):
        with acting(engine) as again:
            assert again.raw is used
    engine.dispose()


def test_a_statement_that_the_server_no_longer_has_ready_is_sent_anew(postgresql_url):
    engine = make_engine(postgresql_url)
    for _ in range(2):
        with acting(engine) as connection:
            assert connection.ask("SELECT $1::integer + 1", (1,)) == "2"
            connection.raw.pgconn.exec_(b"DEALLOCATE ALL")
            assert connection.ask("SELECT $1::integer + 1", (2,)) == "3"
            assert connection.ask("SELECT $1::integer + 1", (3,)) == "4"
    engine.dispose()


def test_a_text_with_a_zero_is_refused_and_never_cut_short(postgresql_url):
    engine = make_engine(postgresql_url)
    with acting(engine) as connection:
        for _ in range(2):
            with pytest.raises(DataError):
                connection.ask("SELECT $1::text", ["2026-000001-16\0 and more"])
        assert connection.ask("SELECT $1::text", ["whole"]) == "whole"
    engine.dispose()


def test_a_statement_that_is_refused_is_told_with_its_text(database_url):
    engine = make_engine(database_url)
    refused = (OperationalError, ProgrammingError)  # as SQLite and PostgreSQL call it
    with pytest.raises(refused, match="nowhere"), acting(engine) as connection:
        connection.ask("SELECT 1 FROM nowhere", ())
    engine.dispose()


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        ("text", 'Ação "1"', 'Ação "1"'),
        ("bigint", 2**40, str(2**40)),
        ("date", date(2026, 3, 12), "2026-03-12"),
        ("timestamptz", datetime(2026, 3, 12, 9, 30, tzinfo=ZONE), "2026-03-12 12:30:00+00"),
        ("varchar[]", ['a"b', "c\\d", "{e,f}", "", "NULL"], r'{"a\"b","c\\d","{e,f}","","NULL"}'),
        ("bigint[]", [1, 2], "{1,2}"),
        ("varchar[]", [], "{}"),
        ("text", None, None),
    ],
)
def test_values_reach_postgresql_as_they_are(postgresql_url, kind, value, written):
    engine = make_engine(postgresql_url)
    with acting(engine) as connection:
        connection.raw.execute("SET timezone TO 'UTC'")
        text = f"SELECT $1::{kind}::text"
        assert connection.ask(text, [value]) == written
        assert connection.raw.execute(text.replace("$1", "%s"), [value]).fetchone() == (written,)
    engine.dispose()


@pytest.mark.parametrize(
    ("kind", "value", "written"),
    [
        (String(), 'Ação "1"', 'Ação "1"'),
        (Integer(), -(2**31), str(-(2**31))),
        (BigId, 2**40, str(2**40)),
        (Date(), date(1999, 12, 31), "1999-12-31"),
        (Date(), NO_DAY, "9999-12-31"),
        (
            UtcDateTime(),
            datetime(1999, 12, 31, 22, 30, 1, 5, ZONE),
            "2000-01-01 00:30:01.000005+00",
        ),
        (UtcDateTime(), NEVER, "9999-12-31 00:00:00+00"),
        (Boolean(), True, "true"),
        (Boolean(), False, "false"),
        (Json, {"b": "é", "a": 7.50}, '{"a": 7.5, "b": "é"}'),
        (WrittenJson, {"b": "é", "a": 7.50}, '{"b":"é","a":7.5}'),
        (String(), None, None),
    ],
)
def test_packed_values_reach_postgresql_as_they_are(postgresql_url, kind, value, written):
    engine = make_engine(postgresql_url)
    column = Column("one", kind)
    packed = [None if value is None else writer_for(column)(value)]
    asked = f"SELECT $1::{column.type.compile(dialect=POSTGRESQL)}::text"
    with acting(engine) as alone, writing(engine) as together:
        for connection in (alone, directly(together)):
            connection.ask("SET timezone TO 'UTC'", ())
            assert connection.ask_packed(asked, packed) == written
    engine.dispose()


def test_a_packed_text_with_a_zero_is_refused(postgresql_url):
    engine = make_engine(postgresql_url)
    with acting(engine) as connection, pytest.raises(DataError):
        connection.ask_packed("SELECT $1::text", [b"2026-000001-16\0 and more"])
    engine.dispose()


def test_what_an_act_sends_lasts_at_once_whatever_its_values_are(postgresql_url):
    engine = make_engine(postgresql_url)
    with acting(engine) as connection:
        connection.ask("CREATE TABLE kept (n numeric)", ())
        for value in (Decimal("2.5"), "2.5"):
            connection.ask("INSERT INTO kept VALUES ($1::numeric)", (value,))
        with engine.connect() as other:
            assert other.execute(text("SELECT count(*) FROM kept")).scalar() == 2
    engine.dispose()


_KEPT = Table("kept", MetaData(), Column("no", Integer, primary_key=True), Column("n", Integer))
_ADDED = sqlite.insert(_KEPT).values(no=bindparam("no"), n=func.coalesce(bindparam("n"), 7))
_TAKEN_OVER = _ADDED.on_conflict_do_update(index_elements=["no"], set_={"n": _ADDED.excluded.n})


@pytest.mark.parametrize("many", [1, 2, 12, 13])
def test_sqlite_is_given_as_many_rows_as_there_are_and_keeps_the_last_of_each_key(many, tmp_path):
    engine = make_engine(f"sqlite:///{tmp_path / 'kept.sqlite'}")
    rows = [{"no": n, "n": 2 * n or None} for n in range(many)]
    with counted(engine) as statements, acting(engine) as connection:
        connection.change("CREATE TABLE kept (no INTEGER PRIMARY KEY, n INTEGER)", ())
        connection.change_each(Statement(_ADDED), rows)
        connection.change_each(Statement(_TAKEN_OVER), [{"no": 0, "n": 1}, {"no": 0, "n": 3}])
    with engine.connect() as other:
        found = other.execute(text("SELECT no, n FROM kept ORDER BY no")).all()
    assert len(statements) == 3
    assert found == [(n, 2 * n or 3) for n in range(many)]
    engine.dispose()


def test_what_adds_no_row_is_not_made_to_add_more():
    with pytest.raises(ValueError, match="adds no row"):
        adding("DELETE FROM kept", 2)
