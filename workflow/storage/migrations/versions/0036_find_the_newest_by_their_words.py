"""Have the index of words know in which block of cases a text stands, and tell of which case it is.

It is made anew, which takes two minutes for the five million texts of a million cases.
"""

# ruff: noqa: S608 - every word is our own

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0039"
branch_labels = None
depends_on = None

BLOCK = "'#' || CAST({row}case_id >> 14 AS text)"
"""No word begins so; the number is that of `storage.word_index.BLOCK`."""
WORDS = "string_to_array({row}words, ' ')"
IN_BLOCK = (
    f"string_to_array({BLOCK} || '/' || replace({{row}}words, ' ', ' ' || {BLOCK} || '/'), ' ')"
)
"""Each word after its block, so that the words of a block stand together."""
LIKE = "'''' || word || ''':*'"
LIKE_IN_BLOCKS = "'''' || replace(blocks, ' ', '/' || word || ''':* | ''') || '/' || word || ''':*'"
AT_WORK = (
    "SELECT DISTINCT quote_ident(grantee) FROM information_schema.role_table_grants"
    " WHERE table_schema = 'public' AND table_name = 'event' AND privilege_type = 'INSERT'"
    " AND grantee NOT IN ('PUBLIC', current_user)"
)


def upgrade() -> None:
    """Go on to this revision."""
    if _is_sqlite():
        _index_on_sqlite("||' '||" + BLOCK, tokens=" tokenchars ''#''")
        return
    op.execute("DROP FUNCTION passages_with(text)")
    _index_on_postgresql(IN_BLOCK)
    _find(
        "passages_with(word text, blocks text)",
        gives="TABLE (case_id bigint, readers text)",
        query="SELECT one.case_id, CAST(one.readers AS text)",
        words=IN_BLOCK,
        wanted=LIKE_IN_BLOCKS,
    )
    _let_those_at_work_ask("passages_with(text, text)")


def downgrade() -> None:
    """Go back to the one before."""
    if _is_sqlite():
        _index_on_sqlite("", tokens="")
        return
    op.execute("DROP FUNCTION passages_with(text, text)")
    _index_on_postgresql(WORDS)
    _find(
        "passages_with(word text)",
        gives="SETOF bigint",
        query="SELECT one.id",
        words=WORDS,
        wanted=LIKE,
    )
    _let_those_at_work_ask("passages_with(text)")


def _index_on_postgresql(words: str) -> None:
    vector = f"array_to_tsvector({words.format(row='')})"
    op.execute("DROP INDEX passage_words")
    op.get_bind().exec_driver_sql(
        f"CREATE INDEX passage_words ON passage USING gin ({vector})"
        " WITH (gin_pending_list_limit = 512)"
    )


def _find(function: str, *, gives: str, query: str, words: str, wanted: str) -> None:
    """Have a function find texts by the index, as 0011 and 0025 have made the first one."""
    vector = f"array_to_tsvector({words.format(row='one.')})"
    op.get_bind().exec_driver_sql(
        f"CREATE FUNCTION {function} RETURNS {gives} LANGUAGE sql STABLE ROWS 200 SECURITY DEFINER"
        " SET search_path = pg_catalog, public, pg_temp"
        " SET enable_seqscan = off SET enable_indexscan = off"
        f" AS $$ {query} FROM public.passage AS one"
        f" WHERE {vector} @@ CAST({wanted} AS tsquery) $$"
    )


def _let_those_at_work_ask(function: str) -> None:
    op.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
    for role in list(op.get_bind().execute(sa.text(AT_WORK)).scalars()):
        op.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {role}")


def _index_on_sqlite(block: str, *, tokens: str) -> None:
    new, old = (f"{row}.words{block.format(row=f'{row}.')}" for row in ("new", "old"))
    added = f"INSERT INTO passage_words (rowid, words) VALUES (new.id, {new});"
    taken = (
        f"INSERT INTO passage_words (passage_words, rowid, words) VALUES ('delete', old.id, {old});"
    )
    for statement in (
        *(f"DROP TRIGGER passage_words_{done}" for done in ("added", "taken", "changed")),
        "DROP TABLE passage_words",
        "CREATE VIRTUAL TABLE passage_words USING fts5(words, content='passage',"
        f" content_rowid='id', columnsize=0, tokenize='unicode61 remove_diacritics 0{tokens}')",
        "INSERT INTO passage_words (rowid, words)"
        f" SELECT id, words{block.format(row='')} FROM passage",
        f"CREATE TRIGGER passage_words_added AFTER INSERT ON passage BEGIN {added} END",
        f"CREATE TRIGGER passage_words_taken AFTER DELETE ON passage BEGIN {taken} END",
        "CREATE TRIGGER passage_words_changed AFTER UPDATE OF words ON passage"
        f" WHEN old.words <> new.words BEGIN {taken} {added} END",
    ):
        op.get_bind().exec_driver_sql(statement)


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"
