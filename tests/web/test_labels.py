"""Labels of an agency on pages: kept by its head, put on cases by its people, seen by no other."""

from __future__ import annotations

import csv
import re
from io import StringIO
from pathlib import Path

import pytest

from tests.servers.nodejs import html_faults
from tests.web.pages import token_of
from tests.web.test_inbox import Desk
from workflow.services.labels import COLOURS, MOST

CSS = Path(__file__).parents[2] / "web" / "static" / "css" / "base.css"


@pytest.fixture
def desk(filled_here):
    return Desk(filled_here)


@pytest.fixture
def head(desk):
    return desk.filled.sign_in(desk.agency, head=True)


def post(client, path, **fields):
    sent = {"csrf": token_of(client.get("/caixa/").text), **fields}
    return client.post(path, data=sent)


def make(head, name="Falta parecer", colour="teal"):
    assert post(head, "/caixa/rotulos", name=name, colour=colour).status_code == 303
    page = head.get("/caixa/rotulos").text
    return int(page.split(f"</svg>{name}<", 1)[1].split("/caixa/rotulos/", 1)[1].split('"', 1)[0])


def put(client, number, label):
    return post(client, f"/pedidos/{number}/rotulos", rotulo=str(label))


def test_a_head_keeps_labels_and_nobody_else_does(desk, head):
    assert desk.client.get("/caixa/rotulos").status_code == 404
    assert "/caixa/rotulos" not in desk.page()
    assert "/caixa/rotulos" in head.get("/caixa/").text
    label = make(head)
    again = post(head, "/caixa/rotulos", name="falta PARECER", colour="red")
    assert again.status_code == 422
    assert "já tem o rótulo" in again.text
    assert post(head, "/caixa/rotulos", name=" ", colour="red").status_code == 422
    assert post(head, "/caixa/rotulos", name="Outro", colour="plaid").status_code == 422
    renamed = post(head, f"/caixa/rotulos/{label}", name="Sem parecer", colour="pink")
    assert renamed.status_code == 303
    assert 'class="chip chip-pink"' in head.get("/caixa/rotulos").text
    assert post(desk.client, f"/caixa/rotulos/{label}/retirar").status_code == 404
    assert post(head, "/caixa/rotulos/999", name="Um", colour="red").status_code == 404
    for n in range(MOST - 1):
        make(head, f"R{n}x")
    assert post(head, "/caixa/rotulos", name="Mais um", colour="red").status_code == 422


def test_a_label_is_put_on_a_case_taken_off_and_both_are_undone(desk, head):
    number, label = desk.numbers[0], make(head)
    assert put(desk.client, number, label).status_code == 303
    page = desk.client.get(f"/pedidos/{number}").text
    assert 'class="chip chip-teal"' in page
    assert "posto por" in page
    assert f"/rotulos/{label}/tirar" in page
    assert put(desk.client, number, label).status_code == 303
    undo = f"/pedidos/{number}/rotulos/{label}/tirar"
    assert post(desk.client, undo).status_code == 303
    assert "tirado por" in desk.client.get(f"/pedidos/{number}").text
    post(desk.client, f"/pedidos/{number}/rotulos?rotulo={label}")
    assert "posto por" in desk.client.get(f"/pedidos/{number}").text


def test_a_retired_label_is_offered_no_more_and_stays_where_it_is(desk, head):
    first, second, _ = desk.numbers
    label = make(head)
    put(desk.client, first, label)
    assert post(head, f"/caixa/rotulos/{label}/retirar").status_code == 303
    assert put(desk.client, second, label).status_code == 404
    assert 'class="chip' in desk.client.get(f"/pedidos/{first}").text
    post(desk.client, f"/pedidos/{first}/rotulos/{label}/tirar")
    assert put(desk.client, first, label).status_code == 303
    assert post(head, f"/caixa/rotulos/{label}/oferecer").status_code == 303
    assert put(desk.client, second, label).status_code == 303


def test_inbox_and_cases_are_narrowed_by_a_label_and_counted(desk, head):
    label, other = make(head), make(head, "Aguarda edital", "amber")
    for number in desk.numbers[:2]:
        put(desk.client, number, label)
    put(desk.client, desk.numbers[0], other)
    simple, narrowed = desk.page(), desk.page(f"ver=agency&rotulo={label}")
    assert html_faults(simple) == html_faults(narrowed) == []
    assert 'name="rotulo"' not in simple.split("<summary>Mais", 1)[0]
    assert 'name="rotulo"' in narrowed.split("<summary>Mais", 1)[0]
    assert desk.shows(f"ver=agency&rotulo={label}") == desk.numbers[:2]
    assert "Mostrando 2 de 2" in desk.page(f"ver=agency&rotulo={label}")
    assert desk.shows(f"ver=unassigned&rotulo={other}&tipo=grant_application") == desk.numbers[:1]
    assert desk.shows(f"ver=mine&rotulo={label}") == []
    assert desk.shows("ver=agency&rotulo=99999") == []
    token = token_of(desk.page())
    sent = {"csrf": token, "name": "Com parecer", "query": f"ver=agency&rotulo={label}"}
    desk.client.post("/caixa/filtros", data=sent)
    assert 'Com parecer <span class="count">2</span>' in desk.page()
    listed = desk.client.get(f"/pedidos/?rotulo={other}").text
    assert [n for n in desk.numbers if f">{n}<" in listed] == desk.numbers[:1]
    assert 'class="chip chip-amber"' in listed


def test_many_are_labelled_together_and_the_undo_leaves_what_was_there(desk, head):
    label = make(head)
    put(desk.client, desk.numbers[0], label)
    assert desk.batch("label", *desk.numbers, ready="1").status_code == 422
    asked = desk.batch("label", *desk.numbers)
    assert "Falta parecer" in asked.text
    done = desk.batch("label", *desk.numbers, ready="1", label=str(label))
    assert done.status_code == 303
    page = desk.page(f"ver=agency&rotulo={label}")
    assert desk.shows(f"ver=agency&rotulo={label}") == desk.numbers
    undo = page.split('action="/caixa/lote/desfazer', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    desk.client.post("/caixa/lote/desfazer" + undo, data={"csrf": token_of(page)})
    assert desk.shows(f"ver=agency&rotulo={label}") == desk.numbers[:1]
    desk.batch("unlabel", *desk.numbers, ready="1", label=str(label))
    assert desk.shows(f"ver=agency&rotulo={label}") == []


def test_the_column_of_labels_goes_into_the_file(desk, head):
    label = make(head)
    put(desk.client, desk.numbers[1], label)
    assert "Falta parecer" in desk.page().split("<tbody", 1)[1]
    token = token_of(desk.page())
    desk.client.post("/caixa/colunas", data={"csrf": token, "column": ["labels"]})
    assert 'class="head-labels"' in desk.page()
    text = desk.client.get("/caixa/planilha.csv?ver=agency").data.decode("utf-8-sig")
    rows = list(csv.DictReader(StringIO(text), delimiter=";"))
    assert [row["Rótulos"] for row in rows] == ["", "Falta parecer", ""]


def test_no_other_agency_learns_of_a_label(desk, head):
    number, label = desk.numbers[0], make(head, "Segredo da casa")
    put(desk.client, number, label)
    opener = desk.filled.sign_in("SEDE")
    pages = [
        *(f"/pedidos/{number}", f"/pedidos/{number}?ver=all", "/caixa/", "/pedidos/"),
        *("/busca?q=segredo+da+casa", "/caixa/planilha.csv?ver=agency"),
        *(f"/pedidos/?rotulo={label}", f"/pedidos/{number}/papeis", f"/acompanhar/{number}"),
    ]
    for path in pages:
        assert "Segredo da casa" not in opener.get(path).text, path
    assert number not in opener.get(f"/pedidos/?rotulo={label}").text
    assert put(opener, number, label).status_code == 404
    assert post(opener, f"/pedidos/{number}/rotulos/{label}/tirar").status_code == 404
    assert "Segredo da casa" in desk.client.get(f"/pedidos/{number}").text


def colours_of(block):
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", block))


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * c for c in colour[1:])
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_colour_is_readable_in_every_theme():
    css = CSS.read_text()
    chips = (CSS.parent / "components.css").read_text()
    pairs = re.findall(
        r"\.chip-(\w+) \{ color: var\(--([\w-]+)\); background: var\(--([\w-]+)\)", chips
    )
    pairs.append(("grey", "ink-2", "neutral-ground"))
    assert {name for name, _, _ in pairs} == set(COLOURS)
    light = colours_of(css.split(":root {", 1)[1].split("}", 1)[0])
    for theme in (
        ":root:not([data-theme]) {",
        '[data-theme="dark"] {',
        '[data-theme="contrast"] {',
    ):
        shown = {**light, **colours_of(css.split(theme, 1)[1].split("}", 1)[0])}
        for found in (light, shown):
            for name, ink, ground in pairs:
                one, two = sorted((luminance(found[ink]), luminance(found[ground])))
                assert (two + 0.05) / (one + 0.05) >= 4.5, (theme, name)
