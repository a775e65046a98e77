"""What is kept of the person signed in: counted on a page, whole in a file."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template

from web.db import unit_of_work
from web.sessions import current_principal
from workflow.services.own_data import own_data

bp = Blueprint("own_data", __name__, url_prefix="/meus-dados")


@bp.get("/")
def show() -> str:
    """Show the account, and how much is kept of each kind."""
    with unit_of_work() as uow:
        found = own_data(uow, current_principal().officer_id)
    kinds = [(kind, len(rows)) for kind, rows in found.items() if kind not in ("as_of", "account")]
    return render_template("preferences/own_data.html", account=found["account"][0], kinds=kinds)


@bp.get("/meus-dados.json")
def download() -> Response:
    """Give everything as one file."""
    with unit_of_work() as uow:
        found = own_data(uow, current_principal().officer_id)
    body = json.dumps(found, ensure_ascii=False, indent=2, default=_spell)
    response = Response(body, mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="meus-dados.json"'
    return response


def _spell(value: Any) -> str:  # noqa: ANN401 - whatever JSON does not know
    return value.isoformat() if isinstance(value, date) else str(value)
