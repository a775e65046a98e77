"""A piece of the day of five people, each with a keyboard and nothing else.

An officer with many tasks, the head who distributes them, the coordinator who answers for a
request type, the requester who waits, and the administrator of an agency.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.chromium import Visitors
from tests.web.keyboard import Hands
from tests.web.workday import PDF, Workday, a_working_day


@pytest.fixture(scope="module")
def day(
    installed_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Workday]:
    """Let the five work on one site."""
    with a_working_day(installed_sqlite_template, tmp_path_factory.mktemp("day")) as begun:
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


def claim_and_answer(hands: Hands) -> None:
    hands.press("j")
    hands.picture("first-task")
    hands.leave("a")
    hands.sees("Você assumiu a tarefa")
    hands.follow("Desfazer", "submit")
    hands.sees("Desfeito")
    hands.press("j")
    hands.leave("a")
    hands.press("j")
    hands.leave("Enter")
    hands.sees("Está com você")
    hands.attach("Parecer", PDF)
    hands.write("Resumo do parecer", "A isenção cabe no convênio em vigor.")
    hands.picture("written")
    hands.follow("Favorável", "submit")
    hands.sees("Tarefa concluída: Favorável")
    hands.picture("answered")


def do_many(hands: Hands, day: Workday) -> None:
    hands.press("g")
    hands.leave("c")
    pick_some(hands, 3)
    hands.picture("picked")
    hands.press("b", "Enter")
    hands.sees("3 tarefas assumidas")
    pick_some(hands, 3)
    hands.follow("Concluir", "submit")
    hands.pick("Favorável")
    hands.picture("many")
    hands.follow("Concluir", "submit")
    hands.sees("3 tarefas")
    hands.picture("many-done")
    pick_some(hands, 1)
    hands.unfold("Mais")
    hands.follow("Adiar", "submit")
    hands.date("Voltar à lista em", day.in_days(3))
    hands.picture("snoozing")
    hands.follow("Adiar", "submit")
    hands.sees("1 tarefa adiada")
    hands.picture("snoozed")


def test_a_head_distributes_releases_and_goes_away(day: Workday, hands: Hands):
    day.demand_release("AGE")
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


def distribute(hands: Hands) -> None:
    hands.follow("Carga da equipe", "a")
    hands.picture("load")
    hands.follow("Sem responsável", "a")
    hands.press("j", "j")
    pick_some(hands, 2)
    hands.choose("Passar para", "AGE second")
    hands.picture("handing-on")
    hands.follow("Passar$", "submit")
    hands.sees("2 tarefas passadas adiante")
    hands.follow("AGE second", "a")
    pick_some(hands, 1)
    hands.choose("Passar para", "AGE first")
    hands.follow("Passar$", "submit")
    hands.sees("1 tarefa passada adiante")
    hands.picture("handed-on")


def release(hands: Hands) -> None:
    hands.press("g")
    hands.leave("c")
    hands.follow("Toda a unidade", "a")
    hands.sees("Há uma proposta à espera da chefia")
    hands.picture("proposals")
    hands.press("j")
    hands.leave("Enter")
    hands.sees("Proposta à espera da chefia: Favorável", "Conforme a nota 1.")
    hands.unfold("Devolver a quem propôs")
    hands.write("Motivo", "Falta citar o decreto.")
    hands.picture("returning")
    hands.follow("Devolver", "submit")
    hands.sees("A proposta voltou a quem a fez")
    hands.picture("returned")
    hands.press("/")
    hands.page.keyboard.type("Cláusula 2")
    hands.leave("Enter")
    hands.picture("found")
    hands.follow("Cláusula 2", "a")
    hands.follow("Abrir a tarefa", "a")
    hands.follow("Liberar", "submit")
    hands.sees("A proposta foi liberada e vale desde agora")
    hands.picture("released")


def go_away(hands: Hands, day: Workday) -> None:
    hands.unfold("A AGE AGE first")
    hands.picture("menu")
    hands.follow("Ausências e substituições", "a")
    hands.picture("absences")
    hands.follow("Registrar a minha ausência", "a")
    hands.date("Primeiro dia", day.in_days(7))
    hands.date("Último dia", day.in_days(21))
    hands.choose("Quem responde", "AGE second")
    hands.write("Motivo", "Férias")
    hands.picture("absence")
    hands.follow("Registrar a ausência", "submit")
    hands.sees("Combinado: AGE second responde nesses dias")
    hands.picture("absent")


def pick_some(hands: Hands, many: int) -> None:
    for _ in range(many):
        hands.press("j", "x")
