"""What every test may ask for: real servers, fresh databases, counts, a seed, figures."""

from __future__ import annotations

import gc
import os
import secrets
from random import Random

import pytest
from hypothesis import settings
from xdist.remote import Producer

from tests.counts import EXHAUSTIVE
from tests.order import InFull, place

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

# What is imported and collected stays to the end: there is no garbage in it to be looked for.
gc.disable()

# No deadline: the machine's cores are shared with servers and a browser.
settings.register_profile("tramita", deadline=None, print_blob=True)
settings.load_profile("tramita")


def pytest_configure() -> None:
    """Draw the seed before other processes are started, so that all have the same."""
    os.environ.setdefault("TEST_SEED", str(secrets.randbelow(2**32)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the longest files come first."""
    items.sort(key=lambda item: place(item.nodeid.partition("::")[0]))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> InFull | None:
    """Let no process wait at the end of an exhaustive run for all tests of one long file."""
    return InFull(config, log) if EXHAUSTIVE else None


def pytest_collection_finish() -> None:
    """Look for garbage from now on, among what the tests themselves leave."""
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)
    gc.enable()


def pytest_report_header() -> str:
    return f"seed: TEST_SEED={os.environ['TEST_SEED']}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Print what the tests have measured, as they told `record_property`, unless one failed.

    Whoever reads the end of the output of a failed run must find there what failed.
    """
    if exitstatus:
        return
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
