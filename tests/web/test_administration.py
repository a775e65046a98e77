"""The pages on which administrators change calendars, with what that moves shown first."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from tests.web.office import hidden
from tests.web.pages import token_of
from web.administration.working import PATIENCE
from workflow.services import planning, recounting
from workflow.services.plans import apply_plan, plans_of
from workflow.storage.case import Case
from workflow.storage.people import Membership
from workflow.storage.queries.plans import Phase

pytestmark = pytest.mark.usefixtures("office")

CALENDARS = "/administracao/calendarios"


@pytest.fixture
def office(errands):
    """Open a case of today, whose only deadline runs for two weeks."""
    errands.number = errands.open()
    return errands


def a_due_day(office):
    return office.case(office.number).tasks[0].clock.due_on


def send(client, address, **typed):
    page = client.get(address).text
    data = {"csrf": token_of(page), "once": hidden(page, "once"), **typed}
    return client.post(address, data=data)


def decree(day, **typed):
    return {
        "kind": "optional",
        "layer": "BR",
        "first": day.isoformat(),
        "name": "Luto oficial",
        "act": "Decreto 9",
        "act_on": "2026-01-05",
        **typed,
    }


def press(client, page, action):
    found = re.search(rf'action="([^"]+/{action})"', page)
    return client.post(found[1], data={"csrf": token_of(page)})


def test_nobody_else_knows_of_these_pages(signed_in, office):
    assert signed_in.get(CALENDARS).status_code == 404
    assert signed_in.get("/administracao/mudancas/1").status_code == 404


def test_calendars_are_listed_with_what_they_wait_for(administrator):
    page = administrator.get(CALENDARS).text
    assert "Executivo de Minas Gerais em Belo Horizonte" in page
    assert "Falta a de" in page


def test_a_year_shows_what_closes_each_day_and_its_name(administrator):
    page = administrator.get(f"{CALENDARS}/BH?ano=2026").text
    assert "Tiradentes" in page
    assert page.count('class="card month"') == 12
    assert 'class="mark-optional"' in page
    assert administrator.get(f"{CALENDARS}/NOWHERE").status_code == 404


def test_what_is_missing_is_said_beside_its_field(administrator):
    answer = send(administrator, f"{CALENDARS}/BH/mudar", kind="optional")
    assert answer.status_code == 422
    assert "Informe o ato" in answer.text
    assert "Informe o dia" in answer.text
    late = send(administrator, f"{CALENDARS}/BH/mudar", act="Decreto", act_on="2999-01-01")
    assert "ainda não chegou" in late.text


def test_a_day_is_previewed_applied_and_undone(office, administrator):
    day = a_due_day(office)
    answer = send(administrator, f"{CALENDARS}/BH/mudar", **decree(day))
    assert answer.status_code == 303
    plan = answer.location
    page = administrator.get(plan).text
    assert office.number in page
    assert "À espera de decisão" in page
    assert a_due_day(office) == day

    press(administrator, page, "aplicar")
    done = administrator.get(plan).text
    assert "Prazos que a prévia mostrou" in done
    moved = a_due_day(office)
    assert moved > day
    history = administrator.get(f"/pedidos/{office.number}").text
    assert "Decreto 9 (05/01/2026)" in history

    undo = administrator.post(
        f"{plan}/desfazer",
        data={"csrf": token_of(done), "act": "Decreto 10", "act_on": "2026-01-06"},
    )
    press(administrator, administrator.get(undo.location).text, "aplicar")
    assert a_due_day(office) == day


def test_a_form_sent_twice_makes_one_plan(office, administrator):
    address = f"{CALENDARS}/BH/mudar"
    page = administrator.get(address).text
    data = {"csrf": token_of(page), "once": hidden(page, "once"), **decree(a_due_day(office))}
    first, second = (administrator.post(address, data=data).location for _ in range(2))
    assert first == second


def test_a_plan_that_was_dropped_is_gone(office, administrator):
    plan = send(administrator, f"{CALENDARS}/BH/mudar", **decree(a_due_day(office))).location
    press(administrator, administrator.get(plan).text, "descartar")
    assert "foi descartada" in administrator.get(CALENDARS).text
    assert administrator.get(plan).status_code == 404


def test_an_outdated_preview_is_counted_again(office, administrator):
    day = a_due_day(office)
    old = send(administrator, f"{CALENDARS}/BH/mudar", **decree(day)).location
    other = decree(day + timedelta(days=7), kind="outage", name="Queda", layer="MG-EXEC")
    new = send(administrator, f"{CALENDARS}/BH/mudar", **other).location
    press(administrator, administrator.get(new).text, "aplicar")
    page = administrator.get(old).text
    assert "O calendário mudou depois desta prévia" in page
    assert "/aplicar" not in page
    press(administrator, page, "refazer")
    assert "/aplicar" in administrator.get(old).text


def test_a_day_is_taken_out_by_an_act(office, administrator):
    page = administrator.get(f"{CALENDARS}/BH?ano=2026").text
    address = re.search(r'href="([^"]+/retirar[^"]*tipo=optional_holiday)"', page)[1]
    form = administrator.get(address.replace("&amp;", "&")).text
    fields = {name: hidden(form, name) for name in ("camada", "dia", "tipo", "once")}
    act = {"act": "Decreto 11", "act_on": "2026-01-07", "csrf": token_of(form)}
    answer = administrator.post(f"{CALENDARS}/BH/retirar", data={**fields, **act})
    assert "Sai:" in administrator.get(answer.location).text


def test_the_clock_process_ends_what_a_page_began(app, office, administrator):
    app.extensions[PATIENCE] = 0.0
    day = a_due_day(office)
    plan = send(administrator, f"{CALENDARS}/BH/mudar", **decree(day)).location
    assert "Preparando a prévia" in administrator.get(plan).text
    assert "vistos" in administrator.get(f"{plan}/andamento").text
    office.work()
    assert "A prévia está pronta" in administrator.get(f"{plan}/andamento").text
    press(administrator, administrator.get(plan).text, "aplicar")
    assert "Recontando os prazos" in administrator.get(plan).text
    office.work()
    assert plans_of(office.uow())[0].phase is Phase.DONE
    assert a_due_day(office) > day


def test_who_may_not_know_of_a_case_sees_only_that_some_deadline_moves(office, administrator):
    plan = send(administrator, f"{CALENDARS}/BH/mudar", **decree(a_due_day(office))).location
    with office.uow().writing() as connection:
        connection.execute(update(Case).values(access="restricted"))
        connection.execute(
            update(Membership).where(Membership.agency == "SEDE").values(agency="SEPLAG")
        )
    page = administrator.get(plan).text
    assert office.number not in page
    assert "Pedido de acesso restrito" in page


def test_who_acts_for_no_agency_is_told_numbers_that_are_no_secret(office, administrator):
    plan = send(administrator, f"{CALENDARS}/BH/mudar", **decree(a_due_day(office))).location
    with office.uow().writing() as connection:
        connection.execute(delete(Membership).where(Membership.officer_id != office.doer))
    page = administrator.get(plan).text
    assert office.number in page
    assert f"/pedidos/{office.number}" not in page
    assert "Levar o recado" in page


def test_a_deadline_that_stayed_is_explained_by_the_calendar_of_its_day(office, administrator):
    due = a_due_day(office)
    plan = send(administrator, f"{CALENDARS}/BH/mudar", **decree(due)).location
    press(administrator, administrator.get(plan).text, "aplicar")
    press_back(office, administrator, plan)
    page = administrator.get(f"/pedidos/{office.number}/prazos/task:1").text
    assert "O calendário mudou depois que este prazo foi contado" in page
    assert "Luto oficial" in page


def press_back(office, administrator, plan):
    """Let the day be taken back when it is too late for the deadline to come forward."""
    office.now = office.case(office.number).tasks[0].clock.due_at - timedelta(hours=1)
    undoing = planning.plan_undoing(
        office.uow(), int(plan.rpartition("/")[2]), key="back", source="Decreto 10"
    )
    undoing = recounting.finish(office.uow, undoing)
    assert undoing.kept == 1
    recounting.finish(office.uow, apply_plan(office.uow(), undoing.id))


def test_who_acts_for_no_agency_begins_with_the_administration(office, administrator):
    with office.uow().writing() as connection:
        connection.execute(delete(Membership).where(Membership.officer_id != office.doer))
    assert administrator.get("/caixa/").location == "/administracao/"
