"""How each refusal and each failure is answered: the only place that knows status codes."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from web.kept import kept_form
from web.refusals import STATUS, UNSAID_STATUS
from web.security import StaleForm
from web.words.phrases import has_phrase, phrase
from workflow.core.errors import Refusal

PAGES = frozenset({400, 404, 405, 409, 413, 422, 429, 500, 503})
SUPPORT_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
SECONDS_TO_WAIT = "30"

FailureInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)


def install_errors(app: Flask) -> None:
    """Answer refusals and failures with pages that say what happened and what to do."""
    app.register_error_handler(HTTPException, answer_failure)
    app.register_error_handler(StaleForm, answer_stale_form)
    app.register_error_handler(Refusal, answer_refusal)
    app.register_error_handler(InternalServerError, answer_defect)
    app.log_exception = log_failure  # type: ignore[method-assign, assignment]  # Flask logs addresses
    for unreachable in (OperationalError, InterfaceError, PoolExhausted):
        app.register_error_handler(unreachable, answer_unreachable_database)


def refusal_text(refusal: Refusal) -> str:
    """Say in the reader's language why an act was refused."""
    named = (macro_name(kind) for kind in type(refusal).__mro__)
    said = next((name for name in named if has_phrase("errors", name)), "unsaid")
    return phrase("errors", said, refusal.particulars)


def kept_refusal_text(name: str, particulars: Mapping[str, Any]) -> str:
    """Say in the reader's language why something was refused, as history keeps it."""
    said = _macro_of(name)
    return phrase("errors", said if has_phrase("errors", said) else "unsaid", particulars)


def macro_name(refusal: type) -> str:
    """Return the name of the macro of `wording/errors.jinja` that says a refusal."""
    return _macro_of(refusal.__name__)


def _macro_of(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def status_of(refusal: Refusal) -> int:
    """Return the status code of a refusal, its own or that of the nearest class above it."""
    named = (STATUS.get(kind.__name__) for kind in type(refusal).__mro__)
    return next((status for status in named if status), UNSAID_STATUS)


def answer_refusal(refusal: Refusal) -> ResponseReturnValue:
    """Answer an act that the rules do not allow."""
    status = status_of(refusal)
    if status == 404:
        return _page(404), 404
    if status >= 500:
        log_failure((type(refusal), refusal, refusal.__traceback__))
        return _page(500, g.support_code), 500
    text = refusal_text(refusal)
    if request.headers.get("HX-Request"):
        return render_template("errors/_notice.html", text=text), status
    return render_template("errors/refusal.html", text=text, kept=kept_form()), status


def answer_failure(failure: HTTPException) -> ResponseReturnValue:
    """Answer what Flask itself refuses: no such page, too large a document, a malformed form."""
    status = failure.code or 500
    if failure.response is not None:
        return failure.response
    if isinstance(failure, SecurityError):
        return failure.get_response()  # under a foreign host name no address can be built
    if status == 403:
        status = 404
    return _page(status), status, dict(_headers(failure))


def answer_stale_form(_failure: StaleForm) -> ResponseReturnValue:
    """Give back what was typed in a form that is too old, ready to be sent again."""
    return render_template("errors/stale.html", kept=kept_form()), 400


def answer_defect(_failure: InternalServerError) -> ResponseReturnValue:
    """Answer a defect of ours with a code that finds it in the log."""
    return _page(500, g.get("support_code", "")), 500


def answer_unreachable_database(failure: Exception) -> ResponseReturnValue:
    """Answer while the database cannot be reached: nothing was written, try again."""
    log_failure((type(failure), failure, failure.__traceback__))
    return _page(503, g.support_code), 503, {"Retry-After": SECONDS_TO_WAIT}


def log_failure(failure: FailureInfo) -> None:
    """Log a failure under a code that the person may tell; never the address, it may hold a token.

    Takes the place of Flask's own logging.
    """
    g.support_code = "".join(secrets.choice(SUPPORT_ALPHABET) for _ in range(6))
    current_app.logger.error(
        "support code %s: %s %s", g.support_code, request.method, request.endpoint, exc_info=failure
    )


def _page(status: int, code: str = "") -> str:
    g.setdefault("principal", None)
    name = status if status in PAGES else 400 if status < 500 else 500
    return render_template(f"errors/{name}.html", code=code, kept=kept_form())


def _headers(failure: HTTPException) -> list[tuple[str, str]]:
    return [(name, value) for name, value in failure.get_headers() if name in {"Allow"}]
