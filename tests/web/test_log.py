"""The log says what happened to every request, under a number, and names nobody."""

from __future__ import annotations

import json
import logging
import re
import tracemalloc

import pytest
from sqlalchemy import insert

from tests.web.listening import heard
from tests.web.pages import token_of
from web.access import declare
from web.db import unit_of_work
from web.errors import log_failure
from web.policies import Of, Policy, Who
from web.watch.lines import JsonLines
from web.watch.marks import mark_of
from workflow.storage.people import Officer

MARK = "zqkhn"
OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}


def line_of(name, message, *args, error=None):
    info = (type(error), error, None) if error else None
    record = logging.LogRecord(name, logging.INFO, "x.py", 1, message, args, info)
    return json.loads(JsonLines().format(record))


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("0123456789abcdef0123456789ABCDEF", True),
        ("5c1f2a30-8a5e-4b32-9d5c-0123456789ab", True),
        ("", False),
        ("short", False),
        ("helena.moura@age.example", False),
        ("0123456789abcdef" * 5, False),
        ('0123456789abcdef","level":"x', False),
    ],
)
def test_a_request_keeps_the_number_of_a_proxy_if_it_is_one(client, given, taken):
    answer = client.get("/entrar", headers={"X-Request-Id": given} if given else {})

    number = answer.headers["X-Request-Id"]
    assert (number == given) is taken
    assert re.fullmatch(r"[0-9A-Fa-f-]{16,64}", number)


def test_each_request_is_one_line_with_its_route_and_not_its_address(client):
    with heard() as log:
        answer = client.get(f"/convite/{MARK}?nome={MARK}", headers={"User-Agent": MARK})

    (line,) = log.said("request")
    assert (line["method"], line["route"], line["status"]) == ("GET", "/convite/<token>", 410)
    assert line["request"] == answer.headers["X-Request-Id"]
    assert line["ms"] >= 0
    assert MARK not in log.getvalue()


def test_who_comes_in_and_who_is_refused_is_logged_by_name_of_event(app, helena):
    client = app.test_client()
    with heard() as log:
        client.get("/caixa/")
        client.post("/preferencias/aparencia", headers={"Sec-Fetch-Site": "cross-site"})
        client.post("/preferencias/aparencia", data={"theme": MARK}, headers=OUR_PAGE)
        client.get("/entrar", base_url=f"http://{MARK}.example")
        token = token_of(client.get("/entrar").text)
        wrong = {"email": f"{MARK}@age.example", "password": MARK, "csrf": token}
        elsewhere = {"REMOTE_ADDR": "203.0.113.77"}
        client.post("/entrar", data=wrong, environ_overrides=elsewhere)
        client.post("/entrar", data={**helena, "csrf": token})
        client.post("/sair", data={"csrf": token_of(client.get("/preferencias/").text)})

    assert [line["why"] for line in log.said("access_refused")] == [
        *("not signed in", "foreign form", "stale form", "foreign host")
    ]
    (refused,) = log.said("sign_in_refused")
    assert (refused["why"], refused["network"]) == ("not recognised", "203.0.113.0/24")
    mark = mark_of(app.extensions["sealer"], helena["email"])
    (came,), (left,) = log.said("signed_in"), log.said("signed_out")
    (inside,) = [line for line in log.said("request") if line["route"] == "/preferencias/"]
    assert [line["who"] for line in (came, inside, left)] == [mark] * 3
    assert refused["who"] == mark_of(app.extensions["sealer"], wrong["email"].upper()) != mark
    assert {line["who"] for line in log.said("access_refused")} == {None}
    for secret in (MARK, "203.0.113.77", "helena", helena["password"], token):
        assert secret not in log.getvalue()


def test_what_anybody_types_as_an_address_is_not_kept_however_long_it_is(app):
    sealer, long = app.extensions["sealer"], 200_000
    mark_of(sealer, "x")
    tracemalloc.start()
    try:
        marks = {mark_of(sealer, f"{n}" + "x" * long) for n in range(20)}
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(marks) == 20
    assert kept < long


def test_a_failure_is_logged_with_its_place_and_none_of_its_words(app, helena):
    def fail():
        again = {"email": helena["email"], "name": MARK, "created_at": None}
        with unit_of_work() as uow, uow.writing() as connection:
            connection.execute(insert(Officer), [{**again, "created_at": uow.now}])

    app.testing = False
    app.add_url_rule("/falha", "fail", fail)
    declare(app, "fail", Policy(Who.ANYBODY, Of.NOTHING))
    with heard() as log:
        answer = app.test_client().get(f"/falha?quem={MARK}")

    code = re.search(r'<b class="num">(\w{6})</b>', answer.text)[1]
    (line,) = [line for line in log.lines if "error" in line]
    assert line["said"] == f"support code {code}: GET fail"
    assert line["request"] == answer.headers["X-Request-Id"]
    assert line["error"]["kind"] == "IntegrityError"
    assert any(place.startswith("tests/web/test_log.py:") for place in line["error"]["where"])
    assert MARK not in log.getvalue()
    assert helena["email"] not in log.getvalue()


def test_no_line_can_be_made_up():
    said = line_of("web", "job %s could not be done", 'x"\n{"level": "error"}')
    assert said["said"] == "job … could not be done"
    assert "\n" not in JsonLines().format(
        logging.LogRecord("web", logging.INFO, "x", 1, "a\nb", (), None)
    )


@pytest.mark.parametrize(
    ("name", "message", "args", "said"),
    [
        ("web", "job %s failed", ("tell:2026-000001-00:3",), "job tell:2026-000001-00:3 failed"),
        ("web", "job %s failed", (f"{MARK}@age.example",), "job … failed"),
        ("web", "from %s", ("203.0.113.77",), "from …"),
        ("web", "heard %s", (ValueError(MARK),), "heard ValueError"),
        ("gunicorn.error", "WORKER TIMEOUT (pid:%s)", (17,), "WORKER TIMEOUT (pid:17)"),
        ("gunicorn.error", "Error handling request %s", (f"/x?{MARK}",), None),
        ("gunicorn.error", f"Invalid request from ip=10.1.2.3: {MARK}", (), None),
    ],
)
def test_of_what_is_put_into_words_only_numbers_and_keys_are_kept(name, message, args, said):
    found = line_of(name, message, *args)["said"]
    assert said is None or found == said
    assert MARK not in found
    assert "10.1.2.3" not in found


def test_an_error_is_told_by_what_caused_it():
    try:
        try:
            raise KeyError(MARK)
        except KeyError as cause:
            raise ValueError(MARK) from cause
    except ValueError as error:
        told = line_of("web", "failed", error=error)
    assert told["error"]["because"] == ["KeyError"]
    assert MARK not in json.dumps(told)


def test_the_number_to_tell_follows_from_that_of_the_request(app):
    given = {"X-Request-Id": "0123456789abcdef0123456789abcdef"}
    codes = set()
    for _ in range(2):
        with app.test_request_context(headers=given), heard() as log:
            log_failure((ValueError, ValueError(), None))
        codes.add(log.lines[0]["said"])
    assert len(codes) == 1
