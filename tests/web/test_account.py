"""The pages of one's own account: the second factor without any script, step-up, connections."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, update

from tests.services.proving import code_now
from tests.web.conftest import PASSWORD
from tests.web.limits import in_one_window
from tests.web.office import hidden
from tests.web.pages import token_of
from web.db import unit_of_work
from web.devices import device_of
from web.entrances import party
from workflow.core.change import JobKind
from workflow.services.passwords import hash_password
from workflow.services.public_view import LOOK_UPS, WINDOW
from workflow.storage.factors import Factor
from workflow.storage.people import Officer, Session
from workflow.storage.work import JobRow

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
NEW = "o rio corre para o mar"


def send(client, path, *, at="", **typed):
    page = client.get(at or path).text
    return client.post(path, data={"csrf": token_of(page), **typed})


def add_app(client):
    """Add an app as somebody does who types the secret; return it and the recovery codes."""
    answer = client.get("/conta/aplicativo")
    assert answer.headers["Cache-Control"] == "no-store"
    page = answer.text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    typed = {"offer": hidden(page, "offer"), "name": "", "password_code": code_now(secret)}
    answer = client.post("/conta/aplicativo", data={"csrf": token_of(page), **typed})
    rows(client.application, update(Factor).values(counter=0))  # its code serves again
    return secret, re.findall(r"<code>([0-9A-Z-]{34})</code>", answer.text)


def rows(app, statement):
    with app.test_request_context(), unit_of_work() as uow, uow.writing() as connection:
        return connection.execute(statement)


def grow_old(app):
    """Let everybody have signed in an hour ago."""
    rows(app, update(Session).values(created_at=datetime.now(UTC) - timedelta(hours=1)))


def test_an_app_is_added_and_asked_for_without_any_script(app, signed_in, helena):
    secret, codes = add_app(signed_in)
    assert len(codes) == 8
    assert "8 códigos" in signed_in.get("/conta/").text

    visitor = app.test_client()
    step = send(visitor, "/entrar", **helena, next="/conta/")
    assert "Código do aplicativo" in step.text
    assert visitor.get("/conta/").status_code == 303
    form = {"csrf": token_of(step.text), "next": hidden(step.text, "next")}
    wrong = visitor.post("/entrar/segundo-fator", data={**form, "password_code": "000000"})
    assert (wrong.status_code, "Isso não confere" in wrong.text) == (422, True)
    again = {**form, "csrf": token_of(wrong.text), "password_code": code_now(secret)}
    inside = visitor.post("/entrar/segundo-fator", data=again)
    assert (inside.status_code, inside.location) == (303, "/conta/")
    assert visitor.get("/conta/").status_code == 200
    late = app.test_client().get("/entrar")
    lost = {"csrf": token_of(late.text), "password_code": codes[0]}
    assert app.test_client().post("/entrar/segundo-fator", data=lost).status_code in (303, 400)


def test_a_form_kept_through_the_end_of_a_session_is_kept_through_the_second_step(
    app, signed_in, helena
):
    secret, _ = add_app(signed_in)
    visitor, text = app.test_client(), "A fundamentação inteira do parecer."
    ended = visitor.post(
        "/preferencias/", data={"note": text}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    kept = {"kept": hidden(ended.text, "kept"), "csrf": token_of(ended.text)}
    step = visitor.post("/entrar", data={**helena, **kept}).text
    form = {"csrf": token_of(step), "kept": hidden(step, "kept")}
    resumed = visitor.post(
        "/entrar/segundo-fator", data={**form, "password_code": code_now(secret)}
    )
    assert text in resumed.text


def test_who_signed_in_long_ago_proves_it_again_before_a_factor_changes(app, signed_in):
    secret, _ = add_app(signed_in)
    token = token_of(signed_in.get("/conta/").text)
    grow_old(app)
    for path in ("/conta/fatores/1", "/conta/codigos", "/conta/aplicativo", "/conta/chave"):
        refused = signed_in.post(path, data={"csrf": token})
        assert refused.location.startswith("/conta/confirmar"), path
    old = signed_in.get_cookie("tramita_session").value

    asked = signed_in.get("/conta/aplicativo").location
    wrong = send(signed_in, "/conta/confirmar", at=asked, password="outra")
    assert (wrong.status_code, "não confere" in wrong.text) == (422, True)
    step = send(signed_in, "/conta/confirmar", password=PASSWORD, next="/conta/aplicativo")
    form = {"csrf": token_of(step.text), "next": hidden(step.text, "next")}
    proven = signed_in.post(
        "/entrar/segundo-fator", data={**form, "password_code": code_now(secret)}
    )
    assert proven.location == "/conta/aplicativo"
    assert signed_in.get(proven.location).status_code == 200
    assert signed_in.get_cookie("tramita_session").value != old
    (factor,) = rows(app, Factor.__table__.select()).all()
    send(signed_in, f"/conta/fatores/{factor.id}", at="/conta/")
    assert rows(app, Factor.__table__.select()).all() == []


def test_the_offer_of_one_session_serves_no_other(app, signed_in, helena):
    page = signed_in.get("/conta/aplicativo").text
    other = app.test_client()
    send(other, "/entrar", **helena)
    typed = {"offer": hidden(page, "offer"), "password_code": "000000"}
    answer = send(other, "/conta/aplicativo", **typed)
    assert answer.status_code == 422
    assert "não confere" in answer.text


def test_an_administrator_must_have_one_where_it_is_demanded(app, signed_in):
    app.extensions["settings"] = replace(app.extensions["settings"], second_factor="administrators")
    assert signed_in.get("/preferencias/").status_code == 200
    rows(app, update(Officer).values(administrator=True))
    led = signed_in.get("/preferencias/")
    assert (led.status_code, led.location) == (303, "/conta/")
    assert "Falta um segundo fator" in signed_in.get("/conta/").text
    add_app(signed_in)
    assert signed_in.get("/preferencias/").status_code == 200


def test_an_administrator_frees_somebody_of_a_lost_factor_with_a_reason(app, signed_in):
    add_app(signed_in)
    (helena,) = rows(app, Officer.__table__.select()).all()
    hashed = hash_password(PASSWORD)
    keeper = {"name": "Rui", "email": "rui@age.example", "password_hash": hashed}
    made = {**keeper, "language": "pt_BR", "theme": "system", "shortcuts": True, "active": True}
    whole = {**made, "administrator": True, "fictional": False, "created_at": helena.created_at}
    rows(app, insert(Officer).values(**whole))
    rui, page = app.test_client(), f"/administracao/pessoas/{helena.id}"
    send(rui, "/entrar", email="rui@age.example", password=PASSWORD)
    act = f"{page}/segundo-fator"
    own = {"csrf": token_of(signed_in.get("/conta/").text)}
    assert signed_in.post(act, data=own).status_code == 404
    assert send(rui, act, at=page, reason=" ").status_code == 422
    assert send(rui, act, at=page, reason="Perdeu o telefone.").status_code == 303
    assert "fica sem o segundo fator (Perdeu o telefone.)" in rui.get(page).text
    assert signed_in.get("/conta/").status_code == 303
    grow_old(app)
    assert "/conta/confirmar" in send(rui, act, at="/conta/", reason="De novo.").location


def test_a_receipt_may_be_checked_only_so_often_from_one_place(client):
    page = client.get("/conferir-recibo/").text
    sent = {"csrf": token_of(page), "receipt": "nada"}
    in_one_window(WINDOW)
    answers = {client.post("/conferir-recibo/", data=sent).status_code for _ in range(LOOK_UPS)}
    assert answers == {422}
    late = client.post("/conferir-recibo/", data=sent)
    assert (late.status_code, "muitas tentativas" in late.text) == (429, True)


def test_connections_are_named_by_browser_and_ended_one_by_one(app, signed_in, helena):
    other = app.test_client()
    page = other.get("/entrar").text
    other.post("/entrar", data={**helena, "csrf": token_of(page)}, headers={"User-Agent": FIREFOX})
    page = signed_in.get("/conta/conexoes").text
    assert "Firefox, Windows" in page
    row = page[page.index("Firefox, Windows") :]
    name = re.search(r'name="which" value="(\w+)"', row)[1]
    send(signed_in, "/conta/conexoes", which=name)
    assert other.get("/conta/").status_code == 303
    assert signed_in.get("/conta/").status_code == 200
    send(signed_in, "/conta/conexoes", which="all")
    assert signed_in.get("/conta/").status_code == 303


def test_who_found_a_browser_open_signs_nobody_out_elsewhere(app, signed_in, helena):
    other = app.test_client()
    send(other, "/entrar", **helena)
    grow_old(app)
    answer = send(signed_in, "/conta/conexoes", which="all", back="/conta/conexoes")
    assert answer.location == "/conta/confirmar?next=/conta/conexoes"
    assert other.get("/conta/").status_code == 200


def test_the_password_is_changed_by_who_knows_it(signed_in):
    typed = {"password": NEW, "password_again": NEW}
    differ = send(signed_in, "/conta/senha", **{**typed, "password_again": "x"})
    wrong = send(signed_in, "/conta/senha", **typed, password_present="outra")
    weak = {"password": "curta", "password_again": "curta", "password_present": PASSWORD}
    assert "são diferentes" in differ.text
    assert "senha atual não confere" in wrong.text
    assert "pelo menos 12" in send(signed_in, "/conta/senha", **weak).text
    assert send(signed_in, "/conta/senha", **typed, password_present=PASSWORD).status_code == 303
    assert "Senha mudada" in signed_in.get("/conta/").text


@pytest.mark.parametrize("email", ["helena@age.example", "nobody@age.example"])
def test_a_forgotten_password_is_answered_alike_whoever_asks(app, client, helena, tmp_path, email):
    assert "não envia e-mail" in client.get("/esqueci").text
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, mail_folder=str(tmp_path / "mail"))
    answer = send(client, "/esqueci", email=email)
    assert (answer.status_code, "Se houver uma conta" in answer.text) == (200, True)
    (job,) = rows(app, JobRow.__table__.select().where(JobRow.kind == JobKind.RESET)).all()
    assert email not in str(job)


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (FIREFOX, "Firefox, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/156.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/156.0 Safari/537.36 Edg/156.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_a_device_is_known_by_few_words(agent, device):
    assert device_of(agent) == device


def test_keys_answer_to_the_name_of_the_installation(app):
    with app.test_request_context():
        assert (party().host, party().origin) == ("localhost", "http://localhost")
