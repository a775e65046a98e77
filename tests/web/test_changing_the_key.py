"""While a former key is believed, nobody notices that the secret key was changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.web.office import hidden
from tests.web.pages import token_of
from tests.web.requester import unlocked
from web import create_app
from web.db import db
from web.settings import SettingsError, load_settings
from workflow.services.sealing import Sealer

CHANGED = "another key, and as long as the one before it"
SECRET = "only for tests, and long enough for them"


@pytest.fixture
def changed(filled):
    """Give the installation another key, with the one before it beside it or without."""
    made = []

    def change(*, believed):
        held = filled.app.extensions["settings"]
        former = (held.secret_key,) if believed else ()
        settings = replace(held, secret_key=CHANGED, former_secret_keys=former)
        made.append(create_app(settings))
        return made[-1]

    yield change
    for app in made:
        with app.app_context():
            db.engine.dispose()


def moved(visitor, app):
    """Let a browser go on at the same installation with another key."""
    other = app.test_client()
    other._cookies = visitor._cookies
    return other


@pytest.mark.parametrize("believed", [True, False])
def test_forms_that_were_open_are_taken(filled, changed, believed):
    visitor = filled.app.test_client()
    token = token_of(visitor.get("/entrar").text)
    other = moved(visitor, changed(believed=believed))
    answer = other.post("/entrar", data={"csrf": token, "email": "x@y.example", "password": "z"})
    assert answer.status_code == (422 if believed else 400)
    fresh = token_of(other.get("/entrar").text)
    assert fresh != token
    answer = other.post("/entrar", data={"csrf": fresh, "email": "x@y.example", "password": "z"})
    assert answer.status_code == 422


@pytest.mark.parametrize("believed", [True, False])
def test_requests_that_a_requester_has_opened_stay_open(filled, opened, changed, believed):
    number, code = opened
    visitor, _ = unlocked(filled, number, code)
    assert "Código de acesso" not in visitor.get(f"/acompanhar/{number}").text
    other = moved(visitor, changed(believed=believed))
    assert ("Código de acesso" in other.get(f"/acompanhar/{number}").text) is not believed


@pytest.mark.parametrize("believed", [True, False])
def test_what_was_typed_before_comes_back_after(filled, changed, believed):
    text = "A fundamentação inteira do parecer."
    ours = {"Sec-Fetch-Site": "same-origin"}
    ended = filled.app.test_client().post("/preferencias/", data={"note": text}, headers=ours)
    kept, other = hidden(ended.text, "kept"), changed(believed=believed).test_client()
    token = token_of(other.get("/entrar").text)
    typed = {"csrf": token, "kept": kept, "email": "x@y.example", "password": "z"}
    assert ('name="kept"' in other.post("/entrar", data=typed).text) is believed


def test_former_keys_come_by_commas_or_as_lines_of_a_file(tmp_path):
    first, second, file = "the first of all; " * 3, "the second of all: " * 3, tmp_path / "former"
    first, second = first.strip(), second.strip()
    file.write_text(f"\n{second} \n\n{first}\n", "utf-8")
    given, name = {"TRAMITA_SECRET_KEY": CHANGED}, "TRAMITA_FORMER_SECRET_KEYS"
    assert load_settings(given).secret_keys == (CHANGED,)
    for more in ({name: f"{second}, {first}"}, {f"{name}_FILE": str(file)}):
        assert load_settings({**given, **more}).secret_keys == (CHANGED, second, first)
    with pytest.raises(SettingsError, match=f"{name}: is too short"):
        load_settings({**given, name: f"{first},short"})


def test_nobody_signs_with_a_former_key_that_is_none(tmp_path):
    file = tmp_path / "tramita.toml"
    file.write_text(f'secret_key = "{CHANGED}"\nformer_secret_keys = [""]\n', "utf-8")
    with pytest.raises(SettingsError, match="FORMER_SECRET_KEYS: is too short"):
        load_settings({"TRAMITA_SETTINGS": str(file)})


def test_a_sealer_of_an_application_knows_former_keys(filled, changed):
    sealed = Sealer(SECRET).seal("x", for_what="y")
    assert changed(believed=True).extensions["sealer"].opened(sealed, for_what="y") == "x"
