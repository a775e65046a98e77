"""Parts of pages that follow from what they are given alone, written once for all who see the same.

A part is a template that names nothing but what it is given, what every page of the installation
knows, and its language: `tests/web/test_parts.py` holds it to that. It is kept by all of it, so
that whoever is given anything else gets another one.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Final

from flask import Flask
from markupsafe import Markup

from web.here import this_request
from web.settings import current_settings
from web.words.languages import spoken
from web.words.written import safe, shown
from workflow.services.memory import Memory

MOST: Final = 2048
"""Parts that a process keeps, some kilobytes each."""
NONE: Final[Mapping[str, object]] = {}
_MARK: Final = "<!--{}-->"
"""Where something goes that is of each page alone; what is typed is escaped and is never one."""
_MARKED: Final = re.compile(_MARK.format("([a-z_]+)"))


def install_parts(app: Flask) -> None:
    """Let templates show a part by the name of its template and what it is given.

    `holes` are what is of each page alone: the part is written around them, and they are put in
    each time.
    """
    kept: Memory[list[str]] = Memory(MOST)
    app.extensions["parts"] = kept

    def part(name: str, /, holes: Mapping[str, object] = NONE, **given: Hashable) -> Markup:
        # A text and the same text as HTML are alike to Python, and are shown differently.
        key = spoken(), this_request().script_root, name, *given.items(), *map(type, given.values())
        found = kept.get(key)
        if found is None:
            marks = {hole: Markup(_MARK.format(hole)) for hole in holes}  # noqa: S704 - names of ours
            template = app.jinja_env.get_template(name)
            text = template.render(settings=current_settings(), **marks, **given)
            found = kept.keep(key, _MARKED.split(text))
        if len(found) == 1:
            return safe(found[0])
        whole = [shown(holes[text]) if n % 2 else text for n, text in enumerate(found)]
        return safe("".join(whole))

    app.jinja_env.globals["drawn_part"] = part
