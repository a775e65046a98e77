"""Connections that acts take themselves: each goes back, and none with anything left in it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from workflow.storage.direct import taken
from workflow.storage.engine import acting, asking


def test_a_connection_goes_back_and_is_the_next_one(engine):
    used = set()
    for _ in range(3):
        with acting(engine) as connection:
            used.add(id(connection.raw))
            assert engine.pool.checkedout() == 1
        assert engine.pool.checkedout() == 0
    with engine.connect() as other:
        used.add(id(other.connection.driver_connection))
    assert len(used) == 1


def test_what_was_begun_is_undone_before_the_next_one_has_the_connection(postgresql_url, make):
    engine = make(postgresql_url)
    with acting(engine) as connection:
        raw = connection.raw
        raw.pgconn.exec_(b"BEGIN; CREATE TABLE begun (n integer)")
        assert raw.pgconn.transaction_status == TransactionStatus.INTRANS
    with acting(engine) as connection:
        assert connection.raw is raw
        assert raw.pgconn.transaction_status == TransactionStatus.IDLE
        assert connection.ask("SELECT to_regclass('begun')::text", ()) is None


def test_who_writes_after_an_act_writes_all_or_nothing(postgresql_url, make):
    engine = make(postgresql_url)
    with acting(engine) as connection:
        assert connection.ask("SELECT $1::numeric", [Decimal(1)]) == 1
        raw = connection.raw
    with engine.begin() as other:
        assert other.connection.driver_connection is raw
        other.execute(text("CREATE TABLE begun (n integer)"))
        other.rollback()
    with acting(engine) as connection:
        assert connection.ask("SELECT to_regclass('begun')::text", ()) is None


def test_who_read_from_sqlite_holds_no_moment_of_it_afterwards(sqlite_url, make):
    engine = make(sqlite_url)
    with acting(engine) as connection:
        connection.change("CREATE TABLE kept (n INTEGER)", ())
    with asking(engine) as reader:
        assert reader.ask("SELECT count(*) FROM kept", ()) == 0
        raw = reader.raw
        assert raw.in_transaction
    assert not raw.in_transaction
    with asking(engine) as reader:
        assert reader.raw is raw


def test_a_connection_goes_back_whatever_an_act_raises(engine):
    with pytest.raises(ZeroDivisionError), acting(engine):
        raise ZeroDivisionError
    with pytest.raises(DBAPIError), acting(engine) as connection:
        connection.ask("SELECT 1 FROM nowhere", ())
    assert engine.pool.checkedout() == 0
    with acting(engine) as connection:
        assert connection.ask("SELECT 1", ()) in (1, "1")


def test_a_connection_goes_back_where_an_act_cannot_even_begin(sqlite_url, make):
    engine = make(sqlite_url)
    with acting(engine) as connection:
        raw = connection.raw
    raw.execute("BEGIN")  # in which no other begins
    with pytest.raises(DBAPIError):
        acting(engine).__enter__()
    assert engine.pool.checkedout() == 0
    with acting(engine) as connection:
        assert connection.ask("SELECT 1", ()) in (1, "1")


@pytest.mark.parametrize("way", [acting, asking])
def test_who_interrupts_a_statement_ends_what_asked_for_it(engine, way):
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with way(engine) as connection:
        raw = connection.raw
    with pytest.raises(KeyboardInterrupt), way(engine) as connection:
        connection._send(interrupt, "SELECT 1", ())
    assert engine.pool.checkedout() == 0
    with acting(engine) as connection:
        assert connection.raw is not raw
        assert connection.ask("SELECT 1", ()) in (1, "1")


def test_a_place_in_the_pool_is_kept_by_nobody_who_could_not_connect(engine):
    def refuse(*_: object) -> None:
        raise engine.dialect.loaded_dbapi.OperationalError

    with engine.connect() as connection:
        connection.invalidate()
    event.listen(engine, "connect", refuse)
    for _ in range(2):
        with pytest.raises(DBAPIError):
            taken(engine)
    event.remove(engine, "connect", refuse)
    assert engine.pool.checkedout() == 0
    with acting(engine) as connection:
        assert connection.ask("SELECT 1", ()) in (1, "1")


def test_a_connection_of_a_pool_that_was_put_away_is_not_used_again(engine):
    pool = engine.pool
    with acting(engine) as connection:
        raw = connection.raw
        engine.dispose()
    with acting(engine) as connection:
        assert connection.raw is not raw
    pool.dispose()


def test_who_listens_to_the_pool_hears_of_all_that_is_taken(engine):
    heard = []
    event.listen(engine, "checkout", lambda *_: heard.append("taken"))
    event.listen(engine, "checkin", lambda *_: heard.append("back"))
    for _ in range(2):
        with acting(engine):
            pass
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    assert heard == ["taken", "back"] * 3
