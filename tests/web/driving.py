"""Tells a scenario at browsers: each step by its person, on the pages, as people do."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from tests.servers.chromium import Visitors
from tests.web.site import Site, sign_in
from web.forms.typed import as_typed
from workflow.core.definition import Definition
from workflow.core.fields import Field
from workflow.core.scenario import Scenario, Step

PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"
PICTURES = "TEST_PICTURES"
"""A folder in which each step leaves its picture, for whoever wants to look."""

WITHOUT_SCRIPTS = frozenset({"SEF", "SEMAD", "AGE", "GOV"})
"""Agencies whose people have JavaScript switched off: every act must be possible so."""


@dataclass(slots=True)
class Drivers:
    """The people of a scenario, each at a browser of their own, and the case they work on."""

    site: Site
    visitors: Visitors
    definition: Definition
    number: str = ""
    access_code: str = ""
    screen: Mapping[str, Any] = field(default_factory=dict)
    """What everybody's screen is like, where it is not a desk's."""
    told: int = 0
    _pages: dict[tuple[str, str], Page] = field(default_factory=dict)

    @property
    def accounts(self) -> int:
        """How many people have worked so far."""
        return len(self._pages)

    def page_of(self, agency: str, officer: str = "first") -> Page:
        """Return the browser of a person, signed in."""
        person = (agency, officer)
        if person not in self._pages:
            scripts = agency not in WITHOUT_SCRIPTS
            self._pages[person] = self.visitors.page(java_script_enabled=scripts, **self.screen)
            sign_in(self._pages[person], self.site, agency, officer)
        return self._pages[person]

    def open(self, scenario: Scenario) -> None:
        """Write the request section by section, check it, send it, and keep its receipt."""
        step = scenario.opening
        page = self.page_of(step.agency)
        page.goto(f"{self.site.url}/pedidos/novo/{self.definition.key}")
        press(page.locator("main form button[type=submit]").first)
        home = page.url.rstrip("/")
        sections = page.locator("main a[aria-describedby]").evaluate_all(
            "all => all.map(a => a.href)"
        )
        for section in sections:
            page.goto(section)
            self.fill(page, step)
            press(page.locator("button[name=then][value=next]"))
        page.goto(f"{home}/confira")
        self.picture(page, "check")
        page.locator("main form button.btn-primary").last.click()
        page.wait_for_url("**/recibo/**")
        self.picture(page, "receipt")

    def complete(self, step: Step) -> None:
        """Find a task in the inbox, fill its form and end it with an outcome."""
        page = self.page_of(step.agency, step.officer)
        title = self.definition.task(step.task or "").title["pt-BR"]
        page.goto(f"{self.site.url}/caixa/?ver=agency&q={self.number}")
        page.locator("tr.task", has=page.locator(".sub b", has_text=title)).locator(
            ".col-subject a"
        ).first.click()
        page.locator("#task-form").wait_for()
        self.fill(page, step)
        self.picture(page, f"{step.agency}-{step.task}")
        end_task(page, step.outcome)
        doubtful = page.locator("main input[name=confirmed][type=checkbox]")
        if doubtful.count():
            doubtful.check()
            end_task(page, step.outcome)
        wrong = page.locator("#error-summary")
        assert wrong.count() == 0, f"line {step.line}: {wrong.inner_text()}"

    def fill(self, page: Page, step: Step) -> None:
        """Type whatever a step brings and the page asks for, in as many lines as it takes."""
        for key, value in step.data.items():
            more = page.locator(f'button[name=more_rows][value="data.{key}"]')
            last = f'main [name^="data.{key}.{len(value) - 1}."]' if more.count() else "main"
            while more.count() and not page.locator(last).count():
                more.click()
        for name, typed in self._typed(step):
            type_into(page, name, typed)
        for key in step.documents:
            upload = page.locator(f'input[type=file][name="documents.{key}"]')
            if upload.count():
                file = {"name": f"{key}.pdf", "mimeType": "application/pdf", "buffer": PDF}
                upload.set_input_files(files=[file])

    def _typed(self, step: Step) -> Iterator[tuple[str, Any]]:
        for key, value in step.data.items():
            spec = self.definition.data[key]
            yield from flat(f"data.{key}", as_typed(spec, value))
        for role, held in step.roles.items():
            yield f"roles.{role}", list(held)
        items = self.definition.task(step.task).form if step.task else ()
        own = {item.key: item for item in items if isinstance(item, Field)}
        for key, value in step.answers.items():
            yield from flat(f"own.{key}", as_typed(own[key], value))
        if step.reason:
            yield "reason", step.reason

    def picture(self, page: Page, name: str) -> None:
        """Leave a picture of a page, where somebody asked for pictures."""
        folder = os.environ.get(PICTURES)
        if folder:
            self.told += 1
            page.screenshot(
                path=Path(folder) / f"{self.told:02d}-{name.replace('/', '.')}.png", full_page=True
            )


def flat(name: str, typed: Any) -> Iterator[tuple[str, Any]]:
    """Spread parts and rows over the names of their inputs."""
    if isinstance(typed, Mapping):
        for part, value in typed.items():
            yield from flat(f"{name}.{part}", value)
    elif isinstance(typed, list) and typed and isinstance(typed[0], Mapping):
        for n, row in enumerate(typed):
            yield from flat(f"{name}.{n}", row)
    else:
        yield name, typed


def type_into(page: Page, name: str, typed: Any) -> None:
    """Type, choose or tick one answer, if the page asks for it."""
    inputs = page.locator(f'main [name="{name}"]:not([type=hidden])')
    if not inputs.count() or typed == "":
        return
    kind = inputs.first.evaluate("input => input.type || input.tagName")
    if kind in ("radio", "checkbox"):
        for value in typed if isinstance(typed, list) else [typed]:
            page.locator(f'main [name="{name}"][value="{value}"]:not([type=hidden])').check()
    elif kind.startswith("select"):
        inputs.first.select_option(typed[0] if isinstance(typed, list) else typed)
    else:
        inputs.first.fill(str(typed))


def end_task(page: Page, outcome: str | None = None) -> None:
    """Choose an outcome, the last unless another is meant, and press what ends the task."""
    chosen = f"input[name=outcome][value={outcome}]" if outcome else "input[name=outcome]"
    if page.locator(chosen).count():  # a task that can end in one way only asks nothing
        page.locator(chosen).last.check()
    press(page.locator("#task-form .btn-primary"))


def press(button: Locator) -> None:
    """Press what sends a form, and wait for the page that answers: to go on sooner ends both."""
    with button.page.expect_navigation():
        button.click()
