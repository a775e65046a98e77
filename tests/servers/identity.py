"""A real provider of identity, oidc-provider from Node, on this machine only."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import requests

from tests.servers.nodejs import HERE, NODE, modules
from tests.servers.ports import LOOPBACK, StartError, free_port

CLIENT: Final = "tramita-tests"
SECRET: Final = "what only the provider and the tests know"
PATIENCE: Final = 10


@dataclass(frozen=True, slots=True)
class IdentityServer:
    """A provider that answers."""

    issuer: str

    def answer(self, there: str, login: str = "", *, leave: bool = False) -> str:
        """Go where a person is sent, choose who they are, and return where they are sent back."""
        with requests.Session() as browser:
            page = browser.get(there, timeout=PATIENCE)
            form = re.search(r'action="([^"]+)"', page.text)
            if form is None:
                raise AssertionError(f"{page.url} asks for nobody: {page.text}")
            sent = {"login": login, "go": "back" if leave else "on"}
            address = urljoin(page.url, unescape(form[1]))
            answer = browser.post(address, data=sent, timeout=PATIENCE, allow_redirects=False)
            while urlsplit(answer.headers["Location"]).netloc == urlsplit(self.issuer).netloc:
                answer = browser.get(
                    answer.headers["Location"], timeout=PATIENCE, allow_redirects=False
                )
            return answer.headers["Location"]


@contextmanager
def provider(
    people: Mapping[str, Any],
    redirects: Collection[str],
    farewells: Collection[str],
    *,
    told: str = "",
) -> Iterator[IdentityServer]:
    """Run one until the block ends; raise `StartError` with its words if it does not start.

    It says at `told`, if anywhere, who has left it.
    """
    modules()
    port = free_port()
    client = {"id": CLIENT, "secret": SECRET}
    whole = {**client, "redirects": [*redirects], "farewells": [*farewells], "told": told}
    said = json.dumps({"port": port, "client": whole, "people": people})
    with subprocess.Popen(
        [NODE, HERE / "identity.mjs", said],
        cwd=HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            if process.stdout is None or process.stdout.readline() != "listening\n":
                process.kill()
                raise StartError(process.communicate()[1])
            yield IdentityServer(f"http://{LOOPBACK}:{port}")
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE)
