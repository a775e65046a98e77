"""A PostgreSQL server that dies or has no room under eight people: nothing acknowledged is lost.

It is a server of its own, as durable as the product's manual asks, on a disk of its own.
"""

from __future__ import annotations

import time
import uuid
from statistics import median

import pytest

from tests.counts import count
from tests.faults.crowd import at_work, signed_in
from tests.faults.ledger import hold_against, lines_of_history
from tests.faults.offices import offices, settings_of
from tests.installation import furnish, staff
from tests.servers.disks import small_disk
from tests.servers.installed import NEW_YEAR, ZONE
from tests.servers.ports import LOOPBACK
from tests.servers.postgres import Postgres, binaries, served
from tests.servers.supervised import supervised
from tests.services.rounds import OPENER
from tests.web.site import address
from workflow.services.installation import Installation
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import make_engine
from workflow.storage.migrations import upgrade

KILLS = count(1, exhaustive=10)
TIMES_FULL = count(1, exhaustive=5)
BETWEEN = count(5, exhaustive=100)
MEGABYTES = 400
TYPED = "Um texto comprido que ninguém quer perder."
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_wal_size": "64MB",  # what is kept of old work is no more than the disk has room for
    "min_wal_size": "32MB",
}


@pytest.fixture(scope="module")
def disk():
    with small_disk(megabytes=MEGABYTES) as small:
        yield small


@pytest.fixture(scope="module")
def server(disk):
    with served(binaries(), settings=SETTINGS, folder=disk.folder) as mortal:
        yield mortal


@pytest.fixture(scope="module")
def made(server):
    url = Postgres(server.url).create()
    upgrade(url)
    engine = make_engine(url)
    uow = UnitOfWork(Installation(engine, ZONE), now=NEW_YEAR)
    furnish(uow, types=())
    staff(uow)
    engine.dispose()
    return offices(url, drafts=count(6, exhaustive=200)), url


@pytest.fixture(scope="module")
def web(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("web")
    with supervised(settings_of(made[1], folder), log=folder / "gunicorn.log") as server:
        yield server


@pytest.fixture
def people(made, web, random):
    """Let eight people work; whatever happens, hold what they were told against what is kept."""
    there, _ = made
    with there.installation.engine.connect() as connection:
        before = lines_of_history(connection)
    there.installation.engine.dispose()
    with at_work(web.url, there, random=random) as crowd:
        yield crowd
    assert crowd.ledger.shocks == []
    hold_against(crowd.ledger, there.installation, before=before)
    there.installation.engine.dispose()


def test_nothing_is_lost_when_the_database_server_is_killed(server, people, record_property):
    browser, gaps = signed_in(people.url, address(OPENER)), []
    for _ in range(KILLS):
        people.await_acts(BETWEEN)
        killed = time.monotonic()
        server.kill()
        _is_told(browser, people)  # by now nobody works on who does not know of it
        gone = time.monotonic()
        server.start_again()
        people.await_acts(BETWEEN)
        gaps.append(people.ledger.first_after(gone) + gone - killed)

    browser.session.close()
    record_property("kills of the database server", KILLS)
    record_property("acts acknowledged", len(people.ledger.acknowledged))
    record_property("acts acknowledged and lost", 0)
    record_property("told to come back later", people.ledger.unavailable)
    record_property("first acknowledgement after a kill, seconds, median", round(median(gaps), 1))
    record_property("first acknowledgement after a kill, seconds, longest", round(max(gaps), 1))


def _is_told(browser, people):
    """Hold that whoever reads or writes meanwhile is told what to do, and has what they typed."""
    case = f"/pedidos/{people.offices.numbers[0]}"
    read = browser.get(case)
    assert (read.status_code, read.headers["Retry-After"]) == (503, "30")
    assert f'href="{case}">Tentar de novo' in read.text
    once = str(uuid.uuid4())
    people.ledger.tried[f"form:{once}"] = "comment"
    written = browser.post(f"{case}/comentarios", {"text": TYPED, "once": once})
    assert written.status_code == 503
    assert "mesmo enviado duas vezes, vale uma só" in written.text
    assert TYPED in written.text
    assert f'value="{once}"' in written.text


def test_nothing_is_lost_when_its_disk_is_full(server, disk, people, record_property):
    browser = signed_in(people.url, address(OPENER))
    said = set()
    for n in range(TIMES_FULL):
        people.await_acts(BETWEEN)
        disk.fill(server.pid)
        people.await_trouble(people.ledger.unavailable + people.ledger.lost + 20)
        people.ledger.tried[f"form:full {n}"] = "comment"
        page = browser.post(
            f"/pedidos/{people.offices.numbers[0]}/comentarios",
            {"text": TYPED, "once": f"full {n}"},
        )
        said.add(page.status_code)
        disk.free(server.pid)
        server.start_again()
        people.await_acts(BETWEEN)

    browser.session.close()
    assert said <= {503, 303}
    record_property("times full", TIMES_FULL)
    record_property("acts acknowledged", len(people.ledger.acknowledged))
    record_property("acts acknowledged and lost", 0)
    record_property("told to come back later", people.ledger.unavailable)
