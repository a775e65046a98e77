"""The demo: made once, whole, and of nobody real."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from time import monotonic
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest

from tests.servers.ports import Patience, free_port, listens
from tests.web.pages import token_of
from web.demo.people import PASSWORD, demo_accounts
from web.demo.stories import stories

ZONE = ZoneInfo("America/Sao_Paulo")
NOW = datetime(2026, 3, 16, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "var"


def rows(folder, query):
    with closing(sqlite3.connect(folder / "demo.sqlite3")) as connection:
        return connection.execute(query).fetchall()


def document_of(url, email, number):
    """Return a document that the demo kept while it was made, as an officer reads it."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    browser.addheaders = [("Sec-Fetch-Site", "same-origin")]
    with browser.open(f"{url}/entrar", timeout=30) as page:
        token = token_of(page.read().decode())
    form = urlencode({"email": email, "password": PASSWORD, "csrf": token}).encode()
    browser.open(f"{url}/entrar", form, timeout=30).close()
    with browser.open(f"{url}/pedidos/{number}/documentos/draft/1", timeout=30) as document:
        return document.read()


def test_the_demo_is_made_once_and_found_quickly_after(anew, folder):
    said = anew("demo", "--small", "--no-serve", "--folder", folder)
    assert "stops at step" not in said
    counts = "SELECT (SELECT count(*) FROM 'case'), (SELECT count(*) FROM officer)"
    before = rows(folder, counts)
    start = monotonic()
    anew("demo", "--small", "--no-serve", "--folder", folder)
    assert monotonic() - start < 5
    assert rows(folder, counts) == before
    assert rows(folder, "SELECT count(*) FROM officer WHERE NOT fictional") == [(0,)]
    assert all("fictícia" in name for (name,) in rows(folder, "SELECT name FROM officer"))
    emails = {email for (email,) in rows(folder, "SELECT email FROM officer")}
    assert {account.email for account in demo_accounts()} <= emails
    keepers = rows(
        folder, "SELECT email FROM officer WHERE administrator AND password_hash IS NOT NULL"
    )
    assert keepers == [(demo_accounts()[-1].email,)]
    open_at = "SELECT DISTINCT agency FROM task WHERE status IN ('open', 'claimed')"
    busy = {agency for (agency,) in rows(folder, open_at)}
    assert {"SEDE", "SCC", "SEF", "SEPLAG", "AGE", "GOV"} <= busy
    whole = anew.json(
        "case", "verify", "--all", TRAMITA_DATABASE_URL=f"sqlite:///{folder / 'demo.sqlite3'}"
    )
    assert whole["sound"]


def test_the_demo_is_served_with_its_clock_until_it_is_stopped(folder):
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "web.commands",
        "demo",
        "--small",
        "--folder",
        folder,
        "--port",
        port,
    ]
    log = folder.with_suffix(".log")
    with log.open("wb") as output:
        process = subprocess.Popen([str(word) for word in command], stdout=output, stderr=output)
    patience = Patience(120)
    while "Ctrl-C" not in log.read_text("utf-8"):
        assert process.poll() is None, log.read_text("utf-8")
        assert patience.pause()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/entrar", timeout=30) as page:
        assert "sede@demo.tramita.example" in page.read().decode()
    ((number,),) = rows(
        folder, "SELECT value ->> '$.shown[0]' FROM setting WHERE key = 'demo_prepared'"
    )
    kept = document_of(f"http://127.0.0.1:{port}", "sede@demo.tramita.example", number)
    assert kept.startswith(b"%PDF")
    while "the clock is running" not in log.read_text("utf-8"):
        assert process.poll() is None, log.read_text("utf-8")
        assert patience.pause(), log.read_text("utf-8")
    process.terminate()
    assert process.wait(30) == 0
    assert "it goes on where it was" in log.read_text("utf-8")
    assert not listens(port)
    assert rows(folder, "SELECT count(*) FROM schedule WHERE key = 'sweep'") == [(1,)]


@pytest.mark.parametrize("later", [0, 3, 100, 400])
def test_stories_end_shortly_before_today_on_the_same_weekday(later):
    now = NOW + timedelta(days=later)
    for story in stories(now, ZONE):
        last = max(moment.at for moment in story.moments())
        assert timedelta(days=1) <= now - last < timedelta(days=50)
        assert last.weekday() < 5 or not story.scenario.steps[-1].task
