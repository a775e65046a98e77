"""The pages on which cases under way are brought in: template, preview, bringing in, undoing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from tests.installation import deploy, employ
from tests.services.errands import ERRAND
from tests.services.errands import Office as Errands
from tests.web.office import hidden
from tests.web.pages import token_of
from tests.web.test_absences import Place
from tests.web.test_uploads import PDF
from tests.world import DEFINITIONS
from workflow.core.deadlines.values import LEGAL_ZONE
from workflow.services.register_types import deploy_registers
from workflow.services.verification import verify_all

IMPORTS = "/administracao/importacoes"
TODAY = datetime.now(LEGAL_ZONE).date()
HEADER = "Número externo;Assunto;Descrição;Órgão que pediu;Situação atual;Aberto em;"
HEADER += "Na situação desde;Com quem está\n"
OPENED, ENTERED = TODAY - timedelta(days=40), TODAY - timedelta(days=1)
LINE = f"A-1;Um recado;Para já;SEDE;Em análise;{OPENED};{ENTERED};dario@example.org\n"
PAPER = ERRAND.replace("key: errand", "key: paper").replace(
    "states:", "data:\n  - {key: draft, title: Minuta, type: document, versions: true}\nstates:", 1
)


@pytest.fixture
def place(app):
    return Place(app, Errands(app.extensions["installation"], datetime.now(UTC)))


@pytest.fixture
def cora(place):
    return place.visit(place.errands.coordinator, "cora")


def send(client, text, *, what="cases:errand", name="recados.csv"):
    page = client.get(IMPORTS).text
    sent = {"csrf": token_of(page), "once": hidden(page, "once"), "what": what}
    content = text if isinstance(text, bytes) else text.encode()
    file = (BytesIO(content), name) if name else (BytesIO(), "")
    return client.post(IMPORTS, data={**sent, "file": file}, content_type="multipart/form-data")


def press(client, address, action):
    page = client.get(address).text
    return client.post(f"{address}/{action}", data={"csrf": token_of(page)})


def test_a_coordinator_brings_cases_in_and_takes_them_back(place, cora):
    address = send(cora, HEADER + LINE).headers["Location"]
    preview = cora.get(address).text
    assert "Levar o recado: dario@example.org" in preview
    assert "tudo certo" in preview
    assert place.errands.how_many_cases() == 0

    assert press(cora, address, "importar").status_code == 303
    done = cora.get(address).text
    assert "Importada" in done
    [number] = [line for line in done.split('"') if line.startswith("/pedidos/20")]
    case = cora.get(number).text
    assert "Anterior ao sistema" in case
    told = cora.get(f"{number}?ver=all").text
    assert "SCC trouxe o pedido para o sistema" in told
    assert "O pedido é anterior ao sistema: SEDE o abriu em" in told
    public = place.app.test_client().get(f"/acompanhar/{number.rpartition('/')[2]}").text
    assert "antes deste sistema" in public

    assert press(cora, address, "desfazer").status_code == 303
    assert "Desfeita" in cora.get(address).text
    assert "desfez a importação" in cora.get(f"{number}?ver=all").text
    closed = place.app.test_client().get(f"/acompanhar/{number.rpartition('/')[2]}")
    assert "O pedido foi cancelado." in closed.text
    assert press(cora, address, "desfazer").status_code == 409


def archive(table, **files):
    held = BytesIO()
    with ZipFile(held, "w") as packed:
        packed.writestr("recados.csv", table)
        for name, content in files.items():
            packed.writestr(f"anexos/{name}.pdf", content)
    return held.getvalue()


def test_rows_and_documents_come_with_a_case_and_go_with_it(place, cora):
    deploy(place.errands.uow(), [PAPER])
    header = HEADER.strip() + ";Minuta;Interessados\n"
    people = '"Ana Fictícia | pessoa física | 529.982.247-25\nClube Fictício | Pessoa jurídica"'
    line = f"{LINE.strip()};anexos/um.pdf; anexos/dois.pdf;{people}\n"
    line = line.replace("anexos/um.pdf; anexos/dois.pdf", '"anexos/um.pdf; anexos/dois.pdf"')
    sent = {"what": "cases:paper", "name": "recados.zip"}
    wrong = line.replace("dois.pdf", "doi.pdf").replace("529.982", "529.983")
    told = cora.get(
        send(cora, archive(header + wrong, um=PDF, dois=PDF), **sent).headers["Location"]
    ).text
    assert "Linha 2, coluna Minuta: Não há no ZIP um arquivo “anexos/doi.pdf”." in told
    assert "Você quis dizer “anexos/dois.pdf”?" in told
    assert "Linha 2, coluna Interessados, item 1, CPF: Este CPF não confere" in told
    evil = send(cora, archive(header + line, **{"../../um": PDF}), **sent)
    assert (evil.status_code, "leva para fora" in evil.text) == (422, True)

    address = send(cora, archive(header + line, um=PDF, dois=PDF + b"%"), **sent).headers[
        "Location"
    ]
    assert "Minuta: um.pdf, dois.pdf" in cora.get(address).text
    assert press(cora, address, "importar").status_code == 303
    done = cora.get(address).text
    [number] = [line for line in done.split('"') if line.startswith("/pedidos/20")]
    case = place.errands.case(number.rpartition("/")[2])
    assert [row.get("name") for row in case.data["interested"]] == [
        "Ana Fictícia",
        "Clube Fictício",
    ]
    assert case.data["draft"]["version"] == 2
    newest = cora.get(f"{number}/documentos/draft/2")
    assert (newest.status_code, newest.data) == (200, PDF + b"%")
    assert place.errands.told() == []

    assert press(cora, address, "desfazer").status_code == 303
    assert [cora.get(f"{number}/documentos/draft/{n}").status_code for n in (1, 2)] == [404, 404]
    assert verify_all(place.errands.uow()).is_sound


def test_every_fault_is_told_with_its_line_and_column(cora):
    wrong = LINE.replace("Em análise", "Em analize").replace("SEDE", "SEDEX")
    page = cora.get(send(cora, HEADER + LINE.replace("A-1", "A-2") + wrong).headers["Location"])
    told = "Linha 3, coluna Situação atual: “Em analize” não é uma das opções. Você quis dizer"
    assert told in page.text
    assert "Linha 3, coluna Órgão que pediu: Nenhum órgão da rede" in page.text
    assert "Importar tudo" not in page.text
    assert "Linha 2" not in page.text
    header = cora.get(send(cora, "Número;Assunto\n1;2\n").headers["Location"]).text
    assert "Linha 1, coluna Número: Esta coluna não faz parte do modelo." in header


def test_what_is_no_table_is_refused_beside_the_field(cora):
    for answer in (send(cora, ""), send(cora, "", name=""), send(cora, "A;B\n")):
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
    assert send(cora, HEADER + LINE, what="cases:never").status_code == 422


def test_the_templates_are_those_of_the_types_one_answers_for(place, cora):
    book = load_workbook(BytesIO(cora.get(f"{IMPORTS}/modelo/cases:errand.xlsx").data))
    assert "Situação atual*" in [cell.value for cell in book.worksheets[0][1]]
    assert "Situação atual*" in cora.get(f"{IMPORTS}/modelo/cases:errand.csv").text
    assert cora.get(f"{IMPORTS}/modelo/cases:never.csv").status_code == 404
    assert "Importações" in cora.get("/caixa/").text


def test_for_whoever_answers_for_no_type_the_pages_do_not_exist(place, cora):
    address = send(cora, HEADER + LINE).headers["Location"]
    doer = place.visit(place.errands.doer, "dario")
    other = employ(place.errands.uow(), "otto@example.org", SEF="coordinator")
    for visitor in (doer, place.visit(other, "otto")):
        for path in (IMPORTS, address, f"{IMPORTS}/modelo/cases:errand.csv"):
            assert visitor.get(path).status_code == 404


def test_entries_of_a_register_come_in_by_those_who_answer_for_it(place, cora):
    deploy_registers(place.errands.uow(), [DEFINITIONS / "registers" / "partner.yaml"])
    text = "Nome;Tipo;País;Quem mantém\nUniversidade do Porto;Universidade;Portugal;SEDE\n"
    address = send(cora, text, what="entries:partner", name="parceiros.csv").headers["Location"]
    assert "Universidade do Porto" in cora.get(address).text
    assert press(cora, address, "importar").status_code == 303
    done = cora.get(address).text
    assert "/registros/ficha/PAR-000001" in done
    assert "Anterior ao sistema" in cora.get("/registros/ficha/PAR-000001").text
    assert "Importar planilha" in cora.get("/registros/partner").text
    doer = place.visit(place.errands.doer, "dario")
    assert doer.get(address).status_code == 404
    assert "Importar planilha" not in doer.get("/registros/partner").text
