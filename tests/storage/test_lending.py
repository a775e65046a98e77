"""A pooler that lends connections is told from one that gives them, and from none."""

from __future__ import annotations

import pytest

from tests.servers.pooler import pooled
from workflow.storage.engine import acting, make_engine
from workflow.storage.lending import is_lent


def test_nobody_is_between(database_url):
    assert not is_lent(database_url)


@pytest.mark.parametrize("lends", [True, False])
def test_a_pooler_that_lends_is_found(postgresql_url, lends):
    with pooled(postgresql_url, lends=lends) as url:
        assert is_lent(url) is lends


def test_a_statement_is_never_taken_for_one_that_another_made_ready(postgresql_url):
    with pooled(postgresql_url, lends=True) as url:
        engines = [make_engine(url) for _ in range(2)]
        for _ in range(2):
            for n, engine in enumerate(engines):
                with acting(engine) as connection:
                    assert connection.ask(f"SELECT {n}", ()) == str(n)
        for engine in engines:
            engine.dispose()
