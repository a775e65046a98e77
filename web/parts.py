"""Parts of pages that follow from what they are given alone, written once for all who see the same.

A part is a template that names nothing but what it is given, what every page of the installation
knows, and its language: `tests/web/test_parts.py` holds it to that. It is kept by all of it, so
that whoever is given anything else gets another one.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from flask import Flask, request
from markupsafe import Markup

from web.settings import current_settings
from web.words.languages import spoken
from workflow.services.memory import Memory

MOST: Final = 2048
"""Parts that a process keeps, some kilobytes each."""


def install_parts(app: Flask) -> None:
    """Let templates show a part by the name of its template and what it is given."""
    kept: Memory[Markup] = Memory(MOST)
    app.extensions["parts"] = kept

    def part(name: str, /, **given: Hashable) -> Markup:
        # A text and the same text as HTML are alike to Python, and are shown differently.
        key = spoken(), request.script_root, name, *given.items(), *map(type, given.values())
        found = kept.get(key)
        if found is None:
            template = app.jinja_env.get_template(name)
            shown = template.render(settings=current_settings(), **given)
            found = kept.keep(key, Markup(shown))  # noqa: S704 - of a template that escapes
        return found

    app.jinja_env.globals["drawn_part"] = part
