"""What has arrived in a view of the inbox since a page of it was made; nothing is the usual."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from web.db import unit_of_work
from web.inbox.filters import read_view, read_wanted, spell_wanted
from web.inbox.saved import reader
from web.links import address_asking
from workflow.services.inbox import View, count_arrived

bp = Blueprint("arrivals", __name__, url_prefix="/caixa")

NOTHING = ("", 204)


@bp.get("/novidades")
def news() -> ResponseReturnValue:
    """Tell how many tasks have arrived, with the way to them; answer 204 where none has."""
    since, view = _instant(request.args.get("desde", "")), read_view(request.args)
    if since is None or view is None:
        return NOTHING
    wanted = read_wanted(request.args, view)
    with unit_of_work() as uow:
        arrived = count_arrived(uow, reader(), wanted, since=since)
    if not arrived:
        return NOTHING
    address = url_for("inbox.index", **spell_wanted(wanted))  # type: ignore[arg-type]  # names of arguments
    return render_template("inbox/_news.html", arrived=arrived, address=address)


@bp.app_template_global("news_address")
def news_address(parts: dict[str, str], view: str, since: str) -> str | None:
    """Return where a page asks for what arrives in its view, or None where nothing ever does."""
    if View(view) not in (View.MINE, View.UNASSIGNED, View.AGENCY):
        return None
    return address_asking("arrivals.news", {"desde": since, **parts})


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else None
