"""Requests that no browser makes are answered, and never by a defect."""

from __future__ import annotations

import gc

import pytest

from tests.counts import count
from tests.web.malformed import Odd
from tests.web.pages import token_of

ODD_ONES = count(300, exhaustive=10_000)
A_SITTING = 250


@pytest.mark.exhaustive
@pytest.mark.filterwarnings("ignore:Unclosed file <tempfile.Spooled:ResourceWarning")
def test_no_request_however_odd_finds_a_defect(office, random, record_property):
    seen: dict[int, int] = {}
    broken = []
    odd = sitting(office, random)
    for n in range(ODD_ONES):
        if n and n % A_SITTING == 0:  # the last one may have signed out
            odd.cookie, odd.token = signed_in(office)
        status, asked = odd.ask()
        seen[status] = seen.get(status, 0) + 1
        if status >= 500 and not asked.startswith("watch.health"):
            broken.append((status, asked))
    gc.collect()  # Werkzeug leaves files of forms that break off to be closed here
    record_property("answers", dict(sorted(seen.items())))
    assert not broken, f"{len(broken)}: {broken[:5]}"
    assert seen[200] > ODD_ONES / 20


def sitting(office, random) -> Odd:
    cookie, token = signed_in(office)
    return Odd(office.app, random, office.number, cookie, token)


def signed_in(office) -> tuple[str, str]:
    """Return the cookies of an officer who has signed in, and the token of their forms."""
    visitor = office.visit("SEDE")
    token = token_of(visitor.case().text)
    kept = visitor.client._cookies.values()
    return "; ".join(f"{one.key}={one.value}" for one in kept), token


def test_what_no_database_keeps_is_refused_wherever_it_stands(office):
    visitor = office.visit("SEDE")
    for path, sent in (
        (f"/pedidos/{office.number}/comentarios", {"text": "a\0b"}),
        ("/preferencias", {"other": ["a", "b\0"]}),
    ):
        token = token_of(visitor.case().text)
        assert visitor.client.post(path, data={"csrf": token, **sent}).status_code == 400
    assert visitor.case(ver=["a", "b\0"]).status_code == 400


def test_what_flask_itself_would_fail_over_is_answered(office):
    visitor = office.visit("SEDE")
    page = f"/pedidos/{office.number}"
    raw = visitor.client.get("/", environ_overrides={"QUERY_STRING": "a=\xff"})
    assert raw.status_code < 400
    assert visitor.client.options(page).status_code == 200
    for number in ("²", "٣", "9" * 400):  # digits, and no number of a row
        leaving = {"pessoa": number, "orgao": "SEDE"}
        assert (
            visitor.client.get("/administracao/saidas/nova", query_string=leaving).status_code
            == 404
        )
        assert visitor.case(antes=number).status_code == 200
        assert visitor.client.get("/caixa/carga", query_string={"quem": number}).status_code == 200
    assert visitor.client.post(page, headers={"Host": "evil.example"}).status_code == 400
    nameless = b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n"
    kind = "multipart/form-data; boundary=b"
    ours = {"Sec-Fetch-Site": "same-origin"}
    sent = visitor.client.post(page, data=nameless, content_type=kind, headers=ours)
    assert sent.status_code in (400, 405)
