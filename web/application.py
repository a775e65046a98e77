"""The application as Flask has it, without what our views never ask of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask

from web.starting import LateRule
from web.words.spoken import SpokenTemplates


class Application(Flask):
    """Flask for views that are plain functions, with our templates and our addresses."""

    jinja_environment = SpokenTemplates  # type: ignore[assignment]  # a class of ours for theirs
    url_rule_class = LateRule

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function as it is: none of ours is a coroutine, which each request would ask."""
        return func
