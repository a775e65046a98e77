"""Sentences for people: macros of `templates/wording/`, said in the language of the request."""

from __future__ import annotations

from html import unescape

from flask import current_app


def phrase(collection: str, macro: str, *facts: object) -> str:
    """Say one sentence: a macro of `wording/<collection>.jinja`, given its facts."""
    template = current_app.jinja_env.get_template(f"wording/{collection}.jinja")
    return " ".join(unescape(str(getattr(template.module, macro)(*facts))).split())


def escapes(template: str | None) -> bool:
    """Say whether the values in a template are escaped: in all but plain letters.

    Pages that import a sentence take it for safe, so that its own file has to make it so.
    """
    return template is None or not template.endswith(".txt")


def has_phrase(collection: str, macro: str) -> bool:
    """Say whether a sentence has been written."""
    template = current_app.jinja_env.get_template(f"wording/{collection}.jinja")
    return hasattr(template.module, macro)
