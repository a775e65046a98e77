"""Who may open the pages of administration: for anybody else they do not exist."""

from __future__ import annotations

from flask import Blueprint, abort

from web.sessions import visitor


def for_administrators(bp: Blueprint) -> Blueprint:
    """Close every page of a blueprint to whoever does not administer the installation."""
    bp.before_request(_demand_administrator)
    return bp


def _demand_administrator() -> None:
    person = visitor()
    if person is not None and not person.administrator:
        abort(404)
