"""What a provider of identity says is believed only if it is for us, now, and in this attempt."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from tests.servers.liar import liar, nothing
from tests.web.elsewhere import brought, described, rows, sent, there, trusting
from tests.web.office import hidden
from web.commands.identity import look_at_providers
from web.providers import TALKS
from workflow.services.identities import ERRANDS
from workflow.services.openid.talking import Talk
from workflow.storage.people import SignInAttempt


@pytest.fixture(scope="module")
def lies():
    with liar() as running:
        yield running


@pytest.fixture
def settings(sqlite_url, tmp_path, lies):
    lies.lie, lies.algorithm, lies.metadata = nothing, "RS256", {}
    file = described(tmp_path, lies.issuer, key="lies")
    return trusting(file, sqlite_url, "http://localhost")


def told(**changed):
    """Return a lie that changes claims, or takes those away that are None."""

    def lie(claims):
        claims |= changed
        for name in [name for name, value in changed.items() if value is None]:
            del claims[name]

    return lie


LIES = {
    "another issuer": told(iss="https://sso.example.org"),
    "another client": told(aud="somebody-else"),
    "several clients": told(aud=["tramita-tests", "somebody-else"], azp="tramita-tests"),
    "another nonce": told(nonce="another"),
    "no nonce": told(nonce=None),
    "nobody": told(sub=""),
    "a number": told(sub=7),
    "another party": told(azp="somebody-else"),
    "no end": told(exp=None),
    "an end that never comes": told(exp=float("nan")),
    "another access token": told(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
}
LATE = {"over": told(exp=1_700_000_000), "not yet": told(iat=4_000_000_000)}


def test_nothing_is_believed_of_a_token_that_is_not_for_us_now(app, signed_in, lies):
    way = there(sent(signed_in, "/conta/identidades/lies"))
    assert brought(signed_in, lies.answer(way)).status_code == 303

    visitor = app.test_client()
    for name, lie in {**LIES, **LATE}.items():
        lies.lie = lie
        answer = brought(visitor, lies.answer(there(sent(visitor, "/entrar/com/lies"))))
        assert answer.status_code == 422, name
        assert ("hora" if name in LATE else "conferida") in answer.text, name
    lies.lie = nothing
    for algorithm in ("none", "HS256", ["RS256"]):
        lies.algorithm = algorithm
        answer = brought(visitor, lies.answer(there(sent(visitor, "/entrar/com/lies"))))
        assert (answer.status_code, "conferida" in answer.text) == (422, True), algorithm
    lies.algorithm = "RS256"
    for wrong in ({"iss": "https://sso.example.org"}, {"iss": ""}, {"code": "made up"}):
        way = there(sent(visitor, "/entrar/com/lies"))
        answer = brought(visitor, lies.answer(way, **wrong))
        assert (answer.status_code, "conferida" in answer.text) == (422, True), wrong
    assert visitor.get("/conta/").status_code == 303
    last = lies.answer(there(sent(visitor, "/entrar/com/lies")))
    assert brought(visitor, last).status_code == 303
    rows(app, update(SignInAttempt).values(count=ERRANDS))
    often = sent(app.test_client(), "/entrar/com/lies")
    assert (often.status_code, "muitas tentativas" in often.text) == (429, True)


def test_the_doctor_says_who_can_be_spoken_to(settings, lies):
    (found,) = look_at_providers(settings)
    assert (found.wrong, "/entrar/com/lies/volta" in found.what) == (False, True)
    lies.metadata = {"backchannel_logout_supported": True}
    (found,) = look_at_providers(settings)
    assert "/entrar/com/lies/saida" in found.what
    lies.metadata = {"issuer": "https://sso.example.org"}
    (found,) = look_at_providers(settings)
    assert (found.wrong, "metadata of another issuer" in found.what) == (True, True)


def test_a_provider_that_is_away_is_told_and_loses_nothing(app, client, lies):
    way = there(sent(client, "/entrar/com/lies"))
    busy = {"error": "temporarily_unavailable", "code": ""}
    answer = brought(client, lies.answer(way, **busy))
    assert (answer.status_code, "não está respondendo" in answer.text) == (503, True)

    known = app.extensions[TALKS]["lies"].provider
    app.extensions[TALKS]["lies"] = Talk(replace(known, issuer="http://127.0.0.1:9"))
    away = sent(client, "/entrar/com/lies", next="/caixa/")
    assert (away.status_code, "não está respondendo" in away.text) == (503, True)
    assert hidden(away.text, "next") == "/caixa/"
