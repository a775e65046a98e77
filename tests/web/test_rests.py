"""Acts on deadlines from the page of a case: foreseen, done, and told in the count and history."""

from __future__ import annotations

import re
from datetime import timedelta

from tests.servers.nodejs import html_faults
from tests.today import in_days

DAY = timedelta(days=1)


def hidden(page: str) -> dict[str, str]:
    """Give what a page would send again, as the browser has it."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: value for name, value in found if name != "csrf"}


def test_a_suspension_is_shown_deadline_by_deadline_before_it_is_done(office):
    visitor = office.visit("SEDE")
    typed = {
        "reason": "Aguarda o parceiro.",
        "ground": "outside_party",
        "since": in_days(0),
        "review_on": in_days(14),
        "ended_by": "SEF",
    }
    shown = visitor.post("/suspender/efeito", typed)

    assert shown.status_code == 200
    assert "Nada foi feito ainda" in shown.text
    assert "Analisar o tratamento tributário" in shown.text
    assert "segue correndo" in shown.text
    assert office.case().suspension is None

    assert visitor.post("/suspender", hidden(shown.text)).status_code == 303
    kept = office.case().suspension
    assert (kept.reason, kept.ground, kept.ended_by) == (
        "Aguarda o parceiro.",
        "outside_party",
        ("SEF",),
    )
    page = visitor.case().text
    assert "Espera por alguém de fora" in page
    assert "Quem pode retomar: SEF." in page


def test_a_rest_is_resumed_by_whom_it_names_and_its_count_names_the_act(office):
    typed = {"reason": "Aguarda o parceiro.", "review_on": in_days(14), "ended_by": "SEF"}
    assert office.visit("SEDE").post("/suspender", typed).status_code == 303
    assert office.visit("SEDE").post("/retomar").status_code == 422
    visitor = office.visit("SEF")

    shown = visitor.post("/retomar/efeito", {"on": in_days(0)})
    assert "O que muda nos prazos" in shown.text
    held = visitor.get("/prazos/case:whole").text
    assert "Se voltasse a correr hoje, terminaria em" in held
    assert visitor.post("/retomar", hidden(shown.text)).status_code == 303
    assert "Pedido suspenso" not in visitor.case().text


def test_what_was_recorded_late_says_so(office):
    visitor = office.visit("SEDE")
    since = (office.case().opened_at.date() + DAY).isoformat()
    sent = visitor.post(
        "/suspender", {"reason": "Obras.", "since": since, "review_on": in_days(14)}
    )
    assert sent.status_code == 303
    assert "SEDE registrou que o pedido está suspenso desde" in visitor.case().text
    told = visitor.get("/prazos/case:whole").text
    assert "O começo foi registrado em" in told
    assert "Por SEDE, desde" in told
    assert "Obras." in told
    assert "Obras." not in office.visit("SES").get("/prazos/case:whole").text


def test_a_suspension_written_down_late_shows_all_that_stands_all_the_same(office):
    visitor = office.visit("SEDE")
    since = office.case().opened_at.date().isoformat()
    typed = {"reason": "Obras.", "since": since, "review_on": in_days(14)}
    shown = visitor.post("/suspender/efeito", typed).text
    _, _, stands = shown.partition("O que já foi feito continua valendo")

    assert "concluiu “" in stands.partition("</section>")[0]
    today = {**typed, "since": in_days(0)}
    assert "continua valendo" not in visitor.post("/suspender/efeito", today).text


def test_a_day_ahead_is_refused_with_the_days_there_are(office):
    ahead = in_days(1)
    typed = {"reason": "Obras.", "since": ahead, "review_on": in_days(14)}
    shown = office.visit("SEDE").post("/suspender/efeito", typed)
    assert shown.status_code == 422
    assert "Escolha um dia entre" in shown.text
    assert html_faults(shown.text) == []
    for name, value in (("since", ahead), ("review_on", in_days(14))):
        assert re.search(rf'name="{name}" value="{value}"', shown.text)
    assert ">\nObras.</textarea>" in shown.text
    again = {**typed, "since": in_days(-1)}
    assert office.visit("SEDE").post("/suspender/efeito", again).status_code == 200


def test_a_refused_extension_keeps_how_much_of_what_was_asked(office):
    more = {"clock": "case:whole", "amount": "5", "unit": "days", "reason": ""}
    shown = office.visit("SEDE").post("/prorrogar/efeito", more)
    assert shown.status_code == 422
    assert 'name="amount" value="5"' in shown.text
    assert '<option value="days" selected>' in shown.text
    assert '<option value="case:whole" selected>' in shown.text


def test_a_deadline_is_extended_and_its_start_corrected_as_was_shown(office):
    visitor = office.visit("SEDE")
    later = {"clock": "case:whole", "start": in_days(-1), "reason": "Chegou depois."}
    shown = visitor.post("/comeco/efeito", later)
    assert shown.status_code == 200
    assert visitor.post("/comeco", hidden(shown.text)).status_code == 303
    assert "Começo corrigido por SEDE em" in visitor.get("/prazos/case:whole").text
    assert "SEDE corrigiu o começo, que era" in visitor.case().text

    more = {"clock": "case:whole", "amount": "5", "unit": "working days", "reason": "Falta laudo."}
    shown = visitor.post("/prorrogar/efeito", more)
    assert shown.status_code == 200
    assert visitor.post("/prorrogar", hidden(shown.text)).status_code == 303
    assert "Concedido por SEDE em" in visitor.get("/prazos/case:whole").text


def test_more_time_is_offered_for_the_deadlines_that_are_the_readers_to_extend(office):
    theirs, whole = office.visit("SEF").case().text, '<option value="case:whole"'
    form = theirs.split('id="act-extend-clock"', 1)[1].split("</select>", 1)[0]
    assert f'value="task:{office.task("tax_review")}"' in form
    assert whole not in form
    form = office.visit("SEDE").case().text.split('id="act-extend-clock"', 1)[1]
    assert whole in form.split("</select>", 1)[0]


def test_a_fault_names_its_question_in_the_readers_language(office):
    visitor = office.visit("SEDE")
    more = {"clock": "case:whole", "amount": "x", "unit": "working days", "reason": "Falta laudo."}
    shown = visitor.post("/prorrogar/efeito", more)
    assert shown.status_code == 422
    assert "Mais quanto tempo: Escreva um número inteiro" in shown.text
    assert "working days" not in shown.text.split("<main", 1)[1].split("<form", 1)[0]
    shown = visitor.post("/suspender/efeito", {"reason": "Obras.", "since": in_days(-1)})
    assert "Rever em: Escreva uma data" in shown.text
    shown = visitor.post("/comeco/efeito", {"clock": "case:whole", "reason": "Obras."})
    assert "Conta desde: Escreva uma data" in shown.text


def test_an_opinion_that_would_come_too_late_is_asked_only_when_confirmed(office):
    visitor = office.visit("SEF")
    typed = {"agency": "AGE", "question": "Cabe isenção de tributo neste instrumento?"}
    shown = visitor.post("/parecer", typed)
    assert shown.status_code == 422
    assert "depois do prazo da sua unidade" in shown.text
    assert visitor.post("/parecer", hidden(shown.text)).status_code == 303
