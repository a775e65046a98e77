"""Every page as it is sent: well-formed HTML, and light enough for a slow line."""

from __future__ import annotations

import gzip
import re
import shutil
from functools import cache, lru_cache
from urllib.parse import urljoin

import pytest
from sqlalchemy import update

from tests.installation import let_coordinate
from tests.servers.nodejs import html_faults
from tests.web.office import close_office, file_of, reopen_office
from tests.web.test_administration_in_chromium import FOR_KEEPERS
from tests.web.test_pages_in_chromium import FOR_OFFICERS, OPEN_TO_ALL
from workflow.core.playing import powers_of
from workflow.storage.people import Officer

LIMIT = 60_000
"""Bytes of a page with its style sheet, scripts, fonts and icons, compressed, nothing cached."""

OURS = re.compile(r"\b(hash|revision|visit|slot|snapshot|payload)s?\b", re.IGNORECASE)
"""Words of the program, which mean nothing to whoever reads a page."""


@pytest.fixture(scope="module")
def fetch(office_file, tmp_path_factory):
    """Fetch an address as somebody who heads an agency and keeps the installation."""
    folder = tmp_path_factory.mktemp("quality")
    shutil.copyfile(file_of(office_file), folder / "office.sqlite")
    office = reopen_office(f"sqlite:///{folder / 'office.sqlite'}", folder, office_file.number)
    with office.installation.engine.begin() as connection:
        whom = Officer.email == "first.scc@example.org"
        connection.execute(update(Officer).where(whom).values(administrator=True))
    let_coordinate(office.acting("SCC"), powers_of("SCC").officer)
    visitor = office.visit("SCC").client
    names = {"jiangsu": office.number, "colleague": powers_of("SEPLAG", "second").officer}
    static = cache(visitor.get)
    yield lambda path: (static if path.startswith("/static/") else visitor.get)(
        path.format(**names)
    )
    close_office(office)


@pytest.mark.parametrize("path", [*OPEN_TO_ALL, *FOR_OFFICERS, *FOR_KEEPERS])
def test_a_page_is_well_formed_and_light(fetch, path, record_property):
    page = fetch(path)
    parts = _parts_of(fetch, path, page.text)

    weight = sum(_weight(part.data) for part in (page, *parts))
    record_property(f"bytes of {path}", weight)
    assert weight < LIMIT
    assert html_faults(page.text) == []
    assert OURS.findall(_read(page.text)) == []


@lru_cache(maxsize=64)
def _weight(content):
    return len(gzip.compress(content))


def _read(html):
    """Return what is there to read on a page, without its markup."""
    body = re.sub(r"<(script|style|head)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", " ", body)


def _parts_of(fetch, path, html):
    """Fetch what a browser fetches to show a page: each file once, the fonts of its sheets too."""
    files = {file: fetch(file) for file in re.findall(r'(?:src|href)="(/static/[^"#]+)', html)}
    fonts = {
        urljoin(file, font): fetch(urljoin(file, font))
        for file, sheet in files.items()
        if sheet.mimetype == "text/css"
        for font in re.findall(r'url\("?([^")]+)', sheet.text)
    }
    parts = {**files, **fonts}
    assert {part.status_code for part in parts.values()} <= {200}
    return list(parts.values())
