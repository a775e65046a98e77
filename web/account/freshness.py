"""Proving oneself once more before what opens or closes the doors of an account is changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Final, ParamSpec

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from web.clock import now
from web.sessions import current_principal

FRESH: Final = timedelta(minutes=15)
"""How long after signing in nobody is asked again."""

P = ParamSpec("P")


def is_fresh() -> bool:
    """Say whether whoever is signed in has proven it a moment ago."""
    proven_at = current_principal().proven_at
    return proven_at is not None and now() - proven_at < FRESH


def fresh_only(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let a view be reached only by who has just proven who they are; ask others to."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        return view(*args, **kwargs) if is_fresh() else ask_again()

    return guarded


def ask_again() -> ResponseReturnValue:
    """Send whoever is signed in to prove it once more, and then back to the page they were on."""
    back = request.full_path.rstrip("?") if request.method == "GET" else request.form.get("back")
    return redirect(url_for("account.confirm", next=back or url_for("account.show")), 303)
