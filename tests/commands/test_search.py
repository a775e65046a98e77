"""The index of words is made anew by a command."""

from __future__ import annotations

from sqlalchemy import delete

from tests.storage.cases import change, entering, opening
from workflow.storage.apply import write
from workflow.storage.engine import make_engine, writing
from workflow.storage.search import Passage


def test_the_index_is_made_anew(filled):
    assert "0 cases can be searched" in filled("search", "reindex")
    assert filled.json("search", "reindex") == {"cases": 0}


def test_whoever_upgrades_is_told_of_cases_that_no_word_finds(tramita, sqlite_url):
    assert "reindex" not in tramita("db", "upgrade")
    engine = make_engine(sqlite_url)
    with writing(engine) as connection:
        assert write(connection, change(None, opening(), entering()), case_id=None, key="one")
        connection.execute(delete(Passage))
    engine.dispose()
    assert "tramita search reindex" in tramita("db", "upgrade")
