"""The mail of a day, and what a mail says of silence, as their readers get them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import SMTP

import pytest

from tests.installation import acting_for, employ
from tests.services.conftest import NOON
from tests.services.errands import Office
from web.notices.courier import FolderCourier
from web.notices.digests import digest_of
from workflow.core.story import Readers
from workflow.services import cases, tasks
from workflow.services.mail import DigestLetter, Letter

TODAY = date(2026, 3, 16)


@pytest.fixture
def office(app):
    return Office(app.extensions["installation"], NOON)


def line(kind, due_on, working_days, **more):
    given = {
        "notice_id": 1,
        "kind": kind,
        "name": "Dario",
        "address": "dario@example.org",
        "language": "pt_BR",
        "fictional": False,
        "number": "2026-000001-16",
        "subject": "Empréstimo de um quadro",
        "opener": "SEDE",
        "title": {"pt-BR": "Levar o recado"},
        "agency": "SEF",
        "task_no": 1,
        "due_on": due_on,
        "today": TODAY,
        "working_days": working_days,
    }
    return Letter(**{**given, **more, "facts": {"title": given["title"], "agency": "SEF"}})


def digest(language="pt_BR", more=0):
    lines = (
        line("overdue", date(2026, 3, 13), -1),
        line("due_today", TODAY, 0),
        line("reminder", date(2026, 3, 19), 3),
        line("comment_added", None, 0, task_no=None),
    )
    return DigestLetter(
        officer_id=7,
        day=TODAY,
        name="Dario",
        address="dario@example.org",
        language=language,
        fictional=False,
        today=TODAY,
        lines=lines,
        more=more,
    )


def parts(message):
    return {
        part.get_content_type(): part.get_content()
        for part in message.walk()
        if part.get_content_maintype() == "text"
    }


def test_the_mail_of_a_day_says_first_what_is_most_urgent(app):
    message = digest_of(app, digest(more=2))

    assert message["Subject"].replace("/2026", "") == (  # a year that is over is named
        "Resumo de 16/03: 1 prazo passou, 1 vence hoje, 1 vence em breve, 1 novidade"
    )
    assert message["Message-ID"] == "<digest-7-2026-03-16@localhost>"
    assert message["List-Unsubscribe"] == "<http://localhost/preferencias/avisos>"
    assert message["Auto-Submitted"] == "auto-generated"
    said = parts(message)
    assert set(said) == {"text/plain", "text/html"}
    for text in said.values():
        at = [text.lower().index(h) for h in ("o prazo passou", "vence nos próximos", "novidades")]
        assert at == sorted(at)
        assert "http://localhost/pedidos/2026-000001-16/tarefas/1" in text
        assert "http://localhost/preferencias/avisos" in text
        assert "Há mais 2 avisos" in text


@pytest.mark.parametrize(
    ("language", "tag", "word"),
    [("pt_BR", "pt-BR", "Resumo"), ("en", "en", "Summary"), ("es", "es", "Resumen")],
)
def test_the_mail_of_a_day_speaks_the_language_of_its_reader(app, language, tag, word):
    message = digest_of(app, digest(language))

    assert message["Subject"].startswith(word)
    assert f'lang="{tag}"' in parts(message)["text/html"]


def test_a_folder_gets_the_mail_of_a_day_as_one_file(app, office, tmp_path):
    office.courier = FolderCourier(app, tmp_path)
    number = office.open()
    tasks.claim(office.as_doer(), number, 1, key="mine")
    opener = acting_for(office.uow(), office.opener, "SEDE")
    cases.comment(opener, number, "Há pressa", readers=Readers.AGENCIES, key="say")
    office.turn()
    office.turn(datetime(2026, 3, 3, 11, 15, tzinfo=UTC))

    (path,) = tmp_path.glob("digest-*.eml")
    message = message_from_bytes(path.read_bytes(), policy=SMTP)
    assert "SEDE comentou o pedido" in parts(message)["text/plain"]


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "pt_BR",
            "Sem resposta até o fim do prazo, o sistema registra sozinho “Sem resposta”,"
            " e o pedido segue sem ela ou termina.",
        ),
        (
            "en",
            "If nobody answers by the end of the term, the system itself records"
            " “Sem resposta”, and the request goes on without the answer or ends.",
        ),
        (
            "es",
            "Si nadie responde antes de que venza el plazo, el sistema registra por sí solo"
            " «Sem resposta», y la solicitud sigue sin la respuesta o termina.",
        ),
    ],
)
def test_a_warning_says_in_words_what_silence_will_mean(app, office, tmp_path, language, sentence):
    employ(office.uow(), "li@example.org", language=language, SEF="officer")
    office.courier = FolderCourier(app, tmp_path)
    office.open("silence")
    office.turn()
    office.turn(datetime(2026, 3, 12, 11, 0, tzinfo=UTC))

    sent = [message_from_bytes(path.read_bytes(), policy=SMTP) for path in tmp_path.glob("*.eml")]
    hers = [message for message in sent if "li@example.org" in message["To"]]
    assert len(hers) == 2
    for message in hers:
        for text in parts(message).values():
            assert sentence in " ".join(text.split())


def test_the_list_of_notices_says_it_too(helena, office, signed_in):
    with office.uow().writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO membership (officer_id, agency, role, valid_from)"
            f" SELECT id, 'SEF', 'officer', '2020-01-01' FROM officer"
            f" WHERE email = '{helena['email']}'"
        )
    office.open("silence")
    office.turn()

    assert "o sistema registra sozinho “Sem resposta”" in signed_in.get("/avisos/").text
