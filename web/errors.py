"""How each refusal and each failure is answered: the only place that knows status codes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from types import TracebackType
from typing import Any

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError

from web.kept import kept_form
from web.refusals import STATUS, UNSAID_STATUS
from web.security import ForeignForm, StaleForm
from web.watch.lines import FACTS
from web.watch.requests import method, refused, request_id, route, support_code
from web.words.phrases import has_phrase, phrase
from workflow.core.errors import Refusal
from workflow.services.throttle import TooManyAttempts
from workflow.storage.failures import UNREACHABLE, is_out_of_room

PAGES = frozenset({400, 404, 405, 409, 413, 422, 429, 500, 503})
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
    for unreachable in UNREACHABLE:
        app.register_error_handler(unreachable, answer_unreachable_database)
    app.register_error_handler(OSError, answer_full_disk)


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


@lru_cache(maxsize=512)
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
        refused(type(refusal).__name__)
        return _page(404), 404
    if status >= 500:
        log_failure((type(refusal), refusal, refusal.__traceback__))
        return _page(500, support_code()), 500
    text = refusal_text(refusal)
    if request.headers.get("HX-Request"):
        return render_template("errors/_notice.html", text=text), status
    return render_template("errors/refusal.html", text=text, kept=kept_form()), status


def too_often(refusal: TooManyAttempts) -> ResponseReturnValue:
    """Answer anybody who asks a page of the public too often, and say when to come again."""
    page = render_template("tracking/too_often.html", text=refusal_text(refusal))
    return page, 429, {"Retry-After": str(refusal.retry_after_seconds)}


def answer_failure(failure: HTTPException) -> ResponseReturnValue:
    """Answer what Flask itself refuses: no such page, too large a document, a malformed form."""
    status = failure.code or 500
    if failure.response is not None:
        return failure.response
    if isinstance(failure, SecurityError):
        refused("foreign host")
        return failure.get_response()  # under a foreign host name no address can be built
    if isinstance(failure, ForeignForm):
        refused("foreign form")
    if status == 403:
        status = 404
    return _page(status), status, dict(_headers(failure))


def answer_stale_form(_failure: StaleForm) -> ResponseReturnValue:
    """Give back what was typed in a form that is too old, ready to be sent again."""
    refused("stale form")
    return render_template("errors/stale.html", kept=kept_form()), 400


def answer_defect(failure: InternalServerError) -> ResponseReturnValue:
    """Answer a defect of ours with a code that finds it in the log."""
    cause = failure.original_exception
    if isinstance(cause, UNREACHABLE):  # after the view had answered
        return _unavailable(cause)
    return _page(500, support_code()), 500


def answer_unreachable_database(failure: Exception) -> ResponseReturnValue:
    """Answer while the database cannot be asked or written: nothing was written, try again."""
    log_failure((type(failure), failure, failure.__traceback__))
    return _unavailable(failure)


def answer_full_disk(failure: OSError) -> ResponseReturnValue:
    """Answer when there is no room for a document; any other such failure is a defect."""
    if not is_out_of_room(failure):
        raise failure
    log_failure((type(failure), failure, failure.__traceback__))
    return _unavailable(failure)


def _unavailable(failure: BaseException) -> ResponseReturnValue:
    page = _page(503, support_code(), is_full=is_out_of_room(failure))
    return page, 503, {"Retry-After": SECONDS_TO_WAIT}


def log_failure(failure: FailureInfo) -> None:
    """Log a failure under a code that the person may tell; never the address, it may hold a token.

    Takes the place of Flask's own logging.
    """
    current_app.logger.error(
        "support code %s: %s %s",
        *(support_code(), method(), request.endpoint),
        exc_info=failure,
        extra={FACTS: {"request": request_id(), "route": route()}},
    )


def _page(status: int, code: str = "", **more: object) -> str:
    g.setdefault("principal", None)
    name = status if status in PAGES else 400 if status < 500 else 500
    return render_template(f"errors/{name}.html", code=code, kept=kept_form(), **more)


def _headers(failure: HTTPException) -> list[tuple[str, str]]:
    return [(name, value) for name, value in failure.get_headers() if name in {"Allow"}]
