"""Being recognised by providers of identity: linking them to one's account, and not any more."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from web.account.freshness import fresh_only
from web.db import unit_of_work
from web.identities import send_to
from web.links import local_address
from web.providers import providers
from web.sessions import current_principal, session_token
from web.words.said import say
from workflow.services import identities
from workflow.services.identities import Purpose

bp = Blueprint("own_identities", __name__, url_prefix="/conta")


@bp.post("/identidades/<provider>")
@fresh_only
def link(provider: str) -> ResponseReturnValue:
    """Send the officer to a provider, to be recognised by it from then on."""
    return send_to(provider, Purpose.LINK, way_on=url_for("account.show"))


@bp.post("/confirmar/<provider>")
def confirm(provider: str) -> ResponseReturnValue:
    """Send the officer to a provider to prove once more who they are."""
    return send_to(provider, Purpose.CONFIRM, way_on=local_address(request.form.get("next")))


@bp.post("/identidades/<int:identity_id>/retirar")
@fresh_only
def unlink(identity_id: int) -> Response:
    """Let the officer come in by a provider no more."""
    officer = current_principal().officer_id
    titles = {one.issuer: one.title for one in providers()}
    with unit_of_work() as uow:
        linked = identities.links_of(uow, officer).values()
        issuer = next((row.issuer for row in linked if row.id == identity_id), "")
        title = titles.get(issuer, issuer)
        identities.unlink(uow, officer, identity_id, title=title, but=session_token())
    say("identity_unlinked", title=title)
    return redirect(url_for("account.show"), 303)
