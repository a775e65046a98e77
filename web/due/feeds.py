"""Private calendars: the page that gives and takes their addresses, and what they answer."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from werkzeug import Response as AnyResponse

from web.db import unit_of_work
from web.due.ical import Writer
from web.notices.letters import speaking
from web.sessions import current_principal
from web.settings import current_settings
from web.words.said import say
from workflow.services.feeds import OWN, feed_lines, fetch, give_address, revoke_address
from workflow.services.throttle import TooManyAttempts

bp = Blueprint("feeds", __name__, url_prefix="/prazos")

TYPE = "text/calendar; charset=utf-8"
LONGEST = 80


@bp.get("/agenda")
def index() -> str:
    """Show which calendars the officer has and how programs subscribe to them."""
    return _page()


@bp.post("/agenda")
def give() -> ResponseReturnValue:
    """Give a calendar a new address and show it, this once."""
    agency = _agency()
    with unit_of_work() as uow:
        token = give_address(uow, agency)
    return _page(given=agency, address=_address(token))


@bp.post("/agenda/revogar")
def revoke() -> AnyResponse:
    """Let the address of a calendar answer nobody any more."""
    with unit_of_work() as uow:
        revoke_address(uow, _agency())
    say("feed_revoked")
    return redirect(url_for("feeds.index"), 303)


@bp.get("/ical/<token>.ics")
def calendar(token: str) -> ResponseReturnValue:
    """Answer a program that knows a secret address with the deadlines, or that nothing is new."""
    with unit_of_work() as uow:
        try:
            fetched = fetch(uow, token[:LONGEST], address=request.remote_addr or "unknown")
        except TooManyAttempts as refusal:
            return Response(status=429, headers={"Retry-After": str(refusal.retry_after_seconds)})
        if fetched is None:
            abort(404)
        with speaking(current_app._get_current_object(), fetched.owner.language):  # type: ignore[attr-defined]
            written = Writer(uow.installation).write(fetched)
    response = Response(written, content_type=TYPE)
    response.last_modified = fetched.changed_at
    response.add_etag()
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Content-Disposition"] = 'inline; filename="prazos.ics"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response.make_conditional(request)


def _page(given: str | None = None, address: str = "") -> str:
    principal = current_principal()
    with unit_of_work() as uow:
        lines = feed_lines(uow, [code for code, _ in principal.agencies])
    return render_template(
        "due/feeds.html",
        section="due",
        lines=lines,
        names=dict(principal.agencies),
        own=OWN,
        given=given,
        address=address,
        webcal=address.replace("https://", "webcal://").replace("http://", "webcal://"),
    )


def _agency() -> str:
    return request.form.get("agency", OWN)[:LONGEST]


def _address(token: str) -> str:
    return current_settings().base_url + url_for("feeds.calendar", token=token)
