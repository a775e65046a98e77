"""Who answers and what is asked, as Flask knows it, in one step.

Its proxies stand for the same, and take three steps each time: pages ask by the hundred.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Flask, Request, current_app, g, request

this_app: Final[Callable[[], Flask]] = current_app._get_current_object  # type: ignore[attr-defined]
"""Returns the application that answers; raises `RuntimeError` where none does."""
this_request: Final[Callable[[], Request]] = request._get_current_object  # type: ignore[attr-defined]
"""Returns what is asked; raises `RuntimeError` where nobody asks."""
_noted: Final = g._get_current_object


def cookie(name: str) -> str | None:
    """Return a cookie of whoever asks; to find none costs Werkzeug more than to look before."""
    cookies = this_request().cookies
    if name not in cookies:
        return None
    kept: str = cookies[name]
    return kept


def noted() -> dict[str, Any]:
    """Return what `g` holds, by name; raise `RuntimeError` where no application answers."""
    notes: dict[str, Any] = _noted().__dict__
    return notes
