"""Mail as it arrives: in words, in three languages, once, whatever the server does."""

from __future__ import annotations

import re
import threading
import time
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import SMTP as SMTP_POLICY

import pytest

from tests.installation import employ
from tests.servers.clockwork import shifted_to
from tests.services.conftest import NOON
from tests.services.errands import Office
from web import create_app
from web.notices.courier import FolderCourier, SmtpCourier, courier_of
from web.notices.scheduler import Heartbeat, keep_beating, run
from web.settings import load_settings
from workflow.services import clock

TWO_BEFORE = datetime(2026, 3, 12, 11, 0, tzinfo=UTC)
DARIO, HELENA = "dario@example.org", "helena@example.org"


@pytest.fixture
def configured(database_url, tmp_path):
    """Build an application, with settings besides what every test needs."""
    apps = []

    def build(**more):
        given = {
            "TRAMITA_DATABASE_URL": database_url,
            "TRAMITA_SECRET_KEY": "only for tests, and long enough for them",
            "TRAMITA_BASE_URL": "http://localhost",
            "TRAMITA_DOCUMENTS": str(tmp_path / "documents"),
            "TRAMITA_MAIL_FROM": "tramita@example.org",
            "TRAMITA_SMTP_STARTTLS": "false",
        }
        apps.append(create_app(load_settings({**given, **more})))
        return apps[-1]

    yield build
    for app in apps:
        app.extensions["installation"].engine.dispose()


@pytest.fixture
def posting(configured, mail_sink):
    """Give an office whose letters go to a real mail server."""
    app = configured(TRAMITA_SMTP_HOST=mail_sink.host, TRAMITA_SMTP_PORT=str(mail_sink.port))
    office = Office(app.extensions["installation"], NOON)
    settings = app.extensions["settings"]
    office.courier = courier = SmtpCourier(app, settings, timeout=1, rest=0)
    yield office
    courier.rest()


def parts(message):
    return {
        part.get_content_type(): part.get_content()
        for part in message.walk()
        if part.get_content_maintype() == "text"
    }


def test_a_mail_says_what_to_do_by_when_and_where(posting, mail_sink):
    number = posting.open()
    posting.turn()
    mail_sink.clear()
    posting.turn(TWO_BEFORE)

    message = mail_sink.to(DARIO)[0]
    assert message["Subject"] == f"Vence em 2 dias úteis (16/03): Levar o recado — {number}"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["References"] == f"<case-{number}@localhost>"
    assert str(message["To"]) == f"Dario <{DARIO}>"
    said = parts(message)
    assert set(said) == {"text/plain", "text/html"}
    link = f"http://localhost/pedidos/{number}/tarefas/1"
    for text in said.values():
        assert link in text
        assert "Levar o recado: vence em 2 dias úteis (16/03)" in text
        assert "Empréstimo de um quadro" in text
    assert len(re.findall(r"\w+", said["text/plain"])) < 90
    assert "dario" not in said["text/plain"].lower()


@pytest.mark.parametrize(("language", "tag"), [("pt_BR", "pt-BR"), ("en", "en"), ("es", "es")])
def test_a_mail_speaks_the_language_of_its_reader(posting, mail_sink, language, tag):
    employ(posting.uow(), "li@example.org", language=language, SEF="officer")
    posting.open()
    posting.turn()

    message = mail_sink.to("li@example.org")[0]
    assert f'lang="{tag}"' in parts(message)["text/html"]
    title = {"pt_BR": "Levar o recado", "en": "Run the errand", "es": "Llevar el recado"}
    assert title[language] in message["Subject"]


def test_a_server_that_says_later_gets_it_later_and_once(posting, mail_sink):
    mail_sink.refuse("451 Try again later")
    posting.open()
    posting.turn()
    assert mail_sink.mails == ()

    mail_sink.accept()
    posting.hurry()
    posting.work()
    posting.hurry()
    posting.work()
    assert [mail.recipients[0] for mail in mail_sink.mails] == [DARIO, HELENA]
    assert posting.deliveries() == ["delayed", "delayed", "sent", "sent"]


def test_a_server_that_is_not_there_gets_it_when_it_is_back(posting, mail_sink):
    mail_sink.stop()
    posting.open()
    posting.turn()
    assert posting.deliveries() == ["delayed", "delayed"]

    mail_sink.start()
    posting.hurry()
    posting.work()
    assert len(mail_sink.wait_for(2)) == 2


def test_a_server_that_never_answers_is_given_up_for_now(posting, mail_sink):
    mail_sink.hang()
    posting.open()
    posting.turn()
    assert posting.deliveries() == ["delayed", "delayed"]

    mail_sink.accept()
    posting.hurry()
    posting.work()
    assert len(mail_sink.wait_for(2)) == 2


def test_many_letters_go_over_one_connection_and_a_lost_one_is_made_anew(posting, mail_sink):
    for _ in range(2):
        posting.open()
    posting.turn()
    assert (len(mail_sink.mails), mail_sink.connections) == (4, 1)

    mail_sink.stop()
    mail_sink.start()
    posting.open()
    posting.turn()
    assert (len(mail_sink.mails), mail_sink.connections) == (6, 2)
    assert set(posting.deliveries()) == {"sent"}


def test_a_mailbox_that_does_not_exist_is_logged_and_holds_up_nobody(posting, mail_sink):
    mail_sink.refuse_recipient(DARIO)
    posting.open()
    posting.turn()
    posting.hurry()
    posting.work()

    assert posting.deliveries() == ["refused", "sent"]
    assert mail_sink.to(HELENA)
    assert mail_sink.refused == 1


def test_a_silent_server_is_left_alone_for_a_moment(posting, mail_sink):
    mail_sink.stop()
    settings = posting.courier._settings
    posting.courier = SmtpCourier(posting.courier._app, settings, timeout=1, rest=60)
    for _ in range(3):
        posting.open()
    posting.turn()
    mail_sink.start()
    posting.hurry()
    posting.work()

    assert mail_sink.mails == ()
    assert set(posting.deliveries()) == {"delayed"}


def test_a_mail_sent_twice_carries_the_same_name(posting, mail_sink):
    posting.open()
    posting.turn()
    sent = mail_sink.to(DARIO)[0]
    assert re.fullmatch(r"<notice-\d+@localhost>", sent["Message-ID"])

    # The process dies after the server took the mail and before that was noted.
    uow = posting.uow()
    with uow.writing() as connection:
        connection.exec_driver_sql("DELETE FROM delivery")
        connection.exec_driver_sql("UPDATE job SET done_at = NULL WHERE kind = 'send_mail'")
    posting.hurry()
    posting.work(owner="next")
    assert {mail["Message-ID"] for mail in mail_sink.to(DARIO)} == {sent["Message-ID"]}


def test_a_demo_puts_its_mail_into_a_folder(configured, tmp_path):
    app = configured(TRAMITA_MAIL_FOLDER=str(tmp_path / "mail"))
    office = Office(app.extensions["installation"], NOON)
    office.courier = courier_of(app)
    assert isinstance(office.courier, FolderCourier)
    number = office.open()
    office.turn()

    files = sorted((tmp_path / "mail").iterdir())
    assert [path.suffix for path in files] == [".eml", ".eml"]
    message = message_from_bytes(files[0].read_bytes(), policy=SMTP_POLICY)
    assert number in message["Subject"]


def test_without_a_server_or_a_folder_there_is_no_courier(configured):
    assert courier_of(configured()) is None


def test_one_round_of_the_clock_does_everything_and_counts_it(configured, mail_sink):
    server = {"TRAMITA_SMTP_HOST": mail_sink.host, "TRAMITA_SMTP_PORT": str(mail_sink.port)}
    app = configured(**server, **shifted_to(NOON))
    office = Office(app.extensions["installation"], NOON)
    office.open()
    done = run(app, once=True)

    assert done is not None
    assert (done.swept.failed, done.worked.failed) == (0, 0)
    assert done.worked.done == 3
    assert done.purged is not None
    assert len(mail_sink.mails) == 2
    again = run(app, once=True)
    assert (again.worked.done, again.purged) == (0, None)


def test_the_clock_beats_until_it_is_told_to_stop(configured, mail_sink):
    server = {"TRAMITA_SMTP_HOST": mail_sink.host, "TRAMITA_SMTP_PORT": str(mail_sink.port)}
    app = configured(**server, **shifted_to(NOON))
    office = Office(app.extensions["installation"], NOON)
    stopped = threading.Event()
    beating = threading.Thread(
        target=keep_beating, args=(Heartbeat(app),), kwargs={"every": 1, "stopped": stopped}
    )
    beating.start()
    office.open()
    try:
        assert len(mail_sink.wait_for(2, timeout=60)) == 2
    finally:
        stopped.set()
        beating.join(20)

    assert not beating.is_alive()
    seen = clock.health(office.uow())
    assert seen.swept_at is not None
    assert seen.backlog.jobs == 0
    assert seen.processes == ()


class Counting:
    """A heart that only counts its beats."""

    def __init__(self):
        self.beats = 0
        self.beaten = threading.Event()

    def sweep(self):
        self.beats += 1
        self.beaten.set()

    def work(self):
        pass

    purge = watch = prove = look_again = beat = leave = work


def test_a_wall_clock_that_was_set_does_not_stop_the_beat(caplog):
    heart, stopped, shown = Counting(), threading.Event(), [1_000_000.0]
    began = time.monotonic()
    beating = threading.Thread(
        target=keep_beating,
        args=(heart,),
        kwargs={
            "every": 3600,
            "stopped": stopped,
            "wall": lambda: shown[0] + time.monotonic() - began,
        },
    )
    beating.start()
    try:
        assert heart.beaten.wait(10)
        heart.beaten.clear()
        shown[0] -= 7200
        assert heart.beaten.wait(10)
    finally:
        stopped.set()
        beating.join(20)

    assert heart.beats == 2
    assert "the wall clock jumped by -7200 seconds" in caplog.text
