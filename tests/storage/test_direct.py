"""Statements that go to the drivers as they are: what goes wrong is told as SQLAlchemy tells it."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DataError, OperationalError, ProgrammingError

from tests.storage.counting import counted
from workflow.storage.engine import acting, make_engine


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


def test_a_statement_that_the_server_no_longer_has_ready_is_sent_anew(postgresql_url):
    engine = make_engine(postgresql_url)
    for _ in range(2):
        with acting(engine) as connection:
            assert connection.ask("SELECT $1::integer + 1", (1,)) == "2"
            connection.raw.execute("DEALLOCATE ALL")
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
