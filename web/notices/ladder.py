"""Who above an agency's head hears of delays: a page for the coordinators of request types."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from web.db import unit_of_work
from web.sessions import current_principal
from web.words.languages import in_language
from web.words.phrases import phrase
from web.words.said import say
from web.words.warning_words import when_words
from workflow.core.audience import ABOVE_THE_HEAD
from workflow.services.climbing import Step, TypeLadder, ladders, let_climb

bp = Blueprint("ladder", __name__, url_prefix="/avisos/acima")


@bp.get("/")
def index() -> str:
    """Show the types that the officer coordinates, and who hears of their delays."""
    with unit_of_work() as uow:
        mine = ladders(uow, current_principal().officer_id)
    shown = [(ladder, _heard_when(ladder)) for ladder in mine]
    return render_template("notices/ladder.html", ladders=shown)


@bp.post("/<key>")
def change(key: str) -> Response:
    """Keep who is to hear of the delays of a type."""
    wanted = [one for one in request.form.getlist("above") if one in ABOVE_THE_HEAD]
    with unit_of_work() as uow:
        let_climb(uow, current_principal().officer_id, key, wanted)
    say("ladder_changed")
    return redirect(url_for("ladder.index", _anchor=key), 303)


def _heard_when(ladder: TypeLadder) -> Mapping[str, str]:
    """Say of each audience when it hears of which deadlines, as the definition has it."""
    said = {
        audience: "; ".join(_step_words(step) for step in ladder.steps if step.audience == audience)
        for audience in ABOVE_THE_HEAD
    }
    return {
        audience.value: words or phrase("ladder", "never", {}) for audience, words in said.items()
    }


def _step_words(step: Step) -> str:
    facts = {"when": when_words(step.reminder), "count": len(step.deadlines)}
    if step.of_all:
        return phrase("ladder", "of_all", facts)
    if len(step.deadlines) == 1:
        facts["title"] = in_language(step.deadlines[0])
        return phrase("ladder", "of_one", facts)
    return phrase("ladder", "of_some", facts)
