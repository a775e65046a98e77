"""On PostgreSQL the policies show nobody more than the rules do, whatever a query forgets."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import ProgrammingError

from tests.servers.installed import ZONE
from tests.web.matrix.accounts import NOW, officer_of, token_of
from tests.web.matrix.oracle import PARTS, SEALED, knows
from tests.web.matrix.people import BY_NAME, PEOPLE, Person
from tests.web.matrix.world import fill
from workflow.core.powers import REQUESTER, Powers
from workflow.services.installation import Installation
from workflow.services.sign_in import principal
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.direct import directly
from workflow.storage.engine import acting, make_engine, observing, reading, writing
from workflow.storage.roles import restrict
from workflow.storage.sight import EVERYTHING, NOTHING, Sight

TABLES = (
    *("case", "event", "task", "passage", "document", "private_value"),
    *("case_agency", "case_reader", "case_deadline"),
)
SIGNED_IN = tuple(person for person in PEOPLE if person.signed_in)
FOREIGN = BY_NAME["foreign officer"]
INSIDE = BY_NAME["officer of the requester"]


@dataclass(slots=True)
class Behind:
    """A world of cases of every access, and an engine that the policies bind."""

    engine: Engine
    facts: dict[str, str]
    ids: dict[int, str] = field(default_factory=dict)
    """The names of the cases by their ids."""

    def uow(self, person: Person) -> UnitOfWork:
        """Begin a unit of work in somebody's name, as a page does."""
        uow = UnitOfWork(Installation(self.engine, ZONE), now=NOW)
        if person.guest_of:
            number = self.facts[person.guest_of]
            return uow.as_powers(Powers(guest=REQUESTER, guest_of=number))
        known = principal(uow, token_of(person)) if person.signed_in else None
        return uow.as_powers(known.powers) if known else uow

    def cases_in(self, table: str, sight: Sight) -> set[str]:
        """Return of which cases a table shows anything at all, asked of nothing else."""
        column = "id" if table == "case" else "case_id"
        with reading(self.engine, sight) as connection:
            found = connection.execute(text(f'SELECT {column} FROM "{table}"')).scalars()
            return {self.ids[one] for one in found}


def seen_by(person: Person) -> set[str]:
    """Return the cases of which somebody may be shown anything."""
    return {case for case in PARTS if knows(person, case) or person.guest_of == case}


@pytest.fixture(scope="module")
def behind(postgres_server, installed_postgresql_template, tmp_path_factory) -> Iterator[Behind]:
    """Play the cases as the owner of the tables, and come back under a role."""
    url, role = postgres_server.create(installed_postgresql_template), f"web{secrets.token_hex(4)}"
    owner = make_engine(url)
    facts = fill(Installation(owner, ZONE), tmp_path_factory.mktemp("wall"))
    with writing(owner) as connection:
        connection.execute(text(f"CREATE ROLE {role}"))
        restrict(connection, role)
        cases = connection.execute(text('SELECT number, id FROM "case"'))
        numbers = {row.number: row.id for row in cases}
    joined = "&" if "?" in url else "?"
    engine = make_engine(f"{url}{joined}options=-c%20role%3D{role}")
    yield Behind(engine, facts, {numbers[facts[name]]: name for name in PARTS})
    engine.dispose()
    with writing(owner) as connection:
        connection.execute(text(f"DROP OWNED BY {role}"))
        connection.execute(text(f"DROP ROLE {role}"))
    owner.dispose()
    postgres_server.drop(url)


def test_without_any_where_a_table_shows_only_what_somebody_may_know_of(behind, record_property):
    held = {table: behind.cases_in(table, EVERYTHING) for table in TABLES}
    assert held["case"] == held["event"] == held["case_agency"] == set(PARTS)
    assert all(held[table] & SEALED for table in TABLES), held
    shown = {
        (person.name, table): behind.cases_in(table, behind.uow(person).sight)
        for person in PEOPLE
        for table in TABLES
    }
    allowed = {
        (person.name, table): seen_by(person) & held[table] for person in PEOPLE for table in TABLES
    }
    record_property("cells", len(PEOPLE) * len(TABLES) * len(PARTS))
    assert shown == allowed


def test_a_connection_that_was_told_of_nobody_shows_nothing(behind):
    for sight, seen in ((EVERYTHING, set(PARTS)), (NOTHING, set())):
        assert behind.cases_in("event", sight) == seen
        with writing(behind.engine, EVERYTHING) as connection:
            assert len(connection.execute(text('SELECT 1 FROM "case"')).all()) == len(PARTS)
        assert behind.cases_in("case", sight) == seen
    assert behind.cases_in("event", EVERYTHING)
    for hold in (reading, writing, observing, acting):
        with hold(behind.engine) as held:
            assert int(directly(held).ask('SELECT count(*) FROM "case"', [])) == 0


def test_a_connection_of_which_it_was_not_noted_what_it_sees_is_told_again(behind):
    def interrupt(*_: object) -> None:
        raise InterruptedError

    with acting(behind.engine):
        pass
    event.listen(behind.engine, "after_cursor_execute", interrupt)
    with pytest.raises(InterruptedError), acting(behind.engine, EVERYTHING):
        pass
    event.remove(behind.engine, "after_cursor_execute", interrupt)
    with acting(behind.engine) as held:
        assert int(held.ask('SELECT count(*) FROM "case"', [])) == 0


def test_notices_and_drafts_are_shown_to_their_owners(behind):
    for person in SIGNED_IN:
        with behind.uow(person).reading() as connection:
            for table in ("notice", "draft"):
                found = connection.execute(text(f"SELECT officer_id FROM {table}")).scalars()
                assert person.audits or set(found) == {officer_of(person)}


def add_line(connection: Connection, case_id: int) -> None:
    connection.execute(
        text(
            "INSERT INTO event (case_id, seq, kind, at, body, hash)"
            " VALUES (:case_id, 9999, 'comment', now(), '{}', '')"
        ),
        {"case_id": case_id},
    )


@pytest.mark.parametrize("case", sorted(PARTS))
def test_nobody_adds_to_the_history_of_a_case_that_is_not_there_for_them(behind, case):
    case_id = next(one for one, name in behind.ids.items() if name == case)
    for person in (FOREIGN, INSIDE, BY_NAME["nobody"], BY_NAME["administrator"]):
        uow = behind.uow(person)
        hidden = pytest.raises(ProgrammingError, match="row-level security")
        with nullcontext() if knows(person, case) else hidden, uow.writing() as connection:
            add_line(connection, case_id)
            connection.rollback()


def test_nobody_changes_a_case_that_is_not_there_for_them_nor_any_history(behind):
    touched = text('UPDATE "case" SET subject = subject')
    for person in PEOPLE:
        with behind.uow(person).writing() as connection:
            assert connection.execute(touched).rowcount == len(seen_by(person))
    for change in ("UPDATE event SET kind = ''", "DELETE FROM event"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            behind.uow(INSIDE).writing() as connection,
        ):
            connection.execute(text(change))
