"""On PostgreSQL the processes work under a role that can add to history and not change it."""

from __future__ import annotations

import secrets
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, text, update
from sqlalchemy.exc import ProgrammingError

from tests.installation import acting_as, keep_registers
from tests.services.conftest import NOON
from tests.services.errands import Office
from workflow.services.history_log import place_events
from workflow.services.installation import Installation
from workflow.services.proving import verify_log
from workflow.services.purging import purge
from workflow.services.registers import create
from workflow.services.signing import make_key, signer_from
from workflow.services.tree_heads import Folder, publish_heads, sign_head
from workflow.storage.case import Case, EventRow, PrivateValue
from workflow.storage.engine import make_engine
from workflow.storage.history_log import LogHead, LogLeaf, LogNode
from workflow.storage.migrations import downgrade, upgrade
from workflow.storage.roles import AS_OWNER, UnknownRoleError, restrict


@pytest.fixture
def role(postgresql_url):
    """Make a role for the processes, and take it away again."""
    name = f"tramita-{secrets.token_hex(4)}"
    owner = make_engine(postgresql_url)
    with owner.begin() as connection:
        connection.execute(text(f'CREATE ROLE "{name}"'))
        restrict(connection, name)
        restrict(connection, name)
    yield name
    with owner.begin() as connection:
        connection.execute(text(f'DROP OWNED BY "{name}"'))
        connection.execute(text(f'DROP ROLE "{name}"'))
    owner.dispose()


@pytest.fixture
def office(postgresql_url, role):
    """Work in an office, its processes under the role."""
    joined = "&" if "?" in postgresql_url else "?"
    engine = make_engine(f"{postgresql_url}{joined}options=-c%20role%3D{role}")
    yield Office(Installation(engine, ZoneInfo("America/Sao_Paulo")), NOON)
    engine.dispose()


def test_the_processes_do_all_their_work_and_cannot_change_history(office, tmp_path):
    make_key(tmp_path / "key", "log.example.org")
    signer, folder = signer_from(tmp_path / "key"), Folder(tmp_path / "heads")
    number = office.open()
    office.claim(number)
    office.complete(number)
    keep_registers(office.uow())
    of_scc = acting_as(office.installation, "SCC", now=office.now)
    create(of_scc, "partner", {"name": "Porto", "kind": "university", "country": "PT"}, key="p")
    office.turn(office.now + timedelta(days=40))
    assert place_events(office.uow()) > 0
    sign_head(office.uow(), signer)
    publish_heads(office.uow(), [folder])
    purge(office.uow())
    found = verify_log(office.uow(), keys=[signer.public], outside=folder.heads())
    assert (found.flaws, found.of_entries) == ((), 1)

    for change in (
        update(LogLeaf).values(seal=""),
        *(delete(table) for table in (EventRow, LogLeaf, LogNode, LogHead, PrivateValue, Case)),
        update(EventRow).values(kind="case_closed"),
        update(LogNode).values(hash=""),
        update(LogHead).values(note=""),
        text("TRUNCATE event"),
        text("DROP TABLE event"),
        text("UPDATE alembic_version SET version_num = '0001'"),
    ):
        with (
            pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
            office.uow().writing() as connection,
        ):
            connection.execute(change)


def test_nobody_else_may_ask_what_is_answered_as_the_owner(postgresql_url, role):
    asked = text(
        "SELECT oid::regprocedure::text FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace AND prosecdef"
        " AND has_function_privilege(:who, oid, 'EXECUTE')"
    )
    engine = make_engine(postgresql_url)

    def may(who):
        with engine.connect() as connection:
            return set(connection.execute(asked, {"who": who}).scalars())

    asked_at_work = {one.replace(", ", ",") for one in AS_OWNER}
    assert (may("public"), may(role)) == (set(), asked_at_work)
    downgrade(postgresql_url, "0025")
    with engine.begin() as connection:
        connection.execute(text(f'REVOKE EXECUTE ON FUNCTION {AS_OWNER[0]} FROM "{role}"'))
    upgrade(postgresql_url)
    assert (may("public"), may(role)) == (set(), asked_at_work)
    engine.dispose()


def test_only_a_role_that_can_be_held_to_it_is_restricted(postgresql_url):
    engine = make_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE ROLE everywhere BYPASSRLS"))
        connection.execute(text("CREATE ROLE deputy IN ROLE tests"))
        owners = ((name, "owns the tables") for name in ("tests", "everywhere", "deputy"))
        for name, why in (("nobody", "no role"), *owners):
            with pytest.raises(UnknownRoleError, match=why):
                restrict(connection, name)
        connection.rollback()
    engine.dispose()
