"""The help: a list that can be searched, and its articles; open to whoever reaches the pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final

from flask import Blueprint, abort, render_template, request

from web.clock import now
from web.help.articles import article, articles, search
from web.settings import current_settings
from web.words.languages import language
from web.words.wording import Due, due

bp = Blueprint("help", __name__, url_prefix="/ajuda")

ABOUT: Final[Mapping[str, str]] = {
    "inbox": "caixa",
    "batch": "caixa",
    "cases": "caixa",
    "task_acts": "caixa",
    "new_case": "pedir",
    "catalogue": "registros",
    "registers": "registros",
    "entries": "registros",
    "entry_form": "registros",
    "draft": "pedir",
    "questions": "perguntar",
    "due": "prazos",
    "notices": "avisos",
    "feeds": "avisos",
    "readers": "acesso",
    "load": "chefia",
    "substitutions": "chefia",
    "administration": "administracao",
    "deliveries": "administracao",
    "calendars": "administracao",
    "plans": "administracao",
    "health": "administracao",
}
"""Which article the pages of a blueprint are about."""


@bp.app_context_processor
def offer_help() -> dict[str, Callable[[], str]]:
    """Let every page lead to the article about it."""
    return {"help_here": lambda: ABOUT.get(request.blueprint or "", "")}


@bp.get("/")
def index() -> str:
    """List the articles, or those that say what is looked for."""
    wanted = request.args.get("q", "").strip()
    found = search(wanted, language()) if wanted else list(articles(language()))
    return render_template("help/index.html", articles=found, wanted=wanted)


@bp.get("/<key>")
def show(key: str) -> str:
    """Show an article."""
    chosen = article(key, language()) or abort(404)
    return render_template(
        "help/article.html", article=chosen, articles=articles(language()), samples=_samples()
    )


def _samples() -> list[Due]:
    """Return due dates of each kind, as the lists show them."""
    day = now().astimezone(current_settings().zone).date()
    ahead = {-2: -2, 0: 0, 2: 2, 14: 10}
    running = [
        due(day + timedelta(days=days), today=day, working_days=left)
        for days, left in ahead.items()
    ]
    paused = due(None, today=day, working_days=0, status="paused", on=day - timedelta(days=3))
    return [*running, paused]
