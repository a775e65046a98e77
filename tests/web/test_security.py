"""Who may ask, which forms are believed, and what browsers are told to refuse."""

from __future__ import annotations

import hashlib
import re

import pytest
from flask import Flask, abort
from itsdangerous import BadSignature, URLSafeTimedSerializer

from tests.web.pages import token_of
from web import create_app
from web.access import declare
from web.links import local_address
from web.policies import DECLARED, POLICIES, Of, Policy, Who
from web.settings import load_settings
from web.signed import signed
from workflow.core.errors import CaseMoved, DefinitionRunsAway, UnknownCase

OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}
PUBLIC = {
    "asset",
    "auth.accept",
    "auth.enter",
    "auth.forgotten",
    "auth.invitation",
    "auth.send_reset",
    "auth.sign_in",
    "auth.sign_out",
    "feeds.calendar",
    "help.index",
    "help.show",
    "identities.back",
    "identities.farewell",
    "identities.leave",
    "identities.send",
    "pages.accessibility",
    "pages.home",
    "pages.privacy",
    "practice.begin",
    "practice.begin_anew",
    "practice.exercise",
    "practice.index",
    "preferences.appearance",
    "receipt_check.ask",
    "receipt_check.check",
    "second_step.show",
    "watch.figures",
    "watch.health",
    "watch.health_of_pages",
}
"""What anybody may ask for; the pages that follow a case by its number are added below."""

PUBLIC_BLUEPRINTS = ("certificates.", "open_registers.", "tracking.")


def without_values(page: str) -> str:
    """Leave out tokens, and the address to come back to, which the visitor knows."""
    return re.sub(r'value="[^"]*"', "", page)


def test_every_endpoint_has_its_policy_and_every_policy_its_endpoint(app):
    assert set(POLICIES) == set(app.view_functions)


def test_no_endpoint_is_declared_twice():
    declared = [name for _, _, endpoints in DECLARED for name in endpoints.split()]

    assert len(declared) == len(set(declared)) == len(POLICIES)


@pytest.fixture
def forgetful(app: Flask) -> Flask:
    """Add a page that nobody declared, and one that tells of a case without asking."""
    app.testing = False
    app.add_url_rule("/undeclared", "undeclared", lambda: "zqopen", methods=["GET", "POST"])
    app.add_url_rule("/unasked/<number>", "unasked", lambda number: f"zqopen {number}")
    declare(app, "unasked", Policy(Who.OFFICER, Of.CASE))
    return app


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_endpoint_without_a_policy_answers_nobody(forgetful, client, signed_in, method, caplog):
    for visitor in (client, signed_in):
        answer = visitor.open("/undeclared", method=method, headers=OUR_PAGE)

        assert (answer.status_code, "zqopen" in answer.text) == (500, False)
    assert "UndeclaredPageError: undeclared" in caplog.text


def test_a_view_that_did_not_ask_whether_a_case_may_be_known_tells_nothing(
    forgetful, signed_in, caplog
):
    answer = signed_in.get("/unasked/2026-000001-00")

    assert (answer.status_code, "zqopen" in answer.text) == (500, False)
    assert "UnaskedPageError: unasked" in caplog.text


def test_every_page_demands_an_officer_but_those_of_the_list(app):
    open_to_all = {name for name, policy in POLICIES.items() if policy.who is Who.ANYBODY}

    assert {name for name in open_to_all if not name.startswith(PUBLIC_BLUEPRINTS)} == PUBLIC


def test_no_page_that_demands_an_officer_answers_without_one(app, client):
    for rule in app.url_map.iter_rules():
        if POLICIES[rule.endpoint].who is Who.ANYBODY:
            continue
        path = re.sub(r"<(?:(int)[^>]*|[^>]*)>", lambda m: "1" if m[1] else "x", rule.rule)
        for method in rule.methods & {"GET", "POST"}:
            answer = client.open(path, method=method, headers=OUR_PAGE)
            expected = (303,) if method == "GET" else (401,)
            assert answer.status_code in expected, (method, path, answer.status_code)


@pytest.mark.parametrize("path", ["/entrar", "/nada", "/preferencias/", "/saude"])
def test_every_answer_carries_the_headers(client, path):
    headers = client.get(path).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in headers
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Referrer-Policy"] == "same-origin"
    assert (
        policy["object-src"]
        == policy["default-src"]
        == policy["frame-ancestors"]
        == policy["base-uri"]
        == "'none'"
    )
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"


def test_by_https_cookies_are_bound_to_the_host_and_browsers_stay_with_https(sqlite_url):
    secure = create_app(
        load_settings(
            {
                "TRAMITA_DATABASE_URL": sqlite_url,
                "TRAMITA_SECRET_KEY": "only for tests, and long enough for them",
                "TRAMITA_BASE_URL": "https://tramita.example",
            }
        )
    )
    browser, ours = secure.test_client(), "https://tramita.example"
    answer = browser.get("/entrar?lang=en", base_url=ours)
    typed = {"csrf": token_of(answer.text), "theme": "dark"}
    chosen = browser.post("/preferencias/aparencia", data=typed, base_url=ours)
    cookies = [*answer.headers.getlist("Set-Cookie"), *chosen.headers.getlist("Set-Cookie")]

    assert len(cookies) == 3
    assert secure.config["SESSION_COOKIE_NAME"].startswith("__Host-")
    for cookie in cookies:
        name, *about = cookie.split("; ")
        assert name.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(about)
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_what_comes_back_from_the_browser_was_signed_by_us_for_that_purpose(app):
    with app.test_request_context():
        text = signed("one purpose").dumps(["x"])
        assert signed("one purpose").loads(text, max_age=60) == ["x"]
        for reader in (signed("another"), URLSafeTimedSerializer(app.secret_key, "one purpose")):
            with pytest.raises(BadSignature):
                reader.loads(text)
    with_session = app.session_interface.get_signing_serializer(app)
    assert with_session.signer_kwargs["digest_method"] is hashlib.sha256


def test_a_host_that_is_not_ours_is_refused(client):
    assert client.get("/entrar", base_url="http://evil.example").status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
    ],
)
def test_a_form_of_another_site_is_refused_whatever_it_carries(client, headers):
    token = token_of(client.get("/entrar").text)

    answer = client.post("/preferencias/aparencia", data={"csrf": token}, headers=headers)

    assert answer.status_code == 400


def test_a_form_of_ours_is_taken_with_its_token_only(client):
    token = token_of(client.get("/entrar").text)
    form = {"theme": "dark", "back": "/privacidade"}

    refused = client.post("/preferencias/aparencia", data=form, headers=OUR_PAGE)
    taken = client.post("/preferencias/aparencia", data={**form, "csrf": token})

    assert refused.status_code == 400
    assert (taken.status_code, taken.headers["Location"]) == (303, "/privacidade")
    assert 'data-theme="dark"' in client.get("/privacidade").text


def test_the_token_of_one_visitor_does_not_serve_another(app):
    token = token_of(app.test_client().get("/entrar").text)

    answer = app.test_client().post("/preferencias/aparencia", data={"csrf": token})

    assert answer.status_code == 400


def test_what_was_typed_in_a_form_too_old_is_given_back_to_be_sent_again(client):
    typed = {"theme": "dark", "note": "A fundamentação inteira do parecer."}

    page = client.post("/preferencias/aparencia", data=typed, headers=OUR_PAGE).text

    assert typed["note"] in page
    assert 'action="/preferencias/aparencia"' in page
    again = client.post("/preferencias/aparencia", data={**typed, "csrf": token_of(page)})
    assert again.status_code == 303


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "none"}])
def test_what_was_typed_is_given_back_only_to_our_own_page(client, headers):
    page = client.post("/preferencias/aparencia", data={"note": "x" * 30}, headers=headers).text

    assert "x" * 30 not in page


def test_passwords_are_never_given_back(client):
    page = client.post("/entrar", data={"password": "open sesame now"}, headers=OUR_PAGE).text

    assert "open sesame now" not in page


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("/caixa?filtro=1", "/caixa?filtro=1"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        (None, "/"),
    ],
)
def test_nobody_is_sent_on_to_another_site(app, asked, given):
    with app.test_request_context("/"):
        assert local_address(asked) == given


@pytest.fixture
def failing(app: Flask) -> Flask:
    """Add pages that fail in the ways that pages may fail."""
    failures = {
        "moved": CaseMoved(number="2026-000001-00"),
        "unknown": UnknownCase(number="2026-000001-00"),
        "defect": DefinitionRunsAway(number="2026-000001-00"),
    }

    def fail(how: str) -> None:
        raise failures[how] if how in failures else abort(int(how))

    app.add_url_rule("/falha/<how>", "fail", fail)
    declare(app, "fail", Policy(Who.ANYBODY, Of.NOTHING))
    return app


@pytest.mark.parametrize(
    ("how", "status"),
    [
        ("moved", 409),
        ("unknown", 404),
        ("defect", 500),
        ("403", 404),
        ("413", 413),
        ("429", 429),
        ("418", 418),
    ],
)
def test_a_failure_is_answered_with_a_page_in_plain_words(failing, how, status):
    answer = failing.test_client().get(f"/falha/{how}")

    assert answer.status_code == status
    assert answer.text.count("<h1") == 1
    assert 'href="/"' in answer.text


def test_a_form_without_files_is_no_larger_than_its_text_may_be(client):
    for path in ("/entrar", "/entrar/com/nobody/saida"):
        answer = client.post(path, data={"note": "x" * 7_000_000}, headers=OUR_PAGE)
        assert answer.status_code == 413
    fits = {"note": "ç" * 1_000_000, "csrf": token_of(client.get("/entrar").text)}
    assert client.post("/entrar", data=fits, headers=OUR_PAGE).status_code == 422


def test_too_large_a_document_sent_from_our_page_is_answered_in_plain_words(client):
    answer = client.post(
        "/preferencias/",
        data={"csrf": "any"},
        headers=OUR_PAGE,
        environ_overrides={"CONTENT_LENGTH": str(10**10)},
    )

    assert answer.status_code == 413
    assert answer.text.count("<h1") == 1


def test_what_may_not_be_seen_is_answered_like_what_is_not_there(failing):
    hidden, absent = (failing.test_client().get(path) for path in ("/falha/unknown", "/nada"))

    assert hidden.status_code == absent.status_code
    assert without_values(hidden.text) == without_values(absent.text)


def test_a_defect_is_answered_with_a_code_that_the_log_knows(failing, caplog):
    page = failing.test_client().get("/falha/defect").text

    code = re.search(r'<b class="num">(\w{6})</b>', page)[1]
    assert f"support code {code}" in caplog.text
    assert "/falha/" not in caplog.records[0].getMessage()


def test_a_part_of_a_page_asked_without_a_session_says_so_in_place(client):
    answer = client.get("/preferencias/", headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert "<html" not in answer.text
    assert "/entrar" in answer.text
