"""The database of the application: its engine, and the session in which pages read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session

from web import clock
from web.here import noted, this_app, this_request
from web.settings import Settings
from workflow.core.powers import Powers
from workflow.services.installation import Installation
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage import dialect

READING = frozenset({"GET", "HEAD"})
"""Of what only reads: the world does not change under it, so it is looked at once."""
NOBODY: Final = Powers()


class ReadingSession(Session):
    """The session of a page: it reads and waits for no writer; acts are written elsewhere."""

    def get_bind(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - as the library has it
        """Return the engine, marked as one that only reads."""
        return super().get_bind(*args, **kwargs).execution_options(**{dialect.READ_ONLY: True})


db = SQLAlchemy(session_options={"class_": ReadingSession})


def install_database(app: Flask, settings: Settings) -> None:
    """Give an application its engine, which keeps the same promises as any other of ours."""
    options = dialect.options(settings.database_url)
    app.config["SQLALCHEMY_DATABASE_URI"] = options.pop("url")
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    db.init_app(app)
    with app.app_context():
        dialect.prepare(db.engine)
        app.extensions["installation"] = Installation(db.engine, ZoneInfo(settings.timezone))


@contextmanager
def unit_of_work() -> Iterator[UnitOfWork]:
    """Begin a unit of work now, in the name of whoever is signed in."""
    notes = noted()
    principal = notes.get("principal")
    uow = UnitOfWork(
        this_app().extensions["installation"],
        now=clock.now(),
        powers=principal.powers if principal else NOBODY,
        versions=principal.versions if principal and this_request().method in READING else None,
        foresight=notes.get("foresight"),
    )
    try:
        yield uow
    finally:
        if uow.sealed:
            notes["sealed_cases"] = notes.get("sealed_cases", frozenset()) | uow.sealed
        if uow.known:
            notes["known_cases"] = notes.get("known_cases", frozenset()) | uow.known
