"""The command line as a person or a script uses it, on an installation of its own."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner

from tests.services.errands import Office
from web.commands import installed, main
from workflow.catalogue.shipped import shipped
from workflow.services.installation import Installation
from workflow.storage.engine import make_engine


class CommandLine:
    """Runs commands in one environment."""

    def __init__(self, environment):
        self._environment = environment

    def __call__(self, *arguments, fails=0, **more):
        done = CliRunner().invoke(
            main, [str(a) for a in arguments], env={**self._environment, **more}
        )
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == fails, done.output
        return done.output

    def json(self, *arguments, fails=0, **more):
        return json.loads(self(*arguments, "--json", fails=fails, **more))


@pytest.fixture
def environment(tmp_path):
    return {
        "TRAMITA_SECRET_KEY": "a secret of the tests, long enough for them",
        "TRAMITA_DOCUMENTS": str(tmp_path / "documents"),
        "TRAMITA_BASE_URL": "https://tramita.example",
    }


@pytest.fixture
def tramita(environment, sqlite_url):
    """Run commands on SQLite: what they do on either database, the services' tests show."""
    return CommandLine({**environment, "TRAMITA_DATABASE_URL": sqlite_url})


@pytest.fixture
def office(tramita, sqlite_url):
    """Give the small request types an office beside the commands, on their database."""
    engine = make_engine(sqlite_url)
    installation = Installation(engine, ZoneInfo("America/Sao_Paulo"))
    yield Office(installation, installed.now(_Unshifted()))
    engine.dispose()


class _Unshifted:
    clock_offset = 0


@pytest.fixture
def anew(environment, empty_sqlite_url):
    """Run commands on a database that does not exist yet."""
    return CommandLine({**environment, "TRAMITA_DATABASE_URL": empty_sqlite_url})


@pytest.fixture
def anywhere(environment, empty_database_url):
    """Run commands on an empty database of either kind."""
    return CommandLine({**environment, "TRAMITA_DATABASE_URL": empty_database_url})


@pytest.fixture
def filled(tramita):
    return fill(tramita)


def fill(tramita):
    """Bring in what comes with the program."""
    tramita("calendar", "import", shipped("calendars"))
    tramita("rules", "import", shipped("rules.yaml"))
    tramita("network", "import", shipped("network", "agencies.csv"))
    return tramita
