"""Sentences for people: macros of `templates/wording/`, said in the language of the request."""

from __future__ import annotations

from flask import current_app


def phrase(collection: str, macro: str, *facts: object) -> str:
    """Say one sentence: a macro of `wording/<collection>.jinja`, given its facts."""
    template = current_app.jinja_env.get_template(f"wording/{collection}.jinja")
    return " ".join(str(getattr(template.module, macro)(*facts)).split())


def has_phrase(collection: str, macro: str) -> bool:
    """Say whether a sentence has been written."""
    template = current_app.jinja_env.get_template(f"wording/{collection}.jinja")
    return hasattr(template.module, macro)
