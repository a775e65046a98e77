"""An installation on each database, and units of work on it at any instant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from workflow.services.installation import Installation
from workflow.services.unit_of_work import UnitOfWork
from workflow.storage.engine import make_engine

NOON = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
def engine(database_url):
    made = make_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def installation(engine):
    return Installation(engine, ZoneInfo("America/Sao_Paulo"))


@pytest.fixture
def later(installation):
    """Begin a unit of work of the clock some time after noon of the second of March."""

    def begin(**after):
        return UnitOfWork(installation, now=NOON + timedelta(**after), keeper=True)

    return begin


@pytest.fixture
def uow(later):
    return later()
