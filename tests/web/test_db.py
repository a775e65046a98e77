"""The application's engine keeps the promises of storage, and pages wait for no writer."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select, text

from web.db import db, install_database
from web.settings import load_settings
from workflow.storage.case import CaseNumber
from workflow.storage.engine import writing


def application(url):
    app = Flask("test")
    secret = "a secret of thirty-two bytes or more"
    install_database(
        app, load_settings({"TRAMITA_DATABASE_URL": url, "TRAMITA_SECRET_KEY": secret})
    )
    return app


def test_a_page_reads_what_is_committed_while_another_writes(database_url):
    with application(database_url).app_context():
        with writing(db.engine) as writer:
            writer.execute(text("INSERT INTO case_number VALUES (2026, 1)"))
            assert db.session.scalars(select(CaseNumber.last)).all() == []
            db.session.rollback()
        assert db.session.scalars(select(CaseNumber.last)).all() == [1]
        db.session.remove()
        db.engine.dispose()


def test_the_embedded_database_is_durable(sqlite_url):
    with application(sqlite_url).app_context():
        with writing(db.engine) as connection:
            assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
            assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        db.engine.dispose()
