"""Keep the texts of cases beside them, with an index of their words that follows every change.

The texts of the cases there are come with `tramita search reindex`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from workflow.storage.base import BigId

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ERASE = (
    "UPDATE passage SET text = '', words = ''"
    " WHERE case_id = {row}.case_id AND commitment = {row}.commitment"
)
SQLITE = (
    # Words are plain letters already; nothing is to be folded again.
    "CREATE VIRTUAL TABLE passage_words USING fts5(words, content='passage',"
    " content_rowid='id', columnsize=0, tokenize='unicode61 remove_diacritics 0')",
    "CREATE TRIGGER passage_words_added AFTER INSERT ON passage BEGIN"
    " INSERT INTO passage_words (rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER passage_words_taken AFTER DELETE ON passage BEGIN"
    " INSERT INTO passage_words (passage_words, rowid, words)"
    " VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER passage_words_changed AFTER UPDATE OF words ON passage"
    " WHEN old.words <> new.words BEGIN"
    " INSERT INTO passage_words (passage_words, rowid, words)"
    " VALUES ('delete', old.id, old.words);"
    " INSERT INTO passage_words (rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER passage_erased AFTER UPDATE ON private_value"
    " WHEN new.erased_at IS NOT NULL OR new.value IS NULL BEGIN"
    f" {ERASE.format(row='new')}; END",
    f"CREATE TRIGGER passage_gone AFTER DELETE ON private_value BEGIN"
    f" {ERASE.format(row='old')}; END",
)
SQLITE_BACK = (
    "DROP TRIGGER passage_gone",
    "DROP TRIGGER passage_erased",
    "DROP TABLE passage_words",
)
VECTOR = "array_to_tsvector(string_to_array(words, ' '))"
POSTGRESQL = (
    f"CREATE INDEX passage_words ON passage USING gin ({VECTOR})"
    # Whoever searches reads through what is pending, so little of it is left so.
    " WITH (gin_pending_list_limit = 512)",
    # How many words begin so cannot be estimated: left to guess, the server would read the table.
    "CREATE FUNCTION passages_with(word text) RETURNS SETOF bigint LANGUAGE sql STABLE ROWS 200"  # noqa: S608 - our own words
    " SET enable_seqscan = off SET enable_indexscan = off AS $$"
    f" SELECT id FROM passage WHERE {VECTOR} @@ CAST('''' || word || ''':*' AS tsquery) $$",
    "CREATE FUNCTION passage_erase() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    f" {ERASE.format(row='OLD')}; RETURN NULL; END $$",
    "CREATE TRIGGER passage_erased AFTER UPDATE ON private_value FOR EACH ROW"
    " WHEN (NEW.erased_at IS NOT NULL OR NEW.value IS NULL) EXECUTE FUNCTION passage_erase()",
    "CREATE TRIGGER passage_gone AFTER DELETE ON private_value FOR EACH ROW"
    " EXECUTE FUNCTION passage_erase()",
)
POSTGRESQL_BACK = (
    "DROP TRIGGER passage_gone ON private_value",
    "DROP TRIGGER passage_erased ON private_value",
    "DROP FUNCTION passage_erase()",
    "DROP FUNCTION passages_with(text)",
)


def upgrade() -> None:
    """Go on to this revision."""
    op.create_table(
        "passage",
        sa.Column("id", BigId, nullable=False),
        sa.Column("case_id", BigId, nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("readers", sa.String(), nullable=False),
        sa.Column("commitment", sa.String(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_passage_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_passage"),
        sa.UniqueConstraint("case_id", "place", name="uq_passage_case_id_place"),
    )
    _execute(SQLITE if _is_sqlite() else POSTGRESQL)


def downgrade() -> None:
    """Go back to the one before."""
    _execute(SQLITE_BACK if _is_sqlite() else POSTGRESQL_BACK)
    op.drop_table("passage")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _execute(statements: tuple[str, ...]) -> None:
    for statement in statements:
        op.get_bind().exec_driver_sql(statement)
