"""Naming an entry of a register in a form without scripts, and what the case tells of it."""

from __future__ import annotations

import pytest

from tests.installation import deploy
from tests.servers.nodejs import html_faults
from tests.services.test_feeding import TALKS, TREATY
from tests.web.test_new_case import Writer
from workflow.services import registers
from workflow.services.clock import work_off
from workflow.services.register_types import deploy_registers


@pytest.fixture
def writer(filled_here, tmp_path):
    visitor = filled_here.sign_in("SEDE")
    path = tmp_path / "treaty.yaml"
    path.write_text(TREATY, encoding="utf-8")
    with filled_here.work() as uow:
        deploy(uow, [TALKS])
        deploy_registers(uow, [path])
        sede = filled_here.acting(uow, "SEDE")
        for name in ("Província de Jiangsu", "Universidade do Porto"):
            registers.create(sede, "treaty", {"name": name}, key=name)
    return Writer(visitor, "talks")


def other(typed):
    return {"data.other": typed, "data.other.chosen": ""}


def test_an_entry_is_named_by_name_or_number_and_of_a_wrong_name_the_likely_ones_are_offered(
    filled_here, writer
):
    writer.post("sobre", **{"data.subject": "Carta", "data.description": "D"})
    assert '<option value="Província de Jiangsu (TRE-000001)">' in writer.get("dados-1").text

    wrong = writer.post("dados-1", **other("Provincia de Jianksu"))
    assert wrong.status_code == 422
    assert "Não há cadastro com este nome" in wrong.text
    assert html_faults(wrong.text) == []
    assert 'name="data.other.chosen" value="TRE-000001"' in wrong.text
    assert "TRE-000002" not in wrong.text.partition("É um destes?")[2].partition("</fieldset>")[0]
    assert writer.post("dados-1", **other("Reino de Nenhures")).status_code == 422

    for typed in ("tre-000001", "provincia de jiangsu", "Província de Jiangsu (TRE-000001)"):
        assert writer.post("dados-1", **other(typed)).status_code == 303
    chosen = {"data.other": "Provincia de Jianksu", "data.other.chosen": "TRE-000001"}
    assert writer.post("dados-1", **chosen).status_code == 303
    assert "Província de Jiangsu (TRE-000001)" in writer.get("confira").text
    number = writer.send().headers["Location"].partition("/recibo/")[2].partition("?")[0]

    page = writer.visitor.get(f"/pedidos/{number}").text
    assert "Província de Jiangsu (TRE-000001)" in page
    assert "Cadastros que este pedido alimenta" not in page
    end_talks(filled_here, writer, number)
    page = writer.visitor.get(f"/pedidos/{number}").text
    assert "Cadastros que este pedido alimenta" in page
    assert "TRE-000003" in page


def end_talks(filled_here, writer, number):
    """Agree, and let the clock write the entries."""
    page = f"/pedidos/{number}/tarefas/1"
    token = writer.visitor.get(page).text.partition('name="csrf" value="')[2].partition('"')[0]
    done = writer.visitor.post(page, data={"csrf": token, "outcome": "agreed"})
    assert done.status_code == 303
    with filled_here.work() as uow:
        work_off(lambda: uow, owner="one")
