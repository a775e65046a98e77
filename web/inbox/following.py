"""Following a case and following it no more."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from web.db import unit_of_work
from web.links import local_address
from web.words.said import say
from workflow.services import following

bp = Blueprint("following", __name__, url_prefix="/pedidos")


@bp.post("/<number>/acompanhar")
def follow(number: str) -> Response:
    """Let the officer follow a case."""
    with unit_of_work() as uow:
        if following.follow(uow, number):
            say("followed", undo=url_for("following.unfollow", number=number), number=number)
    return _back(number)


@bp.post("/<number>/deixar-de-acompanhar")
def unfollow(number: str) -> Response:
    """Let the officer follow a case no more."""
    with unit_of_work() as uow:
        if following.unfollow(uow, number):
            say("unfollowed", undo=url_for("following.follow", number=number), number=number)
    return _back(number)


def _back(number: str) -> Response:
    there = request.form.get("back") or url_for("cases.show", number=number)
    return redirect(local_address(there), 303)
