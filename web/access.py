"""The first wall: nobody reaches a view but by its line in `web/policies.py`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http.client import MULTIPLE_CHOICES
from typing import Final

from flask import Flask, Response, abort, g

from web.db import unit_of_work
from web.here import this_app, this_request
from web.policies import POLICIES, Of, Policy, Who
from web.watch.requests import refused
from workflow.services import network_panel, stuck
from workflow.services.sign_in import Principal

_TABLE = "policies"


class UndeclaredPageError(LookupError):
    """An endpoint for which nobody has said who may ask: it answers nobody."""


class UnaskedPageError(LookupError):
    """A view that tells of a case and has not asked whether the reader may know of it."""


def install_policies(app: Flask) -> None:
    """Give an application the table of who may ask for what."""
    app.extensions[_TABLE] = dict(POLICIES)
    app.after_request(demand_question)


def declare(app: Flask, endpoint: str, policy: Policy) -> None:
    """Say who may ask for an endpoint that only this application has."""
    app.extensions[_TABLE][endpoint] = policy


def policy_of(endpoint: str) -> Policy:
    """Return what an endpoint demands; raise `UndeclaredPageError`."""
    policy: Policy | None = this_app().extensions[_TABLE].get(endpoint)
    if policy is None:
        raise UndeclaredPageError(endpoint)
    return policy


def admits(who: Who, person: Principal) -> bool:
    """Say whether somebody who is signed in is what is demanded."""
    return _ADMITS[who](person)


def demand(policy: Policy, person: Principal) -> None:
    """Answer 404 unless somebody is what is demanded: for them the page does not exist."""
    if not admits(policy.who, person):
        refused("not entitled")
        abort(404)


def demand_question(response: Response) -> Response:
    """Withhold what a view tells of a case without having asked whether the reader may know of it.

    Raise `UnaskedPageError`.
    """
    asked = this_request()
    endpoint, number = asked.endpoint, (asked.view_args or {}).get("number")
    if endpoint is None or number is None or response.status_code >= MULTIPLE_CHOICES:
        return response
    if asked.method == "OPTIONS":  # answered by Flask: it tells the methods of an address only
        return response
    if policy_of(endpoint).of is Of.CASE and number not in g.get("known_cases", ()):
        raise UnaskedPageError(endpoint)
    return response


def _keeps_cases(person: Principal) -> bool:
    with unit_of_work() as uow:
        return stuck.may_look(uow, administrator=person.administrator)


def _reads_panel(_person: Principal) -> bool:
    with unit_of_work() as uow:
        return network_panel.may_look(uow)


_ADMITS: Final[Mapping[Who, Callable[[Principal], bool]]] = {
    Who.ANYBODY: lambda _person: True,
    Who.OFFICER: lambda _person: True,
    Who.HEAD: lambda person: person.powers.heads(person.current_agency),
    Who.STAFF_KEEPER: lambda person: person.administers,
    Who.TYPE_KEEPER: lambda person: person.administrator or bool(person.powers.coordinates),
    Who.CASE_KEEPER: _keeps_cases,
    Who.PANEL_READER: _reads_panel,
    Who.COORDINATOR: lambda person: person.coordinates,
    Who.ADMINISTRATOR: lambda person: person.administrator,
}
