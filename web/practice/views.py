"""The pages of a practice installation: exercises with what is done of them, and a new beginning.

They are open to whoever reaches it, for they say which account to use; elsewhere they are not.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug import Response

from web.db import unit_of_work
from web.demo.people import PASSWORD, Account, demo_accounts
from web.demo.preparing import Prepared
from web.entrances import entrance
from web.practice import guide
from web.practice.exercises import EXERCISES, Exercise
from web.practice.guide import BY_PERSON, Guide, done_so_far, made_here
from web.sessions import session_token, start_session, visitor
from web.settings import current_settings
from web.words.said import say
from workflow.services import practice, sign_in

bp = Blueprint("practice", __name__, url_prefix="/treino")


@bp.before_request
def demand_practice() -> None:
    """Let these pages exist in a practice installation only."""
    if not current_settings().practice:
        abort(404)


@bp.app_context_processor
def offer_guide() -> dict[str, Callable[[], Guide | None]]:
    """Let the banner of every page ask which step comes next."""
    return {"guide": guide.guide}


@bp.get("/")
def index() -> str:
    """Offer the exercises, each with how far it has got."""
    return render_template(
        "practice/index.html", exercises=EXERCISES, done=done_so_far(_made()), reading=True
    )


@bp.get("/<person>")
def exercise(person: str) -> str:
    """Lead through one exercise, step by step."""
    chosen = BY_PERSON.get(person) or abort(404)
    made = _made()
    return render_template(
        "practice/exercise.html",
        exercise=chosen,
        done=done_so_far(made)[person],
        account=_account(chosen),
        password=PASSWORD,
        number=made.numbers.get(chosen.story),
        reading=True,
    )


@bp.post("/<person>")
def begin(person: str) -> Response:
    """Sign in as the person of an exercise and go where it begins."""
    chosen = BY_PERSON.get(person) or abort(404)
    with unit_of_work() as uow:
        if visitor() is not None:
            sign_in.sign_out(uow, session_token())
        account = _account(chosen)
        signed_in = sign_in.sign_in(uow, account.email, account.password, entrance=entrance())
    guide.begin(chosen)
    number = _made().numbers.get(chosen.story)
    at_case = chosen.begins_at_case and number
    there = url_for("cases.show", number=number) if at_case else url_for("pages.home")
    response = redirect(there, 303)
    start_session(response, signed_in.token)
    return response


@bp.post("/recomecar")
def begin_anew() -> Response:
    """Put the practice installation back as it was made."""
    held = current_settings()
    with unit_of_work() as uow:
        practice.begin_anew(
            uow, held.database_url, Path(held.practice), mail=Path(held.mail_folder)
        )
    guide.leave()
    say("begun_anew")
    return redirect(url_for("practice.index"), 303)


def _made() -> Prepared:
    return made_here() or abort(404)


def _account(chosen: Exercise) -> Account:
    return next(account for account in demo_accounts() if account.agency == chosen.agency)
