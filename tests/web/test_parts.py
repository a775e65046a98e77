"""What is written once is what would be written anew, whoever asks and whatever has changed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from jinja2 import meta, nodes
from sqlalchemy import update

from tests.web.pages import token_of
from tests.web.test_inbox import Desk
from tests.web.test_labels import make, post, put
from web.inbox.rows import MOST
from workflow.services.memory import Memory
from workflow.storage.engine import writing
from workflow.storage.network import NETWORK_VERSION, AgencyRow, Setting

EVERYWHERE = {
    *("_", "gettext", "ngettext", "url_for", "link_to", "asset", "drawn_icon", "drawn_due"),
    *("csrf", "dict", "settings", "drawn_options"),
}
"""What parts may name besides what they are given: it is the same for all, or follows from what
it is called with."""
OF_A_KEPT_PAGE = {
    *("_", "ngettext", "asset", "dict", "drawn_due", "drawn_icon", "url_for", "link_to"),
    *("drawn_part", "drawn_tasks", "news_address"),
    *("settings", "principal", "language_tag", "theme", "shortcuts", "csrf", "request"),
    *("unread_notices", "may_see_types", "may_see_stuck", "help_here", "once", "said", "guide"),
}
"""What the page of an inbox may name of what every page knows: it is the same for all, follows from
`web.inbox.kept_pages.Circumstances`, is put in each time, or keeps the page from being kept."""
OWN = re.compile(
    r'name="once" value="[^"]*"|desde=[^"&]*|Atualizada às [^<]*|(Upd|Actu)[^<]*\d'
    r"|\b(agora|just now)\b|(há )?\b\d+ min( ago)?\b"
)
"""What is of each page alone; a minute may turn between two of them."""
VIEWS = ("mine", "unassigned", "agency", "aside", "agency&lang=en", "agency&por=100")


@pytest.fixture
def desk(filled_here):
    return Desk(filled_here)


@pytest.fixture
def head(desk):
    return desk.filled.sign_in(desk.agency, head=True)


def shown(desk, *clients):
    """Return the pages of some officers, but for what is of each page alone."""
    return [
        OWN.sub("", client.get(f"/caixa/?ver={view}").text) for client in clients for view in VIEWS
    ]


def anew(desk, *clients):
    """Return the pages as they are written where nothing is kept, after showing what is."""
    for client in clients:
        client.get("/caixa/")  # tells what was done, once
    kept = shown(desk, *clients)
    for name in ("parts", "task_rows", "inbox_pages"):
        desk.filled.app.extensions[name].cache_clear()
    assert kept == shown(desk, *clients)
    return kept


def rename(desk, code, name):
    """Give an agency another name, as a reform does."""
    with desk.filled.work() as uow, writing(uow.installation.engine) as connection:
        connection.execute(update(AgencyRow).where(AgencyRow.code == code).values(name=name))
        version = uow.world().network.version
        network = update(Setting).where(Setting.key == NETWORK_VERSION)
        connection.execute(network.values(value=version + 1))


def test_a_row_is_never_shown_as_it_was(desk, head):
    both = desk.client, head
    first, second, third = desk.numbers
    seen = [anew(desk, *both)]

    def changed():
        seen.append(anew(desk, *both))
        assert seen[-1] != seen[-2]

    desk.batch("claim", first)
    changed()
    desk.batch("prioritise", second, ready="1", reason="Pedido do gabinete")
    changed()
    label = make(head)
    put(desk.client, third, label)
    changed()
    post(head, f"/caixa/rotulos/{label}", name="Sem parecer", colour="pink")
    changed()
    post(head, "/caixa/colunas", column=["type", "state", "labels", "since"])
    changed()
    until = desk.task(third).clock.due_on - timedelta(days=1)
    desk.batch("snooze", third, ready="1", until=until.isoformat())
    changed()
    rename(desk, "SEDE", "Secretaria que mudou de nome")
    changed()
    assert any("Secretaria que mudou de nome" in page for page in seen[-1])
    post(desk.client, "/preferencias/", theme="dark", language="en", shortcuts="off")
    changed()


def test_a_form_that_takes_a_task_is_the_visitors_own(desk, head):
    for client in (desk.client, head):
        page = client.get("/caixa/?ver=agency").text
        forms = re.findall(r'<form method="post" action="/caixa/assumir">.*?</form>', page)
        assert len(forms) == len(desk.numbers)
        assert all(f'value="{token_of(page)}"' in form for form in forms)
        keys = re.findall(r'name="once" value="([^"]+)"', "".join(forms))
        assert len(set(keys)) == len(desk.numbers)
    assert "<!--" not in page


def test_the_header_is_that_of_who_asks(desk, head):
    own, other = (client.get("/preferencias/").text for client in (desk.client, head))
    assert token_of(own) != token_of(other)
    menus = [page.split("person-menu", 1)[1].split("</details>", 1)[0] for page in (own, other)]
    assert ["officer@" in menu for menu in menus] == [True, False]
    assert ["head@" in menu for menu in menus] == [False, True]
    anybody = desk.filled.app.test_client().get("/privacidade").text
    assert "person-menu" not in anybody


def test_parts_name_nothing_but_what_they_are_given(filled_here):
    env, given = filled_here.app.jinja_env, {}
    bare = env.overlay()
    bare.globals = {}  # what all templates know would not be told of
    for name in env.list_templates(filter_func=lambda name: name.endswith((".html", ".jinja"))):
        for call in _read(bare, name).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "drawn_part":
                given.setdefault(call.args[0].value, set()).update(_given(call))
    assert "_top.html" in given
    given |= {"inbox/_task.html": set()}
    for name, names in given.items():
        assert _named(bare, name) <= names | EVERYWHERE, name
        assert _lent(bare, name) & env.globals.keys() <= EVERYWHERE, name


def test_a_page_that_is_kept_names_nothing_else(filled_here):
    app, env = filled_here.app, filled_here.app.jinja_env
    bare = env.overlay()
    bare.globals = {}
    with app.test_request_context():
        offered = [tell() for tell in app.template_context_processors[None]]
    known = env.globals.keys() | {name for names in offered for name in names}
    pages, named = ["inbox/index.html", "inbox/_task.html", "inbox/_take.html"], set()
    for name in pages:  # which grows
        tree = _read(bare, name)
        imported = {one for node in tree.find_all(nodes.FromImport) for one in node.names}
        named |= meta.find_undeclared_variables(tree) - imported
        for node in tree.find_all(nodes.Getattr):
            if isinstance(node.node, nodes.Name) and node.node.name == "request":
                assert node.attr in {"full_path", "path", "method"}, name
        lent = (nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)
        others = [n.template.value for n in tree.find_all(lent) if hasattr(n.template, "value")]
        pages += [other for other in others if other not in pages]
    assert len(pages) > 20
    assert named & known <= OF_A_KEPT_PAGE


def _given(call):
    """Return under which names a part is given something; what proves a form is the visitor's."""
    holes = [k.value.items for k in call.kwargs if k.key == "holes"]
    filled = {pair.key.value: pair.value for pairs in holes for pair in pairs}
    if "token" in filled:
        assert filled["token"].node.name == "csrf"
    return {k.key for k in call.kwargs} | filled.keys()


def _named(env, name):
    """Return what a template and those that it includes name, and refuse tokens of who asks."""
    tree = _read(env, name)
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Name) and call.node.name == "csrf":
            assert call.args, name
    imported = {name for node in tree.find_all(nodes.FromImport) for name in node.names}
    found = (_named(env, other) - imported for other in _others(tree, nodes.Include))
    return meta.find_undeclared_variables(tree).union(*found)


def _lent(env, name):
    """Return what those name from which a template and those that it includes import."""
    tree = _read(env, name)
    lenders = (_named(env, other) for other in _others(tree, (nodes.FromImport, nodes.Import)))
    return set().union(*lenders, *(_lent(env, other) for other in _others(tree, nodes.Include)))


def _others(tree, kinds):
    return [node.template.as_const() for node in tree.find_all(kinds)]


def _read(env, name):
    return env.parse(env.loader.get_source(env, name)[0])


def test_nothing_is_kept_for_what_somebody_typed(desk):
    desk.page("ver=agency&tipo=grant_application&q=a")
    kept = desk.filled.app.extensions["parts"]
    before = len(kept)
    for n in range(3):
        desk.page(f"ver=agency&tipo=grant_application&q={n}&de={n}&rotulo={n}&apos={n}")
        desk.page(f"ver=agency&tipo=none{n}&prazo={n}&por={n}&quem={n}")
    assert len(kept) == before + 1  # the same filters, with no type chosen


def test_no_more_is_kept_than_there_is_room_for():
    kept = Memory(3)
    for n in range(9):
        kept.keep(n, str(n))
    assert [kept.get(n) for n in range(5, 9)] == [None, "6", "7", "8"]
    assert len(kept) == 3 < MOST
