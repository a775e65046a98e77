"""Forms that are sent twice: first to see what would come of them, then to have it done."""

from __future__ import annotations

from datetime import date

from flask import render_template, request

from web.errors import refusal_text
from web.security import FORM_TOKEN, ONCE_KEY
from workflow.core.errors import AnswersRefused, BeyondOwnDeadline

_KNOWINGLY = "knowingly"


def typed_again() -> list[tuple[str, str]]:
    """Return what was typed, to be sent once more by who confirms it."""
    secret = {FORM_TOKEN, ONCE_KEY}
    return [pair for pair in request.form.items(multi=True) if pair[0] not in secret]


def typed_day(name: str) -> date | None:
    """Return a day that was typed, or None; raise `AnswersRefused` for what is no day."""
    typed = request.form.get(name, "").strip()
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise AnswersRefused(problems={name: "not_a_date"}) from None


def knowingly() -> bool:
    """Say whether the person has been told that it would come too late, and asks all the same."""
    return request.form.get(_KNOWINGLY) == "1"


def too_late(number: str, late: BeyondOwnDeadline, *, act: str, target: str) -> tuple[str, int]:
    """Tell that what is asked would come after one's own deadline; let it be asked all the same.

    `act` is its name among the words of acts, `target` where it is sent.
    """
    page = render_template(
        "cases/too_late.html",
        section="cases",
        number=number,
        act=act,
        target=target,
        text=refusal_text(late),
        typed=[pair for pair in typed_again() if pair[0] != _KNOWINGLY],
    )
    return page, 422
