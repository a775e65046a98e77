"""People at work over the network, who send again under the same key what nobody answered."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any, Final

import requests

from tests.faults.ledger import Ledger
from tests.faults.offices import Offices
from tests.services.rounds import ASKED, OPENER
from tests.web.pages import token_of
from tests.web.site import PASSWORD, address

PEOPLE: Final = tuple(
    (agency, officer) for agency in (OPENER, *ASKED) for officer in ("first", "second")
)
TIMEOUT: Final = 30
MOST_TRIES: Final = 2_000


@dataclass(frozen=True)
class Sending:
    """A form to be sent until somebody answers."""

    what: str
    key: str
    path: str
    fields: dict[str, str]


@dataclass(frozen=True)
class Browser:
    """A browser in which somebody is signed in."""

    url: str
    session: requests.Session
    token: str

    def get(self, path: str) -> requests.Response:
        """Ask for a page."""
        return self.session.get(self.url + path, timeout=TIMEOUT)

    def post(self, path: str, fields: dict[str, str], **more: Any) -> requests.Response:
        """Send a form, as our own pages do, and follow nowhere."""
        return self.session.post(
            self.url + path,
            {"csrf": self.token, **fields},
            headers={"Origin": "http://127.0.0.1"},
            timeout=TIMEOUT,
            allow_redirects=False,
            **more,
        )


def signed_in(url: str, email: str) -> Browser:
    """Sign in at a browser."""
    entering = Browser(url, session := requests.Session(), "")
    token = token_of(entering.get("/entrar").text)
    fields = {"email": email, "password": PASSWORD, "csrf": token}
    answer = entering.post("/entrar", fields)
    assert answer.status_code == 303, answer.text
    return Browser(url, session, token_of(entering.get("/preferencias/").text))


class Person(threading.Thread):
    """An officer at a browser, who does one thing after the other until told to stop."""

    def __init__(self, crowd: Crowd, agency: str, officer: str, *, seed: float) -> None:
        super().__init__(name=f"{officer} of {agency}")
        self.crowd = crowd
        self.agency = agency
        self.random = Random(seed)
        # The requests begun are the first's of the agency that asks.
        self.drafts = crowd.offices.drafts if (agency, officer) == PEOPLE[0] else []
        self.browser = signed_in(crowd.url, address(agency, officer))

    def run(self) -> None:
        """Do one thing after the other."""
        try:
            while not self.crowd.stopped.is_set():
                self._send(self._thought_of())
        except Exception as error:
            self.crowd.ledger.shocks.append(f"{self.name}: {error!r}")
            raise
        finally:
            self.browser.session.close()

    def _thought_of(self) -> Sending:
        number = self.random.choice(self.crowd.offices.numbers)
        if self.drafts and self.random.random() < 0.3:
            draft, key = self.drafts.pop()
            return Sending("open", key, f"/pedidos/novo/rascunho/{draft}/confira", {})
        once = str(uuid.UUID(int=self.random.getrandbits(128)))
        task = self.crowd.offices.tasks.get((number, self.agency))
        if task is None or self.random.random() < 0.4:
            said = {"text": f"Nota {once}", "readers": "agencies", "once": once}
            return Sending("comment", f"form:{once}", f"/pedidos/{number}/comentarios", said)
        what, verb = self.random.choice((("claim", "assumir"), ("release", "devolver")))
        path = f"/pedidos/{number}/tarefas/{task}/{verb}"
        return Sending(what, f"form:{once}", path, {"once": once})

    def _send(self, sending: Sending) -> None:
        ledger = self.crowd.ledger
        ledger.tried[sending.key] = sending.what
        for _ in range(MOST_TRIES):
            if self._is_settled(sending):
                return
            if self.crowd.stopped.is_set():
                return  # it stays unknown
            time.sleep(0.05)
        ledger.shocks.append(f"{self.name}: nobody answers {sending.path}")

    def _is_settled(self, sending: Sending) -> bool:
        """Send a form once; say whether it was answered, whatever the answer."""
        ledger = self.crowd.ledger
        try:
            answer = self.browser.post(sending.path, sending.fields)
        except requests.RequestException:
            ledger.note("lost")
            return False
        status = answer.status_code
        if status == 303 and "/entrar" not in answer.headers["Location"]:
            ledger.acknowledge(sending.key)
        elif status == 503:
            ledger.note("unavailable")
            if "Retry-After" not in answer.headers or "Traceback" in answer.text:
                ledger.shocks.append(f"503 that says nothing: {answer.text[-500:]}")
            return False
        elif status in (409, 422):
            ledger.refused[status] += 1
        else:
            ledger.shocks.append(f"{sending.what}: {status} {answer.text[-1500:]}")
        return True


class Crowd:
    """Eight people who work at once."""

    def __init__(self, url: str, offices: Offices, *, random: Random) -> None:
        self.url = url
        self.offices = offices
        self.ledger = Ledger()
        self.stopped = threading.Event()
        self._people = [
            Person(self, agency, officer, seed=random.random()) for agency, officer in PEOPLE
        ]

    def await_acts(self, more: int, *, patience: float = 60) -> None:
        """Wait until so many more acts are acknowledged; raise `TimeoutError`."""
        wanted = len(self.ledger.acknowledged) + more
        limit = time.monotonic() + patience
        while len(self.ledger.acknowledged) < wanted:
            if time.monotonic() > limit or self.ledger.shocks:
                raise TimeoutError(f"nothing is acknowledged: {self.ledger.shocks[:3]}")
            time.sleep(0.02)

    def await_trouble(self, times: int, *, patience: float = 60) -> None:
        """Wait until so many were told to come back later; raise `TimeoutError`."""
        limit = time.monotonic() + patience
        while self.ledger.unavailable + self.ledger.lost < times:
            if time.monotonic() > limit or self.ledger.shocks:
                raise TimeoutError(f"nobody is in trouble: {self.ledger.shocks[:3]}")
            time.sleep(0.02)

    def begin(self) -> None:
        """Let everybody begin."""
        for person in self._people:
            person.start()

    def end(self) -> None:
        """Let everybody finish what they are at."""
        self.stopped.set()
        for person in self._people:
            person.join(TIMEOUT * 2)


@contextmanager
def at_work(url: str, offices: Offices, *, random: Random) -> Iterator[Crowd]:
    """Let eight people work until the block ends."""
    crowd = Crowd(url, offices, random=random)
    crowd.begin()
    try:
        yield crowd
    finally:
        crowd.end()
