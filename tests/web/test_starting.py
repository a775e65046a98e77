"""An application starts quickly, and is none the less right."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import contextmanager, suppress

import requests
from jinja2 import DictLoader, Environment
from werkzeug.routing import Map, Rule

from tests.servers.gunicorn import ROOT
from tests.servers.pooler import pooled
from tests.servers.ports import LOOPBACK, free_port
from web.starting import CompiledTemplates, LateRule


def test_a_template_is_compiled_once_for_all_applications():
    pages, kept = DictLoader({"page": "{{ 6 * number }}"}), CompiledTemplates()
    made = [Environment(loader=pages, bytecode_cache=kept).get_template("page") for _ in range(2)]
    assert [page.render(number=7) for page in made] == ["42", "42"]
    first, second = (page.root_render_func.__code__ for page in made)
    assert first is second


def test_a_template_that_was_changed_is_compiled_anew():
    kept = CompiledTemplates()
    assert _said("old", kept) == "old"
    assert _said("new", kept) == "new"
    kept.clear()
    assert _said("new", kept) == "new"


def _said(text, kept):
    pages = Environment(loader=DictLoader({"page": text}), bytecode_cache=kept)
    return pages.get_template("page").render()


def test_an_address_is_built_as_by_any_other_rule():
    def built(kind):
        rules = [
            kind("/pedidos/<number>", endpoint="case"),
            kind("/lista", endpoint="list", defaults={"rule": "all"}),
            kind("/lista/<rule>", endpoint="list"),
        ]
        addresses = Map(rules).bind("localhost")
        return [
            addresses.build("case", {"number": "2026/1 é"}),
            addresses.build("case", {"number": "1", "ver": "tudo"}),
            addresses.build("list", {"rule": "all"}),
            addresses.build("list", {"rule": "one"}),
        ]

    assert built(LateRule) == built(Rule)


def test_garbage_is_looked_for_among_what_requests_leave(tmp_path):
    settings = {
        "TRAMITA_DATABASE_URL": f"sqlite:///{tmp_path / 'tramita.sqlite'}",
        "TRAMITA_SECRET_KEY": "only for tests, and long enough for them",
        "TRAMITA_BASE_URL": "http://127.0.0.1",
    }
    program = "import gc, wsgi; print(gc.isenabled(), gc.get_freeze_count() > 100_000)"
    said = subprocess.check_output(
        [sys.executable, "-c", program], cwd=ROOT, env={**os.environ, **settings}, text=True
    )
    assert said.split() == ["True", "True"]


def test_a_server_forgets_though_nobody_asks_it(tmp_path):
    program = "import threading, wsgi; print(*(one.name for one in threading.enumerate()))"
    said = _run(f"sqlite:///{tmp_path / 'tramita.sqlite'}", "-c", program).stdout
    assert "forgetting" in said.split()


def test_no_server_works_behind_a_pooler_that_lends_connections(postgresql_url):
    with pooled(postgresql_url, lends=True) as url:
        command = ["-m", "gunicorn", "--bind", f"{LOOPBACK}:{free_port()}", "wsgi:app"]
        ended = _run(url, *command)
    assert ended.returncode == 3  # it ends by itself, and begins no more processes
    assert "pool_mode = session" in ended.stderr


def test_a_server_begins_behind_another_pooler_and_while_the_database_is_away(postgresql_url):
    begin = ("-c", "import wsgi")
    with pooled(postgresql_url, lends=False) as url:
        assert _run(url, *begin).returncode == 0
    away = f"postgresql+psycopg://nobody@{LOOPBACK}:{free_port()}/none"
    assert _run(away, *begin).returncode == 0


def _run(url, *arguments):
    command, environment = [sys.executable, *arguments], _environment(url)
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def _environment(url):
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("TRAMITA_")},
        "TRAMITA_DATABASE_URL": url,
        "TRAMITA_SECRET_KEY": "only for tests, and long enough for them",
        "PYTHONPATH": str(ROOT),
    }


def test_nothing_is_left_behind_when_serving_ends(sqlite_url, tmp_path):
    given = tmp_path / "given"
    given.mkdir()
    for more, kept in (({}, 0), ({"PROMETHEUS_MULTIPROC_DIR": str(given)}, 1)):
        with _serving(sqlite_url, {"TMPDIR": str(tmp_path), **more}) as server:
            assert len([*tmp_path.glob("tramita-counts-*")]) == 1 - kept
        assert server.returncode == 0
        assert [*tmp_path.glob("tramita-counts-*")] == []
    assert [*given.iterdir()]


@contextmanager
def _serving(url, environment):
    port = free_port()
    command = [sys.executable, "-m", "web.commands", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env={**_environment(url), **environment}) as server:
        try:
            assert _answers(f"http://{LOOPBACK}:{port}/saude/paginas")
            yield server
        finally:
            server.terminate()


def _answers(address):
    for _ in range(300):
        with suppress(requests.ConnectionError):
            return requests.get(address, timeout=5).status_code == 200
        time.sleep(0.1)
    return False
