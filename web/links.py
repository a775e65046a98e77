"""Addresses that templates name by endpoint, also those an installation does not have."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, url_for


def link_to(endpoint: str, **values: Any) -> str | None:  # noqa: ANN401 - as in url_for
    """Return the address of a page, or None where this installation has no such page."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else None


def local_address(address: str | None) -> str:
    """Return an address within this site as given, and home for any other."""
    wanted = address or ""
    parts = urlsplit(wanted)
    ours = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    return wanted if ours and not parts.scheme and not parts.netloc else url_for("pages.home")
