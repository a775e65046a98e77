"""The program as it is asked: one answer for each cell, and what was written by it."""

from __future__ import annotations

import logging
import re
import sqlite3
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from werkzeug.test import TestResponse

from tests.servers.liar import liar
from tests.web.elsewhere import described
from tests.web.matrix.accounts import TODAY, officer_of, token_of
from tests.web.matrix.addresses import HOLIDAY, NAMED_IN_FORM, TASK_IN_FORM, Cell
from tests.web.matrix.oracle import PLACE_TO_LEARN, Answer
from tests.web.matrix.people import BY_NAME, Person
from tests.web.office import PDF, settings_of
from tests.web.pages import token_of as form_token_of
from web import create_app
from web.policies import Policy
from web.sessions import PLAIN_COOKIE
from web.watch import requests
from web.watch.lines import FACTS

IN_A_WORD: Final = ("/saude",)
"""Pages that tell by their status how the installation is, which has no clock here."""
FORM: Final[Mapping[str, str]] = {
    "reason": "zqreason",
    "text": "zqtext",
    "question": "zqquestion",
    "answer": "zqanswer",
    "outcome": "favourable",
    "agency": "SEE",
    "of": "SEDE",
    "readers": "agencies",
    "until": (TODAY + timedelta(days=5)).isoformat(),
    "review_on": (TODAY + timedelta(days=5)).isoformat(),
    "start": TODAY.isoformat(),
    "email": "9999@example.org",
    "access": "network",
    "relation": "related",
    "target": "triage",
    "task": "technical_review",
    "clock": "whole",
    "amount": "5",
    "unit": "days",
    "officer": "",
    "name": "zqname",
    "colour": "green",
    "query": "ver=agency",
    "knowingly": "1",
    "field": "draft",
    "paper": "sei",
    "label": "1",
    "rotulo": "1",
    "other": "",
    "seq": "999",
    "act": "",
    "orgao": "SES",
    "pessoa": str(officer_of(BY_NAME["foreign officer"])),
    "what": "x",
}
"""What is sent to every address: enough for many acts to be done by whoever may."""


SENT: Final[Mapping[str, Mapping[str, str]]] = {
    "calendars.plan_removal": {**HOLIDAY, "act": "Lei 1", "act_on": "2026-01-02"},
    "papers.record": {"paper": "", "number": "1500.01.0509677/2024-52"},
}
"""What is sent to some addresses instead."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of a question."""

    answer: Answer
    status: int
    text: str
    wrote: frozenset[str]
    why: str = ""
    """What the log says of why the asker was refused."""
    signed_in: frozenset[str] = frozenset()
    """The addresses of those who have a session that they had not."""


class Refusals(logging.Handler):
    """Hears what the log says of refusals."""

    def __init__(self) -> None:
        super().__init__()
        self.why = ""

    def emit(self, record: logging.LogRecord) -> None:
        """Keep why somebody was refused."""
        self.why = getattr(record, FACTS, {}).get("why", self.why)


class Asking:
    """The program at work on a copy of the world, which each question finds as it was."""

    def __init__(self, folder: Path, facts: Mapping[str, str]) -> None:
        self.folder = folder
        self.facts = facts
        self.running = ExitStack()
        issuer = self.running.enter_context(liar()).issuer
        (folder / "providers.toml").unlink(missing_ok=True)
        file = described(folder, issuer, key="casa")
        url = f"sqlite:///{folder / 'matrix.sqlite'}"
        self.app = create_app(settings_of(url, folder, TRAMITA_IDENTITY_PROVIDERS=str(file)))
        self.client = self.app.test_client(use_cookies=False)
        learning = {"TRAMITA_PRACTICE": str(folder / "pristine.sqlite"), "TRAMITA_DEMO": "true"}
        learning["TRAMITA_MAIL_FOLDER"] = str(folder / "mail")
        self.practice = create_app(settings_of(url, folder, **learning))
        self.opened: set[str] = set()
        """The endpoints that answered somebody with more than that there is nothing."""
        self.refusals = Refusals()
        logging.getLogger(requests.__name__).addHandler(self.refusals)
        self.pristine = sqlite3.connect(folder / "pristine.sqlite")
        self.live = sqlite3.connect(folder / "matrix.sqlite", isolation_level=None)
        self.restore()

    def close(self) -> None:
        """Let go of the files, the log and the provider of identity."""
        self.running.close()
        logging.getLogger(requests.__name__).removeHandler(self.refusals)
        for app in (self.app, self.practice):
            app.extensions["installation"].engine.dispose()
        self.pristine.close()
        self.live.close()

    def use(self, policies: Mapping[str, Policy]) -> Mapping[str, Policy]:
        """Let another table say who may ask for what; return the one before."""
        before: Mapping[str, Policy] = self.app.extensions["policies"]
        for app in (self.app, self.practice):
            app.extensions["policies"] = policies
        return before

    def restore(self) -> None:
        """Make everything as it was."""
        self.pristine.backup(self.live)

    @cached_property
    def _visitor(self) -> tuple[str, str]:
        """The cookie and the form token of somebody without an account."""
        page = self.client.get("/entrar")
        cookie = page.headers["Set-Cookie"].partition(";")[0]
        return cookie, form_token_of(page.text)

    @cached_property
    def _guest(self) -> tuple[str, str]:
        """The same of the requester who has given the code."""
        cookie, token = self._visitor
        answer = self.client.post(
            f"/acompanhar/{self.facts['grant']}/codigo",
            data={"csrf": token, "code": self.facts["code"]},
            headers={"Cookie": cookie, "Sec-Fetch-Site": "same-origin"},
        )
        passed = answer.headers["Set-Cookie"].partition(";")[0]
        return f"{cookie}; {passed}", token

    def ask(self, cell: Cell) -> Heard:
        """Ask and hear, then make good what was written."""
        self.refusals.why = ""
        answer = self._send(cell)
        why = self.refusals.why
        kind = answer.mimetype or ""
        text = answer.text if kind.startswith(("text/", "application/json")) else ""
        headers = " ".join(answer.headers.getlist("Content-Disposition"))
        answer.close()
        wrote = {name for (name,) in self.live.execute("SELECT DISTINCT name FROM touched")}
        signed_in = self._come_in() if "session" in wrote else frozenset()
        if wrote:
            self.restore()
        told = _told(cell.path, answer)
        if told is Answer.OPEN:
            self.opened.add(cell.endpoint)
        return Heard(told, answer.status_code, headers + text, frozenset(wrote), why, signed_in)

    def _come_in(self) -> frozenset[str]:
        """Return whose sessions have begun."""
        held = {token for (token,) in self.pristine.execute("SELECT token_hash FROM session")}
        asked = "SELECT token_hash, email FROM session JOIN officer ON officer.id = officer_id"
        return frozenset(who for token, who in self.live.execute(asked) if token not in held)

    def _send(self, cell: Cell) -> TestResponse:
        cookie, token = self._papers(cell.person)
        headers = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
        client = self.client
        if cell.thing == PLACE_TO_LEARN:
            client = self.practice.test_client(use_cookies=False)
        if cell.method != "POST":
            return client.open(cell.path, method=cell.method, headers=headers)
        form: dict[str, Any] = {**FORM, "csrf": token, "document": (BytesIO(PDF), "x.pdf")}
        form["other"] = self.facts["grant"]
        form["code"] = ""
        form["number"] = self.facts[NAMED_IN_FORM]
        form["no"] = self.facts[f"task {TASK_IN_FORM}"]
        form |= SENT.get(cell.endpoint, {})
        return client.post(cell.path, data=form, headers=headers)

    def _papers(self, person: Person) -> tuple[str, str]:
        if person.guest_of:
            return self._guest
        if not person.signed_in:
            return self._visitor
        return f"{PLAIN_COOKIE}={token_of(person)}", f"csrf {officer_of(person)}"


def _told(path: str, answer: TestResponse) -> Answer:
    status = answer.status_code
    if path in IN_A_WORD and status == HTTPStatus.SERVICE_UNAVAILABLE:
        return Answer.OPEN
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Answer.FAILED
    if status == HTTPStatus.UNAUTHORIZED:
        return Answer.SIGN_IN
    where = answer.headers.get("Location", "")
    if status == HTTPStatus.SEE_OTHER and re.match(r"/entrar\?next=", where):
        return Answer.SIGN_IN
    return Answer.GONE if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE} else Answer.OPEN
