"""Run by Alembic: connects the migrations to a database."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Engine

from workflow.storage import dialect
from workflow.storage.models import METADATA


def run(engine: Engine) -> None:
    """Run the migrations asked for, in one transaction on both databases."""
    with engine.connect() as connection:
        # SQLite changes a table by making it anew, which its foreign keys would forbid.
        dialect.suspend_foreign_keys(connection)
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            render_as_batch=dialect.is_sqlite(engine),
            user_module_prefix="",
            transaction_per_migration=False,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run(context.config.attributes["engine"])
