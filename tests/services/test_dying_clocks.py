"""A clock that dies between telling people of an act and noting that it did."""

from __future__ import annotations

from sqlalchemy import text

from tests.services.conftest import NOON
from tests.services.errands import Office
from workflow.services.untold import Worked
from workflow.storage.dialect import is_sqlite
from workflow.storage.untold import untold_keys

_ON_SQLITE = (
    "CREATE TRIGGER dies BEFORE UPDATE ON act_key BEGIN SELECT RAISE(ABORT, 'it died'); END",
)
_ON_POSTGRESQL = (
    "CREATE FUNCTION dies() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'it died'; END $$",
    "CREATE TRIGGER dies BEFORE UPDATE ON act_key FOR EACH ROW EXECUTE FUNCTION dies()",
)


def do(office, *statements):
    with office.uow().writing() as connection:
        for statement in statements:
            connection.execute(text(statement))


def test_nobody_was_told_and_the_next_clock_tells(installation):
    office = Office(installation, NOON)
    on_sqlite = is_sqlite(installation.engine)
    office.open()
    do(office, *(_ON_SQLITE if on_sqlite else _ON_POSTGRESQL))

    assert office.work() == Worked(failed=1)
    with office.uow().reading() as connection:
        assert len(untold_keys(connection, limit=9)) == 1
    assert (office.told(), office.waiting()) == ([], [])

    do(office, "DROP TRIGGER dies" if on_sqlite else "DROP TRIGGER dies ON act_key")
    office.work()
    assert office.told() == [("task_opened", office.doer), ("task_opened", office.head)]
    assert len(office.courier.letters) == 2
