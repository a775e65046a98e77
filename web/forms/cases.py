"""Fields that name another case: what is offered to choose from."""

from __future__ import annotations

from flask import Flask

from web.db import unit_of_work
from workflow.core.fields import Field
from workflow.services.places_view import offered


def install_cases(app: Flask) -> None:
    """Give templates what inputs that name cases offer."""
    app.jinja_env.globals.update(cases_offered=cases_offered)


def cases_offered(field: Field) -> list[tuple[str, str]]:
    """Return the numbers of the cases that a field may name, with their subjects."""
    with unit_of_work() as uow:
        found = offered(uow, field)
    return [(number, f"{subject} ({number})") for number, subject in found]
