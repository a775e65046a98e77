"""Who may ask for a page at all: every page demands an officer unless it is marked `@public`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Flask

View = TypeVar("View", bound=Callable[..., object])

_MARK = "answers_anybody"


def public(view: View) -> View:
    """Mark a view as open to people without an account."""
    setattr(view, _MARK, True)
    return view


def is_public(app: Flask, endpoint: str) -> bool:
    """Say whether an endpoint answers people without an account."""
    return getattr(app.view_functions[endpoint], _MARK, False)
