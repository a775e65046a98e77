"""What every test may ask for: real servers, fresh databases, counts, a seed, figures."""

from __future__ import annotations

import os
import secrets
from random import Random

import pytest
from hypothesis import settings

pytest_plugins = [
    "tests.servers.postgres",
    "tests.servers.databases",
    "tests.servers.installed",
    "tests.servers.smtp",
    "tests.servers.chromium",
    "tests.web.office",
    "tests.web.requester",
    "tests.web.site",
]

# No deadline: the machine's cores are shared with servers and a browser.
settings.register_profile("tramita", deadline=None, print_blob=True)
settings.load_profile("tramita")


def pytest_configure() -> None:
    """Draw the seed before other processes are started, so that all have the same."""
    os.environ.setdefault("TEST_SEED", str(secrets.randbelow(2**32)))


def pytest_report_header() -> str:
    return f"seed: TEST_SEED={os.environ['TEST_SEED']}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests have measured, as they told `record_property`."""
    figures = [
        f"{report.nodeid}: {name} = {value}"
        for report in terminalreporter.getreports("passed")
        for name, value in report.user_properties
    ]
    if figures:
        terminalreporter.section("figures")
        for figure in sorted(figures):
            terminalreporter.line(figure)


@pytest.fixture
def random(request: pytest.FixtureRequest) -> Random:
    """Give the test random numbers that TEST_SEED brings back."""
    return Random(f"{os.environ['TEST_SEED']} {request.node.nodeid}")
