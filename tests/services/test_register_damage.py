"""Whatever somebody does to register entries in the database is found, and told where."""

from __future__ import annotations

from contextlib import contextmanager

import pytest
from sqlalchemy import Date, DateTime, Integer, text
from sqlalchemy.exc import DBAPIError

from tests.installation import acting_as, furnish
from tests.services.conftest import NOON
from tests.world import DEFINITIONS
from workflow.core.registers.entries import rebuild
from workflow.services.register_lists import history
from workflow.services.register_types import deploy_registers
from workflow.services.register_verification import verify_entries
from workflow.services.registers import change, create
from workflow.storage.registers import RegisterEntry, RegisterEvent, RegisterPrivate

POINT = {"agency": "SES", "unit": "Aest", "holder_name": "Zulmira", "act": "Of. 1"}
POINT["holder_email"] = "a@x.example"
TOLD_BY_NOTHING = {"id", "entry_id", "warned_until", "wake_at", "logged", "key", "erased_at"}
"""Columns that no line tells of: what the clock does and did, by what acts are known again."""
KEYS = {
    "register_entry": "id = 2",
    "register_event": "entry_id = 2 AND seq = 1",
    "register_private": "entry_id = 2",
}


@pytest.fixture
def entry(installation, uow):
    """Keep a partner, and somebody of whom an entry tells and told otherwise before."""
    furnish(uow, types=())
    deploy_registers(uow, [DEFINITIONS / "registers"])
    office = acting_as(installation, "SES", now=NOON)
    create(office, "partner", {"name": "Porto", "kind": "university", "country": "PT"}, key="a")
    number = create(office, "focal_point", POINT, key="b").number
    change(office, number, {"holder_name": "Ambrósia"}, key="c")
    assert verify_entries(uow).unsound == ()
    return number


@contextmanager
def done(engine, statement):
    """Do something to the database that nothing holds back, and put everything back."""
    names = [table.__tablename__ for table in (RegisterEntry, RegisterEvent, RegisterPrivate)]
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
        else:
            connection.execute(text("SET session_replication_role = replica"))
        for name in names:
            connection.execute(text(f"CREATE TEMP TABLE kept_{name} AS SELECT * FROM {name}"))
        connection.commit()
        try:
            many = connection.execute(text(statement)).rowcount
            connection.commit()
            yield many
        except DBAPIError:  # the database itself refuses it
            connection.rollback()
            yield 0
        for name in names:
            connection.execute(text(f"DELETE FROM {name}"))
            connection.execute(text(f"INSERT INTO {name} SELECT * FROM kept_{name}"))
            connection.execute(text(f"DROP TABLE kept_{name}"))
        connection.commit()
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = origin"))
            connection.commit()


def otherwise(column, *, embedded):
    """List what a column may be made to say: what cannot be read too, where it is taken."""
    if embedded:
        return ["NULL", "x'ff7b'", "CAST(x'ff7b' AS TEXT)", "'{'", "'x'"]
    kinds = {Integer: "7", Date: "DATE '2001-01-01'", DateTime: "now()"}
    said = next((v for kind, v in kinds.items() if isinstance(column.type, kind)), None)
    return ["NULL", said or ("'\"x\"'" if "JSON" in repr(column.type).upper() else "'x'")]


def test_each_value_that_says_something_else_is_told(entry, uow, engine, record_property):
    embedded, tried = engine.dialect.name == "sqlite", 0
    columns = [
        (table.__tablename__, column)
        for table in (RegisterEntry, RegisterEvent, RegisterPrivate)
        for column in table.__table__.c
        if column.name not in TOLD_BY_NOTHING
    ]
    for name, column in columns:
        for value in otherwise(column, embedded=embedded):
            same = f"CAST({column.name} AS TEXT) IS NOT DISTINCT FROM CAST({value} AS TEXT)"
            where = f"{KEYS[name]} AND NOT ({same})"
            with done(engine, f"UPDATE {name} SET {column.name} = {value} WHERE {where}") as many:
                found = verify_entries(uow).unsound if many else ()
            tried += many
            said = {number for number, _ in found} - {"PAR-000001"}
            assert not many or said, (column.name, value, found)
    record_property("damaged values, all found", tried)


def test_each_row_that_is_gone_or_came_is_told(entry, uow, engine, installation):
    line = "entry_id, seq + 9, kind, at, officer, agency, on_behalf_of, body, hash, NULL"
    ways = {
        "DELETE FROM register_entry WHERE id = 2": (entry, "is gone"),
        "DELETE FROM register_event WHERE entry_id = 2": (entry, "no history"),
        "DELETE FROM register_event WHERE entry_id = 2 AND seq = 1": (entry, "line 2"),
        "DELETE FROM register_event WHERE entry_id = 2 AND seq = 2": (entry, "differs"),
        "DELETE FROM register_private WHERE entry_id = 2": (entry, "line 1 is gone"),
        "UPDATE register_event SET entry_id = 9 WHERE entry_id = 2": ("", "an entry 9"),
        f"INSERT INTO register_event SELECT {line} FROM register_event WHERE entry_id = 2"
        " AND seq = 2": (entry, "line 11"),
        "INSERT INTO register_private SELECT entry_id, 'x', salt, value, erased_at"
        " FROM register_private WHERE entry_id = 2 LIMIT 1": (entry, "no line tells"),
        "UPDATE register_event SET kind = 'x' WHERE entry_id = 2 AND seq = 2": (entry, "line 2"),
    }
    for statement, (number, why) in ways.items():
        with done(engine, statement) as did:
            found = verify_entries(uow).unsound
        assert did, statement
        assert any(no == number and why in said for no, said in found), (statement, found)
    assert verify_entries(uow).unsound == ()
    owned = "UPDATE register_event SET agency = 'SCC' WHERE entry_id = 2 AND seq = 1"
    with done(engine, owned), pytest.raises(ValueError, match="line 1"):
        rebuild(entry, history(acting_as(installation, "SCC", now=NOON), entry))
