"""The page that finds cases by their numbers and by words of all that is in them."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.db import unit_of_work
from web.search.narrowing import addressed, chosen_in, facets_of
from web.search.shown import lines_of
from workflow.services.searching import Asked, case_named, is_mistyped, search

bp = Blueprint("search", __name__)

LONGEST: Final = 200


@bp.get("/busca")
def index() -> ResponseReturnValue:
    """Go to the case whose number was typed, else list those that have every word."""
    typed = request.args.get("q", "").strip()[:LONGEST]
    after = request.args.get("apos", "")
    chosen = chosen_in(request.args)
    asked = Asked(typed, chosen, int(after) if after.isdecimal() and len(after) < 19 else None)
    with unit_of_work() as uow:
        number = case_named(uow, typed) if typed and not chosen else None
        if number:
            return redirect(url_for("cases.show", number=number), 303)
        found = search(uow, asked) if asked.words else None
        world, latest = uow.world(), uow.installation.latest()
    return render_template(
        "search/index.html",
        section="cases",
        asked=asked,
        mistyped=is_mistyped(typed),
        found=found,
        lines=lines_of(found, world) if found else (),
        facets=facets_of(found, asked, world, latest) if found else (),
        first=addressed(asked),
        unnarrowed=addressed(asked, chosen={}),
        following=addressed(asked, after=found.following) if found and found.following else None,
    )
