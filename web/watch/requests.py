"""What is noted of every request: its number, its route, how it ended and how long it took."""

from __future__ import annotations

import hashlib
import ipaddress
import logging
import re
import secrets
from time import perf_counter
from typing import Final

from flask import Flask, Response, g, has_request_context, request

from web.here import noted, this_app, this_request
from web.watch import counts
from web.watch.lines import FACTS
from web.watch.marks import mark_of

log = logging.getLogger(__name__)

HEADER: Final = "X-Request-Id"
_GIVEN: Final = "HTTP_X_REQUEST_ID"
_WELL_FORMED: Final = re.compile(r"[0-9A-Fa-f][0-9A-Fa-f-]{14,62}[0-9A-Fa-f]")
"""What proxies make; nobody's name can be written with these signs."""
CODE_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
METHODS: Final = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
NO_ROUTE: Final = "none"
QUIET: Final = frozenset({"asset", "watch.health", "watch.health_of_pages", "watch.figures"})
"""Endpoints that are asked all the time: only their failures are logged."""
_WHOLE_NETWORK: Final = {4: 24, 6: 48}


def install_watch(app: Flask) -> None:
    """Give every request a number, and log and count how it ended."""
    app.before_request(begin)
    app.after_request(end)
    app.extensions["installation"].tellers.append(counts.count_change)


def begin() -> None:
    """Note when a request came in."""
    g.began = perf_counter()


def end(response: Response) -> Response:
    """Answer the number of the request; log and count how it ended."""
    response.headers.add(HEADER, request_id())
    now = perf_counter()
    took = now - noted().get("began", now)
    counts.count_request(method(), route(), response.status_code, took)
    if this_request().endpoint not in QUIET or response.status_code >= 400:
        note("request", status=response.status_code, ms=round(took * 1000, 1))
    return response


def note(event: str, *, level: int = logging.INFO, **facts: object) -> None:
    """Log an event by its name, with the request in which it happened.

    `facts` are numbers and words of ours, never what somebody typed.
    """
    if has_request_context():
        asking = {"request": request_id(), "method": method(), "route": route(), "who": who()}
        facts = {**asking, **facts}
    log.log(level, event, extra={FACTS: facts})


def refused(why: str) -> None:
    """Log that somebody was refused, and from which network they asked."""
    note("access_refused", level=logging.WARNING, why=why, network=network())


def sign_in_refused(why: str) -> None:
    """Log and count that somebody could not sign in."""
    counts.count_refused_sign_in(why)
    note("sign_in_refused", level=logging.WARNING, why=why, network=network())


def request_id() -> str:
    """Return the number of this request: the one that a proxy gave it, or one of its own."""
    notes = noted()
    number: str | None = notes.get("request_id")
    if number is None:
        given = this_request().environ.get(_GIVEN, "")
        number = given if _WELL_FORMED.fullmatch(given) else secrets.token_hex(16)
        notes["request_id"] = number
    return number


def support_code() -> str:
    """Return the short number of this request, which a person can say on the telephone."""
    drawn = hashlib.sha256(request_id().encode()).digest()
    return "".join(CODE_ALPHABET[byte % len(CODE_ALPHABET)] for byte in drawn[:6])


def method() -> str:
    """Return how a page was asked for, as far as it is known."""
    method = this_request().method
    return method if method in METHODS else "other"


def route() -> str:
    """Return the pattern of the address that was asked for; the address itself may hold a token."""
    rule = this_request().url_rule
    return rule.rule if rule else NO_ROUTE


def tries_to_be(email: str) -> None:
    """Note as whom somebody signs in, for the lines of this request."""
    g.tried = email


def who() -> str | None:
    """Return the mark of who is signed in or wants to be, or None for anybody."""
    notes = noted()
    officer = notes.get("principal")
    email = officer.email if officer else notes.get("tried")
    return mark_of(this_app().extensions["sealer"], email) if email else None


def network() -> str:
    """Return the network from which a request comes; the whole address would name a person."""
    try:
        address = ipaddress.ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(ipaddress.ip_network((address, _WHOLE_NETWORK[address.version]), strict=False))
