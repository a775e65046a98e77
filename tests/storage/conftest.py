"""Engines that are put away after the test."""

from __future__ import annotations

import pytest

from workflow.storage.engine import make_engine


@pytest.fixture
def make():
    made = []

    def make(url):
        made.append(make_engine(url))
        return made[-1]

    yield make
    for engine in made:
        engine.dispose()


@pytest.fixture
def engine(database_url, make):
    return make(database_url)
