"""What an officer decides where the head releases it: proposed, released, or given back."""

from __future__ import annotations


def test_what_an_officer_decides_waits_for_the_head_where_the_type_says_so(authorising):
    no = authorising.task("authorise")
    officer, head = authorising.visit("SEMAD", "second"), authorising.visit("SEMAD")
    assert "Vai primeiro para a chefia liberar." in officer.get(f"/tarefas/{no}").text

    officer.post(f"/tarefas/{no}", {"outcome": "authorise", "reason": "Tudo pronto."})

    assert "Sua proposta foi para a chefia: Autorizar." in officer.case().text
    assert "Só a chefia de SEMAD pode liberar" in officer.get(f"/tarefas/{no}").text
    shown = head.get(f"/tarefas/{no}").text
    assert "Proposta à espera da chefia: Autorizar" in shown
    assert "Tudo pronto." in shown
    assert "propôs à chefia" not in authorising.visit("SEF").case(ver="all").text
    assert head.post(f"/tarefas/{no}/liberar").status_code == 303
    assert authorising.case().state == "submission"


def test_the_head_returns_a_proposal_with_the_reason(authorising):
    no = authorising.task("authorise")
    officer, head = authorising.visit("SEMAD", "second"), authorising.visit("SEMAD")
    officer.post(f"/tarefas/{no}", {"outcome": "authorise"})

    assert head.post(f"/tarefas/{no}/devolver-proposta").status_code == 422
    returned = head.post(f"/tarefas/{no}/devolver-proposta", {"reason": "Falta o anexo."})

    assert returned.status_code == 303
    assert authorising.case().task(no).proposal is None
    assert "Falta o anexo." in officer.case().text


def test_what_was_given_back_says_who_when_and_why_and_is_in_the_form_again(authorising):
    no = authorising.task("authorise")
    officer, head = authorising.visit("SEMAD", "second"), authorising.visit("SEMAD")
    officer.post(f"/tarefas/{no}", {"outcome": "authorise", "reason": "Conforme a nota técnica."})
    head.post(f"/tarefas/{no}/devolver-proposta", {"reason": "Falta o anexo."})
    page = officer.get(f"/tarefas/{no}").text
    told, _, form = page.partition('id="task-form"')

    assert "devolveu a proposta em" in told
    assert "Falta o anexo." in told
    assert "Tinha sido proposto: Autorizar" in told
    assert "Conforme a nota técnica." in form
    again = {"outcome": "authorise", "reason": "Com o anexo."}
    assert officer.post(f"/tarefas/{no}", again).status_code == 303
    head.post(f"/tarefas/{no}/liberar")
    assert authorising.case().state == "submission"
    assert "devolveu a proposta" not in authorising.visit("SEF").get(f"/tarefas/{no}").text
