"""A clock that hangs while it tells of an act: another one tells soon."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from zoneinfo import ZoneInfo

import pytest

from tests.servers.ports import Patience
from tests.services.conftest import NOON
from tests.services.errands import Office
from workflow.services.installation import Installation
from workflow.services.untold import Worked
from workflow.storage.engine import make_engine
from workflow.storage.untold import untold_keys

SOON = 75
"""Seconds within which the database lets go what nobody speaks of any more."""
HANGS = """
import os
import sys
from tests.services.conftest import NOON
from web import create_app
from web.notices.scheduler import Heartbeat
from web.settings import load_settings
from workflow.storage.untold import hold
heart = Heartbeat(create_app(load_settings(os.environ)))
with heart.uow().writing() as connection:
    hold(connection, sys.argv[1])
    print(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one(), flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def engine(postgresql_url):
    made = make_engine(postgresql_url)
    yield made
    made.dispose()


def test_a_clock_that_hangs_holds_no_act_for_long(engine, postgresql_url, tmp_path):
    office, key = waiting(engine)
    environ = {
        **os.environ,
        "TRAMITA_DATABASE_URL": postgresql_url,
        "TRAMITA_SECRET_KEY": "only for tests, and long enough for them",
        "TRAMITA_DOCUMENTS": str(tmp_path / "documents"),
    }
    with subprocess.Popen(
        [sys.executable, "-c", HANGS, key],
        env=environ,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as clock:
        try:
            backend = int(clock.stdout.readline())
            clock.send_signal(signal.SIGSTOP)
            assert office.work() == Worked(), "another clock leaves it alone"
            assert ends(backend)
            assert office.work() == Worked(done=3)
        finally:
            clock.kill()


def waiting(engine):
    """Return an office and the key of the one act that people are to be told of there."""
    office = Office(Installation(engine, ZoneInfo("America/Sao_Paulo")), NOON)
    office.open()
    with office.uow().reading() as connection:
        (key,) = untold_keys(connection, limit=9)
    return office, key


def ends(backend):
    """Wait until a process of the database server has ended; False where it does not."""
    limit = Patience(SOON)
    while is_running(backend):
        if not limit.pause():
            return False
    return True


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
