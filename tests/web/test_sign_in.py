"""Signing in and out, invitations, preferences, and the text that no timeout loses."""

from __future__ import annotations

import pytest

from tests.web.pages import token_of
from web.auth import DEMO_ACCOUNTS
from web.demo.people import demo_accounts

OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}


def sign_in(client, **fields):
    token = token_of(client.get("/entrar").text)
    return client.post("/entrar", data={"csrf": token, **fields})


def test_who_knows_the_password_comes_to_the_page_asked_for(client, helena):
    asked = client.get("/preferencias/")
    answer = sign_in(client, **helena, next="/preferencias/")

    assert asked.headers["Location"] == "/entrar?next=/preferencias/"
    assert (answer.status_code, answer.headers["Location"]) == (303, "/preferencias/")
    assert "Helena Moura" in client.get("/preferencias/").text


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client, helena):
    cookie = next(
        line
        for line in sign_in(client, **helena).headers.getlist("Set-Cookie")
        if line.startswith("tramita_session=")
    )

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("wrong", [{"password": "outra"}, {"email": "nobody@age.example"}])
def test_a_wrong_address_and_a_wrong_password_are_answered_alike(client, helena, wrong):
    answer = sign_in(client, **{**helena, **wrong})

    assert answer.status_code == 422
    assert "O e-mail ou a senha não conferem" in answer.text
    assert "<title>Erro: " in answer.text


def test_who_guesses_on_and_on_must_wait(client, helena):
    answers = [sign_in(client, email=helena["email"], password="outra") for _ in range(7)]

    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert "Foram muitas tentativas" in answers[-1].text


def test_pages_of_an_officer_are_not_stored(signed_in):
    assert signed_in.get("/preferencias/").headers["Cache-Control"] == "no-store"


def test_signing_out_ends_the_session_everywhere(app, signed_in):
    stolen = signed_in.get_cookie("tramita_session").value
    token = token_of(signed_in.get("/preferencias/").text)

    out = signed_in.post("/sair", data={"csrf": token})
    assert (out.status_code, out.location) == (303, "/entrar?saiu=")
    assert "Você saiu." in signed_in.get(out.location).text
    assert "Você saiu." not in signed_in.get("/entrar").text

    thief = app.test_client()
    thief.set_cookie("tramita_session", stolen)
    assert thief.get("/preferencias/").status_code == 303


def test_a_form_sent_after_the_session_ended_is_kept_through_signing_in(app, helena):
    visitor, text = app.test_client(), "A fundamentação inteira do parecer."
    key = "0c3dde7b-3188-4325-ac39-d89264b85ff7"
    sent = {"note": text, "reason": "Curto.", "once": key}
    ended = visitor.post("/preferencias/", data=sent, headers=OUR_PAGE)
    sealed = ended.text.split('name="kept" value="')[1].split('"')[0]

    resumed = visitor.post("/entrar", data={**helena, "kept": sealed, "csrf": token_of(ended.text)})

    assert ended.status_code == 401
    assert text in resumed.text
    assert "Curto.</textarea>" in resumed.text
    assert f'value="{key}"' in resumed.text
    assert f"{key}</textarea>" not in resumed.text
    assert 'action="/preferencias/"' in resumed.text
    again = visitor.post("/preferencias/", data={"csrf": token_of(resumed.text)})
    assert again.status_code == 303


def test_an_officer_of_two_agencies_chooses_for_which_to_act(signed_in):
    page = signed_in.get("/preferencias/").text
    assert '<option value="AGE" selected>' in page

    signed_in.post("/unidade", data={"csrf": token_of(page), "agency": "SEDE"})
    foreign = signed_in.post("/unidade", data={"csrf": token_of(page), "agency": "SES"})

    assert '<option value="SEDE" selected>' in signed_in.get("/preferencias/").text
    assert foreign.status_code == 422


def test_preferences_are_kept_in_the_account_and_told(app, helena, signed_in):
    token = token_of(signed_in.get("/preferencias/").text)
    chosen = {"csrf": token, "language": "en", "theme": "contrast", "shortcuts": "off"}

    page = signed_in.post("/preferencias/", data=chosen, follow_redirects=True).text

    assert "Preferences saved." in page
    elsewhere = app.test_client()
    sign_in(elsewhere, **helena)
    page = elsewhere.get("/preferencias/").text
    assert '<html lang="en" data-theme="contrast" data-shortcuts="off">' in page
    assert "Preferences saved." not in page


def test_an_invitation_sets_a_password_once(client, helena):
    password = "uma frase que ninguem adivinha"
    page = client.get("/convite/the invitation").text
    form = {"csrf": token_of(page), "password": password}

    differing = client.post("/convite/the invitation", data={**form, "password_again": "x"})
    weak = client.post(
        "/convite/the invitation",
        data={"csrf": form["csrf"], "password": "curta", "password_again": "curta"},
    )
    taken = client.post("/convite/the invitation", data={**form, "password_again": password})
    again = client.get("/convite/the invitation")

    assert "Helena Moura" in page
    assert (differing.status_code, weak.status_code) == (422, 422)
    assert "pelo menos 12 caracteres" in weak.text
    assert (taken.status_code, again.status_code) == (303, 410)
    assert sign_in(client, email=helena["email"], password=password).status_code == 303


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "pt-BR"),
        ({"Accept-Language": "es-AR,es;q=0.9"}, "es"),
        ({"Accept-Language": "fr"}, "pt-BR"),
    ],
)
def test_a_page_speaks_the_language_of_the_browser_when_nothing_was_chosen(
    client, headers, language
):
    assert f'<html lang="{language}">' in client.get("/entrar", headers=headers).text


def test_a_language_chosen_by_a_link_is_remembered(client):
    client.get("/entrar?lang=en")

    assert '<html lang="en">' in client.get("/privacidade").text


def test_an_account_of_a_demo_fills_in_its_address_and_no_other_does(filled_here):
    filled_here.app.extensions[DEMO_ACCOUNTS] = demo_accounts()
    account, visitor = demo_accounts()[0], filled_here.app.test_client()
    page = visitor.get("/entrar").text
    assert f"conta={account.email.replace('@', '%40')}" in page or f"conta={account.email}" in page
    filled = visitor.get("/entrar", query_string={"conta": account.email}).text
    assert f'name="email" value="{account.email}"' in filled
    other = visitor.get("/entrar", query_string={"conta": "mallory@example.org"}).text
    assert "mallory@example.org" not in other
