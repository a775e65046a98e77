"""The page that tells whoever administers the installation how the clock keeps up."""

from __future__ import annotations

from datetime import timedelta

from tests.web.pages import token_of
from workflow.services import clock
from workflow.storage import jobs

PAGE = "/administracao/relogio"


def give_up(errands, reason):
    with errands.uow().writing() as connection:
        jobs.enqueue(connection, "send_mail", key="k", payload={})
        (job,) = jobs.claim(connection, "a clock")
        jobs.fail(connection, job, error=reason, final=True)
    return job.id


def test_for_anybody_else_the_page_does_not_exist(errands, signed_in):
    assert signed_in.get(PAGE).status_code == 404
    job = give_up(errands, "550 No such mailbox")
    token = token_of(signed_in.get("/preferencias/").text)
    assert signed_in.post(f"{PAGE}/tarefas/{job}", data={"csrf": token}).status_code == 404


def test_without_a_clock_it_says_how_to_start_one(administrator):
    page = administrator.get(PAGE).text

    assert "Nenhum relógio está em funcionamento" in page
    assert "tramita clock" in page


def test_it_tells_the_living_from_the_dead_and_the_late_from_the_punctual(administrator, errands):
    errands.now -= timedelta(hours=3)
    clock.beat(errands.uow(), "gone:7:aa")
    errands.now += timedelta(hours=3)
    clock.beat(errands.uow(), "here:8:bb")
    page = administrator.get(PAGE).text
    assert "O relógio está em dia" in page
    assert page.index("here") < page.index("Funcionando") < page.index("gone")
    assert "Sem sinal" in page

    errands.now -= timedelta(days=40)
    errands.open()
    assert "O relógio está atrasado" in administrator.get(PAGE).text


def test_what_was_given_up_is_told_and_tried_again(administrator, errands):
    job = give_up(errands, "550 No such <mailbox>")
    page = administrator.get(PAGE).text
    assert "Enviar e-mail" in page
    assert "550 No such &lt;mailbox&gt;" in page

    address = f"{PAGE}/tarefas/{job}"
    answer = administrator.post(address, data={"csrf": token_of(page)}, follow_redirects=True)
    assert "voltou para a fila" in answer.text
    assert "550 No such" not in answer.text
    assert administrator.post(address, data={"csrf": token_of(page)}).status_code == 404
