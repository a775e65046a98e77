"""Who leaves a provider of identity leaves what began by its word, if the provider says so."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update
from werkzeug.serving import make_server

from tests.servers.liar import liar, new_key, nothing
from tests.servers.ports import LOOPBACK, free_port
from tests.web.elsewhere import (
    brought,
    described,
    house,
    linked_with_casa,
    rows,
    sent,
    there,
    trusting,
)
from tests.web.limits import in_one_window
from tests.web.test_identity_lies import told
from web.providers import TALKS
from workflow.services.farewells import FAREWELLS, WINDOW
from workflow.services.openid.talking import Talk
from workflow.storage.people import Session, SignInAttempt


@pytest.fixture(scope="module")
def lies():
    with liar() as running:
        yield running


@pytest.fixture
def settings(sqlite_url, tmp_path, lies):
    lies.lie, lies.algorithm, lies.session = nothing, "RS256", "the first"
    file = described(tmp_path, lies.issuer, key="lies")
    return trusting(file, sqlite_url, "http://localhost")


@pytest.fixture
def linked(app, signed_in, lies):
    """Link Helena, whose own session began with a password."""
    way = there(sent(signed_in, "/conta/identidades/lies"))
    assert brought(signed_in, lies.answer(way)).status_code == 303
    return signed_in


def entered(app, lies, session="the first"):
    lies.session, visitor = session, app.test_client()
    way = there(sent(visitor, "/entrar/com/lies"))
    assert brought(visitor, lies.answer(way)).status_code == 303
    assert is_inside(visitor)
    return visitor


def is_inside(visitor):
    return visitor.get("/preferencias/").status_code == 200


def said(app, token, **headers):
    form = {"logout_token": token}
    return app.test_client().post("/entrar/com/lies/saida", data=form, headers=headers)


def test_one_session_ends_where_it_is_named_and_all_where_it_is_not(app, linked, lies):
    first, second = entered(app, lies), entered(app, lies, "the second")
    lies.session = "the first"
    answer = said(app, lies.farewell())
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    assert [is_inside(one) for one in (first, second, linked)] == [False, True, True]

    third = entered(app, lies, "the third")
    lies.session, lies.lie = "the second", told(sub=None)
    assert said(app, lies.farewell()).status_code == 200
    assert [is_inside(one) for one in (second, third)] == [False, True]

    lies.lie = nothing
    unnamed = entered(app, lies, "the fourth")
    rows(app, update(Session).values(elsewhere=None))  # as those are that began before
    lies.session = "another"
    assert said(app, lies.farewell()).status_code == 200
    assert [is_inside(one) for one in (unnamed, third)] == [False, False]

    fifth, sixth = entered(app, lies, "the fifth"), entered(app, lies, "the sixth")
    lies.lie = told(sid=None, exp=None)
    assert said(app, lies.farewell()).status_code == 200
    assert [is_inside(one) for one in (fifth, sixth, linked)] == [False, False, True]
    assert "fifth" not in str(rows(app, select(Session.__table__)).all())


def test_halfway_in_is_left_like_inside(app, linked, lies):
    entered(app, lies)
    rows(app, update(Session).where(Session.issuer.is_not(None)).values(awaits_factor=True))
    assert said(app, lies.farewell()).status_code == 200
    assert [row.issuer for row in rows(app, select(Session.issuer)).all()] == [None]


LIES = {
    "another issuer": told(iss="https://sso.example.org"),
    "another client": told(aud="somebody-else"),
    "several clients": told(aud=["tramita-tests", "somebody-else"]),
    "a nonce": told(nonce="any"),
    "no events": told(events=None),
    "another event": told(events={"https://example.org/event": {}}),
    "an event that is none": told(
        events={"http://schemas.openid.net/event/backchannel-logout": True}
    ),
    "nobody": told(sub=None, sid=None),
    "a number": told(sub=7),
    "no name": told(jti=None),
    "no beginning": told(iat=None),
    "not yet": told(iat=4_000_000_000),
    "over": told(exp=1_700_000_000),
    "an end that never comes": told(exp=float("nan")),
    "long ago, and for ever": told(iat=int(time.time()) - 3_600, exp=4_000_000_000),
}


def test_nobody_is_signed_out_but_by_the_word_of_the_provider_now(app, linked, lies):
    inside = entered(app, lies)
    for name, lie in LIES.items():
        lies.lie = lie
        assert said(app, lies.farewell()).status_code == 400, name
    lies.lie = nothing
    for algorithm in ("none", "HS256"):
        lies.algorithm = algorithm
        assert said(app, lies.farewell()).status_code == 400, algorithm
    lies.algorithm = "RS256"
    lies.keys.append(new_key("first"))  # of another, under the name of the true one
    assert said(app, lies.farewell()).status_code == 400
    lies.keys.pop()
    for wrong in ("", "a.b.c", "x" * 20_000, *map(lies.farewell, ("at+jwt", "JWT", None))):
        answer = said(app, wrong)
        assert (answer.status_code, answer.json) == (400, {"error": "invalid_request"})
    assert app.test_client().post("/entrar/com/nobody/saida").status_code == 404
    assert inside.post("/entrar/com/lies/saida").status_code == 400
    assert is_inside(inside)


def test_a_word_without_a_kind_is_believed_where_the_settings_say_so(app, linked, lies):
    trust(app, untyped_farewells=True)
    for kind in ("JWT", "jwt", None, "logout+jwt"):
        inside = entered(app, lies)
        assert (said(app, lies.farewell(kind)).status_code, is_inside(inside)) == (200, False), kind
    inside = entered(app, lies)
    for kind in ("at+jwt", "secevent+jwt"):
        assert said(app, lies.farewell(kind)).status_code == 400, kind
    assert said(app, lies._signed()).status_code == 400, "an ID token has no kind either"
    for name, lie in LIES.items():
        lies.lie = lie
        assert said(app, lies.farewell(None)).status_code == 400, name
    assert is_inside(inside)


def test_a_word_for_others_besides_is_believed_where_the_settings_trust_them(app, linked, lies):
    trust(app, farewells_also_to=frozenset({"the-portal", "the-archive"}))
    for others in (["the-portal"], ["the-archive", "the-portal"], []):
        inside = entered(app, lies)
        lies.lie = told(aud=["tramita-tests", *others])
        assert (said(app, lies.farewell()).status_code, is_inside(inside)) == (200, False), others
        lies.lie = nothing
    inside = entered(app, lies)
    wrong = ["the-portal", "somebody-else"], ["the-portal"], "the-portal", [], [["tramita-tests"]]
    for named in (*wrong, ["tramita-tests", "the-portal", "somebody-else"], ["tramita-tests", 7]):
        lies.lie = told(aud=named)
        assert said(app, lies.farewell()).status_code == 400, named
    assert is_inside(inside)


def trust(app, **more):
    """Believe more of the provider than is usual."""
    known = app.extensions[TALKS]["lies"].provider
    app.extensions[TALKS]["lies"] = Talk(replace(known, **more))


def test_the_same_word_is_heard_once(app, linked, lies):
    word, before = lies.farewell(), entered(app, lies)
    assert (said(app, word).status_code, is_inside(before)) == (200, False)
    after = entered(app, lies)
    assert (said(app, word).status_code, is_inside(after)) == (400, True)


def test_an_id_token_signs_nobody_out(app, linked, lies):
    inside = entered(app, lies)
    assert said(app, lies._signed()).status_code == 400
    assert is_inside(inside)


def test_of_whom_nobody_knows_nothing_is_ended(app, linked, lies):
    inside = entered(app, lies)
    lies.lie = told(sub="somebody else")
    assert said(app, lies.farewell()).status_code == 200
    assert is_inside(inside)


def test_who_says_it_too_often_waits_and_a_provider_away_is_told(app, linked, lies):
    in_one_window(WINDOW)
    assert said(app, "x").status_code == 400
    rows(app, update(SignInAttempt).values(count=FAREWELLS))
    assert said(app, lies.farewell()).headers["Retry-After"]

    rows(app, update(SignInAttempt).values(count=0))
    known = app.extensions[TALKS]["lies"].provider
    word = lies.farewell()
    app.extensions[TALKS]["lies"] = Talk(replace(known, issuer="http://127.0.0.1:9"))
    assert said(app, word).status_code == 503


def test_a_browser_of_another_site_is_refused(app, lies):
    assert said(app, lies.farewell(), **{"Sec-Fetch-Site": "cross-site"}).status_code == 400


@pytest.fixture(scope="module")
def here():
    return f"http://{LOOPBACK}:{free_port()}"


@pytest.fixture
def at_casa(sqlite_url, tmp_path, here):
    with house(here) as casa:
        yield trusting(described(tmp_path, casa.issuer), sqlite_url, here), casa


class TestInABrowser:
    """A real provider, which tells us itself."""

    @pytest.fixture
    def settings(self, at_casa):
        return at_casa[0]

    def test_who_leaves_the_provider_is_signed_out_here(self, app, helena, here, at_casa, visitors):
        page, issuer = visitors.page(), at_casa[1].issuer
        with make_server(LOOPBACK, urlsplit(here).port, app, threaded=True) as server:
            running = threading.Thread(target=server.serve_forever, args=(0.02,))
            running.start()
            try:
                linked_with_casa(page, here, helena)
                page.goto(f"{here}/preferencias/")
                page.get_by_role("button", name="Sair").click()
                page.goto(f"{here}/preferencias/")
                page.get_by_role("button", name="Entrar com Casa").click()
                page.wait_for_url(f"{here}/preferencias/")

                page.goto(f"{issuer}/session/end")
                page.get_by_role("button", name="Leave").click()
                page.wait_for_url(f"{issuer}/session/end/success**")
                page.goto(f"{here}/preferencias/")
                page.wait_for_url(f"{here}/entrar**")
            finally:
                server.shutdown()
                running.join()
        assert visitors.complaints == []
