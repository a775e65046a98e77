"""A mail server that takes the call and says nothing: everything else goes on."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from socket import create_server

import pytest
from sqlalchemy import update

from tests.counts import count
from tests.servers.clockwork import shifted_to
from tests.servers.ports import LOOPBACK, free_port
from tests.servers.smtp import MailSink
from tests.services.conftest import NOON
from tests.services.errands import Office
from tests.services.test_clock import DAY_AFTER
from tests.web.filled import PASSWORD, Filled
from tests.web.pages import token_of
from web import create_app
from web.notices.courier import SmtpCourier
from web.settings import load_settings
from workflow.services.passwords import hash_password
from workflow.storage.people import Officer

PATIENCE = count(1, exhaustive=5)
"""How long the courier waits for an answer."""
ERRANDS = count(1, exhaustive=3)
PAGES = count(3, exhaustive=40)


@contextmanager
def silent(port):
    """Listen, take every call and never say a word; yield what tells that somebody called."""
    called, calls = threading.Event(), []

    def answer(listener):
        with suppress(OSError):  # it is closed
            while True:
                calls.append(listener.accept()[0])
                called.set()

    with create_server((LOOPBACK, port)) as listener:
        listener.settimeout(60)
        listening = threading.Thread(target=answer, args=(listener,))
        listening.start()
        yield called
        listener.shutdown(2)
    listening.join()
    for call in calls:
        call.close()


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def app(database_url, tmp_path, port):
    settings = {
        "TRAMITA_DATABASE_URL": database_url,
        "TRAMITA_SECRET_KEY": "only for tests, and long enough for them",
        "TRAMITA_BASE_URL": "http://localhost",
        "TRAMITA_DOCUMENTS": str(tmp_path / "documents"),
        "TRAMITA_MAIL_FROM": "tramita@example.org",
        "TRAMITA_SMTP_HOST": LOOPBACK,
        "TRAMITA_SMTP_PORT": str(port),
        "TRAMITA_SMTP_STARTTLS": "false",
        **shifted_to(DAY_AFTER),
    }
    made = create_app(load_settings(settings))
    yield made
    made.extensions["installation"].engine.dispose()


@pytest.fixture
def office(app):
    made = Office(app.extensions["installation"], NOON)
    courier = SmtpCourier(app, app.extensions["settings"], timeout=PATIENCE, rest=0.5)
    made.courier = courier
    with made.uow().writing() as connection:
        account = {"password_hash": hash_password(PASSWORD), "administrator": True}
        whom = update(Officer).where(Officer.email == "dario@example.org")
        connection.execute(whom.values(**account))
    yield made
    courier.rest()


def test_a_mail_server_that_says_nothing_holds_up_nothing_else(app, office, port, record_property):
    numbers = [office.open() for _ in range(ERRANDS)]
    office.open("household")
    office.now = DAY_AFTER
    keeper = visit(app)
    quiet = seconds_of_pages(keeper, numbers)
    with silent(port) as called:
        working = threading.Thread(target=office.turn)
        working.start()
        assert called.wait(30), "the courier never called"
        hung = seconds_of_pages(keeper, numbers)
        working.join(300)
        assert not working.is_alive()

    assert "delayed" in office.deliveries()
    assert "sent" not in office.deliveries()
    assert set(office.waiting()) == {"send_mail"}, "other work stood still"
    assert office.how_many_cases() == ERRANDS + 2, "the request it asks for was not opened"
    page = keeper.get("/administracao/avisos").text
    assert numbers[0] in page
    assert "Timeout" in page or "timed out" in page
    sent = all_are_sent(office, port)
    record_property("pages while mail flowed, seconds, the slowest", round(max(quiet), 2))
    record_property("pages while the mail server hung, seconds, the slowest", round(max(hung), 2))
    record_property("mails sent once it answered", sent)
    assert max(hung) < PATIENCE + 20  # no page waits for the turn of a courier that waits


def visit(app):
    """Sign in as somebody who keeps the installation and works on the errands."""
    visitor = Filled(app).app.test_client()
    token = token_of(visitor.get("/entrar").text)
    fields = {"email": "dario@example.org", "password": PASSWORD, "csrf": token}
    assert visitor.post("/entrar", data=fields).status_code == 303
    return visitor


def seconds_of_pages(visitor, numbers):
    """Read and write for a while; return how long each took."""
    token = token_of(visitor.get("/preferencias/").text)
    took = []
    for n in range(PAGES):
        began, number = time.monotonic(), numbers[n % len(numbers)]
        assert visitor.get(f"/pedidos/{number}").status_code == 200
        said = {"text": f"Nota {n}", "readers": "agencies", "csrf": token}
        assert visitor.post(f"/pedidos/{number}/comentarios", data=said).status_code == 303
        took.append(time.monotonic() - began)
    return took


def all_are_sent(office, port):
    """Let the server answer; return how many mails came, each once."""
    sink = MailSink(port=port)
    sink.start()
    try:
        for _ in range(20):
            time.sleep(0.1)
            office.hurry()
            office.work()
            if not office.waiting():
                break
    finally:
        sink.stop()
    names = [mail.message["Message-ID"] for mail in sink.mails]
    assert office.waiting() == []
    assert len(names) == len(set(names))
    return len(names)
