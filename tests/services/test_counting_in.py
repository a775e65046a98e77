"""What happens to a request whose opening was to count in what moved, and could not."""

from __future__ import annotations

from sqlalchemy import text, update

from tests.services.conftest import NOON
from tests.services.errands import Office
from workflow.services import cases
from workflow.storage.audit import miscounted
from workflow.storage.case import CaseNumber
from workflow.storage.dialect import is_sqlite
from workflow.storage.queries.counted import count_in

_IN_THE_WAY = (
    "CREATE FUNCTION stand_in_the_way() RETURNS trigger LANGUAGE plpgsql"
    " AS $$ BEGIN RAISE 'two wait for each other' USING ERRCODE = '40P01'; END $$",
    "CREATE TRIGGER stand_in_the_way BEFORE INSERT ON queue_tally"
    " EXECUTE FUNCTION stand_in_the_way()",
)
_AGAIN = ("DROP TRIGGER stand_in_the_way ON queue_tally",)


def test_a_request_is_open_though_what_moved_cannot_be_counted_in(installation):
    office = Office(installation, NOON)
    on_sqlite = is_sqlite(installation.engine)
    office.open()
    with office.uow().writing() as connection:
        connection.execute(update(CaseNumber).values(last=cases.COUNTED_IN - 1))
        for statement in ["ALTER TABLE queue_tally RENAME TO aside"] if on_sqlite else _IN_THE_WAY:
            connection.execute(text(statement))

    number = office.open()

    assert int(number.split("-")[1]) == cases.COUNTED_IN
    with office.uow().writing() as connection:
        for statement in ["ALTER TABLE aside RENAME TO queue_tally"] if on_sqlite else _AGAIN:
            connection.execute(text(statement))
        assert count_in(connection) > 0
        assert miscounted(connection) == []
