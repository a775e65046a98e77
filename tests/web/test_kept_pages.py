"""Who comes back to an inbox in which nothing has changed is shown what would be written anew."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from sys import getsizeof

import pytest
from flask import template_rendered
from sqlalchemy import insert, select, update

from tests.web.filled import PASSWORD
from tests.web.pages import token_of
from tests.web.test_inbox import Desk
from tests.web.test_labels import make, post, put
from tests.web.test_parts import OWN, rename
from web.inbox.kept_pages import KEPT, MADE, Circumstances, Page, mark
from web.words.wording import ago, turns_at
from workflow.services.memory import Memory
from workflow.storage.case import Case
from workflow.storage.engine import writing
from workflow.storage.network import CALENDAR_VERSION, Setting
from workflow.storage.people import Officer, Substitution
from workflow.storage.sight import EVERYTHING
from workflow.storage.work import NoticeRow

KEEPERS = ("parts", "task_rows", KEPT)


@pytest.fixture
def desk(filled):
    return Desk(filled)


@pytest.fixture
def head(desk):
    return desk.filled.sign_in(desk.agency, head=True)


@contextmanager
def written(app):
    """Collect how often an inbox is written inside the block."""
    times = []

    def note(_app, template, **_rest):
        if template.name == "inbox/index.html":
            times.append(template.name)

    with template_rendered.connected_to(note, app):
        yield times


def look(client, query="ver=agency", **more):
    """Return a page of the inbox but for what is of each look alone."""
    answer = client.get(f"/caixa/?{query}", **more)
    assert answer.status_code == 200
    return OWN.sub("", answer.text)


def looks_again(desk, client, query="ver=agency", **more):
    """Look at a page that is kept, and see that it is; a minute may turn between two looks.

    The first look has it written, the next two find what it says and how that is told shortly.
    """
    for _ in range(3):
        first = look(client, query, **more)
        with written(desk.filled.app) as times:
            others = {look(client, query, **more) for _ in range(3)}
        if not times:
            assert others == {first}
            return first
    raise AssertionError("it was written again")


def looks_anew(desk, client, query="ver=agency", **more):
    """Look at a page of which something has changed, and see that it is as nobody kept it."""
    page = look(client, query, **more)
    for name in KEEPERS:
        desk.filled.app.extensions[name].cache_clear()
    assert page == look(client, query, **more)
    return page


def told(desk):
    """Write past all services to the database."""
    return writing(desk.filled.app.extensions["installation"].engine, EVERYTHING)


def test_only_keys_and_the_hour_differ_at_each_look(desk, head):
    for client in (desk.client, head):
        desk.page()
        pages = [client.get("/caixa/?ver=agency").text for _ in range(3)]
        assert len({OWN.sub("", page) for page in pages}) == 1
        keys = [key for page in pages for key in re.findall(r'name="once" value="([^"]+)"', page)]
        assert len(set(keys)) == len(keys) == 3 * (len(desk.numbers) + 1)
        made = [re.search(r"desde=([^&]+)", page)[1] for page in pages]
        assert len(set(made)) == 3
        assert all(token_of(page) == token_of(client.get("/preferencias/").text) for page in pages)
        assert all(re.search(r"Atualizada às \d\dh\d\d<", page) for page in pages)
    assert token_of(desk.page()) != token_of(head.get("/caixa/").text)


def test_an_act_sent_from_a_page_that_was_kept_is_done_once(desk):
    looks_again(desk, desk.client)
    page = desk.page()
    form = page.split('action="/caixa/assumir"', 1)[1].split("</form>", 1)[0]
    sent = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    assert desk.client.post("/caixa/assumir", data=sent).status_code == 303
    assert "Desfazer" in desk.page()
    assert desk.client.post("/caixa/assumir", data=sent).status_code == 303
    assert 'action="/caixa/desfazer' not in desk.page()


def test_nobody_is_shown_the_page_of_another(desk, head):
    own, other = looks_again(desk, desk.client), looks_again(desk, head)
    assert ["officer@" in page for page in (own, other)] == [True, False]
    assert ["head@" in page for page in (own, other)] == [False, True]
    stranger = desk.filled.sign_in("SES")
    assert desk.numbers[0] not in looks_again(desk, stranger)
    assert looks_again(desk, desk.client) == own
    again = desk.filled.app.test_client()
    email = f"officer@{desk.agency.lower()}.example"
    sent = {"email": email, "password": PASSWORD, "csrf": token_of(again.get("/entrar").text)}
    assert again.post("/entrar", data=sent).status_code == 303
    assert token_of(looks_again(desk, again)) != token_of(own)
    assert desk.filled.app.test_client().get("/caixa/?ver=agency").status_code == 303


def follow(desk, _head):
    post(desk.client, f"/pedidos/{desk.numbers[0]}/acompanhar")


def keep(desk, query, name="Guardado"):
    post(desk.client, "/caixa/filtros", name=name, query=query)


def label_beside(desk, head):
    """Change what a kept filter counts, and nothing else of a page without tasks."""
    label = make(head)
    keep(desk, f"ver=agency&rotulo={label}")
    look(desk.client, "ver=waiting")
    looks_again(desk, desk.client, "ver=waiting")
    put(desk.client, desk.numbers[0], label)


def label_on(desk, head):
    """Change the labels of a case on the page, and nothing else."""
    label = make(head)
    look(desk.client)
    looks_again(desk, desk.client)
    put(desk.client, desk.numbers[0], label)


def answer_for(desk, _head):
    _, absent = desk.filled.officer(desk.agency, role="focal_point")
    with told(desk) as connection:
        own = select(Officer.id).where(Officer.email.startswith("officer@"))
        substitute = connection.execute(own).scalar_one()
        today = datetime.now(UTC).date()
        values = {
            "absent_id": absent,
            "substitute_id": substitute,
            "valid_from": today - timedelta(days=2),
            "valid_to": today + timedelta(days=2),
            "reason": "Férias",
            "created_by": absent,
        }
        connection.execute(insert(Substitution).values(**values))


def tell(desk, _head):
    with told(desk) as connection:
        own = select(Officer.id).where(Officer.email.startswith("officer@"))
        values = {
            "clock_key": "event:1",
            "generation": 1,
            "rung": "told",
            "occurrence": 1,
            "officer_id": connection.execute(own).scalar_one(),
            "channel": "app",
            "kind": "task_opened",
            "params": {},
            "issued_at": datetime.now(UTC),
        }
        connection.execute(insert(NoticeRow).values(**values))


def take_another_name(desk, _head):
    with told(desk) as connection:
        connection.execute(update(Officer).values(name="Outra Pessoa"))


CHANGES = {
    "an act": ("", lambda desk, _: desk.batch("claim", desk.numbers[0])),
    "priority": (
        "",
        lambda desk, _: desk.batch("prioritise", desk.numbers[1], ready="1", reason="Pressa"),
    ),
    "a case that arrives": ("", lambda desk, _: desk.open(desk.filled, 9)),
    "what is followed": ("", follow),
    "a filter": ("", lambda desk, _: keep(desk, "ver=agency")),
    "columns": ("", lambda desk, _: post(desk.client, "/caixa/colunas", column=["state"])),
    "what a filter counts": ("ver=waiting", label_beside),
    "a label": ("", label_on),
    "an absence": ("", answer_for),
    "a notice": ("", tell),
    "the officer": ("", take_another_name),
    "the network": ("", lambda desk, _: rename(desk, "SEDE", "De outro nome")),
    "preferences": (
        "",
        lambda desk, _: post(
            desk.client, "/preferencias/", theme="dark", language="es", shortcuts="off"
        ),
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_it_is_written_anew_when_anything_has_changed(desk, head, what):
    query, change = CHANGES[what]
    query = query or "ver=agency"
    before = looks_again(desk, desk.client, query)
    change(desk, head)
    look(desk.client, "ver=done")  # tells what was done, once
    assert looks_anew(desk, desk.client, query) != before
    looks_again(desk, desk.client, query)


def test_it_is_written_anew_in_a_world_that_has_changed(desk):
    looks_again(desk, desk.client)
    with desk.filled.work() as uow:
        (calendars, _) = uow.world().versions
    with told(desk) as connection:
        version = update(Setting).where(Setting.key == CALENDAR_VERSION)
        connection.execute(version.values(value=calendars + 1))
    with written(desk.filled.app) as times:
        look(desk.client)
    assert times


def test_what_was_done_is_told_once(desk):
    looks_again(desk, desk.client)
    post(desk.client, "/caixa/colunas", column=["requester", "officer", "since"])
    with written(desk.filled.app) as times:
        assert 'class="page said"' in look(desk.client)
        assert 'class="page said"' not in look(desk.client)
    assert times


def test_the_address_and_the_browser_change_it_too(desk):
    client = desk.client
    seen = {looks_again(desk, client)}
    for query in ("ver=mine", "ver=agency&por=100", "ver=agency&lang=en", "ver=agency&de=SEDE", ""):
        seen.add(looks_again(desk, client, query))
    assert len(seen) == 6
    assert "/raiz/caixa/" in looks_again(desk, client, environ_overrides={"SCRIPT_NAME": "/raiz"})
    assert "/raiz/caixa/" not in looks_again(desk, client)
    client.head("/caixa/?ver=unassigned")
    page = look(client, "ver=unassigned")
    assert '<input type="hidden" name="back" value="/caixa/">' in page
    assert "data-theme" not in page
    client.set_cookie("tramita_theme", "contrast")
    assert 'data-theme="contrast"' in looks_anew(desk, client)
    client.delete_cookie("tramita_language")
    with told(desk) as connection:
        connection.execute(update(Officer).values(language="xx"))
    for tongue in ("en", "es", "pt-BR"):
        page = looks_again(desk, client, headers={"Accept-Language": tongue})
        assert f'<html lang="{tongue}"' in page


def until_morning(app) -> int:
    """Return how many seconds it is until eight o'clock of the next day, where the offices are."""
    here = datetime.now(app.extensions["installation"].zone)
    morning = (here + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
    return int((morning - here).total_seconds())


def test_time_that_passes_is_told(filled):
    app = filled.app
    morning = until_morning(app)
    settings = replace(app.extensions["settings"], clock_offset=morning)
    app.extensions["settings"] = settings
    desk = Desk(filled)
    looks_again(desk, desk.client)
    told = {130: "há 2 min", 190: "há 3 min", 4000: "há 1 h", 7000: "há 1 h"}
    for seconds in (130, 190, 130, 4000, 7000):  # the clock is set back, too
        app.extensions["settings"] = replace(settings, clock_offset=morning + seconds)
        assert desk.page().count(told[seconds]) == len(desk.numbers)
        looks_anew(desk, desk.client)


@pytest.mark.parametrize("passed", [0, 1, 59, 60, 61, 3599, 3600, 3601, 7199, 7200, 30000])
def test_a_page_lasts_until_what_it_says_of_time_turns(speaking, passed):
    with speaking("pt-BR"):
        then = datetime(2026, 3, 12, 8, 0, 0, 300, tzinfo=UTC)
        at = then + timedelta(seconds=passed)
        turns = turns_at(then, at)
        just_before = turns - timedelta(microseconds=1)
        assert ago(then, at) == ago(then, just_before) != ago(then, turns)


def test_it_follows_from_all_of_these():
    assert Circumstances._fields == (
        *("officer", "day", "method", "root", "address", "language", "theme"),
    )


def test_what_somebody_types_fills_no_gap(speaking):
    with speaking("pt-BR"):
        typed = f"{'A' * 32}-1 {'A' * 32}_made_ <!--once-->"
        page = Page.written(f"<p>{typed}</p><i>{mark(MADE)}</i>")
        text = page.answered(datetime(2026, 3, 12, tzinfo=UTC)).get_data(as_text=True)
    assert text == f"<p>{typed}</p><i>2026-03-12T00:00:00%2B00:00</i>"


def test_no_more_is_kept_than_there_is_room_for(desk):
    kept = Memory(3, 100)
    for n in range(6):
        kept.keep(n, str(n), size=10)
    assert [kept.get(n) for n in range(6)] == [None, None, None, "3", "4", "5"]
    kept.keep(4, "more", size=85)
    assert [kept.get(n) for n in (3, 4, 5)] == [None, "more", "5"]
    assert kept.bytes == 95
    kept.keep(7, "too much", size=101)
    assert (kept.get(7), kept.bytes, len(kept)) == (None, 95, 2)

    pages = desk.filled.app.extensions[KEPT]
    with told(desk) as connection:
        connection.execute(update(Case).values(subject="📄 Subject"))
    pages.cache_clear()
    looks_again(desk, desk.client)
    (kept,) = [page for page, _ in pages._kept.values()]
    asked = kept.told.glance, kept.told.tasks
    assert pages.bytes >= len(look(desk.client).encode()) + sum(map(getsizeof, asked))
    for n in range(3):
        look(desk.client, f"ver=agency&q={n}")
    assert len(pages) == 1  # what is searched for is not kept
