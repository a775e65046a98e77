"""What five people do on a piece of their day, key by key."""

from __future__ import annotations

import re

from tests.web.keyboard import Hands
from tests.web.site import address
from tests.web.workday import PDF, Workday

NUMBER = r"\d{4}-\d{6}-\d{2}"
CODE = r"\b[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b"


def claim_and_answer(hands: Hands) -> None:
    """Claim the first task, think better of it, claim it again and answer."""
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
    hands.pick("Favorável")
    hands.follow("Concluir a tarefa", "submit")
    hands.sees("Tarefa concluída: Favorável")
    hands.picture("answered")


def do_many(hands: Hands, day: Workday) -> None:
    """Claim and complete three tasks at once, and put one aside."""
    hands.leave("g", "c")
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


def distribute(hands: Hands) -> None:
    """See who has how much, hand out what lies free, and move a task."""
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
    """Give a proposal back with the reason, and release another."""
    hands.leave("g", "c")
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
    hands.type("Cláusula 2")
    hands.leave("Enter")
    hands.picture("found")
    hands.follow("Cláusula 2", "a")
    hands.follow("Abrir a tarefa", "a")
    hands.follow("Liberar", "submit")
    hands.sees("A proposta foi liberada e vale desde agora")
    hands.picture("released")


def go_away(hands: Hands, day: Workday) -> None:
    """Say when one is away, and who answers in the meantime."""
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


def ask_one_more(hands: Hands) -> None:
    """Ask one agency more in a running round."""
    hands.unfold("Pedir também a outro órgão")
    hands.choose("Tarefa", "Analisar o plano")
    hands.choose("Órgão", "FAPEMIG")
    hands.picture("one-more")
    hands.follow("Pedir também", "submit")
    hands.sees("O órgão recebeu a tarefa")
    hands.picture("asked")


def let_it_rest(hands: Hands, day: Workday) -> None:
    """Suspend a case, having seen what becomes of each deadline."""
    hands.unfold("Suspender o pedido")
    hands.date("Rever em", day.in_days(14))
    hands.write("Motivo", "O parceiro pediu tempo para traduzir.")
    hands.picture("suspending")
    hands.follow("Ver o que muda nos prazos", "submit")
    hands.sees("Nada foi feito ainda")
    hands.picture("foreseen")
    hands.follow("Suspender o pedido", "submit")
    hands.sees("está suspenso")
    hands.picture("suspended")


def lengthen_a_term(hands: Hands) -> None:
    """Give a house term two days more by a new, proven version of the type."""
    hands.unfold("S SCC SCC first")
    hands.follow("Tipos de pedido", "a")
    hands.picture("types")
    hands.follow("Pedido de parecer", "a")
    hands.follow("Ajustar", "a")
    hands.picture("adjusting")
    hands.unfold("Conferir o parecer recebido")
    hands.write("Prazo", "7")
    hands.picture("longer")
    hands.follow("Conferir e ver o que muda", "submit")
    hands.picture("proven")
    hands.follow("Publicar a versão 3", "submit")
    hands.sees("Versão 3, em uso")
    hands.picture("published")


def send_a_request(hands: Hands) -> tuple[str, str]:
    """Write a request section by section and send it; return its number and its access code."""
    hands.leave("n")
    hands.picture("kinds")
    hands.follow("Captação em edital", "a")
    hands.picture("before")
    hands.follow("Começar", "submit")
    hands.picture("sections")
    hands.follow("Sobre o pedido", "a")
    hands.write("Assunto", "Edital de hidrogênio verde")
    hands.write("Descrição", "Concorrer ao edital do fundo, com a universidade.")
    hands.picture("section")
    hands.follow("Salvar e continuar", "submit")
    hands.write("Financiador", "Fundo do Clima")
    hands.choose("Tipo de financiador", "Funda")
    hands.write("Código do edital", "HV-2026")
    hands.write("Endereço do edital", "https://fundo.example/hv")
    hands.write("Valor", "1.000.000,00")
    hands.choose("Moeda", "EUR")
    hands.date("Dia do encerramento", "2027-03-01")
    hands.follow("Salvar e continuar", "submit")
    hands.pick("Não")
    hands.pick("Não")
    hands.follow("Salvar e continuar", "submit")
    hands.picture("interested")
    hands.follow("Captação em edital", "a")
    hands.follow("Conferir e enviar", "a")
    hands.picture("check")
    hands.follow("Enviar o pedido", "submit")
    hands.sees("Pedido enviado")
    hands.picture("receipt")
    told = hands.page.locator("main").inner_text()
    return re.search(NUMBER, told)[0], re.search(CODE, told)[0]


def answer_by_code(hands: Hands, code: str) -> None:
    """Answer a question with a document, by the access code."""
    hands.write("Código de acesso", code)
    hands.leave("Enter")
    hands.sees("Qual é o prazo do fundo?")
    hands.write("Sua resposta", "Até março de 2027, conforme o edital que junto.")
    hands.attach("Texto do edital", PDF)
    hands.picture("answering")
    hands.follow("Enviar resposta", "submit")
    hands.sees("Recebemos a sua resposta")
    hands.picture("answered")


def bring_in(hands: Hands, day: Workday) -> None:
    """Let somebody new work in the agency, and somebody of another for a while."""
    hands.unfold("S SCC SCC first")
    hands.follow("Órgãos e pessoas", "a")
    hands.picture("agencies")
    hands.follow("SCC$", "a")
    hands.picture("agency")
    hands.follow("Incluir pessoa", "a")
    hands.write("Nome", "Nina Prado")
    hands.write("E-mail", "nina@example.org")
    hands.picture("newcomer")
    hands.follow("Incluir", "submit")
    hands.sees("Nina Prado", "ainda não escolheu a senha")
    hands.picture("newcomer-in")
    day.letter("nina@example.org", "/convite/")
    hands.follow("Órgãos e pessoas", "a")
    hands.follow("SCC$", "a")
    hands.follow("Incluir pessoa", "a")
    hands.write("Nome", "Sefa")
    hands.write("E-mail", address("SEF", "second"))
    hands.date("Último dia", day.in_days(90))
    hands.follow("Incluir", "submit")
    hands.sees("Pessoa incluída", "SEF second")
    hands.picture("lent")


def let_go(hands: Hands) -> None:
    """Let somebody leave, and their tasks go to another."""
    hands.follow("Órgãos e pessoas", "a")
    hands.follow("SCC$", "a")
    hands.follow("SCC second", "a")
    hands.follow("Registrar a saída de SCC", "a")
    hands.choose("Para quem vão as tarefas", "Nina Prado")
    hands.picture("leaving")
    hands.follow("Passar", "submit")
    hands.sees("Terminou")
    hands.picture("left")


def mend(hands: Hands) -> None:
    """Mend a case that stands still."""
    hands.unfold("S SCC SCC first")
    hands.follow("Pedidos parados", "a")
    hands.picture("stuck")
    hands.write("Motivo", "A unidade ficou sem gente.")
    hands.follow("Passar a tarefa", "submit")
    hands.sees("pode andar de novo")
    hands.picture("mended")


def pick_some(hands: Hands, many: int) -> None:
    """Pick tasks of a list one after another."""
    for _ in range(many):
        hands.mark_next()
