"""The clock as a process: it beats, and stops when it is told to."""

from __future__ import annotations

import signal
from datetime import timedelta

import pytest

from tests.servers.clockwork import shifted_to, ticking
from tests.services.conftest import NOON
from tests.services.errands import Office
from tests.services.test_clock import DAY_AFTER
from web import create_app
from web.settings import load_settings
from workflow.services import clock


@pytest.fixture
def environment(database_url, tmp_path, mail_sink):
    return {
        "TRAMITA_DATABASE_URL": database_url,
        "TRAMITA_SECRET_KEY": "only for tests, and long enough for them",
        "TRAMITA_DOCUMENTS": str(tmp_path / "documents"),
        "TRAMITA_MAIL_FROM": "tramita@example.org",
        "TRAMITA_SMTP_HOST": mail_sink.host,
        "TRAMITA_SMTP_PORT": str(mail_sink.port),
        "TRAMITA_SMTP_STARTTLS": "false",
        "TRAMITA_SWEEP_SECONDS": "1",
        **shifted_to(DAY_AFTER + timedelta(minutes=1)),
    }


@pytest.fixture
def office(environment):
    """Give an office where every errand was due yesterday."""
    app = create_app(load_settings(environment))
    installation = app.extensions["installation"]
    yield Office(installation, NOON)
    installation.engine.dispose()


def test_a_clock_process_ends_well_when_it_is_told_to(environment, office, mail_sink, tmp_path):
    office.open()
    log = tmp_path / "clock.log"
    with ticking(environment, log=log) as process:
        mail_sink.wait_for(4, timeout=90)
        (alive,) = clock.health(office.uow()).processes
        assert f":{process.pid}:" in alive.process
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0

    assert "the clock has stopped" in log.read_text()
    assert "Traceback" not in log.read_text()
    assert clock.health(office.uow()).processes == ()
