"""Giving a request back without filling in its form: what the page says, and what is sent."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.chromium import Visitors
from tests.web.driving import end_task
from tests.web.office import Office, close_office, hidden, open_office, pdf
from tests.web.pages import token_of
from tests.web.site import Site, running_site, sign_in
from tests.world import DEFINITIONS

STORIES = DEFINITIONS / "scenarios"
UNIT_CANNOT = "bottleneck/unit_cannot"
REASON = {"reason": "O modelo é de outra secretaria."}


@pytest.fixture
def opened(installed_sqlite_url: str, tmp_path: Path) -> Iterator[object]:
    """Play a shipped story for some steps, and close its office afterwards."""
    offices: list[Office] = []

    def play(story: str, steps: int) -> Office:
        offices.append(
            open_office(
                installed_sqlite_url, tmp_path, story=STORIES / f"{story}.yaml", steps=steps
            )
        )
        return offices[-1]

    yield play
    for office in offices:
        close_office(office)


@pytest.fixture
def planning(opened) -> Office:
    """Bring a bottleneck to the unit that is to plan its solution."""
    return opened(UNIT_CANNOT, 5)


def blank(office: Office, **more: str) -> dict[str, object]:
    """Return what the form of the plan sends with nothing filled in."""
    page = office.visit("SES/AEST").get(f"/tarefas/{office.task('make_plan')}").text
    return {"seq": hidden(page, "seq"), "data.plan": "", "data.ready_by": "", **more}


def sent(office: Office, **typed: str):
    task = office.task("make_plan")
    return office.visit("SES/AEST").post(f"/tarefas/{task}", blank(office, **typed))


def test_the_page_says_for_which_outcome_its_fields_are(planning):
    page = html.unescape(
        planning.visit("SES/AEST").get(f"/tarefas/{planning.task('make_plan')}").text
    )

    assert page.count("(só para “Plano pronto”)") == 2
    assert page.count("Não é preciso preencher o formulário.") == 1


def test_it_is_given_back_with_an_empty_form(planning):
    answer = sent(planning, outcome="cannot", **REASON)

    assert answer.status_code == 303
    assert planning.case().state == "choosing"
    assert not planning.case().data.keys() & {"plan", "ready_by"}


def test_the_other_outcome_asks_for_all_of_it(planning):
    answer = sent(planning, outcome="planned")

    assert answer.status_code == 422
    assert answer.text.count('class="error"') == 2
    assert planning.case().state == "solving"


def test_the_reason_is_asked_and_what_is_filled_in_is_checked(planning):
    without = sent(planning, outcome="cannot")
    wrong = sent(planning, outcome="cannot", **{**REASON, "data.ready_by": "amanhã"})

    assert (without.status_code, wrong.status_code) == (422, 422)
    assert 'id="f-reason-error"' in without.text
    assert 'id="f-data.ready_by-error"' in wrong.text
    assert "amanhã" not in planning.case().data.values()


def test_what_is_filled_in_is_kept(planning):
    sent(
        planning, outcome="cannot", **{**REASON, "data.plan": "Levar o modelo à outra secretaria."}
    )

    assert planning.case().data["plan"] == "Levar o modelo à outra secretaria."
    assert "ready_by" not in planning.case().data


def test_many_are_given_back_at_once(planning):
    visitor = planning.visit("SES/AEST")
    picked = {"act": "complete", "task": f"{planning.number}.{planning.task('make_plan')}"}
    token = token_of(visitor.case().text)
    chosen = {"csrf": token, "ready": "1", "outcome": "cannot", **picked, **REASON}

    answer = visitor.client.post("/caixa/lote", data=chosen)

    assert answer.status_code == 303
    assert planning.case().state == "choosing"


def test_rows_that_came_with_the_form_are_not_asked_either(opened):
    office = opened("enrolment/dropped_out", 7)
    case = office.acting("SEPLAG").load(office.number).snapshot
    task, visitor = (
        next(t.no for t in case.tasks if t.key == "record_attendance"),
        office.visit("SEPLAG"),
    )
    page = visitor.get(f"/tarefas/{task}").text
    rows = dict(re.findall(r'type="hidden" name="(data\.attendance[^"]+)" value="([^"]*)"', page))
    asked = {"seq": hidden(page, "seq"), "asked": "data.attendance", "data.grade": "", **rows}

    refused = visitor.post(f"/tarefas/{task}", {**asked, "outcome": "recorded"})
    partly = visitor.post(
        f"/tarefas/{task}", {**asked, "data.attendance.0.attended": "yes", "outcome": "dropped_out"}
    )
    answer = visitor.post(f"/tarefas/{task}", {**asked, "outcome": "dropped_out"})

    assert (refused.status_code, partly.status_code, answer.status_code) == (422, 422, 303)
    assert office.acting("SEPLAG").load(office.number).snapshot.state == "dropped"


@pytest.mark.parametrize("day", [None, "", "amanhã"], ids=["left out", "blank", "no day"])
@pytest.mark.parametrize("way", ["", "/rascunho"], ids=["sent", "draft"])
def test_rows_are_shown_again_whatever_came_for_what_is_given(opened, day: str | None, way: str):
    office = opened("enrolment/dropped_out", 7)
    case, visitor = office.acting("SEPLAG").load(office.number).snapshot, office.visit("SEPLAG")
    path = f"/tarefas/{next(t.no for t in case.tasks if t.key == 'record_attendance')}"
    given = {} if day is None else {"data.attendance.0.begins_at.date": day}
    typed = {"data.attendance.0.attended": "yes", **given}
    seen = {"seq": hidden(visitor.get(path).text, "seq"), "asked": "data.attendance"}

    answer = visitor.post(path + way, {**seen, **typed, "outcome": "recorded"})
    again = visitor.get(path)

    assert (answer.status_code, again.status_code) == (303 if way else 422, 200)
    assert "Encontro: " in html.unescape((again if way else answer).text)


def test_a_needed_document_says_for_which_outcomes_it_is_not(opened):
    office = opened("opinion_request/binding_not_within_its_powers", 0)
    task, visitor = office.task("advise_bindingly"), office.visit("AGE")
    page = html.unescape(visitor.get(f"/tarefas/{task}").text)
    sent = {"seq": hidden(page, "seq"), **REASON}

    refused = visitor.post(f"/tarefas/{task}", {**sent, "outcome": "contrary"})
    answer = visitor.post(f"/tarefas/{task}", {**sent, "outcome": "not_ours"})

    assert "(não é preciso para “Não é da nossa competência”)" in page
    assert (refused.status_code, answer.status_code) == (422, 303)
    assert office.case().state == "not_answered"


def test_a_needed_document_that_comes_all_the_same_is_kept(opened):
    office = opened("opinion_request/binding_not_within_its_powers", 0)
    task, visitor = office.task("advise_bindingly"), office.visit("AGE")
    page = visitor.get(f"/tarefas/{task}").text
    given = {"seq": hidden(page, "seq"), "outcome": "not_ours", "documents.opinion": pdf()}

    assert visitor.post(f"/tarefas/{task}", {**given, **REASON}).status_code == 303
    assert office.case().data["opinion"]["name"] == "parecer.pdf"


def test_a_draft_that_was_kept_is_given_back_without_what_was_blank(planning):
    visitor, task = planning.visit("SES/AEST"), planning.task("make_plan")
    visitor.post(f"/tarefas/{task}/rascunho", blank(planning, **{"data.plan": "Um começo."}))
    page = visitor.get(f"/tarefas/{task}").text

    assert "Um começo." in page
    assert "(só para" in page


@pytest.fixture
def site(installed_sqlite_template: Path, tmp_path: Path) -> Iterator[Site]:
    """Serve an installation in which a unit is to plan what it cannot."""
    with running_site(installed_sqlite_template, tmp_path, stories={UNIT_CANNOT: 5}) as running:
        yield running


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_request_is_given_back_in_a_browser_with_an_empty_form(
    site: Site, visitors: Visitors, scripts: bool
):
    page = visitors.page(java_script_enabled=scripts)
    sign_in(page, site, "SES/AEST")
    page.goto(f"{site.url}/caixa/?q={site.cases[UNIT_CANNOT]}")
    page.locator("tr.task .col-subject a").first.click()
    plan = page.get_by_label("Plano de solução (só para “Plano pronto”)")
    plan.wait_for()

    page.locator("#f-reason").fill("O modelo é de outra secretaria.")
    end_task(page, "planned")
    assert page.locator("#error-summary li").count() == 2

    end_task(page, "cannot")
    assert page.locator("#error-summary").count() == 0
    assert page.get_by_text("Não podemos").first.is_visible()
