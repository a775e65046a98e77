"""The pages of a practice installation: exercises with what is done of them, and a new beginning.

They are open to whoever reaches it, for they say which account to use; elsewhere they are not.
"""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug import Response

from web.access import public
from web.db import unit_of_work
from web.demo.people import PASSWORD, demo_accounts
from web.demo.preparing import Prepared, prepared
from web.practice.exercises import EXERCISES, Exercise
from web.settings import current_settings
from web.words.said import say
from workflow.services import practice

bp = Blueprint("practice", __name__, url_prefix="/treino")
BY_PERSON = {exercise.person: exercise for exercise in EXERCISES}


@bp.before_request
def demand_practice() -> None:
    """Let these pages exist in a practice installation only."""
    if not current_settings().practice:
        abort(404)


@bp.get("/")
@public
def index() -> str:
    """Offer the exercises, each with how far it has got."""
    done = _done(_made())
    return render_template("practice/index.html", exercises=EXERCISES, done=done)


@bp.get("/<person>")
@public
def exercise(person: str) -> str:
    """Lead through one exercise, step by step."""
    chosen = BY_PERSON.get(person) or abort(404)
    made = _made()
    return render_template(
        "practice/exercise.html",
        exercise=chosen,
        done=_done(made)[person],
        account=_account(chosen),
        password=PASSWORD,
        number=made.numbers.get(chosen.story),
    )


@bp.post("/recomecar")
@public
def begin_anew() -> Response:
    """Put the practice installation back as it was made."""
    held = current_settings()
    with unit_of_work() as uow:
        practice.begin_anew(
            uow, held.database_url, Path(held.practice), mail=Path(held.mail_folder)
        )
    say("begun_anew")
    return redirect(url_for("practice.index"), 303)


def _made() -> Prepared:
    with unit_of_work() as uow:
        return prepared(uow.installation, now=uow.now) or abort(404)


def _done(made: Prepared) -> dict[str, frozenset[str]]:
    with unit_of_work() as uow:
        traces = practice.traces_since(uow, made.at or uow.now)
    return {each.person: each.done(traces) for each in EXERCISES}


def _account(chosen: Exercise) -> str:
    return next(a.email for a in demo_accounts() if a.agency == chosen.agency)
