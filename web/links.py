"""Addresses that templates name by endpoint, also those an installation does not have."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from flask import Flask, current_app, has_request_context, url_for

from web.here import this_request
from workflow.core.forgetting import forgetful

_ADDRESS: Final = "address"
_AS_IT_IS: Final = "!$'()*,/:;?@"
"""What stands in a query as it is (RFC 3986, 3.4)."""
_SPELLED: Final = re.compile(rf"[A-Za-z0-9_.~{re.escape(_AS_IT_IS)}-]*")
"""What is spelled as it is, as most of what our pages ask for."""
PLAIN: Final = frozenset({str, int})
"""Of which kinds two values are alike only if they are spelled alike."""


def link_to(endpoint: str, **values: Any) -> str | None:  # noqa: ANN401 - as in url_for
    """Return the address of a page, or None where this installation has no such page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def address_of(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - as in url_for
    """Return the address of a page as templates name it, built once for all that ask for it."""
    address: str = current_app.extensions[_ADDRESS](endpoint, **values)
    return address


def address_asking(endpoint: str, asked: Mapping[str, str]) -> str:
    """Return the address of a page with a query, whose names are anybody's."""
    if all(map(_SPELLED.fullmatch, (*asked, *asked.values()))):
        return f"{address_of(endpoint)}?{'&'.join(map('='.join, asked.items()))}"
    return f"{address_of(endpoint)}?{urlencode(asked, safe=_AS_IT_IS)}"


def install_links(app: Flask) -> None:
    """Let templates name addresses; each is built once, for it follows from its parts alone."""

    @forgetful  # what was typed in a form or sent by mail stands in some
    @lru_cache(maxsize=4096)
    def built(_root: str, endpoint: str, *values: tuple[str, Any]) -> str:
        return url_for(endpoint, **dict(values))

    def address(endpoint: str, **values: Any) -> str:  # noqa: ANN401 - as in url_for
        plain = PLAIN.issuperset(map(type, values.values()))
        if not plain or endpoint.startswith(".") or not has_request_context():
            return url_for(endpoint, **values)
        return built(this_request().script_root, endpoint, *values.items())

    def address_if_any(endpoint: str, **values: Any) -> str | None:  # noqa: ANN401 - as in url_for
        return address(endpoint, **values) if endpoint in app.view_functions else None

    app.extensions[_ADDRESS] = address
    app.jinja_env.globals.update(url_for=address, link_to=address_if_any)


def local_address(address: str | None) -> str:
    """Return an address within this site as given, and home for any other."""
    wanted = address or ""
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    return wanted if ours and not parts.scheme and not parts.netloc else url_for("pages.home")
