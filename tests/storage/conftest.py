"""An engine on each database."""

from __future__ import annotations

import pytest

from workflow.storage.engine import make_engine


@pytest.fixture
def engine(database_url):
    made = make_engine(database_url)
    yield made
    made.dispose()
