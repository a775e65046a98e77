"""An application starts quickly, and is none the less right."""

from __future__ import annotations

import os
import subprocess
import sys

from jinja2 import DictLoader, Environment
from werkzeug.routing import Map, Rule

from tests.servers.gunicorn import ROOT
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
