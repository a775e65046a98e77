"""Coming in by the word of a provider of identity: a real one, and one that lies."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update
from werkzeug.serving import make_server

from tests.servers.ports import LOOPBACK, free_port
from tests.services.proving import code_now
from tests.web.elsewhere import (
    described,
    house,
    linked_with_casa,
    rows,
    sent,
    taken,
    there,
    trusting,
)
from tests.web.looks import barriers
from tests.web.office import hidden
from tests.web.pages import token_of
from workflow.services.openid.talking import Attempt
from workflow.storage.identities import Errand, Identity
from workflow.storage.people import Invitation, Membership, Officer, Session

LEVELS = (
    'acr_values = ["gold"]',
    'levels = ["bronze", "silver", "gold"]',
    'least_level_of = {head = "silver", administrator = "gold"}',
    'second_factor = ["otp"]',
    "links_invited = true",
)


@pytest.fixture(scope="module")
def here():
    return f"http://{LOOPBACK}:{free_port()}"


@pytest.fixture(scope="module")
def casa(here):
    with house(here) as running:
        yield running


@pytest.fixture
def settings(sqlite_url, tmp_path, here, casa):
    described(tmp_path, "http://127.0.0.1:9", key="other")
    return trusting(described(tmp_path, casa.issuer, lines=LEVELS), sqlite_url, here)


def linked(client, casa, login="helena"):
    """Link the account of whoever is signed in to somebody there."""
    way = there(sent(client, "/conta/identidades/casa"))
    answer = taken(client, casa.answer(way, login))
    assert (answer.status_code, answer.location) == (303, "/conta/")


def entered(client, casa, login="helena", **typed):
    return taken(client, casa.answer(there(sent(client, **typed)), login))


def test_an_account_is_linked_by_its_holder_and_opened_by_the_provider(app, signed_in, casa):
    before = signed_in.get("/conta/").text
    assert "Ligar Casa à minha conta" in before
    linked(signed_in, casa)
    assert "Casa está ligado à sua conta" in signed_in.get("/conta/").text
    (row,) = rows(app, select(Identity)).all()
    assert (row.issuer, len(row.subject), "helena" in row.subject) == (casa.issuer, 64, False)

    visitor = app.test_client()
    inside = entered(visitor, casa, next="/preferencias/")
    assert (inside.status_code, inside.location) == (303, "/preferencias/")
    assert "Helena Moura" in visitor.get("/preferencias/").text
    assert not any("errand" in name for name in visitor._cookies)

    out = visitor.post("/sair", data={"csrf": token_of(visitor.get("/conta/").text)})
    assert out.location == "/entrar?saiu=casa"
    assert "Sair de Casa" in visitor.get(out.location).text
    left = visitor.get("/entrar/com/casa/sair").location
    assert left.startswith(f"{casa.issuer}/session/end?client_id=")

    inside_still = app.test_client()
    entered(inside_still, casa)
    page = signed_in.get("/conta/").text
    path = re.search(r'action="(/conta/identidades/\d+/retirar)"', page)[1]
    signed_in.post(path, data={"csrf": token_of(page)})
    assert inside_still.get("/preferencias/").status_code == 303
    unknown = entered(app.test_client(), casa)
    assert (unknown.status_code, "Nenhuma conta daqui" in unknown.text) == (422, True)
    data = signed_in.get("/conta/", headers={"Accept": "text/html"}).text
    assert "não ligada" in data


def test_an_answer_serves_once_and_only_the_browser_that_asked(app, signed_in, casa):
    linked(signed_in, casa)
    visitor, thief = app.test_client(), app.test_client()
    back = casa.answer(there(sent(visitor)), "helena")
    stolen = taken(thief, back)
    assert (stolen.status_code, "outro navegador" in stolen.text) == (409, True)
    cookie = next(one for name, one in visitor._cookies.items() if "errand" in name[2])
    assert taken(visitor, back).status_code == 303
    visitor.set_cookie(cookie.key, cookie.value)
    assert taken(visitor, back).status_code == 409

    # A code is no better: the provider gives nothing for one that was used.
    again = there(sent(thief))
    state = Attempt.of(errand_of(thief), "").state
    code = re.search(r"code=([^&]+)", back)[1]
    used = thief.get(f"/entrar/com/casa/volta?code={code}&state={state}&iss={casa.issuer}")
    assert (used.status_code, "não pôde ser conferida" in used.text) == (422, True)
    assert again
    # Nor does an answer of one provider serve at the address of another.
    there(sent(thief))
    state = Attempt.of(errand_of(thief), "").state
    crossed = thief.get(f"/entrar/com/other/volta?code={code}&state={state}&iss={casa.issuer}")
    assert crossed.status_code == 409
    assert rows(app, select(Errand)).all() == []


def errand_of(client):
    """Return the token that a browser has of its last way to a provider."""
    return [one.value for name, one in client._cookies.items() if "errand" in name[2]][-1]


def test_what_was_typed_and_the_page_asked_for_outlive_every_refusal(app, signed_in, casa):
    linked(signed_in, casa)
    client, text = app.test_client(), "A fundamentação inteira do parecer."
    ended = client.post(
        "/preferencias/", data={"note": text}, headers={"Sec-Fetch-Site": "same-origin"}
    )
    kept = hidden(ended.text, "kept")
    way = there(sent(client, kept=kept, next="/caixa/?ver=mine"))
    gave_up = taken(client, casa.answer(way, leave=True))
    assert (gave_up.status_code, "não foi até o fim" in gave_up.text) == (422, True)
    assert hidden(gave_up.text, "next") == "/caixa/?ver=mine"
    resumed = entered(client, casa, kept=hidden(gave_up.text, "kept"))
    assert text in resumed.text
    client = app.test_client()
    abroad = taken(client, casa.answer(there(sent(client, next="//evil.example")), leave=True))
    assert hidden(abroad.text, "next") == "/"
    nobody = client.post("/entrar/com/nobody", data={"csrf": token_of(abroad.text)})
    assert nobody.status_code == 404


def test_more_is_asked_of_who_may_do_more(app, signed_in, casa):
    linked(signed_in, casa, "bronze")
    assert entered(app.test_client(), casa, "bronze").status_code == 303
    rows(app, update(Membership).where(Membership.agency == "AGE").values(role="head"))
    answer = entered(app.test_client(), casa, "bronze")
    assert (answer.status_code, "nível prata em Casa" in answer.text) == (422, True)
    rows(app, update(Officer).values(administrator=True))
    assert "nível ouro em Casa" in entered(app.test_client(), casa, "bronze").text


def test_the_second_factor_of_the_provider_counts_where_it_is_believed(app, signed_in, casa):
    app.extensions["settings"] = replace(app.extensions["settings"], second_factor="everybody")
    assert signed_in.get("/preferencias/").location == "/conta/"
    linked(signed_in, casa)
    strong = app.test_client()
    entered(strong, casa)
    assert strong.get("/preferencias/").status_code == 200
    assert [row.strong for row in rows(app, select(Session.strong)).all()] == [False, True]


def test_ours_is_asked_where_the_provider_has_seen_a_password_only(app, signed_in, casa):
    linked(signed_in, casa, "bronze")
    page = signed_in.get("/conta/aplicativo").text
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)[1].replace(" ", "")
    typed = {"offer": hidden(page, "offer"), "name": "", "password_code": code_now(secret)}
    signed_in.post("/conta/aplicativo", data={"csrf": token_of(page), **typed})
    visitor = app.test_client()
    step = entered(visitor, casa, "bronze", next="/caixa/")
    assert "Código do aplicativo" in step.text
    assert hidden(step.text, "next") == "/caixa/"
    assert visitor.get("/preferencias/").status_code == 303


def test_who_was_invited_comes_in_by_the_address_that_was_verified(app, helena, casa):
    rows(app, update(Officer).values(email="nova@age.example", password_hash=None))
    assert entered(app.test_client(), casa, "falsa").status_code == 422
    assert entered(app.test_client(), casa, "nova").status_code == 303
    assert app.test_client().get("/convite/the invitation").status_code == 410
    assert entered(app.test_client(), casa, "nova").status_code == 303
    assert len(rows(app, select(Identity)).all()) == 1


def test_no_account_with_a_password_or_without_an_invitation_is_taken_over(app, helena, casa):
    rows(app, update(Officer).values(email="nova@age.example"))
    assert entered(app.test_client(), casa, "nova").status_code == 422
    rows(app, update(Officer).values(password_hash=None, active=False))
    assert entered(app.test_client(), casa, "nova").status_code == 422
    rows(app, update(Officer).values(active=True))
    rows(app, update(Invitation).values(expires_at=datetime.now(UTC) - timedelta(days=1)))
    assert entered(app.test_client(), casa, "nova").status_code == 422
    assert rows(app, select(Identity)).all() == []


def test_who_has_no_password_proves_it_again_at_the_provider(app, signed_in, casa):
    linked(signed_in, casa)
    rows(app, update(Session).values(created_at=datetime.now(UTC) - timedelta(hours=1)))
    asked = sent(signed_in, "/conta/identidades/other").location
    assert asked.startswith("/conta/confirmar")
    assert "Confirmar com Casa" in signed_in.get(asked).text
    way = there(sent(signed_in, "/conta/confirmar/casa", next="/conta/senha"))
    assert "prompt=login" in way
    other = taken(signed_in, casa.answer(way, "nova"))
    assert (other.status_code, "não é quem está conectado" in other.text) == (422, True)
    way = there(sent(signed_in, "/conta/confirmar/casa", next="/conta/senha"))
    assert taken(signed_in, casa.answer(way, "helena")).location == "/conta/senha"
    away = sent(signed_in, "/conta/identidades/other")
    assert (away.status_code, "Nada mudou na sua conta" in away.text) == (503, True)
    # Nor does who has no password lose the last way in.
    rows(app, update(Officer).values(password_hash=None))
    page = signed_in.get("/conta/").text
    path = re.search(r'action="(/conta/identidades/\d+/retirar)"', page)[1]
    kept = signed_in.post(path, data={"csrf": token_of(page)})
    assert (kept.status_code, "ainda não tem senha" in kept.text) == (422, True)
    assert len(rows(app, select(Identity)).all()) == 1


def test_somebody_links_leaves_and_comes_back_in_a_browser(app, helena, here, casa, visitors):
    page, port = visitors.page(), urlsplit(here).port
    with make_server(LOOPBACK, port, app, threaded=True) as server:
        running = threading.Thread(target=server.serve_forever, args=(0.02,))
        running.start()
        try:
            linked_with_casa(page, here, helena)
            assert barriers(page) == []

            page.goto(f"{here}/preferencias/")
            page.get_by_role("button", name="Sair").click()
            page.goto(f"{here}/preferencias/")
            page.get_by_role("button", name="Entrar com Casa").focus()
            page.keyboard.press("Enter")
            page.wait_for_url(f"{here}/preferencias/")
            page.get_by_role("button", name="Sair").click()
            page.get_by_role("link", name="Sair de Casa").wait_for()
            assert barriers(page) == []
            page.get_by_role("link", name="Sair de Casa").click()
            page.get_by_role("button", name="Leave").click()
            page.wait_for_url(f"{here}/entrar**")
        finally:
            server.shutdown()
            running.join()
    assert visitors.complaints == []
