"""The clock as a process: it stops when told to, and nothing is lost when it is killed."""

from __future__ import annotations

import signal
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from tests.servers.clockwork import ticking
from tests.services.errands import Office
from web import create_app
from web.settings import load_settings

CASES = 12
KILLS = 3


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
    }


@pytest.fixture
def office(environment):
    """Give an office where every errand was opened a month ago, so is overdue."""
    app = create_app(load_settings(environment))
    installation = app.extensions["installation"]
    yield Office(installation, datetime.now(UTC) - timedelta(days=30))
    installation.engine.dispose()


def await_quiet(office, process, *, seconds=60):
    """Wait until everything due has been done."""
    limit = time.monotonic() + seconds
    while time.monotonic() < limit and process.poll() is None:
        if office.deliveries() and not office.waiting():
            return
        time.sleep(0.2)
    raise TimeoutError(f"still waiting: {office.waiting()}")


def test_a_clock_process_ends_well_when_it_is_told_to(environment, office, mail_sink, tmp_path):
    office.open()
    log = tmp_path / "clock.log"
    with ticking(environment, log=log) as process:
        mail_sink.wait_for(4, timeout=30)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0

    assert "the clock has stopped" in log.read_text()
    assert "Traceback" not in log.read_text()


def test_a_killed_clock_loses_nothing_and_doubles_nothing(
    environment, office, mail_sink, *, tmp_path, random, record_property
):
    numbers = [office.open() for _ in range(CASES)]
    log = tmp_path / "clock.log"
    for _ in range(KILLS):
        with ticking(environment, log=log) as process:
            before = len(mail_sink.mails)
            mail_sink.wait_for(before + 1, timeout=30)
            time.sleep(random.uniform(0, 0.3))
            process.kill()
        office.hurry()  # as if the leases of the dead had run out
    with ticking(environment, log=log) as process, ticking(environment, log=log):
        await_quiet(office, process)

    sent = Counter(mail.message["Message-ID"] for mail in mail_sink.mails)
    kinds = Counter(office.told("email"))
    assert len(sent) == 4 * len(numbers)
    assert kinds == {
        (kind, officer): CASES
        for kind in ("task_opened", "overdue")
        for officer in (office.doer, office.head)
    }
    repeated = sum(sent.values()) - len(sent)
    assert repeated <= KILLS
    record_property("mails", len(sent))
    record_property("sent again, under the same name", repeated)
