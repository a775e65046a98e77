"""The pages on which agencies are reformed: written, seen beforehand, decided, looked back on."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from tests.installation import employ
from tests.services.errands import Office as Errands
from tests.today import today
from tests.web.office import hidden
from tests.web.pages import token_of
from tests.web.test_absences import Place
from web.administration.working import PATIENCE
from workflow.services import plans, recounting

REFORMS = "/administracao/reformas"
NEW = f"{REFORMS}/nova"
ACT = {"act": "Lei 25.000, art. 1", "act_on": "2026-01-05"}


@pytest.fixture
def place(app):
    return Place(app, Errands(app.extensions["installation"], datetime.now(UTC)))


@pytest.fixture
def rita(place):
    errands = place.errands
    root = errands.uow().world().network.root
    number = employ(errands.uow(), "rita@example.org", **{root: "coordinator"})
    return place.visit(number, "rita")


def typed(*changes, day=None, **more):
    fields = {f"c{n}-{part}": value for n, one in enumerate(changes) for part, value in one.items()}
    return {**fields, "day": (day or today()).isoformat(), **ACT, **more}


def change(kind, **parts):
    return {"kind": kind, **parts}


def send(client, **form):
    page = client.get(NEW).text
    return client.post(
        NEW, data={"csrf": token_of(page), "once": hidden(page, "once"), "do": "preview", **form}
    )


def press(client, address, action, **form):
    page = client.get(address).text
    once = hidden(page, "once") if 'name="once"' in page else ""
    data = {"csrf": token_of(page), "once": once, **form}
    answer = client.post(f"{address}/{action}", data=data)
    assert answer.status_code == 303, answer.text
    return answer.location


def shown(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_only_the_coordinator_of_the_network_finds_these_pages(place, rita):
    helena = place.visit(place.errands.head, "helena")
    for path in (REFORMS, NEW, f"{REFORMS}/1"):
        assert helena.get(path).status_code == 404
    assert f'href="{REFORMS}"' not in helena.get("/administracao/orgaos").text
    assert "Nenhuma reforma ainda" in rita.get(REFORMS).text
    assert f'href="{REFORMS}"' in rita.get("/administracao/orgaos").text
    assert f"{NEW}?mudar=rename&amp;orgao=SEF" in rita.get("/administracao/orgaos/SEF").text


def test_changes_are_added_and_taken_out_and_nothing_typed_is_lost(rita):
    page = rita.get(f"{NEW}?mudar=rename&orgao=SEF").text
    assert 'name="c0-agency" value="SEF"' in page
    form = {"csrf": token_of(page), **typed(change("rename", agency="SEF", name="Economia"))}
    more = rita.post(NEW, data={**form, "add": "end"}).text
    assert 'name="c0-name" value="Economia"' in more
    assert 'name="c1-kind" value="end"' in more
    assert f'value="{ACT["act"]}"' in more
    two = {**form, "c1-kind": "end", "c1-agency": "SECOM"}
    left = rita.post(NEW, data={**two, "remove": "0"}).text
    assert 'name="c0-agency" value="SECOM"' in left
    assert "c1-kind" not in left


def test_what_is_missing_or_wrong_is_said_beside_its_field(rita):
    empty = send(rita)
    assert (empty.status_code, "Acrescente o que muda" in empty.text) == (422, True)
    wrong = send(
        rita,
        **typed(
            change("rename", agency="NADA", name=""),
            change("merge", from1="SEF", from2="SECOM", into="nova coisa"),
            change("split", agency="SECULT", heir1="SECULT", heir2="TUR"),
        ),
    )
    assert wrong.status_code == 422
    for told in (
        "Nenhum órgão tem a sigla NADA",
        "Escreva o novo nome",
        "não serve de sigla",
        "O órgão que se divide deixa de existir",
        "TUR é um órgão novo: escreva o nome dele",
    ):
        assert wrong.text.count(told) == 2, told
    unsound = send(rita, **typed(change("end", agency="SCC")))
    assert unsound.status_code == 422
    assert "SCC responde por tipos de pedido" in unsound.text
    assert 'href="#f-c0-agency"' in unsound.text


def test_a_new_name_is_previewed_applied_and_taken_back(rita):
    name = "Secretaria de Estado de Economia"
    plan = send(rita, **typed(change("rename", agency="SEF", name=name))).location
    page = rita.get(plan).text
    assert f"SEF passa a se chamar “{name}”" in shown(page)
    assert "Nenhum pedido aberto muda de mãos" in page

    press(rita, plan, "aplicar")
    done = rita.get(plan).text
    assert "Aplicada" in done
    assert f"SEF · {name}" in shown(done) or f"SEF · {name}".replace(" ·", "  ·") in shown(done)
    agency = rita.get("/administracao/orgaos/SEF").text
    assert f"e passou a se chamar “{name}”" in agency
    assert "Lei 25.000, art. 1 (05/01/2026)" in agency

    back = press(rita, plan, "desfazer", **ACT)
    press(rita, back, "aplicar")
    assert name not in rita.get("/administracao/orgaos/SEF").text


def test_open_tasks_of_a_merged_agency_go_where_the_preview_said(place, rita):
    errands = place.errands
    one, other = errands.open(), errands.open()
    errands.claim(one)
    merge = change("merge", from1="SEF", from2="SEPLAG", into="SEFP", name="Fazenda e Planejamento")
    plan = send(rita, **typed(merge)).location
    page = shown(rita.get(plan).text)
    assert "Pedidos abertos alcançados 2" in page
    assert "Tarefas abertas que passam a outro órgão 2" in page
    assert "É criado SEFP, “Fazenda e Planejamento”" in page
    assert f"{other}" in page
    assert "Dario" in page
    assert "Tipos de pedido que citam os órgãos" in page
    assert '/administracao/tipos/errand/ajustar"' in rita.get(plan).text

    stays = {"shown": str(errands.doer)}
    page = rita.get(plan).text
    step = re.search(rf'name="shown(\d+)" value="{errands.doer}"', page)[1]
    again = press(rita, plan, "escolher", **{f"shown{step}": stays["shown"]})
    assert again != plan
    assert rita.get(plan).status_code == 404
    assert "não vai junto; fica sem responsável" in shown(rita.get(again).text)

    press(rita, again, "aplicar")
    done = shown(rita.get(again).text)
    assert "Aplicada" in done
    assert "Conferir se algum pedido ficou parado" in done
    tasks = [errands.case(number).tasks[0] for number in (one, other)]
    assert [(task.agency, task.assignee) for task in tasks] == [("SEFP", None)] * 2
    assert "Sucedeu a" in rita.get("/administracao/orgaos/SEFP").text
    gone = rita.get("/administracao/orgaos/SEF").text
    assert "Este órgão já não existe" in gone
    assert "Incluir pessoa" not in gone
    assert "Quando chega uma tarefa, ela vai para" not in gone


def test_the_cases_of_a_divided_agency_are_shared_out_one_by_one(place, rita):
    errands = place.errands
    one, other = errands.open(), errands.open()
    split = change(
        "split", agency="SEF", heir1="FAZ", name1="Fazenda", heir2="TES", name2="Tesouro"
    )
    plan = send(rita, **typed(split)).location
    page = rita.get(plan).text
    step = re.search(rf'name="cases(\d+)" value="{other}"', page)[1]
    chosen = {
        f"cases{step}": other,
        f"case{step}-{other}": "TES",
        f"shown{step}": str(errands.doer),
        f"who{step}-{errands.doer}": "TES",
    }
    again = press(rita, plan, "escolher", **chosen)
    press(rita, again, "aplicar")
    assert [errands.case(n).tasks[0].agency for n in (one, other)] == ["FAZ", "TES"]
    assert "Dario" in rita.get("/administracao/orgaos/TES").text


def test_a_reform_waits_for_its_day_and_can_still_be_dropped(place, rita):
    number = place.errands.open()
    day = today() + timedelta(days=20)
    plan = send(rita, **typed(change("end", agency="SEF", heir="SEPLAG"), day=day)).location
    assert f"Nada muda até {day:%d/%m/%Y}" in rita.get(plan).text
    press(rita, plan, "aplicar")
    page = rita.get(plan).text
    assert f"Decidida: espera o dia {day:%d/%m/%Y}" in page
    assert place.errands.case(number).tasks[0].agency == "SEF"
    assert "Decidida, à espera do dia" in rita.get(REFORMS).text
    press(rita, plan, "descartar")
    assert "A reforma foi descartada" in rita.get(REFORMS).text
    assert rita.get(plan).status_code == 404


def test_an_agency_moves_and_its_page_tells_it(rita):
    moves = (change("move", agency="FAPEMIG", parent="SEE"),)
    plan = send(rita, **typed(*moves)).location
    assert "FAPEMIG muda de lugar: passa a fazer parte de SEE" in shown(rita.get(plan).text)
    press(rita, plan, "aplicar")
    page = shown(rita.get("/administracao/orgaos/FAPEMIG").text)
    assert "passou a fazer parte de SEE" in page
    assert ACT["act"] in page


def test_what_is_written_is_altered_before_it_is_decided(rita):
    merge = change("merge", from1="SEF", from2="SEPLAG", into="SEFP", name="Fazenda e Plano")
    heirs = {
        "heir1": "CULT",
        "name1": "Cultura",
        "heir2": "TUR",
        "name2": "Turismo",
        "heir3": "SEDESE",
    }
    split = change("split", agency="SECULT", **heirs, **{"type-errand": "2"})
    others = (
        change("end", agency="SECOM", heir="SEGOV"),
        change("rename", agency="SEE", name="Educação Básica"),
        change("move", agency="FAPEMIG", parent="SEE", calendar="BR"),
    )
    plan = send(rita, **typed(merge, split, *others)).location
    form = rita.get(f"{NEW}?de={plan.rpartition('/')[2]}").text
    for n, one in enumerate((merge, split, *others)):
        for part, value in one.items():
            field = rf'name="c{n}-{part}"[^>]*value="{value}"'
            chosen = rf'name="c{n}-{part}".*?value="{value}" selected'
            assert re.search(field, form) or re.search(chosen, form, re.S), (n, part)
    assert "c5-kind" not in form
    assert 'value="2026-01-05"' in form
    instead = hidden(form, "instead")
    again = send(rita, **typed(others[1], instead=instead)).location
    assert rita.get(plan).status_code == 404
    assert "Educação Básica" in rita.get(again).text


def test_the_page_of_a_reform_at_work_says_how_far_it_is(place, rita):
    place.errands.open()
    place.app.extensions[PATIENCE] = 0
    plan = send(rita, **typed(change("end", agency="SEF", heir="SEPLAG"))).location
    waiting = rita.get(plan).text
    assert "Preparando a prévia" in waiting
    assert f'hx-get="{plan}/andamento"' in waiting
    assert "0 de 1 pedidos vistos" in rita.get(f"{plan}/andamento").text
    recounting.finish(
        place.errands.uow, plans.plan_named(place.errands.uow(), 1, kinds=("reform",))
    )
    assert "A prévia está pronta" in rita.get(f"{plan}/andamento").text
    press(rita, plan, "aplicar")
    assert "Passando os pedidos adiante" in rita.get(plan).text
