"""What the doctor says of settings and databases that people should not work with."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import text, update

from tests.servers.pooler import pooled
from tests.servers.ports import Patience
from tests.servers.postgres import SETTINGS, binaries, running
from tests.world import world
from web.commands.durability import _calendars, _line, _promised, _room, _unconfirmed
from web.commands.exposure import look_at_exposure
from web.commands.parts import CHOSEN_ON, RENEWED_WITHIN, look_at_parts
from web.settings import load_settings
from workflow.core.deadlines.calendar import CalendarDay, Calendars, DayKind, merge
from workflow.core.world import World
from workflow.services.signing import make_key
from workflow.storage.engine import make_engine, writing
from workflow.storage.promises import is_encrypted, promises, waiting_for_standbys
from workflow.storage.roles import may_change, restrict, sees_past_policies
from workflow.storage.work import Schedule

SECRET = "a secret of the tests, long enough for them"
SOUND = {
    "TRAMITA_SECRET_KEY": SECRET,
    "TRAMITA_BASE_URL": "https://tramita.example",
    "TRAMITA_PROXY_HOPS": "1",
    "TRAMITA_METRICS_TOKEN": "a token of the tests, long enough for them",
}


def told(**more):
    named = {n if n.isupper() else f"TRAMITA_{n.upper()}": str(v) for n, v in more.items()}
    given = {**SOUND, **named}
    chosen = load_settings({n: v for n, v in given.items() if n.startswith("TRAMITA_")})
    return list(look_at_exposure(chosen, given))


@pytest.fixture
def proof(tmp_path):
    make_key(tmp_path / "key", "tramita.example")
    return {"proof_key": tmp_path / "key", "proof_mail": "heads@example.org"}


def test_sound_settings_are_not_found_fault_with(proof):
    assert told(**proof) == []


@pytest.mark.parametrize(
    ("settings", "said", "wrong"),
    [
        ({"secret_key": "abcd" * 10}, "TRAMITA_SECRET_KEY can be guessed", True),
        ({"metrics_token": "x" * 40}, "TRAMITA_METRICS_TOKEN can be guessed", True),
        ({"former_secret_keys": "x" * 40}, "TRAMITA_FORMER_SECRET_KEYS can be guessed", True),
        ({"metrics_token": ""}, "Nobody is given the figures of /metricas", False),
        ({"base_url": "http://tramita.example"}, "passwords travel in the clear", True),
        ({"base_url": "http://127.0.0.1:8000"}, "reaches this machine", False),
        ({"cookie_secure": "false"}, "Cookies travel without encryption", True),
        ({"second_factor": "nobody"}, "A password alone lets administrators in", False),
        ({"proxy_hops": 0}, "The proxy with TLS is not known", False),
        ({"trusted_hosts": "other.example"}, "Nobody may ask under tramita.example", True),
        ({"trusted_hosts": "tramita.example,.gov.br"}, "any host that ends in .gov.br", True),
        ({"mail_folder": "/tmp/mail"}, "reaches nobody", True),
        (
            {
                "smtp_host": "mail.example",
                "mail_from": "t@mail.example",
                "smtp_user": "t",
                "smtp_starttls": "false",
            },
            "The password of the mail account",
            True,
        ),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG is set", True),
        ({"proof_mail": ""}, "in this database alone", False),
        ({"proof_key": ""}, "Nobody signs for the history", False),
    ],
)
def test_each_unsafe_setting_is_named_with_how_to_mend_it(proof, settings, said, wrong):
    (found,) = told(**{**proof, **settings})
    assert said in found.what
    assert found.mend
    assert found.wrong is wrong


def test_files_that_others_may_read_are_named(proof, tmp_path):
    proof["proof_key"].chmod(0o640)
    file = tmp_path / "tramita.toml"
    file.write_text("")
    file.chmod(0o644)

    found = told(**proof, settings=file)

    assert [finding.mend for finding in found] == [
        *(f"run: chmod o-rwx {file}", f"run: chmod 600 {proof['proof_key']}")
    ]


def test_a_demo_is_told_apart():
    (found,) = told(demo="true")
    assert "demo" in found.what


def test_what_the_server_may_lose_is_named():
    safe = {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "synchronous_standby_names": "ANY 1 (a, b)",
    }
    assert list(_promised(safe)) == []
    for name, value in (("fsync", "off"), ("synchronous_commit", "local")):
        (found,) = _promised({**safe, name: value})
        assert (name in found.mend, found.wrong) == (True, True)
    (alone,) = _promised({**safe, "synchronous_standby_names": ""})
    assert not alone.wrong
    assert [found.wrong for found in _line(encrypted=False)] == [True]
    assert list(_line(encrypted=True)) == []


def test_acts_that_wait_for_a_standby_are_told():
    alone = {**SETTINGS, "synchronous_standby_names": "nobody"}
    with (
        running(binaries(), settings=alone) as server,
        ThreadPoolExecutor(1) as acts,
        psycopg.connect(server.url, autocommit=True) as line,
    ):
        line.execute("CREATE TABLE done (what text)")
        line.execute("SET synchronous_commit = on")
        acts.submit(line.execute, "INSERT INTO done VALUES ('an act')")
        try:
            (finding,) = _waited_for(server.url, Patience(30))
        finally:
            line.cancel()
    assert (finding.what[:2], finding.wrong) == ("1 ", True)
    assert list(_unconfirmed(0)) == []


def _waited_for(url, patience):
    engine = make_engine(url)
    found = []
    while not found and patience.pause():
        with engine.connect() as connection:
            found = list(_unconfirmed(waiting_for_standbys(connection)))
    engine.dispose()
    return found


def test_an_account_that_can_change_history_or_see_all_is_told_from_another(
    postgresql_url,
):
    engine = make_engine(postgresql_url)
    with engine.begin() as connection:
        assert promises(connection)["fsync"] in {"on", "off"}
        assert may_change(connection) == ["event", "log_leaf", "log_node", "register_event"]
        assert sees_past_policies(connection)
        connection.execute(text("CREATE ROLE clerk"))
        restrict(connection, "clerk")
        connection.execute(text("SET LOCAL ROLE clerk"))
        assert may_change(connection) == []
        assert is_encrypted(connection)
        assert not sees_past_policies(connection)
        connection.execute(text("RESET ROLE"))
        connection.execute(text("ALTER ROLE clerk BYPASSRLS"))
        connection.execute(text("SET LOCAL ROLE clerk"))
        assert sees_past_policies(connection)
        connection.rollback()
    engine.dispose()


def test_a_pooler_that_lends_connections_is_named_and_nothing_begins_to_work(
    tramita, postgresql_url
):
    with pooled(postgresql_url, lends=True) as url:
        found = {f["what"]: f for f in tramita.json("doctor", TRAMITA_DATABASE_URL=url, fails=1)}
        refused = tramita("clock", "--once", TRAMITA_DATABASE_URL=url, fails=1)
    lent = next(f for what, f in found.items() if what.startswith("A pooler lends"))
    assert lent["state"] == "wrong"
    assert "pool_mode = session" in lent["mend"]
    assert "A pooler lends" in refused


def test_packages_older_than_promised_are_named():
    newest, oldest = CHOSEN_ON + timedelta(days=1), CHOSEN_ON + RENEWED_WITHIN
    assert [look_at_parts(day).wrong for day in (newest, oldest)] == [False, False]
    assert look_at_parts(oldest + timedelta(days=1)).wrong


def test_a_list_of_days_that_is_missing_is_named_in_time():
    announced = CalendarDay(
        day=date(2026, 1, 1), kind=DayKind.ANNOUNCEMENT, name="x", layer="BR", source="x"
    )
    calendars = Calendars([merge("BR", ["BR"], [announced])])
    here = World(world().network, calendars, {}, world().zone)

    assert list(_calendars(here, date(2026, 9, 30))) == []
    (found,) = _calendars(here, date(2026, 10, 1))
    assert "2027" in found.what
    assert "BR" in found.what


def test_a_full_disk_is_named_before_it_is_full(tmp_path):
    assert not _room(tmp_path, free=50, total=100).mend
    assert _room(tmp_path, free=9, total=100).mend
    assert _room(tmp_path, free=1, total=100).wrong


def test_a_clock_that_stopped_and_an_old_backup_are_named(filled, sqlite_url, tmp_path):
    filled("clock", "--once")
    filled("backup", tmp_path / "backup.tar")
    found = {f["what"]: f for f in filled.json("doctor", fails=1)}
    assert "The database is SQLite" in found
    assert any(what.startswith("The last backup") and not f["mend"] for what, f in found.items())

    engine = make_engine(sqlite_url)
    with writing(engine) as connection:
        long_ago = datetime.now(UTC) - timedelta(days=3)
        connection.execute(update(Schedule).values(last_fired_at=long_ago))
    engine.dispose()

    found = {f["what"].split(" at ")[0]: f for f in filled.json("doctor", fails=1)}
    assert found["The last backup was written"]["state"] == "notice"
    silent = next(f for what, f in found.items() if what.startswith("No clock process runs"))
    assert silent["state"] == "wrong"
