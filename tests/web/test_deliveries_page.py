"""The page of notices and their sending: what waits, what was sent, what failed and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, update

from tests.services.errands import Office as Errands
from tests.storage.counting import counted
from tests.web.filled import Filled
from tests.web.pages import token_of
from workflow.storage.jobs import claim, enqueue, fail
from workflow.storage.people import Officer
from workflow.storage.queries.deliveries import first_since
from workflow.storage.work import Delivery, JobRow, NoticeRow

PAGE = "/administracao/avisos"
NOON = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
ADDRESS = "officer@sef.example"


@pytest.fixture
def office(filled: Filled):
    """Open an errand on an installation where mails go out."""
    return Errands(filled.app.extensions["installation"], NOON)


@pytest.fixture
def keeper(office, filled):
    """Visit as somebody who keeps the installation."""
    visitor = filled.sign_in("SES")
    with office.uow().writing() as connection:
        whom = update(Officer).where(Officer.email == "officer@ses.example")
        connection.execute(whom.values(administrator=True))
    return visitor


def queue(office, number, *, refused=""):
    """Leave a mail to somebody to be sent, or have it refused for good; return its job."""
    with office.uow().writing() as connection:
        notice = connection.execute(
            select(NoticeRow).where(NoticeRow.case_id.is_not(None), NoticeRow.channel == "email")
        ).first()
        key = [notice.clock_key, notice.generation, notice.rung, notice.occurrence]
        payload = {"key": key, "officer": notice.officer_id}
        enqueue(connection, "send_mail", key="again", payload=payload, case_id=notice.case_id)
        if refused:
            (job,) = claim(connection, "a clock")
            fail(connection, job, error=refused, final=True)
        return connection.execute(select(JobRow.id).where(JobRow.key == "again")).scalar_one()


def test_for_anybody_else_the_page_does_not_exist(office, filled):
    visitor = filled.sign_in("SCC", role="coordinator")
    assert visitor.get(PAGE).status_code == 404
    token = token_of(visitor.get("/preferencias/").text)
    assert visitor.post(f"{PAGE}/1", data={"csrf": token}).status_code == 404
    assert PAGE not in visitor.get("/preferencias/").text


def test_what_was_sent_is_told_by_day_kind_and_case(office, keeper):
    number = office.open()
    office.turn()
    page = keeper.get(f"{PAGE}?ver=sent").text
    assert PAGE in keeper.get("/preferencias/").text
    assert number in page
    assert "Tarefa nova" in page
    assert "02/03/2026" in page
    assert "@" not in page.replace("officer@ses.example", "")

    assert number in keeper.get(f"{PAGE}?ver=sent&dia=2026-03-02&tipo=task_opened").text
    assert number not in keeper.get(f"{PAGE}?ver=sent&dia=2026-03-01").text
    assert f'num">{number}' not in keeper.get(f"{PAGE}?ver=sent&tipo=comment_added").text
    assert number in keeper.get(f"{PAGE}?ver=sent&pedido={number}").text
    assert "Nenhum pedido tem esse número" in keeper.get(f"{PAGE}?pedido=2026-000999-00").text
    assert "Nenhum pedido tem esse número" in keeper.get(f"{PAGE}?pedido=nada").text


def test_what_waits_says_when_it_is_tried_next(office, keeper):
    number = office.open()
    office.turn()
    queue(office, number)
    page = keeper.get(PAGE).text
    assert "Esperando (1)" in page
    assert "ainda não chegou a vez" in page
    assert number in keeper.get(f"{PAGE}?pedido={number}&tipo=task_opened").text
    assert f'num">{number}' not in keeper.get(f"{PAGE}?tipo=overdue").text


def test_what_failed_is_told_without_the_address_and_tried_again(office, keeper):
    number = office.open()
    office.turn()
    job = queue(office, number, refused=f"550 <{ADDRESS}>: no such mailbox")
    page = keeper.get(f"{PAGE}?ver=failed").text
    assert "Não entregues (1)" in page
    assert "550 &lt;…@sef.example&gt;: no such mailbox" in page
    assert ADDRESS not in page
    assert number in page

    answer = keeper.post(f"{PAGE}/{job}", data={"csrf": token_of(page)}, follow_redirects=True)
    assert "voltou para a fila" in answer.text
    assert "Não entregues (0)" in answer.text
    assert keeper.post(f"{PAGE}/{job}", data={"csrf": token_of(page)}).status_code == 404


def test_a_long_log_is_paged_and_costs_the_same(office, keeper):
    office.open()
    office.turn()
    with office.uow().writing() as connection:
        notice = connection.execute(select(NoticeRow.id).limit(1)).scalar_one()
        row = {"notice_id": notice, "attempt": 1, "result": "sent"}
        late = [{**row, "at": NOON + timedelta(days=n // 60)} for n in range(1200)]
        connection.execute(insert(Delivery), late)
    with counted(office.installation.engine) as statements:
        page = keeper.get(f"{PAGE}?ver=sent").text
    assert len(statements) < 12
    assert "Mais antigos" in page
    assert "21/03/2026" in page

    with counted(office.installation.engine) as statements:
        page = keeper.get(f"{PAGE}?ver=sent&dia=2026-03-10").text
    assert len(statements) < 30
    assert "10/03/2026" in page
    assert "11/03/2026" not in page
    with office.uow().reading() as connection:
        at = select(Delivery.at).where(Delivery.id == first_since(connection, NOON + timedelta(3)))
        assert connection.execute(at).scalar_one() == NOON + timedelta(days=3)
    rare = keeper.get(f"{PAGE}?ver=sent&tipo=comment_added").text
    assert "Pode haver mais antigos" in rare
