"""Pages that people come back to all day: what they ask is asked ahead, see `storage.foresight`."""

from __future__ import annotations

from http.client import OK
from typing import Final

from flask import Flask
from werkzeug import Response

from web.here import noted, this_app, this_request
from workflow.services.installation import Installation
from workflow.services.sign_in import digest
from workflow.storage.dialect import is_sqlite
from workflow.storage.foresight import Foresight

FORESEEN: Final = frozenset({"inbox.index"})
"""Endpoints that only read, and ask the same again of who comes back."""
_NARROWED: Final = b"&"
"""What an address has that asks for more than a view; of those there are too many to foresee."""


def install_foresight(app: Flask) -> None:
    """Remember what each of these pages asked, once it is written."""
    app.after_request(_remember)


def foresee(token: str) -> None:
    """Have what a page asked last time in a session, which `token` tells, asked ahead."""
    asked = this_request()
    if asked.endpoint not in FORESEEN or asked.method != "GET" or _NARROWED in asked.query_string:
        return
    installation: Installation = this_app().extensions["installation"]
    if is_sqlite(installation.engine):  # which is no way off
        return
    page = digest(token), asked.endpoint, asked.query_string
    notes = noted()
    notes["foreseen"] = page
    # Taken, so that a page whose statements fail together asks them one by one the next time.
    notes["foresight"] = Foresight(installation.foreseen.take(page))


def _remember(response: Response) -> Response:
    notes = noted()
    page, foresight = notes.get("foreseen"), notes.get("foresight")
    if page is not None and foresight is not None and response.status_code == OK:
        ahead = foresight.for_next_time
        if ahead is not None:
            this_app().extensions["installation"].foreseen.keep(page, ahead)
    return response
