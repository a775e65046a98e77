"""What falls due, on the pages that tell it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import accumulate

import pytest

from tests.servers.nodejs import html_faults
from tests.storage.counting import counted
from tests.today import in_days, today
from tests.web.office import change
from web.due.foretold import pace_of, told
from web.due.lines import lines_of
from workflow.core.snapshot import Clock
from workflow.core.spelling import spell_clock
from workflow.services.falling_due import DueItem
from workflow.services.outlooks import Outlook, outlook
from workflow.services.unit_of_work import UnitOfWork

PAGES = [
    "/prazos/",
    "/prazos/?de=orgao",
    "/prazos/?de=tipos",
    "/prazos/?de=orgao&dia=2026-03-16",
    "/prazos/?ver=mes&de=orgao",
    "/prazos/?ver=mes&de=orgao&mes=2026-12",
    "/prazos/?ver=mes&mes=9999-99",
    "/prazos/?apos=nada_1_2_3",
    "/prazos/radar?de=orgao",
    "/prazos/agenda",
]


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_of_deadlines_are_well_formed(office, path):
    answer = office.visit("SCC").client.get(path)

    assert answer.status_code == 200
    assert html_faults(answer.text) == []


@pytest.mark.parametrize("path", ["/caixa/?ver=agency", "/prazos/"])
def test_only_what_is_late_stands_in_its_colour(filled_here, path):
    page = filled_here.sign_in("SEDE/JUR").get(path).text
    summary = page[page.index('class="summary"') :].partition("</div>")[0]

    assert summary.count("<b>0</b>") == 3
    assert "class=" not in summary.removeprefix('class="summary"')


def test_the_list_tells_what_is_due_of_an_agency_and_of_nobody_else(office):
    task = next(task for task in office.case().tasks if task.clock)
    own = office.visit(task.agency).client.get("/prazos/?de=orgao").text
    other = office.visit("SEE").client.get("/prazos/?de=orgao").text

    assert office.number in own
    assert f"/pedidos/{office.number}/tarefas/{task.no}" in own
    assert office.number not in other


@pytest.mark.parametrize(
    ("today", "aim"), [("2026-03-16", date(2026, 3, 19)), ("2026-03-20", None)]
)
def test_the_list_tells_the_internal_target_until_it_has_passed(office, today, aim):
    now = datetime.fromisoformat(f"{today}T12:00:00+00:00")
    limit, start = date(2026, 3, 24), date(2026, 3, 9)
    clock = Clock("task:9", "lei_9784_42", "SEE/JUR", "15 days", start, limit, now)
    with office.app.test_request_context():
        uow = UnitOfWork(office.installation, now=now)
        listed = [opinion_due(office, clock), opinion_due(office, clock, task_key="tax_review")]
        assert [line.aim for line in lines_of(uow, listed)] == [aim, None]


def opinion_due(office, clock, *, task_key="opine"):
    """Return the line of a list that the legal opinion, or another task, would have."""
    return DueItem(
        case_id=1,
        number=office.number,
        subject="Um acordo",
        definition_key="agreement_review",
        definition_version=office.installation.newest("agreement_review").version,
        access="public",
        announced=True,
        no=9,
        task_key=task_key,
        key=clock.key,
        agency=clock.agency,
        assignee=None,
        assignee_name=None,
        due_on=clock.due_on,
        order_at=clock.due_at,
        clock=spell_clock(clock),
    )


def test_the_month_shows_a_deadline_on_its_day(office):
    task = next(task for task in office.case().tasks if task.clock)
    due = task.clock.due_on
    page = office.visit(task.agency).client.get(f"/prazos/?ver=mes&de=orgao&mes={due:%Y-%m}").text
    _, _, day = page.partition(f'datetime="{due}"')

    assert office.number in day.partition("</td>")[0]


def test_a_month_names_its_holidays(office):
    page = office.visit("SCC").client.get("/prazos/?ver=mes&mes=2026-04").text

    _, _, day = page.partition('datetime="2026-04-21"')
    assert "Tiradentes" in day.partition("</td>")[0]


def fall_due_soon(office):
    """Let the tasks fall due in thirty days: time does nothing more in a case of long ago."""
    due = "?1 || 'T21:00:00.000000+00:00'"
    clock = f"json_set(clock, '$.due_on', ?1, '$.due_at', {due})"
    moved = f"clock = {clock}, due_on = ?1, due_at = {due}, order_at = {due}"
    change(office, f"UPDATE task SET {moved} WHERE clock IS NOT NULL", in_days(30))


def test_the_page_of_a_case_and_the_radar_say_what_happens_if_nobody_acts(office):
    fall_due_soon(office)
    visitor = office.visit("SCC")

    assert "Se ninguém agir" in visitor.case().text
    task = next(task for task in office.case().tasks if task.clock)
    radar = office.visit(task.agency).client.get("/prazos/radar?de=orgao").text
    assert office.number in radar
    assert "é avisad" in radar or "são avisados" in radar


def test_what_is_late_is_told_once_with_how_often_it_is_told_again(office):
    fall_due_soon(office)
    uow, case = office.acting("SCC"), office.case()
    with office.app.test_request_context():
        days = told(outlook(uow, case, uow.world()), uow.world(), today=uow.today).days
    late = [one for day in days for one in day.said if "atraso em “" in one.words]

    assert late
    assert all(re.search(r", e depois toda semana, mais \d+ vezes$", one.words) for one in late)
    assert len({one.words for one in late}) == len(late)


@pytest.mark.parametrize(
    ("gaps", "pace"), [((), 0), ((7,), 0), ((1, 3, 1, 1), 1), ((7, 9, 5, 7), 7), ((14, 14), 14)]
)
def test_the_pace_of_repeats_is_what_lies_between_most_of_them(gaps, pace):
    days = accumulate(gaps, lambda day, gap: day + timedelta(gap), initial=date(2026, 3, 2))

    assert pace_of([*days]) == pace


def test_a_provisional_date_names_the_year_whose_calendar_is_missing(office):
    fall_due_soon(office)  # as the radar looks for it
    year = today().year + 2  # no list of its days is shipped so early
    ends = f"'$.due_on', '{year}-01-20', '$.provisional', json('true')"
    marked = f"json_set(clock, '$.start', ?, {ends})"
    change(office, f"UPDATE task SET clock = {marked} WHERE clock IS NOT NULL", f"{year}-01-04")
    task = next(task for task in office.case().tasks if task.clock)
    visitor = office.visit(task.agency)
    said = f"data provisória: falta o calendário oficial de {year}"

    assert said in visitor.get(f"/tarefas/{task.no}").text
    assert said in visitor.get(f"/prazos/task:{task.no}").text
    assert said in visitor.case().text.partition("Onde está o pedido")[0]
    for path in ("/prazos/?de=orgao", "/prazos/radar?de=orgao"):
        assert said in visitor.client.get(path).text


def test_what_happens_in_a_case_that_does_a_task_names_that_case(office):
    fall_due_soon(office)
    uow, case = office.acting("SCC"), office.case()
    own = outlook(uow, case, uow.world())
    other = tuple(replace(one, child=replace(case, number="another")) for one in own.foreseen)
    with office.app.test_request_context():
        said = told(Outlook(case, other), uow.world(), today=uow.today).days[0].said[0].words

    assert said.startswith("No pedido “Análise de instrumento de cooperação”, que faz uma tarefa")


def test_the_menu_leads_to_the_deadlines(office):
    assert 'href="/prazos/"' in office.visit("SCC").client.get("/caixa/").text


def test_the_pages_cost_few_statements(office):
    visitor = office.visit("SEPLAG").client
    engine = office.installation.engine
    costs = {}
    for path in ("/prazos/?de=orgao", "/prazos/?ver=mes&de=orgao", "/prazos/agenda"):
        visitor.get(path)
        with counted(engine) as sent:
            visitor.get(path)
        costs[path] = len([one for one in sent if one.startswith(("SELECT", "WITH"))])

    assert max(costs.values()) <= 10, costs
