"""An installation of the previous release is brought up to date with its cases under way."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from sqlalchemy import inspect, text

from tests.stories import go_on
from tests.world import DEFINITIONS, world
from workflow.catalogue.scenarios import read_scenario
from workflow.services.history_log import place_events
from workflow.services.installation import Installation
from workflow.services.proving import verify_log
from workflow.services.unit_of_work import UnitOfWork
from workflow.services.verification import verify_all
from workflow.storage.audit import mistallied
from workflow.storage.documents import open_store
from workflow.storage.dump import ends_in
from workflow.storage.engine import make_engine, reading
from workflow.storage.migrations import upgrade

RELEASED = Path(__file__).with_name("at_0017.sql")
REVISION = "0017"
UNDER_WAY = {
    "2026-000001-16": ("agreement_review/jiangsu_protocol", slice(6, 10)),
    "2026-000002-13": ("agreement_review/returned_for_adjustment", slice(1, 3)),
    "2026-000004-07": ("opinion_request/clarification", slice(2, None)),
}
"""Which story each open case is in, and which of its steps are to be played still."""


def leave_as_released(url):
    """Make the tables of the previous release, and put in the rows that it left."""
    upgrade(url, REVISION)
    rows = RELEASED.read_text(encoding="utf-8")
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            connection.executescript(f"BEGIN; {rows} COMMIT;")
        return
    with psycopg.connect(url) as connection:
        connection.execute(rows)
        for table in _numbered(url):
            connection.execute(
                f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), max(id))"
                f' FROM "{table}" HAVING max(id) IS NOT NULL'
            )


def bring_documents(url, store):
    """Keep what the release left as documents: each holds its own name."""
    engine = make_engine(url)
    with reading(engine) as connection:
        for name in connection.scalars(text("SELECT name FROM document")):
            store.put([name.encode()])
    engine.dispose()


def _numbered(url):
    """Return the tables that number their rows themselves."""
    engine = make_engine(url)
    found = inspect(engine)
    columns = [
        (name, column) for name in found.get_table_names() for column in found.get_columns(name)
    ]
    engine.dispose()
    return [name for name, column in columns if column["name"] == "id" and column["default"]]


def test_cases_of_the_previous_release_are_whole_and_go_on(
    anywhere, environment, empty_database_url
):
    leave_as_released(empty_database_url)
    bring_documents(empty_database_url, open_store(environment["TRAMITA_DOCUMENTS"]))
    before = ends_in(empty_database_url).seals
    assert "run: tramita db upgrade" in anywhere("definitions", "list", fails=1)

    anywhere("db", "upgrade")

    assert ends_in(empty_database_url).seals == before
    assert anywhere.json("verify")["sound"]
    engine = make_engine(empty_database_url)
    installation = Installation(engine, world().zone)
    for number, (story, steps) in UNDER_WAY.items():
        scenario = read_scenario(DEFINITIONS / "scenarios" / f"{story}.yaml", zone=world().zone)
        go_on(number, scenario.steps[steps], installation)
    uow = UnitOfWork(installation, now=datetime.now(UTC))
    assert place_events(uow) > 0
    assert verify_all(uow).is_sound
    assert verify_log(uow, keys=()).is_sound
    with reading(engine) as connection:
        assert mistallied(connection) == []
    engine.dispose()
