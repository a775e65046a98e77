"""A task whose other case could not be opened: the page says why and lets it be tried again."""

from __future__ import annotations

import re
from dataclasses import replace

from tests.installation import deploy
from tests.services.errands import DATA, ERRAND, PARENT
from workflow.core.acts.answers import Answers
from workflow.services import cases, clock

LENDING = PARENT.replace("key: household", "key: lending").replace("type: errand", "type: loan")
LOAN = ERRAND.replace("key: errand", "key: loan")


def test_a_task_that_no_case_does_says_why_and_is_tried_again(office):
    deploy(office.acting("SCC"), [LENDING])
    asked = cases.open_case(
        office.acting("SEDE"), "lending", opener="SEDE", answers=Answers(data=DATA), key="open"
    )
    _work(office)
    holder = replace(office.visit("SEF"), number=asked.number)
    page = holder.get("/tarefas/1").text
    assert "não pôde ser aberto" in page
    assert "Este tipo de pedido não está disponível" in page
    assert "Não foi possível abrir outro pedido" in holder.case().text

    deploy(office.acting("SCC"), [LOAN])
    again = re.search(r"/pedidos/[\d-]+(/tentar-de-novo/\d+)", page)[1]
    for _ in range(2):
        assert holder.post(again, {"once": "again"}).status_code == 303
    _work(office)
    child = office.acting("SEF").load(asked.number).snapshot.tasks[0].child
    assert child in holder.get("/tarefas/1").text
    assert "Tentar de novo" not in holder.get("/tarefas/1").text


def _work(office):
    clock.work_off(lambda: office.acting("SCC"), owner="one")
