"""Sentences for people: macros of `templates/wording/`, said in the language of the request."""

from __future__ import annotations

from html import unescape
from typing import Any, Final

from web.here import this_app

TEMPLATES: Final = "spoken_templates"
"""Extension that is the templates of an application; to ask Flask for them takes longer."""


def phrase(collection: str, macro: str, *facts: object) -> str:
    """Say one sentence: a macro of `wording/<collection>.jinja`, given its facts."""
    said: str = _templates().sentence(collection, macro, *facts)
    return " ".join(unescape(said).split())


def escapes(template: str | None) -> bool:
    """Say whether the values in a template are escaped: in all but plain letters.

    Pages that import a sentence take it for safe, so that its own file has to make it so.
    """
    return template is None or not template.endswith(".txt")


def has_phrase(collection: str, macro: str) -> bool:
    """Say whether a sentence has been written."""
    there: bool = _templates().has_sentence(collection, macro)
    return there


def _templates() -> Any:  # noqa: ANN401 - `SpokenTemplates`, which stands above this module
    return this_app().extensions[TEMPLATES]
