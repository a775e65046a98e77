"""A piece of the day of five people, each with a keyboard and nothing else.

An officer with many tasks, the head who distributes them, the coordinator who answers for a
request type, the requester who waits, and the administrator of an agency.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.chromium import Visitors
from tests.web.days import (
    answer_by_code,
    ask_one_more,
    bring_in,
    claim_and_answer,
    distribute,
    do_many,
    go_away,
    lengthen_a_term,
    let_go,
    let_it_rest,
    mend,
    release,
    send_a_request,
)
from tests.web.keyboard import Hands
from tests.web.site import address
from tests.web.workday import Workday, a_working_day


@pytest.fixture(scope="module")
def day(
    installed_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workday]:
    """Let the five work on one site."""
    with a_working_day(installed_sqlite_template, tmp_path_factory.mktemp("day")) as begun:
        begun.make_coordinator("SCC", "first")
        begun.demand_release("AGE")
        yield begun


@pytest.fixture
def hands(visitors: Visitors, request: pytest.FixtureRequest) -> Iterator[Hands]:
    """Take somebody's mouse away; nothing that they do may set the browser complaining."""
    person = request.node.name.split("_")[2]
    yield Hands(visitors.page(reduced_motion="reduce"), person)
    assert visitors.complaints == []


def test_an_officer_works_through_the_inbox(day: Workday, hands: Hands):
    day.ask_opinion("SEF", "Minuta com cláusula de isenção", binding=True)
    for n in range(1, 6):
        day.ask_opinion("SEF", f"Consulta tributária {n}")
    day.sign_in(hands, "SEF", "second")

    claim_and_answer(hands)
    do_many(hands, day)


def test_a_head_distributes_releases_and_goes_away(day: Workday, hands: Hands):
    for n in (1, 2):
        day.propose("AGE", day.ask_opinion("AGE", f"Cláusula {n}"), f"Conforme a nota {n}.")
    for n in (3, 4):
        day.hand("AGE", day.ask_opinion("AGE", f"Consulta distribuída {n}"))
    for n in (5, 6):
        day.ask_opinion("AGE", f"Consulta da fila {n}")
    day.sign_in(hands, "AGE")
    distribute(hands)
    release(hands)
    go_away(hands, day)


def test_a_coordinator_answers_for_a_type(day: Workday, hands: Hands):
    number = day.agreement()
    day.sign_in(hands, "SCC")
    hands.press("/")
    hands.type(number)
    hands.leave("Enter")
    hands.sees("Acordo de cooperação com universidade")
    hands.picture("case")
    ask_one_more(hands)
    let_it_rest(hands, day)
    lengthen_a_term(hands)


def test_a_requester_asks_waits_and_answers(day: Workday, hands: Hands):
    day.sign_in(hands, "SEDE", "second")
    number, code = send_a_request(hands)
    day.ask_requester("SCC", number, "Qual é o prazo do fundo?", "call_text")
    hands.address(day.linked(address("SEDE", "second"), number))
    hands.sees("Qual é o prazo do fundo?")
    hands.picture("asked")
    hands.address(f"{day.site.url}/acompanhar/{number}")
    hands.sees("Responder a uma pergunta")
    hands.picture("public")
    answer_by_code(hands, code)
    day.refuse("SCC", number, "O edital é só para municípios.")
    hands.address(f"{day.site.url}/acompanhar/{number}")
    hands.sees("O pedido já terminou")
    hands.picture("ended")


def test_an_administrator_looks_after_an_agency(day: Workday, hands: Hands):
    day.leave_stuck("SEAPA")
    for n in (1, 2):
        day.hand("SCC", day.ask_opinion("SCC", f"Consulta à Casa Civil {n}"), "second")
    day.sign_in(hands, "SCC")
    bring_in(hands, day)
    let_go(hands)
    mend(hands)
