"""Clock processes killed at random under load: every warning that is due is effective once.

The clocks run at a shifted time, the morning after every errand was due, on a real mail server.
"""

from __future__ import annotations

import time
from collections import Counter
from contextlib import ExitStack, suppress
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from tests.counts import EXHAUSTIVE, count
from tests.servers.clockwork import shifted_to, ticking
from tests.servers.databases import on_a_drawn_database
from tests.services.conftest import NOON
from tests.services.errands import Office
from tests.services.test_clock import DAY_AFTER
from web import create_app
from web.settings import load_settings
from workflow.services import clock
from workflow.storage.work import Delivery, JobRow, NoticeRow

CASES = count(20, exhaustive=500)
"""Each owes a warning to two people."""
AT_ONCE = 2
"""How many clocks run at a time."""
MAILS = count(12, exhaustive=60)
"""How many mails go out between two kills, at most."""
PATIENCE = count(120, exhaustive=1800)
MORNING = DAY_AFTER + timedelta(minutes=1)
HOST = "tramita.example"


@pytest.fixture
def environment(database_url, tmp_path, mail_sink):
    return {
        "TRAMITA_DATABASE_URL": database_url,
        "TRAMITA_SECRET_KEY": "only for tests, and long enough for them",
        "TRAMITA_BASE_URL": f"https://{HOST}",
        "TRAMITA_DOCUMENTS": str(tmp_path / "documents"),
        "TRAMITA_MAIL_FROM": "tramita@example.org",
        "TRAMITA_SMTP_HOST": mail_sink.host,
        "TRAMITA_SMTP_PORT": str(mail_sink.port),
        "TRAMITA_SMTP_STARTTLS": "false",
        "TRAMITA_SWEEP_SECONDS": "1",
        **shifted_to(MORNING),
    }


@pytest.fixture
def office(environment):
    """Give an office whose errands were all told of on the pages, and forgotten until today."""
    installation = create_app(load_settings(environment)).extensions["installation"]
    made = Office(installation, NOON)
    for _ in range(CASES):
        made.open()
    clock.work_off(made.uow, owner="before", courier=None)
    made.now = MORNING
    yield made
    installation.engine.dispose()


def bury(office, process):
    """Let the leases of a dead process run out at once; they would by themselves in a minute."""
    uow = office.uow()
    with uow.writing() as connection:
        held = JobRow.lease_owner.contains(f":{process.pid}:")
        connection.execute(update(JobRow).where(held).values(lease_until=None))


def is_quiet(office, mails):
    """Say whether nothing is due and nothing waits, and some mail has come."""
    health = clock.health(office.uow())
    return bool(mails) and not health.lag and not health.backlog.jobs


def kill_at_random(office, environment, log, *, mail_sink, random):
    """Kill clocks, and start others in their place, until all is done; return how many died."""
    kills, limit = 0, time.monotonic() + PATIENCE
    with ExitStack() as stack:
        alive = [stack.enter_context(ticking(environment, log=log)) for _ in range(AT_ONCE)]
        mail_sink.wait_for(1, timeout=60)
        while not is_quiet(office, mail_sink.mails):
            if time.monotonic() > limit:
                raise TimeoutError(
                    f"{clock.health(office.uow()).backlog}: {log.read_text()[-2000:]}"
                )
            with suppress(TimeoutError):
                more = len(mail_sink.mails) + random.randint(1, MAILS)
                mail_sink.wait_for(more, timeout=count(5, exhaustive=20))
            time.sleep(random.uniform(0, 0.1))
            dead = alive.pop(random.randrange(AT_ONCE))
            dead.kill()
            dead.wait(10)
            kills += 1
            if not EXHAUSTIVE:
                bury(office, dead)
            alive.append(stack.enter_context(ticking(environment, log=log)))
    return kills


@on_a_drawn_database
def test_every_due_warning_is_effective_once_whatever_dies(
    environment, office, mail_sink, *, tmp_path, random, record_property
):
    begun = time.monotonic()
    kills = kill_at_random(
        office, environment, tmp_path / "clock.log", mail_sink=mail_sink, random=random
    )
    seconds = time.monotonic() - begun

    with office.uow().reading() as connection:
        mailed = select(NoticeRow.id).where(NoticeRow.channel == "email")
        owed = {f"<notice-{id_}@{HOST}>" for id_ in connection.execute(mailed).scalars()}
        each = select(func.count()).where(Delivery.result == "sent").group_by(Delivery.notice_id)
        logged = list(connection.execute(each).scalars())
    names = (mail.message["Message-ID"] for mail in mail_sink.mails)
    came = Counter(name for name in names if not name.startswith("<digest-"))
    repeated = came.total() - len(came)
    told = Counter(office.told("email"))

    assert told == {("overdue", officer): CASES for officer in (office.doer, office.head)}
    assert set(came) == owed
    assert len(logged) == len(owed) == 2 * CASES
    assert repeated <= kills
    assert clock.health(office.uow()).failed == 0
    record_property("clocks killed", kills)
    record_property("warnings due", len(owed))
    record_property("mails received", came.total())
    record_property("of them again, under the same Message-ID", repeated)
    record_property("warnings missing", len(owed - set(came)))
    record_property("seconds", round(seconds))
