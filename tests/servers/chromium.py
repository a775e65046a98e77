"""A real browser, driven by Playwright, and pages as different people see them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.servers.nodejs import NODE
from tests.servers.ports import StartError

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome")
FLAGS: Final = (
    "--no-sandbox",  # the tests may run as root, where the sandbox cannot
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS: Final = 30_000


@dataclass(slots=True)
class Visitors:
    """People at their browsers: each has cookies, a screen and a taste of his own."""

    browser: Browser
    complaints: list[str] = field(default_factory=list)
    """What the browser has held against the pages: errors of scripts, refusals by the CSP."""
    _contexts: list[BrowserContext] = field(default_factory=list)

    def page(
        self,
        *,
        scheme: Literal["light", "dark"] = "light",
        width: int = 1280,
        height: int = 900,
        on_each: str = "",
        **options: Any,
    ) -> Page:
        """Open an empty page for somebody new; `options` are those of a Playwright context.

        A script that runs `on_each` page of theirs may do what the pages' own policy forbids.
        """
        options = {"bypass_csp": bool(on_each), **options}
        options = {"locale": "pt-BR", "timezone_id": "America/Fortaleza", **options}
        context = self.browser.new_context(
            color_scheme=scheme, viewport={"width": width, "height": height}, **options
        )
        context.set_default_timeout(PATIENCE_MS)
        if on_each:
            context.add_init_script(on_each)
        self._contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self._listen(line.type, line.text))
        return page

    def leave(self) -> None:
        """Close every window."""
        while self._contexts:
            self._contexts.pop().close()

    def _listen(self, kind: str, text: str) -> None:
        # A page that answers 404 or 409 on purpose is no fault of the page.
        if kind == "error" and "the server responded with a status of 4" not in text:
            self.complaints.append(text)


def chromium() -> str:
    """Find the browser: the one named in TEST_CHROMIUM, or the machine's own."""
    named = os.environ.get("TEST_CHROMIUM")
    for program in (named,) if named else PROGRAMS:
        if found := shutil.which(program):
            return found
    raise StartError(
        "the tests need Chromium: `apt install chromium`, or name one in TEST_CHROMIUM"
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the browser once for all tests."""
    # The Node that Playwright brings wants a library that a bare Debian lacks; ours does not.
    os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(NODE))
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium(), headless=True, args=list(FLAGS)
        )
        yield started
        started.close()


@pytest.fixture
def visitors(browser: Browser) -> Iterator[Visitors]:
    """Give the test as many people at their browsers as it asks for."""
    people = Visitors(browser)
    yield people
    people.leave()


@pytest.fixture
def page(visitors: Visitors) -> Page:
    """Open an empty page on a desk's screen, in light colours."""
    return visitors.page()
