"""The form of an act that was refused, once more, with what was typed in it."""

from __future__ import annotations

from flask import request

from web.cases import page as case_page
from web.cases.acts_shown import offered
from web.db import unit_of_work
from workflow.services.case_view import case_view

_FORESEEN = "foresee_"


def act_again(number: str) -> dict[str, object]:
    """Return what the form of the act of this request needs; nothing if it is no longer offered."""
    key = (request.endpoint or "").rpartition(".")[2].removeprefix(_FORESEEN)
    with unit_of_work() as uow:
        view = case_view(uow, number)
        words = case_page.words_of(view, uow.today)
    given = offered(view, words)
    acts = given.pop("acts")
    assert isinstance(acts, list)
    act = next((act for act in acts if act.key == key and act.allowed), None)
    if act is None:
        return {}
    return {**given, "act": act, "typed": request.form, "case": view.case, "words": words}
